// A disk without room, for the files of this process: while one of these lives, fsync(2) of a file
// whose path has a text in it fails with ENOSPC, as it does where the system gives room late.
#pragma once

#include <string>

namespace rogatoria {

class FullDisk {
 public:
  explicit FullDisk(const std::string& in_path);
  ~FullDisk();
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
};

}  // namespace rogatoria
