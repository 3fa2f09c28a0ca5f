// A witness's word on a checkpoint: "at this time, this was the largest head I had seen of this
// log, and it was consistent with all before" (C2SP tlog-cosignature, Ed25519, type 0x04).
//
//   signature = time (8 bytes, big-endian, seconds since 1970) || Ed25519 over
//
//     cosignature/v1
//     time <seconds, decimal>
//     <text of the checkpoint>
//
// Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/signer.h"
#include "common/merkle/note.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria::merkle {

std::string CosignedMessage(uint64_t seconds, absl::string_view checkpoint_text);

// The signature line of the witness `name`. INVALID_ARGUMENT for a bad name or a time above
// 2^63 - 1, else the signer's error. For witnesses and tests; the broker only verifies.
absl::StatusOr<NoteSignature> Cosign(absl::string_view checkpoint_text,
                                     absl::string_view name,
                                     uint64_t seconds,
                                     Signer& signer);

// The time at which `key` cosigned. INVALID_ARGUMENT for a malformed signature, DATA_LOSS for one
// that does not verify. REQUIRES: key.type is kCosignatureV1.
absl::StatusOr<uint64_t> VerifyCosignature(absl::string_view checkpoint_text,
                                           absl::string_view signature,
                                           const VerifierKey& key);

}  // namespace rogatoria::merkle
