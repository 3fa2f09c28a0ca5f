#include "common/base/clock.h"

#include <gmock/gmock.h>

#include "absl/time/clock.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

struct Vector {
  int64_t unix_ms;
  const char* text;
};
constexpr Vector kInstants[] = {
    {0, "1970-01-01T00:00:00.000Z"},
    {-1, "1969-12-31T23:59:59.999Z"},
    {951782400000, "2000-02-29T00:00:00.000Z"},
    {1795554710123, "2026-11-24T21:11:50.123Z"},
    {2147483647999, "2038-01-19T03:14:07.999Z"},
    {2147483648000, "2038-01-19T03:14:08.000Z"},
    {253402300799999, "9999-12-31T23:59:59.999Z"},
};

TEST(InstantTest, HasOneTextAndComesBackFromIt) {
  for (const Vector& vector : kInstants) {
    EXPECT_EQ(Instant{vector.unix_ms}.ToString(), vector.text);
    EXPECT_EQ(Instant::FromString(vector.text).value().unix_ms, vector.unix_ms);
  }
}

TEST(InstantTest, RefusesEveryOtherText) {
  const char* const texts[] = {
      "",
      "now",
      "2026-11-24",
      "2026-11-24T21:11:50Z",           // no decimals
      "2026-11-24T21:11:50.12Z",        // two
      "2026-11-24T21:11:50.1234Z",      // four
      "2026-11-24T21:11:50.123",        // no zone
      "2026-11-24T21:11:50.123+00:00",  // the same instant in another text
      "2026-11-24T22:11:50.123+01:00",
      "2026-11-24t21:11:50.123z",
      "2026-11-24 21:11:50.123Z",
      " 2026-11-24T21:11:50.123Z",
      "2026-11-24T21:11:50.123Z ",
      "2026-02-29T00:00:00.000Z",  // not a leap year
      "2026-11-24T24:00:00.000Z",
      "2016-12-31T23:59:60.000Z",  // a leap second
      "infinite-future",
  };
  for (const char* text : texts) {
    EXPECT_THAT(Instant::FromString(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(InstantTest, IsOrderedAndCountsInMilliseconds) {
  const Instant noon = Instant::FromString("2026-11-24T12:00:00.000Z").value();
  EXPECT_LT(noon, noon + absl::Milliseconds(1));
  EXPECT_EQ(noon + absl::Hours(24) - noon, absl::Hours(24));
  EXPECT_EQ(noon + absl::Milliseconds(-1) - noon, absl::Milliseconds(-1));
  EXPECT_EQ(Instant::FromTime(noon.ToTime()), noon);
}

TEST(InstantTest, DropsWhatIsFinerThanAMillisecond) {
  const Instant instant = Instant::FromTime(absl::FromUnixMicros(1500999));
  EXPECT_EQ(instant.unix_ms, 1500);
}

TEST(SystemClockTest, TellsTheTimeOfTheMachine) {
  const absl::Time before = absl::Now() - absl::Seconds(1);
  const absl::Time told = SystemClock().Now().ToTime();
  EXPECT_GT(told, before);
  EXPECT_LT(told, absl::Now() + absl::Seconds(1));
}

TEST(FakeClockTest, MovesOnlyWhenToldTo) {
  FakeClock clock;
  const Instant start = clock.Now();
  EXPECT_EQ(start.ToString(), "2026-11-24T12:00:00.000Z");
  EXPECT_EQ(clock.Now(), start);
  clock.Advance(absl::Hours(-1));
  EXPECT_EQ(start - clock.Now(), absl::Hours(1));
  clock.Set(start);
  EXPECT_EQ(clock.Now(), start);
}

}  // namespace
}  // namespace rogatoria
