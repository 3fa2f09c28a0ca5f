// Time, injected (architecture.md, invariant 9).
//
// Instant is what the protocol speaks: whole milliseconds since 1970-01-01T00:00:00Z, no leap
// seconds. Nothing in the domain asks the operating system for the time; it is given a Clock.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace rogatoria {

struct Instant {
  int64_t unix_ms = 0;

  auto operator<=>(const Instant&) const = default;

  // RFC 3339 in UTC with exactly three decimals: 2026-11-24T21:11:50.123Z.
  std::string ToString() const;
  absl::Time ToTime() const { return absl::FromUnixMillis(unix_ms); }

  static Instant FromTime(absl::Time time) { return {absl::ToUnixMillis(time)}; }
  // Accepts only what ToString writes; INVALID_ARGUMENT otherwise.
  static absl::StatusOr<Instant> FromString(absl::string_view text);
};

inline Instant operator+(Instant instant, absl::Duration duration) {
  return Instant::FromTime(instant.ToTime() + duration);
}
inline absl::Duration operator-(Instant a, Instant b) {
  return absl::Milliseconds(a.unix_ms - b.unix_ms);
}

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // May step back when the machine's clock does; the ledger keeps the order (decisions.md 11).
  virtual Instant Now() = 0;
};

// The machine's real-time clock.
class SystemClock final : public Clock {
 public:
  Instant Now() override;
};

}  // namespace rogatoria
