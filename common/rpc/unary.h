// A sync call, in the order that each has: who calls, is there room, do the work, answer. What is
// refused leaves its trace on the way out.
#pragma once

#include <string>
#include <utility>

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/rpc/door.h"
#include "common/rpc/status_mapping.h"

namespace rogatoria::rpc {

// Whether a refusal leaves a leaf: those that say no to this call. Load, time and our own faults
// are no refusals.
bool IsRefusal(const absl::Status& status);

// What a refused call named, if it has the form of an id; else empty. A caller can write anything
// there, and a trace must hold no names and no lines of a stranger's.
absl::string_view TraceableObject(absl::string_view object);

// `work(caller)` returns absl::Status; `object` is the id that the call is about, for the trace.
template <typename Work>
grpc::Status RunUnary(const Door& door,
                      const grpc::ServerContext& context,
                      absl::string_view method,
                      absl::string_view object,
                      Work work) {
  const absl::StatusOr<Caller> caller = door.identify(context);
  if (!caller.ok()) return ToGrpcStatus(caller.status(), context);
  const BlockingCalls::Place place(*door.blocking);
  absl::Status status = place.status();
  if (status.ok()) status = work(*caller);
  if (IsRefusal(status)) {
    door.report_refusal(*caller, method, TraceableObject(object), status);
  }
  return ToGrpcStatus(status, context);
}

}  // namespace rogatoria::rpc
