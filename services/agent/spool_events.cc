#include "services/agent/spool_events.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/agent/agent_limits.h"
#include "services/agent/spool_texts.h"

namespace rogatoria::agent {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(1);
constexpr absl::Duration kPauseAfterFault = absl::Seconds(5);
constexpr size_t kEventsAtOnce = 4;  // each with an act of up to some MiB
constexpr size_t kRetriesAtOnce = 4;
constexpr size_t kLanes = 4;

}  // namespace

SpoolEvents::SpoolEvents(const SpoolFolders& folders,
                         SpoolAgent& agent,
                         const SpoolOptions& options,
                         Tell tell,
                         Fault fault)
    : agent_(agent),
      options_(options),
      tell_(std::move(tell)),
      fault_(std::move(fault)),
      language_(agent.language()),
      in_(folders, agent) {}

SpoolEvents::~SpoolEvents() {
  Stop();
}

void SpoolEvents::Start() {
  threads_.emplace_back([this] { Follow(); });
  for (size_t i = 0; i < kLanes; ++i) threads_.emplace_back([this] { Work(); });
}

void SpoolEvents::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

// False when it is to stop.
bool SpoolEvents::Pause(absl::Duration pause) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stopping_), pause);
}

void SpoolEvents::Follow() {
  while (Pause(absl::ZeroDuration())) {
    const absl::Status taken = TakeInOrder(kPatience);
    if (taken.ok()) continue;
    fault_(taken);
    if (!Pause(kPauseAfterFault)) return;
  }
}

void SpoolEvents::Work() {
  while (AwaitLane()) {
    const absl::Status taken = TakeDue(true, 1, absl::Now());
    ShowKeptBack();
    // What ends because the agent does is no fault.
    if (taken.ok() || HasReason(taken, Reason::SHUTTING_DOWN)) continue;
    fault_(taken);
    if (!Pause(kPauseAfterFault)) return;
  }
}

bool SpoolEvents::AwaitLane() {
  absl::MutexLock lock(&mutex_);
  const auto wanted = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || lane_wanted_;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&wanted), kPatience);
  lane_wanted_ = false;
  return !stopping_;
}

absl::Status SpoolEvents::Take(absl::Duration patience) {
  absl::Status first = TakeInOrder(patience);
  first.Update(TakeDue(true, limits::kMaxEvents, absl::InfiniteFuture()));
  first.Update(AcknowledgeTaken());
  ShowKeptBack();
  return first;
}

absl::Status SpoolEvents::TakeInOrder(absl::Duration patience) {
  const absl::Cleanup show = [this] { ShowKeptBack(); };
  absl::Status first = TakeDue(false, kRetriesAtOnce, absl::Now());
  first.Update(AcknowledgeTaken());
  first.Update(TakeNew(first.ok() ? patience : absl::ZeroDuration()));
  return first;
}

absl::Status SpoolEvents::TakeNew(absl::Duration patience) {
  absl::Status first;
  size_t came = kEventsAtOnce;
  while (came == kEventsAtOnce && Pause(absl::ZeroDuration())) {
    ROG_ASSIGN_OR_RETURN(const auto events, agent_.WaitForEvents(Ahead(), kEventsAtOnce, patience));
    came = events.size();
    patience = absl::ZeroDuration();
    for (const v1::WatchResponse& event : events) first.Update(TakeOne(event));
    ShowKeptBack();
    ROG_RETURN_IF_ERROR(AcknowledgeTaken());
  }
  return first;
}

uint64_t SpoolEvents::Ahead() {
  const uint64_t acknowledged = agent_.Acknowledged();
  absl::MutexLock lock(&mutex_);
  return ahead_ = std::max(ahead_, acknowledged);
}

absl::Status SpoolEvents::TakeOne(const v1::WatchResponse& event) {
  KeptBack kept = KeptFrom(event);
  const absl::Status taken = kept.by_lane ? absl::OkStatus() : Deliver(event, kept.since);
  NoteWhy(kept, taken);
  absl::MutexLock lock(&mutex_);
  ahead_ = event.position();
  lane_wanted_ = lane_wanted_ || kept.by_lane;
  if (taken.ok()) DropOlderStates(kept.request_id, event.position());
  if (!taken.ok() || kept.by_lane) kept_back_.emplace(event.position(), std::move(kept));
  return taken;
}

// Some of what is due, so that what is new does not wait for all of it: what has waited longest, so
// that none waits for ever behind those that fail again.
absl::Status SpoolEvents::TakeDue(bool by_lane, size_t most, absl::Time due) {
  absl::Status first;
  for (const uint64_t position : Due(by_lane, most, due)) {
    if (!Pause(absl::ZeroDuration())) break;
    first.Update(TakeAgain(position));
  }
  return first;
}

std::vector<uint64_t> SpoolEvents::Due(bool by_lane, size_t most, absl::Time until) {
  std::vector<std::pair<absl::Time, uint64_t>> due;
  absl::MutexLock lock(&mutex_);
  for (const auto& [position, kept] : kept_back_) {
    const bool ours = kept.by_lane == by_lane && !kept.under_way;
    if (ours && kept.next <= until) due.emplace_back(kept.next, position);
  }
  std::sort(due.begin(), due.end());
  lane_wanted_ = lane_wanted_ || (by_lane && due.size() > most);
  due.resize(std::min(due.size(), most));
  std::vector<uint64_t> positions;
  for (const auto& [since, position] : due) positions.push_back(position);
  return positions;
}

std::optional<SpoolEvents::KeptBack> SpoolEvents::Claim(uint64_t position) {
  absl::MutexLock lock(&mutex_);
  const auto found = kept_back_.find(position);
  if (found == kept_back_.end() || found->second.under_way) return std::nullopt;
  found->second.under_way = true;
  found->second.first_try = std::min(found->second.first_try, absl::Now());
  return found->second;
}

// One that is there and is not given now is asked for later.
absl::Status SpoolEvents::TakeAgain(uint64_t position) {
  std::optional<KeptBack> kept = Claim(position);
  if (!kept.has_value()) return absl::OkStatus();
  const auto events = agent_.WaitForEvents(position - 1, 1, absl::ZeroDuration());
  const bool here = events.ok() && !events->empty() && events->front().position() == position;
  const bool gone = !agent_.HasEvent(position);
  absl::Status taken = events.status();
  if (here && !gone) taken = Deliver(events->front(), kept->first_try);
  NoteWhy(*kept, taken);
  Settle(position, *std::move(kept), taken.ok() && (here || gone));
  return taken;
}

void SpoolEvents::Settle(uint64_t position, KeptBack kept, bool done) {
  kept.under_way = false;
  kept.pause = std::clamp(2 * kept.pause, limits::kFirstPause, limits::kLongestPause);
  kept.next = absl::Now() + kept.pause;
  absl::MutexLock lock(&mutex_);
  lane_wanted_ = lane_wanted_ || kept.by_lane;
  if (done) {
    DropOlderStates(kept.request_id, position);
    kept_back_.erase(position);
  } else {
    kept_back_[position] = std::move(kept);
  }
}

// How an act of ours stands is told as a whole: an older state would put back what a newer said.
void SpoolEvents::DropOlderStates(const std::string& request_id, uint64_t position) {
  if (request_id.empty()) return;
  std::erase_if(kept_back_, [&](const auto& one) {
    return one.first < position && one.second.request_id == request_id;
  });
}

absl::Status SpoolEvents::Deliver(const v1::WatchResponse& event, absl::Time first_try) {
  if (event.has_status()) return tell_(event.status());
  return in_.Deliver(event, first_try + options_.scanner);
}

absl::Status SpoolEvents::AcknowledgeTaken() {
  uint64_t taken = 0;
  {
    absl::MutexLock lock(&mutex_);
    taken = kept_back_.empty() ? ahead_ : kept_back_.begin()->first - 1;
  }
  if (taken <= agent_.Acknowledged()) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(agent_.Acknowledge(taken));
  in_.Forget(taken);
  return absl::OkStatus();
}

SpoolEvents::KeptBack SpoolEvents::KeptFrom(const v1::WatchResponse& event) {
  KeptBack kept;
  kept.since = kept.next = absl::Now();
  kept.by_lane = !event.received().documents().empty();
  if (!kept.by_lane) kept.first_try = kept.since;
  kept.request_id = event.status().request_id();
  v1::KeptBack& shown = kept.shown;
  shown.set_position(event.position());
  shown.set_since_unix_ms(absl::ToUnixMillis(kept.since));
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
  return kept;
}

void SpoolEvents::NoteWhy(KeptBack& kept, const absl::Status& why) const {
  if (why.ok()) return;
  const auto details = GetErrorDetails(why);
  kept.shown.set_reason(details.has_value() ? std::string(ReasonName(details->reason)) : "");
  kept.shown.set_reason_text(agent_.Explain(why));
}

void SpoolEvents::ShowKeptBack() {
  std::vector<v1::KeptBack> oldest;
  uint64_t count = 0;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [position, kept] : kept_back_) {
      const bool failed = !kept.shown.reason_text().empty();
      if (!failed && absl::Now() - kept.since < options_.tell_after) continue;
      if (++count > limits::kMaxShownHeld) continue;
      v1::KeptBack& shown = oldest.emplace_back(kept.shown);
      if (failed) continue;
      shown.set_reason_text(
          Say(language_, kept.under_way ? SpoolText::BEING_FETCHED : SpoolText::WAITS_FOR_FETCHED));
    }
  }
  agent_.SetKeptBack(std::move(oldest), count);
}

}  // namespace rogatoria::agent
