#include "common/merkle/tlog_proof.h"

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/merkle/node.h"
#include "common/merkle/note.h"
#include "common/merkle/text.h"
#include "common/merkle/verify.h"

namespace rogatoria::merkle {
namespace {

constexpr absl::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr absl::string_view kExtra = "extra ";
constexpr absl::string_view kIndex = "index ";

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not a proof (c2sp.org/tlog-proof@v1): ", what));
}

absl::Status CheckProof(const TlogProof& proof) {
  if (proof.index >= kMaxTreeSize) return Malformed("the index is below 2^63 - 1");
  if (proof.hashes.size() > limits::kMaxProofHashes) return Malformed("at most 63 hashes");
  if (proof.extra.size() > limits::kMaxProofExtraBytes) return Malformed("extra data too long");
  ROG_ASSIGN_OR_RETURN(const Note note, ParseNote(proof.checkpoint));
  return ParseCheckpoint(note.text).status();
}

// "extra <base64>" if the next line is that; leaves `rest` alone if not.
absl::StatusOr<Bytes> TakeExtra(absl::string_view& rest) {
  if (!absl::StartsWith(rest, kExtra)) return Bytes();
  absl::string_view line = TakeLine(rest).value_or("");
  absl::ConsumePrefix(&line, kExtra);
  ROG_ASSIGN_OR_RETURN(Bytes extra, FromBase64(line));
  if (extra.empty()) return Malformed("without extra data the line is left out");
  return extra;
}

absl::StatusOr<uint64_t> TakeIndex(absl::string_view& rest) {
  absl::string_view line = TakeLine(rest).value_or("");
  if (absl::ConsumePrefix(&line, kIndex)) {
    if (const std::optional<uint64_t> index = ParseDecimal(line)) return *index;
  }
  return Malformed("expected: index, a space, a decimal number");
}

// Up to the empty line, which is taken too.
absl::StatusOr<Proof> TakeHashes(absl::string_view& rest) {
  Proof hashes;
  while (const std::optional<absl::string_view> line = TakeLine(rest)) {
    if (line->empty()) return hashes;
    if (hashes.size() == limits::kMaxProofHashes) return Malformed("at most 63 hashes");
    ROG_ASSIGN_OR_RETURN(hashes.emplace_back(), Hash::FromBase64(*line));
  }
  return Malformed("expected: an empty line and the checkpoint");
}

}  // namespace

absl::StatusOr<std::string> FormatTlogProof(const TlogProof& proof) {
  ROG_RETURN_IF_ERROR(CheckProof(proof));
  std::string text = absl::StrCat(kFirstLine, "\n");
  if (!proof.extra.empty()) absl::StrAppend(&text, kExtra, ToBase64(proof.extra), "\n");
  absl::StrAppend(&text, kIndex, proof.index, "\n");
  for (const Hash& hash : proof.hashes) absl::StrAppend(&text, hash.ToBase64(), "\n");
  absl::StrAppend(&text, "\n", proof.checkpoint);
  return text;
}

absl::StatusOr<TlogProof> ParseTlogProof(absl::string_view text) {
  if (TakeLine(text) != kFirstLine) return Malformed("the first line is another");
  TlogProof proof;
  ROG_ASSIGN_OR_RETURN(proof.extra, TakeExtra(text));
  ROG_ASSIGN_OR_RETURN(proof.index, TakeIndex(text));
  ROG_ASSIGN_OR_RETURN(proof.hashes, TakeHashes(text));
  proof.checkpoint = std::string(text);
  ROG_RETURN_IF_ERROR(CheckProof(proof));
  return proof;
}

absl::StatusOr<VerifiedCheckpoint> VerifyTlogProof(absl::string_view text,
                                                   const Hash& leaf_hash,
                                                   absl::Span<const VerifierKey> keys) {
  CheckpointVerifier checkpoints;
  return VerifyTlogProof(text, leaf_hash, keys, checkpoints);
}

absl::StatusOr<VerifiedCheckpoint> VerifyTlogProof(absl::string_view text,
                                                   const Hash& leaf_hash,
                                                   absl::Span<const VerifierKey> keys,
                                                   CheckpointVerifier& checkpoints) {
  ROG_ASSIGN_OR_RETURN(const TlogProof proof, ParseTlogProof(text));
  ROG_ASSIGN_OR_RETURN(VerifiedCheckpoint verified, checkpoints.Verify(proof.checkpoint, keys));
  const Checkpoint& head = verified.checkpoint;
  ROG_RETURN_IF_ERROR(VerifyInclusion(leaf_hash, proof.index, head.size, proof.hashes, head.root));
  return verified;
}

}  // namespace rogatoria::merkle
