#include "common/crypto/cms_signature.h"

#include <utility>

#include <openssl/rsa.h>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/openssl.h"
#include "common/crypto/signed_data.h"

namespace rogatoria {
namespace {

using openssl::Data;

constexpr absl::string_view kField = "signature";

const EVP_MD* DigestOf(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::kSha256:
      return openssl::Sha256Algorithm();
    case HashAlgorithm::kSha384:
      return openssl::Sha384Algorithm();
    case HashAlgorithm::kSha512:
      return openssl::Sha512Algorithm();
  }
  openssl::Die("hash");
}

absl::Status Invalid(absl::string_view why) {
  return Error(Reason::SIGNATURE_INVALID).Field(kField).Accepted(why);
}

bool FitsKey(SignatureScheme scheme, KeyAlgorithm algorithm) {
  const bool is_rsa = algorithm == KeyAlgorithm::kRsa;
  const bool is_ec = algorithm == KeyAlgorithm::kP256 || algorithm == KeyAlgorithm::kP384;
  return scheme == SignatureScheme::kEcdsa ? is_ec : is_rsa;
}

bool ConfigureRsa(EVP_PKEY_CTX* context, SignatureScheme scheme, const EVP_MD* digest) {
  const int padding =
      scheme == SignatureScheme::kRsaPss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
  if (EVP_PKEY_CTX_set_rsa_padding(context, padding) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context, digest) != 1) {
    return false;
  }
  return scheme != SignatureScheme::kRsaPss ||
         (EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

bool VerifyValue(const SignedDataView& view, const Certificate& signer) {
  const EVP_MD* digest = DigestOf(view.hash);
  const Bytes hashed = openssl::Digest(digest, view.signed_attributes);
  const openssl::KeyCtxOwner context(EVP_PKEY_CTX_new(signer.public_key(), nullptr));
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1) return false;
  if (view.scheme != SignatureScheme::kEcdsa && !ConfigureRsa(context.get(), view.scheme, digest)) {
    return false;
  }
  return EVP_PKEY_verify(context.get(),
                         Data(view.signature),
                         view.signature.size(),
                         Data(hashed),
                         hashed.size()) == 1;
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

absl::Status CannotSign(absl::string_view expected) {
  return absl::InvalidArgumentError(expected);
}

}  // namespace

absl::StatusOr<Bytes> SignDetached(const PrivateKey& key,
                                   const Certificate& certificate,
                                   absl::string_view message,
                                   const std::vector<Certificate>& intermediates) {
  if (!Matches(key, certificate)) return CannotSign("the key is not the certificate's");
  if (key.algorithm() == KeyAlgorithm::kEd25519) return CannotSign("CMS needs an EC or RSA key");
  const openssl::ErrorScope errors;
  const unsigned flags =
      CMS_DETACHED | CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP | CMS_PARTIAL | CMS_NOCERTS;
  const openssl::CmsOwner cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
  const EVP_MD* digest = key.algorithm() == KeyAlgorithm::kP384 ? openssl::Sha384Algorithm()
                                                                : openssl::Sha256Algorithm();
  const openssl::BioOwner content = openssl::ReadBio(message);
  bool ok = cms != nullptr && CMS_add1_cert(cms.get(), certificate.handle()) == 1;
  for (const Certificate& intermediate : intermediates) {
    ok = ok && CMS_add1_cert(cms.get(), intermediate.handle()) == 1;
  }
  ok = ok &&
       CMS_add1_signer(cms.get(), certificate.handle(), key.handle(), digest, flags) != nullptr &&
       CMS_final(cms.get(), content.get(), nullptr, flags) == 1;
  Bytes der = ok ? openssl::ToDerBytes(cms.get(), i2d_CMS_ContentInfo) : Bytes();
  if (der.empty()) return absl::InternalError("cannot sign");
  return der;
}

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
