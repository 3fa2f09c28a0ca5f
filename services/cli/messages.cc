#include "services/cli/messages.h"

#include <array>

namespace rogatoria::cli {
namespace {

using Texts = std::array<absl::string_view, 3>;

constexpr Texts kMessages[] = {
#define ROGATORIA_MESSAGE(name, en, es, pt) Texts{en, es, pt},
#include "services/cli/messages.inc"
#undef ROGATORIA_MESSAGE
};

}  // namespace

absl::string_view MessageText(Message message, Language language) {
  return kMessages[static_cast<size_t>(message)][static_cast<size_t>(language)];
}

// Of all three languages: zero is said as many are.
std::string Counted(Language language, uint64_t count, Message one, Message many) {
  return Say(language, count == 1 ? one : many, count);
}

}  // namespace rogatoria::cli
