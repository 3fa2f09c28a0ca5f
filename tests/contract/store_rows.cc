#include "tests/contract/store_rows.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria {
namespace {

constexpr Instant kStart = {1795521600000};

std::unique_ptr<Snapshot> SnapshotOf(Store& store) {
  auto snapshot = store.OpenSnapshot();
  ROG_CHECK(snapshot.ok(), "no snapshot to build a batch on");
  return *std::move(snapshot);
}

merkle::Hash HashOf(absl::string_view text) {
  return *merkle::Hash::FromBytes(Sha256(text));
}

}  // namespace

v1::Act MakeAct(const std::string& act_id, size_t body_bytes) {
  v1::Act act;
  act.set_header(absl::StrCat("header of ", act_id));
  act.set_signature(Bytes(absl::StrCat("signature of ", act_id)) + '\0' + "\xff");
  Bytes body = Sha256(absl::StrCat("body of ", act_id));
  while (body.size() < body_bytes) body += body;
  body.resize(body_bytes);
  act.set_body(body);
  act.add_key_envelopes(absl::StrCat("first envelope of ", act_id));
  act.add_key_envelopes("");
  return act;
}

BatchBuilder::BatchBuilder(Store& store) : store_(store) {
  changes_.head = *SnapshotOf(store)->GetHead();
  if (changes_.head.log == 0) changes_.head.log = 1;
  changes_.head.last_instant = std::max(kStart, changes_.head.last_instant + absl::Milliseconds(1));
}

EntryRecord& BatchBuilder::AddEntry(const std::string& text, uint64_t key_id) {
  EntryRecord& entry = changes_.entries.emplace_back();
  entry.log = changes_.head.log;
  entry.index = changes_.head.log_size++;
  entry.leaf = absl::StrCat("leaf of ", text);
  for (uint64_t i = 0; i <= entry.index % 3; ++i) {
    entry.hashes.push_back(HashOf(absl::StrCat(text, i)));
  }
  entry.key_id = key_id;
  entry.record = absl::StrCat("record of ", text);
  entry.salt = Sha256(text);
  return entry;
}

CaseRecord& BatchBuilder::CaseToChange(const std::string& case_id) {
  for (CaseRecord& record : changes_.cases) {
    if (record.case_id == case_id) return record;
  }
  auto record = SnapshotOf(store_)->GetCase(case_id);
  ROG_CHECK(record.ok(), "no such case to add an act to");
  return changes_.cases.emplace_back(*std::move(record));
}

uint64_t BatchBuilder::NextPosition(const std::string& authority) {
  if (last_positions_.count(authority) == 0) {
    last_positions_[authority] = *SnapshotOf(store_)->GetLastPosition(authority);
  }
  return ++last_positions_[authority];
}

BatchBuilder& BatchBuilder::OpenCase(const std::string& act_id,
                                     const std::string& sender,
                                     const std::string& recipient,
                                     v1::UrgencyLevel urgency,
                                     size_t body_bytes) {
  CaseRecord& record = changes_.cases.emplace_back();
  record.case_id = act_id;
  record.case_type = v1::CASE_TYPE_MLA;
  record.state = v1::CASE_STATE_OPEN;
  record.channel_class = v1::CHANNEL_CLASS_FORMAL;
  record.instrument = "UN-TIP-2000";
  record.article = "18(4)-(5)";
  record.channel_basis = "COMJIB-MEDELLIN-2019";
  record.parties = {{sender, v1::CASE_ROLE_REQUESTING}, {recipient, v1::CASE_ROLE_REQUESTED}};
  record.parties[1].forwarded_by = sender;
  record.parties[1].joined_at = 3;
  record.data_class = v1::DATA_CLASS_SENSITIVE;
  record.measures = {{1, "VIDEO_HEARING", v1::MEASURE_STATE_RECEIVED},
                     {2,
                      "BANK_TRANSACTIONS",
                      v1::MEASURE_STATE_ADMITTED,
                      5,
                      recipient,
                      8,
                      {{v1::MEASURE_STATE_RECEIVED, 6, recipient},
                       {v1::MEASURE_STATE_UNDER_ASSESSMENT, 7, recipient}}},
                     {3,
                      "SEARCH",
                      v1::MEASURE_STATE_WITHDRAWN,
                      1,
                      "",
                      0,
                      {{v1::MEASURE_STATE_RECEIVED, 4, sender}}}};
  record.related_cases = {"other/1", ""};
  record.opened = changes_.head.last_instant;
  record.key_id = changes_.head.next_key_id++;
  return AddAct(act_id, act_id, sender, recipient, urgency, body_bytes);
}

BatchBuilder& BatchBuilder::AddAct(const std::string& case_id,
                                   const std::string& act_id,
                                   const std::string& sender,
                                   const std::string& recipient,
                                   v1::UrgencyLevel urgency,
                                   size_t body_bytes) {
  CaseRecord& record = CaseToChange(case_id);
  record.updated = changes_.head.last_instant;
  ActRecord& act = changes_.new_acts.emplace_back();
  act.act_id = act_id;
  act.case_id = case_id;
  act.case_position = ++record.act_count;
  act.case_seen = act.case_position - 1;
  act.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
  act.kind = v1::ACT_KIND_REQUEST;
  act.sender = sender;
  act.recipients = {recipient};
  act.bytes_sha256 = Sha256(act_id);
  act.recorded = changes_.head.last_instant;
  act.log = changes_.head.log;
  act.first_entry = changes_.head.log_size;
  act.key_id = record.key_id;
  act.act = MakeAct(act_id, body_bytes);

  EntryRecord& submitted = AddEntry(absl::StrCat("A.1 of ", act_id), record.key_id);
  submitted.act_id = act_id;
  submitted.owner = sender;
  DeliveryRecord& delivery = changes_.new_deliveries.emplace_back();
  delivery.authority = recipient;
  delivery.position = NextPosition(recipient);
  delivery.act_id = act_id;
  delivery.case_id = case_id;
  delivery.case_position = act.case_position;
  delivery.urgency = urgency;
  delivery.log = changes_.head.log;
  delivery.consigned_entry = changes_.head.log_size;
  delivery.key_id = record.key_id;
  EntryRecord& consigned = AddEntry(absl::StrCat("D.1 of ", act_id), record.key_id);
  consigned.act_id = act_id;
  consigned.recipient = recipient;
  consigned.owner = recipient;
  return *this;
}

uint64_t BatchBuilder::KeyOfCase(const std::string& case_id) const {
  for (const CaseRecord& record : changes_.cases) {
    if (record.case_id == case_id) return record.key_id;
  }
  return SnapshotOf(store_)->GetCase(case_id)->key_id;
}

BatchBuilder& BatchBuilder::AddNotice(const std::string& authority,
                                      const std::string& case_id,
                                      v1::UrgencyLevel urgency) {
  DeliveryRecord& delivery = changes_.new_deliveries.emplace_back();
  delivery.authority = authority;
  delivery.position = NextPosition(authority);
  delivery.urgency = urgency;
  delivery.log = changes_.head.log;
  delivery.consigned_entry = changes_.head.log_size;
  if (!case_id.empty()) delivery.key_id = KeyOfCase(case_id);
  delivery.notice = absl::StrCat("notice about ", case_id);
  AddEntry(delivery.notice, 0).owner = authority;
  return *this;
}

BatchBuilder& BatchBuilder::Settle(const DeliveryKey& key, DeliveryState state) {
  auto found = SnapshotOf(store_)->GetDelivery(key);
  ROG_CHECK(found.ok(), "no such delivery to settle");
  DeliveryRecord& delivery = changes_.deliveries.emplace_back(*std::move(found));
  delivery.state = state;
  delivery.attempts = 3;
  delivery.settled_log = changes_.head.log;
  delivery.settled_entry = changes_.head.log_size;
  if (state == DeliveryState::kDead) {
    delivery.dead_reason = "REJECT_REASON_CANNOT_OPEN";
  } else {
    delivery.statement = absl::StrCat("statement on ", delivery.act_id);
    delivery.statement_signature = Sha256(delivery.statement);
  }
  EntryRecord& entry = AddEntry(absl::StrCat("settlement of ", delivery.act_id), delivery.key_id);
  entry.act_id = delivery.act_id;
  entry.recipient = key.authority;
  entry.owner = key.authority;
  return *this;
}

BatchBuilder& BatchBuilder::AddAudit(const std::string& text) {
  AddEntry(text, 0);
  return *this;
}

BatchChanges BatchBuilder::Build() {
  BatchChanges changes = changes_;
  if (changes.entries.empty()) {
    changes.head.log = SnapshotOf(store_)->GetHead()->log;
    return changes;
  }
  const std::string text = absl::StrCat(changes.head.log, "/", changes.head.log_size);
  changes.batch = BatchRecord{changes.head.log,
                              changes.head.log_size,
                              HashOf(text),
                              changes.head.last_instant,
                              absl::StrCat("note of ", text)};
  return changes;
}

absl::Status CommitChanges(Store& store, const BatchChanges& changes) {
  ROG_ASSIGN_OR_RETURN(auto transaction, store.Begin());
  ROG_RETURN_IF_ERROR(transaction->Save(changes));
  return transaction->Commit();
}

std::string Text(const Head& head) {
  return absl::StrCat("log ",
                      head.log,
                      " size ",
                      head.log_size,
                      " instant ",
                      head.last_instant.unix_ms,
                      " directory ",
                      head.directory_version,
                      " next key ",
                      head.next_key_id);
}

std::string Text(const ActRecord& act) {
  return absl::StrCat("act ",
                      ToHex(act.act_id),
                      " case ",
                      ToHex(act.case_id),
                      " at ",
                      act.case_position,
                      " seen ",
                      act.case_seen,
                      " disposition ",
                      act.disposition,
                      " kind ",
                      act.kind,
                      " from ",
                      ToHex(act.sender),
                      " to ",
                      ToHex(absl::StrJoin(act.recipients, ",")),
                      " refusal ",
                      act.refusal,
                      "/",
                      act.refusal_detail,
                      " digest ",
                      ToHex(act.bytes_sha256),
                      " recorded ",
                      act.recorded.unix_ms,
                      " entry ",
                      act.log,
                      "/",
                      act.first_entry,
                      " key ",
                      act.key_id,
                      " act ",
                      ToHex(Sha256(act.act.SerializeAsString())));
}

std::string Text(const ClockRecord& clock) {
  const auto optional = [](const std::optional<Instant>& instant) {
    return instant.has_value() ? instant->unix_ms : -1;
  };
  return absl::StrCat(" clock ",
                      absl::StrJoin(std::make_tuple(static_cast<int>(clock.clock),
                                                    clock.measure,
                                                    ToHex(clock.act_id),
                                                    static_cast<int>(clock.side),
                                                    ToHex(clock.authority),
                                                    ToHex(clock.counterpart),
                                                    ToHex(clock.profile),
                                                    static_cast<int>(clock.state),
                                                    clock.started.unix_ms,
                                                    clock.span,
                                                    clock.span_unit),
                                    " "),
                      clock.stays_on_rest_day,
                      clock.from_exact_instant,
                      clock.stated,
                      clock.ended,
                      " stands in ",
                      ToHex(clock.substitute),
                      " due ",
                      optional(clock.due),
                      " next ",
                      optional(clock.next_event),
                      " attempts ",
                      clock.attempts);
}

std::string Text(const CaseRecord& record) {
  std::string text = absl::StrCat("case ",
                                  ToHex(record.case_id),
                                  " type ",
                                  record.case_type,
                                  " state ",
                                  record.state,
                                  " class ",
                                  record.channel_class,
                                  " basis ",
                                  record.instrument,
                                  " ",
                                  record.article,
                                  " acts ",
                                  record.act_count,
                                  " opened ",
                                  record.opened.unix_ms,
                                  " updated ",
                                  record.updated.unix_ms,
                                  " key ",
                                  record.key_id,
                                  " class ",
                                  record.data_class);
  for (const ClockRecord& clock : record.clocks) absl::StrAppend(&text, Text(clock));
  for (const Party& party : record.parties) {
    absl::StrAppend(&text, " party ", ToHex(party.authority), ":", party.role);
    absl::StrAppend(&text, " by ", ToHex(party.forwarded_by), " at ", party.joined_at);
  }
  for (const MeasureRecord& measure : record.measures) {
    absl::StrAppend(&text, " measure ", measure.ordinal, measure.code, measure.state);
    absl::StrAppend(&text, " at ", measure.added_at, " again ", measure.repeated_at);
    absl::StrAppend(&text, " with ", ToHex(measure.responsible));
    for (const MeasureMove& move : measure.moves) {
      absl::StrAppend(&text, " was ", move.before, " until ", move.at, " ", ToHex(move.by));
    }
  }
  for (const std::string& id : record.related_cases) absl::StrAppend(&text, " see ", ToHex(id));
  return text;
}

std::string Text(const DeliveryRecord& delivery) {
  return absl::StrCat("delivery ",
                      ToHex(delivery.authority),
                      "/",
                      delivery.position,
                      " act ",
                      ToHex(delivery.act_id),
                      " case ",
                      ToHex(delivery.case_id),
                      " at ",
                      delivery.case_position,
                      " urgency ",
                      delivery.urgency,
                      " state ",
                      static_cast<int>(delivery.state),
                      " attempts ",
                      delivery.attempts,
                      " consigned ",
                      delivery.log,
                      "/",
                      delivery.consigned_entry,
                      " settled ",
                      " retrieve by ",
                      delivery.retrieve_by.value_or(Instant{-1}).unix_ms,
                      " settled ",
                      delivery.settled_log.has_value(),
                      delivery.settled_log.value_or(0),
                      "/",
                      delivery.settled_entry.has_value(),
                      delivery.settled_entry.value_or(0),
                      " reason ",
                      delivery.dead_reason,
                      " key ",
                      delivery.key_id,
                      " statement ",
                      ToHex(delivery.statement),
                      "/",
                      ToHex(delivery.statement_signature),
                      " notice ",
                      ToHex(delivery.notice));
}

std::string Text(const EntryRecord& entry) {
  std::string text = absl::StrCat("entry ",
                                  entry.log,
                                  "/",
                                  entry.index,
                                  " leaf ",
                                  ToHex(entry.leaf),
                                  " key ",
                                  entry.key_id,
                                  " record ",
                                  ToHex(entry.record),
                                  " salt ",
                                  ToHex(entry.salt),
                                  " act ",
                                  ToHex(entry.act_id),
                                  " recipient ",
                                  ToHex(entry.recipient),
                                  " owner ",
                                  ToHex(entry.owner),
                                  " hashes");
  for (const merkle::Hash& hash : entry.hashes) absl::StrAppend(&text, " ", hash.ToHex());
  return text;
}

std::string Text(const BatchRecord& batch) {
  return absl::StrCat("batch ",
                      batch.log,
                      "/",
                      batch.size,
                      " root ",
                      batch.root.ToHex(),
                      " instant ",
                      batch.instant.unix_ms,
                      " note ",
                      ToHex(batch.note));
}

GuidanceRecord MakeGuidance(const std::string& id, uint32_t version) {
  const std::string name = absl::StrCat(id, " ", version);
  GuidanceRecord record;
  record.about.set_id(id);
  record.about.set_version(version);
  record.about.set_authority("co-fgn");
  record.about.set_title("title " + name);
  record.about.set_published_unix_ms(7000 + version);
  record.document_sha256 = "digest " + name;
  record.document = "document " + name;
  record.signature = "signature " + name;
  record.recorded = {8000 + version};
  return record;
}

std::string Text(const GuidanceRecord& guidance) {
  return absl::StrCat("guidance ",
                      guidance.about.ShortDebugString(),
                      " digest ",
                      ToHex(guidance.document_sha256),
                      " recorded ",
                      guidance.recorded.unix_ms,
                      " document ",
                      ToHex(guidance.document),
                      " signature ",
                      ToHex(guidance.signature));
}

namespace {

constexpr size_t kAll = 1'000'000;

absl::Status DumpLogs(Snapshot& snapshot, std::set<std::string>& acts, std::string& text) {
  ROG_ASSIGN_OR_RETURN(const Head head, snapshot.GetHead());
  absl::StrAppend(&text, Text(head), "\n");
  for (uint64_t log = 1; log <= head.log; ++log) {
    ROG_ASSIGN_OR_RETURN(const auto entries, snapshot.ListEntries("", log, 0, kAll));
    for (const EntryRecord& entry : entries) {
      ROG_ASSIGN_OR_RETURN(const auto batch, snapshot.GetBatchOfEntry(log, entry.index));
      absl::StrAppend(&text, Text(entry), "\n in ", Text(batch), "\n");
      if (!entry.act_id.empty()) acts.insert(entry.act_id);
    }
  }
  return absl::OkStatus();
}

absl::Status DumpActs(Snapshot& snapshot, const std::set<std::string>& acts, std::string& text) {
  for (const std::string& act_id : acts) {
    ROG_ASSIGN_OR_RETURN(const ActRecord act, snapshot.GetAct(act_id));
    ROG_ASSIGN_OR_RETURN(const auto entries, snapshot.ListEntriesOfAct(act_id));
    ROG_ASSIGN_OR_RETURN(const auto deliveries, snapshot.ListDeliveriesOfAct(act_id));
    absl::StrAppend(&text, Text(act), "\n has ", Text(entries), " and ", Text(deliveries));
    if (act.case_id != act_id || act.case_position == 0) continue;
    ROG_ASSIGN_OR_RETURN(const CaseRecord record, snapshot.GetCase(act_id));
    ROG_ASSIGN_OR_RETURN(const auto of_case, snapshot.ListActs(act_id, 0, kAll));
    absl::StrAppend(&text, Text(record), "\n with ", Text(of_case));
  }
  return absl::OkStatus();
}

absl::Status DumpMailbox(Snapshot& snapshot, const std::string& authority, std::string& text) {
  ROG_ASSIGN_OR_RETURN(const auto all, snapshot.ListDeliveries(authority, 0, kAll));
  ROG_ASSIGN_OR_RETURN(const auto deliverable,
                       snapshot.ListDeliverable(authority, v1::URGENCY_LEVEL_UNSPECIFIED, 0, kAll));
  ROG_ASSIGN_OR_RETURN(const auto dead, snapshot.ListDeadLetters(authority, {}, kAll));
  ROG_ASSIGN_OR_RETURN(
      const auto cases,
      snapshot.ListCases(authority, v1::CASE_STATE_UNSPECIFIED, std::nullopt, kAll));
  ROG_ASSIGN_OR_RETURN(const auto owned, snapshot.ListEntries(authority, 1, 0, kAll));
  absl::StrAppend(&text,
                  "mailbox of ",
                  authority,
                  "\n",
                  Text(all),
                  "deliverable\n",
                  Text(deliverable),
                  "dead\n",
                  Text(dead),
                  "cases\n",
                  Text(cases.cases),
                  "register\n",
                  Text(owned));
  return absl::OkStatus();
}

absl::Status DumpRegistry(Snapshot& snapshot, std::string& text) {
  ROG_ASSIGN_OR_RETURN(const auto standings, snapshot.ListStandings());
  for (const StandingRecord& row : standings) {
    absl::StrAppend(&text,
                    "standing ",
                    row.subject,
                    " ",
                    ToHex(row.id),
                    " ",
                    row.standing,
                    " ",
                    row.since.unix_ms,
                    "\n");
  }
  ROG_ASSIGN_OR_RETURN(const auto statements, snapshot.ListKeyStatements());
  for (const KeyStatementRecord& row : statements) {
    absl::StrAppend(&text,
                    "key statement ",
                    ToHex(row.authority),
                    " ",
                    ToHex(row.statement_sha256),
                    " ",
                    row.log,
                    "/",
                    row.index,
                    "\n");
  }
  ROG_ASSIGN_OR_RETURN(const auto guidance, snapshot.ListGuidance({}, "", kAll));
  for (const GuidanceRecord& row : guidance) {
    ROG_ASSIGN_OR_RETURN(const GuidanceRecord whole, snapshot.GetGuidance(row.about.id(), 0));
    absl::StrAppend(&text, Text(whole), "\n");
  }
  const auto directory = snapshot.GetDirectory();
  if (absl::IsNotFound(directory.status())) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(directory.status());
  absl::StrAppend(&text, "directory ", directory->version, " ", ToHex(directory->files), "\n");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> DumpStore(Store& store, const std::vector<std::string>& authorities) {
  ROG_ASSIGN_OR_RETURN(auto snapshot, store.OpenSnapshot());
  std::string text;
  std::set<std::string> acts;
  ROG_RETURN_IF_ERROR(DumpLogs(*snapshot, acts, text));
  ROG_RETURN_IF_ERROR(DumpActs(*snapshot, acts, text));
  for (const std::string& authority : authorities) {
    ROG_RETURN_IF_ERROR(DumpMailbox(*snapshot, authority, text));
  }
  ROG_RETURN_IF_ERROR(DumpRegistry(*snapshot, text));
  return text;
}

}  // namespace rogatoria
