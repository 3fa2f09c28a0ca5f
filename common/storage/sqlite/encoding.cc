#include "common/storage/sqlite/encoding.h"

#include "common/base/status_macros.h"

namespace rogatoria::sqlite {
namespace {

constexpr size_t kLengthBytes = 4;

void AppendLength(size_t length, Bytes& bytes) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(length >> shift & 0xff));
  }
}

size_t DecodeLength(absl::string_view bytes) {
  size_t length = 0;
  for (char c : bytes.substr(0, kLengthBytes)) length = length << 8 | static_cast<unsigned char>(c);
  return length;
}

}  // namespace

Bytes EncodeList(const std::vector<std::string>& items) {
  Bytes bytes;
  for (const std::string& item : items) {
    AppendLength(item.size(), bytes);
    bytes += item;
  }
  return bytes;
}

absl::StatusOr<std::vector<std::string>> DecodeList(absl::string_view bytes) {
  std::vector<std::string> items;
  while (!bytes.empty()) {
    if (bytes.size() < kLengthBytes) return absl::DataLossError("list ends in a length");
    const size_t length = DecodeLength(bytes);
    bytes.remove_prefix(kLengthBytes);
    if (bytes.size() < length) return absl::DataLossError("list ends in an item");
    items.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return items;
}

Bytes EncodeHashes(const std::vector<merkle::Hash>& hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * merkle::Hash::kSize);
  for (const merkle::Hash& hash : hashes) {
    bytes.append(hash.view().data(), hash.view().size());
  }
  return bytes;
}

absl::StatusOr<std::vector<merkle::Hash>> DecodeHashes(absl::string_view bytes) {
  if (bytes.size() % merkle::Hash::kSize != 0) return absl::DataLossError("hashes are cut off");
  std::vector<merkle::Hash> hashes;
  for (; !bytes.empty(); bytes.remove_prefix(merkle::Hash::kSize)) {
    ROG_ASSIGN_OR_RETURN(hashes.emplace_back(),
                         merkle::Hash::FromBytes(bytes.substr(0, merkle::Hash::kSize)));
  }
  return hashes;
}

}  // namespace rogatoria::sqlite
