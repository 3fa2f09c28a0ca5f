// IdentityRules of placed_rules.h: what is sealed apart has to be about somebody of whom the act
// speaks.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/client/lint.h"
#include "common/client/placed_rules.h"
#include "common/client/typed_content.h"

namespace rogatoria::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

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

void AddTexts(const Message& message, std::vector<std::string>& texts) {
  EachField(
      message, "", [&](const Message& inner, const FieldDescriptor& field, const std::string&) {
        if (field.type() != FieldDescriptor::TYPE_STRING) return;
        const Reflection& reflection = *inner.GetReflection();
        if (!field.is_repeated()) return texts.push_back(reflection.GetString(inner, &field));
        for (int i = 0; i < reflection.FieldSize(inner, &field); ++i)
          texts.push_back(reflection.GetRepeatedString(inner, &field, i));
      });
}

// Each as it was written: a form in which it is printed has marks of its own, which may look like
// a part of a code.
std::vector<std::string> TextsOf(const ActDraft& draft) {
  std::vector<std::string> texts;
  AddTexts(draft.content, texts);
  AddTexts(draft.cover_slip, texts);
  return texts;
}

// Nobody here looks into a document: what it says of whom stays open.
bool HasDocument(const ActDraft& draft) {
  const auto documents = All<content::v1::Document>(draft.content, "");
  return std::any_of(documents.begin(), documents.end(), [](const auto& found) {
    return HasBytes(*found.message);
  });
}

Places Unspoken(const ActDraft& draft, const LintBasis&) {
  if (draft.identity.records().empty() || HasDocument(draft)) return {};
  const std::vector<std::string> texts = TextsOf(draft);
  Places places;
  for (int i = 0; i < draft.identity.records_size(); ++i) {
    const std::string& pseudonym = draft.identity.records(i).pseudonym();
    const bool said = std::any_of(
        texts.begin(), texts.end(), [&](const auto& text) { return Says(text, pseudonym); });
    if (!pseudonym.empty() && !said) places.push_back(absl::StrCat("identity[", i, "].pseudonym"));
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
