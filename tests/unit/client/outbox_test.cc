// Goal: an act is on our disk before it is sent and leaves it only with its receipts; one program
// at a time; whatever a crash leaves behind is read again or named.
#include "common/client/outbox.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/base/random.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFileBytes = 16 << 20;

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() : outbox_(Open()) {}

  std::unique_ptr<Outbox> Open() {
    auto opened = Outbox::Open(folder_.path(), absl::ZeroDuration());
    EXPECT_THAT(opened, IsOk());
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  v1::SubmitActRequest Request() {
    const PreparedAct prepared = offices_.Signed(offices_.Request());
    v1::SubmitActRequest request;
    request.set_request_id(prepared.request_id);
    *request.mutable_act() = prepared.act;
    return request;
  }
  static v1::SubmitActResponse Answer(const v1::SubmitActRequest& request) {
    v1::SubmitActResponse response;
    for (const auto event :
         {v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE, v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT}) {
      v1::Receipt& receipt = *response.add_receipts();
      receipt.set_event(event);
      receipt.set_act_id("pt-pgr/" + request.request_id());
      if (event == v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT) receipt.set_recipient("co-fgn");
      receipt.set_content("receipt bytes");
    }
    return response;
  }
  size_t PendingCount() {
    const auto pending = outbox_->Pending();
    EXPECT_THAT(pending, IsOk());
    return pending.ok() ? pending->requests.size() : 0;
  }

  TemporaryFolder folder_;
  TestOffices offices_;
  std::unique_ptr<Outbox> outbox_;
};

// std::filesystem throws for a name that no file can have, if it is asked that way.
TEST_F(OutboxTest, AnIdThatIsNoFileNameThrowsNothing) {
  const std::string endless(5000, 'x');
  EXPECT_NO_THROW(EXPECT_FALSE(outbox_->Holds(endless)));
  EXPECT_NO_THROW(EXPECT_THAT(outbox_->FindRefused(endless), IsOk()));
  EXPECT_NO_THROW(EXPECT_TRUE(KeptAcceptance(ReceiptFolder(folder_.path(), endless)).empty()));
}

TEST_F(OutboxTest, WhatWasPutIsThereAfterACrash) {
  const v1::SubmitActRequest request = Request();
  ASSERT_THAT(outbox_->Put(request), IsOk());
  outbox_.reset();  // as a crash would: nothing else was written
  outbox_ = Open();
  const auto pending = outbox_->Pending();
  ASSERT_THAT(pending, IsOk());
  ASSERT_EQ(pending->requests.size(), 1u);
  EXPECT_EQ(pending->requests[0].SerializeAsString(), request.SerializeAsString());
}

TEST_F(OutboxTest, AnAnsweredActLeavesWithItsReceipts) {
  const v1::SubmitActRequest request = Request();
  ASSERT_THAT(outbox_->Put(request), IsOk());
  ASSERT_THAT(outbox_->Settle(request, Answer(request)), IsOk());
  EXPECT_EQ(PendingCount(), 0u);
  const std::string receipts = ReceiptFolder(folder_.path(), "pt-pgr/" + request.request_id());
  EXPECT_TRUE(fs::exists(receipts + "/SUBMISSION_ACCEPTANCE.receipt"));
  EXPECT_TRUE(fs::exists(receipts + "/CONTENT_CONSIGNMENT-co-fgn.receipt"));
}

TEST_F(OutboxTest, AnEarlierReceiptOfTheSameNameStays) {
  google::protobuf::RepeatedPtrField<v1::Receipt> receipts;
  receipts.Add()->set_event(v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE);
  const std::string name = folder_ / "SUBMISSION_ACCEPTANCE";
  for (const char* content : {"first", "first", "second", "second", "third"}) {
    receipts[0].set_content(content);
    ASSERT_THAT(SaveReceipts(folder_.path(), receipts), IsOk());
  }
  const auto holds = [&](const std::string& suffix) {
    return ReadFile(name + suffix + ".receipt", 100).value_or("nothing");
  };
  EXPECT_EQ(holds("-earlier-1"), "first");
  EXPECT_EQ(holds("-earlier-2"), "second");
  EXPECT_EQ(holds(""), "third");
  EXPECT_FALSE(fs::exists(name + "-earlier-3.receipt"));
}

TEST_F(OutboxTest, ACrashBetweenReceiptsAndForgettingSendsOnceMore) {
  const v1::SubmitActRequest request = Request();
  ASSERT_THAT(outbox_->Put(request), IsOk());
  const auto answer = Answer(request);
  ASSERT_THAT(
      SaveReceipts(ReceiptFolder(folder_.path(), answer.receipts(0).act_id()), answer.receipts()),
      IsOk());
  EXPECT_EQ(PendingCount(), 1u);  // sending again is sending once: the hub answers the same
  ASSERT_THAT(outbox_->Settle(request, answer), IsOk());
  EXPECT_EQ(PendingCount(), 0u);
}

TEST_F(OutboxTest, ARefusedActIsSetAsideWithTheReasonAndItsReceipt) {
  const v1::SubmitActRequest request = Request();
  ASSERT_THAT(outbox_->Put(request), IsOk());
  const absl::Status why = Error(Reason::NOT_DESIGNATED).Evidence("A.2 receipt bytes");
  ASSERT_THAT(outbox_->Fail(request, why), IsOk());
  EXPECT_EQ(PendingCount(), 0u);
  const std::string failed = folder_ / ("failed/" + request.request_id() + ".act");
  EXPECT_TRUE(fs::exists(failed));
  EXPECT_TRUE(fs::exists(failed + ".why"));
  const auto receipt = ReadFile(ReceiptFolder(folder_.path(), "pt-pgr/" + request.request_id()) +
                                    "/SUBMISSION_REJECTION.receipt",
                                1024);
  ASSERT_THAT(receipt, IsOk());
  EXPECT_EQ(*receipt, "A.2 receipt bytes");
}

TEST_F(OutboxTest, WhatIsRecordedAfterAllIsNoLongerSetAside) {
  const v1::SubmitActRequest request = Request();
  ASSERT_THAT(outbox_->Put(request), IsOk());
  ASSERT_THAT(outbox_->Fail(request, Error(Reason::SIGNATURE_MALFORMED)), IsOk());
  const std::string failed = folder_ / ("failed/" + request.request_id() + ".act");
  ASSERT_TRUE(fs::exists(failed));
  ASSERT_THAT(outbox_->Put(request), IsOk());  // with a signature that is one
  ASSERT_THAT(outbox_->Settle(request, v1::SubmitActResponse()), IsOk());
  EXPECT_FALSE(fs::exists(failed) || fs::exists(failed + ".why"));
}

TEST_F(OutboxTest, TheOldestGoesFirst) {
  const v1::SubmitActRequest first = Request();
  const v1::SubmitActRequest second = Request();
  ASSERT_THAT(outbox_->Put(second), IsOk());
  ASSERT_THAT(outbox_->Put(first), IsOk());
  const auto file = [&](const v1::SubmitActRequest& request) {
    return fs::path(folder_ / ("outbox/" + request.request_id() + ".act"));
  };
  fs::last_write_time(file(first), fs::last_write_time(file(second)) - std::chrono::seconds(10));
  const auto pending = outbox_->Pending();
  ASSERT_EQ(pending->requests.size(), 2u);
  EXPECT_EQ(pending->requests[0].request_id(), first.request_id());
}

// How a file of the outbox can be spoiled.
struct Damage {
  const char* name;
  void (*spoil)(std::string& file);
};

class DamagedFileTest : public OutboxTest, public testing::WithParamInterface<Damage> {};

TEST_P(DamagedFileTest, IsSetAsideAndNamedOnceAndTheOthersAreSent) {
  const v1::SubmitActRequest good = Request(), bad = Request();
  ASSERT_THAT(outbox_->Put(bad), IsOk());
  ASSERT_THAT(outbox_->Put(good), IsOk());
  const std::string path = folder_ / ("outbox/" + bad.request_id() + ".act");
  std::string file = *ReadFile(path, kMaxFileBytes);
  GetParam().spoil(file);
  ASSERT_THAT(WriteFileDurably(path, file), IsOk());
  const auto pending = outbox_->Pending();
  ASSERT_THAT(pending, IsOk());
  ASSERT_EQ(pending->requests.size(), 1u);
  EXPECT_EQ(pending->requests[0].SerializeAsString(), good.SerializeAsString());
  ASSERT_EQ(pending->bad.size(), 1u);
  EXPECT_EQ(pending->bad[0].name, bad.request_id() + ".act");
  EXPECT_EQ(pending->bad[0].path, folder_ / ("failed/" + bad.request_id() + ".act"));
  EXPECT_THAT(pending->bad[0].status, HasReason(Reason::OUTBOX_FILE_DAMAGED));
  EXPECT_EQ(*ReadFile(pending->bad[0].path, kMaxFileBytes), file) << "nothing is deleted";
  EXPECT_TRUE(fs::exists(pending->bad[0].path + ".why"));
  EXPECT_TRUE(outbox_->Pending()->bad.empty()) << "told once";
}

INSTANTIATE_TEST_SUITE_P(
    Ways,
    DamagedFileTest,
    testing::Values(
        Damage{"Garbage", [](std::string& file) { file = "\xff\xff\xff"; }},
        Damage{"Empty", [](std::string& file) { file.clear(); }},
        Damage{"CutShort", [](std::string& file) { file.resize(file.size() / 2); }},
        Damage{"CutByOne", [](std::string& file) { file.pop_back(); }},
        Damage{"ABitOfIt", [](std::string& file) { file[file.size() / 2] ^= 1; }},
        // The last bytes of an act are its key envelope: nothing in it is signed.
        Damage{"ABitOfTheEnvelope", [](std::string& file) { file[file.size() - 60] ^= 1; }},
        Damage{"ABitOfTheDigest", [](std::string& file) { file.back() ^= 1; }},
        Damage{"ABitOfTheDigestsField", [](std::string& file) { file[file.size() - 34] ^= 8; }},
        Damage{"TooLarge", [](std::string& file) { file.resize(9 << 20, 'x'); }}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(OutboxTest, AFileOfAnEarlierVersionIsSentIfItFitsTogether) {
  const v1::SubmitActRequest request = Request();
  const std::string path = folder_ / ("outbox/" + request.request_id() + ".act");
  ASSERT_THAT(WriteFileDurably(path, request.SerializeAsString()), IsOk());
  EXPECT_EQ(PendingCount(), 1u);
  v1::SubmitActRequest other = request;
  other.mutable_act()->mutable_body()->back() ^= 1;
  ASSERT_THAT(WriteFileDurably(path, other.SerializeAsString()), IsOk());
  EXPECT_EQ(PendingCount(), 0u);
}

TEST_F(OutboxTest, AnActUnderTheNameOfAnotherIsDamaged) {
  const v1::SubmitActRequest request = Request();
  ASSERT_THAT(outbox_->Put(request), IsOk());
  fs::rename(folder_ / ("outbox/" + request.request_id() + ".act"), folder_ / "outbox/other.act");
  const auto pending = outbox_->Pending();
  EXPECT_TRUE(pending->requests.empty());
  ASSERT_EQ(pending->bad.size(), 1u);
  EXPECT_EQ(pending->bad[0].path, folder_ / "failed/other.act");
}

TEST_F(OutboxTest, WhatWasSetAsideBeforeStays) {
  for (const char* content : {"first", "second", "third"}) {
    ASSERT_THAT(WriteFileDurably(folder_ / "outbox/x.act", content), IsOk());
    EXPECT_EQ(outbox_->Pending()->bad.size(), 1u);
  }
  EXPECT_EQ(*ReadFile(folder_ / "failed/x.act", 100), "first");
  EXPECT_EQ(*ReadFile(folder_ / "failed/x-1.act", 100), "second");
  EXPECT_EQ(*ReadFile(folder_ / "failed/x-2.act", 100), "third");
}

// It may be whole: it is not set aside, and not sent.
TEST_F(OutboxTest, AFileThatCannotBeReadStaysWhereItIs) {
  const v1::SubmitActRequest request = Request();
  ASSERT_THAT(outbox_->Put(request), IsOk());
  fs::create_symlink("nowhere", folder_ / "outbox/away.act");
  for (int again = 0; again < 2; ++again) {
    const auto pending = outbox_->Pending();
    ASSERT_THAT(pending, IsOk());
    EXPECT_EQ(pending->requests.size(), 1u);
    ASSERT_EQ(pending->bad.size(), 1u);
    EXPECT_EQ(pending->bad[0].path, folder_ / "outbox/away.act");
    EXPECT_THAT(pending->bad[0].status, HasReason(Reason::FILE_UNREADABLE));
  }
}

TEST_F(OutboxTest, AHalfWrittenFileOfACrashIsNotAnAct) {
  ASSERT_THAT(WriteFileDurably(folder_ / "outbox/x.act.tmp", "half"), IsOk());
  EXPECT_EQ(PendingCount(), 0u);
}

TEST_F(OutboxTest, OneProgramAtATime) {
  EXPECT_THAT(Outbox::Open(folder_.path(), absl::ZeroDuration()), HasReason(Reason::OUTBOX_BUSY));
  outbox_.reset();
  EXPECT_THAT(Outbox::Open(folder_.path(), absl::ZeroDuration()), IsOk());
}

TEST_F(OutboxTest, AnIdThatIsNoUuidCannotBecomeAPath) {
  v1::SubmitActRequest request = Request();
  request.set_request_id("../../escaped");
  EXPECT_THAT(outbox_->Put(request), HasReason(Reason::FIELD_INVALID));
  EXPECT_FALSE(fs::exists(folder_ / "../escaped.act"));
}

}  // namespace
}  // namespace rogatoria::client
