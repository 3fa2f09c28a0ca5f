#include "services/agent/spool.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/file_lock.h"
#include "common/base/status_macros.h"
#include "services/agent/agent_limits.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kPatience = absl::Seconds(1);
constexpr absl::Duration kPauseAfterFault = absl::Seconds(5);
constexpr size_t kEventsAtOnce = 4;  // each with an act of up to some MiB
constexpr size_t kRetriesAtOnce = 4;
constexpr size_t kMostShown = 100;
constexpr absl::Duration kStep = absl::Milliseconds(200);  // how soon Stop is noticed

}  // namespace

absl::StatusOr<std::unique_ptr<Spool>> Spool::Open(const std::string& folder,
                                                   SpoolAgent& agent,
                                                   const SpoolOptions& options,
                                                   std::function<void(const absl::Status&)> fault) {
  SpoolFolders folders(folder);
  ROG_RETURN_IF_ERROR(MakeSpoolFolders(folders));
  ROG_ASSIGN_OR_RETURN(Descriptor lock,
                       LockFile(folders.own + "/lock", LockUse::kAlone, Reason::SPOOL_BUSY));
  return std::unique_ptr<Spool>(
      new Spool(std::move(folders), std::move(lock), agent, options, std::move(fault)));
}

Spool::Spool(SpoolFolders folders,
             Descriptor lock,
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
  ahead_ = std::max(ahead_, agent_.Acknowledged());
  if (!first.ok()) patience = absl::ZeroDuration();
  size_t came = kEventsAtOnce;
  while (came == kEventsAtOnce && Pause(absl::ZeroDuration())) {
    ROG_ASSIGN_OR_RETURN(const auto events, agent_.WaitForEvents(ahead_, kEventsAtOnce, patience));
    came = events.size();
    patience = absl::ZeroDuration();
    for (const v1::WatchResponse& event : events) first.Update(TakeNew(event));
    ShowKeptBack();
    ROG_RETURN_IF_ERROR(AcknowledgeTaken());
  }
  return first;
}

absl::Status Spool::TakeNew(const v1::WatchResponse& event) {
  ahead_ = event.position();
  const absl::Time now = absl::Now();
  const absl::Status taken = TakeEvent(event, now);
  if (taken.ok()) {
    DropOlderStates(event.status().request_id(), event.position());
    return taken;
  }
  KeptBack& kept = kept_back_[event.position()];
  kept.request_id = event.status().request_id();
  kept.shown = Shown(event);
  kept.shown.set_since_unix_ms(absl::ToUnixMillis(now));
  kept.next = now;
  NoteWhy(kept, taken);
  return taken;
}

// Some of what is due, so that what is new does not wait for all of it: what has waited longest, so
// that none waits for ever behind those that fail again.
absl::Status Spool::TakeKeptBack() {
  std::vector<std::pair<absl::Time, uint64_t>> due;
  for (const auto& [position, kept] : kept_back_) {
    if (kept.next <= absl::Now()) due.emplace_back(kept.next, position);
  }
  std::sort(due.begin(), due.end());
  due.resize(std::min(due.size(), kRetriesAtOnce));
  absl::Status first;
  for (const auto& [since, position] : due) first.Update(TakeAgain(position));
  first.Update(AcknowledgeTaken());
  return first;
}

absl::Status Spool::TakeAgain(uint64_t position) {
  const auto found = kept_back_.find(position);
  if (found == kept_back_.end()) return absl::OkStatus();  // a newer state of its act was told
  KeptBack& kept = found->second;
  kept.pause = std::clamp(2 * kept.pause, limits::kFirstPause, limits::kLongestPause);
  kept.next = absl::Now() + kept.pause;
  ROG_ASSIGN_OR_RETURN(const auto events,
                       agent_.WaitForEvents(position - 1, 1, absl::ZeroDuration()));
  const bool gone = !agent_.HasEvent(position);
  if (!gone && (events.empty() || events.front().position() != position))
    return absl::OkStatus();  // not now
  const absl::Time since = absl::FromUnixMillis(kept.shown.since_unix_ms());
  const absl::Status taken = gone ? absl::OkStatus() : TakeEvent(events.front(), since);
  NoteWhy(kept, taken);
  if (!taken.ok()) return taken;
  DropOlderStates(kept.request_id, position);
  kept_back_.erase(position);
  return taken;
}

// How an act of ours stands is told as a whole: an older state would put back what a newer said.
void Spool::DropOlderStates(const std::string& request_id, uint64_t position) {
  if (request_id.empty()) return;
  std::erase_if(kept_back_, [&](const auto& one) {
    return one.first < position && one.second.request_id == request_id;
  });
}

v1::KeptBack Spool::Shown(const v1::WatchResponse& event) const {
  v1::KeptBack shown;
  shown.set_position(event.position());
  if (event.has_received()) {
    shown.set_act_id(event.received().act_id());
    shown.set_kind(event.received().kind());
    shown.set_from(event.received().sender());
  } else if (event.has_notice()) {
    shown.set_kind(event.notice().kind());
  } else {
    shown.set_act_id(event.status().act_id());
    shown.set_kind(event.status().kind());
  }
  return shown;
}

void Spool::NoteWhy(KeptBack& kept, const absl::Status& why) const {
  const auto details = GetErrorDetails(why);
  kept.shown.set_reason(details.has_value() ? std::string(ReasonName(details->reason)) : "");
  kept.shown.set_reason_text(why.ok() ? "" : agent_.Explain(why));
}

void Spool::ShowKeptBack() {
  std::vector<v1::KeptBack> oldest;
  for (const auto& [position, kept] : kept_back_) {
    if (oldest.size() == kMostShown) break;
    oldest.push_back(kept.shown);
  }
  agent_.SetKeptBack(std::move(oldest), kept_back_.size());
}

absl::Status Spool::AcknowledgeTaken() {
  const uint64_t taken = kept_back_.empty() ? ahead_ : kept_back_.begin()->first - 1;
  if (taken <= agent_.Acknowledged()) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(agent_.Acknowledge(taken));
  in_.Forget(taken);
  return absl::OkStatus();
}

absl::Status Spool::TakeEvent(const v1::WatchResponse& event, absl::Time since) {
  if (!event.has_status()) return in_.Deliver(event, absl::Now() - since < options_.scanner);
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
