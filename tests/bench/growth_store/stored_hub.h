// A hub's store and log on disk, and exchanges committed through them by the commands that the
// product uses: SubmitCommand (act, case, parties, delivery, A.1, D.1, receipts), then the
// recipient's acknowledgement (E.1). Without wire, admission and users' signatures, none of which
// look at what is stored. Every act opens a case of its own.
//
// A fault stops the process: a bench has nobody to report it to. Used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/crypto/signer.h"
#include "common/directory/registry.h"
#include "common/ledger/ledger.h"
#include "common/storage/case_keys.h"
#include "common/storage/store.h"
#include "services/delivery/settle.h"
#include "services/exchange/submit.h"

namespace rogatoria {

// As in rogatoriad's configuration.
struct HubFiles {
  std::string store;      // folder
  std::string case_keys;  // file
  std::string log_key;    // PEM
};

class StoredHub {
 public:
  using Commands = std::vector<std::unique_ptr<Command>>;

  // Opens what is there, or makes it. `random_ids`: act ids are uuids of version 4, which are
  // indexed all over, and not those that the product makes.
  StoredHub(const HubFiles& files, bool random_ids);

  // What an office would send, ready to be committed.
  Commands MakeSubmissions(size_t acts);
  // The acknowledgements of everything that is open.
  Commands MakeAcknowledgements();
  void Commit(const Commands& commands);

  // Takes in the ids of what an earlier process stored.
  void FindStored();

  // Both at once, in batches, until `acts` more are stored.
  void Fill(size_t acts, size_t batch);

  std::unique_ptr<Snapshot> Read() { return *store_->OpenSnapshot(); }
  const std::string& sender() const;
  const std::string& recipient() const;
  // One of the `newest` acts that it knows of.
  const std::string& RandomActId(size_t newest);
  size_t acts() const { return act_ids_.size(); }

 private:
  std::unique_ptr<Command> MakeSubmission();
  void Remember(const BatchReceipts& receipts);

  SystemRandom random_;
  const bool random_ids_;
  std::unique_ptr<CaseKeys> keys_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Signer> signer_;
  std::unique_ptr<Ledger> ledger_;
  exchange::AdmissionRules rules_;
  Registry registry_;
  std::unique_ptr<exchange::SubmitWorld> world_;
  exchange::AdmittedAct pattern_;  // of every act; ids are filled in
  std::vector<std::string> act_ids_;
  std::vector<delivery::Settlement> open_;
};

}  // namespace rogatoria
