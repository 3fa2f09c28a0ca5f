// Keys that several tables of a directory have in common. Internal to common/directory.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/directory/table_reader.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {

// CRIMINAL, CIVIL, COMMERCIAL, LABOUR, ADMINISTRATIVE (Treaty of Medellin article 2.c).
std::vector<std::string> ReadMatters(TableReader& reader);

// "request.persons[].role": names of fields, with [] for each of a list; at most 128 bytes. The hub
// does not know the content's messages, so that only the grammar is looked at.
bool IsFieldPath(absl::string_view text);

// `mark`; DATA_MARK_UNSPECIFIED when it is left out.
v1::DataMark ReadMark(TableReader& reader);
// `source`: where a row comes from, for people.
std::string ReadSource(TableReader& reader);

template <typename Record>
void ReadProvenance(TableReader& reader, Record& record) {
  record.set_source(ReadSource(reader));
  record.set_mark(ReadMark(reader));
}

}  // namespace rogatoria
