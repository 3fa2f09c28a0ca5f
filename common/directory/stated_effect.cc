#include "common/directory/stated_effect.h"

#include "absl/strings/substitute.h"
#include "common/directory/route_rules.h"

namespace rogatoria {
namespace {

struct EffectRow {
  v1::ChannelClass channel_class;
  absl::string_view channel_basis;  // empty: any other, none too
  StatedEffect effect;
};

// The first row that fits.
constexpr EffectRow kEffects[] = {
    {v1::CHANNEL_CLASS_FORMAL, "COMJIB-MEDELLIN-2019", StatedEffect::kFormalOriginal},
    {v1::CHANNEL_CLASS_FORMAL, "AIAMP-TIP-2011", StatedEffect::kFormal},
    {v1::CHANNEL_CLASS_FORMAL, "AIAMP-TIP-REV", StatedEffect::kFormal},
    {v1::CHANNEL_CLASS_FORMAL, "AIAMP-COOP-2018", StatedEffect::kFormal},
    {v1::CHANNEL_CLASS_FORMAL, "", StatedEffect::kFormal},
    {v1::CHANNEL_CLASS_INTERINSTITUTIONAL, "", StatedEffect::kInterinstitutional},
    {v1::CHANNEL_CLASS_INFORMAL, "", StatedEffect::kNone},
};

// clang-format off
// In the order of StatedEffect.
constexpr ThreeTexts kEffectTexts[] = {
  {"Information only: the transmission has no formal effect (Treaty of Medellín, article 3.4).",
   "Solo información: la transmisión no tiene efecto formal (Tratado de Medellín, artículo 3.4).",
   "Apenas informação: a transmissão não tem efeito formal (Tratado de Medellín, artigo 3.4)."},
  {"Between prosecution services, by their agreement: it has not the effect of a formal request.",
   "Entre Ministerios Públicos, por su acuerdo: no tiene el efecto de una solicitud formal.",
   "Entre Ministérios Públicos, por acordo seu: não tem o efeito de um pedido formal."},
  {"A formal transmission by the instrument; the way of sending does not make it the original.",
   "Transmisión formal por el instrumento; la vía no la convierte en original.",
   "Transmissão formal pelo instrumento; a via não a torna original."},
  {"A formal transmission that counts as original; no paper follows (Treaty of Medellín, article 3.3).",
   "Transmisión formal que vale como original; no sigue papel (Tratado de Medellín, artículo 3.3).",
   "Transmissão formal que vale como original; não segue papel (Tratado de Medellín, artigo 3.3)."},
  {"Sent as a formal act, but a rule of its instrument is not met and did not stop it: the parties say what it counts as.",
   "Enviado como acto formal, pero no se cumple una regla de su instrumento, que no lo detuvo: las partes dirán qué efecto tiene.",
   "Enviado como ato formal, mas não se cumpre uma regra do seu instrumento, que não o deteve: as partes dirão que efeito tem."},
};

constexpr ThreeTexts kPaperFollows = {
  "$0 wants the originals on paper to follow.",
  "$0 exige que sigan los originales en papel.",
  "$0 exige que sigam os originais em papel."};
constexpr ThreeTexts kPaperWithin = {
  "$0 wants the originals on paper to follow within $1 $2.",
  "$0 exige que sigan los originales en papel en el plazo de $1 $2.",
  "$0 exige que sigam os originais em papel no prazo de $1 $2."};
constexpr ThreeTexts kConsult = {
  "$0: the other side is consulted before a refusal or a postponement.",
  "$0: se consulta a la otra parte antes de denegar o aplazar.",
  "$0: consulta-se a outra parte antes de recusar ou adiar."};
constexpr ThreeTexts kSpeciality = {
  "$0: what is received is used only as stated (speciality).",
  "$0: lo recibido solo se usa para lo declarado (especialidad).",
  "$0: o que se recebe só se usa para o declarado (especialidade)."};
// clang-format on

// "10 DAYS" apart: how many, and what of.
constexpr ThreeTexts kDays = {"calendar days", "días naturales", "dias de calendário"};
constexpr ThreeTexts kWorkingDays = {"working days", "días hábiles", "dias úteis"};

absl::string_view In(const ThreeTexts& texts, Language language) {
  return texts[static_cast<size_t>(language)];
}

// Of an instrument's own words, when it has them.
absl::string_view OwnWords(const v1::Instrument& basis, Language language) {
  switch (language) {
    case Language::kSpanish:
      return basis.effect_words().es();
    case Language::kPortuguese:
      return basis.effect_words().pt();
    default:
      return basis.effect_words().en();
  }
}

std::string PaperSentence(const v1::Instrument& instrument, Language language) {
  const std::string& within = instrument.confirm_within();
  if (within.empty()) return absl::Substitute(In(kPaperFollows, language), instrument.id());
  const size_t space = within.find(' ');
  const bool working = within.substr(space + 1) == "WORKING_DAYS";
  return absl::Substitute(In(kPaperWithin, language),
                          instrument.id(),
                          within.substr(0, space),
                          In(working ? kWorkingDays : kDays, language));
}

}  // namespace

StatedEffect StatedEffectOf(v1::ChannelClass channel_class, absl::string_view channel_basis) {
  for (const EffectRow& row : kEffects) {
    if (row.channel_class == channel_class &&
        (row.channel_basis.empty() || row.channel_basis == channel_basis)) {
      return row.effect;
    }
  }
  return StatedEffect::kNone;
}

StatedEffect StatedEffectOf(v1::ChannelClass channel_class, const v1::Instrument* channel_basis) {
  if (channel_class == v1::CHANNEL_CLASS_FORMAL && channel_basis != nullptr &&
      channel_basis->effect() == v1::CHANNEL_EFFECT_FORMAL_ORIGINAL) {
    return StatedEffect::kFormalOriginal;
  }
  return StatedEffectOf(channel_class, "");
}

StatedEffect Unsettled(StatedEffect effect) {
  const bool formal = effect == StatedEffect::kFormal || effect == StatedEffect::kFormalOriginal;
  return formal ? StatedEffect::kFormalUnsettled : effect;
}

std::vector<std::string> DescribeEffects(v1::ChannelClass channel_class,
                                         const v1::Instrument* legal_basis,
                                         const v1::Instrument* channel_basis,
                                         Language language,
                                         bool unsettled) {
  const StatedEffect stated = StatedEffectOf(channel_class, channel_basis);
  const StatedEffect effect = unsettled ? Unsettled(stated) : stated;
  const bool own_words = effect == stated && channel_basis != nullptr &&
                         channel_basis->has_effect_words() &&
                         channel_class != v1::CHANNEL_CLASS_INFORMAL;
  std::vector<std::string> sentences;
  sentences.emplace_back(own_words ? OwnWords(*channel_basis, language)
                                   : In(kEffectTexts[static_cast<size_t>(effect)], language));
  if (legal_basis == nullptr || channel_class != v1::CHANNEL_CLASS_FORMAL) return sentences;
  if (legal_basis->paper_follows() && effect != StatedEffect::kFormalOriginal) {
    sentences.push_back(PaperSentence(*legal_basis, language));
  }
  if (legal_basis->consult_before_refusal()) {
    sentences.push_back(absl::Substitute(In(kConsult, language), legal_basis->id()));
  }
  if (legal_basis->speciality()) {
    sentences.push_back(absl::Substitute(In(kSpeciality, language), legal_basis->id()));
  }
  return sentences;
}

}  // namespace rogatoria
