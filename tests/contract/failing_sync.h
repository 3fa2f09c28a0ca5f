// A disk that fails to keep what was written: while one of these lives, the next sync (fdatasync(2)
// or fsync(2)) of a path with this end fails with EIO, once, and those after it do well, as Linux
// does it.
#pragma once

#include <string>

namespace rogatoria {

class FailingSync {
 public:
  explicit FailingSync(const std::string& path_end);
  ~FailingSync();
  FailingSync(const FailingSync&) = delete;
  FailingSync& operator=(const FailingSync&) = delete;

  bool failed() const;
};

}  // namespace rogatoria
