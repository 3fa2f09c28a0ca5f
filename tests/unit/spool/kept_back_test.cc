// Goal: an act of which something cannot be had now is kept back, whole, and keeps no other: what
// came after it is delivered once, it itself when it can be.
#include <atomic>
#include <filesystem>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/client/scanner.h"
#include "services/agent/spool.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/spool/agents/file_agent.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class KeptBackTest : public testing::Test {
 protected:
  KeptBackTest() : agent_(disk_ / "agent") { Open(); }
  void Open() {
    spool_.reset();
    SpoolOptions options;
    options.settle = absl::ZeroDuration();
    options.scanner = scanner_;
    options.tell_after = tell_after_;
    spool_ = *Spool::Open(disk_ / "spool", agent_, options);
    spool_->Resume();
  }
  absl::Status Take() { return spool_->TakeEvents(absl::ZeroDuration()); }
  std::vector<std::string> Delivered() {
    return ListFolder(disk_ / "spool/in").value_or(std::vector<std::string>());
  }
  std::vector<std::string> Marks() {
    return ListFolder(disk_ / "spool/.rogatoria/delivered").value_or(std::vector<std::string>());
  }
  // Of every act's second document, which only the first act has.
  void Second(const absl::Status& answer) {
    agent_.set_documents(
        [answer](uint32_t number) { return number == 2 ? answer : absl::OkStatus(); });
  }
  // Its request id.
  std::string SendALetter() {
    fs::create_directories(disk_ / "spool/out/co-fgn");
    EXPECT_THAT(WriteFileDurably(disk_ / "spool/defaults/letter.toml", "kind = \"FREE_FORM\"\n"),
                IsOk());
    EXPECT_THAT(WriteFileDurably(disk_ / "spool/out/co-fgn/carta.pdf", "letter"), IsOk());
    spool_->Scan();
    spool_->Scan();
    return agent_.sent().at(0).request_id();
  }
  void AddState(const std::string& request_id, v1::ActState state) {
    v1::WatchResponse event;
    event.mutable_status()->set_request_id(request_id);
    event.mutable_status()->set_state(state);
    agent_.Add(std::move(event));
  }
  std::string StateTold() {
    const auto folders = ListFolder(disk_ / "spool/receipts").value_or(std::vector<std::string>());
    return ReadFile(absl::StrCat(disk_ / "spool/receipts/", folders.at(0), "/status.json"), 10000)
        .value_or("none");
  }
  std::string TextOfOnly(const std::string& ending) {
    const auto name = Delivered().at(0);
    for (const auto& file : fs::directory_iterator(disk_ / "spool/in/" + name)) {
      if (file.path().string().ends_with(ending))
        return ReadFile(file.path().string(), 10000).value_or("");
    }
    return "none";
  }

  template <typename Condition>
  void Await(Condition condition) {
    for (int i = 0; i < 600 && !condition(); ++i) absl::SleepFor(absl::Milliseconds(50));
    ASSERT_TRUE(condition());
  }

  absl::Duration scanner_ = absl::Minutes(15);
  absl::Duration tell_after_ = absl::Seconds(15);
  TemporaryFolder disk_{QuickFolder()};
  FileAgent agent_;
  std::unique_ptr<Spool> spool_;
};

TEST_F(KeptBackTest, WhatDoesNotFitKeepsNoOther) {
  agent_.Add(2);
  for (int i = 0; i < 40; ++i) agent_.Add(1);
  Second(Error(Reason::LOCAL_DISK_FULL).Field("state"));
  EXPECT_THAT(Take(), HasReason(Reason::LOCAL_DISK_FULL));
  EXPECT_THAT(Delivered(), SizeIs(40));
  EXPECT_EQ(agent_.Acknowledged(), 0U);
  Second(absl::OkStatus());
  ASSERT_THAT(Take(), IsOk());
  EXPECT_THAT(Delivered(), SizeIs(41));
  EXPECT_EQ(agent_.Acknowledged(), 41U);
  EXPECT_THAT(Marks(), IsEmpty());
}

TEST_F(KeptBackTest, TheAgentKnowsWhatIsKeptBackAndWhy) {
  agent_.Add(2);
  agent_.Add(1);
  Second(Error(Reason::LOCAL_DISK_FULL).Field("state"));
  EXPECT_FALSE(Take().ok());
  ASSERT_THAT(agent_.kept_back(), SizeIs(1));
  const v1::KeptBack kept = agent_.kept_back()[0];
  EXPECT_EQ(kept.position(), 1U);
  EXPECT_THAT(kept.act_id(), StartsWith("co-fgn/"));
  EXPECT_EQ(kept.reason(), "LOCAL_DISK_FULL");
  EXPECT_THAT(kept.reason_text(), HasSubstr("LOCAL_DISK_FULL"));
  EXPECT_GT(kept.since_unix_ms(), 0);
  Second(absl::OkStatus());
  ASSERT_THAT(Take(), IsOk());
  EXPECT_THAT(agent_.kept_back(), IsEmpty());
}

TEST_F(KeptBackTest, HoweverManyAreKeptBackTheRestComes) {
  for (int i = 0; i < 120; ++i) agent_.Add(2);
  agent_.Add(1);
  Second(Error(Reason::LOCAL_DISK_FULL).Field("state"));
  EXPECT_FALSE(Take().ok());
  EXPECT_THAT(Delivered(), SizeIs(1));
  EXPECT_EQ(agent_.kept_back_count(), 120U);
  EXPECT_THAT(agent_.kept_back(), SizeIs(100));
  Second(absl::OkStatus());
  for (int i = 0; i < 40 && agent_.kept_back_count() > 0; ++i) EXPECT_THAT(Take(), IsOk());
  EXPECT_THAT(Delivered(), SizeIs(121));
  EXPECT_EQ(agent_.Acknowledged(), 121U);
}

// The state of an act is told as a whole: what was kept back is over when a newer one was told.
TEST_F(KeptBackTest, AnOlderStateIsNotToldAfterANewer) {
  const std::string id = SendALetter();
  agent_.set_receipt_refusal(absl::UnavailableError("away"));
  AddState(id, v1::ACT_STATE_IN_THEIR_MAILBOX);
  EXPECT_FALSE(Take().ok());
  EXPECT_FALSE(Take().ok());  // now it pauses
  agent_.set_receipt_refusal(absl::OkStatus());
  AddState(id, v1::ACT_STATE_TAKEN_OVER);
  ASSERT_THAT(Take(), IsOk());
  EXPECT_THAT(agent_.kept_back(), IsEmpty());
  EXPECT_EQ(agent_.Acknowledged(), 2U);
  EXPECT_THAT(StateTold(), HasSubstr("TAKEN_OVER"));
}

// The other way: what was taken and cannot be sent.
TEST_F(KeptBackTest, TheAgentKnowsWhatItHasNotTakenYetAndWhy) {
  agent_.set_refusal(Error(Reason::TOKEN_PIN_MISSING));
  fs::create_directories(disk_ / "spool/out/co-fgn");
  EXPECT_THAT(WriteFileDurably(disk_ / "spool/defaults/letter.toml", "kind = \"FREE_FORM\"\n"),
              IsOk());
  EXPECT_THAT(WriteFileDurably(disk_ / "spool/out/co-fgn/carta\xff.pdf", "letter"), IsOk());
  spool_->Scan();
  spool_->Scan();
  ASSERT_THAT(agent_.held(), SizeIs(1));
  const v1::HeldFile held = agent_.held()[0];
  EXPECT_THAT(held.file(), StartsWith("co-fgn/carta"));
  EXPECT_EQ(held.reason(), "TOKEN_PIN_MISSING");
  EXPECT_THAT(held.reason_text(), HasSubstr("TOKEN_PIN_MISSING"));
  EXPECT_GT(held.since_unix_ms(), 0);
  EXPECT_TRUE(fs::exists(disk_ / "spool/.rogatoria/taking/" + held.request_id()));
  agent_.set_refusal(Error(Reason::KEY_FILE_UNSAFE));  // the file came back, with another mode
  Open();
  spool_->Scan();
  ASSERT_THAT(agent_.held(), SizeIs(1));
  EXPECT_EQ(agent_.held()[0].reason(), "KEY_FILE_UNSAFE");
  agent_.set_refusal(absl::OkStatus());
  Open();
  spool_->Scan();
  EXPECT_THAT(agent_.held(), IsEmpty());
  EXPECT_THAT(agent_.sent(), SizeIs(1));
}

// Places are given anew where the agent's folder was put back to an earlier state.
TEST_F(KeptBackTest, AMarkOfAnotherActKeepsNoneFromComing) {
  agent_.Add(2);
  const uint64_t position = agent_.Add(1);
  Second(Error(Reason::LOCAL_DISK_FULL).Field("state"));
  EXPECT_FALSE(Take().ok());
  EXPECT_THAT(Delivered(), SizeIs(1));
  agent_.Remove(position);
  ASSERT_EQ(agent_.Add(1), position);
  Open();
  EXPECT_FALSE(Take().ok());
  EXPECT_THAT(Delivered(), SizeIs(2));
}

TEST_F(KeptBackTest, AnEventThatIsGoneIsKeptBackNoLonger) {
  const uint64_t position = agent_.Add(2);
  Second(Error(Reason::LOCAL_DISK_FULL).Field("state"));
  EXPECT_FALSE(Take().ok());
  EXPECT_THAT(agent_.kept_back(), SizeIs(1));
  agent_.Remove(position);
  EXPECT_THAT(Take(), IsOk());
  EXPECT_THAT(agent_.kept_back(), IsEmpty());
}

TEST_F(KeptBackTest, WhatWasDeliveredBeforeItComesOnceThoughTheOfficeTookItAwayAndTheAgentDied) {
  agent_.Add(2);
  agent_.Add(1);
  Second(Error(Reason::LOCAL_DISK_FULL).Field("state"));
  EXPECT_FALSE(Take().ok());
  ASSERT_THAT(Delivered(), SizeIs(1));
  fs::remove_all(disk_ / "spool/in/" + Delivered()[0]);
  Open();
  Second(absl::OkStatus());
  ASSERT_THAT(Take(), IsOk());
  EXPECT_THAT(Delivered(), SizeIs(1));
  EXPECT_EQ(agent_.Acknowledged(), 2U);
  ASSERT_THAT(Take(), IsOk());
  EXPECT_THAT(Delivered(), SizeIs(1));
}

TEST_F(KeptBackTest, AScannerThatCannotLookKeepsTheFolderBack) {
  agent_.Add(1);
  agent_.set_documents([](uint32_t) { return client::ScanWith({"/nowhere/scanner"})("/bin/sh"); });
  EXPECT_THAT(Take(), HasReason(Reason::SCAN_NOT_DONE));
  EXPECT_THAT(Delivered(), IsEmpty());
  agent_.set_documents({});
  ASSERT_THAT(Take(), IsOk());
  EXPECT_EQ(TextOfOnly(".missing.txt"), "none");
}

// As a scanner that hangs: of one document, and of all.
TEST_F(KeptBackTest, WhatHangsKeepsNoOtherAndIsShown) {
  std::atomic<bool> hangs = true;
  agent_.set_documents([&](uint32_t number) {
    while (number == 2 && hangs) absl::SleepFor(absl::Milliseconds(5));
    return absl::OkStatus();
  });
  for (int documents : {2, 0, 1, 1}) agent_.Add(documents);
  tell_after_ = absl::ZeroDuration();
  Open();
  spool_->Start();
  Await([&] { return Delivered().size() == 3 && agent_.kept_back_count() == 1; });
  const std::vector<v1::KeptBack> kept = agent_.kept_back();
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_THAT(kept[0].reason_text(), StartsWith("Its documents are being fetched"));
  EXPECT_EQ(agent_.Acknowledged(), 0U);
  hangs = false;
  Await([&] { return agent_.Acknowledged() == 4 && agent_.kept_back_count() == 0; });
  EXPECT_THAT(Delivered(), SizeIs(4));
  EXPECT_THAT(Marks(), IsEmpty());
  spool_.reset();
}

TEST_F(KeptBackTest, WhereEveryDocumentHangsTheRestComes) {
  std::atomic<bool> hangs = true;
  agent_.set_documents([&](uint32_t) {
    while (hangs) absl::SleepFor(absl::Milliseconds(5));
    return absl::OkStatus();
  });
  for (int documents : {1, 1, 1, 1, 1, 0}) agent_.Add(documents);
  tell_after_ = absl::ZeroDuration();
  Open();
  spool_->Start();
  Await([&] { return Delivered().size() == 1 && agent_.kept_back_count() == 5; });
  const std::vector<v1::KeptBack> kept = agent_.kept_back();
  ASSERT_THAT(kept, SizeIs(5));
  EXPECT_THAT(kept[4].reason_text(), StartsWith("It waits for documents of other"));
  hangs = false;
  Await([&] { return agent_.Acknowledged() == 6; });
  EXPECT_THAT(Delivered(), SizeIs(6));
  spool_.reset();
}

// Who put it into out again as a new act might send it twice.
TEST_F(KeptBackTest, WhatTheHubHasUnderThatIdIsLookedForBeforeItIsSentAnew) {
  v1::WatchResponse event;
  event.mutable_status()->set_request_id(SendALetter());
  event.mutable_status()->set_state(v1::ACT_STATE_REFUSED);
  event.mutable_status()->set_reason("ACT_ID_REUSED");
  event.mutable_status()->set_reason_text("Send the same bytes again, or use a new id.");
  agent_.Add(std::move(event));
  ASSERT_THAT(Take(), IsOk());
  const auto failed = ListFolder(disk_ / "spool/failed").value_or(std::vector<std::string>());
  ASSERT_THAT(failed, SizeIs(1));
  const auto why = ReadFile(absl::StrCat(disk_ / "spool/failed/", failed[0], "/why.txt"), 10000);
  ASSERT_THAT(why, IsOk());
  EXPECT_THAT(*why,
              AllOf(HasSubstr("do nothing more"),
                    testing::Not(HasSubstr("use a new id")),
                    testing::Not(HasSubstr("into the folder out"))));
}

// As one that takes no file of this size: the letter does not wait for it for ever.
TEST_F(KeptBackTest, AnActComesWithoutWhatAScannerCannotLookAtForLong) {
  scanner_ = absl::ZeroDuration();
  Open();
  agent_.Add(1);
  agent_.set_documents([](uint32_t) { return client::ScanWith({"/nowhere/scanner"})("/bin/sh"); });
  ASSERT_THAT(Take(), IsOk());
  EXPECT_THAT(TextOfOnly(".missing.txt"), HasSubstr("rogatoria inbox open co-fgn/"));
}

// However long the act has waited.
TEST_F(KeptBackTest, WhatEndsBecauseTheAgentStopsIsForItsNextRun) {
  scanner_ = absl::ZeroDuration();
  Open();
  agent_.Add(1);
  agent_.set_documents([](uint32_t) { return Error(Reason::SHUTTING_DOWN).ToStatus(); });
  EXPECT_THAT(Take(), HasReason(Reason::SHUTTING_DOWN));
  EXPECT_THAT(Delivered(), IsEmpty());
  EXPECT_EQ(agent_.Acknowledged(), 0U);
}

TEST_F(KeptBackTest, WhatItFoundSomethingInIsLeftOutAndTheNextStepSaid) {
  agent_.Add(1);
  agent_.set_documents([](uint32_t) { return client::ScanWith({"false"})("/bin/sh"); });
  ASSERT_THAT(Take(), IsOk());
  EXPECT_THAT(TextOfOnly(".missing.txt"),
              AllOf(HasSubstr("SCAN_NOT_CLEAN"), HasSubstr("rogatoria inbox open co-fgn/")));
}

}  // namespace
}  // namespace rogatoria::agent
