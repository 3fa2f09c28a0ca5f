// Goal: an act opens for ever. Its signature is judged at the instant at which the hub proved to
// have accepted it, not by today; without that proof, by today.
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/client/office.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::client {
namespace {

class OfficeExpiredSignerTest : public testing::Test {
 protected:
  OfficeExpiredSignerTest() : hub_(offices_), co_(*Office::Open(hub_.ProfileOf(offices_.co()))) {
    CertificateRequest request;
    request.profile = CertificateProfile::kSigning;
    request.common_name = "pt-pgr/u1";
    request.not_before = now_ + -absl::Minutes(50);
    request.not_after = now_ + -absl::Minutes(10);
    const TestIdentity expired = offices_.pki().Issue(TestPki::Ca::kSigners, request);
    offices_.pt().user = {expired.certificate, expired.key};
    act_ = offices_.Signed(offices_.Request());
  }

  Evidence Said(v1::TransportEvent event, const std::string& recipient, absl::Duration ago) {
    Evidence evidence = HonestEvidence(act_.act, offices_.pt().user.certificate, event, recipient);
    evidence.instant = now_ + -ago;
    return evidence;
  }
  v1::Receipt Acceptance(absl::Duration ago) {
    return hub_.receipts().Make(Said(v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE, "", ago));
  }
  // As it comes from a hub that accepted it that long ago.
  v1::ReceiveResponse::Delivery DeliveryFrom(absl::Duration ago) {
    v1::ReceiveResponse::Delivery delivery;
    delivery.set_position(1);
    *delivery.mutable_act() = act_.act;
    *delivery.add_receipts() = Acceptance(ago);
    *delivery.add_receipts() =
        hub_.receipts().Make(Said(v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT, "co-fgn", ago));
    return delivery;
  }
  void Keep(const v1::Receipt& receipt) {
    Receipts receipts;
    *receipts.Add() = receipt;
    ASSERT_THAT(SaveReceipts(Folder(), receipts), IsOk());
  }
  std::string Folder() { return ReceiptFolder(offices_.co().profile.state, act_.header.act_id()); }

  const Instant now_ = SystemClock().Now();
  TestOffices offices_;
  FakeHub hub_;
  std::unique_ptr<Office> co_;
  PreparedAct act_;
};

TEST_F(OfficeExpiredSignerTest, OpensAtTheInstantOfItsAcceptance) {
  EXPECT_THAT(co_->OpenAct(act_.act), HasReason(Reason::CERTIFICATE_EXPIRED)) << "no proof, today";
  Keep(Acceptance(absl::Minutes(30)));
  const auto opened = co_->OpenAct(act_.act);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->signer, offices_.pt().user.certificate);
}

TEST_F(OfficeExpiredSignerTest, IsTakenWhenItComesLate) {
  hub_.Put(DeliveryFrom(absl::Minutes(30)));
  absl::Status opened = absl::UnknownError("not taken");
  ASSERT_THAT(co_->Receive(1,
                           absl::Seconds(20),
                           [&](const Subscription::Delivery& delivery) {
                             opened = co_->OpenAct(delivery.act()).status();
                             return opened;
                           }),
              IsOk());
  EXPECT_THAT(opened, IsOk());
  ASSERT_EQ(hub_.settlements().size(), 1u);
  EXPECT_TRUE(hub_.settlements()[0].has_acknowledge());
}

// Verified at its A.1, the signer is compared with what the receipts say, expired or not.
TEST_F(OfficeExpiredSignerTest, UnderAnotherSignerIsNeitherTakenNorAcknowledged) {
  auto delivery = DeliveryFrom(absl::Minutes(30));
  Evidence consignment = Said(v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT, "co-fgn", absl::Minutes(30));
  consignment.signer_sha256 = offices_.pt().seal.certificate.fingerprint_sha256();
  *delivery.mutable_receipts(1) = hub_.receipts().Make(consignment);
  hub_.Put(delivery);
  EXPECT_THAT(co_->Receive(1,
                           absl::Milliseconds(300),
                           [](const Subscription::Delivery&) { return absl::OkStatus(); }),
              HasReason(Reason::RECEIPT_NOT_VALID));
  EXPECT_TRUE(hub_.settlements().empty());
}

TEST_F(OfficeExpiredSignerTest, AnAcceptanceAfterItHadExpiredDoesNotHelp) {
  Keep(Acceptance(absl::Minutes(5)));
  EXPECT_THAT(co_->OpenAct(act_.act), HasReason(Reason::CERTIFICATE_EXPIRED));
}

TEST_F(OfficeExpiredSignerTest, AnAcceptanceThatDoesNotHoldIsNone) {
  TestReceipts stranger(offices_.pki().trust_domain());
  Evidence acceptance = Said(v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE, "", absl::Minutes(30));
  Keep(stranger.Make(acceptance));
  EXPECT_THAT(co_->OpenAct(act_.act), HasReason(Reason::CERTIFICATE_EXPIRED)) << "another log's";
  acceptance.signer_sha256 = offices_.pt().seal.certificate.fingerprint_sha256();
  Keep(hub_.receipts().Make(acceptance));
  EXPECT_THAT(co_->OpenAct(act_.act), HasReason(Reason::CERTIFICATE_EXPIRED)) << "another signer's";
  acceptance = Said(v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE, "", absl::Minutes(30));
  acceptance.header_sha256 = std::string(64, '0');
  Keep(hub_.receipts().Make(acceptance));
  EXPECT_THAT(co_->OpenAct(act_.act), HasReason(Reason::CERTIFICATE_EXPIRED)) << "another act's";
  ASSERT_THAT(WriteFileDurably(Folder() + "/SUBMISSION_ACCEPTANCE.receipt", "damaged"), IsOk());
  EXPECT_THAT(co_->OpenAct(act_.act), HasReason(Reason::CERTIFICATE_EXPIRED)) << "no receipt";
}

// The sender's side: receipts that are fetched years later are still held against the signer.
TEST_F(OfficeExpiredSignerTest, FetchedReceiptsOfAnotherSignerAreNotKept) {
  v1::ListReceiptsResponse listed;
  *listed.add_receipts() = Acceptance(absl::Minutes(30));
  Evidence consignment = Said(v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT, "co-fgn", absl::Minutes(30));
  consignment.signer_sha256 = offices_.pt().seal.certificate.fingerprint_sha256();
  *listed.add_receipts() = hub_.receipts().Make(consignment);
  hub_.set_listed(listed, act_.act);
  const auto fetched = co_->FetchReceipts(act_.header.act_id());
  ASSERT_THAT(fetched, IsOk());
  ASSERT_EQ(fetched->size(), 2u);
  EXPECT_THAT((*fetched)[0].status, IsOk());
  EXPECT_THAT((*fetched)[1].status, HasReason(Reason::RECEIPT_NOT_VALID));
}

}  // namespace
}  // namespace rogatoria::client
