// Goal: every head of the log that this machine can trust is held against the hub, the largest
// first; a hub that shows another history is told so, whatever proof it gives.
#include "common/client/log_head.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/client/outbox.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::client {
namespace {

class LogHeadTest : public testing::Test {
 protected:
  LogHeadTest()
      : hub_(offices_),
        state_(offices_.pt().profile.state),
        key_(*merkle::VerifierKey::Parse(hub_.receipts().verifier_key())) {}

  // A receipt kept for an act, signed by whoever `receipts` is; its path.
  std::string Keep(TestReceipts& receipts, const std::string& act) {
    const PreparedAct prepared = offices_.Signed(offices_.Request());
    const v1::Receipt receipt = receipts.Make(HonestEvidence(
        prepared.act, offices_.pt().user.certificate, v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE));
    const std::string folder = ReceiptFolder(state_, act);
    EXPECT_THAT(CreateFolders(folder), IsOk());
    const std::string path = absl::StrCat(folder, "/SUBMISSION_ACCEPTANCE.receipt");
    EXPECT_THAT(WriteFileDurably(path, receipt.content()), IsOk());
    return path;
  }

  TestOffices offices_;
  FakeHub hub_;
  std::string state_;
  merkle::VerifierKey key_;
};

TEST_F(LogHeadTest, ReceiptsCountAsWellAsTheLastCheckpoint) {
  const std::string path = Keep(hub_.receipts(), "pt-pgr/1");
  ASSERT_THAT(WriteFileDurably(CheckpointFile(state_), hub_.receipts().Head(7)), IsOk());
  const auto kept = LoadKeptHeads(state_, key_);
  ASSERT_THAT(kept, IsOk());
  ASSERT_EQ(kept->heads.size(), 2u);
  EXPECT_EQ(kept->heads[0].file, CheckpointFile(state_));  // the largest first
  EXPECT_EQ(kept->heads[0].checkpoint.size, 7u);
  EXPECT_EQ(kept->heads[1].file, path);
  EXPECT_EQ(kept->left_out, 0u);
}

TEST_F(LogHeadTest, EachHeadIsThereOnce) {
  const std::string path = Keep(hub_.receipts(), "pt-pgr/1");
  ASSERT_THAT(WriteFileDurably(ReceiptFolder(state_, "pt-pgr/1") + "/copy.receipt",
                               *ReadFile(path, limits::kMaxReceiptBytes)),
              IsOk());
  const auto kept = LoadKeptHeads(state_, key_);
  ASSERT_THAT(kept, IsOk());
  EXPECT_EQ(kept->heads.size(), 1u);
}

TEST_F(LogHeadTest, WhatTheLogDidNotSignIsLeftOut) {
  TestReceipts stranger(offices_.pki().trust_domain());
  Keep(stranger, "pt-pgr/1");
  ASSERT_THAT(WriteFileDurably(ReceiptFolder(state_, "pt-pgr/1") + "/x.receipt", "none"), IsOk());
  const auto kept = LoadKeptHeads(state_, key_);
  ASSERT_THAT(kept, IsOk());
  EXPECT_TRUE(kept->heads.empty());
  EXPECT_EQ(kept->left_out, 2u);
}

TEST_F(LogHeadTest, ACheckpointOfOursThatDoesNotHoldIsAFault) {
  TestReceipts stranger(offices_.pki().trust_domain());
  ASSERT_THAT(CreateFolders(state_), IsOk());
  ASSERT_THAT(WriteFileDurably(CheckpointFile(state_), stranger.Head()), IsOk());
  EXPECT_FALSE(LoadKeptHeads(state_, key_).ok());
}

TEST_F(LogHeadTest, AHeadThatDoesNotExtendTheEarlierOneIsAContradiction) {
  auto connection = Connection::Open(hub_.ProfileOf(offices_.pt()));
  ASSERT_THAT(connection, IsOk());
  const auto head = FetchHead(**connection, key_, 0);
  ASSERT_THAT(head, IsOk());
  EXPECT_THAT(CheckExtends(**connection, head->checkpoint, *head), IsOk());
  merkle::Checkpoint other = head->checkpoint;
  other.root = merkle::LeafHash("another");
  EXPECT_TRUE(absl::IsDataLoss(CheckExtends(**connection, other, *head)));
  SignedHead grown = *head;
  grown.checkpoint.size = 9;  // and the hub's proof is empty, which is none
  EXPECT_TRUE(absl::IsDataLoss(CheckExtends(**connection, head->checkpoint, grown)));
}

}  // namespace
}  // namespace rogatoria::client
