#include "tests/crash/external_ledger.h"

#include "absl/strings/str_cat.h"

namespace rogatoria::crash {

void ExternalLedger::Intend(const std::string& act_id,
                            const std::string& recipient,
                            const v1::SubmitActRequest& request) {
  absl::MutexLock lock(&mutex_);
  SentAct& act = sent_[act_id];
  act.request = request;
  act.recipient = recipient;
}

void ExternalLedger::Answered(const std::string& act_id, const v1::SubmitActResponse& response) {
  absl::MutexLock lock(&mutex_);
  SentAct& act = sent_[act_id];
  act.acknowledged = true;
  act.response = response;
  ++answered_;
}

void ExternalLedger::Delivered(const std::string& recipient, const std::string& act_id, uint64_t) {
  absl::MutexLock lock(&mutex_);
  const auto found = sent_.find(act_id);
  if (found == sent_.end()) {
    faults_.push_back(absl::StrCat("delivered but never sent: ", act_id));
  } else if (found->second.recipient != recipient) {
    faults_.push_back(absl::StrCat("delivered to a stranger: ", act_id));
  }
  if (handed_over_.count(act_id) > 0) {
    faults_.push_back(absl::StrCat("offered again after its E.1: ", act_id));
  }
  if (!delivered_.insert(act_id).second) ++redeliveries_;
}

void ExternalLedger::HandedOver(const std::string&,
                                const std::string& act_id,
                                const v1::Receipt& receipt) {
  absl::MutexLock lock(&mutex_);
  handed_over_[act_id] = receipt;
  ++answered_;
}

void ExternalLedger::Fault(const std::string& what) {
  absl::MutexLock lock(&mutex_);
  faults_.push_back(what);
}

std::map<std::string, SentAct> ExternalLedger::sent() const {
  absl::MutexLock lock(&mutex_);
  return sent_;
}

std::map<std::string, v1::Receipt> ExternalLedger::handed_over() const {
  absl::MutexLock lock(&mutex_);
  return handed_over_;
}

std::vector<std::string> ExternalLedger::faults() const {
  absl::MutexLock lock(&mutex_);
  return faults_;
}

size_t ExternalLedger::redeliveries() const {
  absl::MutexLock lock(&mutex_);
  return redeliveries_;
}

size_t ExternalLedger::answered() const {
  absl::MutexLock lock(&mutex_);
  return answered_;
}

}  // namespace rogatoria::crash
