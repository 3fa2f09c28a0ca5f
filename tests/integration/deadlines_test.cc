// Clocks, the scheduler and duty alerts of a whole hub, with a hook program.
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kDeadlines[] = R"(
[[deadline]]
id = "acknowledge"
clock = "ACKNOWLEDGE"
within = "3 HOURS"
warn_before = "1 HOURS"
source = "a test"

[[deadline]]
id = "retrieve"
clock = "RETRIEVE"
within = "8 HOURS"
source = "a test"
)";

// Its duty desk answers at every hour.
constexpr char kDuty[] = R"(
[authority.duty]
telephone = "+57601000"
minutes = 20
alert = "desk"
substitute = "br-mpf"
)";
constexpr char kSubstituteDuty[] = R"(
[authority.duty]
telephone = "+5561000"
minutes = 20
alert = "desk"
)";

bool Eventually(const std::function<bool()>& holds) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!holds()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

class DeadlinesTest : public ::testing::Test {
 protected:
  DeadlinesTest() : broker_([this](daemon::Config& config) { Tune(config); }) {
    v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
    for (v1::DirectoryFile& file : *request.mutable_files()) {
      if (file.name() == "authorities/co-fgn.toml") PutDuty(kDuty, file);
      if (file.name() == "authorities/br-mpf.toml") PutDuty(kSubstituteDuty, file);
    }
    v1::DirectoryFile& deadlines = *request.add_files();
    deadlines.set_name("deadlines.toml");
    deadlines.set_content(kDeadlines);
    EXPECT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request), IsOk());
  }

  // A hook that notes whom it was called for.
  void Tune(daemon::Config& config) {
    const std::string hook = folder_ / "hook";
    std::ofstream(hook) << "#!/bin/sh\ncat >> " << (folder_ / "alerts") << "\n";
    std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
    config.alerts["desk"].program = {hook};
  }

  static void PutDuty(const std::string& duty, v1::DirectoryFile& file) {
    std::string toml = file.content();
    toml.insert(toml.find("[[system]]"), duty);
    file.set_content(toml);
  }

  std::string Alerts() {
    std::ifstream file(folder_ / "alerts");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string Send(v1::UrgencyLevel urgency) {
    const auto request = pt().Compose({.urgency = urgency});
    EXPECT_THAT(request, IsOk());
    EXPECT_THAT(pt().Submit(*request), IsOk());
    return pt().ActIdOf(*request);
  }

  std::vector<v1::TransportEvent> Receipts(const std::string& act_id) {
    v1::ListReceiptsRequest list;
    list.set_act_id(act_id);
    const auto found = CallStub(*pt().audit, &v1::AuditService::Stub::ListReceipts, list);
    std::vector<v1::TransportEvent> events;
    for (const v1::Receipt& receipt : found->receipts()) events.push_back(receipt.event());
    return events;
  }

  uint64_t Overdue(const std::string& clock) {
    const auto overdue = broker_.app().stats().clocks.overdue;
    const auto found = overdue.find(clock);
    return found == overdue.end() ? 0 : found->second;
  }

  Office& pt() { return broker_.office("pt-pgr"); }

  TemporaryFolder folder_;
  Broker broker_;
};

TEST_F(DeadlinesTest, ProfilesAreListed) {
  const auto all = CallStub(
      *pt().directory, &v1::DirectoryService::Stub::ListDeadlines, v1::ListDeadlinesRequest());
  ASSERT_THAT(all, IsOk());
  ASSERT_THAT(all->deadlines(), SizeIs(2));
  EXPECT_EQ(all->deadlines(0).id(), "acknowledge");
  EXPECT_EQ(all->deadlines(0).within(), "3 HOURS");
}

TEST_F(DeadlinesTest, PartiesSeeWhatIsDueAndTheOperatorHowManyCasesWait) {
  const auto waiting = [&] {
    return CallStub(broker_.admin(), &v1::AdminService::Stub::GetStatus, v1::GetStatusRequest())
        ->waiting_cases();
  };
  EXPECT_EQ(waiting(), 0u);
  v1::GetCaseRequest of_case;
  of_case.set_case_id(Send(v1::URGENCY_LEVEL_UNSPECIFIED));
  EXPECT_EQ(waiting(), 1u);
  for (const char* party : {"pt-pgr", "co-fgn"}) {
    const auto found =
        CallStub(*broker_.office(party).exchange, &v1::ExchangeService::Stub::GetCase, of_case);
    ASSERT_THAT(found, IsOk());
    ASSERT_THAT(found->clocks(), SizeIs(1)) << party;
    const v1::CaseClock& clock = found->clocks(0);
    EXPECT_EQ(clock.clock(), v1::DEADLINE_CLOCK_ACKNOWLEDGE);
    EXPECT_EQ(clock.standing(), v1::CLOCK_STANDING_RUNNING);
    EXPECT_EQ(clock.authority(), "co-fgn");
    EXPECT_EQ(clock.profile(), "acknowledge");
    EXPECT_EQ(clock.due_unix_ms() - clock.started_unix_ms(), 3 * 3600 * 1000);
  }
  broker_.clock().Advance(absl::Hours(4));
  ASSERT_TRUE(Eventually([&] { return Overdue("ACKNOWLEDGE") == 1; }));
  EXPECT_EQ(waiting(), 0u) << "all was told";
  const auto overdue = CallStub(*pt().exchange, &v1::ExchangeService::Stub::GetCase, of_case);
  EXPECT_EQ(overdue->clocks(0).standing(), v1::CLOCK_STANDING_OVERDUE);
}

TEST_F(DeadlinesTest, ADeadlineIsWarnedOfAndMissedOnceAcrossRestarts) {
  const std::string act_id = Send(v1::URGENCY_LEVEL_UNSPECIFIED);
  broker_.clock().Advance(absl::Minutes(150));
  ASSERT_TRUE(Eventually([&] { return !broker_.app().stats().clocks.warned.empty(); }));
  broker_.clock().Advance(absl::Hours(1));
  broker_.Restart();
  ASSERT_TRUE(Eventually([&] { return Overdue("ACKNOWLEDGE") == 1; }));
  broker_.Restart();
  broker_.clock().Advance(absl::Hours(8));
  ASSERT_TRUE(Eventually([&] { return Overdue("RETRIEVE") == 1; }));
  EXPECT_EQ(Overdue("ACKNOWLEDGE"), 0u) << "told before the restart";
  EXPECT_THAT(Receipts(act_id),
              testing::ElementsAre(v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE,
                                   v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT,
                                   v1::TRANSPORT_EVENT_DEADLINE_MISSED,
                                   v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE));
}

TEST_F(DeadlinesTest, AnUrgentActWakesTheDutyDeskAndThenItsSubstitute) {
  const std::string act_id = Send(v1::URGENCY_LEVEL_EMERGENCY);
  ASSERT_TRUE(Eventually([&] { return !Alerts().empty(); }));
  EXPECT_EQ(Alerts(),
            absl::StrCat("An urgent act waits for co-fgn at ", broker_.config().trust_domain, "\n"))
      << "no case, no name";
  broker_.clock().Advance(absl::Minutes(21));
  ASSERT_TRUE(Eventually([&] { return absl::StrContains(Alerts(), "br-mpf"); }));
  EXPECT_EQ(Overdue("DUTY"), 1u);
  EXPECT_THAT(Receipts(act_id), testing::Contains(v1::TRANSPORT_EVENT_DEADLINE_MISSED));
}

TEST_F(DeadlinesTest, ARoutineActWakesNobody) {
  Send(v1::URGENCY_LEVEL_UNSPECIFIED);
  broker_.clock().Advance(absl::Minutes(150));
  ASSERT_TRUE(Eventually([&] { return !broker_.app().stats().clocks.warned.empty(); }));
  EXPECT_THAT(Alerts(), IsEmpty());
}

}  // namespace
}  // namespace rogatoria
