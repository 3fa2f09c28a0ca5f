#include "common/directory/route_evaluation.h"

#include <algorithm>
#include <tuple>

namespace rogatoria {
namespace {

// Whom one looks for in a country, by channel class, the best first.
constexpr v1::AuthorityKind kInterinstitutionalKinds[] = {v1::AUTHORITY_KIND_PROSECUTION_SERVICE};
constexpr v1::AuthorityKind kInformalKinds[] = {v1::AUTHORITY_KIND_CONTACT_POINT,
                                                v1::AUTHORITY_KIND_LIAISON_BODY,
                                                v1::AUTHORITY_KIND_PROSECUTION_SERVICE,
                                                v1::AUTHORITY_KIND_CENTRAL_AUTHORITY};
// Who may use an instrument that allows direct transmission without a designation.
constexpr v1::AuthorityKind kDirectKinds[] = {v1::AUTHORITY_KIND_PROSECUTION_SERVICE,
                                              v1::AUTHORITY_KIND_COURT,
                                              v1::AUTHORITY_KIND_CENTRAL_AUTHORITY};

bool IsOneOf(const AuthorityEntry& entry, absl::Span<const v1::AuthorityKind> kinds) {
  return std::any_of(
      kinds.begin(), kinds.end(), [&entry](v1::AuthorityKind kind) { return entry.Is(kind); });
}

bool Lists(const v1::Designation& designation, const std::string& measure) {
  const auto& measures = designation.measures();
  return std::find(measures.begin(), measures.end(), measure) != measures.end();
}

bool IsBetween(const v1::InstrumentRelation& relation,
               const std::string& country,
               const std::string& other) {
  return (relation.country() == country && relation.other_country() == other) ||
         (relation.country() == other && relation.other_country() == country);
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
  results_.emplace_back(rule, met);
  if (!met && first_unmet_ == nullptr) first_unmet_ = &RowOf(rule);
  return met || to_the_end_;
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
  if (query_.authority.empty()) return ChooseCompetent(Candidates());
  recipient_ = directory_.FindAuthority(query_.authority);
  chosen_by_ = "ADDRESSED_BY_ID";
  return Rule(RouteRule::kRecipientKnown, recipient_ != nullptr);
}

// Those of the country that the channel is open to; the sender itself is none.
std::vector<const AuthorityEntry*> RouteEvaluation::Candidates() {
  std::vector<const AuthorityEntry*> found;
  const auto collect = [&](absl::string_view rule, auto accepts) {
    if (!found.empty()) return;
    chosen_by_ = rule;
    for (const AuthorityEntry& entry : directory_.authorities()) {
      if (entry.record.country() == query_.country && &entry != sender_ && accepts(entry)) {
        found.push_back(&entry);
      }
    }
  };
  const auto of_kind = [&](absl::string_view rule, v1::AuthorityKind kind) {
    collect(rule, [kind](const AuthorityEntry& entry) { return entry.Is(kind); });
  };
  if (query_.channel_class == v1::CHANNEL_CLASS_FORMAL) {
    const auto designated = [this](bool exactly) {
      return [this, exactly](const AuthorityEntry& entry) {
        return IsDesignated(entry, query_.instrument, exactly);
      };
    };
    if (!query_.measure.empty()) collect("DESIGNATED_FOR_MEASURE", designated(true));
    collect("DESIGNATED_FOR_INSTRUMENT", designated(false));
    collect("DIRECT_TRANSMISSION", [this](const AuthorityEntry& entry) {
      return instrument_ != nullptr && MayUse(entry, *instrument_);
    });
  } else if (query_.channel_class == v1::CHANNEL_CLASS_INTERINSTITUTIONAL) {
    for (v1::AuthorityKind kind : kInterinstitutionalKinds) {
      of_kind("PROSECUTION_SERVICE_OF_COUNTRY", kind);
    }
  } else {
    for (v1::AuthorityKind kind : kInformalKinds) of_kind("CONTACT_OF_COUNTRY", kind);
  }
  return found;
}

bool RouteEvaluation::ChooseCompetent(const std::vector<const AuthorityEntry*>& candidates) {
  if (candidates.size() == 1) recipient_ = candidates.front();
  if (!Rule(RouteRule::kCompetentFound, !candidates.empty())) return false;
  return candidates.empty() || Rule(RouteRule::kCompetentUnique, candidates.size() == 1);
}

bool RouteEvaluation::EvaluatePair() {
  if (!Rule(RouteRule::kRecipientIsAnother, sender_ != recipient_) ||
      !Rule(RouteRule::kRecipientActive, IsActive(*recipient_))) {
    return false;
  }
  // To whom it concerns inside one State, which no instrument between States looks at.
  if (query_.kind == v1::ACT_KIND_FORWARDING_NOTICE &&
      sender_->record.country() == recipient_->record.country()) {
    return true;
  }
  switch (query_.channel_class) {
    case v1::CHANNEL_CLASS_FORMAL:
      return instrument_ == nullptr ||
             (Rule(RouteRule::kInstrumentInForce, IsInForce(*instrument_)) &&
              Rule(RouteRule::kSenderDesignated, MayUse(*sender_, *instrument_)) &&
              Rule(RouteRule::kRecipientDesignated, MayUse(*recipient_, *instrument_)));
    case v1::CHANNEL_CLASS_INTERINSTITUTIONAL:
      return Rule(RouteRule::kSenderProsecutionService,
                  IsOneOf(*sender_, kInterinstitutionalKinds)) &&
             Rule(RouteRule::kRecipientProsecutionService,
                  IsOneOf(*recipient_, kInterinstitutionalKinds));
    default:
      return true;
  }
}

bool RouteEvaluation::EvaluateRecipient() {
  if (query_.data_class != v1::DATA_CLASS_UNSPECIFIED &&
      !Rule(RouteRule::kDataClassWithinCeiling,
            query_.data_class <= recipient_->record.data_class_ceiling())) {
    return false;
  }
  bool primary = false;
  for (const StatedKey& key : recipient_->keys) {
    if (key.purpose == v1::KEY_PURPOSE_ORGANISATION_SEAL || !key.HoldsAt(query_.now) ||
        !standings_.IsActive(v1::STANDING_SUBJECT_CERTIFICATE,
                             key.certificate.fingerprint_sha256())) {
      continue;
    }
    primary |= key.purpose == v1::KEY_PURPOSE_SEALING;
    sealing_.push_back(&key);
  }
  std::sort(sealing_.begin(), sealing_.end(), [](const StatedKey* a, const StatedKey* b) {
    return std::tie(a->purpose, a->certificate.fingerprint_bytes()) <
           std::tie(b->purpose, b->certificate.fingerprint_bytes());
  });
  return Rule(RouteRule::kSealingKey, primary);
}

bool RouteEvaluation::EvaluateChannelBasis() {
  if (query_.channel_basis.empty()) return true;
  const v1::Instrument* basis = directory_.FindInstrument(query_.channel_basis);
  const bool known = basis != nullptr && basis->channel_basis();
  if (!Rule(RouteRule::kChannelBasisKnown, known)) return false;
  return !known || query_.channel_class == v1::CHANNEL_CLASS_INFORMAL ||
         Rule(RouteRule::kChannelBasisInForce, IsInForce(*basis));
}

bool RouteEvaluation::IsActive(const AuthorityEntry& entry) const {
  return standings_.IsActive(v1::STANDING_SUBJECT_AUTHORITY, entry.record.id());
}

bool RouteEvaluation::MayUse(const AuthorityEntry& entry, const v1::Instrument& instrument) const {
  // A party of a case was entitled when it became one, by designation or because the case was
  // forwarded to it; the exchange sees to it that it is one.
  return query_.case_goes_on || IsDesignated(entry, instrument.id(), false) ||
         (!instrument.central_authorities_only() && IsOneOf(entry, kDirectKinds));
}

bool RouteEvaluation::IsDesignated(const AuthorityEntry& entry,
                                   absl::string_view instrument,
                                   bool exactly) const {
  for (const v1::Designation& designation : entry.record.designations()) {
    if (designation.instrument() != instrument) continue;
    const Validity validity{designation.from(), designation.to()};
    const bool in_time = query_.case_goes_on ? validity.HasBegun(day_) : validity.Covers(day_);
    const bool any_measure = designation.measures().empty() || query_.measure.empty();
    const bool fits = exactly ? Lists(designation, query_.measure)
                              : any_measure || Lists(designation, query_.measure);
    if (in_time && fits) return true;
  }
  return false;
}

bool RouteEvaluation::IsInForce(const v1::Instrument& instrument) const {
  for (const v1::InstrumentRelation& relation : instrument.relations()) {
    if (!IsBetween(relation, sender_->record.country(), recipient_->record.country())) continue;
    const Validity validity{relation.from(), relation.to()};
    if (query_.case_goes_on
            ? validity.HasBegun(day_)
            : validity.Covers(day_) && relation.status() == v1::INSTRUMENT_STATUS_IN_FORCE) {
      return true;
    }
  }
  return false;
}

RouteWords RouteEvaluation::Words() const {
  RouteWords words;
  words.sender = query_.sender;
  words.recipient = recipient_ == nullptr ? query_.authority : recipient_->record.id();
  words.instrument = query_.instrument;
  words.channel_basis = query_.channel_basis;
  if (sender_ != nullptr) words.sender_country = sender_->record.country();
  words.recipient_country = recipient_ == nullptr ? query_.country : recipient_->record.country();
  words.measure = query_.measure;
  return words;
}

}  // namespace rogatoria
