// The contract of common/storage/store.h as one suite, for every engine. An engine joins with a
// harness and one line:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, StoreContract, testing::Values(&MakeMemoryHarness));
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "common/storage/case_keys.h"
#include "common/storage/store.h"

namespace rogatoria {

// One disk and its keys; a store is opened on it as a process would.
class StoreHarness {
 public:
  virtual ~StoreHarness() = default;
  // REQUIRES: what was opened before is gone.
  virtual absl::StatusOr<std::unique_ptr<Store>> Open() = 0;
  virtual CaseKeys& keys() = 0;
  // What another process does when it opens the same disk, while ours is open.
  virtual void RaiseEpochElsewhere() = 0;
  // From now on nothing can be written, until there is room again.
  virtual void FillDisk() = 0;
  virtual void MakeRoom() = 0;
  // A folder that does not exist yet.
  virtual std::string NewBackupFolder() = 0;
  // A store on what was backed up there, with the same keys.
  virtual absl::StatusOr<std::unique_ptr<Store>> OpenBackup(const std::string& folder) = 0;
};

using MakeHarness = std::unique_ptr<StoreHarness> (*)();

class StoreContract : public testing::TestWithParam<MakeHarness> {
 protected:
  StoreContract();

  // Drops the store and opens it again on the same disk.
  void Reopen();
  std::unique_ptr<Snapshot> OpenSnapshot();

  const std::unique_ptr<StoreHarness> harness_;
  std::unique_ptr<Store> store_;
};

}  // namespace rogatoria
