#include "common/crypto/signer.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/openssl.h"

namespace rogatoria {

using openssl::Data;

Ed25519FileSigner::Ed25519FileSigner(PrivateKey key, Bytes public_key)
    : key_(std::move(key)), public_key_(std::move(public_key)) {}

absl::StatusOr<Ed25519FileSigner> Ed25519FileSigner::FromPemFile(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(PrivateKey key, PrivateKey::FromPemFile(path));
  return FromKey(std::move(key));
}

absl::StatusOr<Ed25519FileSigner> Ed25519FileSigner::FromKey(PrivateKey key) {
  Bytes public_key(kEd25519PublicKeyBytes, '\0');
  size_t size = public_key.size();
  if (key.algorithm() != KeyAlgorithm::kEd25519 ||
      EVP_PKEY_get_raw_public_key(key.handle(), Data(public_key), &size) != 1 ||
      size != public_key.size()) {
    return Error(Reason::KEY_MALFORMED).Accepted("an Ed25519 key for the log");
  }
  return Ed25519FileSigner(std::move(key), std::move(public_key));
}

absl::StatusOr<Ed25519FileSigner> Ed25519FileSigner::FromSeed(const SecretBytes& seed) {
  const openssl::ErrorScope errors;
  EVP_PKEY* key = EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, Data(seed.RevealForUse()), seed.size());
  if (key == nullptr) return Error(Reason::KEY_MALFORMED).Accepted("a seed of 32 bytes");
  return FromKey(PrivateKey::FromHandle(key));
}

absl::StatusOr<Bytes> Ed25519FileSigner::Sign(absl::string_view message) {
  const openssl::ErrorScope errors;
  const openssl::MdCtxOwner context(EVP_MD_CTX_new());
  Bytes signature(kEd25519SignatureBytes, '\0');
  size_t size = signature.size();
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.handle()) != 1 ||
      EVP_DigestSign(context.get(), Data(signature), &size, Data(message), message.size()) != 1 ||
      size != signature.size()) {
    return absl::InternalError("the log's key does not sign");
  }
  return signature;
}

bool VerifyEd25519(absl::string_view public_key,
                   absl::string_view message,
                   absl::string_view signature) {
  if (public_key.size() != kEd25519PublicKeyBytes || signature.size() != kEd25519SignatureBytes) {
    return false;
  }
  const openssl::ErrorScope errors;
  const openssl::KeyOwner key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Data(public_key), public_key.size()));
  const openssl::MdCtxOwner context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(
             context.get(), Data(signature), signature.size(), Data(message), message.size()) == 1;
}

}  // namespace rogatoria
