#include "common/client/log_head.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/merkle/verify.h"
#include "common/receipt/receipt.h"

namespace rogatoria::client {
namespace {

constexpr size_t kMaxCheckpointBytes = 64 * 1024;

absl::StatusOr<merkle::Checkpoint> Verified(const std::string& note,
                                            const merkle::VerifierKey& key) {
  ROG_ASSIGN_OR_RETURN(merkle::VerifiedCheckpoint verified,
                       merkle::VerifyCheckpoint(note, {merkle::KeyOfLogOf(note, key)}));
  return std::move(verified.checkpoint);
}

absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint(Connection& connection, uint64_t log) {
  v1::GetCheckpointRequest request;
  request.set_log(log);
  return connection.Call(connection.audit(), &v1::AuditService::Stub::GetCheckpoint, request);
}

absl::StatusOr<SignedHead> HeadUnder(const merkle::VerifierKey& key,
                                     const v1::GetCheckpointResponse& told) {
  ROG_ASSIGN_OR_RETURN(merkle::Checkpoint checkpoint, Verified(told.checkpoint(), key));
  return SignedHead{told.log(), std::move(checkpoint), told.checkpoint(), told.verifier_key()};
}

absl::StatusOr<std::vector<merkle::Hash>> Hashes(
    const google::protobuf::RepeatedPtrField<Bytes>& raw) {
  std::vector<merkle::Hash> hashes;
  for (const Bytes& bytes : raw) {
    ROG_ASSIGN_OR_RETURN(hashes.emplace_back(), merkle::Hash::FromBytes(bytes));
  }
  return hashes;
}

absl::Status Forked() {
  return Failure(absl::StatusCode::kDataLoss, Sentence::LOG_FORKED);
}

absl::StatusOr<merkle::Checkpoint> HeadInReceipt(const std::string& path,
                                                 const merkle::VerifierKey& key) {
  ROG_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, limits::kMaxReceiptBytes));
  ROG_ASSIGN_OR_RETURN(const ReceiptParts parts, ParseReceipt(file));
  return Verified(parts.note, key);
}

void AddHeadsInReceipts(const std::string& state, const merkle::VerifierKey& key, KeptHeads& kept) {
  const std::string all = state + "/receipts/";
  for (const std::string& act : ListFolder(all).value_or(std::vector<std::string>())) {
    const std::string folder = all + act + "/";
    for (const std::string& name : ListFolder(folder).value_or(std::vector<std::string>())) {
      if (!absl::EndsWith(name, ".receipt")) continue;
      auto head = HeadInReceipt(folder + name, key);
      if (!head.ok()) ++kept.left_out;
      if (head.ok()) kept.heads.push_back({*std::move(head), folder + name});
    }
  }
}

// The log's number, so that log/10 comes after log/9; among equal heads the first file is kept.
auto Order(const KeptHead& head) {
  const auto origin = merkle::LogOrigin::Parse(head.checkpoint.origin);
  return std::tuple(origin.ok() ? origin->number : 0,
                    head.checkpoint.origin,
                    ~head.checkpoint.size,
                    head.checkpoint.root.view(),
                    absl::string_view(head.file));
}

bool IsSameHead(const KeptHead& a, const KeptHead& b) {
  return a.checkpoint.origin == b.checkpoint.origin && a.checkpoint.size == b.checkpoint.size &&
         a.checkpoint.root == b.checkpoint.root;
}

}  // namespace

absl::StatusOr<SignedHead> FetchHead(Connection& connection,
                                     const merkle::VerifierKey& key,
                                     uint64_t log) {
  ROG_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse told, GetCheckpoint(connection, log));
  auto head = HeadUnder(key, told);
  if (!absl::IsUnauthenticated(head.status())) return head;
  return Explained(Error(Reason::RECEIPT_NOT_VALID).Field("checkpoint"),
                   Sentence::RECEIPT_UNDER_LOG_KEY);
}

absl::StatusOr<SignedHead> FetchHeadAsTold(Connection& connection, uint64_t log) {
  ROG_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse told, GetCheckpoint(connection, log));
  ROG_ASSIGN_OR_RETURN(const auto key, merkle::VerifierKey::Parse(told.verifier_key()));
  return HeadUnder(key, told);
}

absl::StatusOr<std::vector<merkle::Hash>> FetchInclusion(Connection& connection,
                                                         const SignedHead& head,
                                                         uint64_t index) {
  v1::GetInclusionProofRequest request;
  request.set_log(head.log);
  request.set_index(index);
  request.set_tree_size(head.checkpoint.size);
  ROG_ASSIGN_OR_RETURN(
      v1::GetInclusionProofResponse proof,
      connection.Call(connection.audit(), &v1::AuditService::Stub::GetInclusionProof, request));
  return Hashes(proof.hashes());
}

absl::Status CheckExtends(Connection& connection,
                          const merkle::Checkpoint& before,
                          const SignedHead& head) {
  const merkle::Checkpoint& now = head.checkpoint;
  if (before.size == now.size && before.root == now.root) return absl::OkStatus();
  if (before.size >= now.size) return Forked();
  v1::GetConsistencyProofRequest request;
  request.set_log(head.log);
  request.set_old_size(before.size);
  request.set_new_size(now.size);
  ROG_ASSIGN_OR_RETURN(
      v1::GetConsistencyProofResponse proof,
      connection.Call(connection.audit(), &v1::AuditService::Stub::GetConsistencyProof, request));
  const auto hashes = Hashes(proof.hashes());
  if (!hashes.ok()) return Forked();
  const absl::Status held =
      merkle::VerifyConsistency(before.size, now.size, before.root, now.root, *hashes);
  return held.ok() ? held : Forked();
}

std::string CheckpointFile(const std::string& state) {
  return state + "/checkpoint";
}

absl::StatusOr<KeptHeads> LoadKeptHeads(const std::string& state, const merkle::VerifierKey& key) {
  KeptHeads kept;
  const auto note = ReadFile(CheckpointFile(state), kMaxCheckpointBytes);
  if (note.ok()) {
    ROG_ASSIGN_OR_RETURN(merkle::Checkpoint checkpoint, Verified(*note, key));
    kept.heads.push_back({std::move(checkpoint), CheckpointFile(state)});
  }
  AddHeadsInReceipts(state, key, kept);
  std::sort(kept.heads.begin(), kept.heads.end(), [](const KeptHead& a, const KeptHead& b) {
    return Order(a) < Order(b);
  });
  kept.heads.erase(std::unique(kept.heads.begin(), kept.heads.end(), IsSameHead), kept.heads.end());
  return kept;
}

}  // namespace rogatoria::client
