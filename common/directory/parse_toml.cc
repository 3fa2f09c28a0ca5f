#include "common/directory/parse_toml.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace rogatoria {
namespace {

// Walks a text just far enough to tell dots between the parts of keys from dots in strings and
// comments. What is no TOML at all is left for the parser to say.
class KeyCounter {
 public:
  explicit KeyCounter(absl::string_view text) : rest_(text) {}

  // Where a key has more than the allowed parts, or a value stands too deep.
  std::optional<toml::source_position> FindTooDeep() {
    while (!rest_.empty()) {
      if (rest_[0] == '#') {
        SkipComment();
      } else if (rest_[0] == '"' || rest_[0] == '\'') {
        SkipString(rest_[0]);
      } else if (CountPart(rest_[0]) > kMaxTomlKeyParts ||
                 CountNesting(rest_[0]) > kMaxTomlNesting) {
        return place_;
      } else {
        Skip(1);
      }
    }
    return std::nullopt;
  }

 private:
  // Parts so far of what may be a key: anything that cannot stand in one begins anew.
  int CountPart(char c) {
    if (c == '.') return ++parts_;
    if (absl::string_view("\n=,[]{}").find(c) != absl::string_view::npos) parts_ = 1;
    return parts_;
  }

  int CountNesting(char c) {
    if (c == '[' || c == '{') ++nesting_;
    if (c == ']' || c == '}') --nesting_;
    return nesting_;
  }

  void Skip(size_t count) {
    for (char c : rest_.substr(0, count)) {
      ++place_.column;
      if (c != '\n') continue;
      ++place_.line;
      place_.column = 1;
    }
    rest_.remove_prefix(std::min(count, rest_.size()));
  }

  void SkipComment() { Skip(std::min(rest_.find('\n'), rest_.size())); }

  void SkipString(char quote) {
    const std::string three(3, quote);
    const bool long_one = absl::StartsWith(rest_, three);
    const absl::string_view end = long_one ? absl::string_view(three) : rest_.substr(0, 1);
    Skip(end.size());
    while (!rest_.empty() && !absl::StartsWith(rest_, end)) {
      if (!long_one && rest_[0] == '\n') return;  // not closed
      Skip(quote == '"' && rest_[0] == '\\' ? 2 : 1);
    }
    Skip(end.size());
  }

  absl::string_view rest_;
  toml::source_position place_{1, 1};
  int parts_ = 1;
  int nesting_ = 0;
};

}  // namespace

toml::table ParseToml(std::string_view text, std::string_view name) {
  if (const auto place = KeyCounter({text.data(), text.size()}).FindTooDeep()) {
    throw toml::parse_error("a key of too many parts, or values too deep in one another",
                            {*place, *place, std::make_shared<const std::string>(name)});
  }
  return toml::parse(text, name);
}

}  // namespace rogatoria
