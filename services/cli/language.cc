#include "services/cli/language.h"

#include <array>
#include <cstdlib>

namespace rogatoria::cli {

Language LanguageFromTag(absl::string_view tag) {
  const absl::string_view two = tag.substr(0, 2);
  if (two == "es") return Language::kSpanish;
  if (two == "pt") return Language::kPortuguese;
  return Language::kEnglish;
}

Language ChooseLanguage(int argc, const char* const* argv) {
  constexpr absl::string_view kOption = "--language";
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    if (argument == kOption && i + 1 < argc) return LanguageFromTag(argv[i + 1]);
    if (argument.substr(0, kOption.size() + 1) == "--language=") {
      return LanguageFromTag(argument.substr(kOption.size() + 1));
    }
  }
  for (const char* name : {"ROGATORIA_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return LanguageFromTag(value);
  }
  return Language::kEnglish;
}

std::string LanguageTag(Language language) {
  constexpr std::array kTags = {"en", "es", "pt"};
  return kTags[static_cast<size_t>(language)];
}

}  // namespace rogatoria::cli
