// The calls of this process that carry a chunk of a document: counted, slowed down as by a bad
// line, and robbed of their answers as by one that is cut.
#pragma once

#include <atomic>

namespace rogatoria {

extern std::atomic<int> chunks_sent;
extern std::atomic<int> chunks_read;
extern std::atomic<int> chunk_takes_ms;
extern std::atomic<int> answers_to_lose;  // to chunks that are sent

// Whether all this is so.
extern const bool kCounting;

}  // namespace rogatoria
