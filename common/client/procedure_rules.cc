// ProcedureRules of placed_rules.h: duties that an answer has (domain: UNTOC article 18(20) to
// (26)), as one table.
#include <array>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/client/lint.h"
#include "common/client/placed_rules.h"
#include "common/directory/stated_effect.h"

namespace rogatoria::client {
namespace {

using content::v1::MeasureDecision;
// The measures of a decision that `broken` finds fault with.
template <typename Broken>
Places InDecision(const ActDraft& draft, absl::string_view field, Broken broken) {
  Places places;
  const auto& measures = draft.content.decision().measures();
  for (int i = 0; i < measures.size(); ++i) {
    if (broken(measures[i])) places.push_back(absl::StrCat("decision.measures[", i, "].", field));
  }
  return places;
}

bool IsRefused(const MeasureDecision& measure) {
  return measure.outcome() == v1::MEASURE_OUTCOME_REFUSED;
}
bool IsPostponed(const MeasureDecision& measure) {
  return measure.outcome() == v1::MEASURE_OUTCOME_POSTPONED;
}

// "Secreto bancario", "sigilo bancário": words that end a matter in which they do not count.
bool SpeaksOfBankSecrecy(const MeasureDecision& measure) {
  const std::string text =
      absl::AsciiStrToLower(absl::StrCat(measure.reasons(), " ", measure.legal_text()));
  for (absl::string_view words : {"bank secrecy",
                                  "banking secrecy",
                                  "secreto bancario",
                                  "reserva bancaria",
                                  "sigilo banc",
                                  "segredo banc"}) {
    if (absl::StrContains(text, words)) return true;
  }
  return false;
}

bool OnlyTax(const MeasureDecision& measure) {
  return IsRefused(measure) && measure.grounds_size() == 1 &&
         measure.grounds(0) == content::v1::REFUSAL_GROUND_TAX_OFFENCE;
}

// A decision in a letter alone, by what the header says of its measures.
Places InLetter(const ActDraft& draft, v1::MeasureOutcome outcome) {
  if (draft.kind != v1::ACT_KIND_DECISION || draft.content.has_decision()) return {};
  for (const v1::MeasureRef& measure : draft.measures) {
    if (measure.outcome() == outcome) return {"letter"};
  }
  return {};
}

Places ForwardedAbroad(const ActDraft& draft, const LintBasis& basis) {
  const bool abroad = draft.kind == v1::ACT_KIND_FORWARDING_NOTICE && !basis.country.empty() &&
                      !basis.own_country.empty() && basis.country != basis.own_country;
  return abroad ? Places{"to[0]"} : Places{};
}

Places UnexplainedReturn(const ActDraft& draft, const LintBasis&) {
  if (!draft.content.has_return_()) return {};
  const auto& back = draft.content.return_();
  return back.return_reasons().empty() || back.reasons().empty() ? Places{"return.reasons"}
                                                                 : Places{};
}

Places ReturnWithoutCompetent(const ActDraft& draft, const LintBasis&) {
  const auto& back = draft.content.return_();
  for (const int reason : back.return_reasons()) {
    if (reason == content::v1::RETURN_REASON_NOT_COMPETENT && back.competent_authority().empty()) {
      return {"return.competent_authority"};
    }
  }
  return {};
}

Places SecretWithoutReason(const ActDraft& draft, const LintBasis&) {
  const auto& wish = draft.content.request().confidentiality();
  const bool wished = wish.scope() != content::v1::CONFIDENTIALITY_SCOPE_UNSPECIFIED;
  return wished && wish.reasons().empty() ? Places{"request.confidentiality.reasons"} : Places{};
}

Places TimeWithoutReason(const ActDraft& draft, const LintBasis&) {
  if (!draft.content.has_request()) return {};
  const auto& limit = draft.content.request().time_limit();
  const bool wished = !limit.wished_by_day().empty() || draft.urgency.wished_by_unix_ms() != 0;
  return wished && limit.reasons().empty() ? Places{"request.time_limit.reasons"} : Places{};
}

Places UnexplainedFailure(const ActDraft& draft, const LintBasis&) {
  Places places;
  const auto& measures = draft.content.execution_result().measures();
  for (int i = 0; i < measures.size(); ++i) {
    if (measures[i].outcome() == v1::MEASURE_OUTCOME_NOT_EXECUTABLE &&
        measures[i].reasons().empty()) {
      places.push_back(absl::StrCat("execution_result.measures[", i, "].reasons"));
    }
  }
  return places;
}

Places RefusedUnconsulted(const ActDraft& draft, const LintBasis& basis) {
  if (basis.consulted.value_or(false)) return {};
  return InDecision(draft, "consultation_act", [](const MeasureDecision& m) {
    return (IsRefused(m) || IsPostponed(m)) && m.consultation_act().empty();
  });
}

// Where the channel basis is not known, by the table of those that this version knows.
bool CountsAsOriginal(const ActDraft& draft, const LintBasis& basis) {
  const StatedEffect effect = basis.channel_basis.has_value()
                                  ? StatedEffectOf(draft.channel_class, &*basis.channel_basis)
                                  : StatedEffectOf(draft.channel_class, draft.channel_basis);
  return effect == StatedEffect::kFormalOriginal;
}

// An instrument speaks of the paper of formal acts only; of a case that goes on it was said when it
// was opened.
bool WantsPaper(const ActDraft& draft, const LintBasis& basis) {
  return draft.case_id.empty() && draft.channel_class == v1::CHANNEL_CLASS_FORMAL &&
         basis.legal_basis.has_value() && basis.legal_basis->paper_follows();
}

Places PaperUnsaid(const ActDraft& draft, const LintBasis& basis) {
  const bool unsaid = WantsPaper(draft, basis) && !draft.originals_follow;
  return unsaid && !CountsAsOriginal(draft, basis) ? Places{"originals_follow"} : Places{};
}

Places PaperWithoutDay(const ActDraft& draft, const LintBasis& basis) {
  const bool within = WantsPaper(draft, basis) && !basis.legal_basis->confirm_within().empty();
  const bool missing = draft.originals_follow && draft.confirmation_due.empty();
  return within && missing ? Places{"confirmation_due"} : Places{};
}

Places PaperAgainstChannel(const ActDraft& draft, const LintBasis& basis) {
  const bool both = WantsPaper(draft, basis) && CountsAsOriginal(draft, basis);
  return both ? Places{"originals_follow"} : Places{};
}

Places PaperForNothing(const ActDraft& draft, const LintBasis& basis) {
  const bool promised = draft.originals_follow && CountsAsOriginal(draft, basis);
  return promised && !WantsPaper(draft, basis) ? Places{"originals_follow"} : Places{};
}

constexpr std::array kRules = {
    PlacedRule{"REFUSAL_REASONS",
               "UN-UNTOC-2000 art. 18(23)",
               true,
               [](const ActDraft& d, const LintBasis&) {
                 return InDecision(d, "reasons", [](const MeasureDecision& m) {
                   return IsRefused(m) && (m.grounds().empty() || m.reasons().empty());
                 });
               },
               {"A refusal gives its ground and its reasons.",
                "Toda denegación indica su causal y sus motivos.",
                "Toda a recusa indica o seu fundamento e os seus motivos."}},
    PlacedRule{"POSTPONEMENT_REASONS",
               "UN-UNTOC-2000 art. 18(23), 18(25)",
               true,
               [](const ActDraft& d, const LintBasis&) {
                 return InDecision(d, "postponement_reason", [](const MeasureDecision& m) {
                   return IsPostponed(m) && (m.postponement_reason() == 0 || m.reasons().empty());
                 });
               },
               {"A postponement gives its reason, as a code and in words.",
                "Todo aplazamiento indica su motivo, con código y con palabras.",
                "Todo o adiamento indica o seu motivo, por código e por palavras."}},
    PlacedRule{"POSTPONEMENT_END",
               "UN-UNTOC-2000 art. 18(25); OAS-A55-1992 art. 11",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return InDecision(d, "expected_end_day", [](const MeasureDecision& m) {
                   return IsPostponed(m) && m.expected_end_day().empty() && m.duration().empty();
                 });
               },
               {"Say until when, or for how long, it is postponed.",
                "Diga hasta cuándo, o por cuánto tiempo, se aplaza.",
                "Diga até quando, ou por quanto tempo, se adia."}},
    PlacedRule{"CONSULTED_FIRST",
               "UN-UNTOC-2000 art. 18(26)",
               false,
               RefusedUnconsulted,
               {"Consult the requesting authority before refusing or postponing, and consider "
                "whether conditions would do; name the act of the consultation.",
                "Consulte a la autoridad requirente antes de denegar o aplazar, y considere si "
                "bastarían condiciones; indique el acto de la consulta.",
                "Consulte a autoridade requerente antes de recusar ou adiar, e considere se "
                "bastariam condições; indique o ato da consulta."}},
    PlacedRule{"BANK_SECRECY",
               "UN-UNTOC-2000 art. 18(8)",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return InDecision(d, "grounds", [](const MeasureDecision& m) {
                   return IsRefused(m) && SpeaksOfBankSecrecy(m);
                 });
               },
               {"Bank secrecy is not a ground to refuse.",
                "El secreto bancario no es causal de denegación.",
                "O sigilo bancário não é fundamento de recusa."}},
    PlacedRule{
        "TAX_SOLE_GROUND",
        "UN-UNTOC-2000 art. 18(22)",
        false,
        [](const ActDraft& d, const LintBasis&) { return InDecision(d, "grounds", OnlyTax); },
        {"That the offence is also a fiscal one is not enough to refuse.",
         "Que el delito entrañe también asuntos fiscales no basta para denegar.",
         "Que o crime envolva também matéria fiscal não basta para recusar."}},
    PlacedRule{"LETTER_REFUSAL_REASONS",
               "UN-UNTOC-2000 art. 18(23), 18(26)",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return InLetter(d, v1::MEASURE_OUTCOME_REFUSED);
               },
               {"Check that the letter gives ground and reasons, and names the consultation that "
                "came before.",
                "Compruebe que la carta indica causal y motivos, y la consulta previa.",
                "Verifique que a carta indica fundamento e motivos, e a consulta prévia."}},
    PlacedRule{"LETTER_POSTPONEMENT_END",
               "UN-UNTOC-2000 art. 18(25), 18(26)",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return InLetter(d, v1::MEASURE_OUTCOME_POSTPONED);
               },
               {"Check that the letter says why and until when it is postponed.",
                "Compruebe que la carta dice por qué y hasta cuándo se aplaza.",
                "Verifique que a carta diz porquê e até quando se adia."}},
    PlacedRule{"RETURN_REASONS",
               "EU-DIR-2014-41 art. 9(3); UN-UNTOC-2000 art. 18(23)",
               true,
               UnexplainedReturn,
               {"A return says why, as a code and in words.",
                "Toda devolución dice por qué, con código y con palabras.",
                "Toda a devolução diz porquê, por código e por palavras."}},
    PlacedRule{"RETURN_NAMES_COMPETENT",
               "EU-DIR-2014-41 art. 7(6)",
               false,
               ReturnWithoutCompetent,
               {"Who is not competent names who is, or forwards the act and tells the sender.",
                "Quien no es competente indica quién lo es, o remite el acto y avisa al remitente.",
                "Quem não é competente indica quem o é, ou reencaminha o ato e avisa o "
                "remetente."}},
    PlacedRule{
        "FORWARDED_INSIDE_COUNTRY",
        "EU-DIR-2014-41 art. 7(6)",
        true,
        ForwardedAbroad,
        {"An act is handed on inside one country; send it back with a RETURN that names the "
         "authority abroad.",
         "Un acto se remite dentro de un mismo país; devuélvalo con un RETURN que indique la "
         "autoridad extranjera.",
         "Um ato é encaminhado dentro de um mesmo país; devolva-o com um RETURN que indique a "
         "autoridade estrangeira."},
        true},
    PlacedRule{"NOT_EXECUTABLE_REASONS",
               "UN-UNTOC-2000 art. 18(23)",
               false,
               UnexplainedFailure,
               {"Say why the measure could not be carried out.",
                "Diga por qué no se pudo cumplir la diligencia.",
                "Diga por que não se pôde cumprir a diligência."}},
    PlacedRule{"CONFIDENTIALITY_REASONS",
               "UN-UNTOC-2000 art. 18(20)",
               false,
               SecretWithoutReason,
               {"Say why the request is to be kept secret, and from whom.",
                "Diga por qué la solicitud ha de mantenerse reservada, y frente a quién.",
                "Diga por que o pedido deve ser mantido em segredo, e perante quem."}},
    PlacedRule{"TIME_LIMIT_REASONS",
               "UN-UNTOC-2000 art. 18(24)",
               false,
               TimeWithoutReason,
               {"A time limit is wished for with its reasons, preferably in the request.",
                "Todo plazo que se desea lleva sus motivos, de preferencia en la solicitud.",
                "Todo o prazo que se deseja leva os seus motivos, de preferência no pedido."}},
    PlacedRule{"PAPER_UNSAID",
               "(instrument): paper_follows",
               false,
               PaperUnsaid,
               {"This instrument wants the originals on paper to follow, and this way of sending "
                "does not replace them: say that they follow, and until when.",
                "Este instrumento quiere que sigan los originales en papel, y esta vía no los "
                "sustituye: diga que siguen, y hasta cuándo.",
                "Este instrumento quer que se sigam os originais em papel, e esta via não os "
                "substitui: diga que se seguem, e até quando."}},
    PlacedRule{"PAPER_WITHOUT_DAY",
               "(instrument): confirm_within",
               false,
               PaperWithoutDay,
               {"This instrument has a time for the confirmation on paper: say the day.",
                "Este instrumento fija un plazo para la confirmación en papel: diga el día.",
                "Este instrumento fixa um prazo para a confirmação em papel: diga o dia."}},
    PlacedRule{"PAPER_AGAINST_CHANNEL",
               "COMJIB-MEDELLIN-2019 art. 3.3",
               false,
               PaperAgainstChannel,
               {"The instrument wants originals on paper to follow; by the channel basis the "
                "transmission is the original and none has to. Agree with the other side which "
                "of them counts, before it waits for paper.",
                "El instrumento quiere que sigan originales en papel; según la base del canal la "
                "transmisión es el original y no tienen que seguir. Acuerde con la otra parte qué "
                "vale, antes de que espere el papel.",
                "O instrumento quer que se sigam originais em papel; segundo a base do canal a "
                "transmissão é o original e não têm de se seguir. Acorde com a outra parte o que "
                "vale, antes que espere pelo papel."}},
    PlacedRule{"PAPER_FOR_NOTHING",
               "COMJIB-MEDELLIN-2019 art. 3.3",
               false,
               PaperForNothing,
               {"By the channel basis the transmission is the original: no paper has to follow.",
                "Según la base del canal la transmisión es el original: no tiene que seguir papel.",
                "Segundo a base do canal a transmissão é o original: não tem de se seguir papel."}},
};

}  // namespace

absl::Span<const PlacedRule> ProcedureRules() {
  return kRules;
}

}  // namespace rogatoria::client
