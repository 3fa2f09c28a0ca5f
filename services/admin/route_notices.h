// Who must hear that an authority is reached in another way now: when a directory is loaded that
// changes what others seal to, or for what an authority is designated, each authority that has an
// open case with it gets one ROUTE_CHANGED notice, in the transaction that loads the directory.
// (Nothing fails without it: an act under an old route is refused with ROUTE_CHANGED and resolved
// anew. It is for people who wonder why.)
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/directory/directory.h"
#include "common/storage/store.h"

namespace rogatoria::admin {

struct RouteNotice {
  std::string to;
  std::string changed;  // the authority
};

// At most kMaxRouteNotices, from the cases of each changed authority that moved latest, at most
// kMaxCasesRead of them: a load that changes everything tells nobody everything.
inline constexpr size_t kMaxRouteNotices = 2000;
inline constexpr size_t kMaxCasesRead = 5000;
absl::StatusOr<std::vector<RouteNotice>> FindRouteNotices(Snapshot& snapshot,
                                                          const Directory& current,
                                                          const Directory& next);

}  // namespace rogatoria::admin
