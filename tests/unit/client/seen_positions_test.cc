#include "common/client/seen_positions.h"

#include <gtest/gtest.h>

#include "common/client/office.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/client/offices/fake_hub.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

// What came before our own act may still lie in the mailbox.
TEST(SeenPositionsTest, OurOwnActCountsWhenItIsTheNext) {
  const TemporaryFolder folder;
  const std::string state = folder.path();
  ASSERT_THAT(NoteSent(state, "pt-pgr/1", 1), IsOk());
  ASSERT_THAT(NoteSent(state, "pt-pgr/1", 3), IsOk());
  EXPECT_EQ(SeenPosition(state, "pt-pgr/1"), 1u);
  ASSERT_THAT(NoteSeen(state, "pt-pgr/1", 4), IsOk());
  ASSERT_THAT(NoteSent(state, "pt-pgr/1", 5), IsOk());
  EXPECT_EQ(SeenPosition(state, "pt-pgr/1"), 5u);
}

TEST(SeenPositionsTest, GoForwardOnlyAndEachCaseHasItsOwn) {
  TemporaryFolder folder;
  const std::string state = folder / "state";
  EXPECT_EQ(SeenPosition(state, "pt-pgr/1"), 0u);
  ASSERT_THAT(NoteSeen(state, "pt-pgr/1", 3), IsOk());
  ASSERT_THAT(NoteSeen(state, "pt-pgr/1", 2), IsOk());
  EXPECT_EQ(SeenPosition(state, "pt-pgr/1"), 3u);
  EXPECT_EQ(SeenPosition(state, "../1"), 0u);
  ASSERT_THAT(NoteSeen(state, "../1", 7), IsOk());
  EXPECT_EQ(SeenPosition(state, "../1"), 7u);
  EXPECT_EQ(SeenPosition(state, "pt-pgr/1"), 3u);
}

class OfficeSeesTest : public testing::Test {
 protected:
  OfficeSeesTest() : hub_(offices_) {}

  uint64_t StatedBy(const TestOffice& office, const std::string& case_id) {
    auto opened = Office::Open(hub_.ProfileOf(office));
    EXPECT_THAT(opened, IsOk());
    ActDraft draft = offices_.Request();
    draft.kind = v1::ACT_KIND_FREE_FORM;
    draft.case_id = case_id;
    const auto prepared = (*opened)->Prepare(draft);
    EXPECT_THAT(prepared, IsOk());
    return prepared.ok() ? prepared->header.case_position_seen() : 0;
  }

  TestOffices offices_;
  FakeHub hub_;
};

// The hub's case is further than this office has read: it states what it has.
TEST_F(OfficeSeesTest, WhatItSentAndWhatItReceived) {
  const ActDraft request = offices_.Request();
  const std::string case_id = "pt-pgr/" + request.request_id;
  EXPECT_EQ(StatedBy(offices_.pt(), case_id), 1u) << "the act that opened it is known to all";
  auto pt = Office::Open(hub_.ProfileOf(offices_.pt()));
  ASSERT_THAT((*pt)->Send(request), IsOk());
  EXPECT_EQ(SeenPosition(offices_.pt().profile.state, case_id), 1u);

  const PreparedAct act = offices_.Signed(offices_.Request());
  hub_.Put(hub_.DeliveryOf(act, 1));
  auto co = Office::Open(hub_.ProfileOf(offices_.co()));
  const std::string& state = offices_.co().profile.state;
  EXPECT_EQ(SeenPosition(state, act.header.case_id()), 0u);
  ASSERT_THAT((*co)->Receive(1, absl::Seconds(5), [](const auto&) { return absl::OkStatus(); }),
              IsOk());
  EXPECT_EQ(SeenPosition(state, act.header.case_id()), 1u);

  ASSERT_THAT(NoteSeen(offices_.pt().profile.state, case_id, 5), IsOk());
  EXPECT_EQ(StatedBy(offices_.pt(), case_id), 5u);
}

// What was given back was not read.
TEST_F(OfficeSeesTest, NotWhatItGaveBack) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  hub_.Put(hub_.DeliveryOf(act, 1));
  auto co = Office::Open(hub_.ProfileOf(offices_.co()));
  (*co)
      ->Receive(1,
                absl::Seconds(5),
                [](const auto&) -> absl::Status { return Error(Reason::NOT_SEALED_TO_US); })
      .IgnoreError();
  EXPECT_EQ(SeenPosition(offices_.co().profile.state, act.header.case_id()), 0u);
}

}  // namespace
}  // namespace rogatoria::client
