#include "common/rpc/listen.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace rogatoria::rpc {
namespace {

constexpr int kBacklog = 1024;

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

absl::StatusOr<Addresses> Resolve(absl::string_view address) {
  const size_t colon = address.rfind(':');
  absl::string_view host = address.substr(0, colon);
  const bool bracketed = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  addrinfo* found = nullptr;
  const addrinfo hints{.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                       .ai_family = bracketed ? AF_INET6 : AF_INET,
                       .ai_socktype = SOCK_STREAM,
                       .ai_protocol = 0,
                       .ai_addrlen = 0,
                       .ai_addr = nullptr,
                       .ai_canonname = nullptr,
                       .ai_next = nullptr};
  if (colon == absl::string_view::npos || host.empty() ||
      getaddrinfo(std::string(host).c_str(),
                  std::string(address.substr(colon + 1)).c_str(),
                  &hints,
                  &found) != 0) {
    return Error(Reason::FIELD_INVALID)
        .Accepted("a numeric address and a port, such as 0.0.0.0:7443 or [::]:7443");
  }
  return Addresses(found);
}

absl::Status SystemError(absl::string_view address) {
  return absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": ", strerror(errno)));
}

// Both families through one IPv6 socket; TCP_NODELAY is inherited by what is accepted.
void SetOptions(int socket, int family) {
  const int on = 1, off = 0;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (family == AF_INET6) setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
}

int PortOf(int socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  // The port lies at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
}

}  // namespace

absl::Status CheckListenAddress(absl::string_view address) {
  return Resolve(address).status();
}

absl::StatusOr<Listener> ListenOn(absl::string_view address) {
  ROG_ASSIGN_OR_RETURN(const Addresses found, Resolve(address));
  Descriptor socket(
      ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!socket.valid()) return SystemError(address);
  SetOptions(socket.get(), found->ai_family);
  if (bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      listen(socket.get(), kBacklog) != 0) {
    return SystemError(address);
  }
  const int port = PortOf(socket.get());
  return Listener{std::move(socket), port};
}

}  // namespace rogatoria::rpc
