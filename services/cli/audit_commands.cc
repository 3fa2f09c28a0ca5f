#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/hash.h"
#include "common/merkle/tlog_proof.h"
#include "common/merkle/verifier_key.h"
#include "common/merkle/verify.h"
#include "common/model/leaf.h"
#include "services/cli/commands.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

constexpr int kPageSize = 500;
constexpr size_t kMaxCheckpointBytes = 64 * 1024;

absl::StatusOr<merkle::Checkpoint> Verified(const std::string& note, const std::string& log_key) {
  ROG_ASSIGN_OR_RETURN(merkle::VerifierKey key, merkle::VerifierKey::Parse(log_key));
  ROG_ASSIGN_OR_RETURN(merkle::VerifiedCheckpoint verified,
                       merkle::VerifyCheckpoint(note, {merkle::KeyOfLogOf(note, key)}));
  return verified.checkpoint;
}

struct SignedHead {
  uint64_t log = 0;
  merkle::Checkpoint checkpoint;
  std::string note;
};

// Of one of the hub's logs, or with 0 of the current one; signed under the key that we know.
absl::StatusOr<SignedHead> FetchHead(client::Connection& connection,
                                     const std::string& log_key,
                                     uint64_t log) {
  v1::GetCheckpointRequest request;
  request.set_log(log);
  ROG_ASSIGN_OR_RETURN(
      v1::GetCheckpointResponse head,
      connection.Call(connection.audit(), &v1::AuditService::Stub::GetCheckpoint, request));
  ROG_ASSIGN_OR_RETURN(merkle::Checkpoint checkpoint, Verified(head.checkpoint(), log_key));
  return SignedHead{head.log(), std::move(checkpoint), std::move(*head.mutable_checkpoint())};
}

absl::StatusOr<std::vector<merkle::Hash>> Hashes(
    const google::protobuf::RepeatedPtrField<Bytes>& raw) {
  std::vector<merkle::Hash> hashes;
  for (const Bytes& bytes : raw) {
    ROG_ASSIGN_OR_RETURN(merkle::Hash hash, merkle::Hash::FromBytes(bytes));
    hashes.push_back(hash);
  }
  return hashes;
}

absl::Status Checkpoint(Session& session, uint64_t log) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  v1::GetCheckpointRequest request;
  request.set_log(log);
  ROG_ASSIGN_OR_RETURN(
      v1::GetCheckpointResponse head,
      connection->Call(connection->audit(), &v1::AuditService::Stub::GetCheckpoint, request));
  session.out << head.checkpoint();
  session.Note(Message::NOTE_LOG_KEY, head.verifier_key());
  return absl::OkStatus();
}

absl::Status Proof(Session& session, uint64_t log, uint64_t index) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  v1::GetCheckpointRequest head_request;
  head_request.set_log(log);
  ROG_ASSIGN_OR_RETURN(
      v1::GetCheckpointResponse head,
      connection->Call(connection->audit(), &v1::AuditService::Stub::GetCheckpoint, head_request));
  ROG_ASSIGN_OR_RETURN(merkle::Checkpoint checkpoint,
                       Verified(head.checkpoint(), head.verifier_key()));
  v1::GetInclusionProofRequest request;
  request.set_log(head.log());
  request.set_index(index);
  request.set_tree_size(checkpoint.size);
  ROG_ASSIGN_OR_RETURN(
      v1::GetInclusionProofResponse proof,
      connection->Call(connection->audit(), &v1::AuditService::Stub::GetInclusionProof, request));
  merkle::TlogProof file;
  file.index = index;
  ROG_ASSIGN_OR_RETURN(file.hashes, Hashes(proof.hashes()));
  file.checkpoint = head.checkpoint();
  ROG_ASSIGN_OR_RETURN(std::string text, merkle::FormatTlogProof(file));
  session.out << text;
  return absl::OkStatus();
}

// Proves a leaf against a head.
absl::Status CheckIncluded(client::Connection& connection,
                           const SignedHead& head,
                           const Bytes& leaf,
                           uint64_t index) {
  v1::GetInclusionProofRequest request;
  request.set_log(head.log);
  request.set_index(index);
  request.set_tree_size(head.checkpoint.size);
  ROG_ASSIGN_OR_RETURN(
      v1::GetInclusionProofResponse proof,
      connection.Call(connection.audit(), &v1::AuditService::Stub::GetInclusionProof, request));
  ROG_ASSIGN_OR_RETURN(auto hashes, Hashes(proof.hashes()));
  return merkle::VerifyInclusion(
      merkle::LeafHash(leaf), index, head.checkpoint.size, hashes, head.checkpoint.root);
}

// A log's first entry commits to the head of the one before it; why there is a new one.
absl::StatusOr<OriginReason> CheckFollows(Session& session,
                                          client::Connection& connection,
                                          const SignedHead& before,
                                          const SignedHead& head) {
  for (OriginReason reason : {OriginReason::kYear, OriginReason::kRestore, OriginReason::kKey}) {
    const Bytes leaf = FormatLeaf(OriginLeaf{reason,
                                             before.checkpoint.origin,
                                             before.checkpoint.size,
                                             Bytes(before.checkpoint.root.view())});
    const absl::Status included = CheckIncluded(connection, head, leaf, 0);
    if (included.ok()) return reason;
    if (!absl::IsDataLoss(included)) return included;
  }
  return absl::DataLossError(session.Text(Message::LOG_FORKED));
}

// That the head we kept from last time is a prefix of this one of the same log.
absl::Status CheckGrowth(Session& session,
                         client::Connection& connection,
                         const merkle::Checkpoint& before,
                         const SignedHead& head) {
  const merkle::Checkpoint& now = head.checkpoint;
  if (before.size == now.size && before.root == now.root) return absl::OkStatus();
  if (before.size >= now.size) return absl::DataLossError(session.Text(Message::LOG_FORKED));
  v1::GetConsistencyProofRequest request;
  request.set_log(head.log);
  request.set_old_size(before.size);
  request.set_new_size(now.size);
  ROG_ASSIGN_OR_RETURN(
      v1::GetConsistencyProofResponse proof,
      connection.Call(connection.audit(), &v1::AuditService::Stub::GetConsistencyProof, request));
  ROG_ASSIGN_OR_RETURN(auto hashes, Hashes(proof.hashes()));
  ROG_RETURN_IF_ERROR(
      merkle::VerifyConsistency(before.size, now.size, before.root, now.root, hashes));
  session.Note(Message::NOTE_LOG_GREW, before.size, now.size);
  return absl::OkStatus();
}

// One entry of our register against the tree: the record, its commitment, its place.
absl::Status CheckEntry(client::Connection& connection,
                        const SignedHead& head,
                        const v1::LogEntry& entry) {
  ROG_ASSIGN_OR_RETURN(Leaf leaf, ParseLeaf(entry.leaf()));
  const auto* commitment = std::get_if<CommitmentLeaf>(&leaf);
  if (commitment != nullptr && !entry.record().empty() &&
      Commit(entry.salt(), entry.record()) != commitment->commitment) {
    return absl::DataLossError(absl::StrCat("entry ", entry.index(), " does not match its leaf"));
  }
  return CheckIncluded(connection, head, entry.leaf(), entry.index());
}

absl::Status CheckRegister(Session& session,
                           client::Connection& connection,
                           const SignedHead& head) {
  v1::ListEntriesRequest request;
  request.set_log(head.log);
  request.set_page_size(kPageSize);
  size_t checked = 0;
  do {
    ROG_ASSIGN_OR_RETURN(
        v1::ListEntriesResponse page,
        connection.Call(connection.audit(), &v1::AuditService::Stub::ListEntries, request));
    for (const v1::LogEntry& entry : page.entries()) {
      if (entry.index() >= head.checkpoint.size) continue;
      ROG_RETURN_IF_ERROR(CheckEntry(connection, head, entry));
      ++checked;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  session.Note(Message::NOTE_REGISTER_CHECKED, checked);
  return absl::OkStatus();
}

// The heads of the logs from the one that the profile's key names on. A number that a restore left
// out is none of them.
absl::StatusOr<std::vector<SignedHead>> FetchHeads(client::Connection& connection,
                                                   const std::string& log_key) {
  ROG_ASSIGN_OR_RETURN(SignedHead current, FetchHead(connection, log_key, 0));
  ROG_ASSIGN_OR_RETURN(const auto key, merkle::VerifierKey::Parse(log_key));
  const auto origin = merkle::LogOrigin::Parse(key.name);
  std::vector<SignedHead> heads;
  for (uint64_t log = origin.ok() ? origin->number : current.log; log < current.log; ++log) {
    auto head = FetchHead(connection, log_key, log);
    if (absl::IsOutOfRange(head.status())) continue;
    ROG_RETURN_IF_ERROR(head.status());
    heads.push_back(*std::move(head));
  }
  heads.push_back(std::move(current));
  return heads;
}

// What was kept of a log that a restore cut short, or left out, is lost at the hub: no fork, since
// the next log says so, but something to act on.
absl::Status CheckKept(Session& session,
                       client::Connection& connection,
                       const merkle::Checkpoint& kept,
                       const std::vector<SignedHead>& heads,
                       const std::vector<OriginReason>& reasons) {
  const auto of_kept = std::find_if(heads.begin(), heads.end(), [&](const SignedHead& head) {
    return head.checkpoint.origin == kept.origin;
  });
  const size_t place = static_cast<size_t>(of_kept - heads.begin());
  const bool is_there = of_kept != heads.end();
  const uint64_t left = is_there ? of_kept->checkpoint.size : 0;
  const bool was_restored = is_there
                                ? place < reasons.size() && reasons[place] == OriginReason::kRestore
                                : absl::c_linear_search(reasons, OriginReason::kRestore);
  if (was_restored && left < kept.size) {
    session.Note(Message::NOTE_LOG_RESTORED, kept.origin, left, kept.size);
    return absl::OkStatus();
  }
  if (!is_there) return absl::DataLossError(session.Text(Message::LOG_FORKED));
  return CheckGrowth(session, connection, kept, *of_kept);
}

// Each log for itself, and that each follows from the one before it.
absl::StatusOr<std::vector<OriginReason>> CheckLogs(Session& session,
                                                    client::Connection& connection,
                                                    bool with_register,
                                                    const std::vector<SignedHead>& heads) {
  std::vector<OriginReason> reasons;  // why heads[i] ended
  for (size_t i = 0; i < heads.size(); ++i) {
    const merkle::Checkpoint& head = heads[i].checkpoint;
    session.Note(Message::NOTE_LOG_SIGNED, head.origin, head.size);
    if (i > 0) {
      ROG_ASSIGN_OR_RETURN(reasons.emplace_back(),
                           CheckFollows(session, connection, heads[i - 1], heads[i]));
      const merkle::Checkpoint& before = heads[i - 1].checkpoint;
      session.Note(Message::NOTE_LOG_FOLLOWS, before.origin);
      if (reasons.back() == OriginReason::kRestore) {
        session.Note(Message::NOTE_LOG_ENDED_BY_RESTORE, before.origin, before.size);
      }
    }
    if (with_register) ROG_RETURN_IF_ERROR(CheckRegister(session, connection, heads[i]));
  }
  return reasons;
}

absl::Status Verify(Session& session) {
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, session.Profile());
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  ROG_ASSIGN_OR_RETURN(const auto heads, FetchHeads(*connection, profile.log_key));
  ROG_ASSIGN_OR_RETURN(const auto reasons,
                       CheckLogs(session, *connection, !profile.authority.empty(), heads));
  ROG_RETURN_IF_ERROR(CreateFolders(profile.state));
  const std::string state_file = profile.state + "/checkpoint";
  const auto kept_note = ReadFile(state_file, kMaxCheckpointBytes);
  if (kept_note.ok()) {
    ROG_ASSIGN_OR_RETURN(const merkle::Checkpoint kept, Verified(*kept_note, profile.log_key));
    ROG_RETURN_IF_ERROR(CheckKept(session, *connection, kept, heads, reasons));
  }
  ROG_RETURN_IF_ERROR(WriteFileDurably(state_file, heads.back().note));
  session.Note(Message::NOTE_LOG_GOOD);
  return absl::OkStatus();
}

}  // namespace

void AddAuditCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("audit", Message::CMD_AUDIT);
  tree.Verb(noun, "verify", Message::CMD_AUDIT_VERIFY, Verify);
  auto log = std::make_shared<uint64_t>(0);
  CLI::App& checkpoint =
      tree.Verb(noun, "checkpoint", Message::CMD_AUDIT_CHECKPOINT, [=](Session& session) {
        return Checkpoint(session, *log);
      });
  checkpoint.add_option("--log", *log, tree.Text(Message::OPT_LOG));
  auto index = std::make_shared<uint64_t>(0);
  CLI::App& proof = tree.Verb(noun, "proof", Message::CMD_AUDIT_PROOF, [=](Session& session) {
    return Proof(session, *log, *index);
  });
  proof.add_option("index", *index, tree.Text(Message::OPT_INDEX))->required();
  proof.add_option("--log", *log, tree.Text(Message::OPT_LOG));
}

}  // namespace rogatoria::cli
