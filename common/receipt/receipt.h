// A receipt: a self-contained text file that proves one evidence to anyone, offline
// (docs/formats/receipt.md). It is a pure function of stored rows (decisions.md 5), so asking twice
// gives the same bytes.
//
//   rogatoria-receipt v1
//   salt <base64 of 32 bytes>
//   <evidence, docs/formats/evidence.md, several lines>
//   <empty line>
//   <C2SP tlog-proof v1 of the leaf that commits to the evidence, with the signed checkpoint>
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/merkle/checkpoint_verifier.h"
#include "common/merkle/hash.h"
#include "common/model/evidence.h"

namespace rogatoria {

struct ReceiptParts {
  Bytes evidence;                   // canonical text
  Bytes salt;                       // 32 bytes
  uint64_t index = 0;               // of the leaf
  std::vector<merkle::Hash> proof;  // inclusion in the tree of the checkpoint
  Bytes note;                       // signed checkpoint
};

// REQUIRES: a salt of 32 bytes and the texts of FormatEvidence and SignCheckpoint.
Bytes FormatReceipt(const ReceiptParts& parts);
// INVALID_ARGUMENT for anything that FormatReceipt would not have written; the note may have
// further signature lines. Checks the form, not the proof.
absl::StatusOr<ReceiptParts> ParseReceipt(absl::string_view file);

// What a verified receipt says.
struct VerifiedReceipt {
  Evidence evidence;
  std::string log_origin;
  uint64_t index = 0;
  uint64_t tree_size = 0;
  std::vector<std::string> signed_by;  // names of the keys that signed the checkpoint
  v1::ReceiptLevel level = v1::RECEIPT_LEVEL_UNSPECIFIED;
};

// Verifies everything: commitment, inclusion, the log's signature under one of `log_keys` (C2SP
// verifier key texts; a signature by one of `witness_keys` raises the level), and that the log's
// origin belongs to the evidence's trust domain. Needs no network and no directory.
// INVALID_ARGUMENT: not a receipt, or a key text that is none. UNAUTHENTICATED: no trusted log
// signed. DATA_LOSS: a signature, the proof or the origin does not fit.
absl::StatusOr<VerifiedReceipt> VerifyReceipt(absl::string_view file,
                                              const std::vector<std::string>& log_keys,
                                              const std::vector<std::string>& witness_keys = {});

// For many receipts: verifies each as VerifyReceipt does, but the signatures of a checkpoint that
// several of them stand under only once (common/merkle/checkpoint_verifier.h). Thread-compatible.
class ReceiptVerifier {
 public:
  absl::StatusOr<VerifiedReceipt> Verify(absl::string_view file,
                                         const std::vector<std::string>& log_keys,
                                         const std::vector<std::string>& witness_keys = {});

 private:
  merkle::CheckpointVerifier checkpoints_;
};

// `log_keys`, each under the name of the log that the receipt is of: what an office that fixed its
// hub's key once verifies with, whichever of the hub's logs has the entry (merkle::KeyOfLogOf).
std::vector<std::string> KeysForLogOf(absl::string_view file,
                                      const std::vector<std::string>& log_keys);

}  // namespace rogatoria
