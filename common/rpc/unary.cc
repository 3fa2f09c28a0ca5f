#include "common/rpc/unary.h"

#include <algorithm>

#include <grpcpp/impl/codegen/proto_utils.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"

namespace rogatoria::rpc {

bool IsRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kOutOfRange:
      return true;
    default:
      return false;
  }
}

absl::string_view TraceableObject(absl::string_view object) {
  const auto is_of_an_id = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::string_view("/-_.").find(c) != absl::string_view::npos;
  };
  const bool traceable = object.size() <= limits::kMaxIdBytes &&
                         std::all_of(object.begin(), object.end(), is_of_an_id);
  return traceable ? object : absl::string_view();
}

grpc::ServerUnaryReactor* Refuse(const RawCall& call, const absl::Status& why) {
  grpc::ServerUnaryReactor* const reactor = call.context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(why, *call.context));
  return reactor;
}

absl::StatusOr<HoldingReactor*> TakeShare(const Door& door, const Caller& caller) {
  if (door.unsent == nullptr) return nullptr;
  ROG_ASSIGN_OR_RETURN(auto share, door.unsent->Take(caller.authority, door.response_bytes));
  return new HoldingReactor(std::move(share));
}

absl::Status Parse(const grpc::ByteBuffer& in, google::protobuf::Message& message) {
  grpc::ByteBuffer copy(in);  // shares the slices; reading empties it
  grpc::ProtoBufferReader reader(&copy);
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  message.Clear();
  return Error(Reason::MALFORMED_MESSAGE)
      .Accepted(absl::StrCat("a ", message.GetDescriptor()->full_name(), " in protobuf"));
}

void Serialize(const google::protobuf::Message& message, grpc::ByteBuffer& out) {
  bool own_buffer = false;
  const grpc::Status status =
      grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(
          message, &out, &own_buffer);
  ROG_CHECK(status.ok(), "a response of ours can be written");
}

}  // namespace rogatoria::rpc
