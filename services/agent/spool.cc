#include "services/agent/spool.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kPatience = absl::Seconds(1);
constexpr absl::Duration kPauseAfterFault = absl::Seconds(5);
constexpr size_t kMostKeptBack = 100;  // beyond them what comes waits in the agent
constexpr absl::Duration kFirstPause = absl::Seconds(1);
constexpr absl::Duration kLongestPause = absl::Minutes(1);
constexpr absl::Duration kStep = absl::Milliseconds(200);  // how soon Stop is noticed

absl::StatusOr<rpc::Descriptor> LockSpool(const std::string& own) {
  const std::string path = own + "/lock";
  rpc::Descriptor lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid()) return Error(Reason::FILE_UNREADABLE).Field(path).ToStatus();
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error(Reason::SPOOL_BUSY).Field(path).ToStatus();
  }
  return lock;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Spool>> Spool::Open(const std::string& folder,
                                                   SpoolAgent& agent,
                                                   const SpoolOptions& options,
                                                   std::function<void(const absl::Status&)> fault) {
  SpoolFolders folders(folder);
  ROG_RETURN_IF_ERROR(MakeSpoolFolders(folders));
  ROG_ASSIGN_OR_RETURN(rpc::Descriptor lock, LockSpool(folders.own));
  return std::unique_ptr<Spool>(
      new Spool(std::move(folders), std::move(lock), agent, options, std::move(fault)));
}

Spool::Spool(SpoolFolders folders,
             rpc::Descriptor lock,
             SpoolAgent& agent,
             const SpoolOptions& options,
             std::function<void(const absl::Status&)> fault)
    : folders_(std::move(folders)),
      lock_(std::move(lock)),
      agent_(agent),
      options_(options),
      fault_(std::move(fault)),
      inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      out_(folders_, agent, options, fault_),
      in_(folders_, agent) {}

Spool::~Spool() {
  Stop();
}

void Spool::Start() {
  looker_ = std::thread([this] { Look(); });
}

void Spool::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (looker_.joinable()) looker_.join();
  if (follower_.joinable()) follower_.join();
}

void Spool::Resume() {
  absl::MutexLock lock(&items_mutex_);
  out_.Resume();
}

void Spool::Scan() {
  absl::MutexLock lock(&items_mutex_);
  out_.Scan();
}

absl::Status Spool::TakeEvents(absl::Duration patience) {
  const absl::Cleanup show = [this] { ShowKeptBack(); };
  absl::Status first = TakeKeptBack();
  if (kept_back_.size() >= kMostKeptBack) return first;
  ahead_ = std::max(ahead_, agent_.Acknowledged());
  ROG_ASSIGN_OR_RETURN(const auto events,
                       agent_.WaitForEvents(ahead_, first.ok() ? patience : absl::ZeroDuration()));
  for (const v1::WatchResponse& event : events) {
    const absl::Status taken = TakeEvent(event);
    if (!taken.ok()) KeepBack(event, taken);
    first.Update(taken);
    ahead_ = event.position();
    ROG_RETURN_IF_ERROR(AcknowledgeTaken());
    if (kept_back_.size() >= kMostKeptBack) break;
  }
  return first;
}

absl::Status Spool::TakeKeptBack() {
  absl::Status first;
  for (auto one = kept_back_.begin(); one != kept_back_.end();) {
    KeptBack& kept = one->second;
    const bool due = kept.next <= absl::Now();
    const absl::Status taken = due ? TakeEvent(kept.event) : absl::OkStatus();
    first.Update(taken);
    if (due && !taken.ok()) {
      kept.why = taken;
      kept.pause = std::clamp(2 * kept.pause, kFirstPause, kLongestPause);
      kept.next = absl::Now() + kept.pause;
    }
    one = due && taken.ok() ? kept_back_.erase(one) : std::next(one);
  }
  first.Update(AcknowledgeTaken());
  return first;
}

void Spool::KeepBack(const v1::WatchResponse& event, const absl::Status& why) {
  const absl::Time now = absl::Now();
  kept_back_.emplace(event.position(), KeptBack{event, why, now, now, {}});
}

v1::KeptBack Spool::Shown(const KeptBack& kept) const {
  v1::KeptBack shown;
  shown.set_position(kept.event.position());
  shown.set_since_unix_ms(absl::ToUnixMillis(kept.since));
  if (kept.event.has_received()) {
    shown.set_act_id(kept.event.received().act_id());
    shown.set_kind(kept.event.received().kind());
    shown.set_from(kept.event.received().from());
  } else if (kept.event.has_notice()) {
    shown.set_kind(kept.event.notice().kind());
  } else {
    shown.set_act_id(kept.event.status().act_id());
    shown.set_kind(kept.event.status().kind());
  }
  if (const auto details = GetErrorDetails(kept.why); details.has_value())
    shown.set_reason(ReasonName(details->reason));
  shown.set_reason_text(agent_.Explain(kept.why));
  return shown;
}

void Spool::ShowKeptBack() {
  std::vector<v1::KeptBack> shown;
  for (const auto& [position, kept] : kept_back_) shown.push_back(Shown(kept));
  agent_.SetKeptBack(std::move(shown));
}

absl::Status Spool::AcknowledgeTaken() {
  const uint64_t taken = kept_back_.empty() ? ahead_ : kept_back_.begin()->first - 1;
  if (taken <= agent_.Acknowledged()) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(agent_.Acknowledge(taken));
  in_.Forget(taken);
  return absl::OkStatus();
}

absl::Status Spool::TakeEvent(const v1::WatchResponse& event) {
  if (!event.has_status()) return in_.Deliver(event);
  absl::MutexLock lock(&items_mutex_);
  return out_.Moved(event.status());
}

// What an earlier run had begun is finished before its states are followed.
void Spool::Look() {
  Resume();
  follower_ = std::thread([this] { Follow(); });
  while (Pause(absl::ZeroDuration())) {
    WatchFolders();
    Scan();
    WaitForFiles();
  }
}

void Spool::Follow() {
  while (Pause(absl::ZeroDuration())) {
    const absl::Status taken = TakeEvents(kPatience);
    if (taken.ok()) continue;
    fault_(taken);
    if (!Pause(kPauseAfterFault)) return;
  }
}

// A folder that is watched already keeps its watch. Where there is none, polling remains.
void Spool::WatchFolders() {
  if (!inotify_.valid()) return;
  const uint32_t what = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR;
  inotify_add_watch(inotify_.get(), folders_.out.c_str(), what);
  std::error_code error;
  for (const auto& folder : fs::directory_iterator(folders_.out, error)) {
    if (folder.is_symlink(error) || !folder.is_directory(error)) continue;
    inotify_add_watch(inotify_.get(), folder.path().c_str(), what);
  }
}

void Spool::WaitForFiles() {
  const absl::Time until = absl::Now() + options_.poll;
  while (absl::Now() < until) {
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return;
    }
    pollfd news{inotify_.get(), POLLIN, 0};
    const int found =
        poll(&news, inotify_.valid() ? 1 : 0, static_cast<int>(kStep / absl::Milliseconds(1)));
    if (found <= 0) continue;
    char ignored[4096];
    while (read(inotify_.get(), ignored, sizeof ignored) > 0) {
    }
    // What came settles only later: looked at soon, not at once and again.
    Pause(kStep);
    return;
  }
}

// False when it is to stop.
bool Spool::Pause(absl::Duration pause) {
  absl::MutexLock lock(&mutex_);
  const auto stopping = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_; };
  return !mutex_.AwaitWithTimeout(absl::Condition(&stopping), pause);
}

}  // namespace rogatoria::agent
