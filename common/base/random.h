// Unpredictable bytes, injected so that a simulation can replay them from a seed.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/bytes.h"
#include "common/base/clock.h"

namespace rogatoria {

// Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual Bytes Generate(size_t size) = 0;
};

// getrandom(2). Stops the process if the kernel cannot give randomness: nothing safe can go on.
class SystemRandom final : public Random {
 public:
  Bytes Generate(size_t size) override;
};

// A version 7 UUID (RFC 9562 section 5.7), 36 lower-case characters: the millisecond, then 74
// random bits. Ids made one after the other lie side by side in an index (docs/decisions/0011).
// `now` must not be before 1970.
std::string GenerateUuid(Random& random, Instant now);

// The first 16 bytes as a UUID of this version (RFC 9562 section 4): 7, or 8 for one made as its
// maker likes. REQUIRES: 16 bytes or more.
std::string FormatUuid(Bytes bytes, int version);

// Whether text is a UUID as GenerateUuid writes it; any version, lower case only.
bool IsUuid(absl::string_view text);

}  // namespace rogatoria
