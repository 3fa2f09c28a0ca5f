// Where acts, cases, mailboxes and the log live: in the domain's words, shaped for batches
// (decisions.md 21). Implementations: sqlite/ here, an in-memory one with injected faults in
// tests/support; both pass tests/contract/store_contract. Nothing here assumes one process.
//
// Writing: one transaction at a time. Begin() locks the head row; Load() reads all that a batch of
// commands needs; the caller decides in memory; Save() writes; Commit() makes it durable. A
// Transaction destroyed without a Commit leaves nothing. A transaction loads, saves once, commits;
// after an error it can only be destroyed. Reading: a Snapshot sees one committed state and never
// waits for the writer.
//
// Errors: RESOURCE_EXHAUSTED (reason DISK_FULL) when there is no room: nothing changed, go on.
// FAILED_PRECONDITION when another process has raised the epoch: stop. DATA_LOSS when what is on
// disk fails its checks: stop. ALREADY_EXISTS (a new row is there already), NOT_FOUND (a row to
// replace, or the act or case that a row names, is missing) and INTERNAL (change_rules.h) from
// Save(): a fault of the caller, nothing changed. Anything else from Commit() means that the
// outcome is unknown: stop and reopen.
//
// Ids may hold any bytes; integers up to 2^63 - 1.
//
// Erasable columns (header, signature, body, envelopes, identity parts and their shares, clear
// records, salts, acknowledgements, notices) are encrypted by the store under the data key
// `key_id`; once that key is destroyed they read as empty and everything else stays.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/merkle/hash.h"
#include "common/model/case_record.h"
#include "common/storage/documents.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/admin_service.pb.h"
#include "rogatoria/v1/directory_service.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"
#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria {

// The one row that every write locks.
struct Head {
  uint64_t epoch = 0;              // fencing: raised by each process that opens the store to write
  uint64_t log = 0;                // number of the current log; 0 before the first
  uint64_t log_size = 0;           // entries in it
  Instant last_instant;            // order never goes back (decisions.md 11)
  uint64_t directory_version = 0;  // 0 before the first load
  uint64_t next_key_id = 1;        // next data key to give to a case; 0 is the register's own
};

// One entry of the log. Address: (log, index).
struct EntryRecord {
  uint64_t log = 0;
  uint64_t index = 0;
  Bytes leaf;                        // what is hashed
  std::vector<merkle::Hash> hashes;  // of the complete subtrees that end here, leaf first
  uint64_t key_id = 0;
  Bytes record;           // clear evidence or audit record; erasable; empty for clear leaves
  Bytes salt;             // erasable
  std::string act_id;     // evidence only
  std::string recipient;  // evidence with a recipient
  std::string owner;      // authority whose register it belongs to; empty for the hub's own
};

// One commit of the log: its head and its signature.
struct BatchRecord {
  uint64_t log = 0;
  uint64_t size = 0;  // of the tree after this batch
  merkle::Hash root;
  Instant instant;
  Bytes note;  // signed checkpoint
};

// An act, accepted or refused in law; kept for ever, so that a retry years later is a retry.
struct ActRecord {
  std::string act_id;
  std::string case_id;
  uint64_t case_position = 0;  // from 1; 0 when refused
  uint64_t case_seen = 0;      // position in the case that its sender had seen
  v1::ActDisposition disposition = v1::ACT_DISPOSITION_UNSPECIFIED;
  v1::ActKind kind = v1::ACT_KIND_UNSPECIFIED;
  std::string sender;
  std::vector<std::string> recipients;
  std::string refusal;         // reason code when refused
  std::string refusal_detail;  // field and accepted text of the refusal, as it was answered
  Bytes bytes_sha256;  // of header, signature, body and envelopes as sent: same bytes or not
  Instant recorded;
  uint64_t log = 0;          // of its A.1 or A.2
  uint64_t first_entry = 0;  // index of its A.1 (its D.1 follow it) or A.2
  uint64_t key_id = 0;
  // Erasable. Loaded by Snapshot::GetAct only. Never with shares of an identity part.
  v1::Act act;
  // Erasable. Loaded by Snapshot::GetIdentityShares only, so that nothing that reads an act has
  // them.
  std::vector<v1::IdentityShare> identity_shares;
};

enum class DeliveryState { kOpen, kHandedOver, kDead };

struct DeliveryKey {
  std::string authority;
  uint64_t position = 0;
  auto operator<=>(const DeliveryKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const DeliveryKey& key) {
    return H::combine(std::move(h), key.authority, key.position);
  }
};

// A row of a mailbox: an act of a case, or a notice of the hub's. A notice's row names neither act
// nor case, what it is about stands in the notice: so it is never the first open row of a case that
// holds others back, and never held back, and no gap.
struct DeliveryRecord {
  std::string authority;  // whose mailbox
  uint64_t position = 0;  // strictly increasing in the mailbox, from 1
  std::string act_id;     // empty: a notice
  std::string case_id;
  uint64_t case_position = 0;
  v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED;
  DeliveryState state = DeliveryState::kOpen;
  uint32_t attempts = 0;                // persisted from the second on
  uint64_t log = 0;                     // of the entries below
  uint64_t consigned_entry = 0;         // its D.1; of a notice, the audit record of its issue
  std::optional<uint64_t> settled_log;  // its E.1 or E.2; of a notice, an audit record
  std::optional<uint64_t> settled_entry;
  std::string dead_reason;  // when dead
  uint64_t key_id = 0;
  std::optional<Instant> retrieve_by;  // the last instant; none: nobody waits, or was told
  Bytes statement;                     // recipient's acknowledgement; erasable
  Bytes statement_signature;           // erasable
  Bytes notice;                        // serialised rogatoria.v1.Notice; erasable

  bool IsNotice() const { return act_id.empty(); }
};

struct RequestKey {
  std::string principal;  // identity of an operator
  std::string request_id;
  auto operator<=>(const RequestKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const RequestKey& key) {
    return H::combine(std::move(h), key.principal, key.request_id);
  }
};

// A mutation by an operator that was done: what it was and what it answered.
struct RequestRecord {
  RequestKey key;
  Bytes request_sha256;
  Bytes response;  // serialised
};

struct DirectoryRecord {
  uint64_t version = 0;
  Bytes files;  // serialised rogatoria.v1.GetDirectoryResponse
  Instant loaded;
};

struct StandingRecord {
  v1::StandingSubject subject = v1::STANDING_SUBJECT_UNSPECIFIED;
  std::string id;
  v1::Standing standing = v1::STANDING_UNSPECIFIED;
  Instant since;
};

// A statement in an authority's chain, and where its leaf is.
struct KeyStatementRecord {
  std::string authority;
  Bytes statement_sha256;
  uint64_t log = 0;
  uint64_t index = 0;
};

// A practice note that was published. It is public and is kept for ever, as every version of it is.
struct GuidanceRecord {
  v1::GuidanceSummary about;
  Bytes document_sha256;
  Instant recorded;
  // Loaded by Snapshot::GetGuidance only.
  Bytes document;   // the exact bytes signed
  Bytes signature;  // detached CMS
};

// Which practice notes; what is empty asks for all. An instrument or a measure finds those about
// any, too; a language finds its regions.
struct GuidanceQuery {
  std::string country, instrument, measure, language;
};

// What a batch of commands will look at.
struct BatchKeys {
  std::vector<std::string> acts = {};
  std::vector<std::string> cases = {};
  std::vector<std::string> mailboxes = {};  // authority ids, for their next position
  std::vector<DeliveryKey> deliveries = {};
  std::vector<RequestKey> requests = {};
  std::vector<std::string> guidance = {};  // ids, for their latest version
  std::vector<std::string> documents = {};
  std::vector<DocumentDigest> document_digests = {};
  std::vector<std::string> documents_of = {};  // cases
  std::vector<UsageKey> document_usage = {};
};

// What was found. A key without a row is absent from the map.
struct BatchState {
  Head head;
  absl::flat_hash_map<std::string, ActRecord> acts;  // without erasable columns
  absl::flat_hash_map<std::string, CaseRecord> cases;
  absl::flat_hash_map<std::string, uint64_t>
      last_positions;  // mailbox -> highest position; 0 if none
  absl::flat_hash_map<DeliveryKey, DeliveryRecord> deliveries;  // without erasable columns
  absl::flat_hash_map<RequestKey, RequestRecord> requests;
  absl::flat_hash_map<std::string, GuidanceRecord> guidance;  // latest version, without document
  // Those named, those that have a digest asked for, and those of the cases named.
  absl::flat_hash_map<std::string, DocumentRecord> documents;
  absl::flat_hash_map<DocumentDigest, std::string> document_digests;        // to its id
  absl::flat_hash_map<std::string, std::vector<std::string>> documents_of;  // case to ids
  absl::flat_hash_map<std::string, DocumentUsage> document_usage;           // by owner
};

// What a batch writes. Everything or nothing.
struct BatchChanges {
  Head head;  // after the batch; same epoch as begun with
  std::vector<EntryRecord> entries;
  std::optional<BatchRecord> batch;  // absent only when there are no entries
  std::vector<ActRecord> new_acts;   // in order: the act that opens a case before those on it
  std::vector<CaseRecord> cases;     // inserted or replaced; the act that opened it is there
  std::vector<DeliveryRecord> new_deliveries;
  // Replaced: state, attempts, settlement, retrieve_by, statement; an empty statement leaves the
  // stored one.
  std::vector<DeliveryRecord> deliveries;
  std::vector<RequestRecord> requests;
  std::vector<StandingRecord> standings;  // inserted or replaced; ACTIVE removes
  std::vector<KeyStatementRecord> key_statements;
  std::vector<GuidanceRecord> guidance;   // new versions
  std::vector<DocumentRecord> documents;  // inserted or replaced
  std::vector<CustodyRecord> custody;     // new
  std::optional<DirectoryRecord> directory;
};

class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual absl::StatusOr<BatchState> Load(const BatchKeys& keys) = 0;
  virtual absl::Status Save(const BatchChanges& changes) = 0;
  virtual absl::Status Commit() = 0;
};

struct CasePage {
  std::vector<CaseRecord> cases;
  bool more = false;
};

// Counts for operators.
struct StoreCounts {
  uint64_t acts = 0;
  uint64_t cases = 0;
  uint64_t open_deliveries = 0;
  uint64_t dead_letters = 0;
  uint64_t waiting_cases = 0;  // with a clock that has an event to come
};

// A committed state. Used by one thread at a time.
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  virtual absl::StatusOr<Head> GetHead() = 0;

  // Acts and cases; NOT_FOUND (plain, without details) when there is none.
  virtual absl::StatusOr<ActRecord> GetAct(absl::string_view act_id) = 0;
  virtual absl::StatusOr<CaseRecord> GetCase(absl::string_view case_id) = 0;
  // The shares of an act's identity part; none where it has no such part or they were erased.
  virtual absl::StatusOr<std::vector<v1::IdentityShare>> GetIdentityShares(
      absl::string_view act_id) = 0;
  // Cases of an authority, the latest moved first, of equal ones the greater id first; after
  // (updated, case_id) exclusive when given. CASE_STATE_UNSPECIFIED: of every state.
  virtual absl::StatusOr<CasePage> ListCases(
      absl::string_view authority,
      v1::CaseState state,
      const std::optional<std::pair<Instant, std::string>>& after,
      size_t limit) = 0;
  // Acts of a case after a position, without what is sealed (header and signature are there).
  virtual absl::StatusOr<std::vector<ActRecord>> ListActs(absl::string_view case_id,
                                                          uint64_t after_position,
                                                          size_t limit) = 0;

  // Mailboxes. Erasable columns are loaded by the first two only.
  virtual absl::StatusOr<DeliveryRecord> GetDelivery(const DeliveryKey& key) = 0;
  // All deliveries of one act, by authority: who has it and how it stands.
  virtual absl::StatusOr<std::vector<DeliveryRecord>> ListDeliveriesOfAct(
      absl::string_view act_id) = 0;
  // Open rows of one urgency that are the first open one of their case, and open notices, after a
  // position, in order.
  virtual absl::StatusOr<std::vector<DeliveryRecord>> ListDeliverable(absl::string_view authority,
                                                                      v1::UrgencyLevel urgency,
                                                                      uint64_t after_position,
                                                                      size_t limit) = 0;
  // The open rows of one case, in order; no notices.
  virtual absl::StatusOr<std::vector<DeliveryRecord>> ListOpenOfCase(absl::string_view authority,
                                                                     absl::string_view case_id,
                                                                     size_t limit) = 0;
  // Every row after a position, whatever its state: for observers.
  virtual absl::StatusOr<std::vector<DeliveryRecord>> ListDeliveries(absl::string_view authority,
                                                                     uint64_t after_position,
                                                                     size_t limit) = 0;
  // Whether a dead letter of the same case lies before this row; never before a notice.
  virtual absl::StatusOr<bool> HasGapBefore(const DeliveryRecord& delivery) = 0;
  // Dead letters of one authority, or of all when empty, after a key exclusive.
  virtual absl::StatusOr<std::vector<DeliveryRecord>> ListDeadLetters(absl::string_view authority,
                                                                      const DeliveryKey& after,
                                                                      size_t limit) = 0;
  virtual absl::StatusOr<uint64_t> GetLastPosition(absl::string_view authority) = 0;

  // What the scheduler has to look at; costs what is due, however much waits. Cases whose next
  // event is not after `until`, and open deliveries that were to be fetched before it, the earliest
  // first.
  virtual absl::StatusOr<std::vector<CaseRecord>> ListDueCases(Instant until, size_t limit) = 0;
  virtual absl::StatusOr<std::vector<DeliveryRecord>> ListDueDeliveries(Instant until,
                                                                        size_t limit) = 0;

  // The log.
  virtual absl::StatusOr<EntryRecord> GetEntry(uint64_t log, uint64_t index) = 0;
  virtual absl::StatusOr<std::vector<EntryRecord>> ListEntriesOfAct(absl::string_view act_id) = 0;
  // Entries whose owner is `authority`, from an index on. An empty authority means all.
  virtual absl::StatusOr<std::vector<EntryRecord>> ListEntries(absl::string_view authority,
                                                               uint64_t log,
                                                               uint64_t from_index,
                                                               size_t limit) = 0;
  // Only the leaves of entries that follow one another: for tiles. Fewer at the log's end.
  virtual absl::StatusOr<std::vector<Bytes>> ListLeaves(uint64_t log,
                                                        uint64_t from_index,
                                                        size_t limit) = 0;
  // Only the hashes of a row: for proofs and tiles.
  virtual absl::StatusOr<std::vector<merkle::Hash>> GetHashes(uint64_t log, uint64_t index) = 0;
  // The batch that holds entry `index`: the smallest size above it.
  virtual absl::StatusOr<BatchRecord> GetBatchOfEntry(uint64_t log, uint64_t index) = 0;
  // The latest batch of a log; NOT_FOUND when it has none.
  virtual absl::StatusOr<BatchRecord> GetLastBatch(uint64_t log) = 0;

  // Registry.
  virtual absl::StatusOr<DirectoryRecord> GetDirectory() = 0;  // the current one; NOT_FOUND before
  virtual absl::StatusOr<std::vector<StandingRecord>> ListStandings() = 0;
  virtual absl::StatusOr<std::vector<KeyStatementRecord>> ListKeyStatements() = 0;

  // Practice notes. Version 0 is the latest; NOT_FOUND when there is none.
  virtual absl::StatusOr<GuidanceRecord> GetGuidance(absl::string_view id, uint32_t version) = 0;
  // The latest version of each that is asked for, by id, after an id exclusive.
  virtual absl::StatusOr<std::vector<GuidanceRecord>> ListGuidance(const GuidanceQuery& query,
                                                                   absl::string_view after_id,
                                                                   size_t limit) = 0;

  // Documents. NOT_FOUND when there is none.
  virtual absl::StatusOr<DocumentRecord> GetDocument(absl::string_view document_id) = 0;
  // In the order of the act's header.
  virtual absl::StatusOr<std::vector<DocumentRecord>> ListDocumentsOfAct(
      absl::string_view act_id) = 0;
  // Those whose `look_at` is not after `until`, the earliest first.
  virtual absl::StatusOr<std::vector<DocumentRecord>> ListDueDocuments(Instant until,
                                                                       size_t limit) = 0;
  // In the order of the log.
  virtual absl::StatusOr<std::vector<CustodyRecord>> ListCustody(absl::string_view document_id) = 0;

  virtual absl::StatusOr<StoreCounts> Count() = 0;
};

// Thread-safe. Begin() from one thread at a time.
class Store {
 public:
  virtual ~Store() = default;
  virtual absl::StatusOr<std::unique_ptr<Transaction>> Begin() = 0;
  virtual absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() = 0;
  // A consistent copy in a new folder while the store is in use. Returns its size in bytes.
  virtual absl::StatusOr<uint64_t> Backup(const std::string& folder) = 0;
};

}  // namespace rogatoria
