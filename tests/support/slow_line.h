// A bad line on loopback: forwards TCP to a hub as a thin, long and lossy line carries it.
//
//   SlowLine line(hub_port, {.bits_per_second = 64'000, .delay = absl::Milliseconds(800)});
//   profile.endpoints = {absl::StrCat("127.0.0.1:", line.port())};
//
// All connections share the line, each way for itself. A segment waits until the line is free,
// takes the time that its bytes take, and arrives a delay later. A lost segment is sent again two
// round trips later (the probe of RFC 8985), and what is behind it waits, as TCP delivers in order.
// A connection costs its own round trip before the first byte. Which segments are lost is counted,
// not drawn, so that a run can be repeated. Not modelled: TCP's windows, which a report of a few
// segments does not fill, and segments that only acknowledge.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <list>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace rogatoria {

class SlowLine {
 public:
  struct Nature {
    int64_t bits_per_second = 64'000;
    absl::Duration delay = absl::Milliseconds(800);  // one way
    int lose_one_in = 20;                            // segments, each way; 0: none
    int first_lost = 0;                              // which of them, from 0
  };
  // What crossed in both directions, TLS and all, without the headers of TCP and IP.
  struct Cost {
    int64_t bytes_up = 0;
    int64_t bytes_down = 0;
    int segments = 0;
    int lost = 0;
    int connections = 0;
  };

  SlowLine(int hub_port, Nature nature);
  ~SlowLine();  // cuts what is under way
  SlowLine(const SlowLine&) = delete;

  int port() const { return port_; }
  Cost cost() const;

 private:
  struct Segment {
    absl::Time arrives;
    std::string bytes;  // none: the other end has closed
  };
  // One direction of a connection.
  struct Way {
    int from = -1;
    int to = -1;
    bool is_up = false;
    bool ended = false;  // nothing more is read from `from`
    bool done = false;   // and all of it was handed over
    std::deque<Segment> under_way = {};
  };
  struct Connection {
    Way up, down;
  };
  // One direction of the line.
  struct Direction {
    absl::Time free = absl::InfinitePast();
    int segments = 0;
  };

  void Run();
  void WaitForWork();
  void Accept();
  void Read(Way& way);
  // Puts so many bytes on the line; when they are at its other end.
  absl::Time Carry(bool up, size_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsLost(int number) const;
  void Deliver(Connection& connection);
  void Deliver(Connection& connection, Way& way);
  int ConnectToHub() const;
  Direction& direction(bool up) { return up ? up_ : down_; }

  const int hub_port_;
  const Nature nature_;
  int listener_ = -1;
  int port_ = 0;
  Direction up_, down_;
  std::list<Connection> connections_;
  mutable absl::Mutex mutex_;
  Cost cost_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace rogatoria
