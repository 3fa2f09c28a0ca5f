#include "services/agent/spool.h"

#include <filesystem>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/file_lock.h"
#include "common/base/status_macros.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

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
      options_(options),
      fault_(std::move(fault)),
      inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      out_(folders_, agent, options, fault_),
      events_(
          folders_,
          agent,
          options,
          [this](const v1::ActStatus& status) { return Tell(status); },
          fault_) {}

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
  events_.Stop();
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
  return events_.Take(patience);
}

absl::Status Spool::Tell(const v1::ActStatus& status) {
  absl::MutexLock lock(&items_mutex_);
  return out_.Moved(status);
}

// What an earlier run had begun is finished before its states are followed.
void Spool::Look() {
  Resume();
  events_.Start();
  while (Pause(absl::ZeroDuration())) {
    WatchFolders();
    Scan();
    WaitForFiles();
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
