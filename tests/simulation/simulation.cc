#include "tests/simulation/simulation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "tests/simulation/checker.h"

namespace rogatoria::simulation {
namespace {

Hub::Wrap WrapFor(Lie lie) {
  if (lie == Lie::kNone) return nullptr;
  return [lie](std::unique_ptr<Store> inner) { return MakeLyingStore(std::move(inner), lie); };
}

}  // namespace

void Tally::Add(const Tally& other) {
  accepted += other.accepted;
  out_of_sequence += other.out_of_sequence;
  refused_in_law += other.refused_in_law;
  refused_plainly += other.refused_plainly;
  retries_answered += other.retries_answered;
  handed_over += other.handed_over;
  dead_letters += other.dead_letters;
  put_back += other.put_back;
  notices += other.notices;
  notices_taken += other.notices_taken;
  not_retrieved += other.not_retrieved;
  reads += other.reads;
  strangers_turned_away += other.strangers_turned_away;
  commits += other.commits;
  crashes += other.crashes;
  logs += other.logs;
}

std::string Tally::ToString() const {
  return absl::StrCat("accepted ",
                      accepted,
                      " (out of sequence ",
                      out_of_sequence,
                      "), refused in law ",
                      refused_in_law,
                      ", plainly ",
                      refused_plainly,
                      ", retries answered ",
                      retries_answered,
                      ", handed over ",
                      handed_over,
                      ", dead letters ",
                      dead_letters,
                      ", put back ",
                      put_back,
                      ", notices ",
                      notices,
                      ", taken ",
                      notices_taken,
                      ", not retrieved ",
                      not_retrieved,
                      ", reads ",
                      reads,
                      ", strangers turned away ",
                      strangers_turned_away,
                      ", commits ",
                      commits,
                      ", crashes ",
                      crashes,
                      ", logs ",
                      logs);
}

Simulation::Simulation(uint64_t seed, Lie lie)
    : seed_(seed), lie_(lie), chance_(seed), hub_(seed ^ 0x5eed, WrapFor(lie)) {
  const auto& cast = Cast::Get().members();
  const size_t count = 3 + chance_.Below(4);
  // The four that can do business with one another come first in the cast.
  for (size_t i = 0; i < count; ++i) members_.push_back(&cast[i]);
  ROG_CHECK(hub_.Start().ok(), "a simulated hub starts");
  hub_.Enqueue(hub_.LoadDirectory({}));
  ROG_CHECK(hub_.Commit(1).ok(), "the first directory is loaded");
}

void Simulation::Run(int steps) {
  for (int i = 0; i < steps; ++i) Step();
}

void Simulation::Step() {
  struct Action {
    uint64_t weight;
    void (Simulation::*run)();
  };
  static constexpr Action kActions[] = {
      {10, &Simulation::OpenCase},      {2, &Simulation::InformSpontaneously},
      {14, &Simulation::SendAllowed},   {8, &Simulation::SendAnything},
      {6, &Simulation::SendBroken},     {6, &Simulation::Resend},
      {2, &Simulation::ReuseId},        {16, &Simulation::Consume},
      {3, &Simulation::SettleAgain},    {2, &Simulation::PutBack},
      {3, &Simulation::IssueNotice},    {3, &Simulation::ConsumeNotice},
      {2, &Simulation::MissRetrieval},  {4, &Simulation::ReadAct},
      {3, &Simulation::ReadCase},       {1, &Simulation::ListCases},
      {2, &Simulation::ChangeStanding}, {1, &Simulation::ChangeDirectory},
      {4, &Simulation::MoveClock},      {1, &Simulation::ChangeRoom},
      {20, &Simulation::CommitSome},    {1, &Simulation::Restart}};
  uint64_t total = 0;
  for (const Action& action : kActions) total += action.weight;
  uint64_t drawn = chance_.Below(total);
  for (const Action& action : kActions) {
    if (drawn < action.weight) return (this->*action.run)();
    drawn -= action.weight;
  }
}

const CastMember& Simulation::AnyMember() {
  return *chance_.Pick(members_);
}

std::vector<std::string> Simulation::OthersThan(const std::string& id, size_t most) {
  std::vector<std::string> others;
  for (const CastMember* member : members_) {
    if (member->id != id) others.push_back(member->id);
  }
  while (others.size() > most) {
    others.erase(others.begin() + static_cast<ptrdiff_t>(chance_.Below(others.size())));
  }
  return others;
}

Result Simulation::Finish() {
  hub_.disk.set_room(DiskRoom::kPlenty);
  for (int tries = 0; hub_.waiting() > 0 && tries < 100; ++tries) {
    if (!hub_.Commit(8).ok()) Restart();
  }
  if (chance_.Chance(50)) Restart();
  Check(hub_, members_, notes_);
  tally_.logs = hub_.log_keys().size();
  return {seed_, notes_.violations, tally_};
}

Result RunSimulation(uint64_t seed, int steps, Lie lie) {
  Simulation simulation(seed, lie);
  simulation.Run(steps);
  return simulation.Finish();
}

}  // namespace rogatoria::simulation
