#include "services/cli/bench/echo.h"

#include <iostream>
#include <string>

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/rpc/tls.h"
#include "common/rpc/trust_source.h"

namespace rogatoria::bench {
namespace {

constexpr char kMethod[] = "/rogatoria.bench.Echo/Echo";

// One call: reads the request, writes it back, ends.
class EchoReactor final : public grpc::ServerGenericBidiReactor {
 public:
  EchoReactor() { StartRead(&message_); }
  void OnReadDone(bool ok) override {
    if (ok) StartWriteAndFinish(&message_, grpc::WriteOptions(), grpc::Status::OK);
    if (!ok) Finish(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no request"));
  }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer message_;
};

class EchoService final : public grpc::CallbackGenericService {
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new EchoReactor;
  }
};

grpc::ByteBuffer MessageOf(size_t bytes) {
  const grpc::Slice slice(std::string(bytes, 'x'));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

absl::Status ServeEcho(const EchoServerFiles& files) {
  SystemClock clock;
  rpc::TrustFiles trust_files;
  trust_files.authorities = files.client_ca;
  trust_files.revocation_lists = files.client_crl;
  ROG_ASSIGN_OR_RETURN(auto trust, rpc::TrustSource::Open(trust_files, clock));
  ROG_ASSIGN_OR_RETURN(
      auto credentials,
      rpc::MakeServerCredentials({files.certificate, files.key}, trust, [](Reason) {}));
  EchoService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", credentials, &port);
  builder.RegisterCallbackGenericService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr)
    return Failure(absl::StatusCode::kUnavailable, Sentence::ECHO_CANNOT_LISTEN);
  std::cout << port << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) continue;
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<EchoClient>> EchoClient::Open(const client::OfficeProfile& profile,
                                                             int port,
                                                             size_t channels) {
  rpc::ChannelTls tls{profile.tls.certificate, profile.tls.key, profile.hub_ca};
  ROG_ASSIGN_OR_RETURN(auto credentials, rpc::MakeChannelCredentials(tls));
  auto client = std::make_unique<EchoClient>();
  for (size_t i = 0; i < channels; ++i) {
    grpc::ChannelArguments arguments;
    rpc::SetChannelDefaults(arguments);
    arguments.SetInt("rogatoria.channel", static_cast<int>(i));  // a connection of its own
    client->stubs_.push_back(std::make_unique<Stub>(
        grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port), credentials, arguments)));
  }
  return client;
}

LoadResult EchoClient::Run(size_t count, size_t in_flight, size_t bytes) {
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer request, response;
  };
  return RunClosedLoop(count, in_flight, [&](size_t index, std::function<void(bool)> ended) {
    auto call = std::make_shared<Call>();
    call->request = MessageOf(bytes);
    stubs_[index % stubs_.size()]->UnaryCall(
        &call->context,
        kMethod,
        grpc::StubOptions(),
        &call->request,
        &call->response,
        [call, ended = std::move(ended)](const grpc::Status& status) { ended(status.ok()); });
  });
}

}  // namespace rogatoria::bench
