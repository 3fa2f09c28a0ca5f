#include "tests/bench/compare_clients/loop.h"

#include <algorithm>

namespace rogatoria::compare {

Loop::Loop(uint64_t first, size_t count, size_t in_flight)
    : first_(first), in_flight_(in_flight), exchanges_(count) {}

bool Loop::MayBegin() const {
  return begun_ < exchanges_.size() && begun_ - ended_ < in_flight_;
}

uint64_t Loop::Begin() {
  const Clock::time_point now = Clock::now();
  if (begun_ == 0) first_began_ = now;
  exchanges_[begun_].began = now;
  return first_ + begun_++;
}

void Loop::Reached(uint64_t number, Part part) {
  if (number < first_ || number - first_ >= begun_) return;
  Exchange& exchange = exchanges_[number - first_];
  if ((exchange.parts & part) != 0) return;  // a broker may say it twice
  exchange.parts |= part;
  if (exchange.parts != kBoth) return;
  last_ended_ = Clock::now();
  exchange.took_us =
      std::chrono::duration<double, std::micro>(last_ended_ - exchange.began).count();
  ++ended_;
}

double Loop::PerSecond() const {
  const double seconds = std::chrono::duration<double>(last_ended_ - first_began_).count();
  return seconds > 0 ? static_cast<double>(ended_) / seconds : 0;
}

double Loop::Percentile(double part) const {
  std::vector<double> sorted;
  for (const Exchange& exchange : exchanges_) sorted.push_back(exchange.took_us);
  if (sorted.empty()) return 0;
  std::sort(sorted.begin(), sorted.end());
  return sorted[static_cast<size_t>(part * static_cast<double>(sorted.size() - 1))];
}

}  // namespace rogatoria::compare
