// When documents go: a grace after everybody whom the act names took it over, and not while an act
// that was rejected may be put back; what no act attaches, when its time is over.
#include "tests/integration/documents_at_hub.h"
#include "tests/support/fake_clock.h"

namespace rogatoria {
namespace {

TEST_F(DocumentsTest, StayUntilEveryRecipientTookThemOver) {
  Upload(1);
  ASSERT_THAT(Send({1}, {"co-fgn", "br-mpf"}), IsOk());
  TakeOver("co-fgn");
  KeepAfter(absl::Hours(24 * 400));
  EXPECT_EQ(StoredFiles(), 1);
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_ATTACHED);
}

// Who puts the dead letter back delivers its documents too.
TEST_F(DocumentsTest, StayWhileAnActThatWasRejectedMayBePutBack) {
  Upload(1);
  ASSERT_THAT(Send({1}), IsOk());
  GiveBack("co-fgn");
  KeepAfter(absl::Hours(24 * 364));
  EXPECT_EQ(StoredFiles(), 1);
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_ATTACHED);
  KeepAfter(absl::Hours(24 * 32));
  EXPECT_EQ(StoredFiles(), 0) << "not for ever: they count against their sender's quota";
}

TEST_F(DocumentsTest, AreErasedAGraceAfterADeadLetterWasPutBackAndTaken) {
  Upload(1);
  ASSERT_THAT(Send({1}), IsOk());
  v1::RequeueDeadLetterRequest requeue;
  requeue.set_request_id("6f1c0a52-8e0b-4b7e-9a55-000000000001");
  requeue.set_authority("co-fgn");
  requeue.set_position(GiveBack("co-fgn"));
  FakeClock a_day_later(SystemClock().Now() + absl::Hours(25));
  KeepBy(a_day_later);  // that it is a dead letter
  ASSERT_THAT(CallStub(broker_->admin(), &v1::AdminService::Stub::RequeueDeadLetter, requeue),
              IsOk());
  TakeOver("co-fgn");
  KeepAfter(absl::Hours(24 * 29));
  EXPECT_EQ(StoredFiles(), 1);
  KeepAfter(absl::Hours(24 * 3));
  EXPECT_EQ(StoredFiles(), 0) << "not a year after it was rejected";
}

TEST_F(DocumentsTest, AreErasedAGraceAfterEveryRecipientTookThemOver) {
  Upload(1);
  ASSERT_THAT(Send({1}, {"co-fgn", "br-mpf"}), IsOk());
  TakeOver("co-fgn");
  TakeOver("br-mpf");
  KeepAfter(absl::Hours(24 * 29));
  EXPECT_EQ(StoredFiles(), 1) << "the grace is not over";
  KeepAfter(absl::Hours(24 * 2));
  EXPECT_EQ(StoredFiles(), 0);
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_ERASED);
  EXPECT_EQ(last_.look_at, std::nullopt);
  EXPECT_EQ(last_.sealed_sha256, Sha256(Bytes(1)));
  EXPECT_EQ(last_step_, v1::CUSTODY_EVENT_ERASED);
}

TEST_F(DocumentsTest, WhatNoActAttachesInTimeIsErased) {
  Upload(2);
  Write(1);
  KeepAfter(absl::Hours(24 * 29));
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_OPEN);
  KeepAfter(absl::Hours(24 * 2));
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_ERASED);
  EXPECT_EQ(last_step_, v1::CUSTODY_EVENT_ERASED);
  EXPECT_EQ(StoredFiles(), 0);
}

}  // namespace
}  // namespace rogatoria
