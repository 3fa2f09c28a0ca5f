#include "common/crypto/cms_signature.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest_signature.h"
#include "common/crypto/openssl.h"
#include "common/crypto/signed_data.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kField = "signature";

const EVP_MD* DigestOf(HashAlgorithm hash) {
  return openssl::DigestAlgorithm(hash);
}

absl::Status Invalid(absl::string_view why) {
  return Error(Reason::SIGNATURE_INVALID).Field(kField).Accepted(why);
}

bool FitsKey(SignatureScheme scheme, KeyAlgorithm algorithm) {
  const bool is_rsa = algorithm == KeyAlgorithm::kRsa;
  const bool is_ec = algorithm == KeyAlgorithm::kP256 || algorithm == KeyAlgorithm::kP384;
  return scheme == SignatureScheme::kEcdsa ? is_ec : is_rsa;
}

bool VerifyValue(const SignedDataView& view, const Certificate& signer) {
  const Bytes hashed = openssl::Digest(DigestOf(view.hash), view.signed_attributes);
  return VerifyDigest(signer, view.scheme, view.hash, hashed, view.signature);
}

// What ties message, attributes and certificate to one another; the chain is another matter.
absl::Status CheckSigner(const SignedDataView& view,
                         const Certificate& signer,
                         absl::string_view message) {
  if (!signer.has_strong_key()) return Error(Reason::SIGNER_KEY_TOO_WEAK).Field(kField);
  if (!signer.allows_signing()) return Invalid("a certificate whose key usage allows signing");
  if (!FitsKey(view.scheme, signer.key_algorithm())) {
    return Invalid("a signature algorithm of the certificate's key");
  }
  if (openssl::Digest(DigestOf(view.hash), message) != view.message_digest) {
    return Invalid("a signature over exactly these bytes");
  }
  if (!view.certificate_hash.empty() && openssl::Digest(DigestOf(view.certificate_hash_algorithm),
                                                        signer.ToDer()) != view.certificate_hash) {
    return Invalid("the certificate named in signing-certificate-v2");
  }
  if (!VerifyValue(view, signer)) return Invalid("a signature by the certificate's key");
  return absl::OkStatus();
}

// Unreadable ones are passed over: they can only be missed in the chain.
std::vector<Certificate> ReadIntermediates(const SignedDataView& view, const Certificate& signer) {
  std::vector<Certificate> intermediates;
  for (absl::string_view der : view.certificates) {
    if (der == signer.ToDer()) continue;
    absl::StatusOr<Certificate> certificate = Certificate::FromDer(der);
    if (certificate.ok()) intermediates.push_back(*std::move(certificate));
  }
  return intermediates;
}

}  // namespace

absl::StatusOr<Certificate> SignatureVerifier::VerifyDetached(absl::string_view signature,
                                                              absl::string_view message,
                                                              const TrustAnchors& anchors,
                                                              Instant now) {
  if (signature.empty()) return Error(Reason::SIGNATURE_MISSING).Field(kField);
  if (signature.size() > limits::kMaxSignatureBytes) {
    return Error(Reason::LIMIT_EXCEEDED).Field(kField).Accepted("at most 16 KiB of signature");
  }
  const openssl::ErrorScope errors;
  ROG_ASSIGN_OR_RETURN(const SignedDataView view, ReadSignedData(signature));
  ROG_ASSIGN_OR_RETURN(const KnownSigner found, FindSigner(view));
  ROG_RETURN_IF_ERROR(CheckSigner(view, found.certificate, message));
  ROG_RETURN_IF_ERROR(CheckChain(view, found, anchors, now));
  return found.certificate;
}

absl::StatusOr<SignatureVerifier::KnownSigner> SignatureVerifier::FindSigner(
    const SignedDataView& view) const {
  for (absl::string_view der : view.certificates) {
    if (const auto known = Recall(der); known != nullptr && view.SignedBy(known->certificate)) {
      return *known;
    }
  }
  for (absl::string_view der : view.certificates) {
    absl::StatusOr<Certificate> certificate = Certificate::FromDer(der);
    if (certificate.ok() && view.SignedBy(*certificate)) {
      return KnownSigner{*std::move(certificate), 0, {}, {}};
    }
  }
  return Error(Reason::SIGNER_CERTIFICATE_MISSING).Field(kField);
}

absl::Status SignatureVerifier::CheckChain(const SignedDataView& view,
                                           const KnownSigner& found,
                                           const TrustAnchors& anchors,
                                           Instant now) {
  if (found.anchors == anchors.generation() && found.valid_from <= now &&
      now <= found.valid_until) {
    return absl::OkStatus();
  }
  absl::StatusOr<VerifiedChain> chain = anchors.FindChain(
      found.certificate, ReadIntermediates(view, found.certificate), now, CertificateUse::kAny);
  if (!chain.ok()) return WithFieldPrefix(chain.status(), kField);
  Remember({found.certificate, anchors.generation(), chain->valid_from, chain->valid_until});
  return absl::OkStatus();
}

std::shared_ptr<const SignatureVerifier::KnownSigner> SignatureVerifier::Recall(
    absl::string_view der) const {
  const absl::ReaderMutexLock lock(&mutex_);
  const auto found = known_.find(der);
  return found == known_.end() ? nullptr : found->second;
}

void SignatureVerifier::Remember(KnownSigner signer) {
  auto entry = std::make_shared<const KnownSigner>(std::move(signer));
  const absl::MutexLock lock(&mutex_);
  if (known_.size() >= kMaxKnownSigners) known_.clear();
  known_[entry->certificate.ToDer()] = std::move(entry);
}

}  // namespace rogatoria
