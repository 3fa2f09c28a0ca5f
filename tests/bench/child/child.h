// A load in a process of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "absl/status/statusor.h"

namespace rogatoria::bench {

// This program with other arguments, its standard input and output ours; it stands for
// other machines.
class Child {
 public:
  static absl::StatusOr<std::unique_ptr<Child>> Start(const std::vector<std::string>& arguments);
  ~Child();
  // Its next line.
  std::string ReadLine();
  // Ends its input and waits for it; the last line it printed.
  std::string Stop();

 private:
  pid_t pid_ = 0;
  int to_child_ = -1;
  int from_child_ = -1;
};

}  // namespace rogatoria::bench
