// Every sentence of the command line, once, in three languages (messages.inc). Data is put in at
// $0, $1.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "common/base/error.h"

namespace rogatoria::cli {

enum class Message {
#define ROGATORIA_MESSAGE(name, en, es, pt) name,
#include "services/cli/messages.inc"
#undef ROGATORIA_MESSAGE
};

absl::string_view MessageText(Message message, Language language);

template <typename... Args>
std::string Say(Language language, Message message, const Args&... args) {
  return absl::Substitute(MessageText(message, language), args...);
}

// "1 recess", "3 recesses": `one` and `many` have the number at $0.
std::string Counted(Language language, uint64_t count, Message one, Message many);

}  // namespace rogatoria::cli
