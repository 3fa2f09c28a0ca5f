// CheckTexts of load.h.
#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "common/directory/load.h"
#include "common/directory/problems.h"
#include "common/model/wire.h"

namespace rogatoria {
namespace {

// Of the UTF-8 character that the text begins with; 0 when it begins with none.
size_t CharacterLength(absl::string_view text) {
  for (size_t length = 1; length <= std::min<size_t>(4, text.size()); ++length) {
    if (wire::IsUtf8(text.substr(0, length))) return length;
  }
  return 0;
}

// Columns count characters, as those of the TOML reader do.
std::optional<Place> FindBadByte(const DirectoryFile& file) {
  if (wire::IsUtf8(file.content)) return std::nullopt;
  Place place{file.name, 1, 1};
  absl::string_view rest = file.content;
  while (const size_t length = CharacterLength(rest)) {
    const bool ends_line = rest.front() == '\n';
    place.line += ends_line ? 1 : 0;
    place.column = ends_line ? 1 : place.column + 1;
    rest.remove_prefix(length);
  }
  return place;
}

}  // namespace

absl::Status CheckTexts(absl::Span<const DirectoryFile> files) {
  Problems problems;
  for (const DirectoryFile& file : files) {
    if (!wire::IsUtf8(file.name)) {
      problems.Add(Place{absl::CHexEscape(file.name), 1, 1},
                   "the file's name is not UTF-8",
                   "a name in UTF-8 is accepted");
    } else if (const auto place = FindBadByte(file)) {
      problems.Add(*place, "the text is not UTF-8 from here on", "text in UTF-8 is accepted");
    }
  }
  return problems.ToStatus();
}

}  // namespace rogatoria
