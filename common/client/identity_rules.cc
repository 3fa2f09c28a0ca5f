// IdentityRules of placed_rules.h: what is sealed apart has to be about somebody of whom the act
// speaks.
#include <array>
#include <string>

#include <google/protobuf/text_format.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/client/lint.h"
#include "common/client/placed_rules.h"

namespace rogatoria::client {
namespace {

bool IsOfCode(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
}

// VIC-1 is not in VIC-12.
bool Says(absl::string_view text, absl::string_view code) {
  for (size_t at = text.find(code); at != absl::string_view::npos; at = text.find(code, at + 1)) {
    const size_t end = at + code.size();
    const bool begins = at == 0 || !IsOfCode(text[at - 1]);
    const bool ends = end == text.size() || !IsOfCode(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

std::string TextOf(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

// Nobody here looks into a document: what it says of whom stays open.
bool HasDocument(const ActDraft& draft) {
  return !draft.attached.empty() || draft.content.letter().has_document();
}

Places Unspoken(const ActDraft& draft, const LintBasis&) {
  if (draft.identity.records().empty() || HasDocument(draft)) return {};
  const std::string said = absl::StrCat(TextOf(draft.content), TextOf(draft.cover_slip));
  Places places;
  for (int i = 0; i < draft.identity.records_size(); ++i) {
    const std::string& pseudonym = draft.identity.records(i).pseudonym();
    if (!pseudonym.empty() && !Says(said, pseudonym))
      places.push_back(absl::StrCat("identity[", i, "].pseudonym"));
  }
  return places;
}

constexpr std::array kRules = {
    PlacedRule{
        "IDENTITY_SPOKEN_OF",
        "docs/formats/identity.md",
        false,
        Unspoken,
        {"The act says nothing of this pseudonym: whoever opens the identity part could not "
         "tell whom it names. Write the same pseudonym in the act.",
         "El acto no dice nada de este seudónimo: quien abra la parte de identidad no sabría "
         "a quién nombra. Escriba el mismo seudónimo en el acto.",
         "O ato nada diz deste pseudónimo: quem abrir a parte de identidade não saberia quem "
         "ela nomeia. Escreva o mesmo pseudónimo no ato."},
        true},
};

}  // namespace

absl::Span<const PlacedRule> IdentityRules() {
  return kRules;
}

}  // namespace rogatoria::client
