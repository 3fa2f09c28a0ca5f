#include "services/admin/route_notices.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rogatoria::admin {
namespace {

constexpr size_t kPage = 500;

// Everything about an authority that decides where and how others send to it.
std::set<std::string> WaysTo(const AuthorityEntry* entry) {
  std::set<std::string> ways;
  if (entry == nullptr) return ways;
  for (const StatedKey& key : entry->keys) {
    if (key.purpose == v1::KEY_PURPOSE_ORGANISATION_SEAL) continue;
    ways.insert(absl::StrCat("key ", key.purpose, " ", key.certificate.fingerprint_sha256()));
  }
  for (const v1::Designation& designation : entry->record.designations()) {
    ways.insert(absl::StrCat("designation ", designation.SerializeAsString()));
  }
  return ways;
}

// Those with open cases with `authority`, its own id left out.
absl::StatusOr<std::set<std::string>> Counterparts(Snapshot& snapshot,
                                                   const std::string& authority) {
  std::set<std::string> found;
  std::optional<std::pair<Instant, std::string>> after;
  for (size_t read = 0; read < kMaxCasesRead;) {
    ROG_ASSIGN_OR_RETURN(const CasePage page,
                         snapshot.ListCases(authority, v1::CASE_STATE_OPEN, after, kPage));
    for (const CaseRecord& record : page.cases) {
      for (const Party& party : record.parties) found.insert(party.authority);
    }
    if (!page.more) break;
    read += page.cases.size();
    after = std::pair(page.cases.back().updated, page.cases.back().case_id);
  }
  found.erase(authority);
  return found;
}

}  // namespace

absl::StatusOr<std::vector<RouteNotice>> FindRouteNotices(Snapshot& snapshot,
                                                          const Directory& current,
                                                          const Directory& next) {
  std::vector<RouteNotice> notices;
  for (const AuthorityEntry& before : current.authorities()) {
    const std::string& id = before.record.id();
    if (WaysTo(&before) == WaysTo(next.FindAuthority(id))) continue;
    ROG_ASSIGN_OR_RETURN(const std::set<std::string> told, Counterparts(snapshot, id));
    for (const std::string& to : told) {
      if (next.FindAuthority(to) == nullptr) continue;
      if (notices.size() == kMaxRouteNotices) return notices;
      notices.push_back({to, id});
    }
  }
  return notices;
}

}  // namespace rogatoria::admin
