#include "tests/simulation/checker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/ledger/receipts.h"
#include "services/delivery/settle.h"
#include "services/exchange/lifecycle.h"
#include "services/exchange/reads.h"
#include "tests/simulation/log_checker.h"

namespace rogatoria::simulation {
namespace {

class Checker {
 public:
  Checker(Snapshot& snapshot, Notes& notes) : snapshot_(snapshot), notes_(notes) {}

  void CheckActs();
  void CheckMailboxes(const std::vector<const CastMember*>& members);
  void CheckSettlements();
  void CheckNotices();
  void CheckCases();

 private:
  void CheckAccepted(const std::string& act_id, const SentAct& sent);
  void CheckRefused(const std::string& act_id, const SentAct& sent);
  void CheckWholeOrAbsent(const std::string& act_id, const SentAct& sent);
  void CheckDeliveredOnce(const std::string& act_id, const SentAct& sent);
  void CheckHistory(const CaseRecord& record);
  bool Follow(const v1::ActHeader& header, CaseRecord& walked);
  void Violation(const std::string& what) { notes_.Violation(what); }

  Snapshot& snapshot_;
  Notes& notes_;
};

void Checker::CheckActs() {
  for (const auto& [act_id, sent] : notes_.acts) {
    CheckWholeOrAbsent(act_id, sent);
    if (sent.accepted.has_value()) CheckAccepted(act_id, sent);
    if (sent.refused.has_value()) CheckRefused(act_id, sent);
  }
}

// Acknowledged means durable: there, byte for byte, and the answer is the same for ever.
void Checker::CheckAccepted(const std::string& act_id, const SentAct& sent) {
  v1::SubmitActResponse answer;
  answer.ParseFromString(*sent.accepted);
  v1::GetActRequest request;
  request.set_act_id(act_id);
  const Caller sender = Cast::Get().Member(sent.header.sender()).caller();
  const auto read = exchange::GetAct(snapshot_, sender, request);
  if (!read.ok()) return Violation("an acknowledged act is lost: " + act_id);
  if (read->response.act().SerializeAsString() != sent.request.act().SerializeAsString()) {
    Violation("an acknowledged act is not what was sent: " + act_id);
  }
  if (read->response.summary().case_position() != answer.case_position() ||
      read->response.summary().disposition() != answer.disposition()) {
    Violation("an acknowledged act stands elsewhere now: " + act_id);
  }
  const auto record = snapshot_.GetAct(act_id);
  const auto again = record.ok() ? ReplaySubmission(snapshot_, *record) : record.status();
  if (!again.ok() || again->SerializeAsString() != *sent.accepted) {
    Violation("the answer to a retry would be another: " + act_id);
  }
  CheckDeliveredOnce(act_id, sent);
}

void Checker::CheckDeliveredOnce(const std::string& act_id, const SentAct& sent) {
  for (const v1::Recipient& to : sent.header.recipients()) {
    const auto rows = snapshot_.ListDeliveries(to.authority(), 0, 100000);
    const auto count = std::count_if(rows->begin(), rows->end(), [&](const DeliveryRecord& row) {
      return row.act_id == act_id;
    });
    if (count != 1) {
      Violation(absl::StrCat("an act lies ", count, " times in a mailbox: ", act_id));
    }
  }
}

void Checker::CheckRefused(const std::string& act_id, const SentAct& sent) {
  const auto record = snapshot_.GetAct(act_id);
  const auto again = record.ok() ? ReplaySubmission(snapshot_, *record) : record.status();
  if (again.status() != *sent.refused) Violation("a refusal in law was not final: " + act_id);
  const auto rows = snapshot_.ListDeliveriesOfAct(act_id);
  if (!rows->empty()) Violation("a refused act was delivered: " + act_id);
}

// Nothing is half there, whatever its sender was told.
void Checker::CheckWholeOrAbsent(const std::string& act_id, const SentAct& sent) {
  const auto record = snapshot_.GetAct(act_id);
  const size_t entries = snapshot_.ListEntriesOfAct(act_id)->size();
  const size_t rows = snapshot_.ListDeliveriesOfAct(act_id)->size();
  if (!record.ok()) {
    if (entries + rows > 0) Violation("half an act: " + act_id);
    return;
  }
  if (!sent.answered() && sent.plain_refusals == sent.sends) {
    Violation("an act was recorded though its sender was told otherwise: " + act_id);
  }
  if (record->disposition == v1::ACT_DISPOSITION_REFUSED) {
    if (entries != 1 || rows != 0) Violation("half a refusal: " + act_id);
    return;
  }
  const size_t recipients = record->recipients.size();
  if (entries < 1 + recipients || rows != recipients) Violation("half an act: " + act_id);
}

// Positions without gaps, and the acts of a case in its order.
void Checker::CheckMailboxes(const std::vector<const CastMember*>& members) {
  for (const CastMember* member : members) {
    const auto rows = snapshot_.ListDeliveries(member->id, 0, 100000);
    uint64_t position = 0;
    std::map<std::string, uint64_t> reached;
    for (const DeliveryRecord& row : *rows) {
      if (row.position != ++position) Violation("a gap in the positions of a mailbox");
      if (row.IsNotice()) continue;
      uint64_t& before = reached[row.case_id];
      if (row.case_position <= before) Violation("a mailbox has a case out of order");
      before = row.case_position;
    }
  }
}

void Checker::CheckSettlements() {
  for (const auto& [key, settled] : notes_.settled) {
    if (settled.put_back || settled.receipt.empty()) continue;
    const auto receipt = delivery::LoadSettlement(snapshot_, key);
    if (!receipt.ok() || receipt->SerializeAsString() != settled.receipt) {
      Violation(absl::StrCat("a settlement is lost: ", key.authority, " ", key.position));
    }
  }
}

// Issued means durable, and taken is taken for ever.
void Checker::CheckNotices() {
  for (const auto& [key, bytes] : notes_.notices) {
    const auto row = snapshot_.GetDelivery(key);
    if (!row.ok() || row->notice != bytes) {
      Violation(absl::StrCat("a notice is lost: ", key.authority, " ", key.position));
    }
  }
  for (const DeliveryKey& key : notes_.taken_notices) {
    const auto row = snapshot_.GetDelivery(key);
    if (!row.ok() || row->state != DeliveryState::kHandedOver) {
      Violation(absl::StrCat("a notice was taken and is open: ", key.authority));
    }
  }
}

void Checker::CheckCases() {
  std::set<std::string> cases;
  for (const auto& [act_id, sent] : notes_.acts) {
    if (snapshot_.GetAct(act_id).ok()) cases.insert(sent.header.case_id());
  }
  for (const std::string& case_id : cases) {
    const auto record = snapshot_.GetCase(case_id);
    if (record.ok()) CheckHistory(*record);
  }
}

// Walks the case from its first act along the published table and must arrive where the hub is.
void Checker::CheckHistory(const CaseRecord& record) {
  const auto acts = snapshot_.ListActs(record.case_id, 0, 100000);
  if (acts->size() != record.act_count) Violation("a case does not count its acts");
  CaseRecord walked = record;
  walked.measures.clear();
  uint64_t position = 0;
  for (const ActRecord& act : *acts) {
    if (act.case_position != ++position) Violation("a gap in the acts of a case");
    const auto sent = notes_.acts.find(act.act_id);
    if (sent == notes_.acts.end()) return Violation("an act in a case that nobody sent");
    if (act.disposition != v1::ACT_DISPOSITION_IN_SEQUENCE) continue;
    if (!Follow(sent->second.header, walked)) {
      return Violation("a case went a way that the table does not have: " + record.case_id);
    }
  }
  const bool same =
      std::equal(walked.measures.begin(),
                 walked.measures.end(),
                 record.measures.begin(),
                 record.measures.end(),
                 [](const MeasureRecord& a, const MeasureRecord& b) {
                   return a.ordinal == b.ordinal && a.code == b.code && a.state == b.state;
                 });
  if (!same) Violation("a case is in a state that its acts do not lead to: " + record.case_id);
}

// One act in sequence: every measure named takes a row of the table; when none is named, all that
// fit do.
bool Checker::Follow(const v1::ActHeader& header, CaseRecord& walked) {
  if (header.act_id() == header.case_id()) {
    walked.measures = OpeningMeasures(header);
    return true;
  }
  // What answers an act fits always. The offices answer the one that opened the case: that moves
  // what it opened, as long as nothing has moved it since.
  const bool answers =
      header.kind() == v1::ACT_KIND_ACKNOWLEDGEMENT && !header.in_reply_to().empty();
  bool any = answers;
  for (MeasureRecord& measure : walked.measures) {
    if (answers && !measure.moves.empty()) continue;
    v1::MeasureOutcome outcome = v1::MEASURE_OUTCOME_UNSPECIFIED;
    bool named = header.measures().empty();
    for (const v1::MeasureRef& ref : header.measures()) {
      if (ref.ordinal() != measure.ordinal) continue;
      named = true;
      outcome = ref.outcome();
    }
    if (!named) continue;
    const auto table = LifecycleTable();
    const auto row = std::find_if(table.begin(), table.end(), [&](const Transition& transition) {
      return transition.case_type == walked.case_type && transition.kind == header.kind() &&
             transition.role == walked.RoleOf(header.sender()) && transition.outcome == outcome &&
             transition.from == measure.state;
    });
    if (row != table.end()) {
      if (row->to != measure.state) measure.Move(row->to, walked.act_count, header.sender());
      any = true;
    } else if (!header.measures().empty() && !answers) {
      return false;
    }
  }
  return any;
}

}  // namespace

void Check(Hub& hub, const std::vector<const CastMember*>& members, Notes& notes) {
  const auto snapshot = hub.Read();
  ROG_CHECK(snapshot.ok(), "the hub is up when it is checked");
  LogChecker log(hub, **snapshot, notes);
  log.ReadLogs();
  log.CheckHeads();
  log.CheckReceipts();
  Checker checker(**snapshot, notes);
  checker.CheckActs();
  checker.CheckMailboxes(members);
  checker.CheckSettlements();
  checker.CheckNotices();
  checker.CheckCases();
}

}  // namespace rogatoria::simulation
