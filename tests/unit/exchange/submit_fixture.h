// A hub of the simulation, without a daemon, and members of the cast that send acts to it: what the
// tests of SubmitCommand share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "common/crypto/cms_signature.h"
#include "common/ledger/receipts.h"
#include "common/model/canonical.h"
#include "common/receipt/receipt.h"
#include "services/exchange/submit.h"
#include "tests/simulation/cast/hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::exchange {

class SubmitTest : public testing::Test {
 protected:
  SubmitTest() {
    EXPECT_THAT(hub_.Start(), IsOk());
    hub_.Enqueue(hub_.LoadDirectory({}));
    EXPECT_THAT(hub_.Commit(1), IsOk());
  }

  const CastMember& pt() const { return cast_.Member("pt-pgr"); }
  const CastMember& co() const { return cast_.Member("co-fgn"); }
  const CastMember& br() const { return cast_.Member("br-mpf"); }
  const CastMember& delegada() const { return cast_.Member("co-delegada"); }

  static ActPlan Request(std::vector<std::string> to = {"co-fgn"}) {
    ActPlan plan;
    plan.recipients = std::move(to);
    plan.measures = {MeasureOf(1, "VIDEO_HEARING"), MeasureOf(2, "BANK_TRANSACTIONS")};
    return plan;
  }
  static ActPlan FollowUp(const std::string& case_id, v1::ActKind kind, const std::string& to) {
    ActPlan plan;
    plan.kind = kind;
    plan.case_id = case_id;
    plan.recipients = {to};
    plan.case_position_seen = 1;
    return plan;
  }

  v1::SubmitActRequest Compose(const CastMember& sender, const ActPlan& plan) {
    return cast_.Compose(
        sender, plan, hub_.registry().Get(), hub_.rules().route_key, hub_.clock.Now(), hub_.random);
  }
  absl::StatusOr<v1::SubmitActResponse> Send(const CastMember& caller,
                                             v1::SubmitActRequest request) {
    absl::StatusOr<v1::SubmitActResponse> answer = absl::UnknownError("no answer");
    hub_.Submit(caller.caller(), std::move(request), [&](auto told) { answer = std::move(told); });
    EXPECT_THAT(hub_.Commit(1), IsOk());
    return answer;
  }
  absl::StatusOr<v1::SubmitActResponse> Send(const CastMember& sender, const ActPlan& plan) {
    return Send(sender, Compose(sender, plan));
  }
  std::string Open(const ActPlan& plan = Request()) {
    v1::SubmitActRequest request = Compose(pt(), plan);
    EXPECT_THAT(Send(pt(), request), IsOk());
    return "pt-pgr/" + request.request_id();
  }

  StoreCounts Counts() { return *(*hub_.Read())->Count(); }
  uint64_t LogSize() { return (*hub_.Read())->GetHead()->log_size; }
  // Sends what must be refused with `reason`, and must leave nothing behind.
  void ExpectPlainRefusal(const CastMember& caller,
                          const v1::SubmitActRequest& request,
                          Reason reason,
                          absl::string_view field) {
    const StoreCounts before = Counts();
    const uint64_t log_size = LogSize();
    const auto answer = Send(caller, request);
    ASSERT_THAT(answer, HasReason(reason));
    EXPECT_EQ(GetErrorDetails(answer.status())->field, field);
    EXPECT_TRUE(GetErrorDetails(answer.status())->evidence.empty());
    EXPECT_EQ(Counts().acts, before.acts);
    EXPECT_EQ(Counts().cases, before.cases);
    EXPECT_EQ(Counts().open_deliveries, before.open_deliveries);
    EXPECT_EQ(LogSize(), log_size);
  }
  // Sends what must be refused in law: an A.2 that verifies, and the same answer again.
  void ExpectLegalRefusal(const CastMember& sender, const ActPlan& plan, Reason reason) {
    const StoreCounts before = Counts();
    const v1::SubmitActRequest request = Compose(sender, plan);
    const auto answer = Send(sender, request);
    ASSERT_THAT(answer, HasReason(reason));
    const auto details = GetErrorDetails(answer.status());
    const auto verified = VerifyReceipt(details->evidence, Keys());
    ASSERT_THAT(verified, IsOk());
    EXPECT_EQ(verified->evidence.event, v1::TRANSPORT_EVENT_SUBMISSION_REJECTION);
    EXPECT_EQ(verified->evidence.reason, ReasonName(reason));
    EXPECT_FALSE(details->accepted.empty());
    EXPECT_EQ(Counts().acts, before.acts + 1);
    EXPECT_EQ(Counts().cases, before.cases);
    EXPECT_EQ(Counts().open_deliveries, before.open_deliveries);
    EXPECT_EQ(Send(sender, request).status(), answer.status()) << "final for the act id";
    EXPECT_EQ(Counts().acts, before.acts + 1);
  }
  std::vector<std::string> Keys() const { return {hub_.log_keys().begin(), hub_.log_keys().end()}; }

  const Cast& cast_ = Cast::Get();
  Hub hub_{7};
};

}  // namespace rogatoria::exchange
