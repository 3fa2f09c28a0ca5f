// Goal: a hub that hands out bad receipts convinces nobody: what was sent stays in the outbox, what
// was delivered is neither taken nor acknowledged, and nothing that does not hold is kept.
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/client/office.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

class OfficeReceiptsTest : public testing::Test {
 protected:
  OfficeReceiptsTest()
      : hub_(offices_),
        pt_(*Office::Open(hub_.ProfileOf(offices_.pt()))),
        co_(*Office::Open(hub_.ProfileOf(offices_.co()))) {}

  // Files kept of an act's receipts.
  std::set<std::string> Kept(const TestOffice& office, const std::string& act_id) {
    std::set<std::string> names;
    std::error_code none;
    for (const auto& file :
         fs::directory_iterator(ReceiptFolder(office.profile.state, act_id), none)) {
      names.insert(file.path().filename().string());
    }
    return names;
  }
  // Acts that Colombia took; each one is acknowledged.
  absl::StatusOr<int> Take() {
    int taken = 0;
    const absl::Status status =
        co_->Receive(10, absl::Milliseconds(300), [&](const Subscription::Delivery&) {
          ++taken;
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    return taken;
  }

  TestOffices offices_;
  FakeHub hub_;
  std::unique_ptr<Office> pt_, co_;
};

TEST_F(OfficeReceiptsTest, AnHonestHubsAreKept) {
  const ActDraft draft = offices_.Request();
  ASSERT_THAT(pt_->Send(draft), IsOk());
  EXPECT_FALSE(pt_->IsInOutbox(draft.request_id));
  EXPECT_EQ(Kept(offices_.pt(), "pt-pgr/" + draft.request_id),
            (std::set<std::string>{"SUBMISSION_ACCEPTANCE.receipt",
                                   "CONTENT_CONSIGNMENT-co-fgn.receipt"}));
}

// The hub knows the way to Colombia only. It is pinned, and still nobody asked for it.
TEST_F(OfficeReceiptsTest, ARouteToWhomNobodyAskedForIsNotTaken) {
  ActDraft draft = offices_.Request();
  draft.to[0].set_authority("br-pgr");
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::KEY_NOT_TRUSTED));
  draft.to[0].mutable_competence()->set_country("BR");
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::KEY_NOT_TRUSTED));
  draft = offices_.Request();
  draft.to.emplace_back().set_authority("br-pgr");
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::KEY_NOT_TRUSTED)) << "one of two is left out";
  draft.to[1].mutable_competence()->set_country("CO");
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::KEY_NOT_TRUSTED)) << "nor is a competence";
}

// How a hub spoils the answer to an act.
struct Lie {
  const char* name;
  void (*tell)(TestOffices&, FakeHub&, const v1::SubmitActRequest&, v1::SubmitActResponse&);
};

class LyingHubTest : public OfficeReceiptsTest, public testing::WithParamInterface<Lie> {};

TEST_P(LyingHubTest, TheActIsNotCountedAsSent) {
  hub_.set_answer([this](const v1::SubmitActRequest& request) {
    auto answer = hub_.Honest(request);
    GetParam().tell(offices_, hub_, request, *answer);
    return answer;
  });
  const ActDraft draft = offices_.Request();
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::RECEIPT_NOT_VALID));
  EXPECT_TRUE(pt_->IsInOutbox(draft.request_id));
  EXPECT_TRUE(Kept(offices_.pt(), "pt-pgr/" + draft.request_id).empty());
  hub_.set_answer(nullptr);
  const auto flushed = pt_->Flush();  // when the hub is mended, the same bytes go
  ASSERT_THAT(flushed, IsOk());
  ASSERT_EQ(flushed->size(), 1u);
  EXPECT_THAT((*flushed)[0].status, IsOk());
  EXPECT_EQ(hub_.submitted()[0].SerializeAsString(), hub_.submitted()[1].SerializeAsString());
}

INSTANTIATE_TEST_SUITE_P(
    Lies,
    LyingHubTest,
    testing::Values(
        Lie{"AnotherLogsKey",
            [](TestOffices& offices,
               FakeHub&,
               const v1::SubmitActRequest& request,
               v1::SubmitActResponse& answer) {
              TestReceipts stranger(offices.pki().trust_domain());
              answer.mutable_receipts(0)->set_content(
                  stranger
                      .Make(HonestEvidence(request.act(),
                                           offices.pt().user.certificate,
                                           v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE))
                      .content());
            }},
        Lie{"AByteOfTheSignature",
            [](TestOffices&, FakeHub&, const v1::SubmitActRequest&, v1::SubmitActResponse& answer) {
              std::string& content = *answer.mutable_receipts(1)->mutable_content();
              char& byte = content[content.size() - 20];
              byte = byte == 'A' ? 'B' : 'A';
            }},
        Lie{"AnotherAct",
            [](TestOffices& offices,
               FakeHub& hub,
               const v1::SubmitActRequest&,
               v1::SubmitActResponse& answer) {
              v1::SubmitActRequest other;
              *other.mutable_act() = offices.Signed(offices.Request()).act;
              answer = *hub.Honest(other);
            }},
        Lie{"AnotherSigner",
            [](TestOffices& offices,
               FakeHub& hub,
               const v1::SubmitActRequest& request,
               v1::SubmitActResponse& answer) {
              *answer.mutable_receipts(0) =
                  hub.receipts().Make(HonestEvidence(request.act(),
                                                     offices.co().user.certificate,
                                                     v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE));
            }},
        Lie{"None",
            [](TestOffices&, FakeHub&, const v1::SubmitActRequest&, v1::SubmitActResponse& answer) {
              answer.clear_receipts();
            }}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(OfficeReceiptsTest, ARefusalInLawIsKeptWithItsProof) {
  hub_.set_answer([this](const v1::SubmitActRequest& request) {
    return Error(Reason::NOT_DESIGNATED)
        .Evidence(hub_.Refusal(request, Reason::NOT_DESIGNATED).content())
        .ToStatus();
  });
  const ActDraft draft = offices_.Request();
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::NOT_DESIGNATED));
  EXPECT_FALSE(pt_->IsInOutbox(draft.request_id));
  EXPECT_EQ(Kept(offices_.pt(), "pt-pgr/" + draft.request_id),
            std::set<std::string>{"SUBMISSION_REJECTION.receipt"});
}

// The refusal is final for this act id: other bytes under it would be one mistake more, and would
// take the place of those that the A.2 is about.
TEST_F(OfficeReceiptsTest, WhatWasRefusedInLawIsRefusedAgainAsItWas) {
  hub_.set_answer([this](const v1::SubmitActRequest& request) {
    return Error(Reason::NOT_DESIGNATED)
        .Evidence(hub_.Refusal(request, Reason::NOT_DESIGNATED).content())
        .ToStatus();
  });
  ActDraft draft = offices_.Request();
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::NOT_DESIGNATED));
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::NOT_DESIGNATED));
  const auto submitted = hub_.submitted();
  ASSERT_EQ(submitted.size(), 2u);
  EXPECT_EQ(submitted[0].SerializeAsString(), submitted[1].SerializeAsString());
  draft.content.mutable_letter()->set_text("corrected");
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::ACT_ID_REUSED));
  EXPECT_EQ(hub_.submitted().size(), 2u);
}

TEST_F(OfficeReceiptsTest, ARefusalWhoseProofDoesNotHoldIsNotBelieved) {
  hub_.set_answer([this](const v1::SubmitActRequest& request) {
    return Error(Reason::NOT_DESIGNATED)
        .Evidence(hub_.Refusal(request, Reason::WRONG_STATE).content())
        .ToStatus();
  });
  const ActDraft draft = offices_.Request();
  EXPECT_THAT(pt_->Send(draft), HasReason(Reason::RECEIPT_NOT_VALID));
  EXPECT_TRUE(pt_->IsInOutbox(draft.request_id));
  EXPECT_TRUE(Kept(offices_.pt(), "pt-pgr/" + draft.request_id).empty());
}

TEST_F(OfficeReceiptsTest, ADeliveryIsTakenAndAcknowledgedOnceItIsProved) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  hub_.Put(hub_.DeliveryOf(act, 1));
  const auto taken = Take();
  ASSERT_THAT(taken, IsOk());
  EXPECT_EQ(*taken, 1);
  ASSERT_EQ(hub_.settlements().size(), 1u);
  EXPECT_TRUE(hub_.settlements()[0].has_acknowledge());
  EXPECT_EQ(Kept(offices_.co(), act.header.act_id()),
            (std::set<std::string>{"SUBMISSION_ACCEPTANCE.receipt",
                                   "CONTENT_CONSIGNMENT-co-fgn.receipt",
                                   "CONTENT_HANDOVER-co-fgn.receipt"}));
}

TEST_F(OfficeReceiptsTest, ANoticeIsKeptShownAndAcknowledgedAndIsNoAct) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  hub_.Put(FakeHub::NoticeAbout(act, 1));
  hub_.Put(hub_.DeliveryOf(act, 2));
  std::vector<uint64_t> shown;
  int acts = 0;
  ASSERT_THAT(co_->Receive(
                  1,
                  absl::Seconds(20),
                  [&](const Subscription::Delivery&) {
                    ++acts;
                    return absl::OkStatus();
                  },
                  [&](const KeptNotice& notice) {
                    shown.push_back(notice.position);
                    return absl::OkStatus();
                  }),
              IsOk());
  EXPECT_EQ(acts, 1);
  EXPECT_EQ(shown, std::vector<uint64_t>{1});
  ASSERT_EQ(hub_.settlements().size(), 2u);
  EXPECT_EQ(hub_.settlements()[0].acknowledge().position(), 1u);
  EXPECT_EQ(hub_.settlements()[0].acknowledge().statement(), "");
  EXPECT_EQ(hub_.settlements()[0].acknowledge().signature(), "");
  const std::vector<KeptNotice> kept = ListNotices(offices_.co().profile.state);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].position, 1u);
  EXPECT_EQ(kept[0].notice.case_id(), act.header.case_id());
}

TEST_F(OfficeReceiptsTest, ANoticeThatIsNotTakenComesAgain) {
  hub_.Put(FakeHub::NoticeAbout(offices_.Signed(offices_.Request()), 1));
  const absl::Status fault = absl::InternalError("no terminal");
  EXPECT_EQ(co_->Receive(
                1,
                absl::Seconds(20),
                [](const Subscription::Delivery&) { return absl::OkStatus(); },
                [&](const KeptNotice&) { return fault; }),
            fault);
  EXPECT_TRUE(hub_.settlements().empty());
  EXPECT_THAT(Take(), IsOk()) << "whoever has no use for notices keeps and acknowledges them";
  EXPECT_EQ(hub_.settlements().size(), 1u);
  EXPECT_EQ(ListNotices(offices_.co().profile.state).size(), 1u);
}

TEST_F(OfficeReceiptsTest, ReceiptsOfOneNameAreAllKeptAndFetchingAgainAddsNone) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  v1::ListReceiptsResponse listed;
  for (const char* clock : {"ACKNOWLEDGE", "DECIDE"}) {
    Evidence missed = HonestEvidence(
        act.act, offices_.pt().user.certificate, v1::TRANSPORT_EVENT_DEADLINE_MISSED);
    missed.missed = {clock, "profile", {1795521600000}, {}, "co-fgn"};
    *listed.add_receipts() = hub_.receipts().Make(missed);
  }
  hub_.set_listed(listed, act.act);
  const std::set<std::string> both = {"DEADLINE_MISSED.receipt",
                                      "DEADLINE_MISSED-earlier-1.receipt"};
  std::vector<std::string> files;
  for (int round = 0; round < 3; ++round) {
    const auto fetched = pt_->FetchReceipts(act.header.act_id());
    ASSERT_THAT(fetched, IsOk());
    for (const FetchedReceipt& one : *fetched) ASSERT_THAT(one.status, IsOk());
    EXPECT_EQ(Kept(offices_.pt(), act.header.act_id()), both);
    if (round > 0) {
      EXPECT_NE((*fetched)[0].file, (*fetched)[1].file);
    }
  }
}

TEST_F(OfficeReceiptsTest, AHubThatRestartsBeforeItIsToldGivesTheActAgain) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  hub_.Put(hub_.DeliveryOf(act, 1));
  int seen = 0;
  ASSERT_THAT(co_->Receive(1,
                           absl::Seconds(20),
                           [&](const Subscription::Delivery&) {
                             if (++seen == 1) {
                               hub_.Stop();
                               hub_.Start();
                             }
                             return absl::OkStatus();
                           }),
              IsOk());
  EXPECT_EQ(seen, 2);
  ASSERT_EQ(hub_.settlements().size(), 1u);
  EXPECT_TRUE(hub_.settlements()[0].has_acknowledge());
}

TEST_F(OfficeReceiptsTest, AnActThatCannotBeOpenedIsGivenBackAndItsProofKept) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  hub_.Put(hub_.DeliveryOf(act, 1));
  ASSERT_THAT(co_->Receive(1,
                           absl::Seconds(20),
                           [](const Subscription::Delivery&) -> absl::Status {
                             return Error(Reason::NOT_SEALED_TO_US);
                           }),
              IsOk());
  ASSERT_EQ(hub_.settlements().size(), 1u);
  EXPECT_EQ(hub_.settlements()[0].reject().reason(), v1::REJECT_REASON_CANNOT_OPEN);
  EXPECT_TRUE(
      Kept(offices_.co(), act.header.act_id()).contains("CONTENT_HANDOVER_FAILURE-co-fgn.receipt"));
}

// A full disk of the office's says nothing about the act.
TEST_F(OfficeReceiptsTest, WhatThisMachineCannotDoSettlesNothing) {
  hub_.Put(hub_.DeliveryOf(offices_.Signed(offices_.Request()), 1));
  for (const absl::Status& fault : {absl::Status(Error(Reason::DISK_FULL)),
                                    absl::Status(Error(Reason::LOCAL_DISK_FULL)),
                                    absl::InternalError("the folder cannot be written")}) {
    EXPECT_EQ(co_->Receive(1,
                           absl::Seconds(20),
                           [&](const Subscription::Delivery&) -> absl::Status { return fault; }),
              fault);
  }
  EXPECT_TRUE(hub_.settlements().empty()) << "it comes again";
}

TEST_F(OfficeReceiptsTest, AnActUnderAnotherSignerIsNeitherTakenNorAcknowledged) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  auto delivery = hub_.DeliveryOf(act, 1);
  *delivery.mutable_receipts(1) = hub_.receipts().Make(HonestEvidence(
      act.act, offices_.pt().seal.certificate, v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT, "co-fgn"));
  hub_.Put(delivery);
  EXPECT_THAT(Take(), HasReason(Reason::RECEIPT_NOT_VALID));
  EXPECT_TRUE(hub_.settlements().empty());
  EXPECT_TRUE(Kept(offices_.co(), act.header.act_id()).empty());
}

TEST_F(OfficeReceiptsTest, AnActWithoutProofIsNeitherTakenNorAcknowledged) {
  auto delivery = hub_.DeliveryOf(offices_.Signed(offices_.Request()), 1);
  delivery.clear_receipts();
  hub_.Put(delivery);
  EXPECT_THAT(Take(), HasReason(Reason::RECEIPT_NOT_VALID));
  EXPECT_TRUE(hub_.settlements().empty());
}

TEST_F(OfficeReceiptsTest, OfFetchedOnesOnlyThoseThatHoldAreKept) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  v1::ListReceiptsResponse listed;
  *listed.mutable_receipts() = hub_.DeliveryOf(act, 1).receipts();
  Evidence false_handover = HonestEvidence(
      act.act, offices_.co().user.certificate, v1::TRANSPORT_EVENT_CONTENT_HANDOVER, "co-fgn");
  *listed.add_receipts() = hub_.receipts().Make(false_handover);
  hub_.set_listed(listed, act.act);
  const auto fetched = pt_->FetchReceipts(act.header.act_id());
  ASSERT_THAT(fetched, IsOk());
  ASSERT_EQ(fetched->size(), 3u);
  EXPECT_THAT((*fetched)[0].status, IsOk());
  EXPECT_THAT((*fetched)[2].status, HasReason(Reason::RECEIPT_NOT_VALID));
  EXPECT_EQ((*fetched)[2].file, "");
  EXPECT_EQ(Kept(offices_.pt(), act.header.act_id()),
            (std::set<std::string>{"SUBMISSION_ACCEPTANCE.receipt",
                                   "CONTENT_CONSIGNMENT-co-fgn.receipt"}));
}

TEST_F(OfficeReceiptsTest, WhereTheActIsNotToBeHadReceiptsOfAnotherAreStillNoticed) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  const PreparedAct other = offices_.Signed(offices_.Request());
  v1::ListReceiptsResponse listed;
  *listed.mutable_receipts() = hub_.DeliveryOf(other, 1).receipts();
  hub_.set_listed(listed, {});
  const auto fetched = pt_->FetchReceipts(act.header.act_id());
  ASSERT_THAT(fetched, IsOk());
  for (const FetchedReceipt& one : *fetched) {
    EXPECT_THAT(one.status, HasReason(Reason::RECEIPT_NOT_VALID));
  }
  EXPECT_TRUE(Kept(offices_.pt(), act.header.act_id()).empty());
}

}  // namespace
}  // namespace rogatoria::client
