#include "common/merkle/batch_nodes.h"

#include <bit>
#include <cstddef>
#include <utility>

namespace rogatoria::merkle {
namespace {

// How many hashes the rows of the first `size` leaves hold: one for every complete subtree.
uint64_t HashesBefore(uint64_t size) {
  return 2 * size - static_cast<uint64_t>(std::popcount(size));
}

}  // namespace

BatchNodes::BatchNodes(Frontier before) : before_(std::move(before)), after_(before_) {}

uint64_t BatchNodes::Append(const Hash& leaf_hash) {
  const uint64_t leaf = after_.size();
  const std::vector<Hash> row = after_.Append(leaf_hash);
  rows_.insert(rows_.end(), row.begin(), row.end());
  return leaf;
}

absl::Span<const Hash> BatchNodes::Row(uint64_t leaf) const {
  const uint64_t begin = HashesBefore(leaf) - HashesBefore(before_.size());
  return absl::MakeConstSpan(rows_).subspan(static_cast<size_t>(begin),
                                            static_cast<size_t>(HashesInRow(leaf)));
}

absl::StatusOr<Hash> BatchNodes::Read(NodeId id) const {
  const uint64_t leaf = RowOf(id);
  if (leaf < old_size() || leaf >= size()) return before_.Read(id);
  return Row(leaf)[static_cast<size_t>(id.level)];
}

NodeReader BatchNodes::Reader() const {
  return [this](NodeId id) { return Read(id); };
}

}  // namespace rogatoria::merkle
