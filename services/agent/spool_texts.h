// Every sentence of a spool, once, in three languages (spool_texts.inc).
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"

namespace rogatoria::agent {

enum class SpoolText {
#define ROGATORIA_SPOOL_TEXT(name, en, es, pt) name,
#include "services/agent/spool_texts.inc"
#undef ROGATORIA_SPOOL_TEXT
};

// `language`: en, es or pt; English for any other.
absl::string_view TextOf(SpoolText text, absl::string_view language);

template <typename... Args>
std::string Say(absl::string_view language, SpoolText text, const Args&... args) {
  return absl::Substitute(TextOf(text, language), args...);
}

}  // namespace rogatoria::agent
