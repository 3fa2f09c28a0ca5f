#include "common/crypto/key_wrap.h"

#include <array>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include "common/crypto/oids.h"
#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

using openssl::Data;
using openssl::MustBe;

constexpr size_t kKeyBytes = 32;
constexpr size_t kWrappedBytes = kKeyBytes + 8;

struct CurveRow {
  RecipientKind kind;
  KeyAlgorithm algorithm;
  const char* group;
  const char* digest;
};
constexpr CurveRow kCurves[] = {
    {RecipientKind::kEcdhSha256, KeyAlgorithm::kP256, "P-256", "SHA256"},
    {RecipientKind::kEcdhSha384, KeyAlgorithm::kP384, "P-384", "SHA384"},
};

const CurveRow* FindCurve(RecipientKind kind, KeyAlgorithm algorithm) {
  for (const CurveRow& row : kCurves) {
    if (row.kind == kind && row.algorithm == algorithm) return &row;
  }
  return nullptr;
}

// OpenSSL's parameters want mutable pointers; they are not written through.
char* Mutable(const char* text) {
  return const_cast<char*>(text);
}
void* Mutable(absl::string_view bytes) {
  return const_cast<char*>(bytes.data());
}

// Null unless the point is on the curve.
openssl::KeyOwner PeerKey(const char* group, absl::string_view point) {
  const openssl::KeyCtxOwner context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, Mutable(group), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, Mutable(point), point.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    return nullptr;
  }
  return openssl::KeyOwner(key);
}

std::optional<SecretBytes> Agree(const PrivateKey& key, EVP_PKEY* peer) {
  const openssl::KeyCtxOwner context(EVP_PKEY_CTX_new(key.handle(), nullptr));
  std::array<char, 48> shared{};
  size_t size = shared.size();
  const bool ok =
      context != nullptr && EVP_PKEY_derive_init(context.get()) == 1 &&
      EVP_PKEY_derive_set_peer(context.get(), peer) == 1 &&
      EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(shared.data()), &size) == 1;
  std::optional<SecretBytes> secret;
  if (ok) secret.emplace(absl::string_view(shared.data(), size));
  OPENSSL_cleanse(shared.data(), shared.size());
  return secret;
}

// ECC-CMS-SharedInfo (RFC 5753 section 7.2): the wrap algorithm, no user keying material, and the
// key's length in bits, 256.
Bytes SharedInfo() {
  Bytes info("\x30\x15", 2);
  info += Bytes(oid::kAes256WrapAlgorithm);
  info += Bytes("\xa2\x06\x04\x04\x00\x00\x01\x00", 8);
  return info;
}

// ANSI X9.63 KDF (SEC 1 section 3.6.1).
SecretBytes DeriveKek(const SecretBytes& shared, const char* digest) {
  static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "X963KDF", nullptr);
  MustBe(kdf != nullptr, "X963KDF");
  const openssl::KdfCtxOwner context(EVP_KDF_CTX_new(kdf));
  const Bytes info = SharedInfo();
  const absl::string_view secret = shared.RevealForUse();
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, Mutable(digest), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, Mutable(secret), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, Mutable(info), info.size()),
      OSSL_PARAM_construct_end()};
  Bytes derived(kKeyBytes, '\0');
  MustBe(context != nullptr &&
             EVP_KDF_derive(context.get(), Data(derived), derived.size(), params) == 1,
         "X963KDF");
  SecretBytes kek(derived);
  EraseBytes(derived);
  return kek;
}

std::optional<SecretBytes> RecoverByEcdh(const RecipientView& recipient, const PrivateKey& key) {
  const CurveRow* curve = FindCurve(recipient.kind, key.algorithm());
  if (curve == nullptr) return std::nullopt;
  const openssl::KeyOwner peer = PeerKey(curve->group, recipient.ephemeral_public);
  if (peer == nullptr) return std::nullopt;
  const std::optional<SecretBytes> shared = Agree(key, peer.get());
  if (!shared.has_value()) return std::nullopt;
  return UnwrapKey(DeriveKek(*shared, curve->digest), recipient.encrypted_key);
}

std::optional<SecretBytes> RecoverByRsa(const RecipientView& recipient, const PrivateKey& key) {
  if (key.algorithm() != KeyAlgorithm::kRsa) return std::nullopt;
  const openssl::KeyCtxOwner context(EVP_PKEY_CTX_new(key.handle(), nullptr));
  Bytes clear(static_cast<size_t>(EVP_PKEY_get_size(key.handle())), '\0');
  size_t size = clear.size();
  const bool ok = context != nullptr && EVP_PKEY_decrypt_init(context.get()) == 1 &&
                  EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1 &&
                  EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), openssl::Sha256Algorithm()) == 1 &&
                  EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), openssl::Sha256Algorithm()) == 1 &&
                  EVP_PKEY_decrypt(context.get(),
                                   Data(clear),
                                   &size,
                                   Data(recipient.encrypted_key),
                                   recipient.encrypted_key.size()) == 1;
  std::optional<SecretBytes> secret;
  if (ok && size == kKeyBytes) secret.emplace(absl::string_view(clear).substr(0, size));
  EraseBytes(clear);
  return secret;
}

}  // namespace

std::optional<SecretBytes> UnwrapKey(const SecretBytes& kek, absl::string_view wrapped) {
  MustBe(kek.size() == kKeyBytes, "KEK size");
  if (wrapped.size() != kWrappedBytes) return std::nullopt;
  const openssl::ErrorScope errors;
  const openssl::CipherCtxOwner context(EVP_CIPHER_CTX_new());
  MustBe(context != nullptr, "cipher context");
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  MustBe(EVP_DecryptInit_ex2(
             context.get(), openssl::Aes256Wrap(), Data(kek.RevealForUse()), nullptr, nullptr) == 1,
         "key wrap");
  Bytes clear(kWrappedBytes, '\0');
  int size = 0;
  const bool ok =
      EVP_DecryptUpdate(
          context.get(), Data(clear), &size, Data(wrapped), static_cast<int>(wrapped.size())) ==
          1 &&
      size == static_cast<int>(kKeyBytes);
  std::optional<SecretBytes> key;
  if (ok) key.emplace(absl::string_view(clear).substr(0, kKeyBytes));
  EraseBytes(clear);
  return key;
}

Bytes WrapKey(const SecretBytes& kek, const SecretBytes& key) {
  MustBe(kek.size() == kKeyBytes && key.size() == kKeyBytes, "key size");
  const openssl::CipherCtxOwner context(EVP_CIPHER_CTX_new());
  MustBe(context != nullptr, "cipher context");
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  Bytes wrapped(kWrappedBytes, '\0');
  int size = 0;
  MustBe(
      EVP_EncryptInit_ex2(
          context.get(), openssl::Aes256Wrap(), Data(kek.RevealForUse()), nullptr, nullptr) == 1 &&
          EVP_EncryptUpdate(context.get(),
                            Data(wrapped),
                            &size,
                            Data(key.RevealForUse()),
                            static_cast<int>(kKeyBytes)) == 1 &&
          size == static_cast<int>(kWrappedBytes),
      "key wrap");
  return wrapped;
}

std::optional<SecretBytes> RecoverKey(const RecipientView& recipient, const PrivateKey& key) {
  const openssl::ErrorScope errors;
  return recipient.kind == RecipientKind::kRsaOaep ? RecoverByRsa(recipient, key)
                                                   : RecoverByEcdh(recipient, key);
}

}  // namespace rogatoria
