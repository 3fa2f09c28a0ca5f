#include "tests/support/slow_line.h"

#include <algorithm>
#include <vector>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/time/clock.h"
#include "common/base/check.h"

namespace rogatoria {
namespace {

constexpr size_t kSegment = 1448;  // of 1,500 bytes on the line
constexpr size_t kHeaders = 52;    // of IP and TCP, with time stamps
constexpr absl::Duration kLook = absl::Milliseconds(20);
// More than this does not wait before the line: TCP's own buffer fills, and the writer waits.
constexpr absl::Duration kQueue = absl::Seconds(1);

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

int Listen() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(0);
  ROG_CHECK(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                listen(listener, 16) == 0,
            "a port of the loopback");
  return listener;
}

int PortOf(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

void CloseIf(int descriptor) {
  if (descriptor >= 0) close(descriptor);
}

}  // namespace

SlowLine::SlowLine(int hub_port, Nature nature)
    : hub_port_(hub_port), nature_(nature), listener_(Listen()), port_(PortOf(listener_)) {
  thread_ = std::thread([this] { Run(); });
}

SlowLine::~SlowLine() {
  ending_ = true;
  thread_.join();
  close(listener_);
  for (Connection& connection : connections_) {
    CloseIf(connection.up.from);
    CloseIf(connection.up.to);
  }
}

SlowLine::Cost SlowLine::cost() const {
  const absl::MutexLock lock(&mutex_);
  return cost_;
}

void SlowLine::Run() {
  while (!ending_) {
    WaitForWork();
    for (auto connection = connections_.begin(); connection != connections_.end();) {
      Deliver(*connection);
      const bool over = connection->up.done && connection->down.done;
      if (over) {
        CloseIf(connection->up.from);
        CloseIf(connection->up.to);
      }
      connection = over ? connections_.erase(connection) : std::next(connection);
    }
  }
}

// Reads what can be read, or until the next segment is due.
void SlowLine::WaitForWork() {
  const absl::Time now = absl::Now();
  absl::Time due = now + kLook;
  std::vector<pollfd> sockets = {{listener_, POLLIN, 0}};
  std::vector<Way*> ways = {nullptr};
  for (Connection& connection : connections_) {
    for (Way* way : {&connection.up, &connection.down}) {
      if (!way->under_way.empty()) due = std::min(due, way->under_way.front().arrives);
      if (way->from < 0 || way->ended || direction(way->is_up).free > now + kQueue) continue;
      sockets.push_back({way->from, POLLIN, 0});
      ways.push_back(way);
    }
  }
  const auto wait = absl::ToInt64Milliseconds(std::max(due - now, absl::ZeroDuration()));
  if (poll(sockets.data(), sockets.size(), static_cast<int>(wait)) <= 0) return;
  for (size_t i = 1; i < sockets.size(); ++i) {
    if (sockets[i].revents != 0) Read(*ways[i]);
  }
  if (sockets[0].revents != 0) Accept();
}

// The client's kernel believes to be connected at once; its first byte leaves when it would be.
void SlowLine::Accept() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  Connection& connection = connections_.emplace_back();
  connection.up.from = connection.down.to = client;
  connection.up.is_up = true;
  up_.free = std::max(up_.free, absl::Now() + 2 * nature_.delay);
  const absl::MutexLock lock(&mutex_);
  ++cost_.connections;
}

void SlowLine::Read(Way& way) {
  char bytes[kSegment];
  const ssize_t size = recv(way.from, bytes, sizeof bytes, 0);
  way.ended = size <= 0;
  Segment segment;
  if (size > 0) segment.bytes.assign(bytes, static_cast<size_t>(size));
  segment.arrives = Carry(way.is_up, segment.bytes.size());
  if (!way.under_way.empty()) {
    segment.arrives = std::max(segment.arrives, way.under_way.back().arrives);
  }
  way.under_way.push_back(std::move(segment));
}

absl::Time SlowLine::Carry(bool up, size_t bytes) {
  Direction& line = direction(up);
  const auto bits = static_cast<int64_t>(8 * (bytes + kHeaders));
  const absl::Duration takes =
      absl::Seconds(static_cast<double>(bits) / static_cast<double>(nature_.bits_per_second));
  const bool lost = bytes > 0 && IsLost(line.segments++);
  line.free = std::max(line.free, absl::Now()) + takes;
  const absl::MutexLock lock(&mutex_);
  (up ? cost_.bytes_up : cost_.bytes_down) += static_cast<int64_t>(bytes);
  cost_.segments += bytes > 0 ? 1 : 0;
  cost_.lost += lost ? 1 : 0;
  return line.free + nature_.delay + (lost ? 4 * nature_.delay + takes : absl::ZeroDuration());
}

bool SlowLine::IsLost(int number) const {
  return nature_.lose_one_in > 0 && number % nature_.lose_one_in == nature_.first_lost;
}

void SlowLine::Deliver(Connection& connection) {
  Deliver(connection, connection.up);
  Deliver(connection, connection.down);
}

void SlowLine::Deliver(Connection& connection, Way& way) {
  const absl::Time now = absl::Now();
  while (!way.under_way.empty() && way.under_way.front().arrives <= now) {
    if (way.is_up && way.to < 0) way.to = connection.down.from = ConnectToHub();
    const std::string& bytes = way.under_way.front().bytes;
    if (bytes.empty()) {
      way.done = true;
      shutdown(way.to, SHUT_WR);
    } else if (send(way.to, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) {
      way.ended = true;  // the other end is gone; what comes is for nobody
    }
    way.under_way.pop_front();
  }
  // A connection that its client gave up before anything reached the hub.
  if (connection.up.done && connection.down.from < 0) connection.down.done = true;
}

int SlowLine::ConnectToHub() const {
  const int hub = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(hub_port_);
  const int connected = connect(hub, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ROG_CHECK(connected == 0, "the hub behind the line answers");
  return hub;
}

}  // namespace rogatoria
