#include "common/client/json_text.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/base/sentence.h"

namespace rogatoria::client {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

// Lines and columns from 1; columns count characters.
struct Place {
  std::ptrdiff_t line, column;
};
Place PlaceAt(absl::string_view text, size_t offset) {
  const absl::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t newline = before.rfind('\n');
  const absl::string_view last =
      newline == absl::string_view::npos ? before : before.substr(newline + 1);
  const auto column = 1 + std::count_if(last.begin(), last.end(), [](char c) {
                        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
                      });
  return {line, column};
}

absl::Status Fault(absl::string_view text, size_t offset, const Said& what) {
  const Place at = PlaceAt(text, offset);
  return Failure(absl::StatusCode::kInvalidArgument, Sentence::AT_PLACE, at.line, at.column, what);
}

// Goes through the text and tells how far the parser has read.
class Reader {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Reader(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  Reader& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  Reader operator++(int) {
    Reader before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Reader& other) const { return at_ == other.at_; }
  bool operator!=(const Reader& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

// Where the text begins whose closing quote was just read.
size_t OpeningQuote(absl::string_view text, size_t end) {
  size_t at = end - 1;
  do {
    at = text.rfind('"', at - 1);
    size_t escapes = 0;
    while (escapes < at && text[at - 1 - escapes] == '\\') ++escapes;
    if (escapes % 2 == 0) return at;
  } while (at > 0);
  return at;
}

// Where the number begins behind which the parser stopped, one character too far unless at the end.
size_t NumberBegin(absl::string_view text, size_t end) {
  const auto is_of_number = [](char c) {
    return absl::StrContains("+-.eE", c) || absl::ascii_isdigit(static_cast<unsigned char>(c));
  };
  if (end > 0 && !is_of_number(text[end - 1])) --end;
  while (end > 0 && is_of_number(text[end - 1])) --end;
  return end;
}

// Notices the first key that stands twice in one object.
class DuplicateKeys {
 public:
  explicit DuplicateKeys(absl::string_view text) : text_(text), reached_(text.data()) {}

  Reader begin() { return {text_.data(), &reached_}; }
  Reader end() { return {text_.data() + text_.size(), &reached_}; }
  const absl::Status& status() const { return status_; }
  size_t reached() const { return static_cast<size_t>(reached_ - text_.data()); }

  bool See(nlohmann::json::parse_event_t event, const nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) open_.emplace_back();
    if (event == Event::object_end) open_.pop_back();
    if (event == Event::key) SeeKey(parsed.get<std::string>());
    return true;
  }

 private:
  void SeeKey(const std::string& key) {
    if (open_.back().insert(key).second || !status_.ok()) return;
    status_ = Fault(text_, OpeningQuote(text_, reached()), Said(Sentence::JSON_KEY_ONCE, key));
  }

  absl::string_view text_;
  const char* reached_;
  std::vector<std::set<std::string>> open_;
  absl::Status status_;
};

// What the parser would take for nothing and JSON has not: another mark, and a NUL, behind which it
// would not even read.
size_t Stranger(absl::string_view text) {
  return absl::StartsWith(text, kByteOrderMark) ? 0 : text.find('\0');
}

}  // namespace

absl::string_view WithoutByteOrderMark(absl::string_view text) {
  return absl::StripPrefix(text, kByteOrderMark);
}

absl::StatusOr<nlohmann::json> ParseJsonObject(absl::string_view text) {
  text = WithoutByteOrderMark(text);
  const size_t stranger = Stranger(text);
  if (stranger != absl::string_view::npos) {
    return Fault(text, stranger, Said(Sentence::JSON_OBJECT_WHOLE));
  }
  DuplicateKeys keys(text);
  try {
    nlohmann::json root = nlohmann::json::parse(
        keys.begin(),
        keys.end(),
        [&](int, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
          return keys.See(event, parsed);
        });
    if (!keys.status().ok()) return keys.status();
    if (root.is_object()) return root;
    return Fault(text, 0, Said(Sentence::JSON_OBJECT));
  } catch (const nlohmann::json::parse_error& error) {
    return Fault(text, error.byte == 0 ? 0 : error.byte - 1, Said(Sentence::JSON_OBJECT_WHOLE));
  } catch (const nlohmann::json::out_of_range&) {
    return Fault(text, NumberBegin(text, keys.reached()), Said(Sentence::JSON_NUMBER));
  }
}

}  // namespace rogatoria::client
