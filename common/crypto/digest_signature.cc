#include "common/crypto/digest_signature.h"

#include <openssl/rsa.h>

#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

using openssl::Data;

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

}  // namespace

absl::StatusOr<Bytes> SignDigest(const PrivateKey& key,
                                 HashAlgorithm hash,
                                 absl::string_view digest) {
  const bool is_rsa = key.algorithm() == KeyAlgorithm::kRsa;
  if (!is_rsa && key.algorithm() != KeyAlgorithm::kP256 && key.algorithm() != KeyAlgorithm::kP384) {
    return absl::InvalidArgumentError("a digest is signed by an EC or RSA key");
  }
  const openssl::ErrorScope errors;
  const openssl::KeyCtxOwner context(EVP_PKEY_CTX_new(key.handle(), nullptr));
  size_t size = static_cast<size_t>(EVP_PKEY_get_size(key.handle()));
  Bytes signature(size, '\0');
  const bool ok =
      context != nullptr && EVP_PKEY_sign_init(context.get()) == 1 &&
      (!is_rsa ||
       ConfigureRsa(context.get(), SignatureScheme::kRsaPkcs1, openssl::DigestAlgorithm(hash))) &&
      EVP_PKEY_sign(context.get(), Data(signature), &size, Data(digest), digest.size()) == 1;
  if (!ok) return absl::InternalError("cannot sign");
  signature.resize(size);
  return signature;
}

bool VerifyDigest(const Certificate& signer,
                  SignatureScheme scheme,
                  HashAlgorithm hash,
                  absl::string_view digest,
                  absl::string_view signature) {
  const openssl::ErrorScope errors;
  const openssl::KeyCtxOwner context(EVP_PKEY_CTX_new(signer.public_key(), nullptr));
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1) return false;
  if (scheme != SignatureScheme::kEcdsa &&
      !ConfigureRsa(context.get(), scheme, openssl::DigestAlgorithm(hash))) {
    return false;
  }
  return EVP_PKEY_verify(
             context.get(), Data(signature), signature.size(), Data(digest), digest.size()) == 1;
}

}  // namespace rogatoria
