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
  ROG_ASSIGN_OR_RETURN(merkle::VerifiedCheckpoint verified, merkle::VerifyCheckpoint(note, {key}));
  return verified.checkpoint;
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

// That the head we kept from last time is a prefix of the one now; keeps the new one.
absl::Status CheckGrowth(Session& session,
                         client::Connection& connection,
                         const std::string& state_file,
                         const std::string& log_key,
                         const v1::GetCheckpointResponse& head,
                         const merkle::Checkpoint& now) {
  const auto kept = ReadFile(state_file, kMaxCheckpointBytes);
  if (kept.ok()) {
    ROG_ASSIGN_OR_RETURN(merkle::Checkpoint before, Verified(*kept, log_key));
    if (before.origin == now.origin && before.size < now.size) {
      v1::GetConsistencyProofRequest request;
      request.set_log(head.log());
      request.set_old_size(before.size);
      request.set_new_size(now.size);
      ROG_ASSIGN_OR_RETURN(
          v1::GetConsistencyProofResponse proof,
          connection.Call(
              connection.audit(), &v1::AuditService::Stub::GetConsistencyProof, request));
      ROG_ASSIGN_OR_RETURN(auto hashes, Hashes(proof.hashes()));
      ROG_RETURN_IF_ERROR(
          merkle::VerifyConsistency(before.size, now.size, before.root, now.root, hashes));
      session.Note(Message::NOTE_LOG_GREW, before.size, now.size);
    } else if (before.origin == now.origin &&
               (before.size != now.size || before.root != now.root)) {
      return absl::DataLossError(session.Text(Message::LOG_FORKED));
    }
  }
  return WriteFileDurably(state_file, head.checkpoint());
}

// One entry of our register against the tree: the record, its commitment, its place.
absl::Status CheckEntry(client::Connection& connection,
                        uint64_t log,
                        const merkle::Checkpoint& head,
                        const v1::LogEntry& entry) {
  ROG_ASSIGN_OR_RETURN(Leaf leaf, ParseLeaf(entry.leaf()));
  const auto* commitment = std::get_if<CommitmentLeaf>(&leaf);
  if (commitment != nullptr && !entry.record().empty() &&
      Commit(entry.salt(), entry.record()) != commitment->commitment) {
    return absl::DataLossError(absl::StrCat("entry ", entry.index(), " does not match its leaf"));
  }
  v1::GetInclusionProofRequest request;
  request.set_log(log);
  request.set_index(entry.index());
  request.set_tree_size(head.size);
  ROG_ASSIGN_OR_RETURN(
      v1::GetInclusionProofResponse proof,
      connection.Call(connection.audit(), &v1::AuditService::Stub::GetInclusionProof, request));
  ROG_ASSIGN_OR_RETURN(auto hashes, Hashes(proof.hashes()));
  return merkle::VerifyInclusion(
      merkle::LeafHash(entry.leaf()), entry.index(), head.size, hashes, head.root);
}

absl::Status CheckRegister(Session& session,
                           client::Connection& connection,
                           uint64_t log,
                           const merkle::Checkpoint& head) {
  v1::ListEntriesRequest request;
  request.set_log(log);
  request.set_page_size(kPageSize);
  size_t checked = 0;
  do {
    ROG_ASSIGN_OR_RETURN(
        v1::ListEntriesResponse page,
        connection.Call(connection.audit(), &v1::AuditService::Stub::ListEntries, request));
    for (const v1::LogEntry& entry : page.entries()) {
      if (entry.index() >= head.size) continue;
      ROG_RETURN_IF_ERROR(CheckEntry(connection, log, head, entry));
      ++checked;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  session.Note(Message::NOTE_REGISTER_CHECKED, checked);
  return absl::OkStatus();
}

absl::Status Verify(Session& session) {
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, session.Profile());
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  ROG_ASSIGN_OR_RETURN(
      v1::GetCheckpointResponse head,
      connection->Call(
          connection->audit(), &v1::AuditService::Stub::GetCheckpoint, v1::GetCheckpointRequest()));
  ROG_ASSIGN_OR_RETURN(merkle::Checkpoint now, Verified(head.checkpoint(), profile.log_key));
  session.Note(Message::NOTE_LOG_SIGNED, now.origin, now.size);
  ROG_RETURN_IF_ERROR(CreateFolders(profile.state));
  ROG_RETURN_IF_ERROR(
      CheckGrowth(session, *connection, profile.state + "/checkpoint", profile.log_key, head, now));
  if (!profile.authority.empty()) {
    ROG_RETURN_IF_ERROR(CheckRegister(session, *connection, head.log(), now));
  }
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
