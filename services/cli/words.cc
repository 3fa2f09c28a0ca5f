#include "services/cli/words.h"

#include <array>

#include "absl/container/flat_hash_map.h"

namespace rogatoria::cli {
namespace {

using Texts = std::array<absl::string_view, 3>;

const absl::flat_hash_map<absl::string_view, Texts>& Words() {
  static const auto& words = *new absl::flat_hash_map<absl::string_view, Texts>{
#define ROGATORIA_WORD(code, en, es, pt) {#code, Texts{en, es, pt}},
#include "services/cli/words.inc"
#undef ROGATORIA_WORD
  };
  return words;
}

}  // namespace

std::string WordFor(absl::string_view code, Language language) {
  const auto found = Words().find(code);
  if (found == Words().end()) return std::string(code);
  return std::string(found->second[static_cast<size_t>(language)]);
}

bool HasWord(absl::string_view code) {
  return Words().contains(code);
}

}  // namespace rogatoria::cli
