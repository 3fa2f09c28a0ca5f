// Ed25519 (RFC 8032) for log heads and witnesses. Signer is a seam: the key may be in a file or,
// later, behind PKCS#11 (decisions.md 26).
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/private_key.h"

namespace rogatoria {

inline constexpr size_t kEd25519PublicKeyBytes = 32;
inline constexpr size_t kEd25519SignatureBytes = 64;

// Thread-safe.
class Signer {
 public:
  virtual ~Signer() = default;
  // 64 bytes. An error means that the key is out of reach: nothing was signed.
  virtual absl::StatusOr<Bytes> Sign(absl::string_view message) = 0;
  // 32 bytes, always the same.
  virtual const Bytes& PublicKey() const = 0;
};

// The key in memory, from a PKCS#8 PEM file (`openssl genpkey -algorithm ed25519`).
class Ed25519FileSigner final : public Signer {
 public:
  // KEY_MALFORMED if the key is of another kind; the errors of PrivateKey::FromPemFile.
  static absl::StatusOr<Ed25519FileSigner> FromPemFile(const std::string& path);
  static absl::StatusOr<Ed25519FileSigner> FromKey(PrivateKey key);
  // From the 32-byte seed of RFC 8032 section 5.1.5, for simulations and vectors.
  static absl::StatusOr<Ed25519FileSigner> FromSeed(const SecretBytes& seed);

  absl::StatusOr<Bytes> Sign(absl::string_view message) override;
  const Bytes& PublicKey() const override { return public_key_; }

 private:
  Ed25519FileSigner(PrivateKey key, Bytes public_key);

  PrivateKey key_;
  Bytes public_key_;
};

// False for wrong sizes, too. Thread-safe.
bool VerifyEd25519(absl::string_view public_key,
                   absl::string_view message,
                   absl::string_view signature);

}  // namespace rogatoria
