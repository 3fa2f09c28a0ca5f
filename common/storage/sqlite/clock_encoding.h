// The clocks of a case in one field of its record. Pure.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/model/case_record.h"

namespace rogatoria::sqlite {

Bytes EncodeClocks(const std::vector<ClockRecord>& clocks);
// Adds to `clocks`. DATA_LOSS for anything that EncodeClocks would not have made.
absl::Status DecodeClocks(absl::string_view bytes, std::vector<ClockRecord>& clocks);

}  // namespace rogatoria::sqlite
