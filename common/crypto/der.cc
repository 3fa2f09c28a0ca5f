#include "common/crypto/der.h"

#include <optional>

namespace rogatoria {
namespace {

constexpr int kMaxNesting = 16;
constexpr uint8_t kConstructed = 0x20;
constexpr uint8_t kHighTag = 0x1f;
constexpr uint8_t kIndefinite = 0x80;

struct Extent {
  size_t header = 0;
  size_t content = 0;
  size_t trailer = 0;
  size_t total() const { return header + content + trailer; }
};

uint8_t ByteAt(absl::string_view bytes, size_t index) {
  return static_cast<uint8_t>(bytes[index]);
}

// The long form: at most four bytes, no leading zero, nothing that the short form could say.
std::optional<Extent> LongForm(absl::string_view bytes) {
  const size_t count = ByteAt(bytes, 1) & 0x7fU;
  if (count == 0 || count > 4 || bytes.size() < 2 + count) return std::nullopt;
  size_t size = 0;
  for (size_t i = 0; i < count; ++i) size = (size << 8) | ByteAt(bytes, 2 + i);
  if (ByteAt(bytes, 2) == 0 || size < 0x80) return std::nullopt;
  return Extent{2 + count, size, 0};
}

std::optional<Extent> Measure(absl::string_view bytes, bool allow_indefinite, int depth);

// An open length ends with two zero bytes after its children.
std::optional<Extent> OpenForm(absl::string_view bytes, int depth) {
  size_t at = 2;
  while (bytes.size() >= at + 2) {
    if (ByteAt(bytes, at) == 0 && ByteAt(bytes, at + 1) == 0) return Extent{2, at - 2, 2};
    const auto child = Measure(bytes.substr(at), true, depth + 1);
    if (!child.has_value()) return std::nullopt;
    at += child->total();
  }
  return std::nullopt;
}

std::optional<Extent> Measure(absl::string_view bytes, bool allow_indefinite, int depth) {
  if (bytes.size() < 2 || depth > kMaxNesting) return std::nullopt;
  const uint8_t tag = ByteAt(bytes, 0);
  const uint8_t length = ByteAt(bytes, 1);
  if ((tag & kHighTag) == kHighTag) return std::nullopt;
  std::optional<Extent> extent;
  if (length == kIndefinite) {
    if (!allow_indefinite || (tag & kConstructed) == 0) return std::nullopt;
    extent = OpenForm(bytes, depth);
  } else {
    extent = length < kIndefinite ? Extent{2, length, 0} : LongForm(bytes);
  }
  if (!extent.has_value() || extent->total() > bytes.size()) return std::nullopt;
  return extent;
}

}  // namespace

DerElement DerReader::Next(uint8_t tag) {
  if (!NextIs(tag)) {
    failed_ = true;
    return {};
  }
  const auto extent = Measure(rest_, lengths_ == Lengths::kAllowIndefinite, 0);
  if (!extent.has_value()) {
    failed_ = true;
    return {};
  }
  const DerElement element{rest_.substr(0, extent->total()),
                           rest_.substr(extent->header, extent->content)};
  rest_.remove_prefix(extent->total());
  return element;
}

DerReader DerReader::Enter(uint8_t tag) {
  DerReader inner(Next(tag).content, lengths_);
  inner.failed_ = failed_;
  return inner;
}

bool DerReader::NextIs(uint8_t tag) const {
  return !failed_ && !rest_.empty() && static_cast<uint8_t>(rest_[0]) == tag;
}

}  // namespace rogatoria
