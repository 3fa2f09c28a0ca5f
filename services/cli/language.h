// The languages we speak, chosen by --language, ROGATORIA_LANGUAGE, the profile or the locale.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/base/error.h"

namespace rogatoria::cli {

// "pt_BR.UTF-8", "es-CO", "en": by the first two letters; nullopt for all else.
std::optional<Language> LanguageFromTag(absl::string_view tag);
// What --language says. It is looked for before anything is parsed, since help texts depend on it.
std::optional<std::string> LanguageOption(int argc, const char* const* argv);
// What --profile says; looked for as early, since the profile may name the language.
std::optional<std::string> ProfileOption(int argc, const char* const* argv);
// `language` as the profile file at `path` has it; empty when it does not say, or cannot be read:
// the command that needs the profile tells what is wrong with it.
std::string LanguageInProfile(const std::string& path);
// --language, else ROGATORIA_LANGUAGE, the profile's, LC_ALL, LC_MESSAGES, LANG: the first that is
// set, the last three as POSIX orders them. English for a language that we do not speak.
Language ChooseLanguage(int argc, const char* const* argv, const std::string& in_profile);
// en, es, pt.
std::string LanguageTag(Language language);

}  // namespace rogatoria::cli
