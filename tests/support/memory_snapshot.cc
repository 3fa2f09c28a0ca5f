#include "tests/support/memory_snapshot.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "common/base/status_macros.h"

namespace rogatoria {
namespace {

constexpr uint64_t kLast = std::numeric_limits<uint64_t>::max();

absl::Status NotFound() {
  return absl::NotFoundError("not found");
}

template <typename Record>
absl::StatusOr<Record> ValueOrNotFound(const std::shared_ptr<const Record>& record) {
  if (record == nullptr) return NotFound();
  return *record;
}

bool IsAskedFor(const v1::GuidanceSummary& about, const GuidanceQuery& query) {
  const auto& measures = about.measures();
  return (query.country.empty() || about.country() == query.country) &&
         (query.instrument.empty() || about.instrument().empty() ||
          about.instrument() == query.instrument) &&
         (query.measure.empty() || measures.empty() ||
          std::find(measures.begin(), measures.end(), query.measure) != measures.end()) &&
         (query.language.empty() || about.language() == query.language ||
          absl::StartsWith(about.language(), query.language + "-"));
}

DeliveryRecord WithoutErasable(DeliveryRecord delivery) {
  delivery.notice.clear();
  delivery.statement.clear();
  delivery.statement_signature.clear();
  return delivery;
}

// The rows of a mailbox after a position that `wanted`, without what is erasable.
template <typename Wanted>
std::vector<DeliveryRecord> ScanMailbox(const MemoryTables& tables,
                                        uint64_t version,
                                        const DeliveryKey& after,
                                        size_t limit,
                                        Wanted wanted) {
  std::vector<DeliveryRecord> found;
  if (after.position == kLast) return found;
  tables.deliveries.Scan({after.authority, after.position + 1},
                         version,
                         [&](const DeliveryKey& key, const DeliveryRecord& row) {
                           if (key.authority != after.authority || found.size() >= limit) {
                             return false;
                           }
                           if (wanted(row)) found.push_back(WithoutErasable(row));
                           return true;
                         });
  return found;
}

// Positions of the rows that are the first open one of their case in this mailbox, and of open
// notices.
std::set<uint64_t> FirstOpenRows(const MemoryTables& tables,
                                 uint64_t version,
                                 const std::string& authority) {
  std::set<std::string> cases;
  std::set<uint64_t> positions;
  tables.deliveries.Scan(
      {authority, 0}, version, [&](const DeliveryKey& key, const DeliveryRecord& row) {
        if (key.authority != authority) return false;
        if (row.state != DeliveryState::kOpen) return true;
        if (row.IsNotice() || cases.insert(row.case_id).second) positions.insert(key.position);
        return true;
      });
  return positions;
}

bool HasParty(const CaseRecord& record, absl::string_view authority) {
  return std::any_of(record.parties.begin(), record.parties.end(), [&](const Party& party) {
    return party.authority == authority;
  });
}

bool IsLater(const CaseRecord& a, const CaseRecord& b) {
  return std::tie(a.updated, a.case_id) > std::tie(b.updated, b.case_id);
}

}  // namespace

template <typename Result, typename Read>
absl::StatusOr<Result> MemorySnapshot::Run(Read read) {
  absl::MutexLock lock(&disk_.mutex_);
  ROG_RETURN_IF_ERROR(session_->Enter(disk_.fault_plan_, StoreStep::kRead));
  return read(*disk_.tables_);
}

absl::StatusOr<bool> MemorySnapshot::Opens(uint64_t key_id) {
  const absl::Status status = keys_.Get(key_id).status();
  if (absl::IsNotFound(status)) return false;
  ROG_RETURN_IF_ERROR(status);
  return true;
}

absl::StatusOr<EntryRecord> MemorySnapshot::Open(EntryRecord entry) {
  ROG_ASSIGN_OR_RETURN(const bool opens, Opens(entry.key_id));
  if (!opens) {
    entry.record.clear();
    entry.salt.clear();
  }
  return entry;
}

absl::StatusOr<DeliveryRecord> MemorySnapshot::Open(DeliveryRecord delivery) {
  ROG_ASSIGN_OR_RETURN(const bool opens, Opens(delivery.key_id));
  return opens ? delivery : WithoutErasable(std::move(delivery));
}

absl::StatusOr<Head> MemorySnapshot::GetHead() {
  return Run<Head>([&](const MemoryTables& tables) -> absl::StatusOr<Head> {
    return ValueOrNotFound(tables.head.Find(0, version_));
  });
}

absl::StatusOr<ActRecord> MemorySnapshot::GetAct(absl::string_view act_id) {
  return Run<ActRecord>([&](const MemoryTables& tables) -> absl::StatusOr<ActRecord> {
    ROG_ASSIGN_OR_RETURN(ActRecord act,
                         ValueOrNotFound(tables.acts.Find(std::string(act_id), version_)));
    ROG_ASSIGN_OR_RETURN(const bool opens, Opens(act.key_id));
    if (!opens) act.act.Clear();
    act.identity_shares.clear();
    return act;
  });
}

absl::StatusOr<std::vector<v1::IdentityShare>> MemorySnapshot::GetIdentityShares(
    absl::string_view act_id) {
  using Shares = std::vector<v1::IdentityShare>;
  return Run<Shares>([&](const MemoryTables& tables) -> absl::StatusOr<Shares> {
    ROG_ASSIGN_OR_RETURN(const ActRecord act,
                         ValueOrNotFound(tables.acts.Find(std::string(act_id), version_)));
    ROG_ASSIGN_OR_RETURN(const bool opens, Opens(act.key_id));
    return opens ? act.identity_shares : Shares();
  });
}

absl::StatusOr<CaseRecord> MemorySnapshot::GetCase(absl::string_view case_id) {
  return Run<CaseRecord>([&](const MemoryTables& tables) -> absl::StatusOr<CaseRecord> {
    return ValueOrNotFound(tables.cases.Find(std::string(case_id), version_));
  });
}

absl::StatusOr<CasePage> MemorySnapshot::ListCases(
    absl::string_view authority,
    v1::CaseState state,
    const std::optional<std::pair<Instant, std::string>>& after,
    size_t limit) {
  return Run<CasePage>([&](const MemoryTables& tables) -> absl::StatusOr<CasePage> {
    CasePage page;
    tables.cases.Scan("", version_, [&](const std::string& case_id, const CaseRecord& row) {
      const bool wanted = HasParty(row, authority) &&
                          (state == v1::CASE_STATE_UNSPECIFIED || row.state == state) &&
                          (!after.has_value() ||
                           std::tie(row.updated, case_id) < std::tie(after->first, after->second));
      if (wanted) page.cases.push_back(row);
      return true;
    });
    std::sort(page.cases.begin(), page.cases.end(), IsLater);
    page.more = page.cases.size() > limit;
    if (page.more) page.cases.resize(limit);
    return page;
  });
}

absl::StatusOr<std::vector<ActRecord>> MemorySnapshot::ListActs(absl::string_view case_id,
                                                                uint64_t after_position,
                                                                size_t limit) {
  using Acts = std::vector<ActRecord>;
  return Run<Acts>([&](const MemoryTables& tables) -> absl::StatusOr<Acts> {
    Acts acts;
    tables.act_of_case.Scan(
        {std::string(case_id), after_position}, version_, [&](const auto& key, const auto& act_id) {
          if (key.first != case_id || acts.size() >= limit) return false;
          if (key.second > after_position) acts.push_back(*tables.acts.Find(act_id, version_));
          return true;
        });
    for (ActRecord& act : acts) {
      act.act.clear_body();
      act.act.clear_key_envelopes();
      act.act.clear_identity_part();
      act.identity_shares.clear();
      ROG_ASSIGN_OR_RETURN(const bool opens, Opens(act.key_id));
      if (!opens) act.act.Clear();
    }
    return acts;
  });
}

absl::StatusOr<DeliveryRecord> MemorySnapshot::GetDelivery(const DeliveryKey& key) {
  return Run<DeliveryRecord>([&](const MemoryTables& tables) -> absl::StatusOr<DeliveryRecord> {
    ROG_ASSIGN_OR_RETURN(DeliveryRecord row,
                         ValueOrNotFound(tables.deliveries.Find(key, version_)));
    return Open(std::move(row));
  });
}

absl::StatusOr<std::vector<DeliveryRecord>> MemorySnapshot::ListDeliveriesOfAct(
    absl::string_view act_id) {
  using Rows = std::vector<DeliveryRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    std::vector<DeliveryKey> keys;
    tables.delivery_of_act.Scan(
        {std::string(act_id), ""}, version_, [&](const auto& key, const DeliveryKey& delivery) {
          if (key.first != act_id) return false;
          keys.push_back(delivery);
          return true;
        });
    Rows rows;
    for (const DeliveryKey& key : keys) {
      ROG_ASSIGN_OR_RETURN(DeliveryRecord row, Open(*tables.deliveries.Find(key, version_)));
      rows.push_back(std::move(row));
    }
    return rows;
  });
}

absl::StatusOr<std::vector<DeliveryRecord>> MemorySnapshot::ListDeliverable(
    absl::string_view authority, v1::UrgencyLevel urgency, uint64_t after_position, size_t limit) {
  using Rows = std::vector<DeliveryRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    const std::string mailbox(authority);
    const std::set<uint64_t> first = FirstOpenRows(tables, version_, mailbox);
    return ScanMailbox(
        tables, version_, {mailbox, after_position}, limit, [&](const DeliveryRecord& row) {
          return row.urgency == urgency && first.count(row.position) > 0;
        });
  });
}

absl::StatusOr<std::vector<DeliveryRecord>> MemorySnapshot::ListOpenOfCase(
    absl::string_view authority, absl::string_view case_id, size_t limit) {
  using Rows = std::vector<DeliveryRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    return ScanMailbox(
        tables, version_, {std::string(authority), 0}, limit, [&](const DeliveryRecord& row) {
          return row.case_id == case_id && row.state == DeliveryState::kOpen && !row.IsNotice();
        });
  });
}

absl::StatusOr<std::vector<DeliveryRecord>> MemorySnapshot::ListDeliveries(
    absl::string_view authority, uint64_t after_position, size_t limit) {
  using Rows = std::vector<DeliveryRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    return ScanMailbox(tables,
                       version_,
                       {std::string(authority), after_position},
                       limit,
                       [](const DeliveryRecord&) { return true; });
  });
}

absl::StatusOr<bool> MemorySnapshot::HasGapBefore(const DeliveryRecord& delivery) {
  return Run<bool>([&](const MemoryTables& tables) -> absl::StatusOr<bool> {
    bool gap = false;
    tables.deliveries.Scan(
        {delivery.authority, 0}, version_, [&](const auto& key, const auto& row) {
          if (key.authority != delivery.authority || key.position >= delivery.position)
            return false;
          gap = gap || (row.state == DeliveryState::kDead && row.case_id == delivery.case_id &&
                        !row.IsNotice());
          return !gap;
        });
    return gap;
  });
}

absl::StatusOr<std::vector<DeliveryRecord>> MemorySnapshot::ListDeadLetters(
    absl::string_view authority, const DeliveryKey& after, size_t limit) {
  using Rows = std::vector<DeliveryRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    Rows rows;
    tables.deliveries.Scan(after, version_, [&](const auto& key, const auto& row) {
      const bool wanted = row.state == DeliveryState::kDead && after < key &&
                          (authority.empty() || key.authority == authority);
      if (wanted && rows.size() < limit) rows.push_back(WithoutErasable(row));
      return rows.size() < limit;
    });
    return rows;
  });
}

absl::StatusOr<uint64_t> MemorySnapshot::GetLastPosition(absl::string_view authority) {
  return Run<uint64_t>([&](const MemoryTables& tables) -> absl::StatusOr<uint64_t> {
    const auto last = tables.last_position.Find(std::string(authority), version_);
    return last == nullptr ? 0 : *last;
  });
}

absl::StatusOr<EntryRecord> MemorySnapshot::GetEntry(uint64_t log, uint64_t index) {
  return Run<EntryRecord>([&](const MemoryTables& tables) -> absl::StatusOr<EntryRecord> {
    ROG_ASSIGN_OR_RETURN(EntryRecord entry,
                         ValueOrNotFound(tables.entries.Find({log, index}, version_)));
    return Open(std::move(entry));
  });
}

absl::StatusOr<std::vector<EntryRecord>> MemorySnapshot::ListEntriesOfAct(
    absl::string_view act_id) {
  using Entries = std::vector<EntryRecord>;
  return Run<Entries>([&](const MemoryTables& tables) -> absl::StatusOr<Entries> {
    std::vector<MemoryTables::Address> addresses;
    tables.entry_of_act.Scan({std::string(act_id), 0, 0}, version_, [&](const auto& key, auto&) {
      if (std::get<0>(key) != act_id) return false;
      addresses.emplace_back(std::get<1>(key), std::get<2>(key));
      return true;
    });
    Entries entries;
    for (const MemoryTables::Address& address : addresses) {
      ROG_ASSIGN_OR_RETURN(EntryRecord entry, Open(*tables.entries.Find(address, version_)));
      entries.push_back(std::move(entry));
    }
    return entries;
  });
}

absl::StatusOr<std::vector<EntryRecord>> MemorySnapshot::ListEntries(absl::string_view authority,
                                                                     uint64_t log,
                                                                     uint64_t from_index,
                                                                     size_t limit) {
  using Entries = std::vector<EntryRecord>;
  return Run<Entries>([&](const MemoryTables& tables) -> absl::StatusOr<Entries> {
    Entries found;
    tables.entries.Scan({log, from_index}, version_, [&](const auto& key, const auto& entry) {
      if (key.first != log || found.size() >= limit) return false;
      if (authority.empty() || entry.owner == authority) found.push_back(entry);
      return true;
    });
    for (EntryRecord& entry : found) {
      ROG_ASSIGN_OR_RETURN(entry, Open(std::move(entry)));
    }
    return found;
  });
}

absl::StatusOr<std::vector<Bytes>> MemorySnapshot::ListLeaves(uint64_t log,
                                                              uint64_t from_index,
                                                              size_t limit) {
  using Leaves = std::vector<Bytes>;
  return Run<Leaves>([&](const MemoryTables& tables) -> absl::StatusOr<Leaves> {
    Leaves leaves;
    tables.entries.Scan({log, from_index}, version_, [&](const auto& key, const auto& entry) {
      if (key.first != log || leaves.size() >= limit) return false;
      leaves.push_back(entry.leaf);
      return true;
    });
    return leaves;
  });
}

absl::StatusOr<std::vector<merkle::Hash>> MemorySnapshot::GetHashes(uint64_t log, uint64_t index) {
  using Hashes = std::vector<merkle::Hash>;
  return Run<Hashes>([&](const MemoryTables& tables) -> absl::StatusOr<Hashes> {
    const auto entry = tables.entries.Find({log, index}, version_);
    if (entry == nullptr) return NotFound();
    return entry->hashes;
  });
}

absl::StatusOr<BatchRecord> MemorySnapshot::GetBatchOfEntry(uint64_t log, uint64_t index) {
  return Run<BatchRecord>([&](const MemoryTables& tables) -> absl::StatusOr<BatchRecord> {
    absl::StatusOr<BatchRecord> found = NotFound();
    if (index == kLast) return found;
    tables.batches.Scan({log, index + 1}, version_, [&](const auto& key, const auto& batch) {
      if (key.first == log) found = batch;
      return false;
    });
    return found;
  });
}

absl::StatusOr<BatchRecord> MemorySnapshot::GetLastBatch(uint64_t log) {
  return Run<BatchRecord>([&](const MemoryTables& tables) -> absl::StatusOr<BatchRecord> {
    absl::StatusOr<BatchRecord> found = NotFound();
    tables.batches.Scan({log, 0}, version_, [&](const auto& key, const auto& batch) {
      if (key.first != log) return false;
      found = batch;
      return true;
    });
    return found;
  });
}

absl::StatusOr<DirectoryRecord> MemorySnapshot::GetDirectory() {
  return Run<DirectoryRecord>([&](const MemoryTables& tables) -> absl::StatusOr<DirectoryRecord> {
    return ValueOrNotFound(
        tables.directories.Find(tables.head.Find(0, version_)->directory_version, version_));
  });
}

absl::StatusOr<std::vector<StandingRecord>> MemorySnapshot::ListStandings() {
  using Rows = std::vector<StandingRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    Rows rows;
    tables.standings.Scan({0, ""}, version_, [&](const auto&, const StandingRecord& row) {
      rows.push_back(row);
      return true;
    });
    return rows;
  });
}

absl::StatusOr<std::vector<KeyStatementRecord>> MemorySnapshot::ListKeyStatements() {
  using Rows = std::vector<KeyStatementRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    Rows rows;
    tables.key_statements.Scan({0, 0}, version_, [&](const auto&, const auto& row) {
      rows.push_back(row);
      return true;
    });
    return rows;
  });
}

absl::StatusOr<std::vector<CaseRecord>> MemorySnapshot::ListDueCases(Instant until, size_t limit) {
  using Rows = std::vector<CaseRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    Rows rows;
    tables.cases.Scan("", version_, [&](const auto&, const CaseRecord& row) {
      const auto next = row.NextEvent();
      if (next.has_value() && *next <= until) rows.push_back(row);
      return true;
    });
    std::stable_sort(rows.begin(), rows.end(), [](const CaseRecord& a, const CaseRecord& b) {
      return *a.NextEvent() < *b.NextEvent();
    });
    if (rows.size() > limit) rows.resize(limit);
    return rows;
  });
}

absl::StatusOr<std::vector<DeliveryRecord>> MemorySnapshot::ListDueDeliveries(Instant until,
                                                                              size_t limit) {
  using Rows = std::vector<DeliveryRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    Rows rows;
    tables.deliveries.Scan({"", 0}, version_, [&](const auto&, const DeliveryRecord& row) {
      const bool waits = row.state == DeliveryState::kOpen && row.retrieve_by.has_value();
      if (waits && *row.retrieve_by < until) rows.push_back(row);
      return true;
    });
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return *a.retrieve_by < *b.retrieve_by;
    });
    if (rows.size() > limit) rows.resize(limit);
    return rows;
  });
}

absl::StatusOr<GuidanceRecord> MemorySnapshot::GetGuidance(absl::string_view id, uint32_t version) {
  return Run<GuidanceRecord>([&](const MemoryTables& tables) -> absl::StatusOr<GuidanceRecord> {
    absl::StatusOr<GuidanceRecord> found = NotFound();
    tables.guidance.Scan(
        {std::string(id), version}, version_, [&](const auto& key, const auto& row) {
          if (key.first != id || (version != 0 && key.second != version)) return false;
          found = row;
          return true;
        });
    return found;
  });
}

absl::StatusOr<std::vector<GuidanceRecord>> MemorySnapshot::ListGuidance(const GuidanceQuery& query,
                                                                         absl::string_view after_id,
                                                                         size_t limit) {
  using Rows = std::vector<GuidanceRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    std::map<std::string, GuidanceRecord> latest;
    tables.guidance.Scan({"", 0}, version_, [&](const auto& key, const auto& row) {
      if (key.first > after_id) latest[key.first] = row;
      return true;
    });
    Rows rows;
    for (auto& [id, row] : latest) {
      if (rows.size() == limit) break;
      if (!IsAskedFor(row.about, query)) continue;
      row.document.clear();
      row.signature.clear();
      rows.push_back(row);
    }
    return rows;
  });
}

absl::StatusOr<DocumentRecord> MemorySnapshot::GetDocument(absl::string_view document_id) {
  return Run<DocumentRecord>([&](const MemoryTables& tables) -> absl::StatusOr<DocumentRecord> {
    const auto row = tables.documents.Find(std::string(document_id), version_);
    if (row == nullptr) return NotFound();
    return *row;
  });
}

absl::StatusOr<std::vector<DocumentRecord>> MemorySnapshot::ListDocumentsOfAct(
    absl::string_view act_id) {
  using Rows = std::vector<DocumentRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    Rows rows;
    tables.documents.Scan("", version_, [&](const auto&, const DocumentRecord& row) {
      if (row.act_id == act_id && !act_id.empty()) rows.push_back(row);
      return true;
    });
    std::sort(
        rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    return rows;
  });
}

absl::StatusOr<std::vector<DocumentRecord>> MemorySnapshot::ListDueDocuments(Instant until,
                                                                             size_t limit) {
  using Rows = std::vector<DocumentRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    Rows rows;
    tables.documents.Scan("", version_, [&](const auto&, const DocumentRecord& row) {
      if (row.look_at.has_value() && *row.look_at <= until) rows.push_back(row);
      return true;
    });
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return *a.look_at < *b.look_at;
    });
    if (rows.size() > limit) rows.resize(limit);
    return rows;
  });
}

absl::StatusOr<std::vector<CustodyRecord>> MemorySnapshot::ListCustody(
    absl::string_view document_id) {
  using Rows = std::vector<CustodyRecord>;
  return Run<Rows>([&](const MemoryTables& tables) -> absl::StatusOr<Rows> {
    Rows rows;
    const std::string id(document_id);
    tables.custody.Scan({id, 0, 0}, version_, [&](const auto& key, const CustodyRecord& row) {
      if (std::get<0>(key) != id) return false;
      rows.push_back(row);
      return true;
    });
    return rows;
  });
}

absl::StatusOr<StoreCounts> MemorySnapshot::Count() {
  return Run<StoreCounts>([&](const MemoryTables& tables) -> absl::StatusOr<StoreCounts> {
    StoreCounts counts;
    const auto count = [](uint64_t& total) {
      return [&total](const auto&, const auto&) {
        ++total;
        return true;
      };
    };
    tables.acts.Scan("", version_, count(counts.acts));
    tables.cases.Scan("", version_, [&](const auto&, const CaseRecord& row) {
      ++counts.cases;
      if (row.NextEvent().has_value()) ++counts.waiting_cases;
      return true;
    });
    tables.deliveries.Scan({"", 0}, version_, [&](const auto&, const DeliveryRecord& row) {
      if (row.state == DeliveryState::kOpen) ++counts.open_deliveries;
      if (row.state == DeliveryState::kDead) ++counts.dead_letters;
      return true;
    });
    return counts;
  });
}

}  // namespace rogatoria
