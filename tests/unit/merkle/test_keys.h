// Signers from fixed seeds, so that every run signs the same bytes.
#pragma once

#include <memory>

#include "common/crypto/secret.h"
#include "common/crypto/signer.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria::merkle {

inline Ed25519FileSigner SignerFromSeed(char seed) {
  return *Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, seed)));
}

inline VerifierKey KeyOf(absl::string_view name, SignatureType type, const Signer& signer) {
  return *VerifierKey::Make(name, type, signer.PublicKey());
}

}  // namespace rogatoria::merkle
