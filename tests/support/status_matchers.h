// Matchers that make a failing status readable:
//
//   EXPECT_THAT(ledger->CommitBatch(batch), IsOk());
//   EXPECT_THAT(result, HasReason(Reason::ROUTE_CHANGED));
//   EXPECT_THAT(result, StatusIs(absl::StatusCode::kDataLoss));
#pragma once

#include <gmock/gmock.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/error.h"

namespace rogatoria {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code, "has the status code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

MATCHER_P(HasReason, reason, "has the reason " + std::string(ReasonName(reason))) {
  *result_listener << StatusOf(arg).ToString();
  const auto details = GetErrorDetails(StatusOf(arg));
  return details.has_value() && details->reason == reason;
}

}  // namespace rogatoria
