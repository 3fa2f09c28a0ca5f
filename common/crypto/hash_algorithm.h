// The hashes that signatures may be over.
#pragma once

#include "absl/strings/string_view.h"

namespace rogatoria {

enum class HashAlgorithm { kSha256, kSha384, kSha512 };

// As programs name it: SHA-256.
inline absl::string_view HashAlgorithmName(HashAlgorithm hash) {
  constexpr absl::string_view kNames[] = {"SHA-256", "SHA-384", "SHA-512"};
  return kNames[static_cast<int>(hash)];
}

}  // namespace rogatoria
