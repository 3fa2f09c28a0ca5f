// Line texts: what evidence, audit records and leaves are written in. A first line, then lines of
// `name value` in a fixed order, each ended by one line feed. A value is printable ASCII without
// spaces; `-` stands for none. Internal to common/model.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria::line_text {

// An empty value is written as `-`.
void AppendLine(absl::string_view name, absl::string_view value, Bytes& out);

// Printable ASCII without spaces; all other bytes, `%` and a lone `-` as %XX. One value has one
// text.
std::string Escape(absl::string_view value);
// False for anything that Escape would not have written.
bool Unescape(absl::string_view text, std::string& value);

// 0 ... 2^64 - 1, without sign or leading zeros.
bool ParseNumber(absl::string_view text, uint64_t& value);

bool IsSha256Hex(absl::string_view text);

// INVALID_ARGUMENT (MALFORMED_MESSAGE) naming the line.
absl::Status LineError(absl::string_view name, absl::string_view accepted);

// Takes lines off a text, one by one.
class Reader {
 public:
  explicit Reader(absl::string_view text) : rest_(text) {}

  absl::Status TakeFirstLine(absl::string_view expected);
  // The value of the line `name`, empty for `-`.
  absl::Status TakeValue(absl::string_view name, absl::string_view& value);
  bool AtEnd() const { return rest_.empty(); }
  absl::Status ExpectEnd() const;

 private:
  bool TakeLine(absl::string_view& line);

  absl::string_view rest_;
};

}  // namespace rogatoria::line_text
