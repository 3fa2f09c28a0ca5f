// What the rules and the proofs cost of a submission: the same signed requests, through the same
// store and the same verification of their signature, once as the product does it, once without the
// rules (registry, routes, states, legal dates), once without the log, too (no evidence, no leaf,
// no signed head, no receipt). The switches exist here only.
//
//   law_and_log_bench <folder on the disk to measure> [acts] [rounds]
//
// One thread admits and commits in batches of 64, without the wire: so the shares are larger than
// they are of a whole call. Rounds are interleaved; each has a store of its own.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/ledger/evidence_of.h"
#include "common/ledger/ledger.h"
#include "common/model/header.h"
#include "common/storage/case_keys.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "services/exchange/admission.h"
#include "services/exchange/submit.h"
#include "tests/simulation/cast/cast.h"

namespace rogatoria {
namespace {

constexpr size_t kBatch = 64;
constexpr size_t kBodyBytes = 2048;
constexpr char kSender[] = "pt-pgr";
constexpr char kRecipient[] = "co-fgn";

enum class Variant { kWhole, kWithoutLaw, kBare };
constexpr Variant kVariants[] = {Variant::kWhole, Variant::kWithoutLaw, Variant::kBare};

template <typename T>
T Need(absl::StatusOr<T> made) {
  ROG_CHECK(made.ok(), made.status().ToString().c_str());
  return *std::move(made);
}

// Records an act that opens a case, asking no rule.
class RecordCommand final : public Command {
 public:
  RecordCommand(exchange::AdmittedAct act, bool with_log)
      : admitted_(std::move(act)), with_log_(with_log) {}

  size_t ByteSize() const override { return admitted_.byte_size(); }
  void Declare(BatchKeys& keys) const override {
    keys.acts.push_back(admitted_.header.act_id());
    keys.cases.push_back(admitted_.header.case_id());
    keys.mailboxes.emplace_back(kRecipient);
  }
  void Decide(Draft& draft) override {
    CaseRecord opened = NewCase(draft);
    ActRecord act = NewAct(draft, opened.key_id);
    const DeliveryRecord delivery = AppendEvidence(draft, act);
    act.act = std::move(admitted_.act);
    draft.PutCase(std::move(opened));
    draft.AddAct(std::move(act));
    draft.AddDelivery(delivery);
  }
  void Committed(const BatchReceipts& receipts) override {
    v1::SubmitActResponse response;
    response.set_case_position(1);
    if (!with_log_) return;
    for (uint64_t i = 0; i < 2; ++i) {
      *response.add_receipts() = receipts.Make({first_.log, first_.index + i});
    }
  }
  void Failed(const absl::Status& status) override { ROG_CHECK(false, status.ToString().c_str()); }

 private:
  CaseRecord NewCase(Draft& draft) const {
    const v1::ActHeader& header = admitted_.header;
    CaseRecord opened;
    opened.case_id = header.case_id();
    opened.case_type = header.case_type();
    opened.channel_class = header.channel_class();
    opened.instrument = header.legal_basis().instrument();
    opened.state = v1::CASE_STATE_OPEN;
    opened.parties = {{header.sender(), v1::CASE_ROLE_REQUESTING},
                      {kRecipient, v1::CASE_ROLE_REQUESTED}};
    opened.measures.push_back(
        {.ordinal = 1, .code = header.measures(0).code(), .state = v1::MEASURE_STATE_RECEIVED});
    opened.act_count = 1;
    opened.opened = opened.updated = draft.now();
    opened.key_id = draft.TakeKey();
    return opened;
  }
  ActRecord NewAct(const Draft& draft, uint64_t key_id) const {
    ActRecord act;
    act.act_id = admitted_.header.act_id();
    act.case_id = admitted_.header.case_id();
    act.case_position = 1;
    act.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
    act.kind = admitted_.header.kind();
    act.sender = admitted_.header.sender();
    act.recipients = {kRecipient};
    act.bytes_sha256 = admitted_.bytes_sha256;
    act.recorded = draft.now();
    act.key_id = key_id;
    return act;
  }
  DeliveryRecord AppendEvidence(Draft& draft, ActRecord& act) {
    if (with_log_) {
      const Evidence accepted = AcceptanceOf(admitted_.described, act.disposition, 1, draft.now());
      first_ = draft.AppendEvidence(accepted, act.key_id, act.sender);
      draft.AppendEvidence(ConsignmentOf(accepted, kRecipient, {}), act.key_id, kRecipient);
    } else {
      first_ = {draft.head().log, 0};
    }
    act.log = first_.log;
    act.first_entry = first_.index;
    DeliveryRecord delivery;
    delivery.authority = kRecipient;
    delivery.act_id = act.act_id;
    delivery.case_id = act.case_id;
    delivery.case_position = 1;
    delivery.log = first_.log;
    delivery.consigned_entry = first_.index + 1;
    delivery.key_id = act.key_id;
    return delivery;
  }

  exchange::AdmittedAct admitted_;
  const bool with_log_;
  EntryAddress first_;
};

// A hub made new in a folder, and what its submissions go through.
class Hub {
 public:
  Hub(const std::string& folder, Variant variant)
      : variant_(variant),
        keys_(Need(OpenCaseKeyFile(folder + ".keys", random_))),
        store_(OpenStore(folder)),
        ledger_(OpenLedger()) {}

  void Run(absl::Span<const v1::SubmitActRequest> requests) {
    std::vector<std::unique_ptr<Command>> batch;
    for (const v1::SubmitActRequest& request : requests) {
      batch.push_back(MakeCommand(request));
      if (batch.size() == kBatch) Commit(batch);
    }
    Commit(batch);
  }

  const exchange::AdmissionRules& rules() const { return rules_; }
  RegistryState registry() const { return registry_.Get(); }

 private:
  std::unique_ptr<Store> OpenStore(const std::string& folder) {
    SqliteOptions options;
    options.directory = folder;
    return Need(OpenSqliteStore(options, *keys_, random_));
  }
  std::unique_ptr<Ledger> OpenLedger() {
    LedgerOptions options;
    options.trust_domain = kCastTrustDomain;
    return Need(Ledger::Open(*store_, *keys_, *signer_, clock_, random_, std::move(options)));
  }
  void Commit(std::vector<std::unique_ptr<Command>>& batch) {
    const absl::Status committed = ledger_->CommitBatch(batch);
    ROG_CHECK(committed.ok(), committed.ToString().c_str());
    batch.clear();
  }
  std::unique_ptr<Command> MakeCommand(const v1::SubmitActRequest& request) {
    if (variant_ != Variant::kWhole) {
      return std::make_unique<RecordCommand>(Parse(request), variant_ == Variant::kWithoutLaw);
    }
    const Caller caller = Cast::Get().Member(kSender).caller();
    return std::make_unique<exchange::SubmitCommand>(
        world_,
        Need(admission_.Admit(caller, request)),
        nullptr,
        [](const absl::StatusOr<v1::SubmitActResponse>& answer) {
          ROG_CHECK(answer.ok(), answer.status().ToString().c_str());
        });
  }
  // What admission does but for the registry: form, digests, the user's signature.
  exchange::AdmittedAct Parse(v1::SubmitActRequest request) {
    exchange::AdmittedAct act;
    act.header = Need(ParseHeader(request.act().header()));
    const Bytes body_sha256 = Sha256(request.act().body());
    ROG_CHECK(body_sha256 == act.header.content().sealed_sha256(), "the body of the header");
    const Certificate signer = Need(verifier_.VerifyDetached(
        request.act().signature(), request.act().header(), Cast::Get().anchors(), clock_.Now()));
    act.bytes_sha256 = Sha256({request.act().header(), request.act().signature(), body_sha256});
    if (variant_ == Variant::kWithoutLaw) {
      act.described = DescribeAct(rules_.hub,
                                  act.header,
                                  {ToHex(Sha256(request.act().header())),
                                   signer.fingerprint_sha256(),
                                   true,
                                   StatedEffect::kFormalOriginal});
    }
    act.act = std::move(*request.mutable_act());
    return act;
  }

  const Variant variant_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<CaseKeys> keys_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Signer> signer_ = std::make_unique<Ed25519FileSigner>(
      Need(Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, 'l')))));
  std::unique_ptr<Ledger> ledger_;
  const exchange::AdmissionRules rules_{{kCastTrustDomain, "ES"}, false, Bytes(32, 'r')};
  Registry registry_{{1, Cast::Get().MakeDirectory()}};
  SignatureVerifier verifier_;
  exchange::Admission admission_{
      rules_, registry_, verifier_, [] { return Cast::Get().anchors(); }, clock_};
  const exchange::SubmitWorld world_{
      rules_, registry_, "2024a", [](std::string, exchange::SubmitDone) {
        ROG_CHECK(false, "an act id came twice");
      }};
};

std::vector<v1::SubmitActRequest> MakeRequests(const Hub& hub, size_t count) {
  SystemRandom random;
  ActPlan plan;
  plan.recipients = {kRecipient};
  plan.measures = {MeasureOf(1, "VIDEO_HEARING")};
  plan.body_bytes = kBodyBytes;
  std::vector<v1::SubmitActRequest> requests;
  for (size_t i = 0; i < count; ++i) {
    requests.push_back(Cast::Get().Compose(Cast::Get().Member(kSender),
                                           plan,
                                           hub.registry(),
                                           hub.rules().route_key,
                                           SystemClock().Now(),
                                           random));
  }
  return requests;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Submissions a second.
double Measure(const std::string& folder, Variant variant, size_t acts) {
  std::filesystem::remove_all(folder);
  std::filesystem::remove(folder + ".keys");
  Hub hub(folder, variant);
  const std::vector<v1::SubmitActRequest> requests = MakeRequests(hub, acts);
  const auto start = std::chrono::steady_clock::now();
  hub.Run(requests);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return static_cast<double>(acts) / took.count();
}

int Main(const std::string& folder, size_t acts, int rounds) {
  std::vector<double> per_second[std::size(kVariants)];
  for (int round = 0; round < rounds; ++round) {
    for (const Variant variant : kVariants) {
      const std::string place = absl::StrCat(folder, "/law-and-log-", static_cast<int>(variant));
      per_second[static_cast<size_t>(variant)].push_back(Measure(place, variant, acts));
      std::filesystem::remove_all(place);
      std::filesystem::remove(place + ".keys");
    }
  }
  const double whole = Median(per_second[0]), no_law = Median(per_second[1]),
               bare = Median(per_second[2]);
  std::printf("submissions a second: whole %.0f, without law %.0f, without law and log %.0f\n",
              whole,
              no_law,
              bare);
  std::printf("cost of law %.1f %%, of log and receipts %.1f %%, together %.1f %%\n",
              100 * (1 - whole / no_law),
              100 * (1 - no_law / bare),
              100 * (1 - whole / bare));
  std::printf("a submission: %.0f us, of them law %.0f us, log and receipts %.0f us\n",
              1e6 / whole,
              1e6 / whole - 1e6 / no_law,
              1e6 / no_law - 1e6 / bare);
  return 0;
}

}  // namespace
}  // namespace rogatoria

int main(int count, char** words) {
  if (count < 2) {
    std::fprintf(stderr, "law_and_log_bench <folder> [acts] [rounds]\n");
    return 64;
  }
  const size_t acts = count > 2 ? std::strtoul(words[2], nullptr, 10) : 6400;
  return rogatoria::Main(words[1], acts, count > 3 ? std::atoi(words[3]) : 5);
}
