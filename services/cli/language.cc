#include "services/cli/language.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/directory/parse_toml.h"

namespace rogatoria::cli {
namespace {

// In the order of Language.
constexpr std::array<absl::string_view, 3> kTags = {"en", "es", "pt"};

constexpr size_t kMaxProfileBytes = 1024 * 1024;

// The value of an option, "--name VALUE" or "--name=VALUE".
std::optional<std::string> OptionIn(int argc, const char* const* argv, absl::string_view name) {
  const std::string joined = absl::StrCat(name, "=");
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    if (argument == name && i + 1 < argc) return argv[i + 1];
    if (absl::StartsWith(argument, joined)) return std::string(argument.substr(joined.size()));
  }
  return std::nullopt;
}

std::string FirstSet(std::initializer_list<const char*> variables) {
  for (const char* name : variables) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

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
  return OptionIn(argc, argv, "--language");
}

std::optional<std::string> ProfileOption(int argc, const char* const* argv) {
  return OptionIn(argc, argv, "--profile");
}

std::string LanguageInProfile(const std::string& path) {
  std::error_code error;
  // What can be read only once, such as a pipe, is left to the command.
  if (!std::filesystem::is_regular_file(path, error)) return "";
  const auto text = ReadFile(path, kMaxProfileBytes);
  if (!text.ok()) return "";
  try {
    return ParseToml(*text, path)["language"].value_or(std::string());
  } catch (const toml::parse_error&) {
    return "";
  }
}

Language ChooseLanguage(int argc, const char* const* argv, const std::string& in_profile) {
  const std::string asked = FirstSet({"ROGATORIA_LANGUAGE"});
  const std::string locale = FirstSet({"LC_ALL", "LC_MESSAGES", "LANG"});
  const std::string found = !asked.empty() ? asked : !in_profile.empty() ? in_profile : locale;
  return LanguageFromTag(LanguageOption(argc, argv).value_or(found)).value_or(Language::kEnglish);
}

std::string LanguageTag(Language language) {
  return std::string(kTags[static_cast<size_t>(language)]);
}

}  // namespace rogatoria::cli
