#include "services/agent/events.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "services/agent/agent_limits.h"
#include "services/agent/jobs.h"

namespace rogatoria::agent {
namespace {

constexpr char kEvents[] = "agent/events";
constexpr size_t kDigits = 20;  // so that names sort as positions do
constexpr char kAcknowledged[] = "agent/acknowledged";
constexpr char kSetAsideUpTo[] = "agent/set-aside-up-to";  // so that no place is given twice
constexpr char kFailed[] = "failed";
constexpr char kAsidePrefix[] = "event-";
constexpr char kAsideSuffix[] = ".damaged";

std::string EventName(uint64_t position) {
  const std::string digits = absl::StrCat(position);
  return absl::StrCat(kEvents, "/", std::string(kDigits - digits.size(), '0'), digits);
}

// The number in a record's name; 0 for one that is none.
uint64_t NumberOf(const std::string& name) {
  uint64_t number = 0;
  return absl::SimpleAtoi(name.substr(name.rfind('/') + 1), &number) ? number : 0;
}

bool IsDamaged(const absl::Status& status) {
  return HasReason(status, Reason::KEPT_FILE_DAMAGED);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Events>> Events::Open(const client::EncryptedFolder& folder,
                                                     std::function<void(const absl::Status&)> fault,
                                                     std::string expected) {
  std::unique_ptr<Events> events(new Events(folder, std::move(fault), std::move(expected)));
  ROG_RETURN_IF_ERROR(events->Load());
  return events;
}

absl::Status Events::Load() {
  absl::MutexLock lock(&mutex_);
  for (const std::string& name : folder_.List(kEvents)) {
    if (NumberOf(name) > 0) positions_.insert(NumberOf(name));
  }
  if (!positions_.empty()) last_ = *positions_.rbegin();
  for (const std::string& name : folder_.List(kAcknowledged)) {
    ROG_ASSIGN_OR_RETURN(const uint64_t position, ReadNumber(name));
    acknowledged_[name.substr(name.rfind('/') + 1)] = position;
    last_ = std::max(last_, position);
  }
  ROG_ASSIGN_OR_RETURN(set_aside_up_to_, ReadNumber(kSetAsideUpTo));
  last_ = std::max(last_, set_aside_up_to_);
  Drop();
  return absl::OkStatus();
}

// 0 where there is none.
absl::StatusOr<uint64_t> Events::ReadNumber(const std::string& name) const {
  const auto text = folder_.Read(name);
  if (HasReason(text.status(), Reason::NOT_FOUND)) return 0;
  ROG_RETURN_IF_ERROR(text.status());
  uint64_t number = 0;
  if (!absl::SimpleAtoi(*text, &number)) return client::KeptFileDamaged(folder_.PathOf(name));
  return number;
}

absl::StatusOr<uint64_t> Events::Append(v1::WatchResponse event) {
  absl::MutexLock one(&append_mutex_);
  uint64_t position = 0;
  {
    absl::MutexLock lock(&mutex_);
    position = last_ + 1;
  }
  event.set_position(position);
  event.set_instant_unix_ms(SystemClock().Now().unix_ms);
  ROG_RETURN_IF_ERROR(folder_.Write(EventName(position), event.SerializeAsString()));
  absl::MutexLock lock(&mutex_);
  last_ = position;
  positions_.insert(position);
  Drop();
  return position;
}

absl::Status Events::Remove(uint64_t position) {
  {
    absl::MutexLock lock(&mutex_);
    positions_.erase(position);
  }
  return folder_.Remove(EventName(position));
}

absl::StatusOr<std::vector<v1::WatchResponse>> Events::After(uint64_t position,
                                                             size_t limit,
                                                             absl::Duration patience) {
  std::vector<uint64_t> next;
  {
    absl::MutexLock lock(&mutex_);
    const auto some = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return closed_ || positions_.upper_bound(position) != positions_.end();
    };
    mutex_.AwaitWithTimeout(absl::Condition(&some), patience);
    if (closed_) return std::vector<v1::WatchResponse>();
    for (auto at = positions_.upper_bound(position); at != positions_.end() && next.size() < limit;
         ++at) {
      next.push_back(*at);
    }
  }
  std::vector<v1::WatchResponse> events;
  for (const uint64_t one : next) {
    const auto record = folder_.Read(EventName(one));
    if (HasReason(record.status(), Reason::NOT_FOUND)) continue;  // acknowledged meanwhile
    v1::WatchResponse event;
    if (IsDamaged(record.status()) || (record.ok() && !event.ParseFromString(*record))) {
      ROG_RETURN_IF_ERROR(MoveAside(one));
      continue;
    }
    if (!record.ok() && !events.empty()) break;  // what is before it first
    ROG_RETURN_IF_ERROR(record.status());
    events.push_back(std::move(event));
  }
  return events;
}

// The act that it told of is in the case folder; the events behind it are good.
absl::Status Events::MoveAside(uint64_t position) {
  const std::string from = folder_.PathOf(EventName(position));
  const std::string to =
      folder_.PathOf(absl::StrCat(kFailed, "/", kAsidePrefix, position, kAsideSuffix));
  ROG_RETURN_IF_ERROR(CreateFolders(folder_.PathOf(kFailed)));
  ROG_RETURN_IF_ERROR(NoteSetAside(position));
  if (rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) return CannotWrite(to);
  ROG_RETURN_IF_ERROR(SyncFolder(folder_.PathOf(kFailed)));
  {
    absl::MutexLock lock(&mutex_);
    positions_.erase(position);
  }
  fault_(client::KeptFileDamaged(to));
  return absl::OkStatus();
}

absl::Status Events::NoteSetAside(uint64_t position) {
  absl::MutexLock lock(&mutex_);
  if (position <= set_aside_up_to_) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(folder_.Write(kSetAsideUpTo, absl::StrCat(position)));
  set_aside_up_to_ = position;
  return absl::OkStatus();
}

uint64_t Events::SetAside() const {
  const auto names = ListFolder(folder_.PathOf(kFailed)).value_or(std::vector<std::string>());
  return static_cast<uint64_t>(
      std::count_if(names.begin(), names.end(), [](const std::string& name) {
        return absl::StartsWith(name, kAsidePrefix) && absl::EndsWith(name, kAsideSuffix);
      }));
}

std::vector<v1::WatchResponse> Events::All() {
  auto events = After(0, SIZE_MAX, absl::ZeroDuration());
  return events.ok() ? *std::move(events) : std::vector<v1::WatchResponse>();
}

absl::Status Events::Acknowledge(const std::string& follower, uint64_t position) {
  absl::MutexLock one(&append_mutex_);
  {
    absl::MutexLock lock(&mutex_);
    if (position > last_) {
      return Explained(
          Error(Reason::FIELD_INVALID).Field("position"), Sentence::EVENT_THAT_CAME, last_);
    }
    const auto found = acknowledged_.find(follower);
    if (found != acknowledged_.end() && position <= found->second) return absl::OkStatus();
  }
  ROG_RETURN_IF_ERROR(
      folder_.Write(absl::StrCat(kAcknowledged, "/", follower), absl::StrCat(position)));
  absl::MutexLock lock(&mutex_);
  acknowledged_[follower] = position;
  Drop();
  return absl::OkStatus();
}

uint64_t Events::Acknowledged(const std::string& follower) const {
  absl::MutexLock lock(&mutex_);
  const auto found = acknowledged_.find(follower);
  return found == acknowledged_.end() ? 0 : found->second;
}

uint64_t Events::Waiting(const std::string& follower) const {
  const uint64_t acknowledged = Acknowledged(follower);
  absl::MutexLock lock(&mutex_);
  return static_cast<uint64_t>(
      std::distance(positions_.upper_bound(acknowledged), positions_.end()));
}

bool Events::Has(uint64_t position) const {
  absl::MutexLock lock(&mutex_);
  return positions_.count(position) > 0;
}

// What a crash leaves here of what was acknowledged is removed at the next start.
void Events::Drop() {
  uint64_t all_have = acknowledged_.empty() ? 0 : UINT64_MAX;
  for (const auto& [follower, position] : acknowledged_) all_have = std::min(all_have, position);
  while (!positions_.empty()) {
    const uint64_t oldest = *positions_.begin();
    const bool all_have_it = oldest <= all_have && !IsHeldBack(oldest);
    if (!all_have_it && positions_.size() <= limits::kMaxEvents) return;
    folder_.Remove(EventName(oldest)).IgnoreError();
    positions_.erase(positions_.begin());
  }
}

bool Events::IsHeldBack(uint64_t position) const {
  if (expected_.empty() || acknowledged_.count(expected_) > 0) return false;
  const int64_t since = ChangedUnixMs(folder_.PathOf(EventName(position)));
  return SystemClock().Now().unix_ms - since < absl::ToInt64Milliseconds(limits::kUnwatchedLife);
}

void Events::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

}  // namespace rogatoria::agent
