#include "common/ledger/refusal_recorder.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/ledger/audit_command.h"

namespace rogatoria {

RefusalRecorder::RefusalRecorder(std::function<void(std::unique_ptr<Command>)> submit, Clock& clock)
    : submit_(std::move(submit)), clock_(clock) {}

int64_t RefusalRecorder::ThisMinute() {
  constexpr int64_t kMinuteMs = 60 * 1000;
  latest_minute_ = std::max(latest_minute_, clock_.Now().unix_ms / kMinuteMs);
  return latest_minute_;
}

RefusalRecorder::Window& RefusalRecorder::WindowOf(const std::string& principal,
                                                   const std::string& authority) {
  Window& window = windows_[principal];
  if (window.minute != ThisMinute()) {
    window.minute = latest_minute_;
    window.singles = 0;
  }
  window.authority = authority;
  return window;
}

// A principal that is refused without a pause gets its aggregate here, not only from Tick.
void RefusalRecorder::CloseOldWindow(const std::string& principal) {
  ClosedWindow closed;
  {
    absl::MutexLock lock(&mutex_);
    const auto it = windows_.find(principal);
    if (it == windows_.end() || it->second.minute == ThisMinute()) return;
    closed = {it->first, std::move(it->second)};
    windows_.erase(it);
  }
  SubmitAggregate(closed);
}

void RefusalRecorder::Record(const Refusal& refusal) {
  CloseOldWindow(refusal.principal);
  bool single = false;
  {
    absl::MutexLock lock(&mutex_);
    Window& window = WindowOf(refusal.principal, refusal.authority);
    single = window.singles < limits::kMaxRefusalLeavesPerMinute;
    if (single) ++window.singles;
  }
  if (single) {
    SubmitSingle(refusal);
  } else {
    AddRest(refusal.principal, refusal.authority, ReasonName(refusal.reason), 1);
  }
}

void RefusalRecorder::RecordUnauthenticated(Reason reason) {
  CloseOldWindow(std::string(kUnauthenticatedPrincipal));
  AddRest(std::string(kUnauthenticatedPrincipal), "", ReasonName(reason), 1);
}

void RefusalRecorder::AddRest(const std::string& principal,
                              const std::string& authority,
                              absl::string_view outcome,
                              uint64_t count) {
  absl::MutexLock lock(&mutex_);
  Window& window = WindowOf(principal, authority);
  const bool same = window.rest == 0 || window.outcome == outcome;
  window.outcome = std::string(same ? outcome : kSeveralOutcomes);
  window.rest += count;
}

// Windows that are over, with what is left of them to write.
std::vector<RefusalRecorder::ClosedWindow> RefusalRecorder::TakeWindows(bool current_too) {
  std::vector<ClosedWindow> closed;
  absl::MutexLock lock(&mutex_);
  const int64_t minute = ThisMinute();
  for (auto it = windows_.begin(); it != windows_.end();) {
    if (it->second.minute < minute || current_too) {
      closed.emplace_back(it->first, std::move(it->second));
      windows_.erase(it++);
    } else {
      ++it;
    }
  }
  std::sort(closed.begin(), closed.end(), [](const ClosedWindow& a, const ClosedWindow& b) {
    return a.first < b.first;
  });
  return closed;
}

void RefusalRecorder::Tick() {
  for (const ClosedWindow& closed : TakeWindows(false)) SubmitAggregate(closed);
}

void RefusalRecorder::Flush() {
  for (const ClosedWindow& closed : TakeWindows(true)) SubmitAggregate(closed);
}

void RefusalRecorder::SubmitSingle(const Refusal& refusal) {
  AuditRecord record;
  record.operation = AuditOperation::kRefusal;
  record.principal = refusal.principal;
  record.method = refusal.method;
  record.object = refusal.object;
  record.outcome = std::string(ReasonName(refusal.reason));
  submit_(std::make_unique<AuditCommand>(
      std::move(record), 0, refusal.authority, [this, refusal](const absl::Status& status) {
        if (status.ok()) return;
        AddRest(refusal.principal, refusal.authority, ReasonName(refusal.reason), 1);
      }));
}

void RefusalRecorder::SubmitAggregate(const ClosedWindow& closed) {
  const auto& [principal, window] = closed;
  if (window.rest == 0) return;
  AuditRecord record;
  record.operation = AuditOperation::kRefusalSummary;
  record.principal = principal;
  record.outcome = window.outcome;
  record.count = window.rest;
  submit_(std::make_unique<AuditCommand>(
      std::move(record), 0, window.authority, [this, closed](const absl::Status& status) {
        const auto& [name, lost] = closed;
        if (!status.ok()) AddRest(name, lost.authority, lost.outcome, lost.rest);
      }));
}

}  // namespace rogatoria
