// Who does not stand well: suspensions and revocations, which take effect at once and change far
// more often than the directory (decisions.md 27). An immutable value once handed out.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "rogatoria/v1/admin_service.pb.h"

namespace rogatoria {

class Standings {
 public:
  // A later row about the same subject replaces an earlier one; STANDING_ACTIVE removes it.
  void Set(v1::StandingSubject subject, absl::string_view id, v1::Standing standing);

  // STANDING_ACTIVE for all that nothing is said of. A user's id is <authority>/<id>; a
  // certificate's is its SHA-256 in lower-case hexadecimal.
  v1::Standing Of(v1::StandingSubject subject, absl::string_view id) const;
  bool IsActive(v1::StandingSubject subject, absl::string_view id) const {
    return Of(subject, id) == v1::STANDING_ACTIVE;
  }

 private:
  // By subject number and id, so that a lookup needs no pair of strings.
  absl::flat_hash_map<std::string, v1::Standing> rows_[v1::StandingSubject_ARRAYSIZE];
};

}  // namespace rogatoria
