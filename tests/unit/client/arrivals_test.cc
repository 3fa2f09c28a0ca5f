// Goal: what arrives may be taken one by one, without callbacks: looked at, acknowledged, given
// back; across a hub that restarts, and until somebody says stop.
#include "common/client/arrivals.h"

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/descriptor.h"
#include "common/client/office.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::client {
namespace {

constexpr absl::Duration kIdle = absl::Milliseconds(500);

class ArrivalsTest : public testing::Test {
 protected:
  ArrivalsTest() : hub_(offices_), co_(*Office::Open(hub_.ProfileOf(offices_.co()))) {}

  PreparedAct Send(uint64_t position) {
    const PreparedAct act = offices_.Signed(offices_.Request());
    hub_.Put(hub_.DeliveryOf(act, position));
    return act;
  }
  size_t Kept(const std::string& act_id) {
    std::error_code none;
    const std::filesystem::directory_iterator files(
        ReceiptFolder(offices_.co().profile.state, act_id), none);
    return static_cast<size_t>(std::distance(begin(files), end(files)));
  }

  TestOffices offices_;
  FakeHub hub_;
  std::unique_ptr<Office> co_;
};

TEST_F(ArrivalsTest, EachIsLookedAtAndAcknowledged) {
  const PreparedAct first = Send(1), second = Send(2);
  Arrivals arrivals(*co_);
  for (const PreparedAct& act : {first, second}) {
    const auto next = arrivals.Next(kIdle);
    ASSERT_THAT(next, IsOk());
    ASSERT_TRUE(next->has_value());
    EXPECT_FALSE((*next)->is_notice());
    EXPECT_EQ((*next)->header.act_id(), act.header.act_id());
    EXPECT_EQ(Kept(act.header.act_id()), 2u) << "A.1 and D.1, before anybody looks";
    EXPECT_THAT(co_->OpenAct((*next)->act()), IsOk());
    EXPECT_THAT(arrivals.Acknowledge(**next), IsOk());
    EXPECT_EQ(Kept(act.header.act_id()), 3u) << "and E.1";
  }
  EXPECT_EQ(hub_.settlements().size(), 2u);
  EXPECT_FALSE(hub_.settlements()[0].acknowledge().signature().empty()) << "the seal's";
}

TEST_F(ArrivalsTest, NothingComes) {
  Arrivals arrivals(*co_);
  const auto next = arrivals.Next(absl::Milliseconds(50));
  ASSERT_THAT(next, IsOk());
  EXPECT_FALSE(next->has_value());
}

TEST_F(ArrivalsTest, OneIsGivenBack) {
  Send(1);
  Arrivals arrivals(*co_);
  const auto next = arrivals.Next(kIdle);
  ASSERT_THAT(next, IsOk());
  EXPECT_THAT(arrivals.Reject(**next, v1::REJECT_REASON_UNPROCESSABLE), IsOk());
  EXPECT_EQ(hub_.settlements().at(0).reject().reason(), v1::REJECT_REASON_UNPROCESSABLE);
}

// Of no statement where none was signed; of another only where another system of the office, whose
// acknowledgement came first, made it.
TEST_F(ArrivalsTest, TheReceiptIsOfWhatWasSaid) {
  for (uint64_t position = 1; position <= 4; ++position) Send(position);
  absl::Duration later = absl::ZeroDuration();
  hub_.set_settlement_lie([&later](Evidence& said) {
    said.acknowledgement_sha256 = std::string(64, 'a');
    said.instant.unix_ms += absl::ToInt64Milliseconds(later);
  });
  Arrivals arrivals(*co_);
  const auto acknowledge = [&] {
    const auto next = arrivals.Next(kIdle);
    return next.ok() && next->has_value() ? arrivals.Acknowledge(**next) : absl::UnknownError("");
  };
  later = absl::Hours(1);
  EXPECT_THAT(acknowledge(), HasReason(Reason::RECEIPT_NOT_VALID));
  later = -absl::Hours(1);
  EXPECT_THAT(acknowledge(), IsOk());
  hub_.set_settlement_lie([](Evidence&) {});
  EXPECT_THAT(acknowledge(), IsOk());
  hub_.set_settlement_lie(
      [](Evidence& said) { said.event = v1::TRANSPORT_EVENT_CONTENT_HANDOVER; });
  const auto next = arrivals.Next(kIdle);
  EXPECT_THAT(arrivals.Reject(**next, v1::REJECT_REASON_UNPROCESSABLE),
              HasReason(Reason::RECEIPT_NOT_VALID));
}

TEST_F(ArrivalsTest, OfAFormalActNobodysAcknowledgementIsUnsigned) {
  ActDraft formal = offices_.Request();
  formal.channel_class = v1::CHANNEL_CLASS_FORMAL;
  hub_.Put(hub_.DeliveryOf(offices_.Signed(formal), 1));
  hub_.set_settlement_lie([](Evidence& said) {
    said.acknowledgement_sha256.clear();
    said.instant.unix_ms -= absl::ToInt64Milliseconds(absl::Hours(1));
  });
  Arrivals arrivals(*co_);
  const auto next = arrivals.Next(kIdle);
  ASSERT_THAT(next, IsOk());
  EXPECT_THAT(arrivals.Acknowledge(**next), HasReason(Reason::RECEIPT_NOT_VALID));
}

TEST_F(ArrivalsTest, AnOfficeWithoutASealReceives) {
  OfficeProfile profile = hub_.ProfileOf(offices_.co());
  profile.seal.reset();
  co_ = *Office::Open(std::move(profile));
  const PreparedAct act = Send(1);
  Arrivals arrivals(*co_);
  const auto next = arrivals.Next(kIdle);
  ASSERT_THAT(next, IsOk());
  EXPECT_THAT(arrivals.Acknowledge(**next), IsOk());
  EXPECT_TRUE(hub_.settlements().at(0).acknowledge().signature().empty());
  EXPECT_EQ(Kept(act.header.act_id()), 3u);
}

TEST_F(ArrivalsTest, ANoticeIsKeptAndAcknowledgedWithoutASignature) {
  hub_.Put(FakeHub::NoticeAbout(offices_.Signed(offices_.Request()), 4));
  Arrivals arrivals(*co_);
  const auto next = arrivals.Next(kIdle);
  ASSERT_THAT(next, IsOk());
  ASSERT_TRUE((*next)->is_notice());
  EXPECT_EQ((*next)->notice().position, 4u);
  EXPECT_EQ(ListNotices(offices_.co().profile.state).size(), 1u);
  EXPECT_THAT(arrivals.Acknowledge(**next), IsOk());
  EXPECT_TRUE(hub_.settlements().at(0).acknowledge().statement().empty());
}

TEST_F(ArrivalsTest, AnActWithoutProofIsNotGivenAndTheNextOneIs) {
  auto unproven = hub_.DeliveryOf(offices_.Signed(offices_.Request()), 1);
  unproven.clear_receipts();
  hub_.Put(unproven);
  const PreparedAct proven = Send(2);
  Arrivals arrivals(*co_);
  EXPECT_THAT(arrivals.Next(kIdle), HasReason(Reason::RECEIPT_NOT_VALID));
  const auto next = arrivals.Next(kIdle);
  ASSERT_THAT(next, IsOk());
  EXPECT_EQ((*next)->header.act_id(), proven.header.act_id());
}

TEST_F(ArrivalsTest, AHubThatRestartsIsFoundAgain) {
  Send(1);
  Arrivals arrivals(*co_);
  const auto before = arrivals.Next(kIdle);
  ASSERT_THAT(before, IsOk());
  hub_.Stop();
  EXPECT_FALSE(arrivals.Acknowledge(**before).ok());
  hub_.Start();
  const auto again = arrivals.Next(absl::Seconds(5));
  ASSERT_THAT(again, IsOk());
  ASSERT_TRUE(again->has_value());
  EXPECT_EQ((*again)->header.act_id(), (*before)->header.act_id());
  EXPECT_THAT(arrivals.Acknowledge(**again), IsOk());
}

TEST_F(ArrivalsTest, AHubThatStaysAwayIsToldOfOnceAndGivenUp) {
  hub_.Stop();
  co_->connection().set_overall_deadline(absl::Seconds(1));
  std::vector<absl::Time> told;
  Arrivals arrivals(*co_, [&](const absl::Status& why, absl::Time until) {
    EXPECT_THAT(why, StatusIs(absl::StatusCode::kUnavailable));
    told.push_back(until);
  });
  const absl::Time begun = absl::Now();
  EXPECT_THAT(arrivals.Next(absl::Milliseconds(50)), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_GE(told[0], begun + absl::Seconds(1));
  EXPECT_LT(told[0], begun + absl::Seconds(20));
  EXPECT_LT(absl::Now(), begun + absl::Seconds(20));
}

TEST_F(ArrivalsTest, AnEndlessWaitIsToldOfEachTimeTheHubIsAway) {
  std::atomic<int> told = 0;
  Arrivals arrivals(*co_, [&](const absl::Status&, absl::Time until) {
    EXPECT_EQ(until, absl::InfiniteFuture());
    ++told;
    hub_.Start();
  });
  for (const uint64_t position : {uint64_t{1}, uint64_t{2}}) {
    hub_.Stop();
    Send(position);
    const auto next = arrivals.Next(absl::InfiniteDuration());
    ASSERT_THAT(next, IsOk());
    EXPECT_THAT(arrivals.Acknowledge(**next), IsOk());
    EXPECT_EQ(told, static_cast<int>(position));
  }
}

// A firewall that drops what is sent: the line is never there, and nothing says so.
TEST_F(ArrivalsTest, AHubThatNeverAnswersIsNotOneWithoutNews) {
  const Descriptor silent(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(silent.get(), any, size), 0);
  ASSERT_EQ(listen(silent.get(), 16), 0);
  ASSERT_EQ(getsockname(silent.get(), any, &size), 0);
  OfficeProfile profile = hub_.ProfileOf(offices_.co());
  profile.endpoints = {absl::StrCat("127.0.0.1:", ntohs(address.sin_port))};
  co_ = *Office::Open(std::move(profile));
  co_->connection().set_overall_deadline(absl::Seconds(1));
  int told = 0;
  Arrivals arrivals(*co_, [&](const absl::Status&, absl::Time) { ++told; });
  EXPECT_THAT(arrivals.Next(absl::Milliseconds(100)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(told, 1);
}

TEST_F(ArrivalsTest, AStreamThatOnlyEndedIsNoHubThatIsAway) {
  Send(1);
  int told = 0, taken = 0;
  const auto take = [&](const v1::ReceiveResponse::Delivery&) {
    return ++taken == 1 ? absl::UnavailableError("once") : absl::OkStatus();
  };
  EXPECT_THAT(
      co_->Receive(1, absl::Seconds(5), take, {}, [&](const absl::Status&, absl::Time) { ++told; }),
      IsOk());
  EXPECT_EQ(taken, 2);
  EXPECT_EQ(told, 0);
}

// It delivers, and takes no answer: another try each moment for ever would not help.
TEST_F(ArrivalsTest, WhatCannotBeSettledIsGivenUp) {
  Send(1);
  co_->connection().set_overall_deadline(absl::Seconds(1));
  const auto take = [](const v1::ReceiveResponse::Delivery&) {
    return absl::UnavailableError("still");
  };
  EXPECT_THAT(co_->Receive(1, absl::Seconds(1), take, {}),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(ArrivalsTest, WhereOneHasTheInboxAloneNobodyElseReceives) {
  const auto alone = *Office::Open(hub_.ProfileOf(offices_.co()));
  {
    Arrivals arrivals(*co_);
    EXPECT_THAT(arrivals.Next(absl::Milliseconds(50)), IsOk());
    const auto beside = *Office::Open(hub_.ProfileOf(offices_.co()));
    EXPECT_THAT(Arrivals(*beside).Next(absl::Milliseconds(50)), IsOk()) << "these share it";
    EXPECT_THAT(alone->HoldInbox(), HasReason(Reason::INBOX_BUSY));
  }
  ASSERT_THAT(alone->HoldInbox(), IsOk());
  EXPECT_THAT(Arrivals(*alone).Next(absl::Milliseconds(50)), IsOk());
  Send(1);
  EXPECT_THAT(Arrivals(*co_).Next(kIdle), HasReason(Reason::INBOX_BUSY));
}

TEST_F(ArrivalsTest, StopEndsAnEndlessWait) {
  Arrivals arrivals(*co_);
  absl::Notification ended;
  std::thread waiting([&] {
    EXPECT_THAT(arrivals.Next(absl::InfiniteDuration()), StatusIs(absl::StatusCode::kCancelled));
    ended.Notify();
  });
  absl::SleepFor(absl::Milliseconds(50));  // mostly: it waits by now
  arrivals.Stop();
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(absl::Seconds(10)));
  waiting.join();
  EXPECT_THAT(arrivals.Next(kIdle), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(ArrivalsTest, StopEndsTheWaitForAHubThatIsAway) {
  hub_.Stop();
  Arrivals arrivals(*co_);
  std::thread stopping([&] {
    absl::SleepFor(absl::Milliseconds(300));
    arrivals.Stop();
  });
  const absl::Time begun = absl::Now();
  EXPECT_THAT(arrivals.Next(absl::InfiniteDuration()), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(10));
  stopping.join();
}

}  // namespace
}  // namespace rogatoria::client
