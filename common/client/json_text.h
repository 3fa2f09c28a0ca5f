// JSON (RFC 8259) as people write it by hand: every fault has its place, and a key that stands
// twice is one, since a reader could take either value.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/sentence.h"

namespace rogatoria::client {

// The text behind the byte order mark that some editors begin a file with. Places count from there.
absl::string_view WithoutByteOrderMark(absl::string_view text);

// One JSON object, with or without that mark. INVALID_ARGUMENT, Said with its place: "line 3,
// column 7: ".
absl::StatusOr<nlohmann::json> ParseJsonObject(absl::string_view text);

}  // namespace rogatoria::client
