#include "common/crypto/segment_sealer.h"

#include <utility>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/auth_enveloped_data.h"
#include "common/crypto/der.h"
#include "common/crypto/gcm.h"
#include "common/crypto/key_wrap.h"
#include "common/crypto/oids.h"
#include "common/crypto/openssl.h"
#include "common/crypto/seal.h"

namespace rogatoria {
namespace {

using openssl::Data;
using openssl::MustBe;

constexpr absl::string_view kDerivation = "rogatoria segment v1";
constexpr size_t kSaltBytes = 32;

Bytes BigEndian(uint64_t number) {
  Bytes bytes(8, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[bytes.size() - 1 - i] = static_cast<char>(number >> (8 * i) & 0xff);
  }
  return bytes;
}

// HKDF-SHA-256 (RFC 5869) without a salt.
SecretBytes Derive(const SecretBytes& secret, absl::string_view info, size_t size) {
  static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  MustBe(kdf != nullptr, "HKDF");
  const openssl::KdfCtxOwner context(EVP_KDF_CTX_new(kdf));
  char digest[] = "SHA256";
  const absl::string_view key = secret.RevealForUse();
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(
          OSSL_KDF_PARAM_KEY, const_cast<char*>(key.data()), key.size()),
      OSSL_PARAM_construct_octet_string(
          OSSL_KDF_PARAM_INFO, const_cast<char*>(info.data()), info.size()),
      OSSL_PARAM_construct_end()};
  Bytes derived(size, '\0');
  MustBe(context != nullptr &&
             EVP_KDF_derive(context.get(), Data(derived), derived.size(), params) == 1,
         "HKDF");
  SecretBytes result(derived);
  EraseBytes(derived);
  return result;
}

// Tag and length of an element whose content has this size.
Bytes ElementHead(uint8_t tag, size_t content_size) {
  Bytes head(1, static_cast<char>(tag));
  if (content_size < 0x80) return head += static_cast<char>(content_size);
  Bytes length = BigEndian(content_size);
  length.erase(0, length.find_first_not_of('\0'));
  head += static_cast<char>(0x80 | length.size());
  return head += length;
}

Bytes Element(uint8_t tag, absl::string_view content) {
  return absl::StrCat(ElementHead(tag, content.size()), content);
}

Bytes Number(char value) {
  return Element(der::kInteger, absl::string_view(&value, 1));
}

// KEKRecipientInfo (docs/formats/seal.md).
Bytes Recipient(absl::string_view wrapped_key) {
  const Bytes id = Element(der::kSequence, Element(der::kOctetString, kKekId));
  return Element(
      der::ContextConstructed(2),
      absl::StrCat(
          Number(4), id, oid::kAes256WrapAlgorithm, Element(der::kOctetString, wrapped_key)));
}

// What stands before the ciphertext; the tag's element follows it.
Bytes Head(absl::string_view wrapped_key, absl::string_view nonce, size_t ciphertext_size) {
  const Bytes parameters = absl::StrCat(Element(der::kOctetString, nonce), Number(gcm::kTagBytes));
  const Bytes algorithm = Element(
      der::kSequence,
      absl::StrCat(Element(der::kOid, oid::kAes256Gcm), Element(der::kSequence, parameters)));
  const Bytes content = absl::StrCat(
      Element(der::kOid, oid::kData), algorithm, ElementHead(der::Context(0), ciphertext_size));
  const size_t content_size = content.size() + ciphertext_size;
  const size_t mac_size = ElementHead(der::kOctetString, gcm::kTagBytes).size() + gcm::kTagBytes;
  const Bytes before = absl::StrCat(Number(0),
                                    Element(der::kSet, Recipient(wrapped_key)),
                                    ElementHead(der::kSequence, content_size),
                                    content);
  const size_t body_size = before.size() + ciphertext_size + mac_size;
  const Bytes body = absl::StrCat(ElementHead(der::kSequence, body_size), before);
  const size_t wrapper_size = body.size() + ciphertext_size + mac_size;
  const Bytes wrapper = absl::StrCat(Element(der::kOid, oid::kAuthEnvelopedData),
                                     ElementHead(der::ContextConstructed(0), wrapper_size),
                                     body);
  const size_t size = wrapper.size() + ciphertext_size + mac_size;
  return absl::StrCat(ElementHead(der::kSequence, size), wrapper);
}

// The ciphertext is written where it stays: a segment is in memory twice, clear and sealed.
void SealWith(const SecretBytes& kek,
              const SecretBytes& content_key,
              absl::string_view nonce,
              absl::string_view clear,
              Bytes& segment) {
  const Bytes head = Head(WrapKey(kek, content_key), nonce, clear.size());
  const Bytes mac_head = ElementHead(der::kOctetString, gcm::kTagBytes);
  segment.clear();
  segment.reserve(head.size() + clear.size() + mac_head.size() + gcm::kTagBytes);
  segment += head;
  gcm::EncryptAppend(content_key.RevealForUse(), nonce, "", clear, segment);
  segment.insert(segment.size() - gcm::kTagBytes, mac_head);
}

}  // namespace

SegmentSealer::SegmentSealer(SecretBytes kek, Bytes salt)
    : kek_(std::move(kek)), salt_(std::move(salt)), clear_hmac_(salt_) {
  MustBe(kek_.size() == kKekBytes && salt_.size() == kSaltBytes, "KEK or salt size");
}

absl::StatusOr<Bytes> SegmentSealer::Seal(absl::string_view clear) {
  Bytes segment;
  ROG_RETURN_IF_ERROR(SealInto(clear, segment));
  return segment;
}

absl::Status SegmentSealer::SealInto(absl::string_view clear, Bytes& segment) {
  if (clear.size() > limits::kMaxSegmentBytes || segments_.size() == limits::kMaxSegments) {
    return Error(Reason::LIMIT_EXCEEDED).Field("segment").Accepted("1024 of at most 64 MiB");
  }
  clear_hmac_.Update(clear);
  const Bytes info = absl::StrCat(
      kDerivation, BigEndian(segments_.size() + 1), BigEndian(clear.size()), clear_hmac_.Value());
  const SecretBytes derived = Derive(kek_, info, gcm::kKeyBytes + gcm::kNonceBytes);
  const absl::string_view revealed = derived.RevealForUse();
  SealWith(kek_,
           SecretBytes(revealed.substr(0, gcm::kKeyBytes)),
           revealed.substr(gcm::kKeyBytes),
           clear,
           segment);
  clear_size_ += clear.size();
  segments_.push_back({Sha256(segment), segment.size(), clear.size()});
  return absl::OkStatus();
}

uint64_t SegmentSealer::SealedSize(uint64_t clear_size) {
  const Bytes wrapped(kKekBytes + 8, '\0');
  const Bytes nonce(gcm::kNonceBytes, '\0');
  return Head(wrapped, nonce, clear_size).size() + clear_size +
         Element(der::kOctetString, Bytes(gcm::kTagBytes, '\0')).size();
}

Manifest SegmentSealer::Describe(const std::string& media_type) const {
  Manifest manifest;
  manifest.media_type = media_type;
  manifest.salt = salt_;
  manifest.clear_hmac_sha256 = clear_hmac_.Value();
  manifest.clear_size = clear_size_;
  manifest.segments = segments_;
  return manifest;
}

}  // namespace rogatoria
