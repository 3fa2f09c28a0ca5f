// What is wrong in a set of directory files: all of it, with its place. Internal to
// common/directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace rogatoria {

struct Place {
  std::string file;
  uint32_t line = 1;
  uint32_t column = 1;

  std::string ToString() const;  // authorities/pt-pgr.toml:12:3
  auto operator<=>(const Place&) const = default;
};

class Problems {
 public:
  void Add(const Place& place, absl::string_view what, absl::string_view accepted);

  bool empty() const { return lines_.empty(); }
  // OK without problems; else DIRECTORY_INVALID with one line each, by file and line. Very long
  // lists are cut, and say so.
  absl::Status ToStatus() const;

 private:
  struct Problem {
    Place place;
    std::string text;
  };
  std::vector<Problem> lines_;
};

}  // namespace rogatoria
