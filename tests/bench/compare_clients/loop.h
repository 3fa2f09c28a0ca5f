// The closed loop of bench run (services/cli/bench/closed_loop.h) for a client of one thread: a
// fixed number of exchanges in flight, each replaced as soon as it ends. An exchange ends when the
// publisher has the broker's confirmation and the consumer's acknowledgement is settled, whichever
// comes last.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rogatoria::compare {

// Numbers of exchanges count up over all loops of a process, so a late answer of an earlier loop
// is never taken for one of this.
class Loop {
 public:
  using Clock = std::chrono::steady_clock;
  // Exchanges first..first+count-1.
  Loop(uint64_t first, size_t count, size_t in_flight);

  bool MayBegin() const;
  // The number of the exchange that begins now.
  uint64_t Begin();
  void Confirmed(uint64_t number) { Reached(number, kConfirmed); }
  void Acknowledged(uint64_t number) { Reached(number, kAcknowledged); }
  bool Finished() const { return ended_ == exchanges_.size(); }

  double PerSecond() const;
  // 0.5 for the median, 0.99; microseconds. Only when finished.
  double Percentile(double part) const;

 private:
  enum Part : unsigned { kConfirmed = 1, kAcknowledged = 2, kBoth = 3 };
  struct Exchange {
    Clock::time_point began;
    double took_us = 0;
    unsigned parts = 0;
  };
  void Reached(uint64_t number, Part part);

  const uint64_t first_;
  const size_t in_flight_;
  std::vector<Exchange> exchanges_;
  size_t begun_ = 0;
  size_t ended_ = 0;
  Clock::time_point first_began_;
  Clock::time_point last_ended_;
};

}  // namespace rogatoria::compare
