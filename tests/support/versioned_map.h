// A map that remembers: every key keeps the values it had, each with the version that wrote it. A
// reader at version v sees exactly what was committed up to v, without a copy; a writer adds.
//
// Nothing is ever forgotten: for tests, not for service. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace rogatoria {

template <typename K, typename V>
class VersionedMap {
 public:
  // Null when absent (or removed) at `version`.
  std::shared_ptr<const V> Find(const K& key, uint64_t version) const {
    const auto it = slots_.find(key);
    return it == slots_.end() ? nullptr : At(it->second, version);
  }
  // REQUIRES: versions of a key do not go back.
  void Put(const K& key, uint64_t version, V value) {
    slots_[key].push_back({version, std::make_shared<const V>(std::move(value))});
  }
  void Remove(const K& key, uint64_t version) { slots_[key].push_back({version, nullptr}); }

  // In the order of keys, from the first that is not less than `from`, while `visit(key, value)`
  // is true.
  template <typename Visit>
  void Scan(const K& from, uint64_t version, Visit visit) const {
    for (auto it = slots_.lower_bound(from); it != slots_.end(); ++it) {
      const std::shared_ptr<const V> value = At(it->second, version);
      if (value != nullptr && !visit(it->first, *value)) return;
    }
  }

 private:
  struct Slot {
    uint64_t version;
    std::shared_ptr<const V> value;
  };

  static std::shared_ptr<const V> At(const std::vector<Slot>& slots, uint64_t version) {
    for (auto it = slots.rbegin(); it != slots.rend(); ++it) {
      if (it->version <= version) return it->value;
    }
    return nullptr;
  }

  std::map<K, std::vector<Slot>> slots_;
};

}  // namespace rogatoria
