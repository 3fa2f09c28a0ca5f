// Operators, the clock, the disk and the process: what happens to a simulated hub.
#include "common/base/check.h"
#include "tests/simulation/simulation.h"

namespace rogatoria::simulation {

std::unique_ptr<Snapshot> Simulation::Look() {
  auto snapshot = hub_.Read();
  if (snapshot.ok()) return *std::move(snapshot);
  Restart();
  return nullptr;
}

void Simulation::ChangeStanding() {
  const CastMember& member = AnyMember();
  const bool user = chance_.Chance(50);
  hub_.Enqueue(hub_.SetStanding(user ? v1::STANDING_SUBJECT_USER : v1::STANDING_SUBJECT_AUTHORITY,
                                user ? member.id + "/u-1" : member.id,
                                chance_.Chance(30) ? v1::STANDING_SUSPENDED : v1::STANDING_ACTIVE));
}

void Simulation::ChangeDirectory() {
  const std::string id = AnyMember().id;
  if (changed_keys_.erase(id) == 0) changed_keys_.insert(id);
  hub_.Enqueue(hub_.LoadDirectory({changed_keys_.begin(), changed_keys_.end()}));
}

void Simulation::MoveClock() {
  const uint64_t drawn = chance_.Below(100);
  if (drawn < 80)
    return hub_.clock.Advance(absl::Seconds(static_cast<int64_t>(chance_.Below(900))));
  const int64_t hours = drawn < 88 ? -24 : drawn < 96 ? 24 : 24 * 30;
  hub_.clock.Advance(absl::Hours(hours));
}

void Simulation::ChangeRoom() {
  static const std::vector<DiskRoom> kRooms = {
      DiskRoom::kPlenty, DiskRoom::kPlenty, DiskRoom::kReserveOnly, DiskRoom::kNone};
  hub_.disk.set_room(chance_.Pick(kRooms));
}

StoreFault Simulation::AnyFault() {
  static const std::vector<StoreFault> kFaults = {
      StoreFault::kUnavailable, StoreFault::kDiskFull, StoreFault::kCrash};
  return chance_.Pick(kFaults);
}

void Simulation::CommitSome() {
  // Begin, load, save, commit, committed, and what the answers read.
  if (chance_.Chance(15)) hub_.disk.set_fault_plan(FaultAt(1 + chance_.Below(7), AnyFault()));
  const absl::Status status = hub_.Commit(1 + chance_.Below(8));
  hub_.disk.set_fault_plan(nullptr);
  // A crash may also hit what an answer reads after the commit.
  if (!status.ok() || !hub_.Read().ok()) return Restart();
  ++tally_.commits;
  NoteHead();
}

void Simulation::Restart() {
  ++tally_.crashes;
  hub_.disk.set_room(DiskRoom::kPlenty);
  for (int tries = 0; tries < 10; ++tries) {
    std::optional<OriginReason> new_log;
    if (chance_.Chance(10))
      new_log = chance_.Chance(50) ? OriginReason::kYear : OriginReason::kRestore;
    if (tries < 3 && chance_.Chance(15)) {
      hub_.disk.set_fault_plan(FaultAt(1 + chance_.Below(8), AnyFault()));
    }
    const absl::Status started = hub_.Start(new_log);
    hub_.disk.set_fault_plan(nullptr);
    if (started.ok()) return NoteHead();
    if (tries >= 3) notes_.Violation("the hub does not start: " + started.ToString());
  }
  ROG_CHECK(false, "a simulated hub starts again");
}

// As a witness does: takes the latest head.
void Simulation::NoteHead() {
  const auto snapshot = hub_.Read();
  if (!snapshot.ok()) return;
  const auto head = (*snapshot)->GetHead();
  if (!head.ok()) return;
  const auto last = (*snapshot)->GetLastBatch(head->log);
  if (last.ok()) notes_.heads.insert(last->note);
}

}  // namespace rogatoria::simulation
