// A hub of the tests: a ledger over a memory store, with everything injected.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/base/check.h"
#include "common/crypto/secret.h"
#include "common/ledger/ledger.h"
#include "tests/support/fake_clock.h"
#include "tests/support/memory_case_keys.h"
#include "tests/support/memory_store.h"
#include "tests/support/seeded_random.h"

namespace rogatoria {

// A signer that can lose its key.
class LosableSigner final : public Signer {
 public:
  absl::StatusOr<Bytes> Sign(absl::string_view message) override {
    if (lost) return absl::UnavailableError("the key is out of reach");
    ++signatures;
    return inner_.Sign(message);
  }
  const Bytes& PublicKey() const override { return inner_.PublicKey(); }

  bool lost = false;
  int signatures = 0;

 private:
  Ed25519FileSigner inner_ = *Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, 'k')));
};

class TestHub {
 public:
  TestHub() {
    const absl::Status started = Start();
    ROG_CHECK(started.ok(), "the hub of a test starts");
  }

  // Opens store and ledger anew, as a process that starts.
  absl::Status Start(std::optional<OriginReason> new_log = std::nullopt) {
    ledger.reset();
    store.reset();
    auto opened = OpenMemoryStore(disk, keys);
    if (!opened.ok()) return opened.status();
    store = *std::move(opened);
    LedgerOptions options;
    options.trust_domain = "rogatoria.example";
    options.new_log = new_log;
    options.on_clock_step = [this](Instant, Instant) { ++clock_steps; };
    auto begun = Ledger::Open(*store, keys, signer, clock, random, std::move(options));
    if (!begun.ok()) return begun.status();
    ledger = *std::move(begun);
    return absl::OkStatus();
  }

  absl::Status Commit(std::unique_ptr<Command> command) {
    std::vector<std::unique_ptr<Command>> batch;
    batch.push_back(std::move(command));
    return ledger->CommitBatch(batch);
  }

  std::unique_ptr<Snapshot> Read() { return *store->OpenSnapshot(); }

  FakeClock clock;
  SeededRandom random{1};
  MemoryDisk disk;
  MemoryCaseKeys keys{random};
  LosableSigner signer;
  std::unique_ptr<Store> store;
  std::unique_ptr<Ledger> ledger;
  int clock_steps = 0;
};

// A command made of functions.
class LambdaCommand final : public Command {
 public:
  std::function<void(BatchKeys&)> declare = [](BatchKeys&) {};
  std::function<void(Draft&)> decide = [](Draft&) {};
  std::function<void(const BatchReceipts&)> committed = [](const BatchReceipts&) {};
  std::function<void(const absl::Status&)> failed = [](const absl::Status&) {};
  bool abandoned = false;
  size_t size = 256;

  size_t ByteSize() const override { return size; }
  bool Abandoned() const override { return abandoned; }
  void Declare(BatchKeys& keys) const override { declare(keys); }
  void Decide(Draft& draft) override { decide(draft); }
  void Committed(const BatchReceipts& receipts) override { committed(receipts); }
  void Failed(const absl::Status& status) override { failed(status); }
};

// An A.1 with every required line filled in.
inline Evidence SomeEvidence(const std::string& act_id) {
  Evidence evidence;
  evidence.event = v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE;
  evidence.trust_domain = "rogatoria.example";
  evidence.governing_law = "ES";
  evidence.act_id = act_id;
  evidence.case_id = act_id;
  evidence.kind = v1::ACT_KIND_REQUEST;
  evidence.case_position = 1;
  evidence.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
  evidence.sender = "pt-pgr";
  evidence.channel_class = v1::CHANNEL_CLASS_FORMAL;
  evidence.legal_basis = "UN-TIP-2000";
  evidence.channel_basis = "COMJIB-MEDELLIN-2019";
  evidence.effect = StatedEffect::kFormalOriginal;
  evidence.header_sha256 = std::string(64, 'a');
  evidence.content_sha256 = std::string(64, 'b');
  evidence.signer_sha256 = std::string(64, 'c');
  evidence.signed_by_user = true;
  evidence.instant = {1795521600000};
  return evidence;
}

inline std::string TestActId(int n) {
  return absl::StrFormat("pt-pgr/6f1c0a52-8e0b-4b7e-9a55-%012d", n);
}

}  // namespace rogatoria
