#include "services/documents/read_sessions.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace rogatoria::documents {

std::string ReadSessions::KeyOf(const std::string& document_id, const std::string& identity) {
  return absl::StrCat(document_id, "\n", identity);
}

bool ReadSessions::IsOpen(const std::string& key, Instant now) const {
  const auto found = begun_.find(key);
  return found != begun_.end() && now - found->second < kReadSession;
}

absl::Status ReadSessions::Open(const std::string& document_id,
                                const std::string& identity,
                                Instant now,
                                const std::function<absl::Status()>& record) {
  const std::string key = KeyOf(document_id, identity);
  {
    absl::MutexLock lock(&mutex_);
    const auto nobody_records = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return !recording_.contains(key);
    };
    mutex_.Await(absl::Condition(&nobody_records));
    if (IsOpen(key, now)) return absl::OkStatus();
    recording_.insert(key);
  }
  const absl::Status recorded = record();
  absl::MutexLock lock(&mutex_);
  recording_.erase(key);
  if (!recorded.ok()) return recorded;
  if (begun_.size() >= bound_) DropOldest();
  begun_[key] = now;
  return recorded;
}

void ReadSessions::DropOldest() {
  const auto oldest =
      std::min_element(begun_.begin(), begun_.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
      });
  if (oldest != begun_.end()) begun_.erase(oldest);
}

}  // namespace rogatoria::documents
