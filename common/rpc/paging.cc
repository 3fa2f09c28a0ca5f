#include "common/rpc/paging.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/crypto/digest.h"

namespace rogatoria::rpc {
namespace {

constexpr size_t kDefaultPageSize = 50;
constexpr size_t kBindingBytes = 16;

// Cursor included, so that a token changed by accident is refused too.
Bytes BindingOf(absl::string_view query, absl::string_view cursor) {
  return Sha256({query, absl::string_view("\0", 1), cursor}).substr(0, kBindingBytes);
}

}  // namespace

absl::StatusOr<size_t> PageSize(int32_t requested) {
  if (requested < 0) {
    return Error(Reason::FIELD_INVALID).Field("page_size").Accepted("1 to 500, or 0 for 50");
  }
  if (requested == 0) return kDefaultPageSize;
  return std::min<size_t>(static_cast<size_t>(requested), limits::kMaxPageSize);
}

std::string MakePageToken(absl::string_view query, absl::string_view cursor) {
  return ToBase64(BindingOf(query, cursor) + Bytes(cursor));
}

absl::StatusOr<Bytes> ReadPageToken(absl::string_view query, absl::string_view token) {
  if (token.empty()) return Bytes();
  const absl::StatusOr<Bytes> bytes = FromBase64(token);
  if (bytes.ok() && bytes->size() > kBindingBytes) {
    Bytes cursor = bytes->substr(kBindingBytes);
    if (bytes->compare(0, kBindingBytes, BindingOf(query, cursor)) == 0) return cursor;
  }
  return Error(Reason::PAGE_TOKEN_INVALID).Field("page_token");
}

}  // namespace rogatoria::rpc
