// What is inside the seal, as people read it: a generic printer over the messages' descriptors,
// with the names of fields and the codes in the reader's language (content_words.inc). Limits of
// use, handling codes and confidentiality come first and are not repeated.
#pragma once

#include <string>
#include <vector>

#include <google/protobuf/message.h>

#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "services/cli/output.h"

#include "rogatoria/content/v1/content.pb.h"
#include "rogatoria/v1/act.pb.h"

namespace rogatoria::cli {

// The name of a field, or a code; the code itself when there is no word for it. `whole` is looked
// up first: the code with its prefix.
std::string ContentWord(absl::string_view code, absl::string_view whole, Language language);
bool HasContentWord(absl::string_view code);

// "execution result, measures 1, documents 2", of a path as in act files.
std::string DescribePath(absl::string_view path, Language language);

// What the reader must know before reading: handling codes, limits of use, confidentiality.
std::string DescribeLimits(const content::v1::CoverSlip& slip,
                           const content::v1::ActContent& content,
                           Language language);
// The typed content without its limits; empty where there is a letter only.
std::string DescribeTyped(const content::v1::ActContent& content, Language language);
// A line for each contradiction.
std::string DescribeContradictions(const std::vector<content::v1::Discrepancy>& contradictions,
                                   Language language);

// Codes and texts for programs; of a document's bytes only their number.
Json MessageView(const google::protobuf::Message& message);

// The table of a kind for an act file, with the fields' names as comments; what stands in further
// tables is behind a `#`, to be taken away.
std::string TypedTemplate(v1::ActKind kind, Language language);

}  // namespace rogatoria::cli
