// Leaves a trace of every refused call, in bounded measure (decisions.md 13): a principal's first
// limits::kMaxRefusalLeavesPerMinute refusals in a minute are single leaves, the rest of that
// minute is one aggregate; before authentication there are only aggregates, one a minute.
//
// A refusal never waits for its leaf: everything here returns at once. When the queue does not take
// a leaf (overload, full disk), its count goes into the next aggregate, so no refusal is forgotten
// while the process lives.
//
// Thread-safe. Minutes are those of the injected clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/ledger/command.h"

namespace rogatoria {

// The principal of aggregates before authentication, and the outcome of one over several reasons.
inline constexpr absl::string_view kUnauthenticatedPrincipal = "unauthenticated";
inline constexpr absl::string_view kSeveralOutcomes = "SEVERAL";

// A refused call.
struct Refusal {
  std::string principal;  // identity of the certificate
  std::string authority;  // empty for operators
  std::string method;     // /rogatoria.v1.ExchangeService/GetCase
  std::string object;     // act or case id; empty for none
  Reason reason = Reason::INTERNAL;
};

class RefusalRecorder {
 public:
  // `submit` hands a command to the commit queue; `clock` must outlive the recorder, and the
  // recorder the queue.
  RefusalRecorder(std::function<void(std::unique_ptr<Command>)> submit, Clock& clock);

  void Record(const Refusal& refusal);
  void RecordUnauthenticated(Reason reason);

  // Writes the aggregates of minutes that are over. Call every few seconds, and Flush() when
  // stopping.
  void Tick();
  void Flush();

 private:
  // What one principal was refused in one minute.
  struct Window {
    int64_t minute = 0;
    std::string authority;
    int singles = 0;
    uint64_t rest = 0;    // not in a single leaf
    std::string outcome;  // of the rest; kSeveralOutcomes when they differ
  };

  using ClosedWindow = std::pair<std::string, Window>;  // principal

  Window& WindowOf(const std::string& principal, const std::string& authority)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseOldWindow(const std::string& principal);
  void AddRest(const std::string& principal,
               const std::string& authority,
               absl::string_view outcome,
               uint64_t count);
  std::vector<ClosedWindow> TakeWindows(bool current_too);
  void SubmitSingle(const Refusal& refusal);
  void SubmitAggregate(const ClosedWindow& closed);
  int64_t ThisMinute() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::function<void(std::unique_ptr<Command>)> submit_;
  Clock& clock_;
  absl::Mutex mutex_;
  int64_t latest_minute_ ABSL_GUARDED_BY(mutex_) = 0;  // so that a clock step opens no new window
  absl::flat_hash_map<std::string, Window> windows_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria
