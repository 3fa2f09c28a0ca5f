#include "tests/support/memory_case_keys.h"

namespace rogatoria {
namespace {

constexpr size_t kKeyBytes = 32;

}  // namespace

MemoryCaseKeys::MemoryCaseKeys(Random& random) : random_(&random) {
  keys_.push_back(std::make_shared<const SecretBytes>(SecretBytes::Generate(random, kKeyBytes)));
}

absl::StatusOr<std::shared_ptr<const SecretBytes>> MemoryCaseKeys::Get(uint64_t key_id) {
  absl::MutexLock lock(&mutex_);
  if (key_id >= keys_.size()) return absl::OutOfRangeError("no such case key");
  if (keys_[key_id] == nullptr) return absl::NotFoundError("case key destroyed");
  return keys_[key_id];
}

absl::Status MemoryCaseKeys::EnsureThrough(uint64_t key_id) {
  absl::MutexLock lock(&mutex_);
  while (keys_.size() <= key_id) {
    keys_.push_back(
        std::make_shared<const SecretBytes>(SecretBytes::Generate(*random_, kKeyBytes)));
  }
  return absl::OkStatus();
}

absl::Status MemoryCaseKeys::Destroy(uint64_t key_id) {
  absl::MutexLock lock(&mutex_);
  if (key_id == 0) return absl::InvalidArgumentError("the register's own key is never destroyed");
  if (key_id >= keys_.size()) return absl::OutOfRangeError("no such case key");
  keys_[key_id] = nullptr;
  return absl::OkStatus();
}

}  // namespace rogatoria
