// Names of files that somebody else gave, made fit for a folder of ours. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace rogatoria::client {

// Only the last part of a path, never hidden, at most 120 bytes with the ending kept, and nothing
// in it that steers a terminal, turns the direction of writing, is no UTF-8, or that a Windows
// share would refuse. `document-<number>` when nothing is left.
std::string SafeFileName(absl::string_view name, size_t number);

// As many whole characters as fit into so many bytes.
std::string FirstBytes(absl::string_view text, size_t most);

}  // namespace rogatoria::client
