#include "services/cli/language.h"

#include <array>
#include <cstdlib>

#include "absl/strings/ascii.h"

namespace rogatoria::cli {
namespace {

// In the order of Language.
constexpr std::array<absl::string_view, 3> kTags = {"en", "es", "pt"};

}  // namespace

std::optional<Language> LanguageFromTag(absl::string_view tag) {
  const absl::string_view two = tag.substr(0, 2);
  if (tag.size() > 2 && absl::ascii_isalnum(static_cast<unsigned char>(tag[2]))) {
    return std::nullopt;  // "eng" and "español" are no tags
  }
  for (size_t i = 0; i < kTags.size(); ++i) {
    if (two == kTags[i]) return static_cast<Language>(i);
  }
  return std::nullopt;
}

std::optional<std::string> LanguageOption(int argc, const char* const* argv) {
  constexpr absl::string_view kOption = "--language";
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    if (argument == kOption && i + 1 < argc) return argv[i + 1];
    if (argument.substr(0, kOption.size() + 1) == "--language=") {
      return std::string(argument.substr(kOption.size() + 1));
    }
  }
  return std::nullopt;
}

Language ChooseLanguage(int argc, const char* const* argv) {
  if (const auto said = LanguageOption(argc, argv); said.has_value()) {
    return LanguageFromTag(*said).value_or(Language::kEnglish);
  }
  for (const char* name : {"ROGATORIA_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return LanguageFromTag(value).value_or(Language::kEnglish);
    }
  }
  return Language::kEnglish;
}

std::string LanguageTag(Language language) {
  return std::string(kTags[static_cast<size_t>(language)]);
}

}  // namespace rogatoria::cli
