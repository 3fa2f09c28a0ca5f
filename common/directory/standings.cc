#include "common/directory/standings.h"

#include <cstddef>

namespace rogatoria {

void Standings::Set(v1::StandingSubject subject, absl::string_view id, v1::Standing standing) {
  if (!v1::StandingSubject_IsValid(subject)) return;
  auto& rows = rows_[static_cast<size_t>(subject)];
  if (standing == v1::STANDING_ACTIVE) {
    rows.erase(id);
  } else {
    rows.insert_or_assign(std::string(id), standing);
  }
}

v1::Standing Standings::Of(v1::StandingSubject subject, absl::string_view id) const {
  if (!v1::StandingSubject_IsValid(subject)) return v1::STANDING_UNSPECIFIED;
  const auto& rows = rows_[static_cast<size_t>(subject)];
  const auto row = rows.find(id);
  return row == rows.end() ? v1::STANDING_ACTIVE : row->second;
}

}  // namespace rogatoria
