// For this folder: signatures over a digest, without an envelope, made and checked.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/certificate.h"
#include "common/crypto/hash_algorithm.h"
#include "common/crypto/private_key.h"

namespace rogatoria {

enum class SignatureScheme { kEcdsa, kRsaPkcs1, kRsaPss };

// DER Ecdsa-Sig-Value by a key on a curve, PKCS #1 v1.5 by an RSA key. INVALID_ARGUMENT for others.
absl::StatusOr<Bytes> SignDigest(const PrivateKey& key,
                                 HashAlgorithm hash,
                                 absl::string_view digest);

// By the certificate's key, which must be one of the scheme's. RSASSA-PSS has a salt of the
// digest's length.
bool VerifyDigest(const Certificate& signer,
                  SignatureScheme scheme,
                  HashAlgorithm hash,
                  absl::string_view digest,
                  absl::string_view signature);

}  // namespace rogatoria
