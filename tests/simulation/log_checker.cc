#include "tests/simulation/log_checker.h"

#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/verify.h"
#include "common/model/leaf.h"
#include "common/receipt/receipt.h"

namespace rogatoria::simulation {

// MTH of RFC 6962 section 2.1, as it stands there.
merkle::Hash LogChecker::ReferenceRoot(const std::vector<merkle::Hash>& leaves,
                                       size_t begin,
                                       size_t end) const {
  if (end - begin == 1) return leaves[begin];
  size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  const merkle::Hash left = ReferenceRoot(leaves, begin, begin + k);
  const merkle::Hash right = ReferenceRoot(leaves, begin + k, end);
  return *merkle::Hash::FromBytes(Sha256({"\x01", left.view(), right.view()}));
}

void LogChecker::ReadLogs() {
  const Head head = *snapshot_.GetHead();
  for (uint64_t log = 1; log <= head.log; ++log) {
    const auto last = snapshot_.GetLastBatch(log);
    if (!last.ok()) return Violation(absl::StrCat("log ", log, " has no head"));
    if (log == head.log && last->size != head.log_size)
      Violation("the head row and the log differ");
    ReadLog(log, last->size);
    CheckOrigin(log);
    CheckBatches(log);
  }
}

void LogChecker::ReadLog(uint64_t log, uint64_t size) {
  const auto entries = snapshot_.ListEntries("", log, 0, 100000);
  if (!entries.ok() || entries->size() != size) {
    return Violation(absl::StrCat("log ", log, " does not have the leaves that were signed"));
  }
  for (uint64_t i = 0; i < size; ++i) {
    const EntryRecord& entry = (*entries)[i];
    if (entry.index != i) Violation("a leaf is missing");
    CheckEntry(entry);
    leaves_[log].push_back(
        *merkle::Hash::FromBytes(Sha256({absl::string_view("\0", 1), entry.leaf})));
  }
}

void LogChecker::CheckEntry(const EntryRecord& entry) {
  const auto leaf = ParseLeaf(entry.leaf);
  if (!leaf.ok()) return Violation("a leaf that is none");
  const auto* commitment = std::get_if<CommitmentLeaf>(&*leaf);
  if (commitment == nullptr) return;
  if (commitment->commitment != HmacSha256(entry.salt, entry.record)) {
    Violation("a leaf does not commit to its record");
  }
}

void LogChecker::CheckOrigin(uint64_t log) {
  const auto first = snapshot_.GetEntry(log, 0);
  const auto leaf = first.ok() ? ParseLeaf(first->leaf) : first.status();
  const OriginLeaf* origin = leaf.ok() ? std::get_if<OriginLeaf>(&*leaf) : nullptr;
  if (origin == nullptr) return Violation("a log does not begin with its origin");
  if (log == 1) return;
  const auto before = snapshot_.GetLastBatch(log - 1);
  if (!before.ok() || origin->previous_size != before->size ||
      origin->previous_root != before->root.view()) {
    Violation("a log does not commit to the head of the one before");
  }
}

void LogChecker::CheckBatches(uint64_t log) {
  const std::vector<merkle::Hash>& leaves = leaves_[log];
  Instant last;
  for (uint64_t size = 0; size < leaves.size();) {
    const auto batch = snapshot_.GetBatchOfEntry(log, size);
    if (!batch.ok() || batch->size <= size || batch->size > leaves.size()) {
      return Violation("leaves without a signed head");
    }
    if (batch->instant < last) Violation("time went back in the log");
    last = batch->instant;
    size = batch->size;
    const merkle::Hash root = ReferenceRoot(leaves, 0, size);
    roots_[log][size] = root;
    if (batch->root != root) Violation("a stored root is not that of its leaves");
    notes_.heads.insert(batch->note);
  }
}

bool LogChecker::IsGoodHead(const std::string& note) {
  const auto known = heads_.find(note);
  if (known != heads_.end()) return known->second;
  std::vector<merkle::VerifierKey> keys;
  for (const std::string& text : hub_.log_keys()) keys.push_back(*merkle::VerifierKey::Parse(text));
  const auto verified = merkle::VerifyCheckpoint(note, keys);
  bool good = verified.ok();
  if (good) {
    const auto origin = merkle::LogOrigin::Parse(verified->checkpoint.origin);
    const auto& roots = roots_[origin->number];
    const auto root = roots.find(verified->checkpoint.size);
    good = root != roots.end() && root->second == verified->checkpoint.root;
  }
  return heads_[note] = good;
}

void LogChecker::CheckHeads() {
  for (const std::string& note : notes_.heads) {
    if (!IsGoodHead(note)) Violation("a head that was seen is no prefix of its log");
  }
}

void LogChecker::CheckReceipts() {
  for (const std::string& file : notes_.receipts) CheckReceipt(file);
}

void LogChecker::CheckReceipt(const std::string& file) {
  const auto parts = ParseReceipt(file);
  if (!parts.ok()) return Violation("a receipt that is none");
  if (!IsGoodHead(parts->note)) return Violation("a receipt whose head is no prefix of the log");
  const auto head = merkle::ParseCheckpoint(parts->note.substr(0, parts->note.find("\n\n") + 1));
  const Bytes leaf = absl::StrCat("rogatoria-leaf v1\ntype commitment\nclass evidence\ncommitment ",
                                  ToBase64(HmacSha256(parts->salt, parts->evidence)),
                                  "\n");
  const absl::Status proved =
      merkle::VerifyInclusion(*merkle::Hash::FromBytes(Sha256({absl::string_view("\0", 1), leaf})),
                              parts->index,
                              head->size,
                              parts->proof,
                              head->root);
  if (!proved.ok()) Violation("a receipt does not prove its evidence");
}

}  // namespace rogatoria::simulation
