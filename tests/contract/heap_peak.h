// The most that this program had on the heap at one time, all threads together, above what it had
// when one of these was made: also what was given back since. One at a time.
#pragma once

#include <cstddef>

namespace rogatoria {

class HeapPeak {
 public:
  HeapPeak();
  HeapPeak(const HeapPeak&) = delete;
  HeapPeak& operator=(const HeapPeak&) = delete;

  size_t bytes() const;

 private:
  const size_t before_;
};

}  // namespace rogatoria
