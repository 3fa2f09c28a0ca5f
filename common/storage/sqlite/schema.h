// The tables, and how a database of an older version becomes one of this: a table of steps, each
// applied once, in order, in one transaction. A step is never changed after its release.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/storage/sqlite/connection.h"

namespace rogatoria::sqlite {

inline constexpr int64_t kApplicationId = 0x524f4741;  // "ROGA", in the file's header

struct SchemaStep {
  const char* name;
  const char* sql;  // one or more statements
};

// Version n of the schema is what the first n steps made.
absl::Span<const SchemaStep> SchemaSteps();

// Applies what is missing. FAILED_PRECONDITION, changing nothing, when the file is of another
// program or of a newer version. After it the connection is in WAL mode.
absl::Status Migrate(Connection& connection, absl::Span<const SchemaStep> steps);

}  // namespace rogatoria::sqlite
