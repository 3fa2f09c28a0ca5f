// Every way in which an acknowledgement can be wrong, each by itself.
#include "services/delivery/acknowledgement.h"

#include <functional>

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/delivery/test_mailboxes.h"

namespace rogatoria::delivery {
namespace {

class AcknowledgementTest : public ::testing::Test {
 protected:
  AcknowledgementTest() {
    acceptance_ = SomeEvidence(TestActId(1));
    acceptance_.header_sha256 = ToHex(Bytes(32, 'h'));
    statement_.set_trust_domain("rogatoria.example");
    statement_.set_act_id(TestActId(1));
    statement_.set_header_sha256(Bytes(32, 'h'));
    statement_.set_recipient("co-fgn");
    statement_.set_acknowledged_unix_ms(1795521600000);
  }
  absl::Status Check(const v1::ReceiveRequest::Acknowledge& acknowledgement) {
    return CheckAcknowledgement(acceptance_,
                                acknowledgement,
                                {.trust_domain = "rogatoria.example",
                                 .authority = "co-fgn",
                                 .registry = test_.registry.Get(),
                                 .anchors = test_.anchors,
                                 .now = test_.hub.clock.Now()},
                                test_.verifier);
  }
  absl::Status Check(const TestSeal* signer) {
    return Check(test_.MakeAcknowledgement(1, statement_, signer));
  }

  TestMailboxes test_;
  Evidence acceptance_;
  v1::AcknowledgementStatement statement_;
};

TEST_F(AcknowledgementTest, UnderSealIsTaken) {
  EXPECT_THAT(Check(&test_.seal), IsOk());
}

TEST_F(AcknowledgementTest, UnsignedIsRefusedForAFormalAct) {
  EXPECT_THAT(Check(nullptr), HasReason(Reason::ACKNOWLEDGEMENT_UNSIGNED));
}

TEST_F(AcknowledgementTest, UnsignedIsTakenForAnInformalAct) {
  acceptance_.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  EXPECT_THAT(Check(nullptr), IsOk());
}

TEST_F(AcknowledgementTest, AWrongSealIsRefusedForAnInformalActToo) {
  acceptance_.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  EXPECT_THAT(Check(&test_.stranger), HasReason(Reason::SIGNER_NOT_REGISTERED));
}

TEST_F(AcknowledgementTest, SomebodyElsesSealIsRefused) {
  EXPECT_THAT(Check(&test_.stranger), HasReason(Reason::SIGNER_NOT_REGISTERED));
}

TEST_F(AcknowledgementTest, ASignatureOverOtherBytesIsRefused) {
  auto acknowledgement = test_.MakeAcknowledgement(1, statement_, &test_.seal);
  statement_.set_acknowledged_unix_ms(1795521600001);
  acknowledgement.set_statement(ToSignedBytes(kAcknowledgementFirstLine, statement_));
  EXPECT_THAT(Check(acknowledgement), HasReason(Reason::SIGNATURE_INVALID));
}

TEST_F(AcknowledgementTest, RubbishForASignatureIsRefused) {
  auto acknowledgement = test_.MakeAcknowledgement(1, statement_, nullptr);
  acknowledgement.set_signature("rubbish");
  const absl::Status refusal = Check(acknowledgement);
  EXPECT_THAT(refusal, HasReason(Reason::SIGNATURE_MALFORMED));
  EXPECT_EQ(GetErrorDetails(refusal)->field, "acknowledge.signature");
}

TEST_F(AcknowledgementTest, ASuspendedSealIsRefused) {
  Standings standings;
  standings.Set(v1::STANDING_SUBJECT_CERTIFICATE,
                test_.seal.certificate.fingerprint_sha256(),
                v1::STANDING_SUSPENDED);
  test_.registry.SetStandings(std::move(standings));
  EXPECT_THAT(Check(&test_.seal), HasReason(Reason::SIGNER_NOT_ACTIVE));
}

TEST_F(AcknowledgementTest, EachFieldMustBeTheDeliveredOnes) {
  struct Case {
    const char* field;
    std::function<void(v1::AcknowledgementStatement&)> spoil;
  };
  const Case cases[] = {
      {"trust_domain", [](auto& s) { s.set_trust_domain("other.example"); }},
      {"act_id", [](auto& s) { s.set_act_id(TestActId(2)); }},
      {"header_sha256", [](auto& s) { s.set_header_sha256(Bytes(32, 'x')); }},
      {"recipient", [](auto& s) { s.set_recipient("br-pgr"); }},
      {"acknowledged_unix_ms", [](auto& s) { s.clear_acknowledged_unix_ms(); }},
  };
  for (const Case& spoilt : cases) {
    v1::AcknowledgementStatement statement = statement_;
    spoilt.spoil(statement);
    const absl::Status refusal = Check(test_.MakeAcknowledgement(1, statement, &test_.seal));
    EXPECT_THAT(refusal, HasReason(Reason::ACKNOWLEDGEMENT_INVALID)) << spoilt.field;
    EXPECT_EQ(GetErrorDetails(refusal)->field,
              std::string("acknowledge.statement.") + spoilt.field);
  }
}

TEST_F(AcknowledgementTest, AStatementThatIsNotCanonicalIsRefused) {
  auto acknowledgement = test_.MakeAcknowledgement(1, statement_, nullptr);
  for (const std::string& bytes : {std::string(),
                                   std::string("rogatoria-act-header v1\n"),
                                   acknowledgement.statement() + std::string("\x98\x01\x01", 3),
                                   std::string(limits::kMaxHeaderBytes + 1, 'x')}) {
    acknowledgement.set_statement(bytes);
    EXPECT_THAT(Check(acknowledgement), HasReason(Reason::ACKNOWLEDGEMENT_INVALID));
  }
}

}  // namespace
}  // namespace rogatoria::delivery
