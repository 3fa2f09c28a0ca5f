// Verifies checkpoints one after the other, and remembers those that were good: many entries are
// proven under one checkpoint, and its signature costs more than all else of a proof.
//
// A checkpoint is known only when the whole note and the whole list of keys are the same, byte for
// byte; in everything else it is verified anew. What was refused is not remembered. What is kept is
// bounded (kMaxRememberedBytes); when it is full, it is forgotten. Thread-compatible.
#pragma once

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria::merkle {

class CheckpointVerifier {
 public:
  // Notes with their keys: some thousands as hubs write them, and the largest there can be.
  static constexpr size_t kMaxRememberedBytes = 2 * 1024 * 1024;

  // As VerifyCheckpoint.
  absl::StatusOr<VerifiedCheckpoint> Verify(absl::string_view note,
                                            absl::Span<const VerifierKey> keys);

  // How many are known now.
  size_t remembered() const { return known_.size(); }

 private:
  void Remember(std::string question, const VerifiedCheckpoint& answer);

  absl::flat_hash_map<std::string, VerifiedCheckpoint> known_;  // by keys and note
  size_t bytes_ = 0;                                            // of known_'s keys
};

}  // namespace rogatoria::merkle
