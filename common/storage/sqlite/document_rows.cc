#include "common/storage/sqlite/document_rows.h"

#include <optional>
#include <utility>

#include "common/base/status_macros.h"

namespace rogatoria::sqlite {
namespace {

#define ROGATORIA_DOCUMENTS                                                       \
  "SELECT d.document_id, d.owner, d.state, d.sealed_size, d.chunk_size, "         \
  "d.sealed_sha256, d.act_id, d.case_id, d.number, d.begun, d.look_at, d.key_id " \
  "FROM documents d "

constexpr char kPut[] =
    "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (document_id) DO UPDATE SET owner = excluded.owner, state = excluded.state, "
    "sealed_size = excluded.sealed_size, chunk_size = excluded.chunk_size, "
    "sealed_sha256 = excluded.sealed_sha256, act_id = excluded.act_id, "
    "case_id = excluded.case_id, number = excluded.number, begun = excluded.begun, "
    "look_at = excluded.look_at, key_id = excluded.key_id";
constexpr char kGet[] = ROGATORIA_DOCUMENTS "WHERE d.document_id = ?";
constexpr char kByDigest[] = ROGATORIA_DOCUMENTS
    "WHERE d.owner = ? AND d.sealed_sha256 = ? AND d.sealed_sha256 <> x'' "
    "ORDER BY d.state, d.document_id LIMIT 1";
constexpr char kOfAct[] =
    ROGATORIA_DOCUMENTS "WHERE d.act_id = ? AND d.act_id <> '' ORDER BY d.number";
constexpr char kOfCase[] =
    ROGATORIA_DOCUMENTS "WHERE d.case_id = ? AND d.case_id <> '' ORDER BY d.document_id LIMIT ?";
constexpr char kDue[] =
    ROGATORIA_DOCUMENTS "WHERE d.look_at <= ? ORDER BY d.look_at, d.document_id LIMIT ?";
constexpr char kUsage[] =
    "SELECT count(*) FILTER (WHERE state = 1), "
    "coalesce(sum(sealed_size) FILTER (WHERE state <> 4), 0), "
    "coalesce(sum(sealed_size) FILTER (WHERE begun >= ?2), 0) FROM documents WHERE owner = ?1";

constexpr char kInsertCustody[] = "INSERT INTO document_custody VALUES (?, ?, ?, ?, ?, ?)";
constexpr char kCustody[] =
    "SELECT log, position, event, authority, instant FROM document_custody "
    "WHERE document_id = ? ORDER BY log, position";

std::optional<uint64_t> Milliseconds(const std::optional<Instant>& instant) {
  if (!instant.has_value()) return std::nullopt;
  return static_cast<uint64_t>(instant->unix_ms);
}

DocumentRecord ReadRow(Query& query) {
  DocumentRecord record;
  record.document_id = query.NextBytes();
  record.owner = query.NextBytes();
  record.state = static_cast<v1::DocumentState>(query.NextInt());
  record.sealed_size = query.NextUint();
  record.chunk_size = static_cast<uint32_t>(query.NextUint());
  record.sealed_sha256 = query.NextBytes();
  record.act_id = query.NextBytes();
  record.case_id = query.NextBytes();
  record.number = static_cast<uint32_t>(query.NextUint());
  record.begun = {query.NextInt()};
  if (const auto look_at = query.NextOptionalUint(); look_at.has_value()) {
    record.look_at = Instant{static_cast<int64_t>(*look_at)};
  }
  record.key_id = query.NextUint();
  return record;
}

absl::StatusOr<DocumentRecord> ReadOne(Query& query) {
  ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
  if (!found) return absl::NotFoundError("not found");
  return ReadRow(query);
}

absl::StatusOr<std::vector<DocumentRecord>> ReadAll(Query& query) {
  std::vector<DocumentRecord> records;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return records;
    records.push_back(ReadRow(query));
  }
}

}  // namespace

absl::Status PutDocument(Connection& connection, const DocumentRecord& record) {
  Query put = connection.Prepare(kPut);
  put.Text(record.document_id).Text(record.owner).Int(record.state).Uint(record.sealed_size);
  put.Uint(record.chunk_size).Blob(record.sealed_sha256).Text(record.act_id).Text(record.case_id);
  put.Uint(record.number).Int(record.begun.unix_ms).OptionalUint(Milliseconds(record.look_at));
  return put.Uint(record.key_id).Run();
}

absl::Status InsertCustody(Connection& connection, const CustodyRecord& record) {
  Query insert = connection.Prepare(kInsertCustody);
  insert.Text(record.document_id).Uint(record.log).Uint(record.index).Int(record.event);
  return insert.Text(record.authority).Int(record.instant.unix_ms).Run();
}

absl::StatusOr<DocumentRecord> GetDocument(Connection& connection, absl::string_view document_id) {
  Query query = connection.Prepare(kGet);
  query.Text(document_id);
  return ReadOne(query);
}

absl::StatusOr<DocumentRecord> FindDocumentByDigest(Connection& connection,
                                                    const DocumentDigest& digest) {
  Query query = connection.Prepare(kByDigest);
  query.Text(digest.owner).Blob(digest.sealed_sha256);
  return ReadOne(query);
}

absl::StatusOr<DocumentUsage> GetDocumentUsage(Connection& connection, const UsageKey& key) {
  Query query = connection.Prepare(kUsage);
  ROG_RETURN_IF_ERROR(query.Text(key.owner).Int(key.since.unix_ms).Step().status());
  DocumentUsage usage;
  usage.open = query.NextUint();
  usage.stored_bytes = query.NextUint();
  usage.begun_bytes = query.NextUint();
  return usage;
}

absl::StatusOr<std::vector<DocumentRecord>> ListDocumentsOfAct(Connection& connection,
                                                               absl::string_view act_id) {
  Query query = connection.Prepare(kOfAct);
  query.Text(act_id);
  return ReadAll(query);
}

absl::StatusOr<std::vector<DocumentRecord>> ListDocumentsOfCase(Connection& connection,
                                                                absl::string_view case_id,
                                                                size_t limit) {
  Query query = connection.Prepare(kOfCase);
  query.Text(case_id).Uint(limit);
  return ReadAll(query);
}

absl::StatusOr<std::vector<DocumentRecord>> ListDueDocuments(Connection& connection,
                                                             Instant until,
                                                             size_t limit) {
  Query query = connection.Prepare(kDue);
  query.Int(until.unix_ms).Uint(limit);
  return ReadAll(query);
}

absl::StatusOr<std::vector<CustodyRecord>> ListCustody(Connection& connection,
                                                       absl::string_view document_id) {
  Query query = connection.Prepare(kCustody);
  query.Text(document_id);
  std::vector<CustodyRecord> records;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return records;
    CustodyRecord& record = records.emplace_back();
    record.document_id = std::string(document_id);
    record.log = query.NextUint();
    record.index = query.NextUint();
    record.event = static_cast<v1::CustodyEvent>(query.NextInt());
    record.authority = query.NextBytes();
    record.instant = {query.NextInt()};
  }
}

}  // namespace rogatoria::sqlite
