// What an office keeps on its own disk, encrypted at rest: small records with names, under one key
// that only the office's sealing keys open.
//
//   ROG_ASSIGN_OR_RETURN(auto folder, EncryptedFolder::Open(profile.state, sealing));
//   ROG_RETURN_IF_ERROR(folder->Write("agent/jobs/0193...", job));
//
// The key lies in `folder.key`, sealed to the certificates of the profile (common/crypto/seal.h),
// twice, so that one damaged file loses nothing. When the profile's certificates change it is
// sealed anew: as long as one key of before is there at that time, everything stays readable. A
// record is one file, AES-256-GCM with its name bound to it: a file that was moved, changed or cut
// does not open, and keeps no other. The names of files are not secret: ids only.
//
// Against a stolen disk or backup. Not against who holds the sealing keys, and not against old
// files put back in place of new ones. Thread-safe, also across processes.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/client/profile.h"
#include "common/crypto/secret.h"

namespace rogatoria::client {

class EncryptedFolder {
 public:
  // Makes folder and key where there are none. FIELD_REQUIRED without keys; FOLDER_KEY_UNUSABLE
  // when neither copy of the key opens with one of `sealing`.
  static absl::StatusOr<std::unique_ptr<EncryptedFolder>> Open(std::string folder,
                                                               const std::vector<KeyPair>& sealing);

  // Names are paths below the folder, of letters, digits and `._-`, as "agent/jobs/17"; the folders
  // in them are made. FIELD_INVALID for others.

  // Durable when it returns OK: after a crash there is the old record or the new one, whole.
  absl::Status Write(const std::string& name, absl::string_view clear) const;
  // NOT_FOUND; KEPT_FILE_DAMAGED, naming the file.
  absl::StatusOr<Bytes> Read(const std::string& name) const;
  bool Holds(const std::string& name) const;
  // Durable. None is no error.
  absl::Status Remove(const std::string& name) const;
  // The names right below a folder ("agent/jobs"), sorted; not of records that are being written.
  std::vector<std::string> List(const std::string& below) const;

  // The same for what is kept in another form than whole small files (encrypted_file.h).
  Bytes Encrypt(absl::string_view name, absl::string_view clear) const;
  // KEPT_FILE_DAMAGED, with `name` as its field.
  absl::StatusOr<Bytes> Decrypt(absl::string_view name, absl::string_view box) const;
  std::string PathOf(const std::string& name) const { return folder_ + "/" + name; }
  const std::string& folder() const { return folder_; }

 private:
  EncryptedFolder(std::string folder, SecretBytes key)
      : folder_(std::move(folder)), key_(std::move(key)) {}

  const std::string folder_;
  const SecretBytes key_;
};

// Whether a name is one of those above.
bool IsRecordName(absl::string_view name);
// KEPT_FILE_DAMAGED of this file.
absl::Status KeptFileDamaged(absl::string_view path);

}  // namespace rogatoria::client
