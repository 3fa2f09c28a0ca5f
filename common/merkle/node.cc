#include "common/merkle/node.h"

#include <bit>

#include "absl/status/status.h"

namespace rogatoria::merkle {

uint64_t RowOf(NodeId id) {
  return ((id.index + 1) << id.level) - 1;
}

size_t OffsetInRow(NodeId id) {
  return static_cast<size_t>(id.level) * Hash::kSize;
}

int HashesInRow(uint64_t leaf) {
  return std::countr_zero(leaf + 1) + 1;
}

Bytes EncodeRow(absl::Span<const Hash> row) {
  Bytes bytes;
  bytes.reserve(row.size() * Hash::kSize);
  for (const Hash& hash : row) bytes.append(hash.view().data(), Hash::kSize);
  return bytes;
}

absl::StatusOr<Hash> HashInRow(absl::string_view row, NodeId id) {
  const auto hashes = static_cast<size_t>(HashesInRow(RowOf(id)));
  if (row.size() != hashes * Hash::kSize) {
    return absl::DataLossError("a log row has not the length that its index asks for");
  }
  return Hash::FromBytes(row.substr(OffsetInRow(id), Hash::kSize));
}

NodeReader ReaderOf(const NodeMap& nodes) {
  return [&nodes](NodeId id) -> absl::StatusOr<Hash> {
    const auto found = nodes.find(id);
    if (found == nodes.end()) return absl::NotFoundError("no such node of the log's tree here");
    return found->second;
  };
}

}  // namespace rogatoria::merkle
