// A risk alert when the office is closed: docs/scenarios/risk-alert.md.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kTelephone[] = "+576010000001";

// The day of the week in three days, in capitals: the only one on which the office is open, so that
// it is closed now as on a Friday at 23:00, whenever this is played.
std::string AnotherWeekday() {
  static constexpr const char* kNames[] = {
      "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"};
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), absl::UTCTimeZone());
  return kNames[static_cast<int>(absl::GetWeekday(today + 3))];
}

std::string DutyDesk(const std::string& substitute, const std::string& alert) {
  return absl::StrCat(
      "\n[authority.duty]\nhours = [\"",
      AnotherWeekday(),
      " 09:00-10:00\"]\ntelephone = \"",
      kTelephone,
      "\"\nminutes = 20\nalert = \"",
      alert,
      "\"\n",
      substitute.empty() ? "" : absl::StrCat("substitute = \"", substitute, "\"\n"));
}

std::string Content(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// What the program wrote, as soon as it has.
std::string WaitForContent(const std::string& path) {
  for (int tenths = 0; tenths < 200 && Content(path).empty(); ++tenths) {
    absl::SleepFor(absl::Milliseconds(100));
  }
  return Content(path);
}

class RiskAlertScenario : public testing::Test {
 protected:
  RiskAlertScenario()
      : stage_(kChannels, [this](daemon::Config& config) {
          for (const char* name : {"desk", "substitute"}) {
            config.alerts[name].program = {"/usr/bin/tee", "-a", folder_ / name};
          }
        }) {
    stage_.Join("co-delegada", "CO");
    stage_.Describe("co-fgn", DutyDesk("co-delegada", "desk"));
    stage_.Describe("co-delegada", DutyDesk("", "substitute"));
    stage_.Load(kChannels);
  }

  TemporaryFolder folder_;
  Stage stage_;
};

TEST_F(RiskAlertScenario, OnAFridayNightTheDutyDeskIsAlertedThenItsSubstitute) {
  const std::string alert = stage_.Send("pt-pgr", stage_.Example("risk-alert", {"co-fgn"}));
  // Somebody is called at once, and learns nothing but where to look.
  EXPECT_THAT(WaitForContent(folder_ / "desk"),
              AllOf(HasSubstr("co-fgn"), Not(HasSubstr("pt-pgr")), Not(HasSubstr(alert))));
  EXPECT_EQ(Content(folder_ / "substitute"), "");

  // Nobody answers.
  stage_.hub().clock().Advance(absl::Minutes(21));
  EXPECT_THAT(WaitForContent(folder_ / "substitute"), HasSubstr("co-delegada"));
  const std::vector<v1::Notice> notices = stage_.Notices("pt-pgr", absl::Seconds(5));
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind(), v1::NOTICE_KIND_DUTY_NOT_ACKNOWLEDGED);
  EXPECT_EQ(notices[0].act_id(), alert);
  EXPECT_EQ(notices[0].duty_telephone(), kTelephone);
  bool proven = false;
  for (const Evidence& evidence : stage_.EvidenceOf("pt-pgr", alert)) {
    proven |= evidence.event == v1::TRANSPORT_EVENT_DEADLINE_MISSED;
  }
  EXPECT_TRUE(proven);

  // The desk answers late; the alert goes through as any act does.
  EXPECT_EQ(stage_.Take("co-fgn").opened.header.kind(), v1::ACT_KIND_RISK_ALERT);
  stage_.Send("co-fgn", stage_.Letter(v1::ACT_KIND_ACKNOWLEDGEMENT, alert, {"pt-pgr"}));
  EXPECT_EQ(stage_.Take("pt-pgr").opened.header.kind(), v1::ACT_KIND_ACKNOWLEDGEMENT);
}

TEST_F(RiskAlertScenario, WhoAcknowledgesInTimeIsNotOvertaken) {
  const std::string alert = stage_.Send("pt-pgr", stage_.Example("risk-alert", {"co-fgn"}));
  stage_.Take("co-fgn");
  stage_.Send("co-fgn", stage_.Letter(v1::ACT_KIND_ACKNOWLEDGEMENT, alert, {"pt-pgr"}));
  stage_.Take("pt-pgr");
  stage_.hub().clock().Advance(absl::Minutes(21));
  EXPECT_THAT(stage_.Notices("pt-pgr", absl::Seconds(3)), testing::IsEmpty());
  EXPECT_EQ(Content(folder_ / "substitute"), "");
}

}  // namespace
}  // namespace rogatoria
