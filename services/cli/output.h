// What a command shows: data on standard output, as a table for people or as JSON or YAML for
// programs; words on standard error. A command makes one JSON value and says which members are the
// table's columns.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/cli/messages.h"

namespace rogatoria::cli {

using Json = nlohmann::ordered_json;

enum class OutputFormat { kTable, kWide, kJson, kYaml, kName };

// FIELD_INVALID for anything but table, wide, json, yaml, name.
absl::StatusOr<OutputFormat> ParseOutputFormat(absl::string_view text);

// json, yaml and name: what they print does not depend on how much there is.
bool IsForPrograms(OutputFormat format);

struct Column {
  Message title;
  std::string member;  // of each row
  bool wide = false;   // only with -o wide
  // Put before a code when its word is looked up, where the bare code means something else too.
  std::string word_prefix = {};
};

// What a column shows of a row: words, lists joined.
std::string MemberText(const Json& row, const Column& column, Language language);

// Rows of equal shape. `name` is the member that -o name prints.
void PrintRows(std::ostream& out,
               OutputFormat format,
               Language language,
               const Json& rows,
               const std::vector<Column>& columns,
               const std::string& name);

// A row without the titles, for rows that come one by one; as an object in the other formats.
void PrintRow(std::ostream& out,
              OutputFormat format,
              Language language,
              const Json& row,
              const std::vector<Column>& columns,
              const std::string& name);

// One thing, as "title: value" lines in the table formats; empty values are left out there.
void PrintObject(std::ostream& out,
                 OutputFormat format,
                 Language language,
                 const Json& object,
                 const std::vector<Column>& members,
                 const std::string& name);

// JSON in which nothing received can steer a terminal: such characters are escaped, not changed.
std::string ToJson(const Json& value);
// Any JSON value as YAML 1.2; texts are quoted when they could be read as something else.
std::string ToYaml(const Json& value);

// Columns on a terminal that a text takes: counts code points, not bytes.
size_t DisplayWidth(absl::string_view text);
// What could steer a terminal (control characters, marks of writing direction, bytes that are not
// UTF-8) is shown as '?', so that received text stays text.
std::string Printable(absl::string_view text);

}  // namespace rogatoria::cli
