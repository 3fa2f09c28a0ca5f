// Where each value of a JSON text stands, for error texts.
#pragma once

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "common/client/act_file.h"

namespace rogatoria::client {

// Of each value, by its path ("decision.measures[0].outcome"), down to a depth that no act file
// needs. `text` is JSON, as ParseJsonObject has found; of any other text some places are wrong.
std::map<std::string, ActFilePlace> PlacesInJson(absl::string_view text);

}  // namespace rogatoria::client
