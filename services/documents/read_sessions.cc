#include "services/documents/read_sessions.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace rogatoria::documents {

std::string ReadSessions::KeyOf(const std::string& document_id, const std::string& identity) {
  return absl::StrCat(document_id, "\n", identity);
}

bool ReadSessions::IsOpen(const std::string& document_id,
                          const std::string& identity,
                          Instant now) const {
  absl::MutexLock lock(&mutex_);
  const auto found = begun_.find(KeyOf(document_id, identity));
  return found != begun_.end() && now - found->second < kReadSession;
}

void ReadSessions::Open(const std::string& document_id, const std::string& identity, Instant now) {
  absl::MutexLock lock(&mutex_);
  if (begun_.size() >= bound_) DropOldest();
  begun_[KeyOf(document_id, identity)] = now;
}

void ReadSessions::DropOldest() {
  const auto oldest =
      std::min_element(begun_.begin(), begun_.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
      });
  if (oldest != begun_.end()) begun_.erase(oldest);
}

}  // namespace rogatoria::documents
