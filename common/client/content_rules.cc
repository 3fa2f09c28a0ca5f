#include "common/client/content_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/client/typed_content.h"

namespace rogatoria::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Texts = std::array<absl::string_view, 3>;  // en, es, pt

absl::string_view In(const Texts& texts, const std::string& language) {
  if (language.rfind("es", 0) == 0) return texts[1];
  return language.rfind("pt", 0) == 0 ? texts[2] : texts[0];
}

// By number of DiscrepancyCode.
constexpr std::array kDiscrepancies = {
    Texts{"The content contradicts the header.",
          "El contenido contradice la cabecera.",
          "O conteúdo contradiz o cabeçalho."},
    Texts{"The content is of another kind than the header states.",
          "El contenido es de otro tipo que el que indica la cabecera.",
          "O conteúdo é de outro tipo do que o cabeçalho indica."},
    Texts{"The content names other measures than the header, or a detail of another measure.",
          "El contenido nombra otras diligencias que la cabecera, o el detalle de otra.",
          "O conteúdo nomeia outras diligências do que o cabeçalho, ou o detalhe de outra."},
    Texts{"The content states another outcome of a measure than the header.",
          "El contenido indica otro resultado de una diligencia que la cabecera.",
          "O conteúdo indica outro resultado de uma diligência do que o cabeçalho."},
    Texts{"The content was written for another case.",
          "El contenido se escribió para otro expediente.",
          "O conteúdo foi escrito para outro processo."},
    Texts{"No document is in the language that the header states.",
          "Ningún documento está en el idioma que indica la cabecera.",
          "Nenhum documento está na língua que o cabeçalho indica."},
    Texts{"The header attaches other documents than the content lists.",
          "La cabecera adjunta otros documentos que los que enumera el contenido.",
          "O cabeçalho junta outros documentos do que os que o conteúdo enumera."},
    Texts{"The content holds personal data of a higher class than the header states.",
          "El contenido tiene datos personales de clase más alta que la que indica la cabecera.",
          "O conteúdo tem dados pessoais de classe mais alta do que o cabeçalho indica."},
    Texts{"The handling codes do not go with each other or with what the act is for: H1 is not for "
          "evidence, and H3 goes with a text.",
          "Los códigos de tratamiento no son compatibles entre sí o con la finalidad del acto: H1 "
          "no es para pruebas, y H3 va con un texto.",
          "Os códigos de tratamento não são compatíveis entre si ou com a finalidade do ato: H1 "
          "não é para provas, e H3 vai com um texto."},
    Texts{"The content names another authority than the act goes to.",
          "El contenido nombra otra autoridad que la destinataria del acto.",
          "O conteúdo nomeia outra autoridade do que a destinatária do ato."},
    Texts{"Precautions that were asked for stay unanswered: ask, or say, what became of each.",
          "Quedan sin respuesta precauciones que se pidieron: pregunte, o diga, qué fue de cada "
          "una.",
          "Ficam sem resposta precauções que foram pedidas: pergunte, ou diga, o que foi feito de "
          "cada uma."},
};

constexpr Texts kNoDay = {"Write a day as 2026-12-31, an instant as 2026-12-31T09:00:00-05:00.",
                          "Escriba un día como 2026-12-31, un instante como "
                          "2026-12-31T09:00:00-05:00.",
                          "Escreva um dia como 2026-12-31, um instante como "
                          "2026-12-31T09:00:00-05:00."};
constexpr Texts kNoLimits = {
    "A document goes without limits of use, though the instrument has the rule of speciality "
    "(UNTOC article 18.19): state them in use_limitation.",
    "Un documento va sin límites de uso, aunque el instrumento tiene la regla de especialidad "
    "(UNTOC art. 18.19): indíquelos en use_limitation.",
    "Um documento vai sem limites de uso, embora o instrumento tenha a regra da especialidade "
    "(UNTOC art. 18.19): indique-os em use_limitation."};
// Instruments whose evidence serves only what it was asked for.
constexpr std::array kSpecialityInstruments = {absl::string_view("UN-UNTOC-2000"),
                                               absl::string_view("UN-TIP-2000"),
                                               absl::string_view("UN-SOM-2000"),
                                               absl::string_view("UN-UNCAC-2003"),
                                               absl::string_view("UN-1988"),
                                               absl::string_view("OAS-A55-1992"),
                                               absl::string_view("MERCOSUR-CMC-2-96"),
                                               absl::string_view("COE-030")};

// As much of the header as a draft settles.
v1::ActHeader HeaderOf(const ActDraft& draft) {
  v1::ActHeader header;
  header.set_kind(draft.kind);
  header.set_case_id(draft.case_id);
  header.set_channel_class(draft.channel_class);
  *header.mutable_legal_basis() = draft.legal_basis;
  header.mutable_measures()->Assign(draft.measures.begin(), draft.measures.end());
  header.set_data_class(draft.data_class);
  header.set_language(draft.language);
  for (const std::string& related : draft.related_cases) header.add_related_cases(related);
  for (const AttachedDocument& document : draft.attached) *header.add_documents() = document.sealed;
  if (!draft.to.empty() && !draft.to[0].authority().empty())
    header.add_recipients()->set_authority(draft.to[0].authority());
  return header;
}

Finding Wrong(std::string field, absl::string_view message) {
  Finding finding{true, std::move(field), std::string(message)};
  finding.wrong = true;
  return finding;
}

void LintForms(const ActDraft& draft, const std::string& language, std::vector<Finding>& findings) {
  EachField(
      draft.content, "", [&](const Message& message, const FieldDescriptor& field, const auto& at) {
        if (FormOf(field) == TextForm::kAny || field.cpp_type() != FieldDescriptor::CPPTYPE_STRING)
          return;
        const auto& values = *message.GetReflection();
        const int count = field.is_repeated() ? values.FieldSize(message, &field) : 1;
        for (int i = 0; i < count; ++i) {
          const std::string text = field.is_repeated()
                                       ? values.GetRepeatedString(message, &field, i)
                                       : values.GetString(message, &field);
          if (HasForm(FormOf(field), text)) continue;
          findings.push_back(Wrong(JoinPath(at, field.name()), In(kNoDay, language)));
        }
      });
}

bool HasSpeciality(const ActDraft& draft) {
  return std::find(kSpecialityInstruments.begin(),
                   kSpecialityInstruments.end(),
                   draft.legal_basis.instrument()) != kSpecialityInstruments.end();
}

bool GivesInformation(v1::ActKind kind) {
  return kind == v1::ACT_KIND_EXECUTION_RESULT || kind == v1::ACT_KIND_EVIDENCE_TRANSFER ||
         kind == v1::ACT_KIND_SPONTANEOUS_INFORMATION;
}

// A limit on the content as a whole covers its documents.
void LintLimits(const ActDraft& draft,
                const std::string& language,
                std::vector<Finding>& findings) {
  if (!GivesInformation(draft.kind) || !HasSpeciality(draft)) return;
  const Message* typed = TypedOf(draft.content);
  const FieldDescriptor* whole =
      typed == nullptr ? nullptr : typed->GetDescriptor()->FindFieldByName("use_limitation");
  if (whole != nullptr && typed->GetReflection()->HasField(*typed, whole)) return;
  for (const auto& document : All<content::v1::Document>(draft.content, "")) {
    if (document.message->has_use_limitation()) continue;
    findings.push_back(
        {false, JoinPath(document.path, "use_limitation"), std::string(In(kNoLimits, language))});
    return;
  }
}

}  // namespace

absl::string_view DiscrepancyText(content::v1::DiscrepancyCode code, const std::string& language) {
  const auto number = static_cast<size_t>(code);
  return In(kDiscrepancies[number < kDiscrepancies.size() ? number : 0], language);
}

std::vector<Finding> LintContent(const ActDraft& draft, const std::string& language) {
  std::vector<Finding> findings;
  for (const content::v1::Discrepancy& discrepancy :
       Contradictions(HeaderOf(draft), draft.cover_slip, draft.content)) {
    findings.push_back(
        Wrong(discrepancy.field(), DiscrepancyText(discrepancy.discrepancy_code(), language)));
  }
  LintForms(draft, language, findings);
  LintLimits(draft, language, findings);
  return findings;
}

void FillHandling(ActDraft& draft) {
  if (!draft.cover_slip.handling().empty()) return;
  const bool evidence =
      draft.kind == v1::ACT_KIND_EXECUTION_RESULT || draft.kind == v1::ACT_KIND_EVIDENCE_TRANSFER;
  const bool informal = draft.channel_class == v1::CHANNEL_CLASS_INFORMAL ||
                        draft.kind == v1::ACT_KIND_SPONTANEOUS_INFORMATION ||
                        draft.kind == v1::ACT_KIND_INFORMAL_CONSULTATION ||
                        draft.kind == v1::ACT_KIND_DRAFT_REQUEST_REVIEW;
  if (informal) {
    draft.cover_slip.add_handling(content::v1::HANDLING_CODE_H1);
    draft.cover_slip.add_handling(content::v1::HANDLING_CODE_H2);
  } else if (evidence) {
    draft.cover_slip.add_handling(content::v1::HANDLING_CODE_H0);
  }
}

}  // namespace rogatoria::client
