#include "tests/contract/heap_peak.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace rogatoria {
namespace {

std::atomic<size_t> held = 0, most = 0;

void* Take(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  const size_t now = held += malloc_usable_size(memory);
  size_t before = most;
  while (now > before && !most.compare_exchange_weak(before, now)) {
  }
  return memory;
}

void GiveBack(void* memory) {
  if (memory == nullptr) return;
  held -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

HeapPeak::HeapPeak() : before_(held) {
  most = before_;
}

size_t HeapPeak::bytes() const {
  return most - before_;
}

}  // namespace rogatoria

// In the place of the C++ library's, for this program alone. A sanitizer's other forms do not call
// these, so that the one that std::stable_sort uses is here too.
void* operator new(size_t size) {
  return rogatoria::Take(std::malloc(size == 0 ? 1 : size));
}

void* operator new(size_t size, const std::nothrow_t&) noexcept {
  try {
    return ::operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void operator delete(void* memory) noexcept {
  rogatoria::GiveBack(memory);
}

void operator delete(void* memory, size_t) noexcept {
  rogatoria::GiveBack(memory);
}
