#include "services/documents/read_sessions.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace rogatoria::documents {

std::string ReadSessions::KeyOf(const std::string& document_id, const std::string& identity) {
  return absl::StrCat(document_id, "\n", identity);
}

bool ReadSessions::IsOpen(const std::string& key, Instant now) const {
  const auto found = sessions_.find(key);
  return found != sessions_.end() && now - found->second.begun < kReadSession;
}

absl::Status ReadSessions::Open(const std::string& document_id,
                                const std::string& identity,
                                Instant now,
                                const Record& record) {
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
  if (recorded.ok()) Begin(key, now);
  return recorded;
}

void ReadSessions::Begin(const std::string& key, Instant now) {
  if (sessions_.size() >= bound_ && !sessions_.contains(key)) DropOldest();
  Session& session = sessions_[key];
  if (session.whole) session = Session();
  session.begun = now;
}

void ReadSessions::DropOldest() {
  const auto oldest =
      std::min_element(sessions_.begin(), sessions_.end(), [](const auto& a, const auto& b) {
        return a.second.begun < b.second.begun;
      });
  if (oldest != sessions_.end()) sessions_.erase(oldest);
}

bool ReadSessions::Completes(const std::string& key, const GivenBytes& given) {
  absl::MutexLock lock(&mutex_);
  const auto found = sessions_.find(key);
  if (found == sessions_.end() || found->second.whole) return false;
  found->second.given.Add(given.offset, given.offset + given.size);
  found->second.whole = found->second.given.Covers(given.of_bytes);
  return found->second.whole;
}

absl::Status ReadSessions::Give(const std::string& document_id,
                                const std::string& identity,
                                const GivenBytes& given,
                                const Record& record) {
  const std::string key = KeyOf(document_id, identity);
  if (!Completes(key, given)) return absl::OkStatus();
  const absl::Status recorded = record();
  if (recorded.ok()) return recorded;
  absl::MutexLock lock(&mutex_);
  if (const auto found = sessions_.find(key); found != sessions_.end()) found->second.whole = false;
  return recorded;
}

}  // namespace rogatoria::documents
