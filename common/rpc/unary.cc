#include "common/rpc/unary.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "common/base/limits.h"

namespace rogatoria::rpc {

bool IsRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kOutOfRange:
      return true;
    default:
      return false;
  }
}

absl::string_view TraceableObject(absl::string_view object) {
  const auto is_of_an_id = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::string_view("/-_.").find(c) != absl::string_view::npos;
  };
  const bool traceable = object.size() <= limits::kMaxIdBytes &&
                         std::all_of(object.begin(), object.end(), is_of_an_id);
  return traceable ? object : absl::string_view();
}

}  // namespace rogatoria::rpc
