// Messages as commands show them.
#include "services/cli/views.h"

#include <gtest/gtest.h>

#include "services/cli/output.h"

namespace rogatoria::cli {
namespace {

TEST(ViewsTest, AnAuthorityIsShownWithItsCalendarsPerMatterAndPhase) {
  v1::Authority authority;
  authority.set_id("es-fge");
  authority.set_calendar("es-national");
  v1::CalendarFor& courts = *authority.add_calendars_for();
  courts.set_calendar("es-courts");
  courts.set_instrument("UN-TIP-2000");
  courts.add_measures("VIDEO_HEARING");
  courts.set_phase(v1::CALENDAR_PHASE_DEADLINES);
  authority.add_calendars_for()->set_calendar("es-other");
  const Json calendars = AuthorityView(authority).at("calendars_for");
  ASSERT_EQ(calendars.size(), 2u);
  EXPECT_EQ(calendars[0],
            (Json{{"calendar", "es-courts"},
                  {"instrument", "UN-TIP-2000"},
                  {"measures", {"VIDEO_HEARING"}},
                  {"phase", "DEADLINES"}}));
  EXPECT_EQ(calendars[1].at("phase"), "") << "both phases";
}

}  // namespace
}  // namespace rogatoria::cli
