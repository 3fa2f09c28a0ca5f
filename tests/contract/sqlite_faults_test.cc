// T3 for the store's operations: the k-th write, sync or cut fails, for k = 1, 2, ... until a run
// is clean. Whatever fails, a commit that was acknowledged is there after a restart, and a commit
// that was refused for want of room is not.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "tests/contract/store_rows.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/memory_case_keys.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

constexpr int kCommits = 6;

struct FaultCase {
  const char* name;
  FaultVfs::Kind kind;
  bool for_good;
};

class StoreFaults : public testing::TestWithParam<FaultCase> {
 protected:
  ~StoreFaults() override { FaultVfs::Get().Clear(); }

  enum class Outcome { kAcknowledged, kRefused, kUnknown };

  // One life of the store on a new folder: opens, commits, closes, with the k-th call failing.
  // False when no call failed.
  bool RunOnce(uint64_t k) {
    TemporaryFolder folder(QuickFolder());
    SeededRandom random(k);
    MemoryCaseKeys keys(random);
    SqliteOptions options;
    options.directory = folder / "data";
    options.reserve_bytes = 4096;
    options.base_vfs = FaultVfs::kName;
    options.background_checkpoints = false;
    std::vector<Outcome> outcomes;
    FaultVfs::Get().FailAt(k, GetParam().kind, GetParam().for_good);
    if (auto store = OpenSqliteStore(options, keys, random); store.ok()) Live(**store, outcomes);
    const bool failed = FaultVfs::Get().has_failed();
    FaultVfs::Get().Clear();
    Check(options, keys, random, outcomes);
    return failed;
  }

 private:
  static void Live(Store& store, std::vector<Outcome>& outcomes) {
    for (int i = 0; i < kCommits; ++i) {
      const size_t body = i % 2 == 0 ? 300 : 12'000;
      const absl::Status status = CommitChanges(
          store,
          BatchBuilder(store)
              .OpenCase(
                  absl::StrCat("a/", i), "pt-pgr", "co-fgn", v1::URGENCY_LEVEL_UNSPECIFIED, body)
              .Build());
      outcomes.push_back(status.ok()                         ? Outcome::kAcknowledged
                         : absl::IsResourceExhausted(status) ? Outcome::kRefused
                                                             : Outcome::kUnknown);
      if (outcomes.back() == Outcome::kUnknown) {
        EXPECT_THAT(CommitChanges(store, BatchBuilder(store).AddAudit("x").Build()),
                    testing::Not(IsOk()));
        return;
      }
    }
  }

  static void Check(const SqliteOptions& options,
                    CaseKeys& keys,
                    Random& random,
                    const std::vector<Outcome>& outcomes) {
    auto store = OpenSqliteStore(options, keys, random);
    ASSERT_THAT(store, IsOk());
    ASSERT_THAT(DumpStore(**store, {"co-fgn", "pt-pgr"}), IsOk());
    auto snapshot = (*store)->OpenSnapshot();
    for (size_t i = 0; i < outcomes.size(); ++i) {
      const auto act = (*snapshot)->GetAct(absl::StrCat("a/", i));
      if (outcomes[i] == Outcome::kAcknowledged) {
        ASSERT_THAT(act, IsOk());
        EXPECT_EQ(act->act.SerializeAsString(),
                  MakeAct(act->act_id, act->act.body().size()).SerializeAsString());
      }
      if (outcomes[i] == Outcome::kRefused) {
        EXPECT_THAT(act, StatusIs(absl::StatusCode::kNotFound));
      }
    }
  }
};

TEST_P(StoreFaults, AcknowledgedIsDurableAndRefusedIsAbsent) {
  FaultVfs::Get();
  uint64_t k = 1;
  while (RunOnce(k) && !HasFatalFailure()) ++k;
  EXPECT_GT(k, 30u);  // there were so many calls to fail
}

INSTANTIATE_TEST_SUITE_P(All,
                         StoreFaults,
                         testing::Values(FaultCase{"FullOnce", FaultVfs::Kind::kFull, false},
                                         FaultCase{"FullForGood", FaultVfs::Kind::kFull, true},
                                         FaultCase{"NoRoomOnce", FaultVfs::Kind::kNoRoom, false},
                                         FaultCase{"NoRoomForGood", FaultVfs::Kind::kNoRoom, true},
                                         FaultCase{"BrokenOnce", FaultVfs::Kind::kBroken, false},
                                         FaultCase{"BrokenForGood", FaultVfs::Kind::kBroken, true}),
                         [](const auto& fault) { return std::string(fault.param.name); });

}  // namespace
}  // namespace rogatoria
