// Which bytes of a document were given to somebody: spans, joined where they touch. Bounded: of one
// who picks bytes here and there some are forgotten, so that what is covered was given for certain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace rogatoria::documents {

class ByteSpans {
 public:
  // From `begin` up to `end`, which is not one of them.
  void Add(uint64_t begin, uint64_t end);
  // Whether nothing below `size` is missing.
  bool Covers(uint64_t size) const;

 private:
  static constexpr size_t kMost = 64;

  std::map<uint64_t, uint64_t> spans_;  // begin and end; none touches another
};

}  // namespace rogatoria::documents
