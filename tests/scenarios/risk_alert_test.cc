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

TEST_F(RiskAlertScenario, TheSubstituteReadsItAndAcknowledgesInTheDesksPlace) {
  // Colombia's authority says whose key stands in for its own; the sender seals to it from now on.
  Broker& hub = stage_.hub();
  hub.office("co-fgn").more_keys.emplace_back(hub.office("co-delegada").sealing,
                                              v1::KEY_PURPOSE_SEALING_SUBSTITUTE);
  stage_.Load(kChannels);
  const std::string alert = stage_.Send("pt-pgr", stage_.Example("risk-alert", {"co-fgn"}));
  v1::Notice notice;
  notice.set_act_id(alert);
  client::Office& substitute = stage_.office("co-delegada");
  EXPECT_THAT(substitute.FetchAsSubstitute(notice), HasReason(Reason::ACT_NOT_FOUND));
  client::ActDraft answer = stage_.Letter(v1::ACT_KIND_ACKNOWLEDGEMENT, alert, {});
  answer.in_reply_to = alert;
  EXPECT_THAT(stage_.TryToSend("co-delegada", answer), HasReason(Reason::CASE_NOT_FOUND));

  hub.clock().Advance(absl::Minutes(21));
  EXPECT_THAT(WaitForContent(folder_ / "substitute"), HasSubstr("co-delegada"));
  const std::vector<v1::Notice> called = stage_.Notices("co-delegada", absl::Seconds(5));
  ASSERT_EQ(called.size(), 1u);
  EXPECT_EQ(called[0].kind(), v1::NOTICE_KIND_DUTY_SUBSTITUTE);
  const auto act = substitute.FetchAsSubstitute(called[0]);
  ASSERT_THAT(act, IsOk());
  EXPECT_EQ(substitute.OpenAct(*act)->content.risk_alert().contact().telephone(),
            "+351 000 000 001");
  // It reads this act, and the case remains a stranger's.
  v1::GetCaseRequest of_case;
  of_case.set_case_id(alert);
  EXPECT_THAT(
      CallStub(*hub.office("co-delegada").exchange, &v1::ExchangeService::Stub::GetCase, of_case),
      HasReason(Reason::CASE_NOT_FOUND));

  answer.request_id.clear();
  stage_.Send("co-delegada", answer);
  const ReceivedAct answered = stage_.Take("pt-pgr");
  EXPECT_EQ(answered.opened.header.kind(), v1::ACT_KIND_ACKNOWLEDGEMENT);
  EXPECT_EQ(answered.opened.header.sender(), "co-delegada");
  EXPECT_EQ(answered.opened.header.in_reply_to(), alert);
  // The desk comes back, and sees what was done in its name.
  stage_.Take("co-fgn");
  const std::vector<v1::Notice> seen = stage_.Notices("co-fgn", absl::Seconds(5));
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().kind(), v1::NOTICE_KIND_DUTY_TAKEN_OVER);
  EXPECT_EQ(seen.back().substitute(), "co-delegada");
  EXPECT_THAT(stage_.TryToSend("co-delegada", answer), HasReason(Reason::CASE_NOT_FOUND)) << "once";
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

// The same within a request that is being carried out: the acknowledgement is of the alert alone.
TEST_F(RiskAlertScenario, AnAlertWithinARunningCaseIsAcknowledgedAndTheCaseGoesOn) {
  client::ActDraft request = stage_.Example("request", {"co-fgn"});
  request.urgency.Clear();
  const std::string case_id = stage_.Send("pt-pgr", request);
  stage_.Take("co-fgn");
  for (const char* progress : {"pt-pgr", "pt-pgr"}) {
    stage_.Send("co-fgn", stage_.Letter(v1::ACT_KIND_PROGRESS, case_id, {progress}));
    stage_.Take("pt-pgr");
  }
  const auto before = stage_.States("pt-pgr", case_id);
  const std::string alert =
      stage_.Send("pt-pgr", stage_.Example("risk-alert", case_id, {"co-fgn"}));
  EXPECT_EQ(stage_.Take("co-fgn").opened.header.kind(), v1::ACT_KIND_RISK_ALERT);
  client::ActDraft acknowledgement =
      stage_.Letter(v1::ACT_KIND_ACKNOWLEDGEMENT, case_id, {"pt-pgr"});
  acknowledgement.in_reply_to = alert;
  stage_.Send("co-fgn", acknowledgement);
  EXPECT_EQ(stage_.Take("pt-pgr").delivery.disposition(), v1::ACT_DISPOSITION_IN_SEQUENCE);
  EXPECT_EQ(stage_.States("pt-pgr", case_id), before);
  stage_.hub().clock().Advance(absl::Minutes(21));
  EXPECT_THAT(stage_.Notices("pt-pgr", absl::Seconds(3)), testing::IsEmpty());
  EXPECT_EQ(Content(folder_ / "substitute"), "");
}

}  // namespace
}  // namespace rogatoria
