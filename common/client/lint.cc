#include "common/client/lint.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/suggestions.h"
#include "common/client/content_rules.h"
#include "common/client/draft.h"
#include "common/client/measure_codes.h"
#include "common/model/act_kind.h"
#include "common/model/ids.h"

namespace rogatoria::client {
namespace {

// Each rule: when it finds something, which field, and what it says in three languages.
struct LintRule {
  bool error;
  absl::string_view field;
  bool (*found)(const ActDraft& draft);
  absl::string_view en;
  absl::string_view es;
  absl::string_view pt;
  std::string (*what)(const ActDraft& draft) = nullptr;  // goes into the texts at $0
  bool wrong = false;                                    // Finding::wrong
};

bool Opens(const ActDraft& draft) {
  return draft.case_id.empty();
}

const ActKindTraits* Traits(const ActDraft& draft) {
  return FindActKind(draft.kind);
}

// The place in `to` of the first addressee that stands there before; -1 for none.
int RepeatedAddressee(const ActDraft& draft) {
  const auto said = [&](size_t i) { return draft.to[i].SerializeAsString(); };
  for (size_t i = 0; i < draft.to.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (said(j) == said(i)) return static_cast<int>(i);
    }
  }
  return -1;
}

std::string NameOfRepeated(const ActDraft& draft) {
  const v1::Addressee& addressee = draft.to[static_cast<size_t>(RepeatedAddressee(draft))];
  return addressee.has_competence()
             ? absl::StrCat(addressee.competence().country(), " ", addressee.competence().measure())
             : addressee.authority();
}

bool NeedsMeasures(const ActDraft& draft) {
  const ActKindTraits* traits = Traits(draft);
  return traits != nullptr && traits->needs_measures && draft.measures.empty();
}

bool UnknownMeasureCode(const ActDraft& draft) {
  for (const v1::MeasureRef& measure : draft.measures) {
    if (!measure.code().empty() && !IsMeasureCode(measure.code())) return true;
  }
  return false;
}

bool CodeOfNoCatalogue(const ActDraft& draft) {
  return !UnknownMeasureCodes(draft).empty();
}

// Each with those that may have been meant: BANK_RECORDS (BANK_TRANSACTIONS?).
std::string CodesOfNoCatalogue(const ActDraft& draft) {
  std::vector<std::string> named;
  for (const std::string& code : UnknownMeasureCodes(draft)) {
    const auto near = CloseTo(code, KnownMeasureCodes());
    named.push_back(near.empty() ? code
                                 : absl::StrCat(code, " (", absl::StrJoin(near, ", "), "?)"));
  }
  return absl::StrJoin(named, ", ");
}

bool MissingOutcome(const ActDraft& draft) {
  if (draft.kind != v1::ACT_KIND_DECISION && draft.kind != v1::ACT_KIND_EXECUTION_RESULT)
    return false;
  for (const v1::MeasureRef& measure : draft.measures) {
    if (measure.outcome() == v1::MEASURE_OUTCOME_UNSPECIFIED) return true;
  }
  return false;
}

// An addressee that says nothing is none.
bool NamesNobody(const v1::Addressee& to) {
  return to.has_competence() ? to.competence().country().empty() : to.authority().empty();
}

bool NeedsAddressee(const ActDraft& draft) {
  return Opens(draft) &&
         (draft.to.empty() || std::any_of(draft.to.begin(), draft.to.end(), NamesNobody));
}

bool CannotOpenCase(const ActDraft& draft) {
  const ActKindTraits* traits = Traits(draft);
  return Opens(draft) && traits != nullptr && !traits->opens_case;
}

bool NeedsLegalBasis(const ActDraft& draft) {
  const ActKindTraits* traits = Traits(draft);
  return Opens(draft) && traits != nullptr && traits->needs_legal_basis &&
         draft.legal_basis.instrument().empty();
}

bool EmptyContent(const ActDraft& draft) {
  if (draft.content.content_case() != content::v1::ActContent::CONTENT_NOT_SET) return false;
  const auto& letter = draft.content.letter();
  return letter.text().empty() && !HasBytes(letter.document());
}

bool UrgentWithoutReason(const ActDraft& draft) {
  return draft.urgency.level() != v1::URGENCY_LEVEL_UNSPECIFIED &&
         draft.urgency.reason() == v1::URGENCY_REASON_UNSPECIFIED;
}

bool LetterWithoutTranslationNote(const ActDraft& draft) {
  return draft.kind == v1::ACT_KIND_REQUEST && HasBytes(draft.content.letter().document()) &&
         draft.content.letter().translations().empty();
}

bool MinorsWithoutPrecautions(const ActDraft& draft) {
  return draft.cover_slip.minors() && draft.cover_slip.precautions().empty();
}

constexpr std::array kRules = {
    LintRule{true,
             "kind",
             [](const ActDraft& d) { return Traits(d) == nullptr; },
             "Say what kind of act it is.",
             "Indique el tipo de acto.",
             "Indique o tipo de ato."},
    LintRule{true,
             "to",
             NeedsAddressee,
             "Say whom it goes to: an authority, or a country and a measure.",
             "Indique el destinatario: una autoridad, o un país y una diligencia.",
             "Indique o destinatário: uma autoridade, ou um país e uma diligência."},
    LintRule{true,
             "to",
             [](const ActDraft& d) { return RepeatedAddressee(d) >= 0; },
             "$0 is named twice: name each recipient once.",
             "$0 figura dos veces: indique cada destinatario una sola vez.",
             "$0 figura duas vezes: indique cada destinatário uma só vez.",
             NameOfRepeated,
             true},
    LintRule{true,
             "channel",
             [](const ActDraft& d) {
               return Opens(d) && d.channel_class == v1::CHANNEL_CLASS_UNSPECIFIED;
             },
             "Say how it is sent: FORMAL, INTERINSTITUTIONAL or INFORMAL.",
             "Indique la vía: FORMAL, INTERINSTITUTIONAL o INFORMAL.",
             "Indique a via: FORMAL, INTERINSTITUTIONAL ou INFORMAL."},
    LintRule{
        true,
        "legal_basis",
        NeedsLegalBasis,
        "Name the instrument that carries the request (UNTOC article 18.15, Medellín article 1).",
        "Indique el instrumento que funda la solicitud (UNTOC art. 18.15, Medellín art. 1).",
        "Indique o instrumento que funda o pedido (UNTOC art. 18.15, Medellín art. 1)."},
    LintRule{true,
             "measure",
             NeedsMeasures,
             "Name at least one measure.",
             "Indique al menos una diligencia.",
             "Indique pelo menos uma diligência."},
    LintRule{true,
             "measure.code",
             UnknownMeasureCode,
             "A measure's code is in capitals, such as VIDEO_HEARING.",
             "El código de una diligencia va en mayúsculas, como VIDEO_HEARING.",
             "O código de uma diligência vai em maiúsculas, como VIDEO_HEARING.",
             nullptr,
             true},
    LintRule{false,
             "measure.code",
             CodeOfNoCatalogue,
             "No measure of the catalogue: $0. The other side may not know it: take a code of "
             "docs/act-files.md, or OTHER and say it in words.",
             "No es una diligencia del catálogo: $0. La otra parte puede no conocerla: use un "
             "código de docs/act-files.md, u OTHER y dígalo con palabras.",
             "Não é uma diligência do catálogo: $0. A outra parte pode não a conhecer: use um "
             "código de docs/act-files.md, ou OTHER e diga-o por palavras.",
             CodesOfNoCatalogue},
    LintRule{true,
             "measure.outcome",
             MissingOutcome,
             "Say the outcome of each measure.",
             "Indique el resultado de cada diligencia.",
             "Indique o resultado de cada diligência."},
    LintRule{true,
             "case",
             CannotOpenCase,
             "This kind of act belongs to a case: give its id.",
             "Este tipo de acto pertenece a un expediente: indique su identificador.",
             "Este tipo de ato pertence a um processo: indique o identificador."},
    LintRule{true,
             "letter",
             EmptyContent,
             "Add a letter or a text.",
             "Añada una carta o un texto.",
             "Junte uma carta ou um texto."},
    LintRule{true,
             "urgency.reason",
             UrgentWithoutReason,
             "An urgent act needs a reason.",
             "Un acto urgente requiere un motivo.",
             "Um ato urgente requer um motivo."},
    LintRule{true,
             "language",
             [](const ActDraft& d) { return !d.language.empty() && !IsLanguageTag(d.language); },
             "The language is a tag such as es-CO or pt-PT.",
             "El idioma es una etiqueta como es-CO o pt-PT.",
             "A língua é uma etiqueta como es-CO ou pt-PT.",
             nullptr,
             true},
    LintRule{false,
             "letter.translation",
             LetterWithoutTranslationNote,
             "No translation is attached; many instruments ask for one (UNTOC article 18.14).",
             "No hay traducción adjunta; muchos instrumentos la exigen (UNTOC art. 18.14).",
             "Não há tradução junta; muitos instrumentos exigem-na (UNTOC art. 18.14)."},
    LintRule{false,
             "cover_slip.precautions",
             MinorsWithoutPrecautions,
             "Minors are concerned and no precaution is named.",
             "Hay menores y no se indica ninguna precaución.",
             "Há menores e nenhuma precaução é indicada."},
    LintRule{false,
             "cover_slip.subject",
             [](const ActDraft& d) { return d.cover_slip.subject().empty(); },
             "A subject line helps the other side's desk.",
             "Una línea de asunto ayuda a la mesa de entrada del destinatario.",
             "Uma linha de assunto ajuda a secretaria do destinatário."},
};

absl::string_view TextIn(const LintRule& rule, const std::string& language) {
  if (language.rfind("es", 0) == 0) return rule.es;
  if (language.rfind("pt", 0) == 0) return rule.pt;
  return rule.en;
}

std::string TextOf(const LintRule& rule, const ActDraft& draft, const std::string& language) {
  const absl::string_view text = TextIn(rule, language);
  return rule.what == nullptr ? std::string(text) : absl::Substitute(text, rule.what(draft));
}

}  // namespace

std::vector<Finding> Lint(const ActDraft& draft, const std::string& language) {
  std::vector<Finding> findings;
  for (const LintRule& rule : kRules) {
    if (!rule.found(draft)) continue;
    Finding finding{rule.error, std::string(rule.field), TextOf(rule, draft, language)};
    finding.wrong = rule.wrong;
    findings.push_back(std::move(finding));
  }
  const std::vector<Finding> of_content = LintContent(draft, language);
  findings.insert(findings.end(), of_content.begin(), of_content.end());
  return findings;
}

absl::Status RefusalBy(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    if (!finding.error) continue;
    if (!finding.wrong) {
      return Explained(Error(Reason::FIELD_REQUIRED).Field(finding.field), Sentence::LINT_BLOCKED);
    }
    return Explained(Error(Reason::FIELD_INVALID).Field(finding.field),
                     Sentence::LINT_WRONG_VALUE,
                     finding.message);
  }
  return absl::OkStatus();
}

std::vector<LintRuleRow> GeneralLintRules() {
  std::vector<LintRuleRow> rows;
  for (const LintRule& rule : kRules) rows.push_back({rule.field, rule.en, "", rule.error});
  return rows;
}

}  // namespace rogatoria::client
