#include "common/storage/sqlite/guidance_rows.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"

namespace rogatoria::sqlite {
namespace {

#define ROGATORIA_GUIDANCE_COLUMNS                                                  \
  "g.id, g.version, g.authority, g.country, g.instrument, g.measures, g.language, " \
  "g.title, g.published, g.document_sha256, g.recorded "

constexpr char kInsert[] = "INSERT INTO guidance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kLatest[] = "SELECT " ROGATORIA_GUIDANCE_COLUMNS
                           "FROM guidance g WHERE g.id = ? ORDER BY g.version DESC LIMIT 1";
constexpr char kGetLatest[] =
    "SELECT " ROGATORIA_GUIDANCE_COLUMNS
    ", g.document, g.signature FROM guidance g WHERE g.id = ? ORDER BY g.version DESC LIMIT 1";
constexpr char kGetVersion[] =
    "SELECT " ROGATORIA_GUIDANCE_COLUMNS
    ", g.document, g.signature FROM guidance g WHERE g.id = ? AND g.version = ?";
constexpr char kList[] =
    "SELECT " ROGATORIA_GUIDANCE_COLUMNS
    "FROM guidance g WHERE g.id > ?1 "
    "AND g.version = (SELECT max(l.version) FROM guidance l WHERE l.id = g.id) "
    "AND (?2 = '' OR g.country = ?2) "
    "AND (?3 = '' OR g.instrument = '' OR g.instrument = ?3) "
    "AND (?4 = '' OR g.measures = '' OR instr(g.measures, ',' || ?4 || ',') > 0) "
    "AND (?5 = '' OR g.language = ?5 OR substr(g.language, 1, length(?5) + 1) = ?5 || '-') "
    "ORDER BY g.id LIMIT ?6";

// ",A,B,": each code stands between commas, so that one is not found inside another.
std::string JoinMeasures(const v1::GuidanceSummary& about) {
  if (about.measures().empty()) return "";
  return absl::StrCat(",", absl::StrJoin(about.measures(), ","), ",");
}

GuidanceRecord ReadRow(Query& query) {
  GuidanceRecord record;
  record.about.set_id(query.NextBytes());
  record.about.set_version(static_cast<uint32_t>(query.NextUint()));
  record.about.set_authority(query.NextBytes());
  record.about.set_country(query.NextBytes());
  record.about.set_instrument(query.NextBytes());
  const std::string measures = query.NextBytes();
  for (absl::string_view code : absl::StrSplit(measures, ',', absl::SkipEmpty())) {
    record.about.add_measures(std::string(code));
  }
  record.about.set_language(query.NextBytes());
  record.about.set_title(query.NextBytes());
  record.about.set_published_unix_ms(query.NextInt());
  record.document_sha256 = query.NextBytes();
  record.recorded = {query.NextInt()};
  return record;
}

absl::StatusOr<GuidanceRecord> ReadWhole(Query& query) {
  ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
  if (!found) return absl::NotFoundError("not found");
  GuidanceRecord record = ReadRow(query);
  record.document = query.NextBytes();
  record.signature = query.NextBytes();
  return record;
}

}  // namespace

absl::Status InsertGuidance(Connection& connection, const GuidanceRecord& record) {
  const v1::GuidanceSummary& about = record.about;
  const std::string measures = JoinMeasures(about);
  Query insert = connection.Prepare(kInsert);
  insert.Text(about.id()).Uint(about.version()).Text(about.authority()).Text(about.country());
  insert.Text(about.instrument()).Text(measures).Text(about.language()).Text(about.title());
  insert.Int(about.published_unix_ms()).Blob(record.document_sha256);
  insert.Int(record.recorded.unix_ms).Blob(record.document).Blob(record.signature);
  return insert.Run();
}

absl::StatusOr<GuidanceRecord> FindLatestGuidance(Connection& connection, absl::string_view id) {
  Query query = connection.Prepare(kLatest);
  ROG_ASSIGN_OR_RETURN(const bool found, query.Text(id).Step());
  if (!found) return absl::NotFoundError("not found");
  return ReadRow(query);
}

absl::StatusOr<GuidanceRecord> GetGuidance(Connection& connection,
                                           absl::string_view id,
                                           uint32_t version) {
  if (version == 0) {
    Query query = connection.Prepare(kGetLatest);
    query.Text(id);
    return ReadWhole(query);
  }
  Query query = connection.Prepare(kGetVersion);
  query.Text(id).Uint(version);
  return ReadWhole(query);
}

absl::StatusOr<std::vector<GuidanceRecord>> ListGuidance(Connection& connection,
                                                         const GuidanceQuery& wanted,
                                                         absl::string_view after_id,
                                                         size_t limit) {
  Query query = connection.Prepare(kList);
  query.Text(after_id).Text(wanted.country).Text(wanted.instrument).Text(wanted.measure);
  query.Text(wanted.language).Uint(limit);
  std::vector<GuidanceRecord> found;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool more, query.Step());
    if (!more) return found;
    found.push_back(ReadRow(query));
  }
}

}  // namespace rogatoria::sqlite
