#include <algorithm>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/log_head.h"
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

const std::vector<Column> kCheckedColumns = {
    {Message::COL_LOG, "log"},
    {Message::COL_LOG_SIZE, "size"},
    {Message::COL_FOLLOWS, "follows"},
    {Message::COL_SEEN, "seen"},
    {Message::COL_KEPT_HEADS, "kept_heads", true},
    {Message::COL_ENTRIES_CHECKED, "entries_checked", true}};

using client::SignedHead;

// The head as it is signed, to be kept or given to a witness; what it says, for programs.
absl::Status Checkpoint(Session& session, uint64_t log) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  ROG_ASSIGN_OR_RETURN(const SignedHead head, client::FetchHeadAsTold(*connection, log));
  if (IsForPrograms(session.format)) {
    session.Object({{"log", head.checkpoint.origin},
                    {"size", head.checkpoint.size},
                    {"root", head.checkpoint.root.ToBase64()},
                    {"verifier_key", head.verifier_key},
                    {"checkpoint", head.note}},
                   {},
                   "log");
    return absl::OkStatus();
  }
  session.out << head.note;
  session.Note(Message::NOTE_LOG_KEY, head.verifier_key);
  return absl::OkStatus();
}

absl::Status Proof(Session& session, uint64_t log, uint64_t index) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  ROG_ASSIGN_OR_RETURN(SignedHead head, client::FetchHeadAsTold(*connection, log));
  merkle::TlogProof file;
  file.index = index;
  ROG_ASSIGN_OR_RETURN(file.hashes, client::FetchInclusion(*connection, head, index));
  file.checkpoint = std::move(head.note);
  ROG_ASSIGN_OR_RETURN(std::string text, merkle::FormatTlogProof(file));
  session.out << text;
  return absl::OkStatus();
}

// Proves a leaf against a head.
absl::Status CheckIncluded(client::Connection& connection,
                           const SignedHead& head,
                           const Bytes& leaf,
                           uint64_t index) {
  ROG_ASSIGN_OR_RETURN(const auto hashes, client::FetchInclusion(connection, head, index));
  return merkle::VerifyInclusion(
      merkle::LeafHash(leaf), index, head.checkpoint.size, hashes, head.checkpoint.root);
}

// A log's first entry commits to the head of the one before it; why there is a new one.
absl::StatusOr<OriginReason> CheckFollows(client::Connection& connection,
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
  return Failure(absl::StatusCode::kDataLoss, Sentence::LOG_FORKED);
}

// One entry of our register against the tree: the record, its commitment, its place.
absl::Status CheckEntry(client::Connection& connection,
                        const SignedHead& head,
                        const v1::LogEntry& entry) {
  ROG_ASSIGN_OR_RETURN(Leaf leaf, ParseLeaf(entry.leaf()));
  const auto* commitment = std::get_if<CommitmentLeaf>(&leaf);
  if (commitment != nullptr && !entry.record().empty() &&
      Commit(entry.salt(), entry.record()) != commitment->commitment) {
    return Failure(absl::StatusCode::kDataLoss, Sentence::ENTRY_NOT_ITS_LEAF, entry.index());
  }
  return CheckIncluded(connection, head, entry.leaf(), entry.index());
}

// How many entries of it were checked.
absl::StatusOr<size_t> CheckRegister(Session& session,
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
  return checked;
}

// What was found of one log.
struct CheckedLog {
  SignedHead head;
  std::string follows;                      // the log before it
  OriginReason why = OriginReason::kFirst;  // why there is this one
  size_t entries_checked = 0;               // of our register
  size_t kept_heads = 0;                    // kept on this machine, that this one extends
  uint64_t seen = 0;                        // entries in the largest head that was kept
};

std::string WhyCode(OriginReason why) {
  switch (why) {
    case OriginReason::kFirst:
      return "";
    case OriginReason::kYear:
      return "YEAR";
    case OriginReason::kRestore:
      return "RESTORE";
    case OriginReason::kKey:
      return "KEY";
  }
  return "";
}

Json CheckedView(const CheckedLog& log) {
  const merkle::Checkpoint& head = log.head.checkpoint;
  return {{"log", head.origin},
          {"size", head.size},
          {"root", head.size == 0 ? "" : head.root.ToBase64()},
          {"follows", log.follows},
          {"why", WhyCode(log.why)},
          {"entries_checked", log.entries_checked},
          {"kept_heads", log.kept_heads},
          {"seen", log.seen}};
}

uint64_t NumberOf(const merkle::Checkpoint& head) {
  const auto origin = merkle::LogOrigin::Parse(head.origin);
  return origin.ok() ? origin->number : 0;
}

// The log that was current when this was run last; what a restore had taken by then was told then.
uint64_t LastRunsLog(const client::KeptHeads& kept, const std::string& state) {
  const auto own = absl::c_find_if(kept.heads, [&](const client::KeptHead& head) {
    return head.file == client::CheckpointFile(state);
  });
  return own == kept.heads.end() ? 0 : NumberOf(own->checkpoint);
}

// The first log to look at: that of the profile's key, or an earlier one of which something is
// kept.
uint64_t FirstLog(const merkle::VerifierKey& key, const client::KeptHeads& kept) {
  const auto own = merkle::LogOrigin::Parse(key.name);
  uint64_t first = own.ok() ? own->number : 0;
  for (const client::KeptHead& head : kept.heads) {
    first = std::min(first, NumberOf(head.checkpoint));
  }
  return first;
}

// The heads of the logs from `first` on, or of the current one alone (0). A number that a restore
// left out is none of them.
absl::StatusOr<std::vector<CheckedLog>> FetchHeads(client::Connection& connection,
                                                   const merkle::VerifierKey& key,
                                                   uint64_t first) {
  ROG_ASSIGN_OR_RETURN(SignedHead current, client::FetchHead(connection, key, 0));
  std::vector<CheckedLog> logs;
  for (uint64_t log = first == 0 ? current.log : first; log < current.log; ++log) {
    auto head = client::FetchHead(connection, key, log);
    if (absl::IsOutOfRange(head.status())) continue;
    ROG_RETURN_IF_ERROR(head.status());
    logs.emplace_back().head = *std::move(head);
  }
  logs.emplace_back().head = std::move(current);
  return logs;
}

// Each log for itself, and that each follows from the one before it.
absl::Status CheckLogs(Session& session,
                       client::Connection& connection,
                       bool with_register,
                       std::vector<CheckedLog>& logs) {
  for (size_t i = 0; i < logs.size(); ++i) {
    CheckedLog& log = logs[i];
    const uint64_t size = log.head.checkpoint.size;
    session.Note(Message::NOTE_LOG_SIGNED,
                 log.head.checkpoint.origin,
                 Counted(session.language, size, Message::ONE_ENTRY, Message::ENTRIES));
    if (i > 0) {
      const merkle::Checkpoint& before = logs[i - 1].head.checkpoint;
      ROG_ASSIGN_OR_RETURN(log.why, CheckFollows(connection, logs[i - 1].head, log.head));
      log.follows = before.origin;
      session.Note(Message::NOTE_LOG_FOLLOWS, before.origin);
      if (log.why == OriginReason::kRestore) {
        session.Note(Message::NOTE_LOG_ENDED_BY_RESTORE, before.origin, before.size);
      }
    }
    if (with_register) {
      ROG_ASSIGN_OR_RETURN(log.entries_checked, CheckRegister(session, connection, log.head));
    }
  }
  return absl::OkStatus();
}

// Whether what this machine saw beyond `log` may be lost: a restore cut it short, or, for a log
// that the hub does not have at all, left it out.
bool WasRestored(const std::vector<CheckedLog>& logs, const CheckedLog* log) {
  const auto by_restore = [](const CheckedLog& one) { return one.why == OriginReason::kRestore; };
  if (log == nullptr) return absl::c_any_of(logs, by_restore);
  const CheckedLog* next = log + 1;
  return next != logs.data() + logs.size() && by_restore(*next);
}

// What the hub shows now against one head that it signed before.
absl::Status CheckKept(client::Connection& connection,
                       const client::KeptHead& kept,
                       const CheckedLog* log) {
  const absl::Status extends = log == nullptr
                                   ? Failure(absl::StatusCode::kDataLoss, Sentence::LOG_FORKED)
                                   : client::CheckExtends(connection, kept.checkpoint, log->head);
  if (!absl::IsDataLoss(extends)) return extends;
  return Failure(absl::StatusCode::kDataLoss,
                 Sentence::LOG_CONTRADICTS,
                 kept.file,
                 kept.checkpoint.origin,
                 kept.checkpoint.size);
}

// Against every head that was kept, of each log the largest first. What was kept of a log that a
// restore cut short, or left out, is lost at the hub: no contradiction, since the next log says so,
// but something to act on; a log that was left out is put beside the others, empty.
absl::Status CheckAllKept(Session& session,
                          client::Connection& connection,
                          uint64_t last_runs_log,
                          const client::KeptHeads& kept,
                          std::vector<CheckedLog>& logs) {
  std::map<std::string, CheckedLog> gone;
  for (const client::KeptHead& one : kept.heads) {
    const merkle::Checkpoint& before = one.checkpoint;
    const auto found = absl::c_find_if(
        logs, [&](const CheckedLog& log) { return log.head.checkpoint.origin == before.origin; });
    CheckedLog* log = found == logs.end() ? nullptr : &*found;
    const uint64_t left = log == nullptr ? 0 : log->head.checkpoint.size;
    const bool is_lost = left < before.size && WasRestored(logs, log);
    CheckedLog& report = log == nullptr ? gone[before.origin] : *log;
    if (is_lost && report.seen == 0 && last_runs_log <= NumberOf(before)) {
      session.Note(Message::NOTE_LOG_RESTORED, before.origin, left, before.size);
    }
    if (!is_lost) {
      ROG_RETURN_IF_ERROR(CheckKept(connection, one, log));
      ++report.kept_heads;
    }
    report.seen = std::max(report.seen, before.size);
  }
  for (auto& [origin, log] : gone) {
    log.head.checkpoint.origin = origin;
    logs.push_back(std::move(log));
  }
  return absl::OkStatus();
}

void TellKept(const Session& session, const client::KeptHeads& kept, const CheckedLog& log) {
  const merkle::Checkpoint& now = log.head.checkpoint;
  const auto grown = absl::c_find_if(kept.heads, [&](const client::KeptHead& head) {
    return head.checkpoint.origin == now.origin && head.checkpoint.size < now.size;
  });
  if (log.kept_heads == 0) return;
  if (grown != kept.heads.end()) {
    session.Note(Message::NOTE_LOG_GREW, grown->checkpoint.size, now.size);
  }
  session.Note(Message::NOTE_KEPT_HEADS, now.origin, log.kept_heads);
}

absl::Status Verify(Session& session) {
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, session.Profile());
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  ROG_ASSIGN_OR_RETURN(const auto key, merkle::VerifierKey::Parse(profile.log_key));
  ROG_ASSIGN_OR_RETURN(const client::KeptHeads kept, client::LoadKeptHeads(profile.state, key));
  if (kept.left_out > 0) session.Note(Message::NOTE_RECEIPTS_LEFT_OUT, kept.left_out);
  ROG_ASSIGN_OR_RETURN(auto logs, FetchHeads(*connection, key, FirstLog(key, kept)));
  const std::string note = logs.back().head.note;
  ROG_RETURN_IF_ERROR(CheckLogs(session, *connection, !profile.authority.empty(), logs));
  ROG_RETURN_IF_ERROR(
      CheckAllKept(session, *connection, LastRunsLog(kept, profile.state), kept, logs));
  ROG_RETURN_IF_ERROR(CreateFolders(profile.state));
  ROG_RETURN_IF_ERROR(WriteFileDurably(client::CheckpointFile(profile.state), note));
  Json rows = Json::array();
  for (const CheckedLog& log : logs) {
    TellKept(session, kept, log);
    rows.push_back(CheckedView(log));
  }
  session.Rows(rows, kCheckedColumns, "log");
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
