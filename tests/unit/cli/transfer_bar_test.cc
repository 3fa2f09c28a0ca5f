// Goal: a person sees how far a file is, how fast it goes and how long it takes; a program and a
// quiet session see nothing.
#include "services/cli/transfer_bar.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "common/base/error.h"

namespace rogatoria::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class TransferBarTest : public testing::Test {
 protected:
  // What is shown of these steps, a second apart.
  std::string Show(const std::vector<uint64_t>& done, bool terminal = true) {
    {
      TransferBar bar(session_, terminal, [this] { return now_; });
      const client::OnProgress tell = bar.options().on_progress;
      for (uint64_t bytes : done) {
        EXPECT_TRUE(tell({bytes, 20'000'000}).ok());
        now_ += absl::Seconds(1);
      }
    }
    return err_.str();
  }

  std::ostringstream out_, err_;
  Session session_{Language::kEnglish, OutputFormat::kTable, "table", "", false, 0, 60, out_, err_};
  absl::Time now_ = absl::UnixEpoch();
};

TEST_F(TransferBarTest, TellsRateAndTimeLeft) {
  EXPECT_THAT(
      Show({0, 5'000'000, 10'000'000}),
      EndsWith("[############            ]  50%  10.0 MB of 20.0 MB, 5.0 MB/s, 0:02 left\n"));
}

TEST_F(TransferBarTest, WhatWasThereBeforeDidNotMoveNow) {
  EXPECT_THAT(Show({10'000'000, 11'000'000}), HasSubstr("1.0 MB/s, 0:09 left"));
}

TEST_F(TransferBarTest, SpeaksTheReadersLanguage) {
  session_.language = Language::kSpanish;
  EXPECT_THAT(Show({0, 5'000'000}), HasSubstr("5.0 MB de 20.0 MB, 5.0 MB/s, faltan 0:03"));
}

TEST_F(TransferBarTest, IsNotForPrograms) {
  EXPECT_THAT(Show({0, 5'000'000}, false), IsEmpty());
  session_.quiet = true;
  EXPECT_THAT(Show({0, 5'000'000}), IsEmpty());
}

TEST_F(TransferBarTest, ANewFileBeginsAnew) {
  EXPECT_THAT(Show({0, 20'000'000, 0, 1'000'000}), HasSubstr("1.0 MB/s, 0:19 left"));
}

absl::Status Away() {
  return absl::UnavailableError("connection refused");
}

// What is said of a hub that goes away in the middle, and comes back when `again`.
std::string ShowTrouble(Session& session,
                        std::ostringstream& err,
                        bool terminal,
                        const absl::Status& why,
                        bool again = false) {
  {
    TransferBar bar(session, terminal, [] { return absl::UnixEpoch(); });
    const client::TransferOptions tell = bar.options();
    EXPECT_TRUE(tell.on_progress({5'000'000, 20'000'000}).ok());
    for (int i = 0; i < 3; ++i) tell.on_trouble(why, absl::UnixEpoch() + absl::Seconds(7));
    EXPECT_TRUE(tell.on_progress({5'000'000, 20'000'000}).ok());
    if (again) {
      EXPECT_TRUE(tell.on_progress({6'000'000, 20'000'000}).ok());
    }
  }
  return err.str();
}

std::string TimeOf(absl::Time time) {
  return absl::FormatTime("%H:%M:%S", time, absl::LocalTimeZone());
}

TEST_F(TransferBarTest, AHubThatIsAwayIsToldOnTheBarAndUntilWhenItIsTried) {
  const std::string until = TimeOf(absl::UnixEpoch() + absl::Seconds(7));
  EXPECT_THAT(ShowTrouble(session_, err_, true, Away()),
              EndsWith(" 25%  The hub is not reached; it is tried again until " + until + ".\n"));
  session_.language = Language::kSpanish;
  EXPECT_THAT(ShowTrouble(session_, err_, true, Away()), HasSubstr("No se alcanza el nodo"));
  session_.language = Language::kPortuguese;
  EXPECT_THAT(ShowTrouble(session_, err_, true, Away()), HasSubstr("Não se alcança o nó"));
}

TEST_F(TransferBarTest, TheBarGoesOnOverWhatWasSaidOfTheHub) {
  EXPECT_THAT(ShowTrouble(session_, err_, true, Away(), true), HasSubstr("6.0 MB of 20.0 MB"));
}

TEST_F(TransferBarTest, AFullDiskAtTheHubIsToldWithItsReason) {
  EXPECT_THAT(ShowTrouble(session_, err_, true, Error(Reason::DISK_FULL)),
              HasSubstr("The hub has no room to store more for now."));
}

TEST_F(TransferBarTest, WithoutATerminalTroubleIsToldOnceAndNotWhenQuiet) {
  const std::string until = TimeOf(absl::UnixEpoch() + absl::Seconds(7));
  EXPECT_EQ(ShowTrouble(session_, err_, false, Away()),
            "The hub is not reached; it is tried again until " + until + ".\n");
  err_.str("");
  session_.quiet = true;
  EXPECT_THAT(ShowTrouble(session_, err_, false, Away()), IsEmpty());
  EXPECT_THAT(ShowTrouble(session_, err_, true, Away()), IsEmpty());
}

TEST_F(TransferBarTest, AnUploadOfSeveralChunksSaysFirstHowItGoesOn) {
  TransferBar bar(session_, false, [this] { return now_; });
  const client::OnProgress tell = bar.options("the-id").on_progress;
  EXPECT_TRUE(tell({0, 1000}).ok());
  EXPECT_THAT(err_.str(), IsEmpty());
  EXPECT_TRUE(tell({0, 20'000'000}).ok());
  EXPECT_TRUE(tell({5'000'000, 20'000'000}).ok());
  EXPECT_EQ(err_.str(),
            "Should the upload be interrupted, the same command goes on when it also has: "
            "--request-id the-id\n");
}

TEST_F(TransferBarTest, ATimeThatIsGivenBoundsThePatience) {
  TransferBar bar(session_, false, [this] { return now_; });
  EXPECT_EQ(bar.options().patience, client::TransferOptions().patience);
  session_.timeout_given = true;
  session_.timeout_seconds = 8;
  EXPECT_EQ(bar.options().patience, absl::Seconds(8));
}

TEST(SizeTextTest, CountsInThousands) {
  EXPECT_EQ(SizeText(0), "0 B");
  EXPECT_EQ(SizeText(999), "999 B");
  EXPECT_EQ(SizeText(1000), "1.0 kB");
  EXPECT_EQ(SizeText(999'960), "1.0 MB");
  EXPECT_EQ(SizeText(10'737'418'240), "10.7 GB");
}

TEST(DurationTextTest, MinutesAndHours) {
  EXPECT_EQ(DurationText(absl::ZeroDuration()), "0:00");
  EXPECT_EQ(DurationText(absl::Milliseconds(100)), "0:01");
  EXPECT_EQ(DurationText(absl::Seconds(65)), "1:05");
  EXPECT_EQ(DurationText(absl::Hours(2) + absl::Seconds(189)), "2:03:09");
}

}  // namespace
}  // namespace rogatoria::cli
