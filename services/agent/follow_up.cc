#include "services/agent/follow_up.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "services/agent/agent_limits.h"
#include "services/agent/kept_receipts.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kIdle = absl::Seconds(1);
constexpr absl::Duration kAskPatience = absl::Seconds(3);  // nothing else is told meanwhile

std::string FileIn(const std::string& folder, const std::string& id) {
  return absl::StrCat(folder, "/", id, ".act");
}

}  // namespace

FollowUp::FollowUp(AgentParts parts, Events& events) : parts_(parts), events_(events) {}

FollowUp::~FollowUp() {
  Stop();
}

void FollowUp::Start() {
  DropLongEnded();
  for (const v1::ActStatus& status : parts_.states.Open()) Moved(status.request_id());
  for (const std::string& id : ActFilesIn(parts_.states.SentFolder())) Moved(id);
  thread_ = std::thread([this] { Work(); });
}

void FollowUp::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void FollowUp::Moved(const std::string& request_id) {
  absl::MutexLock lock(&mutex_);
  moved_.insert(request_id);
}

void FollowUp::LookSoon(const std::string& request_id) {
  absl::MutexLock lock(&mutex_);
  looks_[request_id] = {absl::Now(), limits::kFirstLook};
}

void FollowUp::Work() {
  std::set<std::string> moved = EndedLately();
  std::set<std::string> due;
  while (Next(moved, due)) {
    std::erase_if(moved, [this](const std::string& id) { return TakeUp(id); });
    for (const std::string& id : due) Ask(id);
    if (parts_.hub.MayBeBack()) AskHub();
  }
}

std::set<std::string> FollowUp::EndedLately() const {
  std::set<std::string> ids;
  const int64_t since = absl::ToUnixMillis(absl::Now() - limits::kLongestStop);
  for (const v1::ActStatus& act : parts_.states.EndedSince(since))
    if (IsOurs(act.request_id())) ids.insert(act.request_id());
  return ids;
}

bool FollowUp::IsOurs(const std::string& request_id) const {
  return !parts_.jobs.Asked(request_id).empty() || !parts_.jobs.Told(request_id).empty() ||
         parts_.jobs.FindGivenUp(request_id).has_value();
}

bool FollowUp::Next(std::set<std::string>& moved, std::set<std::string>& due) {
  const bool away = parts_.hub.IsAwayNow();
  absl::MutexLock lock(&mutex_);
  const auto wanted = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !moved_.empty();
  };
  mutex_.AwaitWithTimeout(absl::Condition(&wanted), kIdle);
  moved.merge(moved_);
  moved_.clear();
  due.clear();
  for (const auto& [id, look] : looks_) {
    if (!away && look.next <= absl::Now()) due.insert(id);
  }
  return !stopping_;
}

bool FollowUp::TakeUp(const std::string& request_id) {
  if (!fs::exists(FileIn(parts_.states.SentFolder(), request_id))) return Tell(request_id);
  GoOn(request_id);
  return true;
}

// The event first: told twice is better than never.
bool FollowUp::Tell(const std::string& request_id) {
  const auto status = parts_.states.Of(request_id);
  if (!status.has_value()) return true;
  const std::string now = absl::StrCat(static_cast<int>(status->state()), " ", status->reason());
  if (parts_.jobs.Told(request_id) == now) return true;
  v1::WatchResponse event;
  *event.mutable_status() = *status;
  if (!events_.Append(std::move(event)).ok()) return false;
  parts_.jobs.NoteTold(request_id, now);
  return true;
}

void FollowUp::Ask(const std::string& request_id) {
  if (parts_.hub.IsAwayNow()) return;
  const auto fetched = parts_.office.FetchReceipts(parts_.states.ActIdOf(request_id));
  parts_.hub.Note(fetched.status());
  GoOn(request_id);
}

void FollowUp::AskHub() {
  hub::GetAuthorityRequest about_us;
  about_us.set_authority(parts_.office.profile().authority);
  client::Connection& connection = parts_.office.connection();
  parts_.hub.Note(connection
                      .Call(connection.directory(),
                            &hub::DirectoryService::Stub::GetAuthority,
                            about_us,
                            {kAskPatience, kAskPatience})
                      .status());
}

// Whether it ended is read before its state is told: a receipt that comes in between (GetReceipt
// keeps them too) is then told here or at the next look, never left untold.
void FollowUp::GoOn(const std::string& request_id) {
  const bool ended = IsEnded(request_id);
  const bool told = Tell(request_id);
  if (ended && told) {
    End(request_id);
  } else {
    Schedule(request_id);
  }
}

bool FollowUp::IsEnded(const std::string& request_id) const {
  const std::string act_id = parts_.states.ActIdOf(request_id);
  return ProgressOf(ReceiptsOf(parts_.office.profile().state, act_id)).ended;
}

void FollowUp::End(const std::string& request_id) {
  std::error_code error;
  fs::rename(FileIn(parts_.states.SentFolder(), request_id),
             FileIn(parts_.states.EndedFolder(), request_id),
             error);
  SyncFolder(parts_.states.EndedFolder()).IgnoreError();
  absl::MutexLock lock(&mutex_);
  looks_.erase(request_id);
}

void FollowUp::Schedule(const std::string& request_id) {
  absl::MutexLock lock(&mutex_);
  Look& look = looks_[request_id];
  look.pause = std::clamp(look.pause * 3 / 2, limits::kFirstLook, limits::kLastLook);
  look.next = absl::Now() + Jittered(look.pause);
}

void FollowUp::DropLongEnded() {
  const int64_t before = absl::ToUnixMillis(absl::Now() - limits::kEndedLife);
  for (const std::string& id : ActFilesIn(parts_.states.EndedFolder())) {
    const std::string path = FileIn(parts_.states.EndedFolder(), id);
    if (ChangedUnixMs(path) >= before) continue;
    parts_.jobs.ForgetNotes(id);
    unlink(path.c_str());
  }
}

}  // namespace rogatoria::agent
