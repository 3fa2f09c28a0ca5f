#include "services/agent/spool_texts.h"

#include <cstddef>

namespace rogatoria::agent {
namespace {

struct Texts {
  absl::string_view en, es, pt;
};

constexpr Texts kTexts[] = {
#define ROGATORIA_SPOOL_TEXT(name, en, es, pt) {en, es, pt},
#include "services/agent/spool_texts.inc"
#undef ROGATORIA_SPOOL_TEXT
};

}  // namespace

absl::string_view TextOf(SpoolText text, absl::string_view language) {
  const Texts& texts = kTexts[static_cast<size_t>(text)];
  return language == "es" ? texts.es : language == "pt" ? texts.pt : texts.en;
}

}  // namespace rogatoria::agent
