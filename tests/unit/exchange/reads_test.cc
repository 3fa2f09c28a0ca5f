// What parties read, and what strangers do not learn.
#include "services/exchange/reads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/cast/hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::exchange {
namespace {

constexpr char kNobodys[] = "pt-pgr/00000000-0000-4000-8000-000000000000";

class ReadsTest : public testing::Test {
 protected:
  ReadsTest() {
    EXPECT_THAT(hub_.Start(), IsOk());
    hub_.Enqueue(hub_.LoadDirectory({}));
    EXPECT_THAT(hub_.Commit(1), IsOk());
  }

  // Sends and returns the act id; an empty case id opens one.
  std::string Send(const std::string& sender,
                   const std::string& recipient,
                   v1::ActKind kind = v1::ACT_KIND_REQUEST,
                   const std::string& case_id = "") {
    ActPlan plan;
    plan.kind = kind;
    plan.case_id = case_id;
    plan.recipients = {recipient};
    if (kind == v1::ACT_KIND_REQUEST) plan.measures = {MeasureOf(1, "VIDEO_HEARING")};
    plan.case_position_seen = case_id.empty() ? 0 : 1;
    return SendPlan(sender, plan);
  }
  std::string SendPlan(const std::string& sender, const ActPlan& plan) {
    const CastMember& member = Cast::Get().Member(sender);
    const v1::SubmitActRequest request = Cast::Get().Compose(
        member, plan, hub_.registry().Get(), hub_.rules().route_key, hub_.clock.Now(), hub_.random);
    hub_.Submit(member.caller(), request, [](const auto&) {});
    EXPECT_THAT(hub_.Commit(1), IsOk());
    hub_.clock.Advance(absl::Seconds(1));
    return sender + "/" + request.request_id();
  }

  absl::StatusOr<Read<v1::GetActResponse>> ReadAct(const std::string& reader,
                                                   const std::string& act_id) {
    v1::GetActRequest request;
    request.set_act_id(act_id);
    return GetAct(**hub_.Read(), Cast::Get().Member(reader).caller(), request);
  }
  absl::StatusOr<Read<v1::GetCaseResponse>> ReadCase(const std::string& reader,
                                                     const std::string& case_id) {
    v1::GetCaseRequest request;
    request.set_case_id(case_id);
    return GetCase(**hub_.Read(), Cast::Get().Member(reader).caller(), request);
  }
  absl::StatusOr<Read<v1::ListCasesResponse>> List(const std::string& reader,
                                                   const v1::ListCasesRequest& request) {
    return ListCases(**hub_.Read(), Cast::Get().Member(reader).caller(), request);
  }
  absl::StatusOr<Read<v1::ListActsResponse>> List(const std::string& reader,
                                                  const v1::ListActsRequest& request) {
    return ListActs(**hub_.Read(), Cast::Get().Member(reader).caller(), request);
  }

  Hub hub_{11};
};

TEST_F(ReadsTest, BothPartiesReadTheActAsItWasSent) {
  const std::string act_id = Send("pt-pgr", "co-fgn");
  const auto sender = ReadAct("pt-pgr", act_id);
  const auto recipient = ReadAct("co-fgn", act_id);
  ASSERT_THAT(sender, IsOk());
  ASSERT_THAT(recipient, IsOk());
  EXPECT_EQ(sender->response.act().SerializeAsString(),
            recipient->response.act().SerializeAsString());
  EXPECT_FALSE(sender->response.act().body().empty());
  EXPECT_EQ(sender->response.receipts_size(), 2);
  EXPECT_NE(sender->key_id, 0u) << "the audit record belongs under the case's key";
}

TEST_F(ReadsTest, AStrangersAnswerIsThatOfNothing) {
  const std::string act_id = Send("pt-pgr", "co-fgn");
  EXPECT_EQ(ReadAct("br-mpf", act_id).status(), ReadAct("br-mpf", kNobodys).status());
  EXPECT_EQ(ReadCase("br-mpf", act_id).status(), ReadCase("br-mpf", kNobodys).status());
  v1::ListActsRequest list;
  list.set_case_id(act_id);
  EXPECT_EQ(List("br-mpf", list).status(), ReadCase("br-mpf", kNobodys).status());
  EXPECT_THAT(List("br-mpf", v1::ListCasesRequest())->response.cases(), testing::IsEmpty());
  EXPECT_THAT(ReadAct("br-mpf", act_id), HasReason(Reason::ACT_NOT_FOUND));
  EXPECT_THAT(ReadCase("br-mpf", act_id), HasReason(Reason::CASE_NOT_FOUND));
}

TEST_F(ReadsTest, AnActRefusedInLawIsItsSendersOnly) {
  const std::string act_id = Send("pt-pgr", "cl-mp");
  const auto sender = ReadAct("pt-pgr", act_id);
  ASSERT_THAT(sender, IsOk());
  EXPECT_EQ(sender->response.summary().disposition(), v1::ACT_DISPOSITION_REFUSED);
  EXPECT_EQ(sender->response.receipts_size(), 1);
  EXPECT_THAT(ReadAct("cl-mp", act_id), HasReason(Reason::ACT_NOT_FOUND));
  EXPECT_THAT(ReadCase("pt-pgr", act_id), HasReason(Reason::CASE_NOT_FOUND));
}

TEST_F(ReadsTest, ARecipientGetsItsOwnReceiptsAndTheSenderAll) {
  ActPlan plan;
  plan.kind = v1::ACT_KIND_SPONTANEOUS_INFORMATION;
  plan.case_type = v1::CASE_TYPE_SPONTANEOUS;
  plan.recipients = {"pt-pgr", "co-fgn"};
  const std::string act_id = SendPlan("br-mpf", plan);
  EXPECT_EQ(ReadAct("br-mpf", act_id)->response.receipts_size(), 3);
  const auto recipient = ReadAct("co-fgn", act_id);
  ASSERT_EQ(recipient->response.receipts_size(), 2);
  EXPECT_EQ(recipient->response.receipts(1).recipient(), "co-fgn");
}

// Of three parties, one does not see what the two others write each other.
TEST_F(ReadsTest, WithinACaseAnActIsForItsSenderAndRecipients) {
  ActPlan opening;
  opening.kind = v1::ACT_KIND_SPONTANEOUS_INFORMATION;
  opening.case_type = v1::CASE_TYPE_SPONTANEOUS;
  opening.recipients = {"pt-pgr", "co-fgn"};
  const std::string case_id = SendPlan("br-mpf", opening);
  ActPlan reply;
  reply.kind = v1::ACT_KIND_FREE_FORM;
  reply.case_type = v1::CASE_TYPE_SPONTANEOUS;
  reply.case_id = case_id;
  reply.case_position_seen = 1;
  reply.recipients = {"br-mpf"};
  const std::string act_id = SendPlan("pt-pgr", reply);
  EXPECT_THAT(ReadAct("br-mpf", act_id), IsOk());
  EXPECT_THAT(ReadAct("co-fgn", act_id), HasReason(Reason::ACT_NOT_FOUND));
  v1::ListActsRequest list;
  list.set_case_id(case_id);
  EXPECT_EQ(List("br-mpf", list)->response.acts_size(), 2);
  EXPECT_EQ(List("co-fgn", list)->response.acts_size(), 1);
}

TEST_F(ReadsTest, ACaseShowsItsMeasuresAndWhatMayComeNext) {
  const std::string case_id = Send("pt-pgr", "co-fgn");
  const auto read = ReadCase("co-fgn", case_id);
  ASSERT_THAT(read, IsOk());
  const v1::Case& shown = read->response.case_();
  EXPECT_EQ(shown.measures(0).code(), "VIDEO_HEARING");
  EXPECT_EQ(shown.measures(0).state(), v1::MEASURE_STATE_RECEIVED);
  EXPECT_EQ(shown.legal_basis().instrument(), kCastInstrument);
  EXPECT_EQ(shown.parties_size(), 2);
  EXPECT_GT(read->response.allowed_acts_size(), 0);
}

// The deadlines of a case, as some commit left them.
class ClocksCommand final : public Command {
 public:
  ClocksCommand(std::string case_id, std::vector<ClockRecord> clocks)
      : case_id_(std::move(case_id)), clocks_(std::move(clocks)) {}
  void Declare(BatchKeys& keys) const override { keys.cases.push_back(case_id_); }
  void Decide(Draft& draft) override {
    CaseRecord record = *draft.FindCase(case_id_);
    record.clocks = clocks_;
    draft.PutCase(std::move(record));
  }
  void Committed(const BatchReceipts&) override {}
  void Failed(const absl::Status& status) override { ADD_FAILURE() << status; }

 private:
  const std::string case_id_;
  const std::vector<ClockRecord> clocks_;
};

ClockRecord SomeClock(v1::DeadlineClock name, uint32_t measure, ClockState state) {
  ClockRecord clock;
  clock.clock = name;
  clock.measure = measure;
  clock.act_id = kNobodys;
  clock.authority = "co-fgn";
  clock.counterpart = "pt-pgr";
  clock.profile = "p";
  clock.state = state;
  clock.started = {1000};
  if (state != ClockState::kHeld && state != ClockState::kUndated) clock.due = Instant{5000};
  return clock;
}

TEST_F(ReadsTest, ACaseShowsItsDeadlines) {
  const std::string case_id = Send("pt-pgr", "co-fgn");
  ClockRecord ended = SomeClock(v1::DEADLINE_CLOCK_ACKNOWLEDGE, 1, ClockState::kWarned);
  ended.ended = true;
  hub_.Enqueue(std::make_unique<ClocksCommand>(
      case_id,
      std::vector<ClockRecord>{SomeClock(v1::DEADLINE_CLOCK_DECIDE, 1, ClockState::kHeld),
                               SomeClock(v1::DEADLINE_CLOCK_EXECUTE, 1, ClockState::kWarned),
                               SomeClock(v1::DEADLINE_CLOCK_TRANSFER, 1, ClockState::kUndated),
                               SomeClock(v1::DEADLINE_CLOCK_DUTY, 0, ClockState::kSubstituteCalled),
                               ended}));
  EXPECT_THAT(hub_.Commit(1), IsOk());
  const auto clocks = ReadCase("pt-pgr", case_id)->response.clocks();
  ASSERT_EQ(clocks.size(), 4) << "what has ended is not shown";
  EXPECT_EQ(clocks[0].standing(), v1::CLOCK_STANDING_HELD);
  EXPECT_EQ(clocks[0].due_unix_ms(), 0);
  EXPECT_EQ(clocks[1].standing(), v1::CLOCK_STANDING_RUNNING);
  EXPECT_EQ(clocks[1].clock(), v1::DEADLINE_CLOCK_EXECUTE);
  EXPECT_EQ(clocks[1].measure(), 1u);
  EXPECT_EQ(clocks[1].due_unix_ms(), 5000);
  EXPECT_EQ(clocks[1].started_unix_ms(), 1000);
  EXPECT_EQ(clocks[1].authority(), "co-fgn");
  EXPECT_EQ(clocks[1].counterpart(), "pt-pgr");
  EXPECT_EQ(clocks[1].profile(), "p");
  EXPECT_EQ(clocks[1].act_id(), kNobodys);
  EXPECT_EQ(clocks[2].standing(), v1::CLOCK_STANDING_UNDATED);
  EXPECT_EQ(clocks[3].standing(), v1::CLOCK_STANDING_OVERDUE);
}

TEST_F(ReadsTest, ADeadlineOfAnActIsShownToThoseItConcerns) {
  ActPlan told;
  told.kind = v1::ACT_KIND_SPONTANEOUS_INFORMATION;
  told.case_type = v1::CASE_TYPE_SPONTANEOUS;
  told.recipients = {"co-fgn", "br-mpf"};
  const std::string case_id = SendPlan("pt-pgr", told);
  hub_.Enqueue(std::make_unique<ClocksCommand>(
      case_id,
      std::vector<ClockRecord>{SomeClock(v1::DEADLINE_CLOCK_ACKNOWLEDGE, 1, ClockState::kWarned),
                               SomeClock(v1::DEADLINE_CLOCK_DUTY, 0, ClockState::kAlerting)}));
  EXPECT_THAT(hub_.Commit(1), IsOk());
  EXPECT_EQ(ReadCase("co-fgn", case_id)->response.clocks_size(), 2);
  const auto others = ReadCase("br-mpf", case_id)->response.clocks();
  ASSERT_EQ(others.size(), 1);
  EXPECT_EQ(others[0].clock(), v1::DEADLINE_CLOCK_ACKNOWLEDGE);
  EXPECT_EQ(others[0].act_id(), "") << "an act that it need not know of";
}

TEST_F(ReadsTest, ACalledSubstituteReadsThatActAlone) {
  const std::string act_id = Send("pt-pgr", "co-fgn");
  const std::string other = Send("pt-pgr", "co-fgn", v1::ACT_KIND_FREE_FORM, act_id);
  ClockRecord duty = SomeClock(v1::DEADLINE_CLOCK_DUTY, 0, ClockState::kAlerting);
  duty.act_id = act_id;
  duty.substitute = "br-mpf";
  for (const auto& [state, may] : {std::pair(ClockState::kAlerting, false),
                                   std::pair(ClockState::kWarned, false),
                                   std::pair(ClockState::kAlertingSubstitute, true),
                                   std::pair(ClockState::kSubstituteCalled, true),
                                   std::pair(ClockState::kTakenOver, false)}) {
    duty.state = state;
    hub_.Enqueue(std::make_unique<ClocksCommand>(act_id, std::vector<ClockRecord>{duty}));
    EXPECT_THAT(hub_.Commit(1), IsOk());
    EXPECT_EQ(ReadAct("br-mpf", act_id).ok(), may) << static_cast<int>(state);
    EXPECT_THAT(ReadAct("br-mpf", other), HasReason(Reason::ACT_NOT_FOUND));
    EXPECT_THAT(ReadAct("es-fge", act_id), HasReason(Reason::ACT_NOT_FOUND));
    EXPECT_THAT(ReadCase("br-mpf", act_id), HasReason(Reason::CASE_NOT_FOUND));
  }
}

TEST_F(ReadsTest, ActsThatCrossedAreCounted) {
  const std::string case_id = Send("pt-pgr", "co-fgn");
  Send("co-fgn", "pt-pgr", v1::ACT_KIND_ACKNOWLEDGEMENT, case_id);
  const std::string crossed = Send("pt-pgr", "co-fgn", v1::ACT_KIND_WITHDRAWAL, case_id);
  EXPECT_EQ(ReadAct("pt-pgr", crossed)->response.summary().crossed(), 1u);
  EXPECT_EQ(ReadAct("pt-pgr", case_id)->response.summary().crossed(), 0u);
}

TEST_F(ReadsTest, PagesOfCasesHoldEachCaseOnceTheLatestFirst) {
  std::vector<std::string> sent;
  for (int i = 0; i < 5; ++i) sent.push_back(Send("pt-pgr", "co-fgn"));
  std::reverse(sent.begin(), sent.end());
  std::vector<std::string> listed;
  v1::ListCasesRequest request;
  request.set_page_size(2);
  do {
    const auto page = List("co-fgn", request);
    ASSERT_THAT(page, IsOk());
    for (const v1::Case& one : page->response.cases()) listed.push_back(one.case_id());
    request.set_page_token(page->response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, sent);
}

TEST_F(ReadsTest, PagesOfActsHoldEachActOnceInOrder) {
  const std::string case_id = Send("pt-pgr", "co-fgn");
  for (int i = 0; i < 4; ++i) Send("co-fgn", "pt-pgr", v1::ACT_KIND_FREE_FORM, case_id);
  v1::ListActsRequest request;
  request.set_case_id(case_id);
  request.set_page_size(2);
  uint64_t position = 0;
  do {
    const auto page = List("pt-pgr", request);
    ASSERT_THAT(page, IsOk());
    for (const v1::ActSummary& act : page->response.acts()) {
      EXPECT_EQ(act.case_position(), ++position);
      EXPECT_FALSE(act.header().empty());
    }
    request.set_page_token(page->response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(position, 5u);
}

TEST_F(ReadsTest, APageTokenIsOfItsQueryAndCaller) {
  for (int i = 0; i < 3; ++i) Send("pt-pgr", "co-fgn");
  v1::ListCasesRequest request;
  request.set_page_size(1);
  request.set_page_token(List("pt-pgr", request)->response.next_page_token());
  EXPECT_THAT(List("pt-pgr", request), IsOk());
  EXPECT_THAT(List("co-fgn", request), HasReason(Reason::PAGE_TOKEN_INVALID));
  v1::ListCasesRequest other = request;
  other.set_state(v1::CASE_STATE_ENDED);
  EXPECT_THAT(List("pt-pgr", other), HasReason(Reason::PAGE_TOKEN_INVALID));
  other = request;
  other.set_page_token("bm90IGEgdG9rZW4=");
  EXPECT_THAT(List("pt-pgr", other), HasReason(Reason::PAGE_TOKEN_INVALID));
  v1::ListActsRequest acts;
  acts.set_case_id(Send("pt-pgr", "co-fgn"));
  acts.set_page_token(request.page_token());
  EXPECT_THAT(List("pt-pgr", acts), HasReason(Reason::PAGE_TOKEN_INVALID));
}

TEST_F(ReadsTest, AnErasedCaseStillShowsThatItWas) {
  const std::string act_id = Send("pt-pgr", "co-fgn");
  const uint64_t key_id = ReadCase("pt-pgr", act_id)->key_id;
  ASSERT_THAT(hub_.keys.Destroy(key_id), IsOk());
  EXPECT_THAT(ReadCase("pt-pgr", act_id), IsOk());
  const auto act = ReadAct("pt-pgr", act_id);
  ASSERT_THAT(act, IsOk());
  EXPECT_EQ(act->response.summary().case_position(), 1u);
  EXPECT_TRUE(act->response.act().header().empty());
  EXPECT_TRUE(act->response.act().body().empty());
  EXPECT_EQ(act->response.receipts_size(), 0);
}

}  // namespace
}  // namespace rogatoria::exchange
