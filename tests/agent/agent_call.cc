// Calls the agent's API from a script, in JSON:
//
//   agent_call TARGET METHOD [JSON]          prints each answer as one line of JSON
//   agent_call TARGET PutDocument NAME FILE
//   agent_call TARGET GetDocument JSON FILE  writes the bytes there
//
// TARGET: unix:/path or 127.0.0.1:PORT. AGENT_TOKEN: the token, where one is shown. AGENT_LIMIT:
// ends Watch after so many events. An error goes to standard error as "CODE REASON field: text",
// and the exit code is gRPC's.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>

#include <google/protobuf/util/json_util.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/rpc/status_mapping.h"

#include "rogatoria/agent/v1/agent_service.grpc.pb.h"

namespace rogatoria {
namespace {

namespace v1 = agent::v1;
using google::protobuf::Message;

constexpr int kMaxMessageBytes = 128 << 20;
constexpr size_t kPartBytes = 1 << 20;
constexpr std::chrono::seconds kPatience{60};

int Usage() {
  std::cerr << "agent_call TARGET METHOD [JSON] [FILE]\n";
  return 64;
}

int Fail(const grpc::Status& status) {
  const absl::Status said = rpc::FromGrpcStatus(status);
  const auto details = GetErrorDetails(said);
  std::cerr << absl::StatusCodeToString(said.code()) << " "
            << (details.has_value() ? std::string(ReasonName(details->reason)) : "-") << " "
            << (details.has_value() ? details->field : "") << ": " << status.error_message()
            << "\n";
  return static_cast<int>(status.error_code());
}

void Print(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (MessageToJsonString(message, &json, options).ok()) std::cout << json << std::endl;
}

void Prepare(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  if (const char* token = std::getenv("AGENT_TOKEN")) {
    context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
  }
}

bool FromJson(const std::string& json, Message& message) {
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &message);
  if (!parsed.ok()) std::cerr << "not a request: " << parsed.ToString() << "\n";
  return parsed.ok();
}

std::unique_ptr<Message> New(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

int CallUnary(const std::shared_ptr<grpc::Channel>& channel,
              const google::protobuf::MethodDescriptor& method,
              const std::string& json) {
  const auto request = New(method.input_type());
  const auto response = New(method.output_type());
  if (!FromJson(json, *request)) return 64;
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  Prepare(context);
  grpc::ByteBuffer in;
  grpc::ByteBuffer out;
  bool own = false;
  grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(*request, &in, &own);
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(
      &context, "/rogatoria.agent.v1.AgentService/" + method.name(), in, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(&out, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) return Fail(status);
  grpc::GenericDeserialize<grpc::ProtoBufferReader, Message>(&out, response.get());
  Print(*response);
  return 0;
}

int Watch(v1::AgentService::Stub& stub, const std::string& json) {
  v1::WatchRequest request;
  if (!FromJson(json, request)) return 64;
  const char* limit = std::getenv("AGENT_LIMIT");
  int left = limit == nullptr ? -1 : std::atoi(limit);
  grpc::ClientContext context;
  Prepare(context);
  const auto reader = stub.Watch(&context, request);
  v1::WatchResponse event;
  while (left != 0 && reader->Read(&event)) {
    Print(event);
    --left;
  }
  if (left == 0) context.TryCancel();
  const grpc::Status status = reader->Finish();
  return status.ok() || left == 0 ? 0 : Fail(status);
}

int GetDocument(v1::AgentService::Stub& stub, const std::string& json, const char* path) {
  v1::GetDocumentRequest request;
  if (!FromJson(json, request)) return 64;
  grpc::ClientContext context;
  Prepare(context);
  const auto reader = stub.GetDocument(&context, request);
  std::ofstream file(path, std::ios::binary);
  v1::GetDocumentResponse part;
  while (reader->Read(&part)) {
    if (part.has_info()) Print(part.info());
    file << part.content();
  }
  const grpc::Status status = reader->Finish();
  return status.ok() ? 0 : Fail(status);
}

int PutDocument(v1::AgentService::Stub& stub, const std::string& name, const char* path) {
  grpc::ClientContext context;
  Prepare(context);
  v1::PutDocumentResponse response;
  const auto writer = stub.PutDocument(&context, &response);
  v1::PutDocumentRequest part;
  part.set_name(name);
  std::ifstream file(path, std::ios::binary);
  std::string bytes(kPartBytes, '\0');
  while (writer->Write(part)) {
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (file.gcount() == 0) break;
    part.set_content(bytes.substr(0, static_cast<size_t>(file.gcount())));
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return Fail(status);
  Print(response);
  return 0;
}

int Main(int count, char** words) {
  if (count < 3) return Usage();
  grpc::ChannelArguments arguments;
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  const auto channel =
      grpc::CreateCustomChannel(words[1], grpc::InsecureChannelCredentials(), arguments);
  const auto stub = v1::AgentService::NewStub(channel);
  const std::string name = words[2];
  std::string json = count > 3 ? words[3] : "{}";
  if (name == "PutDocument") return count == 5 ? PutDocument(*stub, json, words[4]) : Usage();
  // A request that no command line takes: "-" reads it.
  if (json == "-") json.assign(std::istreambuf_iterator<char>(std::cin), {});
  if (name == "GetDocument") return count == 5 ? GetDocument(*stub, json, words[4]) : Usage();
  if (name == "Watch") return Watch(*stub, json);
  const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      "rogatoria.agent.v1.AgentService");
  const auto* method = service == nullptr ? nullptr : service->FindMethodByName(name);
  return method == nullptr ? Usage() : CallUnary(channel, *method, json);
}

}  // namespace
}  // namespace rogatoria

int main(int count, char** words) {
  return rogatoria::Main(count, words);
}
