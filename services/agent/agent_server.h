// The listeners of an agent's API: a Unix socket of mode 0600, and a port of the loopback for
// callers that show the token, and no other.
#pragma once

#include <memory>
#include <string>

#include <grpcpp/server.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/descriptor.h"
#include "services/agent/agent.h"
#include "services/agent/agent_service.h"

namespace rogatoria::agent {

class AgentServer {
 public:
  // By the profile's [agent]. FIELD_INVALID for an address that is not of the loopback or a path
  // that is too long for a socket; KEY_FILE_UNSAFE; ADDRESS_TAKEN.
  static absl::StatusOr<std::unique_ptr<AgentServer>> Start(Agent& agent);
  ~AgentServer();

  int port() const { return port_; }  // 0 without a port
  // Takes no more calls and waits for those under way, for a while. The agent is stopped first.
  void Stop();
  const AgentService& service() const { return service_; }

 private:
  AgentServer(Agent& agent, SecretBytes token) : service_(agent, std::move(token)) {}
  absl::Status Listen(const client::AgentProfile& where);

  AgentService service_;
  Descriptor socket_lock_;  // beside the socket, of whoever serves there
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// OK for "127.0.0.1:PORT" and "[::1]:PORT".
absl::Status CheckLoopback(const std::string& address, const std::string& field);
// Whether the system takes this path for a socket.
absl::Status CheckSocketPath(const std::string& path);

}  // namespace rogatoria::agent
