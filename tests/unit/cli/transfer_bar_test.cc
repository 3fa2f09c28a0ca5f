// Goal: a person sees how far a file is, how fast it goes and how long it takes; a program and a
// quiet session see nothing.
#include "services/cli/transfer_bar.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
      const client::OnProgress tell = bar.callback();
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
