#include "common/merkle/hash.h"

#include <cstring>
#include <initializer_list>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria::merkle {
namespace {

constexpr absl::string_view kLeafPrefix("\0", 1);
constexpr absl::string_view kNodePrefix("\1", 1);

Hash HashOf(std::initializer_list<absl::string_view> parts) {
  Hash hash;
  Sha256Into(parts, hash.bytes.data());
  return hash;
}

}  // namespace

absl::StatusOr<Hash> Hash::FromBytes(absl::string_view raw) {
  if (raw.size() != kSize) return absl::InvalidArgumentError("a hash has 32 bytes");
  Hash hash;
  std::memcpy(hash.bytes.data(), raw.data(), kSize);
  return hash;
}

absl::StatusOr<Hash> Hash::FromBase64(absl::string_view base64) {
  ROG_ASSIGN_OR_RETURN(const Bytes raw, rogatoria::FromBase64(base64));
  return FromBytes(raw);
}

absl::string_view Hash::view() const {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string Hash::ToHex() const {
  return rogatoria::ToHex(view());
}

std::string Hash::ToBase64() const {
  return rogatoria::ToBase64(view());
}

Hash LeafHash(absl::string_view data) {
  return HashOf({kLeafPrefix, data});
}

Hash NodeHash(const Hash& left, const Hash& right) {
  return HashOf({kNodePrefix, left.view(), right.view()});
}

Hash EmptyRoot() {
  return HashOf({});
}

}  // namespace rogatoria::merkle
