// The clear text of a document while it comes: a hidden file beside its target, mode 0600, of which
// whole segments survive a cut. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/descriptor.h"
#include "common/crypto/digest.h"
#include "common/crypto/manifest.h"

namespace rogatoria::client {

class OpenedFile {
 public:
  // Takes up what an earlier run left of the same document beside the same target. FILE_UNREADABLE
  // when another program is at it.
  static absl::StatusOr<std::unique_ptr<OpenedFile>> Open(const std::string& target,
                                                          const Manifest& manifest);
  // Room on the disk that what an earlier run left of it has already.
  static uint64_t BytesHere(const std::string& target, const Manifest& manifest);
  OpenedFile(const OpenedFile&) = delete;
  OpenedFile& operator=(const OpenedFile&) = delete;

  // Segments that are there already.
  size_t segments() const { return segments_; }
  // Whether an earlier run wrote some of it.
  bool resumed() const { return resumed_; }
  const std::string& path() const { return path_; }

  absl::Status Append(absl::string_view clear);
  // MANIFEST_MISMATCH unless it is the whole clear text; then fsyncs.
  absl::Status Check();
  // Gives it its name: CheckNewFile (files.h), for hours may have gone by.
  absl::Status Publish();
  void Remove();

 private:
  OpenedFile(std::string target, std::string path, Descriptor file, const Manifest& manifest);
  absl::Status TakeUp();

  const std::string target_;
  const std::string path_;
  const Descriptor file_;
  const Manifest& manifest_;
  HmacHasher hmac_;
  size_t segments_ = 0;
  uint64_t size_ = 0;
  bool resumed_ = false;
};

}  // namespace rogatoria::client
