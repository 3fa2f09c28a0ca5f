// Goal: one act of the outbox does not keep the others; what has to be sealed and signed anew is,
// where the key is at hand, and is said where it is not.
#include <filesystem>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/office.h"
#include "common/client/redraft.h"
#include "common/model/header.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::client {
namespace {

constexpr size_t kMaxBytes = 4 * 1024 * 1024;

class OfficeOutboxTest : public testing::Test {
 protected:
  OfficeOutboxTest() : hub_(offices_) { Open(hub_.ProfileOf(offices_.pt())); }

  void Open(const OfficeProfile& profile) {
    pt_.reset();  // the outbox is locked
    pt_ = *Office::Open(profile);
    pt_->connection().set_overall_deadline(absl::Milliseconds(200));
  }
  // An act that an earlier run left; oldest first.
  PreparedAct Leave() {
    const PreparedAct act = offices_.Signed(offices_.Request());
    v1::SubmitActRequest request;
    request.set_request_id(act.request_id);
    *request.mutable_act() = act.act;
    EXPECT_THAT((*Outbox::Open(offices_.pt().profile.state))->Put(request), IsOk());
    return act;
  }
  // Refuses the first act that comes, and takes the others.
  void RefuseFirst(const absl::Status& why) {
    hub_.set_answer(
        [this, why, first = std::make_shared<bool>(true)](
            const v1::SubmitActRequest& request) -> absl::StatusOr<v1::SubmitActResponse> {
          if (std::exchange(*first, false)) return why;
          return hub_.Honest(request);
        });
  }
  std::vector<FlushedAct> Flush() {
    auto flushed = pt_->Flush();
    EXPECT_THAT(flushed, IsOk());
    return flushed.ok() ? *std::move(flushed) : std::vector<FlushedAct>();
  }
  bool IsSetAside(const PreparedAct& act) {
    return ReadFile(absl::StrCat(offices_.pt().profile.state, "/failed/", act.request_id, ".act"),
                    kMaxBytes)
        .ok();
  }
  v1::ActHeader HeaderOf(const v1::SubmitActRequest& request) {
    return *ParseHeader(request.act().header());
  }

  TestOffices offices_;
  FakeHub hub_;
  std::unique_ptr<Office> pt_;
};

const absl::Status kRouteChanged = Error(Reason::ROUTE_CHANGED).Field("recipients");
const absl::Status kTooOld = Error(Reason::FIELD_INVALID)
                                 .Field("act.header.created_unix_ms")
                                 .Accepted("within a day of the hub's clock");

TEST_F(OfficeOutboxTest, ARefusedActDoesNotKeepTheOthers) {
  const PreparedAct first = Leave();
  const PreparedAct second = Leave();
  RefuseFirst(Error(Reason::SIGNER_NOT_ACTIVE));
  const auto flushed = Flush();
  ASSERT_EQ(flushed.size(), 2u);
  const bool in_order = flushed[0].request_id == first.request_id;
  EXPECT_THAT(flushed[0].status, HasReason(Reason::SIGNER_NOT_ACTIVE));
  EXPECT_FALSE(flushed[0].in_outbox);
  EXPECT_TRUE(IsSetAside(in_order ? first : second));
  EXPECT_THAT(flushed[1].status, IsOk());
  EXPECT_FALSE(flushed[1].signed_again);
  EXPECT_TRUE(Flush().empty());
}

TEST_F(OfficeOutboxTest, WhenTheHubIsAwayTheRestWaitsUntried) {
  Leave();
  Leave();
  hub_.Stop();
  const auto flushed = Flush();
  ASSERT_EQ(flushed.size(), 2u);
  for (const FlushedAct& act : flushed) {
    EXPECT_TRUE(absl::IsUnavailable(act.status) || absl::IsDeadlineExceeded(act.status));
    EXPECT_TRUE(act.in_outbox);
  }
  hub_.Start();
  pt_->connection().set_overall_deadline(absl::Seconds(20));
  for (const FlushedAct& act : Flush()) EXPECT_THAT(act.status, IsOk());
}

TEST_F(OfficeOutboxTest, ADamagedFileDoesNotKeepTheOthers) {
  const PreparedAct damaged = Leave();
  const PreparedAct whole = Leave();
  const std::string state = offices_.pt().profile.state;
  const std::string name = absl::StrCat("/", damaged.request_id, ".act");
  ASSERT_THAT(WriteFileDurably(absl::StrCat(state, "/outbox", name), "no act"), IsOk());
  const auto flushed = Flush();
  ASSERT_EQ(flushed.size(), 2u);
  EXPECT_EQ(flushed[0].act_id, absl::StrCat("pt-pgr/", damaged.request_id));
  EXPECT_THAT(flushed[0].status, HasReason(Reason::OUTBOX_FILE_DAMAGED));
  EXPECT_EQ(flushed[0].bad_file, absl::StrCat(state, "/failed", name));
  EXPECT_FALSE(flushed[0].in_outbox);
  EXPECT_EQ(flushed[1].request_id, whole.request_id);
  EXPECT_THAT(flushed[1].status, IsOk());
  ASSERT_EQ(hub_.submitted().size(), 1u);
  EXPECT_EQ(hub_.submitted()[0].request_id(), whole.request_id);
  EXPECT_TRUE(Flush().empty());
}

class SealedAnewTest : public OfficeOutboxTest, public testing::WithParamInterface<absl::Status> {};

TEST_P(SealedAnewTest, WithTheKeyThatSignedItFirst) {
  const PreparedAct act = Leave();
  RefuseFirst(GetParam());
  const auto flushed = Flush();
  ASSERT_EQ(flushed.size(), 1u);
  EXPECT_THAT(flushed[0].status, IsOk());
  EXPECT_TRUE(flushed[0].signed_again);
  const auto submitted = hub_.submitted();
  ASSERT_EQ(submitted.size(), 2u);
  EXPECT_EQ(submitted[1].request_id(), act.request_id);
  const v1::ActHeader before = HeaderOf(submitted[0]), now = HeaderOf(submitted[1]);
  EXPECT_EQ(now.act_id(), before.act_id());
  EXPECT_NE(now.recipients(0).route_id(), before.recipients(0).route_id());
  EXPECT_GE(now.created_unix_ms(), before.created_unix_ms());
  const auto opened =
      OpenAct(submitted[1].act(), {offices_.co().sealing}, offices_.signers(), SystemClock().Now());
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->content.letter().text(), offices_.Request().content.letter().text());
  EXPECT_EQ(opened->cover_slip.subject(), offices_.Request().cover_slip.subject());
}

TEST_P(SealedAnewTest, IsNotSignedByAnotherNorWithoutAKey) {
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  const std::optional<SigningKey> others[] = {std::nullopt, offices_.co().profile.user};
  for (const auto& user : others) {
    const PreparedAct act = Leave();
    profile.user = user;
    Open(profile);
    RefuseFirst(GetParam());
    const auto flushed = Flush();
    ASSERT_EQ(flushed.size(), 1u);
    EXPECT_TRUE(NeedsSealingAnew(flushed[0].status)) << flushed[0].status;
    EXPECT_FALSE(flushed[0].signed_again);
    EXPECT_FALSE(flushed[0].in_outbox);
    EXPECT_TRUE(IsSetAside(act));
    pt_.reset();
  }
}

TEST_P(SealedAnewTest, IsLeftToThePersonWhoSubmitsASignature) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  RefuseFirst(GetParam());
  pt_->connection().set_overall_deadline(absl::Seconds(20));
  EXPECT_TRUE(NeedsSealingAnew(pt_->Submit(act).status()));
  EXPECT_EQ(hub_.submitted().size(), 1u);
  EXPECT_FALSE(pt_->IsInOutbox(act.request_id));
  EXPECT_NE(pt_->SetAsidePath(act.request_id), "");
}

INSTANTIATE_TEST_SUITE_P(Reasons,
                         SealedAnewTest,
                         testing::Values(kRouteChanged, kTooOld),
                         [](const auto& tested) {
                           return std::string(ReasonName(GetErrorDetails(tested.param)->reason));
                         });

TEST_F(OfficeOutboxTest, SendingResolvesAgainWhenTheRouteChanged) {
  RefuseFirst(kRouteChanged);
  const ActDraft draft = offices_.Request();
  pt_->connection().set_overall_deadline(absl::Seconds(20));
  ASSERT_THAT(pt_->Send(draft), IsOk());
  EXPECT_EQ(hub_.resolutions(), 2);
  EXPECT_FALSE(pt_->IsInOutbox(draft.request_id));
}

// A program that crashed sends the same file again, with its request id.
TEST_F(OfficeOutboxTest, WhatWaitsIsSentAsItWasMade) {
  const ActDraft draft = offices_.Request();
  hub_.set_answer([](const v1::SubmitActRequest&) { return absl::UnavailableError("away"); });
  EXPECT_FALSE(pt_->Send(draft).ok());
  hub_.set_answer(nullptr);
  EXPECT_THAT(pt_->Send(draft), IsOk());
  const auto submitted = hub_.submitted();
  ASSERT_GE(submitted.size(), 2u);
  EXPECT_EQ(submitted.back().SerializeAsString(), submitted.front().SerializeAsString());
}

TEST_F(OfficeOutboxTest, WhatTheHubHasIsSentAsItHasIt) {
  const ActDraft draft = offices_.Request();
  ASSERT_THAT(pt_->Send(draft), IsOk());
  hub_.set_listed({}, hub_.submitted().front().act());
  EXPECT_THAT(pt_->Send(draft), IsOk());
  const auto submitted = hub_.submitted();
  ASSERT_EQ(submitted.size(), 2u);
  EXPECT_EQ(submitted.back().SerializeAsString(), submitted.front().SerializeAsString());
}

TEST_F(OfficeOutboxTest, ADraftThatSaysSomethingElseIsNotSentUnderAnIdThatIsTaken) {
  ActDraft draft = offices_.Request();
  ASSERT_THAT(pt_->Send(draft), IsOk());
  hub_.set_listed({}, hub_.submitted().front().act());
  draft.content.mutable_letter()->set_text("something else");
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::ACT_ID_REUSED));
  EXPECT_EQ(hub_.submitted().size(), 1u);
}

TEST_F(OfficeOutboxTest, WhatAWaitingActSaysIsNotReplacedEither) {
  ActDraft draft = offices_.Request();
  hub_.set_answer([](const v1::SubmitActRequest&) { return absl::UnavailableError("away"); });
  EXPECT_FALSE(pt_->Send(draft).ok());
  hub_.set_answer(nullptr);
  const size_t before = hub_.submitted().size();
  draft.measures.front().set_code("OTHER");
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::ACT_ID_REUSED));
  EXPECT_EQ(hub_.submitted().size(), before);
  EXPECT_EQ(Flush().size(), 1u) << "the first one still waits";
}

// The act lies at the hub, and its id is taken from now on.
class ActOfTheHubsTest : public OfficeOutboxTest {
 protected:
  ActOfTheHubsTest() : act_(offices_.Signed(draft_ = offices_.Request())) {
    const auto sent = pt_->Submit(act_);
    EXPECT_THAT(sent, IsOk());
    *listed_.mutable_receipts() = sent->receipts();
    hub_.set_listed(listed_, act_.act);
    hub_.set_answer([](const v1::SubmitActRequest&) {
      return Error(Reason::ACT_ID_REUSED).Field("request_id").ToStatus();
    });
  }

  // As a machine that was restored from before, or another one of the office's.
  void Forget() {
    std::filesystem::remove_all(offices_.pt().profile.state);
    Open(hub_.ProfileOf(offices_.pt()));
  }
  void ExpectSent(const absl::StatusOr<v1::SubmitActResponse>& sent) {
    ASSERT_THAT(sent, IsOk());
    EXPECT_EQ(sent->case_position(), 7u);
    EXPECT_EQ(sent->receipts_size(), 2);
    EXPECT_FALSE(pt_->IsInOutbox(draft_.request_id));
    EXPECT_EQ(pt_->SetAsidePath(draft_.request_id), "");
  }

  ActDraft draft_;
  PreparedAct act_;
  v1::ListReceiptsResponse listed_;
};

TEST_F(ActOfTheHubsTest, IsSentUnderAnotherSignatureToo) {
  PreparedAct again = act_;
  ASSERT_THAT(Sign(again, offices_.pt().user), IsOk());
  ASSERT_NE(again.act.signature(), act_.act.signature());
  ExpectSent(pt_->Submit(again));
  Forget();
  ExpectSent(pt_->Submit(again));
}

TEST_F(ActOfTheHubsTest, IsSentForAStateThatForgotIt) {
  Forget();
  ExpectSent(pt_->Send(draft_));
  EXPECT_NE(hub_.submitted().back().act().header(), act_.act.header()) << "it was sealed anew";
}

TEST_F(ActOfTheHubsTest, IsNotWhatSaysSomethingElse) {
  Forget();
  draft_.content.mutable_letter()->set_text("something else");
  EXPECT_THAT(pt_->Send(draft_), HasReason(Reason::ACT_ID_REUSED));
  EXPECT_NE(pt_->SetAsidePath(draft_.request_id), "");
}

TEST_F(ActOfTheHubsTest, IsNotSentWithoutItsReceipts) {
  listed_.mutable_receipts()->RemoveLast();
  hub_.set_listed(listed_, act_.act);
  Forget();
  EXPECT_THAT(pt_->Send(draft_), HasReason(Reason::RECEIPT_NOT_VALID));
  EXPECT_TRUE(pt_->IsInOutbox(draft_.request_id));
}

// Without its content, as the hub hands a refused act out.
TEST_F(ActOfTheHubsTest, IsNotSentIfItWasRefused) {
  listed_.clear_receipts();
  v1::Act refused = act_.act;
  refused.clear_body();
  hub_.set_listed(listed_, refused);
  hub_.set_disposition(v1::ACT_DISPOSITION_REFUSED);
  Forget();
  PreparedAct again = act_;
  ASSERT_THAT(Sign(again, offices_.pt().user), IsOk());
  EXPECT_THAT(pt_->Submit(again), HasReason(Reason::ACT_ID_REUSED));
  EXPECT_FALSE(pt_->IsInOutbox(draft_.request_id));
  const auto aside = ReadRequestFile(pt_->SetAsidePath(draft_.request_id));
  ASSERT_THAT(aside, IsOk());
  EXPECT_EQ(aside->act().body(), act_.act.body());
}

// What was fetched from the hub has no shares; a kill left it in the outbox.
TEST_F(ActOfTheHubsTest, IsSettledFromTheOutboxThoughItLacksItsShares) {
  Forget();
  pt_.reset();
  v1::SubmitActRequest request;
  request.set_request_id(act_.request_id);
  *request.mutable_act() = act_.act;
  request.mutable_act()->set_identity_part("sealed");
  ASSERT_THAT((*Outbox::Open(offices_.pt().profile.state))->Put(request), IsOk());
  Open(hub_.ProfileOf(offices_.pt()));
  hub_.set_answer([](const v1::SubmitActRequest&) {
    return Error(Reason::IDENTITY_PART_INCOMPLETE).Field("act.identity_shares").ToStatus();
  });
  const size_t before = hub_.submitted().size();
  const auto flushed = Flush();
  ASSERT_EQ(flushed.size(), 1u);
  EXPECT_THAT(flushed[0].status, IsOk());
  EXPECT_FALSE(flushed[0].in_outbox);
  EXPECT_EQ(hub_.submitted().size(), before);
}

TEST_F(ActOfTheHubsTest, IsLookedForAgainWhereItsUploadIsNotKnown) {
  Forget();
  const absl::Status no_key = Error(Reason::UPLOAD_KEY_MISSING).Field("letter");
  const absl::Status suspended = Error(Reason::RECIPIENT_SUSPENDED).Field("addressees");
  const absl::Status taken = Error(Reason::ACT_ID_REUSED).Field("request_id");
  hub_.Stop();
  EXPECT_TRUE(StaysInOutbox(pt_->SendRecorded(draft_, no_key).status()));
  EXPECT_TRUE(StaysInOutbox(pt_->SendRecorded(draft_, suspended).status()));
  EXPECT_THAT(pt_->SendRecorded(draft_, taken), HasReason(Reason::ACT_ID_REUSED));
  hub_.Start();
  pt_->connection().set_overall_deadline(absl::Seconds(20));
  hub_.set_answer(nullptr);
  const auto sent = pt_->SendRecorded(draft_, no_key);
  EXPECT_THAT(sent, IsOk());
  draft_.content.mutable_letter()->set_text("something else");
  EXPECT_THAT(pt_->SendRecorded(draft_, no_key), HasReason(Reason::ACT_ID_REUSED));
  hub_.set_listed({}, {});
  EXPECT_THAT(pt_->SendRecorded(draft_, no_key), HasReason(Reason::UPLOAD_KEY_MISSING));
}

// Who enters it sends the same again.
TEST_F(ActOfTheHubsTest, IsSentThoughItsPinIsMissing) {
  const absl::Status no_pin = Error(Reason::TOKEN_PIN_MISSING).Field("user.token");
  Forget();
  hub_.Stop();
  EXPECT_THAT(pt_->SendRecorded(draft_, no_pin), HasReason(Reason::TOKEN_PIN_MISSING));
  hub_.Start();
  pt_->connection().set_overall_deadline(absl::Seconds(20));
  hub_.set_answer(nullptr);
  EXPECT_THAT(pt_->SendRecorded(draft_, no_pin), IsOk());
}

// It reached its recipient, who was suspended since.
TEST_F(ActOfTheHubsTest, IsSentThoughItWouldNotBeTakenNow) {
  const absl::Status suspended = Error(Reason::RECIPIENT_SUSPENDED).Field("addressees");
  Forget();
  hub_.set_answer(nullptr);
  EXPECT_THAT(pt_->SendRecorded(draft_, suspended), IsOk());
  Forget();
  draft_.content.mutable_letter()->set_text("something else");
  EXPECT_THAT(pt_->SendRecorded(draft_, suspended), HasReason(Reason::ACT_ID_REUSED));
  hub_.set_disposition(v1::ACT_DISPOSITION_REFUSED);
  EXPECT_THAT(pt_->SendRecorded(draft_, suspended), HasReason(Reason::RECIPIENT_SUSPENDED));
}

// Another text under its id was refused; the first one is sent all the same.
TEST_F(ActOfTheHubsTest, IsSentAfterSomethingElseWasRefusedUnderItsId) {
  Forget();
  hub_.set_answer([this](const v1::SubmitActRequest& request) {
    return Error(Reason::ACT_ID_REUSED)
        .Field("request_id")
        .Evidence(hub_.Refusal(request, Reason::ACT_ID_REUSED).content())
        .ToStatus();
  });
  ActDraft other = draft_;
  other.content.mutable_letter()->set_text("something else");
  EXPECT_THAT(pt_->Send(other), HasReason(Reason::ACT_ID_REUSED));
  EXPECT_NE(pt_->SetAsidePath(draft_.request_id), "");
  ExpectSent(pt_->Send(draft_));
}

TEST_F(OfficeOutboxTest, OneSignatureWaitsAndNoOtherTakesItsPlace) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  PreparedAct again = act;
  ASSERT_THAT(Sign(again, offices_.pt().user), IsOk());
  hub_.set_answer([](const v1::SubmitActRequest&) { return absl::UnavailableError("away"); });
  EXPECT_FALSE(pt_->Submit(act).ok());
  EXPECT_THAT(pt_->Submit(again), HasReason(Reason::ACT_ID_REUSED));
  const auto waiting = pt_->FindInOutbox(act.request_id);
  ASSERT_THAT(waiting, IsOk());
  ASSERT_TRUE(waiting->has_value());
  EXPECT_EQ((*waiting)->act().signature(), act.act.signature());
}

TEST_F(OfficeOutboxTest, ARouteThatAlwaysChangesIsGivenUpAndTheActWaits) {
  hub_.set_answer([](const v1::SubmitActRequest&) { return kRouteChanged; });
  const ActDraft draft = offices_.Request();
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::ROUTE_CHANGED));
  EXPECT_EQ(hub_.resolutions(), 3);
  EXPECT_TRUE(pt_->IsInOutbox(draft.request_id));
}

TEST_F(OfficeOutboxTest, ADraftMadeFromASealedActIsTheDraftItWasMadeFrom) {
  ActDraft draft = offices_.Request();
  draft.urgency.set_level(v1::URGENCY_LEVEL_URGENT);
  draft.urgency.set_reason(v1::URGENCY_REASON_HEARING_DATE);
  draft.related_cases = {"pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"};
  draft.channel_basis = "COMJIB-MEDELLIN-2019";
  const PreparedAct act = offices_.Signed(draft);
  const auto opened =
      OpenAct(act.act, {offices_.pt().sealing}, offices_.signers(), SystemClock().Now());
  ASSERT_THAT(opened, IsOk());
  const PreparedAct again = offices_.Signed(DraftOf(*opened));
  v1::ActHeader first = act.header, second = again.header;
  for (v1::ActHeader* header : {&first, &second}) {
    header->clear_created_unix_ms();
    header->clear_content();
  }
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
}

}  // namespace
}  // namespace rogatoria::client
