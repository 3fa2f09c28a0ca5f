// What uploads and downloads of documents have in common: progress, patience, and the calls that
// move bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/client/connection.h"

namespace rogatoria::client {

struct TransferProgress {
  uint64_t done_bytes = 0;
  uint64_t all_bytes = 0;  // sealed
};
// Called on the caller's thread, often. An error ends the transfer with it; it goes on from there
// when it is asked for again.
using OnProgress = std::function<absl::Status(const TransferProgress&)>;

// Called on any thread, at each try that failed and will be made again: why, and until when.
// Several threads may call at once; it must not wait for anything.
using OnTrouble = std::function<void(const absl::Status& why, absl::Time until)>;

struct TransferOptions {
  OnProgress on_progress = {};
  absl::Duration patience =
      absl::Minutes(10);  // for a hub that is away, busy or full; of each call
  OnTrouble on_trouble = {};

  // The same for what is left of a call's time.
  TransferOptions Until(absl::Time end) const {
    return {on_progress, end - absl::Now(), on_trouble};
  }
};

// A hub without room is asked again until patience ends, as Connection asks one that is away.
template <typename Request, typename Response>
absl::StatusOr<Response> CallPatiently(Connection& connection,
                                       grpc::Status (v1::DocumentService::Stub::*method)(
                                           grpc::ClientContext*, const Request&, Response*),
                                       const Request& request,
                                       const TransferOptions& options);

// Whether the hub has no room now, and how long to wait before the next try.
bool HasNoRoom(const absl::Status& status);
absl::Duration PauseWithoutRoom();

template <typename Request, typename Response>
absl::StatusOr<Response> CallPatiently(Connection& connection,
                                       grpc::Status (v1::DocumentService::Stub::*method)(
                                           grpc::ClientContext*, const Request&, Response*),
                                       const Request& request,
                                       const TransferOptions& options) {
  const absl::Time end = absl::Now() + options.patience;
  for (;;) {
    const absl::Duration left = end - absl::Now();
    auto answer =
        connection.Call(connection.documents(), method, request, {left, left, options.on_trouble});
    if (answer.ok() || !HasNoRoom(answer.status())) return answer;
    const absl::Duration pause = PauseWithoutRoom();
    if (absl::Now() + pause >= end) return answer;
    if (options.on_trouble) options.on_trouble(answer.status(), end);
    absl::SleepFor(pause);
  }
}

}  // namespace rogatoria::client
