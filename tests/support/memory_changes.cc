// How a batch of changes meets the tables: first checked, then applied.
#include <set>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "tests/support/memory_transaction.h"

namespace rogatoria {
namespace {

absl::Status Exists(absl::string_view what) {
  return absl::AlreadyExistsError(absl::StrCat(what, " is there already"));
}

absl::Status Missing(absl::string_view what) {
  return absl::NotFoundError(absl::StrCat(what, " is not there"));
}

DeliveryKey KeyOf(const DeliveryRecord& delivery) {
  return {delivery.authority, delivery.position};
}

// What the batch may name: rows in the tables and rows that it brings itself.
class Names {
 public:
  Names(const MemoryTables& tables, const BatchChanges& changes) : tables_(tables) {
    for (const ActRecord& act : changes.new_acts) acts_.insert(act.act_id);
    for (const CaseRecord& record : changes.cases) cases_.insert(record.case_id);
  }
  bool HasAct(const std::string& id) const {
    return acts_.count(id) > 0 || tables_.acts.Find(id, tables_.version) != nullptr;
  }
  bool HasCase(const std::string& id) const {
    return cases_.count(id) > 0 || tables_.cases.Find(id, tables_.version) != nullptr;
  }

 private:
  const MemoryTables& tables_;
  std::set<std::string> acts_;
  std::set<std::string> cases_;
};

// Every key once in the batch and not yet in the table.
template <typename Map, typename Records, typename KeyOfRecord>
absl::Status CheckNew(const Map& map,
                      uint64_t version,
                      const Records& records,
                      KeyOfRecord key_of,
                      absl::string_view what) {
  std::set<decltype(key_of(*records.begin()))> seen;
  for (const auto& record : records) {
    const auto key = key_of(record);
    if (!seen.insert(key).second || map.Find(key, version) != nullptr) return Exists(what);
  }
  return absl::OkStatus();
}

absl::Status CheckAllNew(const MemoryTables& tables, const BatchChanges& changes) {
  const uint64_t version = tables.version;
  ROG_RETURN_IF_ERROR(CheckNew(
      tables.acts, version, changes.new_acts, [](auto& act) { return act.act_id; }, "act"));
  ROG_RETURN_IF_ERROR(CheckNew(
      tables.deliveries,
      version,
      changes.new_deliveries,
      [](auto& delivery) { return KeyOf(delivery); },
      "delivery"));
  ROG_RETURN_IF_ERROR(CheckNew(
      tables.requests, version, changes.requests, [](auto& row) { return row.key; }, "request"));
  ROG_RETURN_IF_ERROR(CheckNew(
      tables.guidance,
      version,
      changes.guidance,
      [](auto& row) { return std::pair(row.about.id(), row.about.version()); },
      "version of a practice note"));
  ROG_RETURN_IF_ERROR(CheckNew(
      tables.custody,
      version,
      changes.custody,
      [](auto& row) { return std::tuple(row.document_id, row.log, row.index); },
      "step of custody"));
  return CheckNew(
      tables.key_statements,
      version,
      changes.key_statements,
      [](auto& row) { return MemoryTables::Address(row.log, row.index); },
      "key statement");
}

absl::Status CheckReplaced(const MemoryTables& tables, const BatchChanges& changes) {
  for (const DeliveryRecord& delivery : changes.deliveries) {
    if (tables.deliveries.Find(KeyOf(delivery), tables.version) == nullptr) {
      return Missing("delivery");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckNamed(const Names& names, const BatchChanges& changes) {
  for (const ActRecord& act : changes.new_acts) {
    if (act.case_position > 0 && !names.HasCase(act.case_id)) return Missing("case of the act");
  }
  for (const CaseRecord& record : changes.cases) {
    if (!names.HasAct(record.case_id)) return Missing("act that opened the case");
  }
  for (const DeliveryRecord& delivery : changes.new_deliveries) {
    if (delivery.IsNotice()) continue;
    if (!names.HasAct(delivery.act_id)) return Missing("act of the delivery");
    if (!names.HasCase(delivery.case_id)) return Missing("case of the delivery");
  }
  for (const EntryRecord& entry : changes.entries) {
    if (!entry.act_id.empty() && !names.HasAct(entry.act_id)) return Missing("act of the entry");
  }
  return absl::OkStatus();
}

void ApplyEntries(BatchChanges& changes, uint64_t version, MemoryTables& tables) {
  for (EntryRecord& entry : changes.entries) {
    const MemoryTables::Address address(entry.log, entry.index);
    if (!entry.act_id.empty()) {
      tables.entry_of_act.Put({entry.act_id, entry.log, entry.index}, version, {});
    }
    tables.entries.Put(address, version, std::move(entry));
  }
  if (changes.batch.has_value()) {
    tables.batches.Put({changes.batch->log, changes.batch->size}, version, *changes.batch);
  }
}

void ApplyActs(BatchChanges& changes, uint64_t version, MemoryTables& tables) {
  for (CaseRecord& record : changes.cases) {
    const std::string case_id = record.case_id;
    tables.cases.Put(case_id, version, std::move(record));
  }
  for (ActRecord& act : changes.new_acts) {
    const std::string act_id = act.act_id;
    if (act.case_position > 0) {
      tables.act_of_case.Put({act.case_id, act.case_position}, version, act_id);
    }
    tables.acts.Put(act_id, version, std::move(act));
  }
}

// `old` with the columns that can change.
DeliveryRecord Replaced(DeliveryRecord old, DeliveryRecord& delivery) {
  old.state = delivery.state;
  old.attempts = delivery.attempts;
  old.settled_log = delivery.settled_log;
  old.settled_entry = delivery.settled_entry;
  old.dead_reason = std::move(delivery.dead_reason);
  old.retrieve_by = delivery.retrieve_by;
  if (!delivery.statement.empty() || !delivery.statement_signature.empty()) {
    old.statement = std::move(delivery.statement);
    old.statement_signature = std::move(delivery.statement_signature);
  }
  return old;
}

void ApplyDeliveries(BatchChanges& changes, uint64_t version, MemoryTables& tables) {
  for (DeliveryRecord& delivery : changes.new_deliveries) {
    const DeliveryKey key = KeyOf(delivery);
    const auto last = tables.last_position.Find(key.authority, version);
    if (last == nullptr || *last < key.position) {
      tables.last_position.Put(key.authority, version, key.position);
    }
    if (!delivery.IsNotice()) {
      tables.delivery_of_act.Put({delivery.act_id, key.authority}, version, key);
    }
    tables.deliveries.Put(key, version, std::move(delivery));
  }
  for (DeliveryRecord& delivery : changes.deliveries) {
    const DeliveryKey key = KeyOf(delivery);
    tables.deliveries.Put(key, version, Replaced(*tables.deliveries.Find(key, version), delivery));
  }
}

void ApplyRegistry(BatchChanges& changes, uint64_t version, MemoryTables& tables) {
  for (const RequestRecord& row : changes.requests) tables.requests.Put(row.key, version, row);
  for (const StandingRecord& row : changes.standings) {
    const std::pair<int, std::string> key(static_cast<int>(row.subject), row.id);
    if (row.standing == v1::STANDING_ACTIVE) {
      tables.standings.Remove(key, version);
    } else {
      tables.standings.Put(key, version, row);
    }
  }
  for (const KeyStatementRecord& row : changes.key_statements) {
    tables.key_statements.Put({row.log, row.index}, version, row);
  }
  for (const GuidanceRecord& row : changes.guidance) {
    tables.guidance.Put({row.about.id(), row.about.version()}, version, row);
  }
  for (const DocumentRecord& row : changes.documents) {
    tables.documents.Put(row.document_id, version, row);
  }
  for (const CustodyRecord& row : changes.custody) {
    tables.custody.Put({row.document_id, row.log, row.index}, version, row);
  }
  if (changes.directory.has_value()) {
    tables.directories.Put(changes.directory->version, version, *changes.directory);
  }
}

}  // namespace

absl::Status CheckRows(const MemoryTables& tables, const BatchChanges& changes) {
  ROG_RETURN_IF_ERROR(CheckAllNew(tables, changes));
  ROG_RETURN_IF_ERROR(CheckReplaced(tables, changes));
  return CheckNamed(Names(tables, changes), changes);
}

void Apply(BatchChanges changes, MemoryTables& tables) {
  const uint64_t version = tables.version + 1;
  ApplyEntries(changes, version, tables);
  ApplyActs(changes, version, tables);
  ApplyDeliveries(changes, version, tables);
  ApplyRegistry(changes, version, tables);
  tables.head.Put(0, version, changes.head);
  tables.version = version;
}

}  // namespace rogatoria
