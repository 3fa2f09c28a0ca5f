#include "services/daemon/hub_server.h"

#include <utility>

#include <grpc/impl/codegen/grpc_types.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>

#include "common/base/limits.h"
#include "common/base/status_macros.h"

namespace rogatoria::daemon {
namespace {

// gRPC slows connections down above this; not a hard bound (docs/threat-model.md).
constexpr size_t kMemoryQuotaBytes = 512 * 1024 * 1024;
// Room for what gRPC itself frames a message with.
constexpr int kFramingBytes = 64 * 1024;

struct ChannelSetting {
  const char* name;
  int value;
};
// Times in milliseconds. A connection is renewed now and then, so that a handshake looks at its
// certificate again; calls look at it every time.
constexpr ChannelSetting kSettings[] = {
    {GRPC_ARG_MAX_METADATA_SIZE, static_cast<int>(limits::kMaxMetadataBytes)},
    {GRPC_ARG_MAX_CONCURRENT_STREAMS, limits::kMaxStreamsPerConnection},
    {GRPC_ARG_KEEPALIVE_TIME_MS, 60 * 1000},
    {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * 1000},
    {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
    {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20 * 1000},
    {GRPC_ARG_HTTP2_MAX_PING_STRIKES, 3},
    {GRPC_ARG_MAX_CONNECTION_IDLE_MS, 30 * 60 * 1000},
    {GRPC_ARG_MAX_CONNECTION_AGE_MS, 60 * 60 * 1000},
    {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 60 * 1000},
};

void SetLimits(const HubServerOptions& options, grpc::ServerBuilder& builder) {
  for (const ChannelSetting& setting : kSettings) {
    builder.AddChannelArgument(setting.name, setting.value);
  }
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, options.handshake_timeout_ms);
  const int message_bytes = static_cast<int>(options.max_message_bytes) + kFramingBytes;
  builder.SetMaxReceiveMessageSize(message_bytes);
  builder.SetMaxSendMessageSize(message_bytes);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 4);
  grpc::ResourceQuota quota("rogatoria");
  quota.Resize(kMemoryQuotaBytes);
  builder.SetResourceQuota(quota);
}

}  // namespace

absl::StatusOr<std::unique_ptr<HubServer>> HubServer::Build(HubServerOptions options) {
  std::unique_ptr<HubServer> hub(new HubServer());
  ROG_ASSIGN_OR_RETURN(hub->acceptor_, rpc::Acceptor::Listen(options.listen, options.connections));
  ROG_ASSIGN_OR_RETURN(const auto credentials,
                       rpc::MakeServerCredentials(
                           options.tls, options.trust, std::move(options.on_refused_certificate)));
  credentials->SetAuthMetadataProcessor(options.gate);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  SetLimits(options, builder);
  for (grpc::Service* service : options.services) builder.RegisterService(service);
  hub->door_ = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, credentials);
  hub->server_ = builder.BuildAndStart();
  if (hub->server_ == nullptr) return absl::InternalError("the gRPC server cannot be built");
  hub->server_->GetHealthCheckService()->SetServingStatus(false);
  return hub;
}

HubServer::~HubServer() {
  if (acceptor_ != nullptr) acceptor_->Stop();
  Shutdown(absl::Now());
}

void HubServer::Serve() {
  server_->GetHealthCheckService()->SetServingStatus(true);
  acceptor_->Start([this](int socket) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.fd = socket;
    door_->HandleNewConnection(&connection);
  });
}

void HubServer::StopServing() {
  server_->GetHealthCheckService()->SetServingStatus(false);
}

void HubServer::Shutdown(absl::Time deadline) {
  if (server_ == nullptr || stopped_) return;
  stopped_ = true;
  server_->Shutdown(absl::ToChronoTime(deadline));
  server_->Wait();
}

}  // namespace rogatoria::daemon
