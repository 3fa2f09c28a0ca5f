#include "common/client/json_places.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/client/json_text.h"

namespace rogatoria::client {
namespace {

// Deeper values have no place: their paths would be longer than the file.
constexpr size_t kMaxDepth = 32;

// Goes through the text once. Lives for one call.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  std::map<std::string, ActFilePlace> Scan() {
    while (at_ < text_.size()) Token(text_[at_]);
    return std::move(places_);
  }

 private:
  // An object or a list that is open, and where in it one is.
  struct Level {
    bool list;
    bool key_next;
    size_t index;
    std::string path, key;
  };

  void Token(char c) {
    if (c == '{' || c == '[') {
      Open(c == '[');
    } else if (c == '}' || c == ']') {
      if (!levels_.empty()) levels_.pop_back();
      Step();
    } else if (c == ',') {
      Next();
    } else if (c == '"') {
      Text();
    } else if (absl::StrContains(" \t\r\n:", c)) {
      Step();
    } else {
      Note();
      while (at_ < text_.size() && !absl::StrContains(" \t\r\n,]}", text_[at_])) Step();
    }
  }

  void Open(bool list) {
    const std::string path = Note();
    levels_.push_back({list, !list, 0, path, ""});
    Step();
  }

  void Next() {
    Step();
    if (levels_.empty()) return;
    Level& level = levels_.back();
    if (level.list) ++level.index;
    level.key_next = !level.list;
  }

  // A key, or a value.
  void Text() {
    const bool key = !levels_.empty() && levels_.back().key_next;
    if (!key) Note();
    const size_t begin = at_;
    Step();
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\') Step();
      Step();
    }
    Step();
    if (!key) return;
    const auto read = nlohmann::json::parse(
        text_.substr(begin, at_ - begin), nullptr, /*allow_exceptions=*/false);
    levels_.back().key = read.is_string() ? read.get<std::string>() : "";
    levels_.back().key_next = false;
  }

  // The path of the value that begins here; "" below the depth.
  std::string Note() {
    if (levels_.size() > kMaxDepth) return "";
    std::string path;
    if (!levels_.empty()) {
      const Level& level = levels_.back();
      path = level.list           ? absl::StrCat(level.path, "[", level.index, "]")
             : level.path.empty() ? level.key
                                  : absl::StrCat(level.path, ".", level.key);
    }
    places_[path] = {line_, column_};
    return path;
  }

  // Columns count characters, not bytes.
  void Step() {
    if (at_ >= text_.size()) return;
    const bool new_line = text_[at_] == '\n';
    ++at_;
    const bool inside_character =
        at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xc0) == 0x80;
    if (new_line) ++line_;
    column_ = new_line ? 1 : column_ + (inside_character ? 0 : 1);
  }

  absl::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1, column_ = 1;
  std::vector<Level> levels_;
  std::map<std::string, ActFilePlace> places_;
};

}  // namespace

std::map<std::string, ActFilePlace> PlacesInJson(absl::string_view text) {
  return Scanner(WithoutByteOrderMark(text)).Scan();
}

}  // namespace rogatoria::client
