#include "common/client/composer.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/attached.h"
#include "common/client/identity.h"
#include "common/client/typed_content.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/crypto/manifest.h"
#include "common/crypto/seal.h"
#include "common/model/act_kind.h"
#include "common/model/canonical.h"
#include "common/model/header.h"
#include "common/model/ids.h"
#include "common/model/wire.h"

namespace rogatoria::client {
namespace {

constexpr char kContentMediaType[] = "application/protobuf";

absl::string_view PurposeWord(v1::SealingPurpose purpose) {
  switch (purpose) {
    case v1::SEALING_PURPOSE_DUTY:
      return "duty";
    case v1::SEALING_PURPOSE_SUBSTITUTE:
      return "substitute";
    case v1::SEALING_PURPOSE_ARCHIVE:
      return "archive";
    default:
      return "primary";
  }
}

// Everybody the act is sealed for: the routes' certificates and our own, so that we can read what
// we sent (decisions.md 3).
struct Readers {
  std::vector<Certificate> certificates;
  std::vector<ManifestRecipient> manifest;
};

absl::StatusOr<Readers> CollectReaders(const OfficeProfile& profile,
                                       const Resolution& resolution,
                                       const std::vector<KeyPair>& own_sealing) {
  Readers readers;
  for (const v1::Route& route : resolution.routes.routes()) {
    for (const v1::SealingCertificate& sealing : route.sealing_certificates()) {
      ROG_ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromDer(sealing.certificate()));
      readers.manifest.push_back({route.authority().id(),
                                  std::string(PurposeWord(sealing.purpose())),
                                  certificate.fingerprint_bytes()});
      readers.certificates.push_back(std::move(certificate));
    }
  }
  for (const KeyPair& own : own_sealing) {
    readers.manifest.push_back({profile.authority, "primary", own.certificate.fingerprint_bytes()});
    readers.certificates.push_back(own.certificate);
  }
  return readers;
}

// Two addressees of a draft may be one authority: that is seen only here, and said before anything
// is sealed.
absl::Status CheckEachOnce(const v1::ResolveRecipientsResponse& routes) {
  for (int i = 0; i < routes.routes_size(); ++i) {
    for (int j = 0; j < i; ++j) {
      const std::string& authority = routes.routes(i).authority().id();
      if (routes.routes(j).authority().id() != authority) continue;
      return Explained(Error(Reason::FIELD_INVALID).Field(absl::StrCat("to[", i, "]")),
                       Sentence::RECIPIENT_ONCE,
                       authority,
                       j);
    }
  }
  return absl::OkStatus();
}

// Protobuf writes other bytes than UTF-8 and reads none: the recipient could not open the act.
absl::Status CheckUtf8(const google::protobuf::Message& message, const std::string& path) {
  absl::Status status;
  EachField(message,
            path,
            [&](const google::protobuf::Message& inner,
                const google::protobuf::FieldDescriptor& field,
                const std::string& inner_path) {
              if (field.type() != google::protobuf::FieldDescriptor::TYPE_STRING) return;
              const auto& reflection = *inner.GetReflection();
              const int count = field.is_repeated() ? reflection.FieldSize(inner, &field) : 1;
              for (int i = 0; i < count; ++i) {
                const std::string text = field.is_repeated()
                                             ? reflection.GetRepeatedString(inner, &field, i)
                                             : reflection.GetString(inner, &field);
                if (!status.ok() || wire::IsUtf8(text)) continue;
                status = Explained(
                    Error(Reason::FIELD_INVALID).Field(JoinPath(inner_path, field.name())),
                    Sentence::TEXT_IN_UTF8);
              }
            });
  return status;
}

struct Sealed {
  Bytes body;
  Bytes envelope;
  Bytes clear_hmac;
};

template <typename Message>
absl::StatusOr<Bytes> SealMessage(const SecretBytes& kek, const Message& message) {
  return SealSegment(kek, message.SerializeAsString());
}

absl::StatusOr<Sealed> SealContent(const ActDraft& draft,
                                   const std::string& act_id,
                                   const Readers& readers,
                                   Random& random) {
  ROG_ASSIGN_OR_RETURN(const content::v1::ActContent content,
                       BindDocuments(draft, act_id, readers.manifest));
  const Bytes clear = content.SerializeAsString();
  if (clear.size() > limits::kMaxContentBytes) {
    return Explained(Error(Reason::LIMIT_EXCEEDED).Field("content"),
                     Sentence::CONTENT_AT_MOST,
                     limits::kMaxContentBytes);
  }
  const SecretBytes kek = GenerateKek(random);
  content::v1::SealedBody body;
  ROG_ASSIGN_OR_RETURN(*body.add_segments(), SealSegment(kek, clear));
  ROG_ASSIGN_OR_RETURN(*body.mutable_sealed_cover_slip(), SealMessage(kek, draft.cover_slip));
  ManifestInput input{
      act_id, kContentMediaType, readers.manifest, clear, {body.segments(0)}, {clear.size()}};
  ROG_ASSIGN_OR_RETURN(Manifest manifest, MakeManifest(input, random));
  content::v1::SignedManifest signed_manifest;
  ROG_ASSIGN_OR_RETURN(*signed_manifest.mutable_manifest(), FormatManifest(manifest));
  ROG_ASSIGN_OR_RETURN(*body.mutable_sealed_manifest(), SealMessage(kek, signed_manifest));
  ROG_ASSIGN_OR_RETURN(Bytes envelope, SealKek(kek, readers.certificates));
  return Sealed{body.SerializeAsString(), std::move(envelope), manifest.clear_hmac_sha256};
}

void AddRecipients(const Resolution& resolution, v1::ActHeader& header) {
  for (const v1::Route& route : resolution.routes.routes()) {
    v1::Recipient& recipient = *header.add_recipients();
    recipient.set_authority(route.authority().id());
    recipient.set_route_id(route.route_id());
    for (const v1::SealingCertificate& sealing : route.sealing_certificates()) {
      v1::SealedTo& sealed_to = *recipient.add_sealed_to();
      sealed_to.set_certificate_sha256(Sha256(sealing.certificate()));
      sealed_to.set_purpose(sealing.purpose());
    }
  }
}

void AddMatter(const ActDraft& draft, v1::ActHeader& header) {
  header.set_channel_class(draft.channel_class);
  if (!draft.legal_basis.instrument().empty()) *header.mutable_legal_basis() = draft.legal_basis;
  header.set_channel_basis(draft.channel_basis);
  header.set_kind(draft.kind);
  for (const v1::MeasureRef& measure : draft.measures) *header.add_measures() = measure;
  if (draft.urgency.level() != v1::URGENCY_LEVEL_UNSPECIFIED ||
      draft.urgency.wished_by_unix_ms() != 0) {
    *header.mutable_urgency() = draft.urgency;
  }
  header.set_deadline_effect(draft.deadline_effect);
  header.set_data_class(draft.data_class);
  header.set_language(draft.language);
  header.set_in_reply_to(draft.in_reply_to);
  header.set_insist(draft.insist);
  for (const std::string& related : draft.related_cases) header.add_related_cases(related);
  header.set_originals_follow(draft.originals_follow);
  header.set_confirmation_due(draft.confirmation_due);
  for (const AttachedDocument& document : draft.attached) *header.add_documents() = document.sealed;
}

// For the custodians of the one recipient; that there is one only, the header's own rules say.
absl::Status AddIdentityPart(content::v1::IdentityPart identity,
                             const Resolution& resolution,
                             Random& random,
                             PreparedAct& prepared) {
  if (identity.records().empty() || resolution.routes.routes().empty()) return absl::OkStatus();
  identity.set_act_id(prepared.header.act_id());
  ROG_ASSIGN_OR_RETURN(SealedIdentityPart sealed,
                       SealIdentityPart(identity, resolution.routes.routes(0), random));
  *prepared.header.mutable_identity_part() = sealed.digest;
  prepared.act.set_identity_part(std::move(sealed.sealed));
  prepared.act.mutable_identity_shares()->Assign(sealed.shares.begin(), sealed.shares.end());
  return absl::OkStatus();
}

v1::CaseType CaseTypeOf(v1::ActKind kind) {
  const ActKindTraits* traits = FindActKind(kind);
  return traits == nullptr || !traits->opens_case ? v1::CASE_TYPE_MLA : traits->opens_type;
}

// All of the header that does not depend on what is sealed.
v1::ActHeader HeaderOf(const OfficeProfile& profile,
                       const ActDraft& draft,
                       const Resolution& resolution,
                       const std::string& act_id,
                       Instant now) {
  v1::ActHeader header;
  header.set_trust_domain(profile.trust_domain);
  header.set_act_id(act_id);
  header.set_case_id(draft.case_id.empty() ? act_id : draft.case_id);
  header.set_sender(profile.authority);
  header.set_case_type(resolution.case_type == v1::CASE_TYPE_UNSPECIFIED ? CaseTypeOf(draft.kind)
                                                                         : resolution.case_type);
  header.set_case_position_seen(resolution.case_position);
  header.set_training(profile.training);
  header.set_directory_log_size(resolution.routes.directory_log_size());
  header.set_created_unix_ms(now.unix_ms);
  AddRecipients(resolution, header);
  AddMatter(draft, header);
  return header;
}

// In place of what is sealed later: well formed, and of nothing.
v1::SealedDigest NotSealedYet() {
  v1::SealedDigest digest;
  digest.set_sealed_sha256(Sha256(""));
  digest.set_sealed_size(1);
  digest.set_clear_hmac_sha256(Sha256(""));
  return digest;
}

}  // namespace

absl::Status CheckBeforeSealing(const OfficeProfile& profile,
                                const ActDraft& draft,
                                const Resolution& resolution,
                                Clock& clock) {
  ROG_RETURN_IF_ERROR(CheckEachOnce(resolution.routes));
  ROG_RETURN_IF_ERROR(CheckUtf8(draft.cover_slip, "cover_slip"));
  ROG_RETURN_IF_ERROR(CheckUtf8(draft.content, ""));
  v1::ActHeader header = HeaderOf(
      profile, draft, resolution, MakeActId(profile.authority, draft.request_id), clock.Now());
  *header.mutable_content() = NotSealedYet();
  for (v1::SealedDigest& document : *header.mutable_documents()) document = NotSealedYet();
  return CheckHeader(header);
}

absl::StatusOr<PreparedAct> Prepare(const OfficeProfile& profile,
                                    const ActDraft& draft,
                                    const Resolution& resolution,
                                    const std::vector<KeyPair>& own_sealing,
                                    Clock& clock,
                                    Random& random) {
  ROG_RETURN_IF_ERROR(CheckBeforeSealing(profile, draft, resolution, clock));
  PreparedAct prepared;
  prepared.request_id = draft.request_id;
  const std::string act_id = MakeActId(profile.authority, draft.request_id);
  ROG_ASSIGN_OR_RETURN(Readers readers, CollectReaders(profile, resolution, own_sealing));
  ROG_ASSIGN_OR_RETURN(Sealed sealed, SealContent(draft, act_id, readers, random));

  v1::ActHeader& header = prepared.header;
  header = HeaderOf(profile, draft, resolution, act_id, clock.Now());
  header.mutable_content()->set_sealed_sha256(Sha256(sealed.body));
  header.mutable_content()->set_sealed_size(sealed.body.size());
  header.mutable_content()->set_clear_hmac_sha256(sealed.clear_hmac);
  ROG_RETURN_IF_ERROR(AddIdentityPart(draft.identity, resolution, random, prepared));
  ROG_RETURN_IF_ERROR(CheckHeader(header));

  prepared.act.set_header(ToSignedBytes(kHeaderFirstLine, header));
  prepared.act.set_body(std::move(sealed.body));
  prepared.act.add_key_envelopes(std::move(sealed.envelope));
  return prepared;
}

absl::Status Sign(PreparedAct& prepared, const KeyPair& signer) {
  ROG_ASSIGN_OR_RETURN(*prepared.act.mutable_signature(),
                       SignDetached(signer.key, signer.certificate, prepared.act.header()));
  return absl::OkStatus();
}

absl::Status Sign(PreparedAct& prepared, const CmsSigner& signer) {
  ROG_ASSIGN_OR_RETURN(*prepared.act.mutable_signature(),
                       signer.SignDetached(prepared.act.header()));
  return absl::OkStatus();
}

}  // namespace rogatoria::client
