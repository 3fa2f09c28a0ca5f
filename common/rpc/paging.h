// Pages of a list (AIP-158). A page token is bound to its query: with other fields, or of another
// caller, it is refused. It is no secret and gives no right: what a page holds is always chosen by
// who calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria::rpc {

// 0 means 50; more than limits::kMaxPageSize means that. FIELD_INVALID below 0.
absl::StatusOr<size_t> PageSize(int32_t requested);

// `query`: all that makes the list what it is: method, caller, filters, in a text of the caller's.
// `cursor`: where the next page begins; not empty.
std::string MakePageToken(absl::string_view query, absl::string_view cursor);
// The cursor; empty for an empty token (the first page). PAGE_TOKEN_INVALID otherwise.
absl::StatusOr<Bytes> ReadPageToken(absl::string_view query, absl::string_view token);

}  // namespace rogatoria::rpc
