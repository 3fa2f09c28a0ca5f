// The languages we speak, chosen by --language, ROGATORIA_LANGUAGE or the locale.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "common/base/error.h"

namespace rogatoria::cli {

// "pt_BR.UTF-8", "es-CO", "en": by the first two letters; English for all else.
Language LanguageFromTag(absl::string_view tag);
// --language is looked for before anything is parsed, since help texts depend on it.
Language ChooseLanguage(int argc, const char* const* argv);
// en, es, pt.
std::string LanguageTag(Language language);

}  // namespace rogatoria::cli
