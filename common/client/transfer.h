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

struct TransferOptions {
  OnProgress on_progress = {};
  absl::Duration patience = absl::Minutes(10);  // for a hub that is away, busy or full
};

// A hub without room is asked again until patience ends, as Connection asks one that is away.
template <typename Request, typename Response>
absl::StatusOr<Response> CallPatiently(Connection& connection,
                                       grpc::Status (v1::DocumentService::Stub::*method)(
                                           grpc::ClientContext*, const Request&, Response*),
                                       const Request& request,
                                       absl::Duration patience);

// Whether the hub has no room now, and how long to wait before the next try.
bool HasNoRoom(const absl::Status& status);
absl::Duration PauseWithoutRoom();

template <typename Request, typename Response>
absl::StatusOr<Response> CallPatiently(Connection& connection,
                                       grpc::Status (v1::DocumentService::Stub::*method)(
                                           grpc::ClientContext*, const Request&, Response*),
                                       const Request& request,
                                       absl::Duration patience) {
  const absl::Time end = absl::Now() + patience;
  for (;;) {
    const absl::Duration left = end - absl::Now();
    auto answer = connection.Call(connection.documents(), method, request, {left, left});
    if (answer.ok() || !HasNoRoom(answer.status())) return answer;
    const absl::Duration pause = PauseWithoutRoom();
    if (absl::Now() + pause >= end) return answer;
    absl::SleepFor(pause);
  }
}

}  // namespace rogatoria::client
