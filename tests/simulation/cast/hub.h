// A hub in one process without wires: admission, pipeline and store as the daemon has them, driven
// by hand. What survives a crash (disk, case keys) is apart from what does not (everything else).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/crypto/cms_signature.h"
#include "common/crypto/signer.h"
#include "common/ledger/ledger.h"
#include "services/exchange/admission.h"
#include "services/exchange/submit.h"
#include "tests/simulation/cast/cast.h"
#include "tests/support/fake_clock.h"
#include "tests/support/memory_case_keys.h"
#include "tests/support/memory_store.h"
#include "tests/support/seeded_random.h"

namespace rogatoria {

class Hub {
 public:
  using Wrap = std::function<std::unique_ptr<Store>(std::unique_ptr<Store>)>;

  // `wrap` is put around every store that is opened; for stores that lie.
  explicit Hub(uint64_t seed, Wrap wrap = nullptr);

  // Starts the process: opens store and ledger, reads the registry.
  absl::Status Start(std::optional<OriginReason> new_log = std::nullopt);
  // The process is gone; what waited was told nothing. Disk and case keys stay.
  void Crash();
  bool is_up() const { return ledger_ != nullptr; }

  // As the wire does: admits the act, then queues it. Answers at once when admission refuses.
  void Submit(const Caller& caller, v1::SubmitActRequest request, exchange::SubmitDone done);
  void Enqueue(std::unique_ptr<Command> command) { waiting_.push_back(std::move(command)); }
  // Commits up to `most` of what waits, as one batch. An error means that the process must stop.
  absl::Status Commit(size_t most);
  size_t waiting() const { return waiting_.size(); }

  // Operators' acts, as commands.
  std::unique_ptr<Command> LoadDirectory(std::vector<std::string> changed);
  std::unique_ptr<Command> SetStanding(v1::StandingSubject subject,
                                       const std::string& id,
                                       v1::Standing standing);

  absl::StatusOr<std::unique_ptr<Snapshot>> Read() { return store_->OpenSnapshot(); }
  const Registry& registry() const { return *registry_; }
  const exchange::AdmissionRules& rules() const { return rules_; }
  // Verifier keys of all logs there have been.
  const std::set<std::string>& log_keys() const { return log_keys_; }
  SignatureVerifier& verifier() { return verifier_; }

  SeededRandom random;
  FakeClock clock;
  MemoryDisk disk;
  MemoryCaseKeys keys{random};

 private:
  absl::Status ReadRegistry();

  const Wrap wrap_;
  const exchange::AdmissionRules rules_;
  Ed25519FileSigner signer_;
  SignatureVerifier verifier_;  // remembers only who signed before
  std::set<std::string> log_keys_;

  // Of one process.
  std::unique_ptr<Store> store_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<exchange::Admission> admission_;
  std::unique_ptr<exchange::SubmitWorld> world_;
  std::unique_ptr<Ledger> ledger_;
  std::deque<std::unique_ptr<Command>> waiting_;
  absl::Status registry_status_;
};

}  // namespace rogatoria
