#include "services/deadlines/scheduler.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/ledger/notices.h"
#include "services/deadlines/due_delivery.h"
#include "services/deadlines/due_directory.h"

namespace rogatoria::deadlines {
namespace {

// How often the directory is looked through, besides after every change of it.
constexpr absl::Duration kDirectoryInterval = absl::Hours(1);

// The A.1 of an act; none when it was erased.
absl::StatusOr<std::optional<Evidence>> FindAcceptance(Snapshot& snapshot,
                                                       const std::string& act_id) {
  ROG_ASSIGN_OR_RETURN(const auto entries, snapshot.ListEntriesOfAct(act_id));
  for (const EntryRecord& entry : entries) {
    auto evidence = ParseEvidence(entry.record);
    if (evidence.ok() && evidence->event == v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE) {
      return std::optional<Evidence>(*std::move(evidence));
    }
  }
  return std::nullopt;
}

absl::StatusOr<absl::flat_hash_map<std::string, Evidence>> AcceptancesOf(Snapshot& snapshot,
                                                                         const CaseRecord& record,
                                                                         Instant now) {
  absl::flat_hash_map<std::string, Evidence> found;
  for (const ClockRecord& clock : record.clocks) {
    const bool due = clock.next_event.has_value() && *clock.next_event <= now;
    if (!due || found.contains(clock.act_id)) continue;
    ROG_ASSIGN_OR_RETURN(auto acceptance, FindAcceptance(snapshot, clock.act_id));
    if (acceptance.has_value()) found.emplace(clock.act_id, *std::move(acceptance));
  }
  return found;
}

}  // namespace

Scheduler::Scheduler(
    Store& store, const Registry& registry, Clock& clock, Submit submit, AlertSink& alerts)
    : store_(store),
      registry_(registry),
      clock_(clock),
      submit_(std::move(submit)),
      alerts_(alerts) {}

void Scheduler::Tick() {
  {
    absl::MutexLock lock(&mutex_);
    if (outstanding_ > 0) return;
  }
  const absl::Status looked = Look();
  if (looked.ok()) return;
  absl::MutexLock lock(&mutex_);
  ++stats_.failures;
}

absl::Status Scheduler::Look() {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(const Head head, snapshot->GetHead());
  const Instant now = std::max(clock_.Now(), head.last_instant);
  ROG_RETURN_IF_ERROR(LookAtCases(*snapshot, now));
  ROG_RETURN_IF_ERROR(LookAtDeliveries(*snapshot, now));
  LookAtDirectory(now);
  return absl::OkStatus();
}

absl::Status Scheduler::LookAtCases(Snapshot& snapshot, Instant now) {
  ROG_ASSIGN_OR_RETURN(const auto cases, snapshot.ListDueCases(now, limits::kMaxDueRows));
  for (const CaseRecord& record : cases) {
    ROG_ASSIGN_OR_RETURN(auto acceptances, AcceptancesOf(snapshot, record, now));
    Put(std::make_unique<DueCaseCommand>(
        record, std::move(acceptances), registry_, alerts_, Counting()));
  }
  return absl::OkStatus();
}

absl::Status Scheduler::LookAtDeliveries(Snapshot& snapshot, Instant now) {
  ROG_ASSIGN_OR_RETURN(const auto rows, snapshot.ListDueDeliveries(now, limits::kMaxDueRows));
  for (const DeliveryRecord& row : rows) {
    ROG_ASSIGN_OR_RETURN(auto acceptance, FindAcceptance(snapshot, row.act_id));
    Put(std::make_unique<DueDeliveryCommand>(row, std::move(acceptance), Counting()));
  }
  return absl::OkStatus();
}

bool Scheduler::MustLookAtDirectory(Instant now, uint64_t version) {
  {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(forget_told_, false)) {
      told_once_.clear();
      return true;
    }
  }
  const bool fresh = now >= directory_seen_ && now - directory_seen_ < kDirectoryInterval;
  return version != directory_version_ || !fresh;
}

// What was told is remembered here to ask nothing twice, and in the store to tell nothing twice.
void Scheduler::LookAtDirectory(Instant now) {
  const RegistryState registry = registry_.Get();
  if (!MustLookAtDirectory(now, registry.directory_version)) return;
  directory_seen_ = now;
  directory_version_ = registry.directory_version;
  std::vector<DueNotice> due = DueNoticesOf(*registry.directory, now);
  std::erase_if(due, [this](const DueNotice& one) { return told_once_.contains(one.key); });
  for (size_t i = 0; i < due.size(); i += limits::kMaxDueRows) {
    const size_t end = std::min(due.size(), i + limits::kMaxDueRows);
    std::vector<DueNotice> part(due.begin() + static_cast<ptrdiff_t>(i),
                                due.begin() + static_cast<ptrdiff_t>(end));
    for (const DueNotice& one : part) told_once_.insert(one.key);
    Put(std::make_unique<DueNoticesCommand>(std::move(part), Counting()));
  }
}

void Scheduler::Put(std::unique_ptr<Command> command) {
  {
    absl::MutexLock lock(&mutex_);
    ++outstanding_;
  }
  submit_(std::move(command));
}

DueDone Scheduler::Counting() {
  return [this](const absl::StatusOr<Told>& told) { Count(told); };
}

void Scheduler::Count(const absl::StatusOr<Told>& told) {
  absl::MutexLock lock(&mutex_);
  --outstanding_;
  if (!told.ok()) {
    ++stats_.failures;
    forget_told_ = true;
    return;
  }
  for (const v1::DeadlineClock clock : told->warned) ++stats_.warned[ClockName(clock)];
  for (const v1::DeadlineClock clock : told->overdue) ++stats_.overdue[ClockName(clock)];
  stats_.alerts += told->alerts;
  stats_.undated += told->undated;
}

SchedulerStats Scheduler::stats() const {
  absl::MutexLock lock(&mutex_);
  return stats_;
}

}  // namespace rogatoria::deadlines
