// The files that the office's programs gave, to be sent with an act: encrypted at rest, each under
// an id of its own, kept for a week after it came and as long as a job names it.
//
// An act is composed from files that can be read. So a document is opened for as long as that
// takes: a small one in memory, a large one on the disk in a file without a name, which no crash
// leaves behind. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/descriptor.h"
#include "common/base/random.h"
#include "common/client/encrypted_file.h"
#include "common/client/encrypted_folder.h"
#include "common/crypto/digest.h"

#include "rogatoria/agent/v1/act.pb.h"

namespace rogatoria::agent {

// FIELD_INVALID unless it is a file's name and no path, of 1 to 255 bytes.
absl::Status CheckFileName(absl::string_view name, absl::string_view field);

class Documents {
 public:
  // `folder` must outlive it.
  explicit Documents(const client::EncryptedFolder& folder) : folder_(folder) {}

  // A document that is coming.
  class Writer {
   public:
    absl::Status Append(absl::string_view bytes);
    // Durable when it returns OK. `id` is what SendRequest names it by.
    absl::StatusOr<v1::DocumentInfo> Finish();
    const std::string& id() const { return id_; }

   private:
    friend class Documents;
    const client::EncryptedFolder* folder_ = nullptr;
    std::string id_;
    v1::DocumentInfo info_;
    Sha256Hasher sha256_;
    std::unique_ptr<client::EncryptedFileWriter> file_;
  };
  absl::StatusOr<Writer> Begin(const std::string& name) const;
  // The whole of it at once; gives the id.
  absl::StatusOr<std::string> Put(const std::string& name, absl::string_view content) const;
  // A file of the disk, and no link to one; gives the id.
  absl::StatusOr<std::string> PutFile(const std::string& name, const std::string& path) const;

  // Name, size and digest, also for a week after the bytes are gone. DOCUMENT_NOT_FOUND.
  absl::StatusOr<v1::DocumentInfo> Find(const std::string& id) const;
  // The clear text, from its beginning. DOCUMENT_NOT_FOUND.
  absl::StatusOr<Descriptor> OpenClear(const std::string& id) const;
  // Whether its bytes are.
  bool IsHere(const std::string& id) const;
  // Removes the bytes; none is no error.
  void Forget(const std::string& id) const;
  // Removes what is older than a week and not in `named`.
  void Collect(const std::set<std::string>& named) const;

 private:
  const client::EncryptedFolder& folder_;
};

// Bytes as a file that can be read by its path (PathOfOpen) and has no name.
absl::StatusOr<Descriptor> ClearInMemory(absl::string_view content);
// /proc/self/fd/7.
std::string PathOfOpen(const Descriptor& file);

}  // namespace rogatoria::agent
