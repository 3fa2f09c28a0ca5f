// Goal: who works alone on a folder keeps others out until it ends, and those who share it share.
#include "common/base/file_lock.h"

#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/time/clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

class FileLockTest : public testing::Test {
 protected:
  absl::StatusOr<Descriptor> Lock(LockUse use, absl::Duration patience = absl::ZeroDuration()) {
    return LockFile(path_, use, Reason::OUTBOX_BUSY, patience);
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_ / "lock";
};

TEST_F(FileLockTest, WhoHasItAloneKeepsEverybodyOut) {
  EXPECT_FALSE(IsLockedAlone(path_));  // nobody made it yet
  auto held = Lock(LockUse::kAlone);
  ASSERT_THAT(held, IsOk());
  EXPECT_TRUE(IsLockedAlone(path_));
  EXPECT_THAT(Lock(LockUse::kAlone), HasReason(Reason::OUTBOX_BUSY));
  EXPECT_THAT(Lock(LockUse::kShared), HasReason(Reason::OUTBOX_BUSY));
  EXPECT_EQ(GetErrorDetails(Lock(LockUse::kShared).status())->field, path_);
  held->Close();
  EXPECT_FALSE(IsLockedAlone(path_));
  EXPECT_THAT(Lock(LockUse::kAlone), IsOk());
}

TEST_F(FileLockTest, ThoseWhoShareItShareItAndNobodyHasItAlone) {
  const auto one = Lock(LockUse::kShared);
  const auto two = Lock(LockUse::kShared);
  ASSERT_THAT(one, IsOk());
  EXPECT_THAT(two, IsOk());
  EXPECT_FALSE(IsLockedAlone(path_));
  EXPECT_THAT(Lock(LockUse::kAlone), HasReason(Reason::OUTBOX_BUSY));
}

TEST_F(FileLockTest, PatienceWaitsForItsEnd) {
  auto held = Lock(LockUse::kAlone);
  ASSERT_THAT(held, IsOk());
  std::thread ends([&] {
    absl::SleepFor(absl::Milliseconds(100));
    held->Close();
  });
  EXPECT_THAT(Lock(LockUse::kAlone, absl::InfiniteDuration()), IsOk());
  ends.join();
}

TEST_F(FileLockTest, AProcessThatDiesLetsGo) {
  const pid_t child = fork();
  if (child == 0) {
    const auto held = Lock(LockUse::kAlone);
    _exit(held.ok() ? 0 : 1);
  }
  int ended = 0;
  ASSERT_EQ(waitpid(child, &ended, 0), child);
  EXPECT_EQ(ended, 0);
  EXPECT_THAT(Lock(LockUse::kAlone), IsOk());
}

TEST_F(FileLockTest, OnlyItsOwnerReadsTheFileAndWhereThereIsNoFolderThereIsNoLock) {
  ASSERT_THAT(Lock(LockUse::kShared), IsOk());
  struct stat found;
  ASSERT_EQ(stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600);
  EXPECT_THAT(LockFile(folder_ / "none/lock", LockUse::kAlone, Reason::OUTBOX_BUSY),
              HasReason(Reason::FILE_UNREADABLE));
}

}  // namespace
}  // namespace rogatoria
