#include "common/base/clock.h"

#include "absl/time/clock.h"

namespace rogatoria {
namespace {

constexpr char kFormat[] = "%Y-%m-%dT%H:%M:%E3SZ";

}  // namespace

std::string Instant::ToString() const {
  return absl::FormatTime(kFormat, ToTime(), absl::UTCTimeZone());
}

absl::StatusOr<Instant> Instant::FromString(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error) ||
      FromTime(time).ToString() != text) {
    return absl::InvalidArgumentError("not an instant such as 2026-11-24T21:11:50.123Z");
  }
  return FromTime(time);
}

Instant SystemClock::Now() {
  return Instant::FromTime(absl::Now());
}

}  // namespace rogatoria
