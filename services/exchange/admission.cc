#include "services/exchange/admission.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"
#include "common/directory/directory.h"
#include "common/directory/routing.h"
#include "common/directory/signer.h"
#include "common/directory/stated_effect.h"
#include "common/model/header.h"
#include "common/model/ids.h"
#include "services/exchange/placement.h"

namespace rogatoria::exchange {
namespace {

constexpr Reason kLegalReasons[] = {Reason::WRONG_STATE,
                                    Reason::WRONG_SIDE,
                                    Reason::NOT_DESIGNATED,
                                    Reason::INSTRUMENT_NOT_IN_FORCE,
                                    Reason::MEASURE_NOT_COVERED,
                                    Reason::DATA_CLASS_EXCEEDED};

absl::Status TooLarge(absl::string_view field, size_t most) {
  return Error(Reason::LIMIT_EXCEEDED)
      .Field(field)
      .Accepted(absl::StrCat("at most ", most, " bytes"));
}

absl::Status CheckLimits(const v1::Act& act) {
  if (act.header().size() > limits::kMaxHeaderBytes) {
    return TooLarge("act.header", limits::kMaxHeaderBytes);
  }
  if (act.signature().empty()) return Error(Reason::SIGNATURE_MISSING).Field("act.signature");
  if (act.signature().size() > limits::kMaxSignatureBytes) {
    return TooLarge("act.signature", limits::kMaxSignatureBytes);
  }
  if (act.body().size() > limits::kMaxInlineBodyBytes) {
    return TooLarge("act.body", limits::kMaxInlineBodyBytes);
  }
  if (static_cast<size_t>(act.key_envelopes_size()) > limits::kMaxEnvelopes) {
    return Error(Reason::LIMIT_EXCEEDED)
        .Field("act.key_envelopes")
        .Accepted(absl::StrCat("at most ", limits::kMaxEnvelopes));
  }
  for (int i = 0; i < act.key_envelopes_size(); ++i) {
    if (act.key_envelopes(i).size() <= limits::kMaxEnvelopeBytes) continue;
    return TooLarge(absl::StrCat("act.key_envelopes[", i, "]"), limits::kMaxEnvelopeBytes);
  }
  return absl::OkStatus();
}

// The act is this caller's, of this hub, and of this call.
absl::Status CheckIdentity(const AdmissionRules& rules,
                           const Caller& caller,
                           const std::string& request_id,
                           const v1::ActHeader& header) {
  if (header.sender() != caller.authority) {
    return Error(Reason::SENDER_NOT_CALLER).Field("act.header.sender");
  }
  if (header.act_id() != MakeActId(header.sender(), request_id)) {
    return Error(Reason::FIELD_INVALID)
        .Field("request_id")
        .Accepted("the uuid of the act id in the header");
  }
  // Before the domain, which differs as well: this says why.
  if (header.training() != rules.training) {
    return Error(Reason::TRAINING_MISMATCH)
        .Field("act.header.training")
        .Accepted(rules.training ? "true" : "false");
  }
  if (header.trust_domain() != rules.hub.trust_domain) {
    return Error(Reason::FIELD_INVALID)
        .Field("act.header.trust_domain")
        .Accepted(rules.hub.trust_domain);
  }
  return absl::OkStatus();
}

absl::Status PastDeadline(absl::string_view field) {
  return Error(Reason::DEADLINE_IN_PAST)
      .Field(absl::StrCat("act.header.", field))
      .Accepted("a time after the act was made");
}

// Against the sender's own clock, so that an act that waited for the hub is as good as before. A
// day is over when it is over everywhere.
absl::Status CheckDeadlines(const v1::ActHeader& header) {
  constexpr int64_t kLastZoneMs = 12LL * 3600 * 1000;
  const int64_t wished = header.urgency().wished_by_unix_ms();
  if (wished != 0 && wished < header.created_unix_ms()) {
    return PastDeadline("urgency.wished_by_unix_ms");
  }
  const std::string& due = header.confirmation_due();
  const std::string day = DayOf({std::max<int64_t>(header.created_unix_ms() - kLastZoneMs, 0)});
  return due.empty() || day <= due ? absl::OkStatus() : PastDeadline("confirmation_due");
}

absl::Status Incomplete(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::IDENTITY_PART_INCOMPLETE).Field(field).Accepted(accepted);
}

absl::Status CheckShares(const v1::Act& act) {
  const auto& shares = act.identity_shares();
  if (shares.size() != 2 || shares[0].group() != v1::CUSTODIAN_GROUP_FIRST ||
      shares[1].group() != v1::CUSTODIAN_GROUP_SECOND) {
    return Incomplete("act.identity_shares", "one share for the group FIRST, then one for SECOND");
  }
  for (int i = 0; i < shares.size(); ++i) {
    const std::string field = absl::StrCat("act.identity_shares[", i, "].envelope");
    if (shares[i].envelope().empty()) return Incomplete(field, "the share's key envelope");
    if (shares[i].envelope().size() > limits::kMaxEnvelopeBytes) {
      return TooLarge(field, limits::kMaxEnvelopeBytes);
    }
    const absl::Status readable = RecipientsOf(shares[i].envelope()).status();
    if (!readable.ok()) return Error(Reason::SEAL_MALFORMED).Field(field);
  }
  return absl::OkStatus();
}

absl::Status CheckIdentityPart(const v1::ActHeader& header, const v1::Act& act) {
  if (!header.has_identity_part()) {
    if (act.identity_part().empty() && act.identity_shares().empty()) return absl::OkStatus();
    return Incomplete("act.header.identity_part", "digest and size of the part that comes along");
  }
  if (act.identity_part().empty()) {
    return Incomplete("act.identity_part", "the bytes that header.identity_part names");
  }
  if (header.identity_part().sealed_size() != act.identity_part().size() ||
      header.identity_part().sealed_sha256() != Sha256(act.identity_part())) {
    return Error(Reason::DIGEST_MISMATCH)
        .Field("act.identity_part")
        .Accepted("the bytes whose size and SHA-256 stand in header.identity_part");
  }
  return CheckShares(act);
}

absl::Status CheckBody(const v1::ActHeader& header, const v1::Act& act, const Bytes& body_sha256) {
  if (header.content().sealed_size() != act.body().size() ||
      header.content().sealed_sha256() != body_sha256) {
    return Error(Reason::DIGEST_MISMATCH)
        .Field("act.body")
        .Accepted("the bytes whose size and SHA-256 stand in header.content");
  }
  if (act.key_envelopes_size() == 0) {
    return Error(Reason::FIELD_REQUIRED)
        .Field("act.key_envelopes")
        .Accepted("the key of the body, enveloped for the certificates of the header");
  }
  return absl::OkStatus();
}

// Each part with its length before it, so that no byte can move from one part to the next. The body
// is there by its digest, which was needed anyway.
Bytes DigestOfAct(const v1::Act& act, const Bytes& body_sha256) {
  Sha256Hasher hasher;
  const auto add = [&hasher](absl::string_view part) {
    hasher.Update(absl::StrCat(part.size(), ":"));
    hasher.Update(part);
  };
  add(act.header());
  add(act.signature());
  add(body_sha256);
  for (const std::string& envelope : act.key_envelopes()) add(envelope);
  // The identity part is there by its digest in the header. Acts without one have the digest that
  // they always had.
  for (const v1::IdentityShare& share : act.identity_shares()) add(share.SerializeAsString());
  return hasher.Finish();
}

bool Insists(const v1::ActHeader& header) {
  return header.insist() != v1::INSIST_REASON_UNSPECIFIED;
}

RouteQuery QueryFor(const v1::ActHeader& header, const v1::Recipient& recipient, Instant now) {
  RouteQuery query;
  query.sender = header.sender();
  query.authority = recipient.authority();
  query.channel_class = header.channel_class();
  query.instrument = header.legal_basis().instrument();
  query.channel_basis = header.channel_basis();
  query.kind = header.kind();
  for (const v1::MeasureRef& measure : header.measures()) query.measures.push_back(measure.code());
  query.data_class = header.data_class();
  query.case_goes_on = header.case_id() != header.act_id();
  query.insists = Insists(header);
  query.now = now;
  return query;
}

absl::Status CheckSkew(const v1::ActHeader& header, Instant now) {
  if (std::abs(header.created_unix_ms() - now.unix_ms) <= limits::kMaxCreatedSkewMs) {
    return absl::OkStatus();
  }
  return Error(Reason::FIELD_INVALID)
      .Field("act.header.created_unix_ms")
      .Accepted("within a day of the hub's clock");
}

// A refusal that speaks of "the recipients" concerns this one.
absl::Status NameRecipient(const absl::Status& route, int index) {
  const auto details = GetErrorDetails(route);
  if (!details.has_value() || details->field != "recipients") {
    return WithFieldPrefix(route, "act.header");
  }
  return Error(details->reason)
      .Field(absl::StrCat("act.header.recipients[", index, "]"))
      .Accepted(details->accepted);
}

bool IsForGroup(const EnvelopeRecipient& recipient,
                const AuthorityEntry& authority,
                v1::KeyPurpose group,
                Instant now) {
  return std::any_of(authority.keys.begin(), authority.keys.end(), [&](const StatedKey& key) {
    return key.purpose == group && key.HoldsAt(now) && recipient.Names(key.certificate);
  });
}

// What an envelope names proves nothing of what is in it, but a share for the desk that reads the
// act, for the other group or for custodians who are none any more is found before it is kept.
absl::Status CheckCustodians(const Directory& directory, const AdmittedAct& admitted, Instant now) {
  const auto& shares = admitted.act.identity_shares();
  if (shares.empty()) return absl::OkStatus();
  const AuthorityEntry* const authority =
      directory.FindAuthority(admitted.header.recipients(0).authority());
  for (int i = 0; i < shares.size(); ++i) {
    const v1::KeyPurpose group = shares[i].group() == v1::CUSTODIAN_GROUP_FIRST
                                     ? v1::KEY_PURPOSE_FIRST_CUSTODIAN
                                     : v1::KEY_PURPOSE_SECOND_CUSTODIAN;
    ROG_ASSIGN_OR_RETURN(const auto named, RecipientsOf(shares[i].envelope()));
    for (const EnvelopeRecipient& recipient : named) {
      if (authority != nullptr && IsForGroup(recipient, *authority, group, now)) continue;
      return Error(Reason::SHARE_NOT_FOR_CUSTODIANS)
          .Field(absl::StrCat("act.identity_shares[", i, "].envelope"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

size_t AdmittedAct::byte_size() const {
  constexpr size_t kRowsAndEvidence = 4096;
  return kRowsAndEvidence + act.ByteSizeLong();
}

bool IsLegalRefusal(const absl::Status& status) {
  const auto details = GetErrorDetails(status);
  return details.has_value() &&
         std::find(std::begin(kLegalReasons), std::end(kLegalReasons), details->reason) !=
             std::end(kLegalReasons);
}

absl::Status CheckRegistry(const AdmissionRules& rules, AdmittedAct& admitted, Instant now) {
  const v1::ActHeader& header = admitted.header;
  const Directory& directory = *admitted.registry.directory;
  const Standings& standings = *admitted.registry.standings;
  HeaderSigner& signer = admitted.signer;
  RulesPassed& passed = admitted.passed;
  if (directory.FindAuthority(header.sender()) == nullptr) {
    return Error(Reason::SENDER_NOT_CALLER).Field("act.header.sender");
  }
  if (!standings.IsActive(v1::STANDING_SUBJECT_AUTHORITY, header.sender())) {
    return Error(Reason::AUTHORITY_SUSPENDED).Field("act.header.sender");
  }
  const absl::StatusOr<ActSigner> resolved = ResolveSigner(directory,
                                                           standings,
                                                           header.sender(),
                                                           header.channel_class(),
                                                           signer.certificate_sha256,
                                                           now);
  if (!resolved.ok()) return WithFieldPrefix(resolved.status(), "act");
  signer.user_id = resolved->user_id;
  passed = RulesPassed{{}, CheckDeadlines(header), false};
  std::vector<std::string>& warned = passed.warned;
  for (int i = 0; i < header.recipients_size(); ++i) {
    const v1::Recipient& recipient = header.recipients(i);
    const RouteQuery query = QueryFor(header, recipient, now);
    auto route = CheckRoute(rules.route_key, directory, standings, query, recipient);
    if (!route.ok()) return NameRecipient(route.status(), i);
    std::move(route->warned.begin(), route->warned.end(), std::back_inserter(warned));
    passed.insisted.Update(NameRecipient(route->insisted, i));
    passed.effect_unsettled |= route->effect_unsettled;
  }
  ROG_RETURN_IF_ERROR(CheckPlacement(directory, header));
  ROG_RETURN_IF_ERROR(CheckCustodians(directory, admitted, now));
  std::sort(warned.begin(), warned.end());
  warned.erase(std::unique(warned.begin(), warned.end()), warned.end());
  return absl::OkStatus();
}

StatedEffect EffectOf(const v1::ActHeader& header,
                      const RegistryState& registry,
                      const RulesPassed& passed) {
  const StatedEffect effect = StatedEffectOf(
      header.channel_class(), registry.directory->FindInstrument(header.channel_basis()));
  return passed.effect_unsettled ? Unsettled(effect) : effect;
}

Admission::Admission(AdmissionRules rules,
                     const Registry& registry,
                     SignatureVerifier& verifier,
                     std::function<TrustAnchors()> anchors,
                     Clock& clock)
    : rules_(std::move(rules)),
      registry_(registry),
      verifier_(verifier),
      anchors_(std::move(anchors)),
      clock_(clock) {}

absl::StatusOr<AdmittedAct> Admission::Admit(const Caller& caller,
                                             v1::SubmitActRequest request) const {
  ROG_RETURN_IF_ERROR(CheckLimits(request.act()));
  auto header = ParseHeader(request.act().header());
  if (!header.ok()) return WithFieldPrefix(header.status(), "act.header");
  ROG_RETURN_IF_ERROR(CheckIdentity(rules_, caller, request.request_id(), *header));
  if (!Insists(*header)) ROG_RETURN_IF_ERROR(CheckDeadlines(*header));
  const Bytes body_sha256 = Sha256(request.act().body());
  ROG_RETURN_IF_ERROR(CheckBody(*header, request.act(), body_sha256));
  ROG_RETURN_IF_ERROR(CheckIdentityPart(*header, request.act()));
  // What is wrong with the signature for ever is refused at once; what is wrong with its
  // certificate now may have been right when the act was recorded.
  const Instant now = clock_.Now();
  const auto certificate =
      verifier_.VerifyDetached(request.act().signature(), request.act().header(), anchors_(), now);
  if (absl::IsInvalidArgument(certificate.status())) {
    return WithFieldPrefix(certificate.status(), "act");
  }
  AdmittedAct admitted;
  admitted.caller = caller;
  admitted.header = *std::move(header);
  admitted.bytes_sha256 = DigestOfAct(request.act(), body_sha256);
  admitted.act = std::move(*request.mutable_act());
  admitted.registry = registry_.Get();
  admitted.verdict = certificate.ok() ? Judge(admitted, *certificate, now)
                                      : WithFieldPrefix(certificate.status(), "act");
  return admitted;
}

// What holds now.
absl::Status Admission::Judge(AdmittedAct& admitted,
                              const Certificate& certificate,
                              Instant now) const {
  const v1::ActHeader& header = admitted.header;
  ROG_RETURN_IF_ERROR(CheckSkew(header, now));
  admitted.signer.certificate_sha256 = certificate.fingerprint_sha256();
  const absl::Status status = CheckRegistry(rules_, admitted, now);
  ActFacts facts;
  facts.header_sha256 = ToHex(Sha256(admitted.act.header()));
  facts.signer_sha256 = admitted.signer.certificate_sha256;
  facts.signed_by_user = !admitted.signer.user_id.empty();
  facts.effect = EffectOf(header, admitted.registry, admitted.passed);
  admitted.described = DescribeAct(rules_.hub, header, facts);
  return status;
}

}  // namespace rogatoria::exchange
