// One simulated hub with random authorities, in virtual time, from one seed (trust.md T5,
// decisions.md 32). Offices send, resend, insist, send what is wrong; consumers acknowledge,
// reject, forget; operators suspend and change the directory; the clock jumps; the store fails and
// the process dies at any step. Everything that happens by chance comes from the seed, so a seed
// replays the same history. (Keys and ECDSA signatures differ from run to run; no decision depends
// on them.)
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "services/delivery/settle.h"
#include "tests/simulation/cast/hub.h"
#include "tests/simulation/lying_store.h"
#include "tests/simulation/notes.h"

namespace rogatoria::simulation {

// What happened, so that a test can see that a run was not empty.
struct Tally {
  uint64_t accepted = 0;
  uint64_t out_of_sequence = 0;
  uint64_t refused_in_law = 0;
  uint64_t refused_plainly = 0;
  uint64_t retries_answered = 0;
  uint64_t handed_over = 0;
  uint64_t dead_letters = 0;
  uint64_t put_back = 0;
  uint64_t notices = 0;
  uint64_t notices_taken = 0;
  uint64_t not_retrieved = 0;
  uint64_t reads = 0;
  uint64_t strangers_turned_away = 0;
  uint64_t commits = 0;
  uint64_t crashes = 0;
  uint64_t logs = 0;

  void Add(const Tally& other);
  std::string ToString() const;
};

struct Result {
  uint64_t seed = 0;
  std::set<std::string> violations;
  Tally tally;
};

inline constexpr int kStepsPerSeed = 60;

Result RunSimulation(uint64_t seed, int steps = kStepsPerSeed, Lie lie = Lie::kNone);

class Simulation {
 public:
  Simulation(uint64_t seed, Lie lie);

  void Run(int steps);
  // Brings the hub up, works off what waits, and holds it to the notes.
  Result Finish();

 private:
  using Callback = std::function<void(absl::StatusOr<v1::SubmitActResponse>)>;
  struct KnownDelivery {
    DeliveryKey key;
    Evidence acceptance;
  };

  void Step();
  const CastMember& AnyMember();
  std::vector<std::string> OthersThan(const std::string& id, size_t most);

  // Offices (offices.cc).
  void OpenCase();
  void InformSpontaneously();
  void SendAllowed();
  void SendAnything();
  void SendBroken();
  void Resend();
  void ReuseId();
  ActPlan PlanFollowUp(const std::string& case_id, std::string& sender);
  void Send(const CastMember& sender, const ActPlan& plan);
  void Submit(const CastMember& caller, const v1::SubmitActRequest& request);
  std::string AnyCase();

  // Consumers (consumers.cc).
  void Consume();
  void SettleAgain();
  void PutBack();
  void CheckOffered(Snapshot& snapshot, const DeliveryRecord& row, const ActRecord& act);
  void Settle(const KnownDelivery& known, DeliveryState to);

  // The hub by itself, and who reads it (notices.cc).
  void IssueNotice();
  void MissRetrieval();
  void ConsumeNotice();
  void SettleNotice(Snapshot& snapshot, const DeliveryRecord& row);

  // Readers (readers.cc).
  void ReadAct();
  void ReadCase();
  void ListCases();

  // Operators and the world (world.cc).
  void ChangeStanding();
  void ChangeDirectory();
  void MoveClock();
  void ChangeRoom();
  void CommitSome();
  void Restart();
  void NoteHead();
  StoreFault AnyFault();
  // A snapshot; nullptr (and a restart) when the process is found dead.
  std::unique_ptr<Snapshot> Look();

  const uint64_t seed_;
  const Lie lie_;
  SeededRandom chance_;
  Hub hub_;
  std::vector<const CastMember*> members_;
  Notes notes_;
  Tally tally_;
  std::vector<KnownDelivery> deliveries_;
  std::set<std::string> changed_keys_;
};

}  // namespace rogatoria::simulation
