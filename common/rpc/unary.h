// A call that may wait on the store, in the order that each has: who calls, is there room, do the
// work, answer. What is refused leaves its trace on the way out.
#pragma once

#include <string>
#include <utility>

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
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

// `work(caller)` returns absl::Status and runs on a thread that may wait; what it refers to must
// live until the call is finished, as its context, request and response do. `object` is the id that
// the call is about, for the trace.
template <typename Work>
grpc::ServerUnaryReactor* RunUnary(const Door& door,
                                   grpc::CallbackServerContext* context,
                                   absl::string_view method,
                                   const std::string& object,
                                   Work work) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::StatusOr<Caller> caller = door.identify(*context);
  if (!caller.ok()) {
    reactor->Finish(ToGrpcStatus(caller.status(), *context));
    return reactor;
  }
  const auto finish =
      [&door, context, method, object, reactor, caller = *caller](const absl::Status& status) {
        if (IsRefusal(status)) {
          door.report_refusal(caller, method, TraceableObject(object), status);
        }
        reactor->Finish(ToGrpcStatus(status, *context));
      };
  const absl::Status taken = door.blocking->Run(
      [finish, caller = *caller, work = std::move(work)] { finish(work(caller)); });
  if (!taken.ok()) finish(taken);
  return reactor;
}

}  // namespace rogatoria::rpc
