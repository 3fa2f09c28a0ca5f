#include "tests/bench/growth_store/stored_hub.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/limits.h"
#include "common/crypto/digest.h"
#include "common/ledger/evidence_of.h"
#include "common/model/canonical.h"
#include "common/model/ids.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "tests/simulation/cast/cast.h"

namespace rogatoria {
namespace {

constexpr char kSender[] = "pt-pgr";
constexpr char kRecipient[] = "co-fgn";
constexpr size_t kBodyBytes = 2048;
// As the product's own: a CAdES signature with its certificate, an envelope, a statement.
constexpr size_t kSignatureBytes = 1800;
constexpr size_t kEnvelopeBytes = 600;
constexpr size_t kStatementBytes = 400;

template <typename T>
T Need(absl::StatusOr<T> made) {
  ROG_CHECK(made.ok(), made.status().ToString().c_str());
  return *std::move(made);
}

std::string RandomUuid(Random& random, Instant now) {
  std::string uuid = ToHex(random.Generate(16));
  for (const size_t at : {8U, 13U, 18U, 23U}) uuid.insert(at, "-");
  uuid[14] = '4';
  uuid[19] = GenerateUuid(random, now)[19];
  return uuid;
}

std::unique_ptr<Store> OpenStore(const std::string& folder, CaseKeys& keys, Random& random) {
  SqliteOptions options;
  options.directory = folder;
  return Need(OpenSqliteStore(options, keys, random));
}

exchange::AdmittedAct MakePattern(const exchange::AdmissionRules& rules,
                                  const RegistryState& registry,
                                  Random& random) {
  const CastMember& sender = Cast::Get().Member(kSender);
  ActPlan plan;
  plan.recipients = {kRecipient};
  plan.measures = {MeasureOf(1, "VIDEO_HEARING")};
  exchange::AdmittedAct act;
  act.caller = sender.caller();
  act.header =
      Cast::Get().MakeHeader(sender, plan, registry, rules.route_key, SystemClock().Now(), random);
  act.act.set_body(random.Generate(kBodyBytes));
  act.act.set_signature(random.Generate(kSignatureBytes));
  act.act.add_key_envelopes(random.Generate(kEnvelopeBytes));
  act.header.mutable_content()->set_sealed_sha256(Sha256(act.act.body()));
  act.signer = {ToHex(Sha256("certificate")), "u-1"};
  act.registry = registry;
  return act;
}

}  // namespace

StoredHub::StoredHub(const HubFiles& files, bool random_ids)
    : random_ids_(random_ids),
      keys_(Need(OpenCaseKeyFile(files.case_keys, random_))),
      store_(OpenStore(files.store, *keys_, random_)),
      signer_(
          std::make_unique<Ed25519FileSigner>(Need(Ed25519FileSigner::FromPemFile(files.log_key)))),
      rules_{{kCastTrustDomain, "ES"}, false, Bytes(32, 'r')},
      registry_({1, Cast::Get().MakeDirectory()}) {
  static SystemClock clock;
  LedgerOptions options;
  options.trust_domain = kCastTrustDomain;
  ledger_ = Need(Ledger::Open(*store_, *keys_, *signer_, clock, random_, options));
  ledger_->SetListener(
      [this](const CommitSummary&, const std::shared_ptr<const BatchReceipts>& receipts) {
        Remember(*receipts);
      });
  world_ = std::make_unique<exchange::SubmitWorld>(
      exchange::SubmitWorld{rules_, registry_, "2024a", [](std::string, exchange::SubmitDone) {
                              ROG_CHECK(false, "an act id came twice");
                            }});
  pattern_ = MakePattern(rules_, registry_.Get(), random_);
}

const std::string& StoredHub::sender() const {
  return pattern_.header.sender();
}

const std::string& StoredHub::recipient() const {
  return pattern_.header.recipients(0).authority();
}

std::unique_ptr<Command> StoredHub::MakeSubmission() {
  const Instant now = SystemClock().Now();
  const std::string uuid = random_ids_ ? RandomUuid(random_, now) : GenerateUuid(random_, now);
  exchange::AdmittedAct act = pattern_;
  act.header.set_act_id(MakeActId(kSender, uuid));
  act.header.set_case_id(act.header.act_id());
  act.act.set_header(ToSignedBytes(kHeaderFirstLine, act.header));
  act.bytes_sha256 = Sha256(act.act.header());
  act.described = DescribeAct(rules_.hub,
                              act.header,
                              {ToHex(act.bytes_sha256),
                               act.signer.certificate_sha256,
                               true,
                               StatedEffect::kFormalOriginal});
  return std::make_unique<exchange::SubmitCommand>(
      *world_, std::move(act), nullptr, [](const absl::StatusOr<v1::SubmitActResponse>& answer) {
        ROG_CHECK(answer.ok(), answer.status().ToString().c_str());
      });
}

StoredHub::Commands StoredHub::MakeSubmissions(size_t acts) {
  Commands commands;
  while (commands.size() < acts) commands.push_back(MakeSubmission());
  return commands;
}

StoredHub::Commands StoredHub::MakeAcknowledgements() {
  Commands commands;
  for (delivery::Settlement& settlement : open_) {
    commands.push_back(std::make_unique<delivery::SettleCommand>(
        std::move(settlement), [](const absl::StatusOr<v1::Receipt>& receipt) {
          ROG_CHECK(receipt.ok(), receipt.status().ToString().c_str());
        }));
  }
  open_.clear();
  return commands;
}

void StoredHub::Commit(const Commands& commands) {
  const absl::Status committed = ledger_->CommitBatch(commands);
  ROG_CHECK(committed.ok(), committed.ToString().c_str());
}

// What a batch left open, with the A.1 that its acknowledgement answers.
void StoredHub::Remember(const BatchReceipts& receipts) {
  const BatchChanges& changes = receipts.changes();
  for (const DeliveryRecord& row : changes.new_deliveries) {
    const uint64_t at = row.consigned_entry - 1 - changes.entries.front().index;
    delivery::Settlement& settlement = open_.emplace_back();
    settlement.key = {row.authority, row.position};
    settlement.acceptance = Need(ParseEvidence(changes.entries[at].record));
    settlement.statement = Bytes(kStatementBytes, 's');
    settlement.signature = Bytes(kSignatureBytes, 'g');
    act_ids_.push_back(row.act_id);
  }
}

void StoredHub::FindStored() {
  const auto snapshot = Read();
  std::optional<std::pair<Instant, std::string>> after;
  for (bool more = true; more;) {
    const CasePage page =
        Need(snapshot->ListCases(kRecipient, v1::CASE_STATE_OPEN, after, limits::kMaxPageSize));
    for (const CaseRecord& record : page.cases) act_ids_.push_back(record.case_id);
    more = page.more;
    if (more) after = {page.cases.back().updated, page.cases.back().case_id};
  }
  std::reverse(act_ids_.begin(), act_ids_.end());  // the list gives the newest first
}

void StoredHub::Fill(size_t acts, size_t batch) {
  for (const size_t end = act_ids_.size() + acts; act_ids_.size() < end;) {
    Commit(MakeSubmissions(std::min(batch, end - act_ids_.size())));
    Commit(MakeAcknowledgements());
  }
}

const std::string& StoredHub::RandomActId(size_t newest) {
  uint64_t number = 0;
  for (const char byte : random_.Generate(sizeof number)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return act_ids_[act_ids_.size() - 1 - number % std::min(newest, act_ids_.size())];
}

}  // namespace rogatoria
