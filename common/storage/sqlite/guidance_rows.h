// The table of practice notes: how its rows are found, read and written.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/storage/sqlite/connection.h"
#include "common/storage/store.h"

namespace rogatoria::sqlite {

// ALREADY_EXISTS when the version is there.
absl::Status InsertGuidance(Connection& connection, const GuidanceRecord& record);

// The latest version without its document, as the writer looks at it; NOT_FOUND when there is none.
absl::StatusOr<GuidanceRecord> FindLatestGuidance(Connection& connection, absl::string_view id);

// As Snapshot's methods of these names.
absl::StatusOr<GuidanceRecord> GetGuidance(Connection& connection,
                                           absl::string_view id,
                                           uint32_t version);
absl::StatusOr<std::vector<GuidanceRecord>> ListGuidance(Connection& connection,
                                                         const GuidanceQuery& query,
                                                         absl::string_view after_id,
                                                         size_t limit);

}  // namespace rogatoria::sqlite
