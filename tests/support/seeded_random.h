// Random bytes and choices that a seed gives again: everything in a simulation that happens by
// chance comes from one of these. SplitMix64 (Steele, Lea, Flood 2014), so that a seed means the
// same on every machine and with every standard library. Never for keys in use. Thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/base/random.h"

namespace rogatoria {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}

  Bytes Generate(size_t size) override {
    absl::MutexLock lock(&mutex_);
    Bytes bytes(size, '\0');
    uint64_t word = 0;
    for (size_t i = 0; i < size; ++i) {
      if (i % 8 == 0) word = Next();
      bytes[i] = static_cast<char>(word >> (8 * (i % 8)));
    }
    return bytes;
  }

  // 0 ... bound - 1. REQUIRES: bound > 0. (The bias below 2^-32 for small bounds does not matter
  // here.)
  uint64_t Below(uint64_t bound) {
    absl::MutexLock lock(&mutex_);
    return Next() % bound;
  }
  // True `percent` times in a hundred.
  bool Chance(uint64_t percent) { return Below(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

 private:
  uint64_t Next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  absl::Mutex mutex_;
  uint64_t state_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria
