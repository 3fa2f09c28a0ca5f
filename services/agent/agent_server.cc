#include "services/agent/agent_server.h"

#include <chrono>
#include <utility>

#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/file_lock.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "services/agent/agent_limits.h"
#include "services/agent/agent_token.h"

namespace rogatoria::agent {
namespace {

constexpr std::chrono::seconds kGrace{5};
// Messages in memory, of all calls together.
constexpr size_t kMaxMemory = 8 * limits::kMaxCallBytes;

void SetBounds(grpc::ServerBuilder& builder) {
  grpc::ResourceQuota quota("agent");
  quota.SetMaxThreads(limits::kMaxThreads);
  quota.Resize(kMaxMemory);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(static_cast<int>(limits::kMaxCallBytes));
  builder.SetMaxSendMessageSize(static_cast<int>(limits::kMaxCallBytes));
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits::kMaxThreads);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 4);
}

absl::Status CannotServe(const std::string& where) {
  return Error(Reason::ADDRESS_TAKEN).Field(where);
}

}  // namespace

absl::Status CheckLoopback(const std::string& address, const std::string& field) {
  absl::string_view port = address;
  int number = 0;
  const bool loopback =
      absl::ConsumePrefix(&port, "127.0.0.1:") || absl::ConsumePrefix(&port, "[::1]:");
  if (loopback && absl::SimpleAtoi(port, &number) && number >= 0 && number < 65536) {
    return absl::OkStatus();
  }
  return Explained(Error(Reason::FIELD_INVALID).Field(field), Sentence::LOOPBACK_ADDRESS);
}

absl::Status CheckSocketPath(const std::string& path) {
  constexpr size_t kMost = sizeof(sockaddr_un::sun_path) - 1;
  if (path.size() <= kMost) return absl::OkStatus();
  return Explained(Error(Reason::FIELD_INVALID).Field("agent.socket"),
                   Sentence::SOCKET_PATH_AT_MOST,
                   kMost,
                   path.size());
}

absl::StatusOr<std::unique_ptr<AgentServer>> AgentServer::Start(Agent& agent) {
  const client::AgentProfile& where = agent.profile().agent;
  ROG_RETURN_IF_ERROR(CheckSocketPath(where.socket));
  SecretBytes token;
  if (!where.listen.empty()) {
    ROG_RETURN_IF_ERROR(CheckLoopback(where.listen, "agent.listen"));
    ROG_ASSIGN_OR_RETURN(token, LoadOrMakeToken(where.token_file));
  }
  std::unique_ptr<AgentServer> server(new AgentServer(agent, std::move(token)));
  ROG_RETURN_IF_ERROR(server->Listen(where));
  return server;
}

// The socket is made with mode 0600, not changed to it afterwards.
absl::Status AgentServer::Listen(const client::AgentProfile& where) {
  ROG_RETURN_IF_ERROR(CreateFolders(where.socket.substr(0, where.socket.rfind('/'))));
  // A socket that is there is replaced, also one at which another agent answers.
  ROG_ASSIGN_OR_RETURN(
      socket_lock_,
      LockFile(absl::StrCat(where.socket, ".lock"), LockUse::kAlone, Reason::ADDRESS_TAKEN));
  grpc::ServerBuilder builder;
  SetBounds(builder);
  int socket = 0;
  builder.AddListeningPort(
      absl::StrCat("unix:", where.socket), grpc::InsecureServerCredentials(), &socket);
  if (!where.listen.empty()) {
    builder.AddListeningPort(where.listen, grpc::InsecureServerCredentials(), &port_);
  }
  builder.RegisterService(&service_);
  const mode_t before = umask(0177);
  server_ = builder.BuildAndStart();
  umask(before);
  // The ports are bound in this order, until one is not.
  if (socket == 0) return CannotServe(where.socket);
  if (!where.listen.empty() && port_ == 0) return CannotServe(where.listen);
  if (server_ == nullptr) return CannotServe(where.socket);
  return absl::OkStatus();
}

AgentServer::~AgentServer() {
  Stop();
}

void AgentServer::Stop() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now() + kGrace);
  server_->Wait();
  server_ = nullptr;
}

}  // namespace rogatoria::agent
