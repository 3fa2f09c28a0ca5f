#include "common/crypto/seal.h"

#include <algorithm>
#include <utility>

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/auth_enveloped_data.h"
#include "common/crypto/gcm.h"
#include "common/crypto/key_wrap.h"
#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

using openssl::MustBe;

absl::Status Malformed(absl::string_view expected) {
  return Error(Reason::SEAL_MALFORMED).Field("seal").Accepted(expected);
}

absl::Status Broken() {
  return Error(Reason::SEAL_BROKEN).Field("seal");
}

absl::Status Unusable(const Certificate& certificate, absl::string_view expected) {
  return Error(Reason::SEAL_RECIPIENT_UNUSABLE)
      .Field(certificate.fingerprint_sha256())
      .Accepted(expected);
}

openssl::CmsOwner NewAuthEnvelopedData() {
  openssl::CmsOwner cms(CMS_AuthEnvelopedData_create(openssl::Aes256Gcm()));
  // Without this the ciphertext would be left out of the message.
  MustBe(cms != nullptr && CMS_set_detached(cms.get(), 0) == 1, "AuthEnvelopedData");
  return cms;
}

// OpenSSL takes over what it is given here, and frees it with the message.
unsigned char* Given(absl::string_view bytes) {
  void* copy = OPENSSL_memdup(bytes.data(), bytes.size());
  MustBe(copy != nullptr, "memory");
  return static_cast<unsigned char*>(copy);
}

absl::StatusOr<Bytes> Finish(CMS_ContentInfo* cms, absl::string_view clear) {
  const openssl::BioOwner content = openssl::ReadBio(clear);
  if (CMS_final(cms, content.get(), nullptr, CMS_BINARY) != 1) {
    return absl::InternalError("cannot seal");
  }
  Bytes der = openssl::ToDerBytes(cms, i2d_CMS_ContentInfo);
  // What we seal, we can open: another OpenSSL may write another form, and must not go unseen.
  if (!ReadAuthEnvelopedData(der).ok()) return absl::InternalError("sealed in an unknown form");
  return der;
}

absl::Status CheckUsable(const Certificate& certificate) {
  const KeyAlgorithm algorithm = certificate.key_algorithm();
  if (!certificate.has_strong_key() || algorithm == KeyAlgorithm::kEd25519) {
    return Unusable(certificate, "a key on P-256 or P-384, or RSA from 2048 bits");
  }
  const bool allowed = algorithm == KeyAlgorithm::kRsa ? certificate.allows_key_encipherment()
                                                       : certificate.allows_key_agreement();
  if (!allowed) return Unusable(certificate, "key agreement (EC) or key encipherment (RSA)");
  return absl::OkStatus();
}

// OpenSSL's defaults are SHA-1 and PKCS #1 v1.5: both are replaced.
bool Configure(EVP_PKEY_CTX* context, KeyAlgorithm algorithm) {
  if (algorithm == KeyAlgorithm::kRsa) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, openssl::Sha256Algorithm()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, openssl::Sha256Algorithm()) == 1;
  }
  const EVP_MD* digest =
      algorithm == KeyAlgorithm::kP384 ? openssl::Sha384Algorithm() : openssl::Sha256Algorithm();
  return EVP_PKEY_CTX_set_ecdh_kdf_md(context, digest) == 1;
}

absl::Status AddRecipient(CMS_ContentInfo* cms, const Certificate& certificate) {
  ROG_RETURN_IF_ERROR(CheckUsable(certificate));
  CMS_RecipientInfo* info =
      CMS_add1_recipient(cms, certificate.handle(), nullptr, nullptr, CMS_KEY_PARAM);
  EVP_PKEY_CTX* context = info == nullptr ? nullptr : CMS_RecipientInfo_get0_pkey_ctx(info);
  if (context == nullptr || !Configure(context, certificate.key_algorithm())) {
    return absl::InternalError("cannot add a recipient");
  }
  return absl::OkStatus();
}

std::vector<Certificate> WithoutRepetition(const std::vector<Certificate>& certificates) {
  std::vector<Certificate> unique;
  for (const Certificate& certificate : certificates) {
    if (std::find(unique.begin(), unique.end(), certificate) == unique.end()) {
      unique.push_back(certificate);
    }
  }
  return unique;
}

bool IsForCertificates(const AuthEnvelopedDataView& view) {
  return std::none_of(view.recipients.begin(), view.recipients.end(), [](const RecipientView& r) {
    return r.kind == RecipientKind::kKek;
  });
}

absl::StatusOr<AuthEnvelopedDataView> ReadEnvelope(absl::string_view envelope) {
  if (envelope.size() > limits::kMaxEnvelopeBytes) return Malformed("at most 64 KiB");
  ROG_ASSIGN_OR_RETURN(AuthEnvelopedDataView view, ReadAuthEnvelopedData(envelope));
  if (!IsForCertificates(view) || view.ciphertext.size() != kKekBytes) {
    return Malformed("a key of 32 bytes, for certificates");
  }
  return view;
}

}  // namespace

SecretBytes GenerateKek(Random& random) {
  return SecretBytes::Generate(random, kKekBytes);
}

absl::StatusOr<Bytes> SealSegment(const SecretBytes& kek, absl::string_view clear) {
  MustBe(kek.size() == kKekBytes, "KEK size");
  if (clear.size() > limits::kMaxSegmentBytes) {
    return Error(Reason::LIMIT_EXCEEDED).Field("segment").Accepted("at most 64 MiB of clear text");
  }
  const openssl::ErrorScope errors;
  const openssl::CmsOwner cms = NewAuthEnvelopedData();
  unsigned char* key = Given(kek.RevealForUse());
  unsigned char* id = Given(kKekId);
  if (CMS_add0_recipient_key(cms.get(),
                             NID_id_aes256_wrap,
                             key,
                             kKekBytes,
                             id,
                             kKekId.size(),
                             nullptr,
                             nullptr,
                             nullptr) == nullptr) {
    openssl::Die("KEK recipient");
  }
  return Finish(cms.get(), clear);
}

absl::StatusOr<Bytes> OpenSegment(const SecretBytes& kek, absl::string_view segment) {
  Bytes clear;
  ROG_RETURN_IF_ERROR(OpenSegmentInto(kek, segment, clear));
  return clear;
}

absl::Status OpenSegmentInto(const SecretBytes& kek, absl::string_view segment, Bytes& clear) {
  MustBe(kek.size() == kKekBytes, "KEK size");
  if (segment.size() > limits::kMaxSegmentBytes + limits::kMaxSealOverheadBytes) {
    return Malformed("a segment within the limit");
  }
  ROG_ASSIGN_OR_RETURN(const AuthEnvelopedDataView view, ReadAuthEnvelopedData(segment));
  if (view.recipients.size() != 1 || view.recipients[0].kind != RecipientKind::kKek) {
    return Malformed("one recipient, by KEK");
  }
  const auto key = UnwrapKey(kek, view.recipients[0].encrypted_key);
  if (!key.has_value()) return Broken();
  const bool whole =
      gcm::DecryptInto(key->RevealForUse(), view.nonce, "", view.ciphertext, view.tag, clear);
  return whole ? absl::OkStatus() : Broken();
}

absl::StatusOr<Bytes> SealKek(const SecretBytes& kek, const std::vector<Certificate>& recipients) {
  MustBe(kek.size() == kKekBytes, "KEK size");
  if (recipients.empty()) return Error(Reason::FIELD_REQUIRED).Field("recipients");
  const openssl::ErrorScope errors;
  const openssl::CmsOwner cms = NewAuthEnvelopedData();
  for (const Certificate& certificate : WithoutRepetition(recipients)) {
    ROG_RETURN_IF_ERROR(AddRecipient(cms.get(), certificate));
  }
  ROG_ASSIGN_OR_RETURN(Bytes envelope, Finish(cms.get(), kek.RevealForUse()));
  if (envelope.size() > limits::kMaxEnvelopeBytes) {
    return Error(Reason::LIMIT_EXCEEDED).Field("recipients").Accepted("an envelope of 64 KiB");
  }
  return envelope;
}

absl::StatusOr<SecretBytes> OpenKek(absl::string_view envelope,
                                    const PrivateKey& key,
                                    const Certificate& certificate) {
  ROG_ASSIGN_OR_RETURN(const AuthEnvelopedDataView view, ReadEnvelope(envelope));
  const auto mine = std::find_if(
      view.recipients.begin(), view.recipients.end(), [&certificate](const RecipientView& r) {
        return r.serial == certificate.serial_bytes() && r.issuer == certificate.issuer_der();
      });
  if (mine == view.recipients.end()) return Error(Reason::SEAL_NOT_RECIPIENT).Field("seal");
  const auto content_key = RecoverKey(*mine, key);
  if (!content_key.has_value()) return Broken();
  auto kek = gcm::Decrypt(content_key->RevealForUse(), view.nonce, "", view.ciphertext, view.tag);
  if (!kek.has_value()) return Broken();
  SecretBytes secret(*kek);
  EraseBytes(*kek);
  return secret;
}

bool EnvelopeRecipient::Names(const Certificate& certificate) const {
  return serial_bytes == certificate.serial_bytes() && issuer_der == certificate.issuer_der();
}

absl::StatusOr<std::vector<EnvelopeRecipient>> RecipientsOf(absl::string_view envelope) {
  ROG_ASSIGN_OR_RETURN(const AuthEnvelopedDataView view, ReadEnvelope(envelope));
  std::vector<EnvelopeRecipient> recipients;
  for (const RecipientView& recipient : view.recipients) {
    recipients.push_back({Bytes(recipient.issuer), Bytes(recipient.serial)});
  }
  return recipients;
}

}  // namespace rogatoria
