// Goal: an office keeps no receipt that does not prove what the office itself verified: a hub that
// hands out an act under another sender or signer is caught, or has signed a false statement.
#include "common/client/receipt_check.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "common/model/evidence.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/test_offices.h"
#include "tests/unit/client/offices/test_receipts.h"

namespace rogatoria::client {
namespace {

constexpr auto kAcceptance = v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE;
constexpr auto kRejection = v1::TRANSPORT_EVENT_SUBMISSION_REJECTION;
constexpr auto kConsignment = v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT;

class ReceiptCheckTest : public testing::Test {
 protected:
  ReceiptCheckTest()
      : prepared_(offices_.Signed(offices_.Request())),
        known_{prepared_.act.header(), signer().fingerprint_sha256()},
        hub_(offices_.pki().trust_domain()) {}

  const Certificate& signer() { return offices_.pt().user.certificate; }
  Evidence Honest(v1::TransportEvent event, const std::string& recipient = "") {
    return HonestEvidence(prepared_.act, signer(), event, recipient);
  }
  std::vector<std::string> keys() const { return {hub_.verifier_key()}; }
  Receipts HonestReceipts() {
    Receipts receipts;
    *receipts.Add() = hub_.Make(Honest(kAcceptance));
    *receipts.Add() = hub_.Make(Honest(kConsignment, "co-fgn"));
    return receipts;
  }
  // The check of a lone A.1 or D.1 that is honest but for what `change` does.
  absl::Status CheckChanged(v1::TransportEvent event,
                            const std::function<void(Evidence&)>& change) {
    Evidence evidence = Honest(event, event == kConsignment ? "co-fgn" : "");
    change(evidence);
    Receipts receipts;
    *receipts.Add() = hub_.Make(evidence);
    return CheckReceipts(receipts, known_, keys());
  }

  TestOffices offices_;
  PreparedAct prepared_;
  KnownAct known_;
  TestReceipts hub_;
};

void ExpectNotValid(const absl::Status& status, const std::string& field) {
  EXPECT_THAT(status, HasReason(Reason::RECEIPT_NOT_VALID));
  const auto details = GetErrorDetails(status);
  if (details.has_value()) {
    EXPECT_EQ(details->field, field);
  }
}

TEST_F(ReceiptCheckTest, HonestOnesHold) {
  EXPECT_THAT(CheckSubmission(HonestReceipts(), known_, keys()), IsOk());
  EXPECT_THAT(CheckDelivery(HonestReceipts(), known_, "co-fgn", keys()), IsOk());
}

struct FalseLine {
  const char* line;
  void (*change)(Evidence&);
};

class FalseStatementTest : public ReceiptCheckTest,
                           public testing::WithParamInterface<FalseLine> {};

TEST_P(FalseStatementTest, IsCaughtThoughTheLogSignedIt) {
  for (const auto event : {kAcceptance, kConsignment}) {
    ExpectNotValid(CheckChanged(event, GetParam().change),
                   std::string(EventCode(event)) + " " + GetParam().line);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Lines,
    FalseStatementTest,
    testing::Values(
        FalseLine{"sender", [](Evidence& e) { e.sender = "br-pgr"; }},
        FalseLine{"signer-sha256", [](Evidence& e) { e.signer_sha256 = std::string(64, '0'); }},
        FalseLine{"signed-by", [](Evidence& e) { e.signed_by_user = false; }},
        FalseLine{"header-sha256", [](Evidence& e) { e.header_sha256 = std::string(64, '1'); }},
        FalseLine{"content-sha256", [](Evidence& e) { e.content_sha256 = std::string(64, '2'); }},
        FalseLine{"act",
                  [](Evidence& e) { e.act_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"; }},
        FalseLine{"case",
                  [](Evidence& e) { e.case_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"; }},
        FalseLine{"kind", [](Evidence& e) { e.kind = v1::ACT_KIND_FREE_FORM; }},
        FalseLine{"channel-class",
                  [](Evidence& e) { e.channel_class = v1::CHANNEL_CLASS_INFORMAL; }},
        FalseLine{"legal-basis", [](Evidence& e) { e.legal_basis = "RECIPROCITY"; }},
        FalseLine{"channel-basis", [](Evidence& e) { e.channel_basis = "AIAMP-TIP-2011"; }}),
    [](const auto& tested) {
      std::string name = tested.param.line;
      name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
      return name;
    });

TEST_F(ReceiptCheckTest, ARecipientThatTheHeaderDoesNotName) {
  ExpectNotValid(CheckChanged(kConsignment, [](Evidence& e) { e.recipient = "br-pgr"; }),
                 "D.1 recipient");
  ExpectNotValid(CheckChanged(kAcceptance, [](Evidence& e) { e.recipient = "co-fgn"; }),
                 "A.1 recipient");
}

TEST_F(ReceiptCheckTest, WhoSignedIsNotComparedWhereItIsNotKnown) {
  known_.signer_sha256.clear();
  EXPECT_THAT(
      CheckChanged(kAcceptance, [](Evidence& e) { e.signer_sha256 = std::string(64, '0'); }),
      IsOk());
}

TEST_F(ReceiptCheckTest, AnotherLogsKey) {
  TestReceipts stranger(offices_.pki().trust_domain());
  ExpectNotValid(CheckReceipts(HonestReceipts(), known_, {stranger.verifier_key()}), "A.1");
}

TEST_F(ReceiptCheckTest, AnotherHubsThoughItsKeyIsTrusted) {
  TestReceipts other("other.test");
  Evidence evidence = Honest(kAcceptance);
  evidence.trust_domain = "other.test";
  Receipts receipts;
  *receipts.Add() = other.Make(evidence);
  ExpectNotValid(CheckReceipts(receipts, known_, {other.verifier_key()}), "A.1 trust-domain");
}

TEST_F(ReceiptCheckTest, AByteOfIt) {
  Receipts receipts = HonestReceipts();
  std::string& content = *receipts[1].mutable_content();
  content[content.find("co-fgn")] = 'x';
  ExpectNotValid(CheckReceipts(receipts, known_, keys()), "D.1");
}

TEST_F(ReceiptCheckTest, OneThatIsNotWhatTheHubCallsIt) {
  Receipts receipts = HonestReceipts();
  receipts[0].set_event(v1::TRANSPORT_EVENT_CONTENT_HANDOVER);
  ExpectNotValid(CheckReceipts(receipts, known_, keys()), "E.1 event");
  receipts = HonestReceipts();
  receipts[1].set_recipient("../../elsewhere");  // files are named after it
  ExpectNotValid(CheckReceipts(receipts, known_, keys()), "D.1 recipient");
}

TEST_F(ReceiptCheckTest, NoneIsNoProof) {
  ExpectNotValid(CheckSubmission({}, known_, keys()), "A.1");
  ExpectNotValid(CheckDelivery({}, known_, "co-fgn", keys()), "A.1");
  Receipts receipts = HonestReceipts();
  receipts.RemoveLast();
  ExpectNotValid(CheckSubmission(receipts, known_, keys()), "D.1");
  ExpectNotValid(CheckDelivery(receipts, known_, "co-fgn", keys()), "D.1");
  ExpectNotValid(CheckDelivery(HonestReceipts(), known_, "br-pgr", keys()), "D.1");
}

TEST_F(ReceiptCheckTest, ARefusalIsProvedByItsOwnReceipt) {
  Evidence evidence = Honest(kRejection);
  evidence.reason = "NOT_DESIGNATED";
  const auto refusal = [&](Reason reason) {
    return Error(reason).Evidence(hub_.Make(evidence).content()).ToStatus();
  };
  EXPECT_THAT(CheckRefusal(refusal(Reason::NOT_DESIGNATED), known_, keys()), IsOk());
  EXPECT_THAT(CheckRefusal(Error(Reason::NOT_DESIGNATED), known_, keys()), IsOk());
  ExpectNotValid(CheckRefusal(refusal(Reason::WRONG_STATE), known_, keys()), "A.2 reason");
  evidence.signer_sha256 = std::string(64, '0');
  ExpectNotValid(CheckRefusal(refusal(Reason::NOT_DESIGNATED), known_, keys()),
                 "A.2 signer-sha256");
  evidence = Honest(kAcceptance);
  ExpectNotValid(CheckRefusal(refusal(Reason::NOT_DESIGNATED), known_, keys()), "A.2 event");
  ExpectNotValid(CheckRefusal(Error(Reason::NOT_DESIGNATED).Evidence("nothing"), known_, keys()),
                 "A.2");
}

TEST_F(ReceiptCheckTest, WithoutTheActItsIdIsCompared) {
  const v1::Receipt receipt = hub_.Make(Honest(kAcceptance));
  EXPECT_THAT(CheckReceiptOf(receipt, prepared_.header.act_id(), keys()), IsOk());
  ExpectNotValid(CheckReceiptOf(receipt, "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49", keys()),
                 "A.1 act");
}

}  // namespace
}  // namespace rogatoria::client
