// What uploads and downloads of documents have in common: progress, patience, and the calls that
// move bytes.
//
// A slow line is not a hub that is away. So a try may take long, however short the patience is, and
// patience counts from the first try of a call that failed. A hub that is gone shows at once; a
// line on which nothing comes back any more is closed by gRPC within 90 s (connection.cc).
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
};

// Longer than the chunks in flight need together on a line that is of any use.
inline constexpr absl::Duration kTryTime = absl::Minutes(10);

// A hub without room is asked again until patience ends, as Connection asks one that is away.
// `end`: when that is, where a try failed before this call.
template <typename Request, typename Response>
absl::StatusOr<Response> CallPatiently(Connection& connection,
                                       grpc::Status (v1::DocumentService::Stub::*method)(
                                           grpc::ClientContext*, const Request&, Response*),
                                       const Request& request,
                                       const TransferOptions& options,
                                       absl::Time end = absl::InfiniteFuture());

// Whether the hub has no room now, and how long to wait before the next try.
bool HasNoRoom(const absl::Status& status);
absl::Duration PauseWithoutRoom();

template <typename Request, typename Response>
absl::StatusOr<Response> CallPatiently(Connection& connection,
                                       grpc::Status (v1::DocumentService::Stub::*method)(
                                           grpc::ClientContext*, const Request&, Response*),
                                       const Request& request,
                                       const TransferOptions& options,
                                       absl::Time end) {
  for (;;) {
    auto answer = connection.Call(connection.documents(),
                                  method,
                                  request,
                                  {kTryTime, options.patience, options.on_trouble, &end});
    if (answer.ok() || !HasNoRoom(answer.status())) return answer;
    const absl::Duration pause = PauseWithoutRoom();
    if (absl::Now() + pause >= end) return answer;
    if (options.on_trouble) options.on_trouble(answer.status(), end);
    absl::SleepFor(pause);
  }
}

}  // namespace rogatoria::client
