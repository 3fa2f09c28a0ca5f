// Checking proofs. Knows nothing of the tree, of its storage, or of who made the proof: hashes in,
// yes or no out. RFC 9162 sections 2.1.3.2 and 2.1.4.2.
//
// Everything malformed is refused: an index beyond the size, a proof that is a hash too short or
// too long. INVALID_ARGUMENT when the input cannot be right whatever the hashes; DATA_LOSS when the
// hashes do not lead to the root. Pure and thread-safe.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/merkle/hash.h"

namespace rogatoria::merkle {

// That the leaf is number `index` of the tree of `size` leaves with this root.
absl::Status VerifyInclusion(const Hash& leaf_hash,
                             uint64_t index,
                             uint64_t size,
                             absl::Span<const Hash> proof,
                             const Hash& root);

// That the tree (old_size, old_root) is a prefix of (new_size, new_root). The empty tree is a
// prefix of every tree; its root must be EmptyRoot().
absl::Status VerifyConsistency(uint64_t old_size,
                               uint64_t new_size,
                               const Hash& old_root,
                               const Hash& new_root,
                               absl::Span<const Hash> proof);

}  // namespace rogatoria::merkle
