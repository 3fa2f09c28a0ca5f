#include "common/directory/problems.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace rogatoria {

std::string Place::ToString() const {
  return absl::StrCat(file, ":", line, ":", column);
}

void Problems::Add(const Place& place, absl::string_view what, absl::string_view accepted) {
  lines_.push_back({place, absl::StrCat(what, ", ", accepted)});
}

absl::Status Problems::ToStatus() const {
  if (lines_.empty()) return absl::OkStatus();
  constexpr size_t kMaxShown = 200;  // what still fits into a status on the wire
  std::vector<Problem> sorted = lines_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return a.place < b.place;
  });
  std::string all;
  for (size_t i = 0; i < std::min(sorted.size(), kMaxShown); ++i) {
    absl::StrAppend(&all, "\n", sorted[i].place.ToString(), ": ", sorted[i].text);
  }
  if (sorted.size() > kMaxShown) {
    absl::StrAppend(&all, "\nand ", sorted.size() - kMaxShown, " more");
  }
  return Error(Reason::DIRECTORY_INVALID).Accepted(all);
}

}  // namespace rogatoria
