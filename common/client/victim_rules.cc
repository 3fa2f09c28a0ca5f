// VictimRules of placed_rules.h: rules of decency towards victims and minors (domain: Palermo
// Protocol articles 3 and 6 to 8, UNTOC articles 24 and 25), as one table. What is inside the seal
// only its parties can look at.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/client/age_rules.h"
#include "common/client/indicators.h"
#include "common/client/lint.h"
#include "common/client/placed_rules.h"
#include "common/client/precautions.h"
#include "common/client/typed_content.h"

namespace rogatoria::client {
namespace {

using content::v1::CaseFileChecklist;
using content::v1::ChecklistElement;
using content::v1::ConsentRecord;
using content::v1::Person;
using content::v1::VulnerabilityProfile;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsMinor(content::v1::Minority minority) {
  return minority == content::v1::MINORITY_YES || minority == content::v1::MINORITY_PRESUMED;
}

// The places of messages of one type that `broken` finds fault with.
template <typename Wanted, typename Broken>
Places At(const ActDraft& draft, absl::string_view field, Broken broken) {
  Places places;
  for (const auto& found : All<Wanted>(draft.content, "")) {
    if (broken(*found.message)) places.push_back(JoinPath(found.path, field));
  }
  return places;
}

constexpr char kPseudonymPrefix[] = "VIC-";

// Codes such as VIC-0001: capitals, digits and hyphens behind a prefix. A name has small letters,
// or no digit.
bool IsCode(absl::string_view text, absl::string_view prefix) {
  if (!absl::StartsWith(text, prefix) || text.size() == prefix.size() || text.size() > 32) {
    return false;
  }
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '-';
  });
  return plain && std::any_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// Fields of this name, wherever they are, that hold no such code.
Places NotCoded(const ActDraft& draft, absl::string_view name, absl::string_view prefix) {
  Places places;
  EachField(draft.content,
            "",
            [&](const Message& message, const FieldDescriptor& field, const std::string& at) {
              if (field.name() != name) return;
              if (!IsCode(message.GetReflection()->GetString(message, &field), prefix))
                places.push_back(JoinPath(at, name));
            });
  return places;
}

// In what all may open, and in what two custodians do: the pseudonym there stands outside, too.
Places NotPseudonyms(const ActDraft& draft) {
  Places places = NotCoded(draft, "pseudonym", kPseudonymPrefix);
  for (int i = 0; i < draft.identity.records_size(); ++i) {
    const std::string& pseudonym = draft.identity.records(i).pseudonym();
    if (!pseudonym.empty() && !IsCode(pseudonym, kPseudonymPrefix))
      places.push_back(absl::StrCat("identity[", i, "].pseudonym"));
  }
  return places;
}

bool IsUnknown(const content::v1::Indicator& indicator) {
  return FindIndicator(indicator.code()) == nullptr;
}

bool IsNamedVictim(const Person& person) {
  const bool victim = person.role() == content::v1::PERSON_ROLE_VICTIM ||
                      person.role() == content::v1::PERSON_ROLE_PRESUMED_VICTIM ||
                      person.protected_witness();
  return victim && !person.name().empty();
}

bool MayBeMinor(const VulnerabilityProfile& profile) {
  const bool open = profile.minority() == content::v1::MINORITY_UNSPECIFIED;
  const bool young =
      profile.age_from() < kOfAge && (profile.age_from() != 0 || profile.age_to() != 0);
  return open && young;
}

bool MinorWithoutGuardian(const VulnerabilityProfile& profile) {
  return IsMinor(profile.minority()) &&
         profile.guardian_type() == content::v1::GUARDIAN_TYPE_UNSPECIFIED;
}

bool HasMinor(const ActDraft& draft) {
  const auto profiles = All<VulnerabilityProfile>(draft.content, "");
  return std::any_of(profiles.begin(), profiles.end(), [](const auto& found) {
    return IsMinor(found.message->minority());
  });
}

Places ChildAlone(const ActDraft& draft, const LintBasis&) {
  if (!HasMinor(draft)) return {};
  return At<ConsentRecord>(draft, "consent_giver", [](const ConsentRecord& consent) {
    return consent.consent() == content::v1::CONSENT_GIVEN &&
           consent.consent_giver() == content::v1::CONSENT_GIVER_PERSON;
  });
}

// Referred without the person's word.
Places Unasked(const ActDraft& draft, const LintBasis&) {
  const auto& content = draft.content;
  if (content.has_victim_referral() && !content.victim_referral().has_consent_record())
    return {"victim_referral.consent_record"};
  if (content.has_intersectoral_referral() &&
      !content.intersectoral_referral().has_consent_record())
    return {"intersectoral_referral.consent_record"};
  if (content.has_return_coordination() && !content.return_coordination().has_consent_record())
    return {"return_coordination.consent_record"};
  return {};
}

// Words by which help is made to depend on a statement.
bool SpeaksOfTestimony(absl::string_view text) {
  const std::string small = absl::AsciiStrToLower(text);
  for (absl::string_view words :
       {"testif", "testimon", "testemunh", "declar", "depoim", "depor contra"}) {
    if (absl::StrContains(small, words)) return true;
  }
  return false;
}

// Why help is declined, what somebody agreed to be helped with, and when a place in a shelter ends.
Places Conditional(const ActDraft& draft, const LintBasis&) {
  Places places = At<ConsentRecord>(draft, "scope", [](const ConsentRecord& record) {
    return SpeaksOfTestimony(record.scope());
  });
  if (SpeaksOfTestimony(draft.content.shelter_placement().exit_plan()))
    places.push_back("shelter_placement.exit_plan");
  const auto& answer = draft.content.referral_answer();
  if (SpeaksOfTestimony(answer.reasons())) places.push_back("referral_answer.reasons");
  for (int i = 0; i < answer.services_size(); ++i) {
    if (!answer.services(i).provided() && SpeaksOfTestimony(answer.services(i).reasons()))
      places.push_back(absl::StrCat("referral_answer.services[", i, "].reasons"));
  }
  return places;
}

// Words by which what somebody agreed to is held against them.
bool SpeaksOfConsent(absl::string_view text) {
  const std::string small = absl::AsciiStrToLower(text);
  for (absl::string_view words : {"consent", "consint", "voluntar"}) {
    if (absl::StrContains(small, words)) return true;
  }
  return false;
}

// Why somebody is no victim, and what is missing of a means: there consent is no reason.
Places ConsentAsReason(const ActDraft& draft, const LintBasis&) {
  Places places;
  const auto& notice = draft.content.victim_identification_notice();
  if (notice.identification_status() == content::v1::IDENTIFICATION_STATUS_NOT_IDENTIFIED &&
      SpeaksOfConsent(notice.reasons())) {
    places.push_back("victim_identification_notice.reasons");
  }
  const auto& elements = draft.content.request().checklist().elements();
  for (int i = 0; i < elements.size(); ++i) {
    if (SpeaksOfConsent(elements[i].gap()) || SpeaksOfConsent(elements[i].element()))
      places.push_back(absl::StrCat("request.checklist.elements[", i, "]"));
  }
  return places;
}

// Smuggling codes are none of trafficking, and the reverse (domain: ICCS 0204 and 08051).
bool NamesOffence(const ActDraft& draft, absl::string_view code) {
  const auto& codes = draft.cover_slip.offence_codes();
  return std::any_of(codes.begin(), codes.end(), [&](const std::string& one) {
    return absl::StartsWith(one, code);
  });
}

Places Confused(const ActDraft& draft, const LintBasis&) {
  constexpr absl::string_view kTrafficking = "ICCS:0204", kSmuggling = "ICCS:08051";
  const bool smuggling = draft.kind == v1::ACT_KIND_SMUGGLING_REPORT;
  const bool detection = draft.kind == v1::ACT_KIND_DETECTION_REPORT;
  if ((smuggling && NamesOffence(draft, kTrafficking)) ||
      (detection && NamesOffence(draft, kSmuggling))) {
    return {"cover_slip.offence_codes"};
  }
  return smuggling && draft.cover_slip.victims() ? Places{"cover_slip.victims"} : Places{};
}

bool IsOpen(const ChecklistElement& element) {
  return element.element_status() == content::v1::ELEMENT_STATUS_GAP ||
         element.element_status() == content::v1::ELEMENT_STATUS_PARTLY_PROVED;
}

// Which of the three elements of trafficking no row of a checklist speaks of; a child needs no
// means.
std::string MissingElement(const CaseFileChecklist& list) {
  bool act = false, means = IsMinor(list.minority()), purpose = false;
  for (const ChecklistElement& element : list.elements()) {
    act |= element.trafficking_act() != content::v1::TRAFFICKING_ACT_UNSPECIFIED;
    means |= element.trafficking_means() != content::v1::TRAFFICKING_MEANS_UNSPECIFIED;
    purpose |= element.trafficking_purpose() != content::v1::TRAFFICKING_PURPOSE_UNSPECIFIED;
  }
  if (!act) return "trafficking_act";
  if (!means) return "trafficking_means";
  return purpose ? "" : "trafficking_purpose";
}

// The missing one is named at its own field, so that each text can say which it is.
Places MissingOf(const ActDraft& draft, absl::string_view element) {
  if (!draft.content.request().has_checklist()) return {};
  if (MissingElement(draft.content.request().checklist()) != element) return {};
  return {absl::StrCat("request.checklist.elements[].", element)};
}

// Elements of a checklist that `broken` finds fault with.
template <typename Broken>
Places InChecklist(const ActDraft& draft, absl::string_view field, Broken broken) {
  const CaseFileChecklist& list = draft.content.request().checklist();
  Places places;
  for (int i = 0; i < list.elements_size(); ++i) {
    if (broken(list, list.elements(i)))
      places.push_back(absl::StrCat("request.checklist.elements[", i, "].", field));
  }
  return places;
}

// What nobody answers is open for good once the referral is closed.
Places OpenAtClosure(const ActDraft& draft, const LintBasis& basis) {
  Places places;
  if (draft.kind != v1::ACT_KIND_CLOSURE) return places;
  for (const std::string& code : basis.unanswered)
    places.push_back(absl::StrCat(kFieldOfFeedback, "[", code, "]"));
  return places;
}

constexpr std::array kRules = {
    PlacedRule{"PSEUDONYM_IS_A_CODE",
               "UN-TIP-2000 art. 6(1)",
               false,
               [](const ActDraft& d, const LintBasis&) { return NotPseudonyms(d); },
               {"A pseudonym is a code such as VIC-0001: this looks like something else. If it is "
                "a name, take it out; names belong to the identity part.",
                "Un seudónimo es un código como VIC-0001: esto parece otra cosa. Si es un nombre, "
                "quítelo; los nombres van en la parte de identidad.",
                "Um pseudónimo é um código como VIC-0001: isto parece outra coisa. Se for um nome, "
                "retire-o; os nomes vão na parte de identidade."},
               true},
    PlacedRule{
        "SERVICE_IS_A_CODE",
        "UN-TIP-2000 art. 6(5)",
        true,
        [](const ActDraft& d, const LintBasis&) { return NotCoded(d, "service_id", "SVC-"); },
        {"A service goes by an opaque code such as SVC-7F3A, never by its name or place.",
         "Un servicio se indica con un código opaco como SVC-7F3A, nunca por su nombre o lugar.",
         "Um serviço indica-se por um código opaco como SVC-7F3A, nunca pelo nome ou local."},
        true},
    PlacedRule{
        "VICTIM_NOT_NAMED",
        "UN-TIP-2000 art. 6(1)",
        false,
        [](const ActDraft& d, const LintBasis&) { return At<Person>(d, "name", IsNamedVictim); },
        {"A victim or protected witness goes by a pseudonym: who may open the act would read "
         "the name.",
         "Una víctima o un testigo protegido va con seudónimo: quien pueda abrir el acto "
         "leería el nombre.",
         "Uma vítima ou testemunha protegida vai com pseudónimo: quem puder abrir o ato leria "
         "o nome."},
        true},
    PlacedRule{"INDICATOR_KNOWN",
               "docs/indicators.md",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return At<content::v1::Indicator>(d, "code", IsUnknown);
               },
               {"The catalogue of this version has no such indicator: the other side will see the "
                "code alone.",
                "El catálogo de esta versión no tiene ese indicador: la otra parte verá solo el "
                "código.",
                "O catálogo desta versão não tem esse indicador: a outra parte verá só o código."},
               true},
    PlacedRule{"AGE_AGREES",
               "UN-TIP-2000 art. 3(d)",
               true,
               [](const ActDraft& d, const LintBasis&) { return AgeContradictions(d); },
               {"What is said of minority contradicts the age, or what is said of it elsewhere: "
                "under eighteen is a minor.",
                "Lo que se dice de la minoría de edad contradice la edad, o lo que se dice de ella "
                "en otro lugar: menor es quien no ha cumplido dieciocho años.",
                "O que se diz da menoridade contradiz a idade, ou o que dela se diz noutro lugar: "
                "menor é quem não fez dezoito anos."},
               true},
    PlacedRule{"AGE_RANGE",
               "docs/victims.md",
               true,
               [](const ActDraft& d, const LintBasis&) { return TurnedAges(d); },
               {"The least age is above the greatest: turn them round.",
                "La edad mínima es mayor que la máxima: inviértalas.",
                "A idade mínima é maior do que a máxima: troque-as."},
               true},
    PlacedRule{
        "BIRTH_AGREES",
        "UN-TIP-2000 art. 3(d)",
        true,
        [](const ActDraft& d, const LintBasis&) { return BirthContradictions(d, absl::Now()); },
        {"The day of birth, here or in the identity part, contradicts this: under eighteen "
         "is a minor.",
         "La fecha de nacimiento, aquí o en la parte de identidad, contradice esto: menor es "
         "quien no ha cumplido dieciocho años.",
         "A data de nascimento, aqui ou na parte de identidade, contradiz isto: menor é quem "
         "não fez dezoito anos."},
        true},
    PlacedRule{"MINORITY_PRESUMED",
               "COE-197 art. 10(3)",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return At<VulnerabilityProfile>(d, "minority", MayBeMinor);
               },
               {"When the age is in doubt the person is presumed to be a minor: write PRESUMED.",
                "Si hay duda sobre la edad se presume que es menor: escriba PRESUMED.",
                "Em caso de dúvida sobre a idade presume-se que é menor: escreva PRESUMED."}},
    PlacedRule{"GUARDIAN_OF_MINOR",
               "COE-197 art. 10(4)",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return At<VulnerabilityProfile>(d, "guardian_type", MinorWithoutGuardian);
               },
               {"Say who stands for the minor, or NONE_YET.",
                "Diga quién representa al menor, o NONE_YET.",
                "Diga quem representa o menor, ou NONE_YET."}},
    PlacedRule{"CONSENT_OF_CHILD",
               "UN-CRC-1989 art. 3, 12",
               false,
               ChildAlone,
               {"For a minor the guardian consents, after the child was heard.",
                "Por un menor consiente su tutor, oído el niño.",
                "Por um menor consente o tutor, ouvida a criança."}},
    PlacedRule{"CONSENT_ASKED",
               "UN-TIP-2000 art. 6; COE-197 art. 12(7)",
               false,
               Unasked,
               {"Say whether the person agreed to be referred: who, when and for what.",
                "Diga si la persona consintió en ser derivada: quién, cuándo y para qué.",
                "Diga se a pessoa consentiu em ser encaminhada: quem, quando e para quê."}},
    PlacedRule{"ASSISTANCE_UNCONDITIONAL",
               "COE-197 art. 12(6)",
               false,
               Conditional,
               {"Assistance does not depend on whether somebody testifies: look again at these "
                "words.",
                "La asistencia no depende de que alguien declare: revise estas palabras.",
                "A assistência não depende de alguém testemunhar: reveja estas palavras."}},
    PlacedRule{"PRECAUTIONS_ANSWERED",
               "UN-UNTOC-2000 art. 24, 25",
               false,
               OpenAtClosure,
               {"The case would be closed, and nobody said what became of this precaution: ask for "
                "a REFERRAL_FEEDBACK first.",
                "Se cerraría el expediente sin que nadie dijera qué fue de esta precaución: pida "
                "antes un REFERRAL_FEEDBACK.",
                "O processo seria encerrado sem que ninguém dissesse o que foi feito desta "
                "precaução: peça antes um REFERRAL_FEEDBACK."}},
    PlacedRule{
        "CONSENT_IRRELEVANT",
        "UN-TIP-2000 art. 3(b), (c)",
        false,
        ConsentAsReason,
        {"Where one of the means was used, and always with a child, consent does not matter: "
         "look again at these words.",
         "Si se empleó alguno de los medios, y siempre que sea un niño, el consentimiento no "
         "cuenta: revise estas palabras.",
         "Se foi usado algum dos meios, e sempre que seja uma criança, o consentimento não "
         "conta: reveja estas palavras."}},
    PlacedRule{
        "SMUGGLING_APART",
        "UN-SOM-2000 art. 3; UN-TIP-2000 art. 3",
        true,
        Confused,
        {"Smuggling of migrants is not trafficking in persons: where both were seen, send two "
         "reports.",
         "El tráfico ilícito de migrantes no es trata de personas: si se vieron ambos, envíe "
         "dos informes.",
         "A introdução ilícita de migrantes não é tráfico de pessoas: se ambos foram vistos, "
         "envie dois relatórios."},
        true},
    PlacedRule{"CHECKLIST_ACT",
               "UN-TIP-2000 art. 3(a)",
               false,
               [](const ActDraft& d, const LintBasis&) { return MissingOf(d, "trafficking_act"); },
               {"The checklist says nothing of the act: recruitment, transportation, transfer, "
                "harbouring or receipt.",
                "La lista no dice nada de la acción: captación, transporte, traslado, acogida o "
                "recepción.",
                "A lista nada diz da ação: recrutamento, transporte, transferência, acolhimento ou "
                "receção."}},
    PlacedRule{
        "CHECKLIST_MEANS",
        "UN-TIP-2000 art. 3(a), (c)",
        false,
        [](const ActDraft& d, const LintBasis&) { return MissingOf(d, "trafficking_means"); },
        {"The checklist says nothing of the means; only where the victim is a child none is "
         "needed.",
         "La lista no dice nada de los medios; solo si la víctima es un niño no hacen falta.",
         "A lista nada diz dos meios; só se a vítima for uma criança não são precisos."}},
    PlacedRule{
        "CHECKLIST_PURPOSE",
        "UN-TIP-2000 art. 3(a)",
        false,
        [](const ActDraft& d, const LintBasis&) { return MissingOf(d, "trafficking_purpose"); },
        {"The checklist says nothing of the purpose of exploitation.",
         "La lista no dice nada del fin de explotación.",
         "A lista nada diz do fim de exploração."}},
    PlacedRule{"CHECKLIST_GAP_SAID",
               "docs/victims.md",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return InChecklist(d, "gap", [](const auto&, const ChecklistElement& element) {
                   return IsOpen(element) && element.gap().empty();
                 });
               },
               {"Say what is missing, so that the other side knows what to look for.",
                "Diga qué falta, para que la otra parte sepa qué buscar.",
                "Diga o que falta, para que a outra parte saiba o que procurar."}},
    PlacedRule{"CHECKLIST_EXHIBIT_SAID",
               "docs/victims.md",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return InChecklist(d, "exhibit", [](const auto&, const ChecklistElement& element) {
                   return element.element_status() == content::v1::ELEMENT_STATUS_PROVED &&
                          element.exhibit().empty();
                 });
               },
               {"Say what proves it.", "Diga qué lo prueba.", "Diga o que o prova."}},
    PlacedRule{"CHILD_NEEDS_NO_MEANS",
               "UN-TIP-2000 art. 3(c)",
               false,
               [](const ActDraft& d, const LintBasis&) {
                 return InChecklist(
                     d,
                     "element_status",
                     [](const CaseFileChecklist& list, const ChecklistElement& element) {
                       return IsMinor(list.minority()) && IsOpen(element) &&
                              element.trafficking_means() !=
                                  content::v1::TRAFFICKING_MEANS_UNSPECIFIED;
                     });
               },
               {"Where the victim is a child no means has to be proved: NOT_NEEDED.",
                "Si la víctima es un niño no hay que probar medios: NOT_NEEDED.",
                "Se a vítima for uma criança não é preciso provar meios: NOT_NEEDED."}},
};

}  // namespace

absl::Span<const PlacedRule> VictimRules() {
  return kRules;
}

}  // namespace rogatoria::client
