#include "tests/simulation/cast/cast.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/crypto/pki.h"
#include "common/model/canonical.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

struct Role {
  const char* id;
  const char* country;
  const char* time_zone;
  bool central;
  bool takes_case_data;
};
constexpr Role kRoles[] = {
    {"pt-pgr", "PT", "Europe/Lisbon", true, true},
    {"co-fgn", "CO", "America/Bogota", true, true},
    {"br-mpf", "BR", "America/Sao_Paulo", true, true},
    {"es-fge", "ES", "Europe/Madrid", true, true},
    {"cl-mp", "CL", "America/Santiago", false, true},
    {"uy-fgn", "UY", "America/Montevideo", true, false},
    {"co-delegada", "CO", "America/Bogota", false, true},
};
constexpr std::pair<const char*, const char*> kInForce[] = {{"CO", "PT"},
                                                            {"BR", "PT"},
                                                            {"ES", "PT"},
                                                            {"BR", "CO"},
                                                            {"CO", "ES"},
                                                            {"BR", "ES"},
                                                            {"PT", "UY"}};

CertificateRequest RequestFor(const std::string& name, CertificateProfile profile) {
  CertificateRequest request;
  request.profile = profile;
  request.common_name = name;
  request.not_before = *Instant::FromString("2020-01-01T00:00:00.000Z");
  request.not_after = *Instant::FromString("2045-01-01T00:00:00.000Z");
  return request;
}

KeyPair IssueTo(CertificateAuthority& ca, const std::string& name, CertificateProfile profile) {
  const PrivateKey key = *PrivateKey::Generate(KeyAlgorithm::kP256);
  return {key, *ca.Issue(key.PublicKeyDer(), RequestFor(name, profile))};
}

CastMember MakeMember(CertificateAuthority& ca, const Role& role) {
  const std::string id = role.id;
  return {id,
          role.country,
          role.time_zone,
          role.central,
          role.takes_case_data,
          IssueTo(ca, id + " user", CertificateProfile::kSigning),
          IssueTo(ca, id + " seal", CertificateProfile::kSigning),
          {IssueTo(ca, id + " sealing 1", CertificateProfile::kSealing),
           IssueTo(ca, id + " sealing 2", CertificateProfile::kSealing)}};
}

StatedKey Stated(v1::KeyPurpose purpose, const Certificate& certificate) {
  return {purpose, certificate, {}, certificate.not_before(), certificate.not_after()};
}

AuthorityEntry EntryOf(const CastMember& member, bool changed) {
  AuthorityEntry entry;
  entry.record.set_id(member.id);
  entry.record.set_country(member.country);
  entry.record.add_kinds(v1::AUTHORITY_KIND_PROSECUTION_SERVICE);
  entry.record.set_time_zone(member.time_zone);
  entry.record.set_calendar("everyday");
  entry.record.set_data_class_ceiling(member.takes_case_data ? v1::DATA_CLASS_SENSITIVE
                                                             : v1::DATA_CLASS_ADMINISTRATIVE);
  if (member.central) {
    entry.record.add_kinds(v1::AUTHORITY_KIND_CENTRAL_AUTHORITY);
    entry.record.add_designations()->set_instrument(kCastInstrument);
  }
  entry.keys.push_back(
      Stated(v1::KEY_PURPOSE_SEALING, member.sealing[changed ? 1 : 0].certificate));
  entry.keys.push_back(Stated(v1::KEY_PURPOSE_ORGANISATION_SEAL, member.seal.certificate));
  return entry;
}

v1::Instrument InstrumentOf(const char* id, bool legal_basis) {
  v1::Instrument instrument;
  instrument.set_id(id);
  instrument.set_central_authorities_only(true);
  instrument.set_legal_basis(legal_basis);
  instrument.set_channel_basis(!legal_basis);
  if (!legal_basis) instrument.set_effect(v1::CHANNEL_EFFECT_FORMAL_ORIGINAL);
  for (const auto& [country, other] : kInForce) {
    v1::InstrumentRelation* relation = instrument.add_relations();
    relation->set_country(country);
    relation->set_other_country(other);
    relation->set_status(v1::INSTRUMENT_STATUS_IN_FORCE);
  }
  return instrument;
}

Calendar Everyday() {
  Calendar calendar;
  calendar.id = "everyday";
  calendar.version = 1;
  calendar.weekly_rest = {absl::Weekday::saturday, absl::Weekday::sunday};
  for (int year = 2025; year <= 2028; ++year) calendar.years.push_back(year);
  calendar.holidays = {absl::CivilDay(2026, 12, 25), absl::CivilDay(2027, 1, 1)};
  SealCalendar(calendar);
  return calendar;
}

RouteQuery QueryFor(const CastMember& sender,
                    const ActPlan& plan,
                    const std::string& recipient,
                    Instant now) {
  const bool formal = plan.channel_class == v1::CHANNEL_CLASS_FORMAL;
  RouteQuery query;
  query.sender = sender.id;
  query.authority = recipient;
  query.channel_class = plan.channel_class;
  query.instrument = kCastInstrument;
  query.channel_basis = formal ? kCastChannelBasis : "";
  query.kind = plan.kind;
  query.data_class = plan.data_class;
  query.case_goes_on = !plan.case_id.empty();
  query.now = now;
  return query;
}

void AddRecipient(const RegistryState& registry,
                  const RouteQuery& query,
                  const Bytes& route_key,
                  v1::ActHeader& header) {
  v1::Recipient* to = header.add_recipients();
  to->set_authority(query.authority);
  const auto route = Resolve(*registry.directory, *registry.standings, query);
  if (!route.ok()) {
    to->set_route_id("0.none");
    v1::SealedTo* sealed = to->add_sealed_to();
    sealed->set_certificate_sha256(Bytes(32, '\0'));
    sealed->set_purpose(v1::SEALING_PURPOSE_PRIMARY);
    return;
  }
  for (const StatedKey* key : route->sealing) {
    v1::SealedTo* sealed = to->add_sealed_to();
    sealed->set_certificate_sha256(key->certificate.fingerprint_bytes());
    sealed->set_purpose(SealingPurposeOf(key->purpose));
  }
  to->set_route_id(MakeRouteId(route_key, query, *route, query.now + absl::Hours(1)));
}

void SetContent(const Bytes& body, v1::ActHeader& header) {
  header.mutable_content()->set_sealed_sha256(Sha256(body));
  header.mutable_content()->set_sealed_size(body.size());
  header.mutable_content()->set_clear_hmac_sha256(Sha256({"clear", body}));
}

// What the header says of itself, without recipients and content.
v1::ActHeader Describe(const CastMember& sender,
                       const ActPlan& plan,
                       const std::string& act_id,
                       Instant now) {
  v1::ActHeader header;
  header.set_trust_domain(kCastTrustDomain);
  header.set_act_id(act_id);
  header.set_case_id(plan.case_id.empty() ? act_id : plan.case_id);
  header.set_sender(sender.id);
  header.set_channel_class(plan.channel_class);
  header.mutable_legal_basis()->set_instrument(kCastInstrument);
  header.mutable_legal_basis()->set_article("18");
  if (plan.channel_class == v1::CHANNEL_CLASS_FORMAL) header.set_channel_basis(kCastChannelBasis);
  header.set_case_type(plan.case_type);
  header.set_kind(plan.kind);
  for (const v1::MeasureRef& measure : plan.measures) *header.add_measures() = measure;
  if (plan.urgency != v1::URGENCY_LEVEL_UNSPECIFIED) {
    header.mutable_urgency()->set_level(plan.urgency);
    header.mutable_urgency()->set_reason(v1::URGENCY_REASON_DETENTION);
  }
  header.set_deadline_effect(plan.deadline_effect);
  header.set_data_class(plan.data_class);
  header.set_language("pt-PT");
  header.set_in_reply_to(plan.in_reply_to);
  header.set_case_position_seen(plan.case_position_seen);
  header.set_created_unix_ms(now.unix_ms);
  header.set_insist(plan.insist);
  for (const std::string& related : plan.related_cases) header.add_related_cases(related);
  return header;
}

}  // namespace

Caller CastMember::caller() const {
  return {PrincipalKind::kAuthoritySystem,
          absl::StrCat("spiffe://", kCastTrustDomain, "/authority/", id, "/system/cms"),
          id,
          std::string(64, '0')};
}

v1::MeasureRef MeasureOf(uint32_t ordinal, const std::string& code, v1::MeasureOutcome outcome) {
  v1::MeasureRef measure;
  measure.set_ordinal(ordinal);
  measure.set_code(code);
  measure.set_outcome(outcome);
  return measure;
}

const Cast& Cast::Get() {
  static const Cast& cast = *new Cast();
  return cast;
}

Cast::Cast() {
  static SystemRandom random;
  auto ca = *CertificateAuthority::Create(
      RequestFor("users of the simulation", CertificateProfile::kAuthority), random);
  auto strange = *CertificateAuthority::Create(
      RequestFor("nobody knows it", CertificateProfile::kAuthority), random);
  for (const Role& role : kRoles) members_.push_back(MakeMember(ca, role));
  anchors_.emplace(*TrustAnchors::Create({ca.certificate()}));
  stranger_.emplace(IssueTo(strange, "stranger", CertificateProfile::kSigning));
}

const CastMember& Cast::Member(const std::string& id) const {
  const auto found = std::find_if(
      members_.begin(), members_.end(), [&](const CastMember& member) { return member.id == id; });
  ROG_CHECK(found != members_.end(), "a member of the cast");
  return *found;
}

std::shared_ptr<const Directory> Cast::MakeDirectory(
    const std::vector<std::string>& changed) const {
  Directory::Contents contents;
  for (const CastMember& member : members_) {
    const bool second = std::find(changed.begin(), changed.end(), member.id) != changed.end();
    contents.authorities.push_back(EntryOf(member, second));
    contents.users.push_back({member.id + "/u-1",
                              member.id,
                              {member.user.certificate.fingerprint_sha256()},
                              {"2020-01-01", ""}});
  }
  const auto by_id = [](const auto& a, const auto& b) { return a.record.id() < b.record.id(); };
  std::sort(contents.authorities.begin(), contents.authorities.end(), by_id);
  contents.instruments = {InstrumentOf(kCastChannelBasis, false),
                          InstrumentOf(kCastInstrument, true)};
  contents.calendars = {Everyday()};
  return std::make_shared<const Directory>(std::move(contents));
}

v1::ActHeader Cast::MakeHeader(const CastMember& sender,
                               const ActPlan& plan,
                               const RegistryState& registry,
                               const Bytes& route_key,
                               Instant now,
                               Random& random) const {
  v1::ActHeader header =
      Describe(sender, plan, MakeActId(sender.id, GenerateUuid(random, now)), now);
  for (const std::string& recipient : plan.recipients) {
    AddRecipient(registry, QueryFor(sender, plan, recipient, now), route_key, header);
  }
  return header;
}

v1::SubmitActRequest Cast::Sign(const v1::ActHeader& header,
                                Bytes body,
                                const KeyPair& signer) const {
  v1::SubmitActRequest request;
  request.set_request_id(header.act_id().substr(header.act_id().find('/') + 1));
  v1::Act* act = request.mutable_act();
  act->set_header(ToSignedBytes(kHeaderFirstLine, header));
  act->set_signature(*SignDetached(signer.key, signer.certificate, act->header()));
  act->set_body(std::move(body));
  act->add_key_envelopes("envelope");
  return request;
}

v1::SubmitActRequest Cast::Compose(const CastMember& sender,
                                   const ActPlan& plan,
                                   const RegistryState& registry,
                                   const Bytes& route_key,
                                   Instant now,
                                   Random& random) const {
  v1::ActHeader header = MakeHeader(sender, plan, registry, route_key, now, random);
  Bytes body = random.Generate(plan.body_bytes);
  SetContent(body, header);
  return Sign(header, std::move(body), plan.signed_by != nullptr ? *plan.signed_by : sender.user);
}

}  // namespace rogatoria
