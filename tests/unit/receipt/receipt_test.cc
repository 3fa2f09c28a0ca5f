#include "common/receipt/receipt.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/merkle/tlog_proof.h"
#include "tests/interop/vectors/receipt/receipt_vectors.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

class ReceiptTest : public testing::Test {
 protected:
  const Bytes& Vector(const std::string& name) const { return vectors_.at("receipt/" + name); }
  std::vector<std::string> LogKeys() const {
    const Bytes& text = Vector("log-keys.txt");
    return {text.substr(0, text.find('\n'))};
  }
  std::string WitnessKey() const {
    const Bytes& text = Vector("witness-keys.txt");
    return text.substr(0, text.find('\n'));
  }

  const std::map<std::string, Bytes> vectors_ = *MakeReceiptVectors();
};

TEST_F(ReceiptTest, FormatAndParseAreInverse) {
  const Bytes& file = Vector("good-consignment.receipt");
  const auto parts = ParseReceipt(file);
  ASSERT_THAT(parts, IsOk());
  EXPECT_EQ(FormatReceipt(*parts), file);
}

TEST_F(ReceiptTest, ItsTailIsATlogProofByItself) {
  const Bytes& file = Vector("good-consignment.receipt");
  const size_t start = file.find("\n\n") + 2;
  const auto proof = merkle::ParseTlogProof(file.substr(start));
  ASSERT_THAT(proof, IsOk());
  EXPECT_EQ(*merkle::FormatTlogProof(*proof), file.substr(start))
      << "one format, whichever code writes it";
  EXPECT_EQ(proof->index, 6u);
}

TEST_F(ReceiptTest, SaysWhatItProves) {
  const auto verified = VerifyReceipt(Vector("good-consignment.receipt"), LogKeys());
  ASSERT_THAT(verified, IsOk());
  EXPECT_EQ(verified->evidence.recipient, "co-fgn");
  EXPECT_EQ(verified->evidence.legal_date.date, "2026-11-25");
  EXPECT_EQ(verified->log_origin, "rogatoria.example/log/1");
  EXPECT_EQ(verified->signed_by, std::vector<std::string>{"rogatoria.example/log/1"});
}

TEST_F(ReceiptTest, AWitnessRaisesTheLevelOnlyWhenItIsTrusted) {
  const Bytes& file = Vector("good-witnessed.receipt");
  const auto without = VerifyReceipt(file, LogKeys());
  ASSERT_THAT(without, IsOk());
  EXPECT_EQ(without->level, v1::RECEIPT_LEVEL_BROKER);
  const auto with = VerifyReceipt(file, LogKeys(), {WitnessKey()});
  ASSERT_THAT(with, IsOk());
  EXPECT_EQ(with->level, v1::RECEIPT_LEVEL_WITNESSED);
  EXPECT_EQ(with->signed_by.size(), 2u);
}

TEST_F(ReceiptTest, AVerifierTrustsTheKeysOfEachCallOnly) {
  const Bytes& file = Vector("good-witnessed.receipt");
  ReceiptVerifier verifier;
  ASSERT_THAT(verifier.Verify(file, LogKeys(), {WitnessKey()}), IsOk());
  EXPECT_EQ(verifier.Verify(file, LogKeys())->level, v1::RECEIPT_LEVEL_BROKER);
  EXPECT_EQ(verifier.Verify(file, LogKeys(), {WitnessKey()})->level, v1::RECEIPT_LEVEL_WITNESSED);
  EXPECT_THAT(verifier.Verify(file, {}, {WitnessKey()}),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(ReceiptTest, WithoutAKeyNothingIsTrusted) {
  EXPECT_THAT(VerifyReceipt(Vector("good-acceptance.receipt"), {}),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(ReceiptTest, AWitnessKeyIsNotTakenForALogs) {
  EXPECT_THAT(VerifyReceipt(Vector("good-acceptance.receipt"), {WitnessKey()}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(VerifyReceipt(Vector("good-acceptance.receipt"), LogKeys(), LogKeys()),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReceiptTest, MalformedAndUntrueAndUntrustedAreToldApart) {
  EXPECT_THAT(VerifyReceipt(Vector("bad-no-salt.receipt"), LogKeys()),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(VerifyReceipt(Vector("bad-altered-instant.receipt"), LogKeys()),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(VerifyReceipt(Vector("bad-stranger.receipt"), LogKeys()),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(ReceiptTest, AHugeFileIsRefusedUnread) {
  const Bytes huge = Vector("good-acceptance.receipt") + Bytes(1 << 20, 'x');
  EXPECT_THAT(ParseReceipt(huge), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace rogatoria
