// The data keys that make rows erasable (decisions.md 17): one a case, in a file apart from the
// database and its backups. Destroying a key erases every row under it at once, in every copy of
// the database.
//
// The file is a row of fixed-size records, number 0 first, after a head record that counts them. A
// pool of keys is made and fsynced ahead, so that giving one to a case costs no write. Record 0 is
// the register's own key: never destroyed. Thread-safe.
//
// Overwriting reaches the file's blocks. What a file system or a drive keeps of old blocks (copies
// on write, wear levelling, snapshots) is out of reach: use a volume that keeps none, or an
// encrypted one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/crypto/secret.h"

namespace rogatoria {

class CaseKeys {
 public:
  virtual ~CaseKeys() = default;

  // NOT_FOUND when the key was destroyed; DATA_LOSS when its record fails its check; OUT_OF_RANGE
  // when it was never made.
  virtual absl::StatusOr<std::shared_ptr<const SecretBytes>> Get(uint64_t key_id) = 0;
  // Makes sure that keys up to `key_id` inclusive exist on disk; makes a pool ahead of need.
  virtual absl::Status EnsureThrough(uint64_t key_id) = 0;
  // Overwrites the key on disk and forgets it. INVALID_ARGUMENT for key 0.
  virtual absl::Status Destroy(uint64_t key_id) = 0;
};

// Keys in a file, mode 0600, opened or created, and locked against other processes. `random` must
// live as long. KEY_FILE_UNSAFE when others could read it; UNAVAILABLE when another process has it;
// DATA_LOSS when its head or its length is not what was written.
absl::StatusOr<std::unique_ptr<CaseKeys>> OpenCaseKeyFile(const std::string& path, Random& random);

}  // namespace rogatoria
