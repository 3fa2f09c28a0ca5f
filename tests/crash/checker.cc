#include "tests/crash/checker.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/hash.h"
#include "common/merkle/verify.h"
#include "common/receipt/receipt.h"

namespace rogatoria::crash {
namespace {

class Checker {
 public:
  Checker(const ExternalLedger& ledger, const Parties& parties)
      : ledger_(ledger), parties_(parties) {}

  std::vector<std::string> Run() {
    faults_ = ledger_.faults();
    absl::Status status = Connect();
    if (!status.ok()) return {absl::StrCat("the checker cannot connect: ", status.ToString())};
    const auto sent = ledger_.sent();
    size_t looked_at_by_stranger = 0;
    for (const auto& [act_id, act] : sent) {
      CheckAct(act_id, act);
      if (looked_at_by_stranger++ % 50 == 0) CheckStranger(act_id);
    }
    for (const auto& [act_id, receipt] : ledger_.handed_over())
      CheckReceipt(act_id, receipt, "E.1");
    CheckHeads();
    return faults_;
  }

 private:
  absl::Status Connect() {
    ROG_ASSIGN_OR_RETURN(a_, client::Connection::Open(parties_.a));
    ROG_ASSIGN_OR_RETURN(b_, client::Connection::Open(parties_.b));
    ROG_ASSIGN_OR_RETURN(stranger_, client::Connection::Open(parties_.stranger));
    return absl::OkStatus();
  }

  void Fault(const std::string& act_id, absl::string_view what) {
    faults_.push_back(absl::StrCat(act_id, ": ", what));
  }

  client::Connection& SenderOf(const std::string& act_id) {
    return absl::StartsWith(act_id, parties_.a.authority + "/") ? *a_ : *b_;
  }

  // Acknowledged: there, the same bytes, and the same receipts when asked again. Not acknowledged:
  // there whole or not at all.
  void CheckAct(const std::string& act_id, const SentAct& act) {
    client::Connection& connection = SenderOf(act_id);
    v1::GetActRequest request;
    request.set_act_id(act_id);
    auto found =
        connection.Call(connection.exchange(), &v1::ExchangeService::Stub::GetAct, request);
    if (!found.ok()) {
      if (act.acknowledged)
        Fault(act_id, absl::StrCat("acknowledged and lost: ", found.status().ToString()));
      return;
    }
    if (found->act().SerializeAsString() != act.request.act().SerializeAsString()) {
      Fault(act_id, "not the bytes that were sent");
    }
    CheckReplay(connection, act_id, act);
  }

  void CheckReplay(client::Connection& connection, const std::string& act_id, const SentAct& act) {
    auto again =
        connection.Call(connection.exchange(), &v1::ExchangeService::Stub::SubmitAct, act.request);
    if (!again.ok())
      return Fault(act_id, absl::StrCat("sent again and refused: ", again.status().ToString()));
    if (act.acknowledged && again->SerializeAsString() != act.response.SerializeAsString()) {
      Fault(act_id, "sent again, another answer");
    }
    if (again->receipts_size() != 2) return Fault(act_id, "not exactly A.1 and D.1");
    CheckReceipt(act_id, again->receipts(0), "A.1");
    CheckReceipt(act_id, again->receipts(1), "D.1");
  }

  void CheckReceipt(const std::string& act_id,
                    const v1::Receipt& receipt,
                    absl::string_view event) {
    auto verified = VerifyReceipt(receipt.content(), {parties_.a.log_key});
    if (!verified.ok())
      return Fault(act_id, absl::StrCat(event, " does not verify: ", verified.status().ToString()));
    if (verified->evidence.act_id != act_id || EventCode(verified->evidence.event) != event) {
      Fault(act_id, absl::StrCat(event, " speaks of something else"));
    }
    const std::string note =
        receipt.content().substr(receipt.content().rfind("\n" + verified->log_origin) + 1);
    auto checkpoint = merkle::ParseCheckpoint(note.substr(0, note.find("\n\n") + 1));
    if (!checkpoint.ok()) return Fault(act_id, "no checkpoint in the receipt");
    const auto [head, fresh] = heads_.emplace(checkpoint->size, checkpoint->root);
    if (!fresh && head->second != checkpoint->root)
      Fault(act_id, "two roots were signed for one size");
  }

  void CheckStranger(const std::string& act_id) {
    v1::GetActRequest request;
    request.set_act_id(act_id);
    auto found =
        stranger_->Call(stranger_->exchange(), &v1::ExchangeService::Stub::GetAct, request);
    const auto details = GetErrorDetails(found.status());
    if (found.ok() || !details.has_value() || details->reason != Reason::ACT_NOT_FOUND) {
      Fault(act_id, "a stranger can see it");
    }
  }

  // Every head ever seen is a prefix of the latest.
  void CheckHeads() {
    auto latest =
        a_->Call(a_->audit(), &v1::AuditService::Stub::GetCheckpoint, v1::GetCheckpointRequest());
    if (!latest.ok()) return Fault("log", "no head");
    const std::string& note = latest->checkpoint();
    auto now = merkle::ParseCheckpoint(note.substr(0, note.find("\n\n") + 1));
    if (!now.ok()) return Fault("log", "the head does not read");
    for (const auto& [size, root] : heads_) CheckPrefix(size, root, *now);
  }

  void CheckPrefix(uint64_t size, const merkle::Hash& root, const merkle::Checkpoint& now) {
    v1::GetConsistencyProofRequest request;
    request.set_old_size(size);
    request.set_new_size(now.size);
    auto proof = a_->Call(a_->audit(), &v1::AuditService::Stub::GetConsistencyProof, request);
    if (!proof.ok()) return Fault("log", absl::StrCat("no consistency proof from ", size));
    std::vector<merkle::Hash> hashes;
    for (const Bytes& hash : proof->hashes()) hashes.push_back(*merkle::Hash::FromBytes(hash));
    if (!merkle::VerifyConsistency(size, now.size, root, now.root, hashes).ok()) {
      Fault("log", absl::StrCat("the head of size ", size, " is no prefix of the latest"));
    }
  }

  const ExternalLedger& ledger_;
  const Parties& parties_;
  std::unique_ptr<client::Connection> a_, b_, stranger_;
  std::map<uint64_t, merkle::Hash> heads_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> CheckAll(const ExternalLedger& ledger, const Parties& parties) {
  return Checker(ledger, parties).Run();
}

}  // namespace rogatoria::crash
