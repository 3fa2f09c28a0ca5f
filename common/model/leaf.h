// The leaf of the log: what is hashed into the tree (docs/formats/leaf.md). Three sorts:
//
//   commitment     to an evidence or audit record: HMAC-SHA-256(salt, record). The record can be
//   erased
//                  with its case's key and every proof still holds (decisions.md 17)
//   key statement  in clear: everyone may see which keys an authority stated (decisions.md 8)
//   origin         the first leaf of each log: the head of the log before (decisions.md 10)
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria {

// What a commitment commits to.
enum class RecordClass { kEvidence, kAudit };

enum class OriginReason { kFirst, kYear, kRestore, kKey };

struct CommitmentLeaf {
  RecordClass record_class = RecordClass::kEvidence;
  Bytes commitment;  // 32 bytes
};

struct KeyStatementLeaf {
  Bytes statement;  // exact signed bytes
  Bytes signature;
  Bytes identity_key;  // DER SubjectPublicKeyInfo
};

struct OriginLeaf {
  OriginReason reason = OriginReason::kFirst;
  std::string previous_origin;  // empty for the first log
  uint64_t previous_size = 0;
  Bytes previous_root;  // 32 bytes; empty for the first log
};

using Leaf = std::variant<CommitmentLeaf, KeyStatementLeaf, OriginLeaf>;

Bytes FormatLeaf(const Leaf& leaf);
absl::StatusOr<Leaf> ParseLeaf(absl::string_view text);

// HMAC-SHA-256(salt, record); salts are 32 random bytes.
Bytes Commit(absl::string_view salt, absl::string_view record);

}  // namespace rogatoria
