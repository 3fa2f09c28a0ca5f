#include "common/crypto/auth_enveloped_data.h"

#include "common/base/error.h"
#include "common/crypto/der.h"
#include "common/crypto/gcm.h"
#include "common/crypto/oids.h"

namespace rogatoria {
namespace {

using der::kBitString;
using der::kInteger;
using der::kOctetString;
using der::kOid;
using der::kSequence;
using der::kSet;

constexpr size_t kWrappedKeyBytes = 32 + 8;  // RFC 3394
constexpr uint8_t kUncompressedPoint = 0x04;

absl::Status Malformed(absl::string_view expected) {
  return Error(Reason::SEAL_MALFORMED).Field("seal").Accepted(expected);
}

bool IsNumber(DerReader& reader, char value) {
  return reader.Next(kInteger).content == absl::string_view(&value, 1);
}

void ReadIssuerAndSerial(DerReader& reader, RecipientView& view) {
  DerReader id = reader.Enter(kSequence);
  view.issuer = id.Next(kSequence).whole;
  view.serial = id.Next(kInteger).content;
  if (!id.AtEnd()) reader.Fail();
}

// KEKRecipientInfo: version 4, our key id and nothing beside it, AES-256 key wrap.
bool ReadKek(DerReader info, RecipientView& view) {
  view.kind = RecipientKind::kKek;
  if (!IsNumber(info, 4)) return false;
  DerReader id = info.Enter(kSequence);
  if (id.Next(kOctetString).content != kKekId || !id.AtEnd()) return false;
  if (info.Next(kSequence).whole != oid::kAes256WrapAlgorithm) return false;
  view.encrypted_key = info.Next(kOctetString).content;
  return info.AtEnd() && view.encrypted_key.size() == kWrappedKeyBytes;
}

bool ReadEphemeralKey(DerReader& info, RecipientView& view) {
  DerReader originator = info.Enter(der::ContextConstructed(0));
  DerReader key = originator.Enter(der::ContextConstructed(1));
  if (key.Next(kSequence).whole != oid::kEcPublicKeyAlgorithm) return false;
  absl::string_view bits = key.Next(kBitString).content;
  if (!key.AtEnd() || !originator.AtEnd() || bits.size() < 2) return false;
  if (bits[0] != 0 || static_cast<uint8_t>(bits[1]) != kUncompressedPoint) return false;
  view.ephemeral_public = bits.substr(1);
  return true;
}

bool ReadAgreement(absl::string_view algorithm, RecipientView& view) {
  if (algorithm == oid::kEcdhSha256Algorithm) {
    view.kind = RecipientKind::kEcdhSha256;
    return view.ephemeral_public.size() == 1 + 2 * 32;
  }
  view.kind = RecipientKind::kEcdhSha384;
  return algorithm == oid::kEcdhSha384Algorithm && view.ephemeral_public.size() == 1 + 2 * 48;
}

// KeyAgreeRecipientInfo: version 3, an ephemeral key, no user keying material, one recipient.
bool ReadKeyAgreement(DerReader info, RecipientView& view) {
  if (!IsNumber(info, 3) || !ReadEphemeralKey(info, view)) return false;
  if (!ReadAgreement(info.Next(kSequence).whole, view)) return false;
  DerReader keys = info.Enter(kSequence);
  DerReader key = keys.Enter(kSequence);
  ReadIssuerAndSerial(key, view);
  view.encrypted_key = key.Next(kOctetString).content;
  return key.AtEnd() && keys.AtEnd() && info.AtEnd() &&
         view.encrypted_key.size() == kWrappedKeyBytes;
}

// KeyTransRecipientInfo: version 0, RSA-OAEP with SHA-256.
bool ReadKeyTransport(DerReader info, RecipientView& view) {
  view.kind = RecipientKind::kRsaOaep;
  if (!IsNumber(info, 0)) return false;
  ReadIssuerAndSerial(info, view);
  if (info.Next(kSequence).whole != oid::kRsaOaepSha256Algorithm) return false;
  view.encrypted_key = info.Next(kOctetString).content;
  return info.AtEnd() && view.encrypted_key.size() >= 256;
}

bool ReadRecipient(DerReader& set, RecipientView& view) {
  if (set.NextIs(der::ContextConstructed(2))) {
    return ReadKek(set.Enter(der::ContextConstructed(2)), view);
  }
  if (set.NextIs(der::ContextConstructed(1))) {
    return ReadKeyAgreement(set.Enter(der::ContextConstructed(1)), view);
  }
  return set.NextIs(kSequence) && ReadKeyTransport(set.Enter(kSequence), view);
}

// GCMParameters: a nonce of 12 bytes, a tag of 16 (RFC 5084 section 3.2).
bool ReadContent(DerReader& body, AuthEnvelopedDataView& view) {
  DerReader content = body.Enter(kSequence);
  if (content.Next(kOid).content != oid::kData) return false;
  DerReader algorithm = content.Enter(kSequence);
  if (algorithm.Next(kOid).content != oid::kAes256Gcm) return false;
  DerReader params = algorithm.Enter(kSequence);
  view.nonce = params.Next(kOctetString).content;
  if (!IsNumber(params, 16) || !params.AtEnd() || !algorithm.AtEnd()) return false;
  view.ciphertext = content.Next(der::Context(0)).content;
  if (!content.AtEnd()) return false;
  view.tag = body.Next(kOctetString).content;
  return body.AtEnd() && view.nonce.size() == gcm::kNonceBytes && view.tag.size() == gcm::kTagBytes;
}

}  // namespace

absl::StatusOr<AuthEnvelopedDataView> ReadAuthEnvelopedData(absl::string_view der) {
  DerReader file(der);
  DerReader info = file.Enter(kSequence);
  if (!file.AtEnd()) return Malformed("CMS in DER, and nothing after it");
  if (info.Next(kOid).content != oid::kAuthEnvelopedData) return Malformed("AuthEnvelopedData");
  DerReader wrapper = info.Enter(der::ContextConstructed(0));
  DerReader body = wrapper.Enter(kSequence);
  if (!info.AtEnd() || !wrapper.AtEnd() || !IsNumber(body, 0)) {
    return Malformed("AuthEnvelopedData of version 0");
  }
  AuthEnvelopedDataView view;
  DerReader recipients = body.Enter(kSet);
  while (!recipients.AtEnd()) {
    if (!ReadRecipient(recipients, view.recipients.emplace_back())) {
      return Malformed("recipients by KEK, ECDH with SHA-256 or SHA-384, or RSA-OAEP");
    }
  }
  if (view.recipients.empty() || !ReadContent(body, view)) {
    return Malformed("AES-256-GCM with a 12-byte nonce and a 16-byte tag");
  }
  return view;
}

}  // namespace rogatoria
