// A long file encrypted at rest, written and read in pieces, so that memory stays flat: documents
// of an encrypted folder (encrypted_folder.h).
//
//   file  = piece *piece       each 1 MiB of clear text but for the last, 28 bytes longer encrypted
//   piece = AES-256-GCM, with the file's name, the piece's number and whether it is the last bound
//           to it: pieces that are missing, doubled, or of another file do not open
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/client/encrypted_folder.h"

namespace rogatoria::client {

class EncryptedFileWriter {
 public:
  // `name` as of a record. `folder` must remain live. What an earlier writer left of it is dropped;
  // a file of this name stays until Finish.
  static absl::StatusOr<std::unique_ptr<EncryptedFileWriter>> Create(const EncryptedFolder& folder,
                                                                     const std::string& name);
  // Without Finish there is nothing.
  ~EncryptedFileWriter();
  EncryptedFileWriter(const EncryptedFileWriter&) = delete;
  EncryptedFileWriter& operator=(const EncryptedFileWriter&) = delete;

  // LOCAL_DISK_FULL.
  absl::Status Append(absl::string_view clear);
  // Durable, and under its name, when it returns OK.
  absl::Status Finish();
  uint64_t size() const { return size_; }  // clear, so far

 private:
  EncryptedFileWriter(const EncryptedFolder& folder, std::string name, int file)
      : folder_(folder), name_(std::move(name)), file_(file) {}
  std::string Unfinished() const;
  absl::Status WritePiece(bool last);

  const EncryptedFolder& folder_;
  const std::string name_;
  int file_;
  Bytes piece_;
  uint64_t pieces_ = 0;
  uint64_t size_ = 0;
};

class EncryptedFileReader {
 public:
  // NOT_FOUND; KEPT_FILE_DAMAGED when its length is none. `folder` must remain live.
  static absl::StatusOr<std::unique_ptr<EncryptedFileReader>> Open(const EncryptedFolder& folder,
                                                                   const std::string& name);
  ~EncryptedFileReader();
  EncryptedFileReader(const EncryptedFileReader&) = delete;
  EncryptedFileReader& operator=(const EncryptedFileReader&) = delete;

  uint64_t size() const { return size_; }  // clear
  // Up to `most` bytes from `offset`, at most to the end of the piece; empty at the end of the file
  // only. KEPT_FILE_DAMAGED.
  absl::StatusOr<Bytes> Read(uint64_t offset, uint64_t most);

 private:
  EncryptedFileReader(const EncryptedFolder& folder, std::string name, int file)
      : folder_(folder), name_(std::move(name)), file_(file) {}
  absl::Status LoadPiece(uint64_t number);

  const EncryptedFolder& folder_;
  const std::string name_;
  const int file_;
  uint64_t size_ = 0;
  uint64_t pieces_ = 0;
  uint64_t loaded_ = UINT64_MAX;  // number of the piece in `piece_`
  Bytes piece_;
};

// Encrypts a file of the disk. FILE_UNREADABLE, LOCAL_DISK_FULL, UPLOAD_SOURCE_CHANGED.
absl::Status EncryptFile(const EncryptedFolder& folder,
                         const std::string& source,
                         const std::string& name);
// Writes the clear text to a new file, mode 0600, durable; nothing when it is damaged.
// FIELD_INVALID when there is such a file.
absl::Status DecryptFile(const EncryptedFolder& folder,
                         const std::string& name,
                         const std::string& target);

}  // namespace rogatoria::client
