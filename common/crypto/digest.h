// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104): the digests of headers, bodies and leaves, and
// the salted commitments (docs/formats/seal.md).
//
// Free functions are thread-safe and reuse per-thread state, so that thousands of calls a second
// cost the hashing only. They stop the process if the library cannot hash: nothing safe can go on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

struct evp_mac_ctx_st;
struct evp_md_ctx_st;

namespace rogatoria {

inline constexpr size_t kSha256Bytes = 32;

// 32 bytes.
Bytes Sha256(absl::string_view data);

// The digest of the parts put together, without putting them together: {prefix, left, right}.
Bytes Sha256(std::initializer_list<absl::string_view> parts);
// The same into the caller's 32 bytes, without allocating: for trees of many small hashes.
void Sha256Into(std::initializer_list<absl::string_view> parts, uint8_t* digest);

// 32 bytes. Any key length, the empty one too. Compare results with EqualInConstantTime.
Bytes HmacSha256(absl::string_view key, absl::string_view data);

// SHA-256 of data that comes in pieces. Not thread-safe: one hasher, one thread at a time.
class Sha256Hasher {
 public:
  Sha256Hasher();

  void Update(absl::string_view data);
  // The digest of all that was given; the hasher then starts anew.
  Bytes Finish();

 private:
  struct Deleter {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Deleter> context_;
};

// HMAC-SHA-256 of data that comes in pieces. Not thread-safe: one hasher, one thread at a time.
class HmacHasher {
 public:
  // Any key length, the empty one too.
  explicit HmacHasher(absl::string_view key);

  void Update(absl::string_view data);
  // Of all that was given so far; more may follow.
  Bytes Value() const;

 private:
  struct Deleter {
    void operator()(evp_mac_ctx_st* context) const;
  };
  std::unique_ptr<evp_mac_ctx_st, Deleter> context_;
};

}  // namespace rogatoria
