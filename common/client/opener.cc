#include "common/client/opener.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/content_rules.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/crypto/manifest.h"
#include "common/crypto/seal.h"
#include "common/model/header.h"

namespace rogatoria::client {
namespace {

absl::Status Unreadable(absl::string_view field, Sentence why) {
  return Explained(Error(Reason::CONTENT_NOT_READABLE).Field(field), why);
}

absl::Status CheckBody(const v1::ActHeader& header, const v1::Act& act) {
  if (header.content().sealed_size() != act.body().size() ||
      header.content().sealed_sha256() != Sha256(act.body())) {
    return Unreadable("body", Sentence::BODY_OF_HEADER);
  }
  return absl::OkStatus();
}

bool Names(const Bytes& envelope, const Certificate& certificate) {
  const auto recipients = RecipientsOf(envelope);
  return recipients.ok() &&
         std::any_of(
             recipients->begin(), recipients->end(), [&](const EnvelopeRecipient& recipient) {
               return recipient.Names(certificate);
             });
}

template <typename Message>
absl::StatusOr<Message> OpenMessage(const SecretBytes& kek,
                                    const Bytes& segment,
                                    absl::string_view field) {
  ROG_ASSIGN_OR_RETURN(Bytes clear, OpenSegment(kek, segment));
  Message message;
  if (!message.ParseFromString(clear)) return Unreadable(field, Sentence::MESSAGE_OF_CONTENT);
  return message;
}

// Sealed for whom the header says, and for the sender itself, and for nobody else.
absl::Status CheckReaders(const Manifest& manifest, const v1::ActHeader& header) {
  std::set<std::pair<std::string, Bytes>> named;
  for (const v1::Recipient& recipient : header.recipients()) {
    for (const v1::SealedTo& sealed_to : recipient.sealed_to()) {
      named.emplace(recipient.authority(), sealed_to.certificate_sha256());
    }
  }
  size_t found = 0;
  for (const ManifestRecipient& reader : manifest.recipients) {
    const bool listed = named.contains({reader.authority, reader.certificate_sha256});
    if (!listed && reader.authority != header.sender()) {
      return Unreadable("manifest.recipient", Sentence::READERS_OF_HEADER_ONLY);
    }
    found += listed ? 1 : 0;
  }
  if (found != named.size())
    return Unreadable("manifest.recipient", Sentence::EVERY_READER_OF_HEADER);
  return absl::OkStatus();
}

absl::StatusOr<Bytes> OpenContent(const SecretBytes& kek,
                                  const content::v1::SealedBody& body,
                                  const Manifest& manifest) {
  const std::vector<absl::string_view> segments(body.segments().begin(), body.segments().end());
  ROG_RETURN_IF_ERROR(CheckSegments(manifest, segments));
  Bytes clear;
  for (const Bytes& segment : body.segments()) {
    ROG_ASSIGN_OR_RETURN(Bytes piece, OpenSegment(kek, segment));
    clear += piece;
  }
  ROG_RETURN_IF_ERROR(CheckClear(manifest, clear));
  return clear;
}

// An act whose signature holds, with the body that its header names; still sealed.
struct VerifiedAct {
  v1::ActHeader header;
  Certificate signer;
  content::v1::SealedBody body;
};

absl::StatusOr<VerifiedAct> Verify(const v1::Act& act,
                                   const TrustAnchors& signer_anchors,
                                   Instant now) {
  ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(act.header()));
  SignatureVerifier verifier;
  ROG_ASSIGN_OR_RETURN(Certificate signer,
                       verifier.VerifyDetached(act.signature(), act.header(), signer_anchors, now));
  ROG_RETURN_IF_ERROR(CheckBody(header, act));
  VerifiedAct verified{std::move(header), std::move(signer), {}};
  if (!verified.body.ParseFromString(act.body())) {
    return Unreadable("body", Sentence::MESSAGE_OF_CONTENT);
  }
  return verified;
}

absl::StatusOr<OpenedAct> OpenVerified(VerifiedAct verified, const SecretBytes& kek) {
  const content::v1::SealedBody& body = verified.body;
  ROG_ASSIGN_OR_RETURN(
      auto signed_manifest,
      OpenMessage<content::v1::SignedManifest>(kek, body.sealed_manifest(), "manifest"));
  ROG_ASSIGN_OR_RETURN(Manifest manifest, ParseManifest(signed_manifest.manifest()));
  ROG_RETURN_IF_ERROR(CheckManifest(manifest, verified.header, verified.header.content()));
  OpenedAct opened{std::move(verified.header), std::move(verified.signer), {}, {}, {}};
  ROG_ASSIGN_OR_RETURN(
      opened.cover_slip,
      OpenMessage<content::v1::CoverSlip>(kek, body.sealed_cover_slip(), "cover_slip"));
  ROG_ASSIGN_OR_RETURN(Bytes clear, OpenContent(kek, body, manifest));
  if (!opened.content.ParseFromString(clear)) {
    return Unreadable("content", Sentence::MESSAGE_OF_CONTENT);
  }
  opened.contradictions = Contradictions(opened.header, opened.cover_slip, opened.content);
  return opened;
}

}  // namespace

absl::Status CheckManifest(const Manifest& manifest,
                           const v1::ActHeader& header,
                           const v1::SealedDigest& sealed) {
  if (manifest.act_id != header.act_id()) return Unreadable("manifest.act", Sentence::OWN_ACT_ID);
  if (manifest.clear_hmac_sha256 != sealed.clear_hmac_sha256()) {
    return Unreadable("manifest.clear-hmac-sha256", Sentence::SALTED_DIGEST_OF_HEADER);
  }
  return CheckReaders(manifest, header);
}

absl::StatusOr<SecretBytes> OpenKeyOf(const v1::Act& act, const std::vector<KeyPair>& keys) {
  for (const Bytes& envelope : act.key_envelopes()) {
    for (const KeyPair& pair : keys) {
      if (Names(envelope, pair.certificate)) return OpenKek(envelope, pair.key, pair.certificate);
    }
  }
  return Error(Reason::NOT_SEALED_TO_US).Field("key_envelopes");
}

absl::StatusOr<OpenedAct> OpenAct(const v1::Act& act,
                                  const std::vector<KeyPair>& keys,
                                  const TrustAnchors& signer_anchors,
                                  Instant now) {
  ROG_ASSIGN_OR_RETURN(VerifiedAct verified, Verify(act, signer_anchors, now));
  ROG_ASSIGN_OR_RETURN(const SecretBytes kek, OpenKeyOf(act, keys));
  return OpenVerified(std::move(verified), kek);
}

absl::StatusOr<OpenedAct> OpenActWithKey(const v1::Act& act,
                                         const SecretBytes& kek,
                                         const TrustAnchors& signer_anchors,
                                         Instant now) {
  ROG_ASSIGN_OR_RETURN(VerifiedAct verified, Verify(act, signer_anchors, now));
  return OpenVerified(std::move(verified), kek);
}

absl::StatusOr<content::v1::CoverSlip> OpenCoverSlip(const v1::Act& act, const SecretBytes& kek) {
  content::v1::SealedBody body;
  if (!body.ParseFromString(act.body())) return Unreadable("body", Sentence::MESSAGE_OF_CONTENT);
  return OpenMessage<content::v1::CoverSlip>(kek, body.sealed_cover_slip(), "cover_slip");
}

}  // namespace rogatoria::client
