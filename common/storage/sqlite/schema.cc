#include "common/storage/sqlite/schema.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rogatoria::sqlite {
namespace {

// An authority, act or request is known outside by its id; inside, acts and cases are named by the
// number of their row, which grows, so that the tables that name them are written at their end and
// not all over. A case has the number of the act that opened it.
//
// Erasable columns are boxes (box.h): act_contents.front, .rest and .shares, acknowledgements.box,
// notices.box, entries.box. They come last in their rows, and the large ones in tables of their
// own, so that reading the others does not touch them.
constexpr char kFirstTables[] = R"sql(
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  log INTEGER NOT NULL,
  log_size INTEGER NOT NULL,
  last_instant INTEGER NOT NULL,
  directory_version INTEGER NOT NULL,
  next_key_id INTEGER NOT NULL,
  key_check BLOB);
INSERT INTO head VALUES (1, 0, 0, 0, 0, 0, 0, 1, NULL);

CREATE TABLE acts (
  act_row INTEGER PRIMARY KEY,
  act_id TEXT NOT NULL UNIQUE,
  case_row INTEGER,
  other_case_id TEXT,
  case_position INTEGER NOT NULL,
  case_seen INTEGER NOT NULL,
  disposition INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  sender TEXT NOT NULL,
  recipients BLOB NOT NULL,
  refusal TEXT NOT NULL,
  refusal_detail TEXT NOT NULL,
  bytes_sha256 BLOB NOT NULL,
  recorded INTEGER NOT NULL,
  log INTEGER NOT NULL,
  first_entry INTEGER NOT NULL,
  key_id INTEGER NOT NULL);
CREATE UNIQUE INDEX acts_of_case ON acts (case_row, case_position) WHERE case_position > 0;

CREATE TABLE act_contents (
  act_row INTEGER PRIMARY KEY,
  front BLOB,
  rest BLOB);

CREATE TABLE cases (
  case_row INTEGER PRIMARY KEY,
  state INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  key_id INTEGER NOT NULL,
  record BLOB NOT NULL);

CREATE TABLE case_parties (
  authority TEXT NOT NULL,
  state INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  case_id TEXT NOT NULL,
  case_row INTEGER NOT NULL,
  PRIMARY KEY (authority, state, updated, case_id)) WITHOUT ROWID;

CREATE TABLE deliveries (
  authority TEXT NOT NULL,
  position INTEGER NOT NULL,
  act_row INTEGER NOT NULL,
  case_row INTEGER NOT NULL,
  case_position INTEGER NOT NULL,
  urgency INTEGER NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  log INTEGER NOT NULL,
  consigned_entry INTEGER NOT NULL,
  settled_log INTEGER,
  settled_entry INTEGER,
  dead_reason TEXT NOT NULL,
  key_id INTEGER NOT NULL,
  PRIMARY KEY (authority, position)) WITHOUT ROWID;
CREATE INDEX deliveries_of_act ON deliveries (act_row);
CREATE INDEX deliveries_open ON deliveries (authority, urgency, position) WHERE state = 0;
CREATE INDEX deliveries_waiting ON deliveries (authority, case_row, state, position)
  WHERE state <> 1;
CREATE INDEX deliveries_dead ON deliveries (authority, position) WHERE state = 2;

CREATE TABLE acknowledgements (
  authority TEXT NOT NULL,
  position INTEGER NOT NULL,
  box BLOB,
  PRIMARY KEY (authority, position));

CREATE TABLE entries (
  log INTEGER NOT NULL,
  position INTEGER NOT NULL,
  leaf BLOB NOT NULL,
  hashes BLOB NOT NULL,
  key_id INTEGER NOT NULL,
  act_row INTEGER,
  recipient TEXT NOT NULL,
  owner TEXT NOT NULL,
  box BLOB,
  PRIMARY KEY (log, position));
CREATE INDEX entries_of_act ON entries (act_row) WHERE act_row IS NOT NULL;
CREATE INDEX entries_of_owner ON entries (owner, log, position) WHERE owner <> '';

CREATE TABLE batches (
  log INTEGER NOT NULL,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  instant INTEGER NOT NULL,
  note BLOB NOT NULL,
  PRIMARY KEY (log, size));

CREATE TABLE requests (
  principal TEXT NOT NULL,
  request_id TEXT NOT NULL,
  request_sha256 BLOB NOT NULL,
  response BLOB NOT NULL,
  PRIMARY KEY (principal, request_id));

CREATE TABLE directories (
  version INTEGER PRIMARY KEY,
  loaded INTEGER NOT NULL,
  files BLOB NOT NULL);

CREATE TABLE standings (
  subject INTEGER NOT NULL,
  id TEXT NOT NULL,
  standing INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (subject, id)) WITHOUT ROWID;

CREATE TABLE key_statements (
  log INTEGER NOT NULL,
  position INTEGER NOT NULL,
  authority TEXT NOT NULL,
  statement_sha256 BLOB NOT NULL,
  PRIMARY KEY (log, position)) WITHOUT ROWID;
)sql";

// Notices of the hub's: their rows are in `deliveries`, with act_row and case_row 0, which no act
// has.
constexpr char kNotices[] = R"sql(
CREATE TABLE notices (
  authority TEXT NOT NULL,
  position INTEGER NOT NULL,
  box BLOB,
  PRIMARY KEY (authority, position));
)sql";

// When the scheduler has to look at a case, or at a delivery that nobody fetched. The indexes hold
// only what waits, so that a look costs what is due and no more; a delivery leaves its index by
// being settled.
constexpr char kClocks[] = R"sql(
ALTER TABLE cases ADD COLUMN next_event INTEGER;
CREATE INDEX cases_due ON cases (next_event) WHERE next_event IS NOT NULL;
ALTER TABLE deliveries ADD COLUMN retrieve_by INTEGER;
CREATE INDEX deliveries_due ON deliveries (retrieve_by)
  WHERE retrieve_by IS NOT NULL AND state = 0;
)sql";

// Practice notes are public: nothing here is erasable. `measures` is ",A,B," or empty for all.
constexpr char kGuidance[] = R"sql(
CREATE TABLE guidance (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  authority TEXT NOT NULL,
  country TEXT NOT NULL,
  instrument TEXT NOT NULL,
  measures TEXT NOT NULL,
  language TEXT NOT NULL,
  title TEXT NOT NULL,
  published INTEGER NOT NULL,
  document_sha256 BLOB NOT NULL,
  recorded INTEGER NOT NULL,
  document BLOB NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (id, version));
)sql";

// Documents: what is known of their bytes, which lie elsewhere (document_store.h). Codes and ids
// only; a document's row and its custody outlive its bytes.
constexpr char kDocuments[] = R"sql(
CREATE TABLE documents (
  document_id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  state INTEGER NOT NULL,
  sealed_size INTEGER NOT NULL,
  chunk_size INTEGER NOT NULL,
  sealed_sha256 BLOB NOT NULL,
  act_id TEXT NOT NULL,
  case_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  begun INTEGER NOT NULL,
  look_at INTEGER,
  key_id INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX documents_of_owner ON documents (owner, begun);
CREATE INDEX documents_by_digest ON documents (owner, sealed_sha256) WHERE sealed_sha256 <> x'';
CREATE INDEX documents_of_act ON documents (act_id, number) WHERE act_id <> '';
CREATE INDEX documents_of_case ON documents (case_id) WHERE case_id <> '';
CREATE INDEX documents_due ON documents (look_at) WHERE look_at IS NOT NULL;

CREATE TABLE document_custody (
  document_id TEXT NOT NULL,
  log INTEGER NOT NULL,
  position INTEGER NOT NULL,
  event INTEGER NOT NULL,
  authority TEXT NOT NULL,
  instant INTEGER NOT NULL,
  PRIMARY KEY (document_id, log, position)) WITHOUT ROWID;
)sql";

// The shares of an identity part's key, in a box of their own: reading an act does not open it.
constexpr char kIdentityShares[] = R"sql(
ALTER TABLE act_contents ADD COLUMN shares BLOB;
)sql";

constexpr SchemaStep kSteps[] = {
    {"first tables", kFirstTables},
    {"notices", kNotices},
    {"clocks", kClocks},
    {"guidance", kGuidance},
    {"documents", kDocuments},
    {"identity shares", kIdentityShares},
};

constexpr char kCountTables[] = "SELECT count(*) FROM sqlite_schema";
constexpr char kVersion[] = "SELECT coalesce(max(version), 0) FROM schema_version";
constexpr char kAddVersion[] = "INSERT INTO schema_version VALUES (?, ?)";

// A new file gets its mark and the empty table of versions.
absl::Status MarkNewFile(Connection& connection) {
  return connection.Execute(absl::StrCat(
      "PRAGMA application_id = ",
      kApplicationId,
      ";CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)"));
}

absl::Status ApplyMissing(Connection& connection, absl::Span<const SchemaStep> steps) {
  ROG_ASSIGN_OR_RETURN(const int64_t tables, connection.SelectInt(kCountTables));
  if (tables == 0) ROG_RETURN_IF_ERROR(MarkNewFile(connection));
  ROG_ASSIGN_OR_RETURN(const int64_t id, connection.SelectInt("PRAGMA application_id"));
  if (id != kApplicationId) {
    return absl::FailedPreconditionError("the database file belongs to another program");
  }
  ROG_ASSIGN_OR_RETURN(const int64_t version, connection.SelectInt(kVersion));
  if (version > static_cast<int64_t>(steps.size())) {
    return absl::FailedPreconditionError(
        absl::StrCat("the database has version ",
                     version,
                     " and this program knows ",
                     steps.size(),
                     ". Start the newer program again, or restore a backup made before it."));
  }
  for (size_t i = static_cast<size_t>(version); i < steps.size(); ++i) {
    ROG_RETURN_IF_ERROR(connection.Execute(steps[i].sql));
    Query add = connection.Prepare(kAddVersion);
    ROG_RETURN_IF_ERROR(add.Uint(i + 1).Text(steps[i].name).Run());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Span<const SchemaStep> SchemaSteps() {
  return kSteps;
}

absl::Status Migrate(Connection& connection, absl::Span<const SchemaStep> steps) {
  ROG_RETURN_IF_ERROR(connection.Execute("PRAGMA journal_mode = WAL"));
  ROG_RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
  const absl::Status applied = ApplyMissing(connection, steps);
  if (!applied.ok()) {
    connection.Rollback();
    return applied;
  }
  return connection.Commit();
}

}  // namespace rogatoria::sqlite
