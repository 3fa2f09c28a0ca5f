// SubmitAct, the use case: an admitted act (admission.h) meets its case in the commit pipeline.
//
//   known id, same bytes     the first answer again, byte for byte
//   known id, other bytes    ACT_ID_REUSED
//   refused                  a plain error: nothing is recorded of the act
//   refused in law           A.2, final for the act id; the error carries it
//   accepted                 the act, its case, one mailbox row a recipient; A.1 and the D.1s
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/directory/registry.h"
#include "common/ledger/command.h"
#include "common/storage/store.h"
#include "services/exchange/admission.h"
#include "services/exchange/lifecycle.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::exchange {

// Called exactly once: on the pipeline's thread, on the thread of `replay`, or, when the queue
// refuses, on the caller's. Must not block.
using SubmitDone = std::function<void(absl::StatusOr<v1::SubmitActResponse>)>;

// What a submission works with. One a process; must outlive the commands.
struct SubmitWorld {
  const AdmissionRules& rules;
  const Registry& registry;
  std::string tzdata_version;  // ReadTzdataVersion
  // Answers a submission whose act was recorded by an earlier commit: ReplayFromStore on a thread
  // that may block. Must call `done` exactly once, and return without waiting.
  std::function<void(std::string act_id, SubmitDone done)> replay;
};

// The answer that the act got when it was recorded.
absl::StatusOr<v1::SubmitActResponse> ReplayFromStore(Store& store, const std::string& act_id);

class SubmitCommand final : public Command {
 public:
  // `abandoned` says whether the caller no longer waits; may be empty.
  SubmitCommand(const SubmitWorld& world,
                AdmittedAct admitted,
                std::function<bool()> abandoned,
                SubmitDone done);

  size_t ByteSize() const override { return admitted_.byte_size(); }
  bool Abandoned() const override { return abandoned_ && abandoned_(); }
  void Declare(BatchKeys& keys) const override;
  void Decide(Draft& draft) override;
  void Committed(const BatchReceipts& receipts) override;
  void Failed(const absl::Status& status) override { done_(status); }

 private:
  enum class Outcome { kError, kRecorded, kReplay };

  const std::string& act_id() const { return admitted_.header.act_id(); }
  void MeetKnownAct(const ActRecord& known, const Draft& draft);
  absl::Status Recheck(const Draft& draft);
  absl::Status CheckCase(const CaseRecord* current, const Draft& draft) const;
  absl::Status ComputeLegalDates(Instant now);
  // Decides the act by law; OK when it is to be accepted.
  absl::Status JudgeSequence(const CaseRecord* current, const Draft& draft);
  absl::Status JudgeInsisted(const CaseRecord* current);

  ActRecord DescribeRecord(const Draft& draft, uint64_t key_id) const;
  CaseRecord NextCase(const CaseRecord* current, Draft& draft) const;
  void Accept(const CaseRecord* current, Draft& draft);
  void Refuse(const CaseRecord* current, const absl::Status& refusal, Draft& draft);
  void Deliver(const ActRecord& act,
               const Evidence& acceptance,
               const std::string& instrument,
               Draft& draft);

  const SubmitWorld& world_;
  AdmittedAct admitted_;
  const std::function<bool()> abandoned_;
  const SubmitDone done_;

  // Decided.
  Outcome outcome_ = Outcome::kError;
  absl::Status error_;
  Verdict verdict_;
  v1::ActDisposition disposition_ = v1::ACT_DISPOSITION_UNSPECIFIED;
  std::vector<LegalDate> legal_dates_;  // as header.recipients
  // The act as recorded, without its content: what the answer is made from.
  ActRecord answer_;
};

}  // namespace rogatoria::exchange
