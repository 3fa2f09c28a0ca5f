// A place in a shelter by the national coordinator, and who asks after the person later:
// docs/scenarios/placement-and-follow-up.md. Persons and places are invented. That the hub holds
// nothing of where it is: tests/decency/run.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using content::v1::PlacementStep;
using testing::AnyOf;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kProcedure[] = "JO-SOP-SHELTER/2";

class PlacementScenario : public testing::Test {
 protected:
  PlacementScenario() : stage_(kFollowUps) {
    stage_.Join("jo-coordination", "JO", "VICTIM_COORDINATOR");
    stage_.Join("jo-prosecution", "JO");
    // A body that runs a house and is no coordinator.
    stage_.Join("jo-welfare", "JO", "PUBLIC_BODY");
    for (const char* id : {"jo-coordination", "jo-prosecution", "jo-welfare"}) {
      stage_.hub().office(id).calendar = "jo-official";
      stage_.hub().office(id).time_zone = "Asia/Amman";
    }
    stage_.Load(kFollowUps);
  }

  client::ActDraft Step(PlacementStep step, const std::string& to) {
    client::ActDraft draft = stage_.Example("shelter-placement", {to});
    auto& placement = *draft.content.mutable_shelter_placement();
    placement.set_placement_step(step);
    placement.set_procedure_version(kProcedure);
    if (step == content::v1::PLACEMENT_STEP_OFFER) placement.set_service_id("SVC-7F3A");
    draft.case_id = case_;
    return draft;
  }
  content::v1::ShelterPlacement SendStep(PlacementStep step,
                                         const std::string& from,
                                         const std::string& to) {
    const std::string sent = stage_.Send(from, Step(step, to));
    if (case_.empty()) case_ = sent;
    return stage_.Take(to).opened.content.shelter_placement();
  }
  void Place() {
    SendStep(content::v1::PLACEMENT_STEP_REQUEST, "jo-prosecution", "jo-coordination");
    SendStep(content::v1::PLACEMENT_STEP_OFFER, "jo-coordination", "jo-prosecution");
    SendStep(content::v1::PLACEMENT_STEP_CONFIRM, "jo-prosecution", "jo-coordination");
  }
  // What `case show` says of this kind.
  std::vector<v1::AllowedAct> Offered(v1::ActKind kind) {
    const auto found = stage_.office("jo-coordination").FetchCase(case_);
    EXPECT_THAT(found, IsOk());
    std::vector<v1::AllowedAct> offered;
    for (const v1::AllowedAct& act : found->allowed_acts()) {
      if (act.kind() == kind) offered.push_back(act);
    }
    return offered;
  }
  v1::MeasureState State() { return stage_.States("jo-prosecution", case_).at(0); }
  // The follow-ups that are still owed, and the local day on which each is due.
  std::map<v1::DeadlineClock, absl::CivilDay> FollowUpsDue() {
    absl::TimeZone amman;
    EXPECT_TRUE(absl::LoadTimeZone("Asia/Amman", &amman));
    std::map<v1::DeadlineClock, absl::CivilDay> due;
    const auto found = stage_.office("jo-prosecution").FetchCase(case_);
    EXPECT_THAT(found, IsOk());
    for (const v1::CaseClock& clock : found->clocks()) {
      if (clock.clock() == v1::DEADLINE_CLOCK_FEEDBACK) continue;
      due[clock.clock()] = absl::ToCivilDay(absl::FromUnixMillis(clock.due_unix_ms()), amman);
    }
    return due;
  }

  Stage stage_;
  std::string case_;
};

TEST_F(PlacementScenario, TheCoordinatorPlacesAndEachStepCitesItsProcedure) {
  EXPECT_EQ(SendStep(content::v1::PLACEMENT_STEP_REQUEST, "jo-prosecution", "jo-coordination")
                .procedure_version(),
            kProcedure);
  EXPECT_EQ(State(), v1::MEASURE_STATE_RECEIVED);
  const auto offer =
      SendStep(content::v1::PLACEMENT_STEP_OFFER, "jo-coordination", "jo-prosecution");
  EXPECT_EQ(offer.service_id(), "SVC-7F3A");
  EXPECT_EQ(offer.procedure_version(), kProcedure);
  EXPECT_EQ(State(), v1::MEASURE_STATE_OFFERED);
  SendStep(content::v1::PLACEMENT_STEP_CONFIRM, "jo-prosecution", "jo-coordination");
  EXPECT_EQ(State(), v1::MEASURE_STATE_PLACED);
}

// Not even by insisting in a case of theirs: whoever runs a house is told by its coordinator,
// outside the hub.
TEST_F(PlacementScenario, WhoRunsAHouseIsNotAsked) {
  client::ActDraft draft = Step(content::v1::PLACEMENT_STEP_REQUEST, "jo-welfare");
  EXPECT_THAT(stage_.TryToSend("jo-prosecution", draft),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  client::ActDraft referral = stage_.Example("victim-referral", {"jo-welfare"});
  referral.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  referral.channel_basis.clear();
  draft.case_id = stage_.Send("jo-prosecution", referral);
  draft.insist = v1::INSIST_REASON_SAFETY;
  EXPECT_THAT(stage_.TryToSend("jo-prosecution", draft),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
}

// Nor by one coordinator that asks in the place of the other side, nor inside another case. The
// library says it before anything is sent, the hub to a program that does not ask it.
TEST_F(PlacementScenario, ACoordinatorAsksNobodyElseEither) {
  const client::ActDraft opening = Step(content::v1::PLACEMENT_STEP_REQUEST, "jo-welfare");
  EXPECT_THAT(stage_.TryToSend("jo-coordination", opening),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  EXPECT_THAT(stage_.TryUnchecked("jo-coordination", opening),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  client::ActDraft referral = stage_.Example("victim-referral", {"jo-welfare"});
  referral.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  referral.channel_basis.clear();
  case_ = stage_.Send("jo-coordination", referral);
  const client::ActDraft inside = Step(content::v1::PLACEMENT_STEP_REQUEST, "jo-welfare");
  EXPECT_THAT(stage_.TryToSend("jo-coordination", inside),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  EXPECT_THAT(stage_.TryUnchecked("jo-coordination", inside),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  EXPECT_THAT(Offered(v1::ACT_KIND_SHELTER_PLACEMENT), IsEmpty());
}

// Nor does a house offer itself to one in a case about something else, insisting neither: its
// coordinator offers it.
TEST_F(PlacementScenario, WhoRunsAHouseOffersNone) {
  client::ActDraft referral = stage_.Example("victim-referral", {"jo-welfare"});
  referral.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  referral.channel_basis.clear();
  case_ = stage_.Send("jo-coordination", referral);
  client::ActDraft offer = Step(content::v1::PLACEMENT_STEP_OFFER, "jo-coordination");
  offer.insist = v1::INSIST_REASON_SAFETY;
  for (const auto& refused : {stage_.TryToSend("jo-welfare", offer).status(),
                              stage_.TryUnchecked("jo-welfare", offer).status()}) {
    EXPECT_THAT(refused, HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
    EXPECT_EQ(GetErrorDetails(refused)->field, "act.header.sender");
  }
}

// Whoever runs the house is handed no case about a place, and is no party of one.
TEST_F(PlacementScenario, ACaseAboutAPlaceIsHandedOnToACoordinatorOnly) {
  SendStep(content::v1::PLACEMENT_STEP_REQUEST, "jo-prosecution", "jo-coordination");
  client::Office& coordinator = stage_.office("jo-coordination");
  const client::ForwardingOrder order{{case_}, "jo-welfare", "Dirige la casa"};
  EXPECT_THAT(coordinator.Forward(order), HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  const auto notice = coordinator.DraftForwarding(order);
  ASSERT_THAT(notice, IsOk());
  EXPECT_THAT(stage_.TryUnchecked("jo-coordination", *notice),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  EXPECT_THAT(stage_.Read("jo-prosecution", case_).parties(), SizeIs(2));
  EXPECT_THAT(stage_.office("jo-welfare").FetchAct(case_), HasReason(Reason::ACT_NOT_FOUND));
  EXPECT_THAT(Offered(v1::ACT_KIND_FORWARDING_NOTICE), IsEmpty()) << "there is no other";

  stage_.Join("jo-deputy", "JO", "VICTIM_COORDINATOR");
  stage_.hub().office("jo-deputy").calendar = "jo-official";
  stage_.Load(kFollowUps);
  EXPECT_THAT(Offered(v1::ACT_KIND_FORWARDING_NOTICE), SizeIs(1));
  EXPECT_THAT(stage_.office("jo-coordination").Forward({{case_}, "jo-deputy", "Le compete"}),
              IsOk());
  EXPECT_THAT(stage_.Read("jo-prosecution", case_).parties(), SizeIs(3));
}

// The case was opened by something else; what is handed on is a request for a place all the same.
TEST_F(PlacementScenario, ARequestForAPlaceIsHandedOnToACoordinatorOnly) {
  client::ActDraft referral = stage_.Example("victim-referral", {"jo-coordination"});
  referral.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  referral.channel_basis.clear();
  case_ = stage_.Send("jo-prosecution", referral);
  stage_.Take("jo-coordination");
  const std::string asked =
      stage_.Send("jo-prosecution", Step(content::v1::PLACEMENT_STEP_REQUEST, "jo-coordination"));
  stage_.Take("jo-coordination");
  client::Office& coordinator = stage_.office("jo-coordination");
  EXPECT_THAT(coordinator.Forward({{case_, asked}, "jo-welfare", "Dirige la casa"}),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  const auto notice = coordinator.DraftForwarding({{asked}, "jo-welfare", "Dirige la casa"});
  ASSERT_THAT(notice, IsOk());
  EXPECT_THAT(stage_.TryUnchecked("jo-coordination", *notice),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  // The referral alone is about help, which others give.
  EXPECT_THAT(coordinator.Forward({{case_}, "jo-welfare", "Ayuda"}), IsOk());
}

TEST_F(PlacementScenario, ThreeFollowUpsAreOwedNoneOnAFridayOrSaturday) {
  Place();
  absl::TimeZone amman;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Amman", &amman));
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), amman);
  const auto due = FollowUpsDue();
  ASSERT_THAT(due, SizeIs(3));
  for (const auto& [clock, months] : {std::pair(v1::DEADLINE_CLOCK_FIRST_FOLLOW_UP, 1),
                                      std::pair(v1::DEADLINE_CLOCK_SECOND_FOLLOW_UP, 3),
                                      std::pair(v1::DEADLINE_CLOCK_THIRD_FOLLOW_UP, 6)}) {
    const absl::CivilDay day = due.at(clock);
    EXPECT_THAT(absl::GetWeekday(day), Not(AnyOf(absl::Weekday::friday, absl::Weekday::saturday)));
    const absl::CivilMonth month = absl::CivilMonth(today) + months;
    EXPECT_GE(day, absl::CivilDay(month) + std::min<int>(today.day(), 28) - 1);
    EXPECT_LE(day, absl::CivilDay(month) + today.day() + 2);
  }
}

TEST_F(PlacementScenario, EachFollowUpEndsOneClockAndAfterTheThirdNothingIsOwed) {
  Place();
  for (const size_t owed : {2u, 1u, 0u}) {
    const client::ActDraft draft = stage_.Example("follow-up", case_, {"jo-prosecution"});
    stage_.Send("jo-coordination", draft);
    stage_.Take("jo-prosecution");
    EXPECT_THAT(FollowUpsDue(), SizeIs(owed));
  }
  EXPECT_EQ(State(), v1::MEASURE_STATE_THIRD_FOLLOW_UP);
  stage_.Send("jo-prosecution", stage_.Letter(v1::ACT_KIND_CLOSURE, case_, {"jo-coordination"}));
  stage_.Take("jo-coordination");
  EXPECT_THAT(
      stage_.TryToSend("jo-coordination", stage_.Example("follow-up", case_, {"jo-prosecution"})),
      HasReason(Reason::WRONG_STATE));
}

// By then the offices' certificates of this test have expired: the hub's own numbers say it.
TEST_F(PlacementScenario, AFollowUpThatDidNotComeIsTold) {
  Place();
  const auto overdue = [&] { return stage_.hub().app().stats().clocks.overdue; };
  EXPECT_FALSE(overdue().contains("FIRST_FOLLOW_UP"));
  stage_.hub().clock().Advance(absl::Hours(24 * 40));
  for (int tenths = 0; tenths < 200 && !overdue().contains("FIRST_FOLLOW_UP"); ++tenths) {
    absl::SleepFor(absl::Milliseconds(100));
  }
  EXPECT_TRUE(overdue().contains("FIRST_FOLLOW_UP"));
  EXPECT_FALSE(overdue().contains("SECOND_FOLLOW_UP"));
}

}  // namespace
}  // namespace rogatoria
