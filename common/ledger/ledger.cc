#include "common/ledger/ledger.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/node.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria {
namespace {

using Commands = absl::Span<const std::unique_ptr<Command>>;

merkle::NodeReader ReaderOf(Snapshot& snapshot, uint64_t log) {
  return [&snapshot, log](merkle::NodeId id) -> absl::StatusOr<merkle::Hash> {
    ROG_ASSIGN_OR_RETURN(const auto row, snapshot.GetHashes(log, merkle::RowOf(id)));
    const auto level = static_cast<size_t>(id.level);
    if (level >= row.size()) return absl::DataLossError("a row of the log is too short");
    return row[level];
  };
}

template <typename Key>
void RemoveDuplicates(std::vector<Key>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

BatchKeys KeysOf(Commands commands) {
  BatchKeys keys;
  for (const auto& command : commands) command->Declare(keys);
  RemoveDuplicates(keys.acts);
  RemoveDuplicates(keys.cases);
  RemoveDuplicates(keys.mailboxes);
  RemoveDuplicates(keys.deliveries);
  RemoveDuplicates(keys.requests);
  return keys;
}

// Errors after which it is certain that nothing was written, and going on is safe (store.h).
bool LeavesStoreUntouched(const absl::Status& status) {
  if (absl::IsResourceExhausted(status)) return true;
  return HasReason(status, Reason::LOG_KEY_UNREACHABLE);
}

std::vector<std::string> MailboxesOf(const BatchChanges& changes) {
  std::vector<std::string> mailboxes;
  for (const auto& row : changes.new_deliveries) mailboxes.push_back(row.authority);
  RemoveDuplicates(mailboxes);
  return mailboxes;
}

void Tell(Commands commands, const std::vector<bool>& decided, const BatchReceipts& receipts) {
  for (size_t i = 0; i < commands.size(); ++i) {
    if (decided[i]) {
      commands[i]->Committed(receipts);
    } else {
      commands[i]->Failed(Error(Reason::DEADLINE_PASSED));
    }
  }
}

}  // namespace

Ledger::Ledger(Store& store,
               CaseKeys& keys,
               Signer& signer,
               Clock& clock,
               Random& random,
               LedgerOptions options)
    : store_(store),
      keys_(keys),
      signer_(signer),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      listener_([](const CommitSummary&, const std::shared_ptr<const BatchReceipts>&) {}) {}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(Store& store,
                                                     CaseKeys& keys,
                                                     Signer& signer,
                                                     Clock& clock,
                                                     Random& random,
                                                     LedgerOptions options) {
  std::unique_ptr<Ledger> ledger(
      new Ledger(store, keys, signer, clock, random, std::move(options)));
  ROG_RETURN_IF_ERROR(ledger->Recover());
  return ledger;
}

void Ledger::SetListener(Listener listener) {
  listener_ = std::move(listener);
}

std::string Ledger::origin() const {
  return merkle::LogOrigin{options_.trust_domain, log_}.ToText();
}

std::string Ledger::verifier_key() const {
  const auto key =
      merkle::VerifierKey::Make(origin(), merkle::SignatureType::kEd25519, signer_.PublicKey());
  ROG_CHECK(key.ok(), "the log's origin or key cannot be written as a verifier key");
  return key->ToText();
}

// Reads where the log stands, and begins one when there is none or a new one is asked for.
absl::Status Ledger::Recover() {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(const Head head, snapshot->GetHead());
  if (head.log == 0) return BeginLog(OriginLeaf{});
  log_ = head.log;
  ROG_ASSIGN_OR_RETURN(frontier_,
                       merkle::Frontier::Load(head.log_size, ReaderOf(*snapshot, head.log)));
  ROG_ASSIGN_OR_RETURN(const OriginLeaf old, DescribeOldLog(*snapshot, head));
  return options_.new_log.has_value() ? BeginLog(old) : absl::OkStatus();
}

// Checks the tree against the last head that was signed, and says what a next log would commit to.
absl::StatusOr<OriginLeaf> Ledger::DescribeOldLog(Snapshot& snapshot, const Head& head) const {
  ROG_ASSIGN_OR_RETURN(const BatchRecord last, snapshot.GetLastBatch(head.log));
  if (last.size != head.log_size || last.root != frontier_.Root()) {
    return absl::DataLossError(
        "the log in the database is not the one whose head was signed last; restore a backup, "
        "which begins a new log");
  }
  OriginLeaf leaf;
  leaf.reason = options_.new_log.value_or(OriginReason::kYear);
  leaf.previous_origin = origin();
  leaf.previous_size = last.size;
  leaf.previous_root = Bytes(last.root.view());
  return leaf;
}

absl::Status Ledger::BeginLog(const OriginLeaf& leaf) {
  ROG_ASSIGN_OR_RETURN(const auto transaction, store_.Begin());
  const BatchKeys keys;
  ROG_ASSIGN_OR_RETURN(BatchState state, transaction->Load(keys));
  ROG_RETURN_IF_ERROR(CheckHead(state.head));
  const Instant now = NextInstant(state.head.last_instant);
  log_ = std::max(log_ + 1, options_.least_new_log);
  state.head.log = log_;
  state.head.log_size = 0;
  frontier_ = merkle::Frontier();
  Draft draft(std::move(state), keys, now, random_);
  draft.AppendClear(leaf, "");
  merkle::BatchNodes nodes(frontier_);
  ROG_RETURN_IF_ERROR(Write(*transaction, draft, nodes));
  frontier_ = nodes.frontier();
  return absl::OkStatus();
}

// Nobody else may have moved the log since it was read.
absl::Status Ledger::CheckHead(const Head& head) const {
  if (head.log == log_ && head.log_size == frontier_.size()) return absl::OkStatus();
  return absl::FailedPreconditionError("another process has written to this store");
}

Instant Ledger::NextInstant(Instant last) {
  const Instant now = clock_.Now();
  if (now < last && last - now > absl::Milliseconds(limits::kClockStepAlarmMs)) {
    options_.on_clock_step(last, now);
  }
  return std::max(now, last);
}

absl::Status Ledger::CommitBatch(Commands commands) {
  if (commands.empty()) return absl::OkStatus();
  const absl::Status status = CommitAndTell(commands);
  if (!LeavesStoreUntouched(status)) return status;
  for (const auto& command : commands) command->Failed(status);
  return absl::OkStatus();
}

// Tells the commands only after everything is on disk; an error means that none was told.
absl::Status Ledger::CommitAndTell(Commands commands) {
  const BatchKeys keys = KeysOf(commands);
  ROG_ASSIGN_OR_RETURN(auto transaction, store_.Begin());
  ROG_ASSIGN_OR_RETURN(BatchState state, transaction->Load(keys));
  ROG_RETURN_IF_ERROR(CheckHead(state.head));
  const Instant now = NextInstant(state.head.last_instant);
  Draft draft(std::move(state), keys, now, random_);
  const std::vector<bool> decided = DecideAll(commands, draft);
  merkle::BatchNodes nodes(frontier_);
  const bool wrote = !draft.IsEmpty();
  if (wrote) ROG_RETURN_IF_ERROR(Write(*transaction, draft, nodes));
  transaction.reset();
  frontier_ = nodes.frontier();
  const auto receipts = std::make_shared<const BatchReceipts>(std::move(draft), std::move(nodes));
  if (wrote) Advance(receipts, commands.size());
  Tell(commands, decided, *receipts);
  return absl::OkStatus();
}

std::vector<bool> Ledger::DecideAll(Commands commands, Draft& draft) const {
  std::vector<bool> decided(commands.size(), false);
  for (size_t i = 0; i < commands.size(); ++i) {
    if (commands[i]->Abandoned()) continue;
    commands[i]->Decide(draft);
    decided[i] = true;
  }
  return decided;
}

// After this returned OK, everything is on disk.
absl::Status Ledger::Write(Transaction& transaction, Draft& draft, merkle::BatchNodes& nodes) {
  BatchChanges& changes = draft.changes();
  ROG_RETURN_IF_ERROR(Seal(changes, nodes));
  ROG_RETURN_IF_ERROR(keys_.EnsureThrough(changes.head.next_key_id - 1));
  ROG_RETURN_IF_ERROR(transaction.Save(changes));
  return transaction.Commit();
}

// Hashes the new leaves and signs the head that holds them. A head is only ever signed above the
// last one on disk, and leaves this process only when it is itself on disk: so no two heads of one
// size are ever seen.
absl::Status Ledger::Seal(BatchChanges& changes, merkle::BatchNodes& nodes) {
  if (changes.entries.empty()) return absl::OkStatus();
  for (EntryRecord& entry : changes.entries) {
    const uint64_t index = nodes.Append(merkle::LeafHash(entry.leaf));
    ROG_CHECK(entry.log == log_ && entry.index == index, "entries follow one another in the log");
    const auto row = nodes.Row(index);
    entry.hashes.assign(row.begin(), row.end());
  }
  ROG_CHECK(nodes.size() > frontier_.size() && nodes.size() == changes.head.log_size,
            "a head is signed only above the last one");
  const merkle::Hash root = nodes.Root();
  auto note = merkle::SignCheckpoint({origin(), nodes.size(), root, {}}, signer_);
  if (!note.ok()) return Error(Reason::LOG_KEY_UNREACHABLE);
  changes.batch =
      BatchRecord{log_, nodes.size(), root, changes.head.last_instant, *std::move(note)};
  return absl::OkStatus();
}

void Ledger::Advance(const std::shared_ptr<const BatchReceipts>& receipts, size_t commands) {
  const BatchChanges& changes = receipts->changes();
  CommitSummary summary;
  summary.log = log_;
  summary.log_size = changes.head.log_size;
  summary.commands = commands;
  summary.mailboxes = MailboxesOf(changes);
  summary.directory_changed = changes.directory.has_value();
  summary.standings_changed = !changes.standings.empty();
  listener_(summary, receipts);
}

}  // namespace rogatoria
