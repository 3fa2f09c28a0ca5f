// Opening and ending a snapshot, acts, cases, the registry; snapshot_mailbox.cc and snapshot_log.cc
// have the rest.
#include "common/storage/sqlite/snapshot.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "common/base/status_macros.h"
#include "common/storage/sqlite/document_rows.h"
#include "common/storage/sqlite/guidance_rows.h"
#include "common/storage/sqlite/rows.h"

namespace rogatoria::sqlite {
namespace {

constexpr size_t kIdleReaders = 32;  // as many as calls that may wait on the store
constexpr int kReaderCacheKib = 4 * 1024;

constexpr char kBegin[] = "BEGIN";
constexpr char kHead[] = ROGATORIA_SELECT_HEAD;
constexpr char kAct[] = "SELECT " ROGATORIA_ACT_COLUMNS ", t.front, t.rest " ROGATORIA_FROM_ACTS
                        "JOIN act_contents t ON t.act_row = a.act_row WHERE a.act_id = ?";
constexpr char kShares[] =
    "SELECT a.key_id, t.shares FROM acts a "
    "JOIN act_contents t ON t.act_row = a.act_row WHERE a.act_id = ?";
constexpr char kCase[] = "SELECT " ROGATORIA_CASE_COLUMNS
                         "FROM acts o JOIN cases c ON c.case_row = o.act_row WHERE o.act_id = ?";
constexpr char kCasesOfState[] =
    "SELECT " ROGATORIA_CASE_COLUMNS
    "FROM case_parties p JOIN cases c ON c.case_row = p.case_row "
    "JOIN acts o ON o.act_row = p.case_row WHERE p.authority = ? AND p.state = ? "
    "AND (p.updated, p.case_id) < (?, ?) ORDER BY p.updated DESC, p.case_id DESC LIMIT ?";
constexpr char kActsOfCase[] =
    "SELECT " ROGATORIA_ACT_COLUMNS ", t.front " ROGATORIA_FROM_ACTS
    "JOIN act_contents t ON t.act_row = a.act_row "
    "WHERE a.case_row = (SELECT act_row FROM acts WHERE act_id = ?) AND a.case_position > 0 "
    "AND a.case_position > ? ORDER BY a.case_position LIMIT ?";
constexpr char kDirectory[] =
    "SELECT d.version, d.loaded, d.files FROM head h "
    "JOIN directories d ON d.version = h.directory_version";
constexpr char kStandings[] =
    "SELECT subject, id, standing, since FROM standings ORDER BY subject, id";
constexpr char kKeyStatements[] =
    "SELECT authority, statement_sha256, log, position FROM key_statements "
    "ORDER BY log, position";
constexpr char kCounts[] =
    "SELECT (SELECT count(*) FROM acts), (SELECT count(*) FROM cases), "
    "(SELECT count(*) FROM deliveries WHERE state = 0), "
    "(SELECT count(*) FROM deliveries WHERE state = 2), "
    "(SELECT count(*) FROM cases WHERE next_event IS NOT NULL)";
constexpr char kDueCases[] = "SELECT " ROGATORIA_CASE_COLUMNS
                             "FROM cases c INDEXED BY cases_due "
                             "JOIN acts o ON o.act_row = c.case_row "
                             "WHERE c.next_event IS NOT NULL AND c.next_event <= ? "
                             "ORDER BY c.next_event LIMIT ?";

// Every state a case can have: a list without a state is these lists, merged.
constexpr v1::CaseState kCaseStates[] = {v1::CASE_STATE_OPEN, v1::CASE_STATE_ENDED};

bool IsLater(const CaseRecord& a, const CaseRecord& b) {
  return std::tie(a.updated, a.case_id) > std::tie(b.updated, b.case_id);
}

// Puts a serialised part of an act (saver.cc) into it.
absl::Status MergePart(const Bytes& part, v1::Act& act) {
  v1::Act parsed;
  if (!parsed.ParseFromString(part)) return absl::DataLossError("a part of an act does not decode");
  act.MergeFrom(parsed);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> ReaderPool::Take() {
  {
    absl::MutexLock lock(&mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  ROG_ASSIGN_OR_RETURN(auto connection, Connection::Open(path_, vfs_, kReaderCacheKib));
  ROG_RETURN_IF_ERROR(connection->Execute("PRAGMA query_only = ON"));
  return connection;
}

void ReaderPool::GiveBack(std::unique_ptr<Connection> connection) {
  connection->Rollback();
  if (connection->InTransaction()) return;
  absl::MutexLock lock(&mutex_);
  if (idle_.size() < kIdleReaders) idle_.push_back(std::move(connection));
}

absl::StatusOr<std::unique_ptr<Snapshot>> SqliteSnapshot::Open(ReaderPool& pool,
                                                               const BoxMaker& boxes) {
  ROG_ASSIGN_OR_RETURN(auto connection, pool.Take());
  std::unique_ptr<SqliteSnapshot> snapshot(new SqliteSnapshot(pool, boxes, std::move(connection)));
  ROG_RETURN_IF_ERROR(snapshot->connection_->Prepare(kBegin).Run());
  // The first read fixes the state.
  Query query = snapshot->connection_->Prepare(kHead);
  ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
  if (!found) return absl::DataLossError("the head row is not there");
  snapshot->head_ = ReadHead(query).head;
  return snapshot;
}

SqliteSnapshot::~SqliteSnapshot() {
  pool_.GiveBack(std::move(connection_));
}

absl::Status SqliteSnapshot::StepToRow(Query& query) {
  ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
  return found ? absl::OkStatus() : absl::NotFoundError("not found");
}

absl::StatusOr<Head> SqliteSnapshot::GetHead() {
  return head_;
}

absl::StatusOr<ActRecord> SqliteSnapshot::GetAct(absl::string_view act_id) {
  Query query = connection_->Prepare(kAct);
  ROG_RETURN_IF_ERROR(StepToRow(query.Text(act_id)));
  ROG_ASSIGN_OR_RETURN(StoredAct stored, ReadAct(query));
  ActRecord& act = stored.record;
  ROG_ASSIGN_OR_RETURN(const Bytes front,
                       boxes_.Open(act.key_id, FrontPlace(act_id), query.NextBytes()));
  ROG_ASSIGN_OR_RETURN(const Bytes rest,
                       boxes_.Open(act.key_id, RestPlace(act_id), query.NextBytes()));
  ROG_RETURN_IF_ERROR(MergePart(front, act.act));
  ROG_RETURN_IF_ERROR(MergePart(rest, act.act));
  return std::move(act);
}

absl::StatusOr<CaseRecord> SqliteSnapshot::GetCase(absl::string_view case_id) {
  Query query = connection_->Prepare(kCase);
  ROG_RETURN_IF_ERROR(StepToRow(query.Text(case_id)));
  return ReadCase(query);
}

absl::StatusOr<std::vector<v1::IdentityShare>> SqliteSnapshot::GetIdentityShares(
    absl::string_view act_id) {
  Query query = connection_->Prepare(kShares);
  ROG_RETURN_IF_ERROR(StepToRow(query.Text(act_id)));
  const uint64_t key_id = query.NextUint();
  ROG_ASSIGN_OR_RETURN(const Bytes shares,
                       boxes_.Open(key_id, SharesPlace(act_id), query.NextBytes()));
  v1::Act part;
  ROG_RETURN_IF_ERROR(MergePart(shares, part));
  return std::vector<v1::IdentityShare>(part.identity_shares().begin(),
                                        part.identity_shares().end());
}

absl::Status SqliteSnapshot::AppendCases(Query& query, CasePage& page) {
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return absl::OkStatus();
    ROG_ASSIGN_OR_RETURN(page.cases.emplace_back(), ReadCase(query));
  }
}

absl::StatusOr<CasePage> SqliteSnapshot::ListCases(
    absl::string_view authority,
    v1::CaseState state,
    const std::optional<std::pair<Instant, std::string>>& after,
    size_t limit) {
  // Before everything, when no place is given.
  const int64_t updated =
      after.has_value() ? after->first.unix_ms : std::numeric_limits<int64_t>::max();
  const std::string case_id = after.has_value() ? after->second : "";
  CasePage page;
  for (v1::CaseState one : kCaseStates) {
    if (state != v1::CASE_STATE_UNSPECIFIED && state != one) continue;
    Query query = connection_->Prepare(kCasesOfState);
    query.Text(authority).Int(one).Int(updated).Text(case_id).Uint(limit + 1);
    ROG_RETURN_IF_ERROR(AppendCases(query, page));
  }
  std::sort(page.cases.begin(), page.cases.end(), IsLater);
  page.more = page.cases.size() > limit;
  if (page.more) page.cases.resize(limit);
  return page;
}

absl::StatusOr<std::vector<ActRecord>> SqliteSnapshot::ListActs(absl::string_view case_id,
                                                                uint64_t after_position,
                                                                size_t limit) {
  Query query = connection_->Prepare(kActsOfCase);
  query.Text(case_id).Uint(after_position).Uint(limit);
  std::vector<ActRecord> acts;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return acts;
    ROG_ASSIGN_OR_RETURN(StoredAct stored, ReadAct(query));
    ActRecord& act = stored.record;
    ROG_ASSIGN_OR_RETURN(const Bytes front,
                         boxes_.Open(act.key_id, FrontPlace(act.act_id), query.NextBytes()));
    ROG_RETURN_IF_ERROR(MergePart(front, act.act));
    acts.push_back(std::move(act));
  }
}

absl::StatusOr<DirectoryRecord> SqliteSnapshot::GetDirectory() {
  Query query = connection_->Prepare(kDirectory);
  ROG_RETURN_IF_ERROR(StepToRow(query));
  DirectoryRecord directory;
  directory.version = query.NextUint();
  directory.loaded = {query.NextInt()};
  directory.files = query.NextBytes();
  return directory;
}

absl::StatusOr<std::vector<StandingRecord>> SqliteSnapshot::ListStandings() {
  Query query = connection_->Prepare(kStandings);
  std::vector<StandingRecord> standings;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return standings;
    StandingRecord& standing = standings.emplace_back();
    standing.subject = static_cast<v1::StandingSubject>(query.NextInt());
    standing.id = query.NextBytes();
    standing.standing = static_cast<v1::Standing>(query.NextInt());
    standing.since = {query.NextInt()};
  }
}

absl::StatusOr<std::vector<CaseRecord>> SqliteSnapshot::ListDueCases(Instant until, size_t limit) {
  Query query = connection_->Prepare(kDueCases);
  CasePage page;
  ROG_RETURN_IF_ERROR(AppendCases(query.Int(until.unix_ms).Uint(limit), page));
  return std::move(page.cases);
}

absl::StatusOr<std::vector<KeyStatementRecord>> SqliteSnapshot::ListKeyStatements() {
  Query query = connection_->Prepare(kKeyStatements);
  std::vector<KeyStatementRecord> statements;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return statements;
    KeyStatementRecord& statement = statements.emplace_back();
    statement.authority = query.NextBytes();
    statement.statement_sha256 = query.NextBytes();
    statement.log = query.NextUint();
    statement.index = query.NextUint();
  }
}

absl::StatusOr<GuidanceRecord> SqliteSnapshot::GetGuidance(absl::string_view id, uint32_t version) {
  return sqlite::GetGuidance(*connection_, id, version);
}

absl::StatusOr<std::vector<GuidanceRecord>> SqliteSnapshot::ListGuidance(const GuidanceQuery& query,
                                                                         absl::string_view after_id,
                                                                         size_t limit) {
  return sqlite::ListGuidance(*connection_, query, after_id, limit);
}

absl::StatusOr<DocumentRecord> SqliteSnapshot::GetDocument(absl::string_view document_id) {
  return sqlite::GetDocument(*connection_, document_id);
}

absl::StatusOr<std::vector<DocumentRecord>> SqliteSnapshot::ListDocumentsOfAct(
    absl::string_view act_id) {
  return sqlite::ListDocumentsOfAct(*connection_, act_id);
}

absl::StatusOr<std::vector<DocumentRecord>> SqliteSnapshot::ListDueDocuments(Instant until,
                                                                             size_t limit) {
  return sqlite::ListDueDocuments(*connection_, until, limit);
}

absl::StatusOr<std::vector<CustodyRecord>> SqliteSnapshot::ListCustody(
    absl::string_view document_id) {
  return sqlite::ListCustody(*connection_, document_id);
}

absl::StatusOr<StoreCounts> SqliteSnapshot::Count() {
  Query query = connection_->Prepare(kCounts);
  ROG_RETURN_IF_ERROR(StepToRow(query));
  StoreCounts counts;
  counts.acts = query.NextUint();
  counts.cases = query.NextUint();
  counts.open_deliveries = query.NextUint();
  counts.dead_letters = query.NextUint();
  counts.waiting_cases = query.NextUint();
  return counts;
}

}  // namespace rogatoria::sqlite
