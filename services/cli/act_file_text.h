// An act file (docs/act-files.md) that a program wrote and a person may change: from a tree with
// the file's names to TOML. And the tree's places by their path, as lint names them.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/cli/output.h"

namespace rogatoria::cli {

// `comment` is its first line. Values stand in the order of the tree, tables behind them.
std::string ActFileText(const Json& act, absl::string_view comment);

// What stands at "request.measures[0].bank.from_day"; nullptr for nothing.
const Json* FindAt(const Json& act, absl::string_view path);
// Puts it there, with the tables and lists on the way; null takes it away, and the tables that are
// empty then.
void PutAt(Json& act, absl::string_view path, Json value);

}  // namespace rogatoria::cli
