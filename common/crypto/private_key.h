// PrivateKey: P-256, P-384, RSA of at least 2048 bits, or Ed25519, held in memory.
//
// Immutable; copies share the key and are cheap. Thread-safe. Errors name what is wrong with the
// file or text, never a byte of it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/secret.h"

struct evp_pkey_st;

namespace rogatoria {

// The kinds of key we meet; kOther is never accepted anywhere.
enum class KeyAlgorithm { kP256, kP384, kRsa, kEd25519, kOther };

absl::string_view KeyAlgorithmName(KeyAlgorithm algorithm);

// Whether signatures and seals under such a key are accepted: P-256, P-384, Ed25519, and RSA from
// 2048 bits (decisions.md 19). Ed25519 is for our own log and witnesses; no CMS uses it.
bool IsStrongKey(KeyAlgorithm algorithm, int bits);

class PrivateKey {
 public:
  // kRsa gives 3072 bits.
  static absl::StatusOr<PrivateKey> Generate(KeyAlgorithm algorithm);

  // PKCS#8 or the older forms, unencrypted. KEY_MALFORMED for anything else, and for kinds and
  // sizes that IsStrongKey refuses.
  static absl::StatusOr<PrivateKey> FromPem(absl::string_view pem);

  // KEY_FILE_UNSAFE unless the file is regular, has mode 0600 or less, and belongs to us or root;
  // NOT_FOUND if there is none. The file is opened once and checked as opened.
  static absl::StatusOr<PrivateKey> FromPemFile(const std::string& path);

  // For common/crypto: takes over a key that was made or read. Accepts every kind and size, so
  // that tests can have bad ones.
  static PrivateKey FromHandle(evp_pkey_st* owned);

  // PKCS#8 PEM, unencrypted.
  SecretBytes ToPem() const;
  // SubjectPublicKeyInfo, DER.
  Bytes PublicKeyDer() const;

  KeyAlgorithm algorithm() const { return algorithm_; }
  int bits() const { return bits_; }

  // For common/crypto only.
  evp_pkey_st* handle() const { return key_.get(); }

 private:
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<evp_pkey_st> key_;
  KeyAlgorithm algorithm_;
  int bits_;
};

// Writes `pem` to a new file of mode 0600, by way of a temporary one, and syncs it to disk.
// ALREADY_EXISTS if there is a file: keys are never overwritten.
absl::Status WriteKeyFile(const std::string& path, const SecretBytes& pem);

}  // namespace rogatoria
