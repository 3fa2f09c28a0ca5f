#include "tests/simulation/cast/hub.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"

namespace rogatoria {
namespace {

// An operator's act: one change and its audit record.
class OperatorCommand final : public Command {
 public:
  explicit OperatorCommand(std::function<void(Draft&)> change) : change_(std::move(change)) {}

  void Declare(BatchKeys&) const override {}
  void Decide(Draft& draft) override {
    change_(draft);
    AuditRecord record;
    record.instant = draft.now();
    record.principal = "spiffe://rogatoria.example/operator/op-1";
    record.outcome = "OK";
    draft.AppendAudit(record, 0, "");
  }
  void Committed(const BatchReceipts&) override {}
  void Failed(const absl::Status&) override {}

 private:
  const std::function<void(Draft&)> change_;
};

}  // namespace

Hub::Hub(uint64_t seed, Wrap wrap)
    : random(seed),
      wrap_(std::move(wrap)),
      rules_{{kCastTrustDomain, "ES"}, false, Bytes(32, 'r')},
      signer_(*Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, 'l')))) {}

absl::Status Hub::Start(std::optional<OriginReason> new_log) {
  Crash();
  ROG_ASSIGN_OR_RETURN(store_, OpenMemoryStore(disk, keys));
  if (wrap_) store_ = wrap_(std::move(store_));
  registry_ = std::make_unique<Registry>();
  LedgerOptions options;
  options.trust_domain = kCastTrustDomain;
  options.new_log = new_log;
  ROG_ASSIGN_OR_RETURN(ledger_, Ledger::Open(*store_, keys, signer_, clock, random, options));
  log_keys_.insert(ledger_->verifier_key());
  ROG_RETURN_IF_ERROR(ReadRegistry());
  ledger_->SetListener(
      [this](const CommitSummary& summary, const std::shared_ptr<const BatchReceipts>&) {
        if (!summary.directory_changed && !summary.standings_changed) return;
        registry_status_.Update(ReadRegistry());
      });
  admission_ = std::make_unique<exchange::Admission>(
      rules_, *registry_, verifier_, [] { return Cast::Get().anchors(); }, clock);
  world_ = std::make_unique<exchange::SubmitWorld>(exchange::SubmitWorld{
      rules_, *registry_, "2024a", [this](std::string act_id, exchange::SubmitDone done) {
        done(exchange::ReplayFromStore(*store_, act_id));
      }});
  return absl::OkStatus();
}

void Hub::Crash() {
  waiting_.clear();
  ledger_.reset();
  world_.reset();
  admission_.reset();
  registry_.reset();
  store_.reset();
  registry_status_ = absl::OkStatus();
}

absl::Status Hub::ReadRegistry() {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store_->OpenSnapshot());
  const auto directory = snapshot->GetDirectory();
  if (directory.ok()) {
    const std::vector<std::string> changed =
        absl::StrSplit(directory->files, ',', absl::SkipEmpty());
    registry_->SetDirectory(Cast::Get().MakeDirectory(changed), directory->version);
  } else if (!absl::IsNotFound(directory.status())) {
    return directory.status();
  }
  ROG_ASSIGN_OR_RETURN(const auto rows, snapshot->ListStandings());
  Standings standings;
  for (const StandingRecord& row : rows) standings.Set(row.subject, row.id, row.standing);
  registry_->SetStandings(std::move(standings));
  return absl::OkStatus();
}

void Hub::Submit(const Caller& caller, v1::SubmitActRequest request, exchange::SubmitDone done) {
  absl::StatusOr<exchange::AdmittedAct> admitted = admission_->Admit(caller, std::move(request));
  if (!admitted.ok()) return done(admitted.status());
  Enqueue(std::make_unique<exchange::SubmitCommand>(
      *world_, *std::move(admitted), nullptr, std::move(done)));
}

absl::Status Hub::Commit(size_t most) {
  std::vector<std::unique_ptr<Command>> batch;
  while (!waiting_.empty() && batch.size() < most) {
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  ROG_RETURN_IF_ERROR(ledger_->CommitBatch(batch));
  return registry_status_;
}

std::unique_ptr<Command> Hub::LoadDirectory(std::vector<std::string> changed) {
  return std::make_unique<OperatorCommand>([changed = std::move(changed)](Draft& draft) {
    draft.SetDirectory(
        {draft.head().directory_version + 1, absl::StrJoin(changed, ","), draft.now()});
  });
}

std::unique_ptr<Command> Hub::SetStanding(v1::StandingSubject subject,
                                          const std::string& id,
                                          v1::Standing standing) {
  return std::make_unique<OperatorCommand>([=](Draft& draft) {
    draft.PutStanding({subject, id, standing, draft.now()});
  });
}

}  // namespace rogatoria
