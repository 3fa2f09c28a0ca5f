// One listener of the hub: an accept loop, TLS, the gate, and a grpc::Server with its services and
// the standard health service. The hub has two, which share nothing but the process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <grpcpp/security/auth_metadata_processor.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/acceptor.h"
#include "common/rpc/tls.h"
#include "common/rpc/trust_source.h"

namespace rogatoria::daemon {

struct HubServerOptions {
  std::vector<std::string> listen;
  rpc::ServerTls tls;
  std::shared_ptr<rpc::TrustSource> trust;
  rpc::OnRefusedCertificate on_refused_certificate;
  std::shared_ptr<grpc::AuthMetadataProcessor> gate;
  std::vector<grpc::Service*> services;  // must outlive the server
  rpc::AcceptorLimits connections;
  int handshake_timeout_ms = limits::kHandshakeTimeoutMs;
  size_t max_message_bytes = limits::kMaxMessageBytes;
};

class HubServer {
 public:
  // Listens, but accepts nothing before Serve.
  static absl::StatusOr<std::unique_ptr<HubServer>> Build(HubServerOptions options);
  ~HubServer();  // stops at once

  // SERVING, and begins to accept.
  void Serve();
  // NOT_SERVING for health checks; goes on answering calls.
  void StopServing();
  // Accepts no more connections.
  void StopAccepting() { acceptor_->Stop(); }
  // Ends what is under way by `deadline`, then cancels the rest. Idempotent.
  void Shutdown(absl::Time deadline);

  const std::vector<int>& ports() const { return acceptor_->ports(); }
  rpc::AcceptorStats connections() const { return acceptor_->stats(); }

 private:
  HubServer() = default;

  std::unique_ptr<rpc::Acceptor> acceptor_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> door_;
  std::unique_ptr<grpc::Server> server_;
  bool stopped_ = false;
};

}  // namespace rogatoria::daemon
