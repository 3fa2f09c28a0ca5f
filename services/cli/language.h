// The languages we speak, chosen by --language, ROGATORIA_LANGUAGE or the locale.
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
// --language, else ROGATORIA_LANGUAGE, LC_ALL, LC_MESSAGES, LANG: the first that is set, as POSIX
// orders them. English for a language that we do not speak.
Language ChooseLanguage(int argc, const char* const* argv);
// en, es, pt.
std::string LanguageTag(Language language);

}  // namespace rogatoria::cli
