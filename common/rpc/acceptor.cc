#include "common/rpc/acceptor.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include "absl/time/clock.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "common/rpc/listen.h"

namespace rogatoria::rpc {
namespace {

// Kept for the store, files and gRPC itself when the cap is lowered to the descriptor limit.
constexpr int kDescriptorsForOthers = 64;
constexpr int kEventsAtOnce = 64;
// How many connections are taken from one listener before hang-ups are looked at again.
constexpr int kAcceptsAtOnce = 64;
// How long the loop leaves a listener alone after there was no descriptor even to shed with.
constexpr int kNoDescriptorPauseMs = 20;

// Time for rates: never goes back.
absl::Time SteadyNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::TimeFromTimespec(now);
}

int CapByDescriptors(int cap) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return cap;
  const auto most =
      static_cast<int64_t>(std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<int>::max()));
  return static_cast<int>(std::clamp<int64_t>((most - kDescriptorsForOthers) / 2, 1, cap));
}

Descriptor OpenSpare() {
  return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

void Watch(int poll, int descriptor, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  ROG_CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll refuses a descriptor");
}

bool IsOutOfDescriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Acceptor>> Acceptor::Listen(
    const std::vector<std::string>& addresses, AcceptorLimits limits) {
  std::vector<Descriptor> sockets;
  std::vector<int> ports;
  for (const std::string& address : addresses) {
    ROG_ASSIGN_OR_RETURN(Listener listener, ListenOn(address));
    sockets.push_back(std::move(listener.socket));
    ports.push_back(listener.port);
  }
  return std::unique_ptr<Acceptor>(new Acceptor(limits, std::move(sockets), std::move(ports)));
}

Acceptor::Acceptor(AcceptorLimits limits, std::vector<Descriptor> listeners, std::vector<int> ports)
    : limits_(limits),
      listeners_(std::move(listeners)),
      ports_(std::move(ports)),
      poll_(epoll_create1(EPOLL_CLOEXEC)),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      spare_(OpenSpare()),
      bucket_(limits.new_per_second, limits.new_per_second, SteadyNow()) {
  ROG_CHECK(poll_.valid() && stop_.valid() && spare_.valid(), "no descriptor for the accept loop");
}

Acceptor::~Acceptor() {
  Stop();
}

void Acceptor::Start(Sink sink) {
  sink_ = std::move(sink);
  limits_.connections = CapByDescriptors(limits_.connections);
  Watch(poll_.get(), stop_.get(), EPOLLIN);
  SetListening(true);
  loop_ = std::thread([this] { Run(); });
}

void Acceptor::Stop() {
  if (loop_.joinable()) {
    const uint64_t one = 1;
    ROG_CHECK(write(stop_.get(), &one, sizeof(one)) == sizeof(one), "eventfd refuses a write");
    loop_.join();
  }
  listeners_.clear();
}

AcceptorStats Acceptor::stats() const {
  return {accepted_, shed_total_, shed_address_, shed_descriptors_, throttled_, open_};
}

void Acceptor::SetListening(bool listening) {
  if (listening == listening_) return;
  listening_ = listening;
  for (const Descriptor& listener : listeners_) {
    if (listening) {
      Watch(poll_.get(), listener.get(), EPOLLIN);
    } else {
      epoll_ctl(poll_.get(), EPOLL_CTL_DEL, listener.get(), nullptr);
    }
  }
}

// How long to wait for events: while the rate is used up the listeners are left alone.
int Acceptor::PauseMs() {
  if (listening_) return -1;
  const absl::Duration wait = bucket_.WaitForOne(SteadyNow());
  if (wait == absl::ZeroDuration()) {
    SetListening(true);
    return -1;
  }
  return static_cast<int>(absl::ToInt64Milliseconds(wait)) + 1;
}

void Acceptor::Run() {
  epoll_event events[kEventsAtOnce];
  for (;;) {
    const int count = epoll_wait(poll_.get(), events, kEventsAtOnce, PauseMs());
    for (int i = 0; i < count; ++i) {
      const int descriptor = events[i].data.fd;
      if (descriptor == stop_.get()) return;
      if (connections_.contains(descriptor)) {
        Forget(descriptor);
      } else {
        AcceptAll(descriptor);
      }
    }
  }
}

void Acceptor::AcceptAll(int listener) {
  for (int i = 0; i < kAcceptsAtOnce && listening_; ++i) {
    if (!AcceptOne(listener)) return;
  }
}

// False when there is nothing more to accept now.
bool Acceptor::AcceptOne(int listener) {
  if (bucket_.WaitForOne(SteadyNow()) > absl::ZeroDuration()) {
    ++throttled_;
    SetListening(false);
    return false;
  }
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  Descriptor socket(accept4(
      listener, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.valid()) {
    if (IsOutOfDescriptors(errno)) ShedWithSpare(listener);
    return errno == EINTR || errno == ECONNABORTED;
  }
  const PeerKey peer = KeyOf(address);
  if (!IsOverCap(peer)) Admit(std::move(socket), peer);
  return true;
}

// Without a descriptor the connection would stay in the backlog and wake the loop for ever: it is
// taken with the spare one and closed.
void Acceptor::ShedWithSpare(int listener) {
  ++shed_descriptors_;
  spare_.Close();
  Descriptor(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)).Close();
  spare_ = OpenSpare();
  if (!spare_.valid()) absl::SleepFor(absl::Milliseconds(kNoDescriptorPauseMs));
}

bool Acceptor::IsOverCap(const PeerKey& peer) {
  if (open_ >= limits_.connections) {
    ++shed_total_;
    return true;
  }
  const auto found = per_peer_.find(peer);
  if (found == per_peer_.end() || found->second < limits_.connections_per_address) return false;
  ++shed_address_;
  return true;
}

void Acceptor::Admit(Descriptor socket, const PeerKey& peer) {
  Descriptor duplicate(fcntl(socket.get(), F_DUPFD_CLOEXEC, 0));
  if (!duplicate.valid()) {
    ++shed_descriptors_;
    return;
  }
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  bucket_.Take(SteadyNow());
  ++accepted_;
  ++open_;
  ++per_peer_[peer];
  const int key = duplicate.get();
  Watch(poll_.get(), key, EPOLLET);  // hang-ups and errors are always reported
  connections_.emplace(key, Connection{std::move(duplicate), peer});
  sink_(socket.Release());
}

void Acceptor::Forget(int duplicate) {
  const auto found = connections_.find(duplicate);
  // Whoever holds the socket may not have closed it yet, and then epoll would keep watching.
  epoll_ctl(poll_.get(), EPOLL_CTL_DEL, duplicate, nullptr);
  if (--per_peer_[found->second.peer] == 0) per_peer_.erase(found->second.peer);
  connections_.erase(found);
  --open_;
}

Acceptor::PeerKey Acceptor::KeyOf(const sockaddr_storage& address) {
  PeerKey key{};
  if (address.ss_family == AF_INET) {
    key[0] = 4;
    std::memcpy(&key[1], &reinterpret_cast<const sockaddr_in*>(&address)->sin_addr, 4);
    return key;
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    key[0] = 4;
    std::memcpy(&key[1], &v6.s6_addr[12], 4);
    return key;
  }
  key[0] = 6;
  std::memcpy(&key[1], v6.s6_addr, 8);
  return key;
}

}  // namespace rogatoria::rpc
