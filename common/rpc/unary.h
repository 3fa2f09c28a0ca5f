// A call that may wait on the store, in the order that each has: who calls, is there room, do the
// work, answer. What is refused leaves its trace on the way out.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>
#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
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

// A call whose messages we read and write ourselves, so that one which is not protobuf is refused
// in our words: gRPC would answer UNIMPLEMENTED. All of it lives until the call is finished.
struct RawCall {
  grpc::CallbackServerContext* context = nullptr;
  const grpc::ByteBuffer* in = nullptr;
  grpc::ByteBuffer* out = nullptr;
};

// MALFORMED_MESSAGE.
absl::Status Parse(const grpc::ByteBuffer& in, google::protobuf::Message& message);
void Serialize(const google::protobuf::Message& message, grpc::ByteBuffer& out);

// Answers a call that nothing was done for.
grpc::ServerUnaryReactor* Refuse(const RawCall& call, const absl::Status& why);

// The id that a call is about, for its trace: a word, or the field of the request that has it.
template <typename Request>
std::string ObjectOf(const Request&, absl::string_view object) {
  return std::string(object);
}
template <typename Request>
std::string ObjectOf(const Request& request, const std::string& (Request::*object)() const) {
  return (request.*object)();
}

// Of a call that holds its share of what is not sent yet, until the response has left.
class HoldingReactor final : public grpc::ServerUnaryReactor {
 public:
  explicit HoldingReactor(std::unique_ptr<UnsentResponses::Share> share)
      : share_(std::move(share)) {}
  void OnDone() override { delete this; }

  UnsentResponses::Share& share() { return *share_; }

 private:
  const std::unique_ptr<UnsentResponses::Share> share_;
};

// nullptr where the door bounds nothing.
absl::StatusOr<HoldingReactor*> TakeShare(const Door& door, const Caller& caller);

// `work(caller, request, response)` returns absl::Status and runs on a thread that may wait.
// `object` as in ObjectOf.
template <typename Request, typename Response, typename Object, typename Work>
grpc::ServerUnaryReactor* RunUnary(
    const Door& door, const RawCall& call, absl::string_view method, Object object, Work work) {
  const absl::StatusOr<Caller> caller = door.identify(*call.context);
  if (!caller.ok()) return Refuse(call, caller.status());
  const absl::StatusOr<HoldingReactor*> holding = TakeShare(door, *caller);
  if (!holding.ok()) return Refuse(call, holding.status());
  grpc::ServerUnaryReactor* const reactor =
      *holding != nullptr ? *holding : call.context->DefaultReactor();
  const auto request = std::make_shared<Request>();
  const auto finish = [&door, call, method, object, reactor, caller = *caller, request](
                          const absl::Status& status) {
    if (IsRefusal(status)) {
      door.report_refusal(caller, method, TraceableObject(ObjectOf(*request, object)), status);
    }
    reactor->Finish(ToGrpcStatus(status, *call.context));
  };
  const absl::Status taken = door.blocking->Run(
      [finish, call, caller = *caller, request, holding = *holding, work = std::move(work)] {
        Response response;
        absl::Status status = Parse(*call.in, *request);
        if (status.ok()) status = work(caller, *request, response);
        if (status.ok()) Serialize(response, *call.out);
        if (holding != nullptr) holding->share().Resize(status.ok() ? call.out->Length() : 0);
        finish(status);
      });
  if (!taken.ok()) finish(taken);
  return reactor;
}

}  // namespace rogatoria::rpc
