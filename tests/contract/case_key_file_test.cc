// The key file: what it keeps, what it forgets, and what it notices.
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "common/base/files.h"
#include "common/storage/case_keys.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

using absl::StatusCode;

constexpr size_t kRecordBytes = 64;

class CaseKeyFileTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<CaseKeys>> Open() { return OpenCaseKeyFile(path_, random_); }
  std::unique_ptr<CaseKeys> MustOpen() {
    auto keys = Open();
    EXPECT_THAT(keys, IsOk());
    return *std::move(keys);
  }
  Bytes File() { return *ReadFile(path_, 1 << 24); }
  void Write(const Bytes& bytes) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  TemporaryFolder folder_{QuickFolder()};
  const std::string path_ = folder_ / "case.keys";
  SeededRandom random_{5};
};

Bytes Reveal(CaseKeys& keys, uint64_t id) {
  const auto key = keys.Get(id);
  EXPECT_THAT(key, IsOk());
  return Bytes((*key)->RevealForUse());
}

TEST_F(CaseKeyFileTest, NewFileHasAPoolOfDifferentKeys) {
  auto keys = MustOpen();
  EXPECT_EQ(Reveal(*keys, 0).size(), 32u);
  EXPECT_NE(Reveal(*keys, 0), Reveal(*keys, 1));
  EXPECT_THAT(keys->Get(1024), IsOk());
  EXPECT_THAT(keys->Get(1025), StatusIs(StatusCode::kOutOfRange));
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(CaseKeyFileTest, KeysAreTheSameAfterReopening) {
  Bytes first, last;
  {
    auto keys = MustOpen();
    ASSERT_THAT(keys->EnsureThrough(5000), IsOk());
    first = Reveal(*keys, 0);
    last = Reveal(*keys, 5000);
  }
  auto keys = MustOpen();
  EXPECT_EQ(Reveal(*keys, 0), first);
  EXPECT_EQ(Reveal(*keys, 5000), last);
  EXPECT_THAT(keys->Get(1u << 20), StatusIs(StatusCode::kOutOfRange));
}

TEST_F(CaseKeyFileTest, KeysWithinThePoolCostNoWrite) {
  auto keys = MustOpen();
  const Bytes before = File();
  ASSERT_THAT(keys->EnsureThrough(1000), IsOk());
  EXPECT_EQ(File(), before);
}

TEST_F(CaseKeyFileTest, DestroyedKeyIsGoneFromMemoryAndFile) {
  Bytes key;
  {
    auto keys = MustOpen();
    key = Reveal(*keys, 7);
    ASSERT_NE(File().find(key), Bytes::npos);
    ASSERT_THAT(keys->Destroy(7), IsOk());
    EXPECT_THAT(keys->Get(7), StatusIs(StatusCode::kNotFound));
    EXPECT_EQ(File().find(key), Bytes::npos);
    EXPECT_THAT(keys->Destroy(7), IsOk());  // twice is once
  }
  auto keys = MustOpen();
  EXPECT_THAT(keys->Get(7), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(keys->Get(6), IsOk());
  EXPECT_THAT(keys->Get(8), IsOk());
}

TEST_F(CaseKeyFileTest, RegistersKeyIsNotDestroyed) {
  auto keys = MustOpen();
  EXPECT_THAT(keys->Destroy(0), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(keys->Destroy(1u << 30), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(keys->Get(0), IsOk());
}

TEST_F(CaseKeyFileTest, SecondProcessIsRefused) {
  auto keys = MustOpen();
  EXPECT_THAT(Open(), StatusIs(StatusCode::kUnavailable));
}

TEST_F(CaseKeyFileTest, FileThatOthersCanReadIsRefused) {
  MustOpen();
  ASSERT_EQ(chmod(path_.c_str(), 0640), 0);
  EXPECT_THAT(Open(), HasReason(Reason::KEY_FILE_UNSAFE));
}

TEST_F(CaseKeyFileTest, ChangedByteIsNoticed) {
  MustOpen();
  const Bytes good = File();
  for (size_t at = 0; at < 4 * kRecordBytes; ++at) {
    Bytes bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x20);
    Write(bad);
    const size_t record = at / kRecordBytes;
    if (record == 0) {
      EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss)) << at;
      continue;
    }
    auto keys = MustOpen();
    EXPECT_THAT(keys->Get(record - 1), StatusIs(StatusCode::kDataLoss)) << at;
    EXPECT_THAT(keys->Get(record), IsOk());
  }
}

TEST_F(CaseKeyFileTest, RecordInAnotherPlaceIsNoticed) {
  MustOpen();
  Bytes bytes = File();
  bytes.replace(3 * kRecordBytes, kRecordBytes, bytes.substr(4 * kRecordBytes, kRecordBytes));
  Write(bytes);
  EXPECT_THAT(MustOpen()->Get(2), StatusIs(StatusCode::kDataLoss));
}

TEST_F(CaseKeyFileTest, MissingRecordsAreNoticed) {
  MustOpen();
  const Bytes good = File();
  for (size_t cut : {size_t{1}, kRecordBytes, good.size() - 1, good.size()}) {
    Write(good.substr(0, good.size() - cut));
    EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss)) << cut;
  }
}

// A process that died while it made a pool leaves records that the head does not count.
TEST_F(CaseKeyFileTest, UncountedRecordsAreMadeAnew) {
  MustOpen();
  const Bytes good = File();
  Write(good + good.substr(kRecordBytes, 100));
  auto keys = MustOpen();
  EXPECT_THAT(keys->Get(1025), StatusIs(StatusCode::kOutOfRange));
  ASSERT_THAT(keys->EnsureThrough(1025), IsOk());
  EXPECT_THAT(keys->Get(1025), IsOk());
}

}  // namespace
}  // namespace rogatoria
