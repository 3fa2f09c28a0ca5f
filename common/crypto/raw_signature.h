// Signatures without an envelope, over exact bytes: for key statements, whose form says by itself
// who signs and what (docs/formats/key-statement.md). Users' signatures are CMS: cms_signature.h.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/private_key.h"

namespace rogatoria {

// Ed25519: 64 bytes (RFC 8032). P-256: DER Ecdsa-Sig-Value over SHA-256. INVALID_ARGUMENT for any
// other key. Thread-safe.
absl::StatusOr<Bytes> SignRaw(const PrivateKey& key, absl::string_view message);

// `public_key_der`: SubjectPublicKeyInfo. False for any other kind of key, too. Thread-safe.
bool VerifyRaw(absl::string_view public_key_der,
               absl::string_view message,
               absl::string_view signature);

}  // namespace rogatoria
