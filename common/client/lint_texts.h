// A text of lint in its three languages. Internal to lint.
#pragma once

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace rogatoria::client {

struct LintTexts {
  absl::string_view en, es, pt;

  // `language`: a tag such as pt-BR; English for those not spoken here.
  absl::string_view In(const std::string& language) const {
    if (absl::StartsWith(language, "es")) return es;
    return absl::StartsWith(language, "pt") ? pt : en;
  }
};

}  // namespace rogatoria::client
