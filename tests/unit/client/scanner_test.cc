// Goal: only what the office's scanner passed takes its place; a scanner that cannot be run passes
// nothing.
#include "common/client/scanner.h"

#include <atomic>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::client {
namespace {

constexpr char kDocument[] = "/bin/sh";  // any that is there

TEST(ScannerTest, ExitStatusZeroIsClean) {
  EXPECT_THAT(ScanWith({"true"})(kDocument), IsOk());
}

TEST(ScannerTest, AnyOtherIsNot) {
  EXPECT_THAT(ScanWith({"false"})(kDocument), HasReason(Reason::SCAN_NOT_CLEAN));
  EXPECT_THAT(ScanWith({"sh", "-c", "kill -9 $$"})(kDocument), HasReason(Reason::SCAN_NOT_DONE));
}

// As one that disinfects: what its sender sealed is what counts.
TEST(ScannerTest, WhatItChangedIsNot) {
  const TemporaryFolder folder;
  for (const char* change :
       {"echo cleaned >\"$0\"",
        "echo more >>\"$0\"",
        "rm \"$0\"",
        "echo of letter >\"$0.new\"; mv \"$0.new\" \"$0\"",
        "touch -r \"$0\" \"$0.t\"; printf LETTER >\"$0\"; touch -r \"$0.t\" \"$0\""}) {
    ASSERT_THAT(WriteFileDurably(folder / "document", "letter"), IsOk());
    const absl::Status looked = ScanWith({"sh", "-c", change})(folder / "document");
    EXPECT_THAT(looked, HasReason(Reason::SCAN_NOT_CLEAN)) << change;
    EXPECT_FALSE(CouldNotLook(looked)) << change;
  }
  ASSERT_THAT(WriteFileDurably(folder / "document", "letter"), IsOk());
  EXPECT_THAT(ScanWith({"touch"})(folder / "document"), IsOk());
}

TEST(ScannerTest, AFileThatCannotBeReadIsNot) {
  const absl::Status looked = ScanWith({"true"})("/nowhere");
  EXPECT_THAT(looked, HasReason(Reason::SCAN_NOT_DONE));
}

TEST(ScannerTest, AProgramThatIsNotThereIsNot) {
  EXPECT_THAT(ScanWith({"/nowhere/scanner"})(kDocument), HasReason(Reason::SCAN_NOT_DONE));
}

TEST(ScannerTest, OneThatDoesNotEndIsEndedAndCouldNotLook) {
  const absl::Status looked =
      ScanWith({"sh", "-c", "exec sleep 600"}, absl::Milliseconds(50))(kDocument);
  EXPECT_THAT(looked, HasReason(Reason::SCAN_NOT_DONE));
}

TEST(ScannerTest, OneThatIsNotWaitedForAnyLongerIsEndedAndCouldNotLook) {
  std::atomic<bool> ends = false;
  std::thread later([&] {
    absl::SleepFor(absl::Milliseconds(50));
    ends = true;
  });
  const absl::Status looked = ScanWith(
      {"sh", "-c", "exec sleep 600"}, kScanPatience, true, [&] { return ends.load(); })(kDocument);
  later.join();
  EXPECT_THAT(looked, HasReason(Reason::SCAN_NOT_DONE));
}

TEST(ScannerTest, WhatItStartedIsEndedWithIt) {
  const TemporaryFolder folder;
  const std::string alive = folder / "alive";
  const std::string script =
      absl::StrCat("(while :; do date >", alive, "; sleep 0.02; done) & wait");
  const absl::Status looked =
      ScanWith({"sh", "-c", script}, absl::Milliseconds(300), true)(kDocument);
  EXPECT_TRUE(CouldNotLook(looked));
  EXPECT_TRUE(FileExists(alive));
  unlink(alive.c_str());
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_FALSE(FileExists(alive));
}

// Who presses Ctrl-C sends the signal to the process group at the terminal.
TEST(ScannerTest, AtATerminalItIsEndedByTheSignalThatEndsUs) {
  const auto same_group =
      absl::StrCat("test $(ps -o pgid= -p $$) -eq ", static_cast<int>(getpgrp()));
  EXPECT_THAT(ScanWith({"sh", "-c", same_group}, kScanPatience, false)(kDocument), IsOk());
  EXPECT_TRUE(CouldNotLook(
      ScanWith({"sh", "-c", "exec sleep 600"}, absl::Milliseconds(50), false)(kDocument)));
  EXPECT_THAT(ScanWith({"sh", "-c", same_group}, kScanPatience, true)(kDocument),
              HasReason(Reason::SCAN_NOT_CLEAN));
}

// The agent's threads keep them from all but the one that waits for them.
TEST(ScannerTest, SignalsThatWeKeepBackReachIt) {
  sigset_t term, before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &term, &before);
  EXPECT_TRUE(CouldNotLook(ScanWith({"sh", "-c", "kill -TERM $$; exit 0"})(kDocument)));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST(ScannerTest, ThePathIsItsLastWordWhateverItLooksLike) {
  const TemporaryFolder folder;
  const std::string odd = folder / "a b'; rm -rf $HOME \"ñ";
  ASSERT_THAT(WriteFileDurably(odd, "x"), IsOk());
  EXPECT_THAT(ScanWith({"test", "-f"})(odd), IsOk());
}

TEST(ScannerTest, FindingSomethingIsToldFromNotLooking) {
  EXPECT_FALSE(CouldNotLook(ScanWith({"false"})(kDocument)));
  EXPECT_FALSE(CouldNotLook(absl::OkStatus()));
  EXPECT_TRUE(CouldNotLook(ScanWith({"sh", "-c", "exit 2"})(kDocument)));
  EXPECT_TRUE(CouldNotLook(ScanWith({"sh", "-c", "kill -9 $$"})(kDocument)));
  EXPECT_TRUE(CouldNotLook(ScanWith({"/nowhere/scanner"})(kDocument)));
}

TEST(ScannerTest, NothingHasItsNameBeforeItWasLookedAt) {
  const TemporaryFolder folder;
  const std::string path = folder / "carta.pdf";
  const auto look = [&](absl::Status answer) {
    return [&, answer](const std::string& part) {
      EXPECT_FALSE(FileExists(path));
      EXPECT_EQ(ReadFile(part, 100).value_or("none"), "letter");
      return answer;
    };
  };
  EXPECT_THAT(WriteLookedAt(path, "letter", look(Error(Reason::SCAN_NOT_CLEAN))),
              HasReason(Reason::SCAN_NOT_CLEAN));
  EXPECT_THAT(ListFolder(folder.path()).value(), testing::IsEmpty());
  EXPECT_THAT(WriteLookedAt(path, "letter", look(absl::OkStatus())), IsOk());
  EXPECT_EQ(ReadFile(path, 100).value_or("none"), "letter");
  EXPECT_THAT(WriteLookedAt(folder / "other", "letter", {}), IsOk());
  EXPECT_THAT(ListFolder(folder.path()).value(), testing::SizeIs(2));
}

TEST(ScannerTest, NoProgramIsNoHook) {
  EXPECT_FALSE(ScanWith({}));
}

}  // namespace
}  // namespace rogatoria::client
