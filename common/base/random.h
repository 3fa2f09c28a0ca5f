// Unpredictable bytes, injected so that a simulation can replay them from a seed.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/bytes.h"

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

// A version 4 UUID (RFC 9562 section 5.4), 36 lower-case characters.
std::string GenerateUuid(Random& random);

// Whether text is a UUID as GenerateUuid writes it; any version, lower case only.
bool IsUuid(absl::string_view text);

}  // namespace rogatoria
