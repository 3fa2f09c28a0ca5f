// The hashes of the log's tree: RFC 6962 section 2.1 with SHA-256.
//
//   leaf      SHA-256(0x00 || data)
//   node      SHA-256(0x01 || left || right)
//   no leaf   SHA-256("")
//
// The first byte keeps a leaf from being passed off as a node. Pure and thread-safe; nothing is
// allocated for a hash.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria::merkle {

// 32 bytes that are a hash of this tree and not any other string of bytes.
struct Hash {
  static constexpr size_t kSize = 32;

  std::array<uint8_t, kSize> bytes{};

  // INVALID_ARGUMENT unless `raw` is 32 bytes.
  static absl::StatusOr<Hash> FromBytes(absl::string_view raw);
  // INVALID_ARGUMENT unless `base64` is the one text of 32 bytes.
  static absl::StatusOr<Hash> FromBase64(absl::string_view base64);

  absl::string_view view() const;  // lives as long as this object
  std::string ToHex() const;
  std::string ToBase64() const;

  friend auto operator<=>(const Hash&, const Hash&) = default;
};

Hash LeafHash(absl::string_view data);
Hash NodeHash(const Hash& left, const Hash& right);
Hash EmptyRoot();

}  // namespace rogatoria::merkle
