// One file that proves, offline and to anyone who has the log's public key, that an entry is in the
// log: C2SP tlog-proof v1. docs/formats/proof.md has the grammar.
//
//   c2sp.org/tlog-proof@v1
//   extra <base64>                      optional, not authenticated; we write none
//   index <decimal>
//   <base64 of a hash>                  as many as the inclusion proof has
//
//   <checkpoint, a signed note>
//
// Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/bytes.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/checkpoint_verifier.h"
#include "common/merkle/hash.h"
#include "common/merkle/proof.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria::merkle {

struct TlogProof {
  Bytes extra;
  uint64_t index = 0;
  Proof hashes;
  std::string checkpoint;  // the whole note

  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

// INVALID_ARGUMENT for what ParseTlogProof would refuse.
absl::StatusOr<std::string> FormatTlogProof(const TlogProof& proof);

// INVALID_ARGUMENT for anything that FormatTlogProof would not have written. Does not look for who
// signed.
absl::StatusOr<TlogProof> ParseTlogProof(absl::string_view text);

// Everything at once: the checkpoint is signed by a trusted log key (checkpoint.h), and the leaf is
// at the proof's index in that tree. Errors of ParseTlogProof, VerifyCheckpoint and
// VerifyInclusion.
absl::StatusOr<VerifiedCheckpoint> VerifyTlogProof(absl::string_view text,
                                                   const Hash& leaf_hash,
                                                   absl::Span<const VerifierKey> keys);
// The same, for one of many: a checkpoint that `checkpoints` knows is not verified again.
absl::StatusOr<VerifiedCheckpoint> VerifyTlogProof(absl::string_view text,
                                                   const Hash& leaf_hash,
                                                   absl::Span<const VerifierKey> keys,
                                                   CheckpointVerifier& checkpoints);

}  // namespace rogatoria::merkle
