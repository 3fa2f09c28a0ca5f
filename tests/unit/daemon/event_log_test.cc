#include "services/daemon/event_log.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace rogatoria::daemon {
namespace {

TEST(EventLogTest, OneJsonObjectALine) {
  FakeClock clock;
  const EventLog log("info", clock, /*silent=*/true);
  EXPECT_EQ(log.Format(Level::kWarning, "listening", {{"listener", "public"}, {"port", "7443"}}),
            R"({"time":"2026-11-24T12:00:00.000Z","level":"warning","event":"listening",)"
            R"("listener":"public","port":"7443"})");
}

TEST(EventLogTest, ControlCharactersAndQuotesCannotBreakALine) {
  FakeClock clock;
  const EventLog log("info", clock, /*silent=*/true);
  EXPECT_EQ(log.Format(Level::kError, "x", {{"text", "a\"b\\c\nd\x01"}}),
            R"({"time":"2026-11-24T12:00:00.000Z","level":"error","event":"x",)"
            R"("text":"a\"b\\c\u000ad\u0001"})");
}

}  // namespace
}  // namespace rogatoria::daemon
