// What the clients know, apart from the hub: written before sending and after the answer. The
// checker holds the hub to it by the public API alone (docs/operations.md has the claim in
// numbers).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "rogatoria/v1/exchange_service.pb.h"
#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria::crash {

struct SentAct {
  v1::SubmitActRequest request;
  std::string recipient;
  bool acknowledged = false;
  v1::SubmitActResponse response;  // when acknowledged
};

// Thread-safe.
class ExternalLedger {
 public:
  void Intend(const std::string& act_id,
              const std::string& recipient,
              const v1::SubmitActRequest& request);
  void Answered(const std::string& act_id, const v1::SubmitActResponse& response);
  // A delivery was seen; `settled` once its E.1 came.
  void Delivered(const std::string& recipient, const std::string& act_id, uint64_t case_position);
  void HandedOver(const std::string& recipient,
                  const std::string& act_id,
                  const v1::Receipt& receipt);
  // An act came again although its acknowledgement had been answered.
  void Fault(const std::string& what);

  std::map<std::string, SentAct> sent() const;
  std::map<std::string, v1::Receipt> handed_over() const;  // by act
  std::vector<std::string> faults() const;
  size_t redeliveries() const;
  size_t answered() const;

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, SentAct> sent_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, v1::Receipt> handed_over_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> delivered_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> faults_ ABSL_GUARDED_BY(mutex_);
  size_t redeliveries_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t answered_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace rogatoria::crash
