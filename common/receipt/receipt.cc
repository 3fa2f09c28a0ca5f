#include "common/receipt/receipt.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/check.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/tlog_proof.h"
#include "common/merkle/verifier_key.h"
#include "common/model/leaf.h"

namespace rogatoria {
namespace {

using merkle::VerifiedCheckpoint;
using merkle::VerifierKey;

constexpr absl::string_view kFirstLine = "rogatoria-receipt v1\n";
constexpr absl::string_view kSalt = "salt ";
constexpr absl::string_view kProofStart = "c2sp.org/tlog-proof@v1\nindex ";
constexpr size_t kSaltBytes = 32;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not a receipt: ", what));
}

// The parts of a file, without a copy.
struct ReceiptView {
  absl::string_view salt;      // base64
  absl::string_view evidence;  // with its last line feed
  absl::string_view proof;     // the tlog-proof
};

absl::StatusOr<ReceiptView> Split(absl::string_view file) {
  if (file.size() > limits::kMaxReceiptBytes) return Malformed("larger than a receipt can be");
  if (!absl::ConsumePrefix(&file, kFirstLine)) return Malformed("the first line is another");
  if (!absl::ConsumePrefix(&file, kSalt))
    return Malformed("the second line is: salt, a space, base64");
  const size_t salt_end = file.find('\n');
  // Evidence has no empty line, so the first one ends it.
  const size_t evidence_end = file.find("\n\n");
  if (evidence_end == absl::string_view::npos || evidence_end <= salt_end) {
    return Malformed("expected: evidence, an empty line, a proof");
  }
  return ReceiptView{file.substr(0, salt_end),
                     file.substr(salt_end + 1, evidence_end - salt_end),
                     file.substr(evidence_end + 2)};
}

absl::StatusOr<Bytes> ParseSalt(absl::string_view base64) {
  absl::StatusOr<Bytes> salt = FromBase64(base64);
  if (!salt.ok() || salt->size() != kSaltBytes) return Malformed("the salt is 32 bytes in base64");
  return salt;
}

// The keys to verify a checkpoint with: those of logs as logs, those of witnesses as witnesses, so
// that a witness's key in the wrong list can never stand for a log.
absl::StatusOr<std::vector<VerifierKey>> ParseKeys(const std::vector<std::string>& log_keys,
                                                   const std::vector<std::string>& witness_keys) {
  std::vector<VerifierKey> keys;
  for (const std::string& text : log_keys) {
    ROG_ASSIGN_OR_RETURN(VerifierKey key, VerifierKey::Parse(text));
    if (key.type != merkle::SignatureType::kEd25519) {
      return absl::InvalidArgumentError("a log's key has the type of a witness's");
    }
    keys.push_back(std::move(key));
  }
  for (const std::string& text : witness_keys) {
    ROG_ASSIGN_OR_RETURN(VerifierKey key, VerifierKey::Parse(text));
    if (key.type != merkle::SignatureType::kCosignatureV1) {
      return absl::InvalidArgumentError("a witness's key has the type of a log's");
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

absl::Status CheckOrigin(const std::string& origin, const std::string& trust_domain) {
  const auto parsed = merkle::LogOrigin::Parse(origin);
  if (parsed.ok() && parsed->trust_domain == trust_domain) return absl::OkStatus();
  return absl::DataLossError("the log is not one of the hub that the evidence names");
}

VerifiedReceipt Describe(Evidence evidence, uint64_t index, const VerifiedCheckpoint& checkpoint) {
  VerifiedReceipt receipt;
  receipt.evidence = std::move(evidence);
  receipt.log_origin = checkpoint.checkpoint.origin;
  receipt.index = index;
  receipt.tree_size = checkpoint.checkpoint.size;
  receipt.signed_by.push_back(checkpoint.log_key.name);
  for (const merkle::Witness& witness : checkpoint.witnesses) {
    receipt.signed_by.push_back(witness.key.name);
  }
  receipt.level =
      checkpoint.witnesses.empty() ? v1::RECEIPT_LEVEL_BROKER : v1::RECEIPT_LEVEL_WITNESSED;
  return receipt;
}

}  // namespace

Bytes FormatReceipt(const ReceiptParts& parts) {
  ROG_CHECK(parts.salt.size() == kSaltBytes, "a salt is 32 bytes");
  ROG_CHECK(absl::EndsWith(parts.evidence, "\n"), "evidence ends with a line feed");
  Bytes file;
  constexpr size_t kHashLine = 45;  // 44 characters of base64 and a line feed
  file.reserve(160 + parts.evidence.size() + parts.proof.size() * kHashLine + parts.note.size());
  absl::StrAppend(&file, kFirstLine, kSalt, ToBase64(parts.salt), "\n", parts.evidence, "\n");
  absl::StrAppend(&file, kProofStart, parts.index, "\n");
  for (const merkle::Hash& hash : parts.proof) absl::StrAppend(&file, hash.ToBase64(), "\n");
  absl::StrAppend(&file, "\n", parts.note);
  return file;
}

absl::StatusOr<ReceiptParts> ParseReceipt(absl::string_view file) {
  ROG_ASSIGN_OR_RETURN(const ReceiptView view, Split(file));
  ReceiptParts parts;
  ROG_ASSIGN_OR_RETURN(parts.salt, ParseSalt(view.salt));
  ROG_RETURN_IF_ERROR(ParseEvidence(view.evidence).status());
  ROG_ASSIGN_OR_RETURN(merkle::TlogProof proof, merkle::ParseTlogProof(view.proof));
  if (!proof.extra.empty()) return Malformed("the proof carries extra data");
  parts.evidence = Bytes(view.evidence);
  parts.index = proof.index;
  parts.proof = std::move(proof.hashes);
  parts.note = std::move(proof.checkpoint);
  return parts;
}

absl::StatusOr<VerifiedReceipt> VerifyReceipt(absl::string_view file,
                                              const std::vector<std::string>& log_keys,
                                              const std::vector<std::string>& witness_keys) {
  return ReceiptVerifier().Verify(file, log_keys, witness_keys);
}

absl::StatusOr<VerifiedReceipt> ReceiptVerifier::Verify(
    absl::string_view file,
    const std::vector<std::string>& log_keys,
    const std::vector<std::string>& witness_keys) {
  ROG_ASSIGN_OR_RETURN(const std::vector<VerifierKey> keys, ParseKeys(log_keys, witness_keys));
  ROG_ASSIGN_OR_RETURN(const ReceiptParts parts, ParseReceipt(file));
  ROG_ASSIGN_OR_RETURN(const ReceiptView view, Split(file));
  const Bytes leaf =
      FormatLeaf(CommitmentLeaf{RecordClass::kEvidence, Commit(parts.salt, parts.evidence)});
  ROG_ASSIGN_OR_RETURN(
      const VerifiedCheckpoint checkpoint,
      merkle::VerifyTlogProof(view.proof, merkle::LeafHash(leaf), keys, checkpoints_));
  ROG_ASSIGN_OR_RETURN(Evidence evidence, ParseEvidence(parts.evidence));
  ROG_RETURN_IF_ERROR(CheckOrigin(checkpoint.checkpoint.origin, evidence.trust_domain));
  return Describe(std::move(evidence), parts.index, checkpoint);
}

std::vector<std::string> KeysForLogOf(absl::string_view file,
                                      const std::vector<std::string>& log_keys) {
  const auto parts = ParseReceipt(file);
  std::vector<std::string> keys;
  for (const std::string& text : log_keys) {
    const auto key = VerifierKey::Parse(text);
    const bool can_be_named = parts.ok() && key.ok();
    keys.push_back(can_be_named ? merkle::KeyOfLogOf(parts->note, *key).ToText() : text);
  }
  return keys;
}

}  // namespace rogatoria
