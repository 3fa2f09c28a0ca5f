// What an upload needs to go on after a cut: the key and salt of its sealed object, made once, and
// the digest of each segment of which anything was sent. A file of the office's state folder, mode
// 0600 and on disk before anything that rests on it is sent; kept until the act is recorded.
//
//   rogatoria-upload v1
//   document id at the hub
//   act the request id of the act that is to attach it
//   file its path, for people
//   kek 64 hexadecimal digits
//   salt 64 hexadecimal digits
//   clear-size 20971520
//   chunk-size 1048576
//   segment 64 hexadecimal digits of the sealed segment's SHA-256    (a line for each, as it goes)
//
// One process holds an upload at a time (locked). Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/crypto/secret.h"

namespace rogatoria::client {

// What an upload was begun with.
struct UploadBeginning {
  std::string document_id;
  std::string request_id;  // of the act
  std::string path;
  uint64_t clear_size = 0;
  uint32_t chunk_size = 0;
};

class UploadState {
 public:
  // The state of this upload, made when there is none. UPLOAD_BUSY; UPLOAD_SOURCE_CHANGED when the
  // file had another size.
  static absl::StatusOr<std::unique_ptr<UploadState>> Open(const std::string& state,
                                                           const UploadBeginning& beginning,
                                                           Random& random);
  ~UploadState();
  UploadState(const UploadState&) = delete;
  UploadState& operator=(const UploadState&) = delete;

  // Made by this Open: nothing can have been sent under it.
  bool fresh() const { return fresh_; }
  const SecretBytes& kek() const { return kek_; }
  const Bytes& salt() const { return salt_; }
  uint32_t chunk_size() const { return chunk_size_; }

  // Before anything of a segment is sent. UPLOAD_SOURCE_CHANGED when it was another one then:
  // `number` from 1, each after the one before.
  absl::Status NoteSegment(size_t number, const Bytes& sealed_sha256);

 private:
  UploadState(std::string path, int file) : path_(std::move(path)), file_(file) {}
  absl::Status Load(const std::string& text, uint64_t clear_size);
  absl::Status Begin(const UploadBeginning& beginning, Random& random);
  absl::Status Append(const std::string& text);

  const std::string path_;
  const int file_;
  std::string document_id_;
  bool fresh_ = false;
  SecretBytes kek_;
  Bytes salt_;
  uint32_t chunk_size_ = 0;
  std::vector<Bytes> segments_;
};

// The uploads whose state is here: what each was begun with. Files that are none are left out.
std::vector<UploadBeginning> ListUploads(const std::string& state);

// Removes the state of an upload; none is no error.
void ForgetUpload(const std::string& state, const std::string& document_id);

}  // namespace rogatoria::client
