#include "common/directory/route_evaluation.h"

#include <algorithm>
#include <tuple>

#include "absl/time/civil_time.h"
#include "common/directory/competence.h"

namespace rogatoria {
namespace {

// An authority's data are attested every six months (decisions.md 27).
constexpr int kAttestedMonths = 6;

bool ByPurposeAndDigest(const StatedKey* a, const StatedKey* b) {
  return std::tie(a->purpose, a->certificate.fingerprint_bytes()) <
         std::tie(b->purpose, b->certificate.fingerprint_bytes());
}

}  // namespace

RouteEvaluation::RouteEvaluation(const Directory& directory,
                                 const Standings& standings,
                                 const RouteQuery& query,
                                 bool to_the_end)
    : directory_(directory),
      standings_(standings),
      query_(query),
      to_the_end_(to_the_end),
      day_(DayOf(query.now)) {
  Evaluate();
}

bool RouteEvaluation::Rule(RouteRule rule, bool met) {
  results_.push_back({rule, met, Passed::kNo});
  if (!met && first_unmet_ == nullptr) first_unmet_ = &RowOf(rule);
  return met || to_the_end_;
}

bool RouteEvaluation::RuleOf(const v1::Instrument& instrument, RouteRule rule, bool met) {
  const bool warns = instrument.mode() == v1::INSTRUMENT_MODE_WARN;
  const bool insisted = query_.insists && query_.case_goes_on && RowOf(rule).insisting_passes;
  if (met || (!warns && !insisted)) return Rule(rule, met);
  results_.push_back({rule, false, warns ? Passed::kWarned : Passed::kInsisted});
  effect_unsettled_ = true;
  return true;
}

void RouteEvaluation::Evaluate() {
  instrument_ = directory_.FindInstrument(query_.instrument);
  sender_ = directory_.FindAuthority(query_.sender);
  if (!Rule(RouteRule::kSenderKnown, sender_ != nullptr)) return;
  if (sender_ != nullptr && !Rule(RouteRule::kSenderActive, IsActive(*sender_))) return;
  if (!EvaluateInstrument() || !FindRecipient()) return;
  if (sender_ == nullptr || recipient_ == nullptr) return;  // the rest is about the pair
  if (EvaluatePair() && EvaluateChannelBasis()) EvaluateRecipient();
}

bool RouteEvaluation::EvaluateInstrument() {
  const bool known_channel = query_.channel_class != v1::CHANNEL_CLASS_UNSPECIFIED &&
                             v1::ChannelClass_IsValid(query_.channel_class);
  if (!known_channel) return Rule(RouteRule::kChannelKnown, false) && false;
  const bool formal = query_.channel_class == v1::CHANNEL_CLASS_FORMAL;
  if (formal && !Rule(RouteRule::kInstrumentNamed, !query_.instrument.empty())) return false;
  if (query_.instrument.empty()) return true;
  if (!Rule(RouteRule::kInstrumentKnown, instrument_ != nullptr)) return false;
  // Outside the formal channel an instrument is only mentioned.
  return !formal || instrument_ == nullptr ||
         Rule(RouteRule::kInstrumentIsLegalBasis, instrument_->legal_basis());
}

bool RouteEvaluation::FindRecipient() {
  if (query_.authority.empty()) return ChooseCompetent();
  recipient_ = directory_.FindAuthority(query_.authority);
  return Rule(RouteRule::kRecipientKnown, recipient_ != nullptr);
}

bool RouteEvaluation::ChooseCompetent() {
  const Competent found = FindCompetent(directory_, query_, instrument_, sender_, day_);
  const size_t count = found.authorities.size();
  choice_ = found.choice;
  if (count == 1) recipient_ = found.authorities.front();
  if (!Rule(RouteRule::kCompetentFound, count > 0)) return false;
  return count == 0 || Rule(RouteRule::kCompetentUnique, count == 1);
}

bool RouteEvaluation::EvaluatePair() {
  if (!Rule(RouteRule::kRecipientIsAnother, sender_ != recipient_) ||
      !Rule(RouteRule::kRecipientActive, IsActive(*recipient_))) {
    return false;
  }
  if (IsHandedOnAtHome()) return true;
  switch (query_.channel_class) {
    case v1::CHANNEL_CLASS_FORMAL:
      return instrument_ == nullptr || EvaluateFormal();
    case v1::CHANNEL_CLASS_INTERINSTITUTIONAL:
      return Rule(RouteRule::kSenderProsecutionService,
                  sender_->Is(v1::AUTHORITY_KIND_PROSECUTION_SERVICE)) &&
             Rule(RouteRule::kRecipientProsecutionService,
                  recipient_->Is(v1::AUTHORITY_KIND_PROSECUTION_SERVICE));
    default:
      return true;
  }
}

// To whom it concerns inside one State, which no instrument between States looks at.
bool RouteEvaluation::IsHandedOnAtHome() const {
  return query_.kind == v1::ACT_KIND_FORWARDING_NOTICE &&
         sender_->record.country() == recipient_->record.country();
}

// A party of a case was entitled when it became one, by designation or because the case was
// forwarded to it; the exchange sees to it that it is one.
bool RouteEvaluation::EvaluateFormal() {
  const v1::Instrument& instrument = *instrument_;
  const auto entitled = [&](const AuthorityEntry& entry) {
    return query_.case_goes_on || MayUse(entry, instrument, query_, day_);
  };
  return RuleOf(instrument, RouteRule::kInstrumentInForce, IsInForce(instrument)) &&
         RuleOf(instrument, RouteRule::kInstrumentCoversMeasure, CoversMeasures()) &&
         RuleOf(instrument, RouteRule::kSenderDesignated, entitled(*sender_)) &&
         RuleOf(instrument, RouteRule::kRecipientDesignated, entitled(*recipient_));
}

// The first that it does not cover is the one that the texts speak of.
bool RouteEvaluation::CoversMeasures() {
  const auto& covered = instrument_->measures();
  if (covered.empty()) return true;
  for (const std::string& measure : MeasuresAsked(query_)) {
    if (std::find(covered.begin(), covered.end(), measure) != covered.end()) continue;
    measure_ = measure;
    return false;
  }
  return true;
}

bool RouteEvaluation::EvaluateRecipient() {
  if (query_.data_class != v1::DATA_CLASS_UNSPECIFIED &&
      !Rule(RouteRule::kDataClassWithinCeiling,
            query_.data_class <= recipient_->record.data_class_ceiling())) {
    return false;
  }
  if (!recipient_->record.attested().empty() && !IsAttested()) {
    results_.push_back({RouteRule::kRecipientAttested, false, Passed::kWarned});
  }
  bool primary = false;
  for (const StatedKey& key : recipient_->keys) {
    if (key.purpose == v1::KEY_PURPOSE_ORGANISATION_SEAL || !key.HoldsAt(query_.now) ||
        !standings_.IsActive(v1::STANDING_SUBJECT_CERTIFICATE,
                             key.certificate.fingerprint_sha256())) {
      continue;
    }
    primary |= key.purpose == v1::KEY_PURPOSE_SEALING;
    (IsCustodians(key.purpose) ? custodians_ : sealing_).push_back(&key);
  }
  std::sort(sealing_.begin(), sealing_.end(), ByPurposeAndDigest);
  std::sort(custodians_.begin(), custodians_.end(), ByPurposeAndDigest);
  return Rule(RouteRule::kSealingKey, primary);
}

bool RouteEvaluation::EvaluateChannelBasis() {
  if (query_.channel_basis.empty()) return true;
  const v1::Instrument* basis = directory_.FindInstrument(query_.channel_basis);
  const bool known = basis != nullptr && basis->channel_basis();
  if (!Rule(RouteRule::kChannelBasisKnown, known)) return false;
  if (!known) return true;
  channel_basis_ = basis;
  return query_.channel_class == v1::CHANNEL_CLASS_INFORMAL || IsHandedOnAtHome() ||
         RuleOf(*basis, RouteRule::kChannelBasisInForce, IsInForce(*basis));
}

bool RouteEvaluation::IsActive(const AuthorityEntry& entry) const {
  return standings_.IsActive(v1::STANDING_SUBJECT_AUTHORITY, entry.record.id());
}

bool RouteEvaluation::IsInForce(const v1::Instrument& instrument) const {
  for (const v1::InstrumentRelation* relation :
       RelationsBetween(instrument, sender_->record.country(), recipient_->record.country())) {
    if (relation->status() == v1::INSTRUMENT_STATUS_OBJECTED) continue;
    const Validity validity{relation->from(), relation->to()};
    if (query_.case_goes_on
            ? validity.HasBegun(day_)
            : validity.Covers(day_) && relation->status() == v1::INSTRUMENT_STATUS_IN_FORCE) {
      return true;
    }
  }
  return false;
}

absl::Span<const v1::InstrumentRelation* const> RouteEvaluation::relations() const {
  if (instrument_ == nullptr || sender_ == nullptr || recipient_ == nullptr) return {};
  return RelationsBetween(*instrument_, sender_->record.country(), recipient_->record.country());
}

bool RouteEvaluation::IsAttested() const {
  absl::CivilDay attested;
  absl::CivilDay today;
  if (!absl::ParseCivilTime(recipient_->record.attested(), &attested) ||
      !absl::ParseCivilTime(day_, &today)) {
    return false;
  }
  return today <=
         absl::CivilDay(attested.year(), attested.month() + kAttestedMonths, attested.day());
}

RouteWords RouteEvaluation::Words() const {
  RouteWords words;
  words.sender = query_.sender;
  words.recipient = recipient_ == nullptr ? query_.authority : recipient_->record.id();
  words.instrument = query_.instrument;
  words.channel_basis = query_.channel_basis;
  if (sender_ != nullptr) words.sender_country = sender_->record.country();
  words.recipient_country = recipient_ == nullptr ? query_.country : recipient_->record.country();
  words.measure = measure_.empty() ? query_.measure : measure_;
  if (recipient_ != nullptr) words.day = recipient_->record.attested();
  return words;
}

}  // namespace rogatoria
