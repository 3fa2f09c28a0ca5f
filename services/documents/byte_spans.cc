#include "services/documents/byte_spans.h"

#include <algorithm>
#include <iterator>

namespace rogatoria::documents {

void ByteSpans::Add(uint64_t begin, uint64_t end) {
  if (begin >= end) return;
  auto touched = spans_.upper_bound(begin);
  if (touched != spans_.begin() && std::prev(touched)->second >= begin) --touched;
  while (touched != spans_.end() && touched->first <= end) {
    begin = std::min(begin, touched->first);
    end = std::max(end, touched->second);
    touched = spans_.erase(touched);
  }
  if (spans_.size() < kMost) spans_[begin] = end;
}

bool ByteSpans::Covers(uint64_t size) const {
  return !spans_.empty() && spans_.begin()->first == 0 && spans_.begin()->second >= size;
}

}  // namespace rogatoria::documents
