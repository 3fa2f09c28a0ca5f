#include "common/crypto/raw_signature.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/crypto/key_algorithm.h"
#include "common/crypto/openssl.h"
#include "common/crypto/signer.h"

namespace rogatoria {
namespace {

using openssl::Data;

bool IsAccepted(KeyAlgorithm algorithm) {
  return algorithm == KeyAlgorithm::kEd25519 || algorithm == KeyAlgorithm::kP256;
}

// Ed25519 hashes by itself.
const EVP_MD* DigestOf(KeyAlgorithm algorithm) {
  return algorithm == KeyAlgorithm::kEd25519 ? nullptr : EVP_sha256();
}

openssl::KeyOwner ReadPublicKey(absl::string_view der) {
  const auto* position = Data(der);
  openssl::KeyOwner key(d2i_PUBKEY(nullptr, &position, static_cast<long>(der.size())));  // NOLINT
  // The library reads more than DER: what it would write otherwise is another text of the same key,
  // with another fingerprint.
  unsigned char* written = nullptr;
  const int size = key == nullptr ? 0 : i2d_PUBKEY(key.get(), &written);
  const bool same =
      size == static_cast<int>(der.size()) && std::equal(written, written + size, Data(der));
  OPENSSL_free(written);
  if (!same) key.reset();
  return key;
}

}  // namespace

absl::StatusOr<Bytes> SignRaw(const PrivateKey& key, absl::string_view message) {
  if (!IsAccepted(key.algorithm())) {
    return Error(Reason::KEY_MALFORMED).Accepted("an Ed25519 or P-256 key");
  }
  const openssl::ErrorScope errors;
  const openssl::MdCtxOwner context(EVP_MD_CTX_new());
  const EVP_MD* digest = DigestOf(key.algorithm());
  size_t size = 0;
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key.handle()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, Data(message), message.size()) != 1) {
    return absl::InternalError("the key does not sign");
  }
  Bytes signature(size, '\0');
  if (EVP_DigestSign(context.get(), Data(signature), &size, Data(message), message.size()) != 1) {
    return absl::InternalError("the key does not sign");
  }
  signature.resize(size);
  return signature;
}

bool VerifyRaw(absl::string_view public_key_der,
               absl::string_view message,
               absl::string_view signature) {
  const openssl::ErrorScope errors;
  const openssl::KeyOwner key = ReadPublicKey(public_key_der);
  if (key == nullptr) return false;
  const KeyAlgorithm algorithm = AlgorithmOf(key.get());
  if (!IsAccepted(algorithm)) return false;
  const openssl::MdCtxOwner context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, DigestOf(algorithm), nullptr, key.get()) ==
             1 &&
         EVP_DigestVerify(
             context.get(), Data(signature), signature.size(), Data(message), message.size()) == 1;
}

}  // namespace rogatoria
