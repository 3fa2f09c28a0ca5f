// Our own accept loop in front of gRPC. gRPC 1.51's listener stops for ever at the first accept
// that finds no descriptor left (CVE-2023-4785), before any authentication; this one keeps a spare
// descriptor to shed load with, and bounds what gets as far as a TLS handshake:
//
//   in all              over the cap a connection is closed at once
//   per address         the same; an IPv6 address counts by its /64
//   new per second      over the rate the loop waits: the kernel's backlog holds the others
//
// A connection counts from accept until it is closed. To know when that is, the loop keeps a
// duplicate of each socket and waits for its hang-up: gRPC shuts a socket down before it closes it,
// and so does a reset by the peer. The price is two descriptors a connection. A peer that only
// half-closes counts until gRPC has read that and closed. Start() lowers the cap in all to what the
// process's descriptor limit can bear.
//
// One thread of its own. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/socket.h>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/base/descriptor.h"
#include "common/base/limits.h"
#include "common/rpc/token_bucket.h"

namespace rogatoria::rpc {

struct AcceptorLimits {
  int connections = limits::kMaxConnections;
  int connections_per_address = limits::kMaxConnectionsPerAddress;
  int new_per_second = limits::kMaxNewConnectionsPerSecond;
};

// Since the start; `open` now.
struct AcceptorStats {
  uint64_t accepted = 0;
  uint64_t shed_total = 0;        // over the cap in all
  uint64_t shed_address = 0;      // over the cap of its address
  uint64_t shed_descriptors = 0;  // no descriptor left
  uint64_t throttled = 0;         // times that the loop waited for the rate
  int open = 0;
};

class Acceptor {
 public:
  // Takes over a connected, non-blocking socket.
  using Sink = std::function<void(int descriptor)>;

  // Binds and listens. `addresses` are numeric, "127.0.0.1:7443", "[::1]:0", "0.0.0.0:7443"; port 0
  // is any free one. FIELD_INVALID for another text, UNAVAILABLE when an address cannot be bound.
  static absl::StatusOr<std::unique_ptr<Acceptor>> Listen(const std::vector<std::string>& addresses,
                                                          AcceptorLimits limits);
  // Stops.
  ~Acceptor();

  // Begins to accept. `sink` is called on the loop's thread.
  void Start(Sink sink);
  // Closes the listening sockets; connections stay with whom they were given to. Idempotent.
  void Stop();

  // One an address, in the order given.
  const std::vector<int>& ports() const { return ports_; }
  AcceptorStats stats() const;

 private:
  // IPv4 whole; IPv6 its first eight bytes.
  using PeerKey = std::array<uint8_t, 9>;
  struct Connection {
    Descriptor duplicate;
    PeerKey peer;
  };

  Acceptor(AcceptorLimits limits, std::vector<Descriptor> listeners, std::vector<int> ports);
  void Run();
  void SetListening(bool listening);
  void AcceptAll(int listener);
  bool AcceptOne(int listener);
  void ShedWithSpare(int listener);
  void Admit(Descriptor socket, const PeerKey& peer);
  bool IsOverCap(const PeerKey& peer);
  void Forget(int duplicate);
  int PauseMs();

  static PeerKey KeyOf(const sockaddr_storage& address);

  AcceptorLimits limits_;
  std::vector<Descriptor> listeners_;
  const std::vector<int> ports_;
  Descriptor poll_, stop_, spare_;
  Sink sink_;
  std::thread loop_;

  // Of the loop's thread.
  TokenBucket bucket_;
  bool listening_ = false;
  absl::flat_hash_map<int, Connection> connections_;  // by duplicate
  absl::flat_hash_map<PeerKey, int> per_peer_;

  std::atomic<uint64_t> accepted_ = 0, shed_total_ = 0, shed_address_ = 0, shed_descriptors_ = 0,
                        throttled_ = 0;
  std::atomic<int> open_ = 0;
};

}  // namespace rogatoria::rpc
