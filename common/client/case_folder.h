// The office's local case folder: every act that it received or sent, on its own disk, encrypted at
// rest (encrypted_folder.h), found by case, counterpart, day and words.
//
//   ROG_ASSIGN_OR_RETURN(auto folder, CaseFolder::Open(profile.state, profile.authority, sealing));
//   ROG_RETURN_IF_ERROR(folder->Keep(act));
//   FoundCases found = folder->Find({.counterpart = "co-fgn"});
//
// Below `<state>/cases`: `acts/` one file an act (kept_act.h), `documents/` those that were fetched
// and kept, `index` what makes finding quick. The acts are the truth: the index is made again from
// them when it is missing, and a damaged file is told of and keeps no other. Acts of earlier
// versions (`<state>/inbox/*.act`) are taken over when the folder is opened. Thread-safe, and
// several programs may use one folder.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/client/case_search.h"
#include "common/client/encrypted_file.h"
#include "common/client/encrypted_folder.h"
#include "common/client/kept_act.h"
#include "common/client/profile.h"
#include "common/crypto/secret.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

// A file that cannot be used, and why: damaged, or sealed to a key that is not here.
struct BadKeptFile {
  std::string path;
  absl::Status status;
};

struct FoundCases {
  std::vector<KeptCase> cases;  // the latest moved first
  std::vector<BadKeptFile> bad;
};

struct FoundActs {
  std::vector<KeptAct> acts;  // by time
  std::vector<BadKeptFile> bad;
};

class CaseFolder {
 public:
  // `authority`: ours. FIELD_REQUIRED without sealing keys; FOLDER_KEY_UNUSABLE.
  static absl::StatusOr<std::unique_ptr<CaseFolder>> Open(const std::string& state,
                                                          std::string authority,
                                                          std::vector<KeyPair> sealing);

  // Keeps an act that we received or sent; durable when it returns OK. One that is here whole
  // already stays as it is. The caller has opened it: no signature is verified here.
  // NOT_SEALED_TO_US, HEADER_MALFORMED, CONTENT_NOT_READABLE, LOCAL_DISK_FULL.
  absl::Status Keep(const v1::Act& act);
  // Whether there is such an act; also when its file is damaged.
  bool Holds(const std::string& act_id) const;
  // As it came, byte for byte. ACT_NOT_FOUND; KEPT_FILE_DAMAGED.
  absl::StatusOr<v1::Act> Load(const std::string& act_id) const;
  // What opens its body (OpenActWithKey), also when the sealing key that it came under is gone.
  absl::StatusOr<SecretBytes> KeyOf(const std::string& act_id) const;

  // Cases with an act that meets all of the query.
  FoundCases Find(const CaseQuery& query);
  // The acts that meet the query; with only `case_id`: all of a case.
  FoundActs FindActs(const CaseQuery& query);
  // One act's summary. ACT_NOT_FOUND; KEPT_FILE_DAMAGED.
  absl::StatusOr<KeptAct> Describe(const std::string& act_id) const;

  // An attached document, fetched and checked, by its number in the header from 1: kept encrypted,
  // so that it can be opened when the hub has erased it. LOCAL_DISK_FULL, FILE_UNREADABLE.
  absl::Status KeepDocument(const std::string& act_id, uint32_t number, const std::string& path);
  bool HoldsDocument(const std::string& act_id, uint32_t number) const;
  // NOT_FOUND; KEPT_FILE_DAMAGED. The reader lives no longer than this folder.
  absl::StatusOr<std::unique_ptr<EncryptedFileReader>> OpenDocument(const std::string& act_id,
                                                                    uint32_t number) const;
  // Writes it to a new file, whole or not at all.
  absl::Status SaveDocument(const std::string& act_id,
                            uint32_t number,
                            const std::string& target) const;

  // Files of earlier versions that could not be taken over and lie where they were.
  const std::vector<BadKeptFile>& left_in_inbox() const { return left_in_inbox_; }
  // Records of others under the same key, by names below the state folder.
  const EncryptedFolder& records() const { return *records_; }
  const std::string& authority() const { return authority_; }

 private:
  CaseFolder(std::unique_ptr<EncryptedFolder> records,
             std::string authority,
             std::vector<KeyPair> sealing);
  void TakeOverInbox();
  absl::Status TakeOver(const std::string& path);
  // Reads what came since the last time; gives what cannot be read.
  std::vector<BadKeptFile> Refresh() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<KeptAct> ReadEntry(const std::string& name);
  absl::StatusOr<v1::Act> Salvaged(const std::string& name) const;
  void LoadIndex() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SaveIndex() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<EncryptedFolder> records_;
  const std::string authority_;
  const std::vector<KeyPair> sealing_;
  std::vector<BadKeptFile> left_in_inbox_;
  absl::Mutex mutex_;
  bool index_loaded_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, KeptAct> acts_ ABSL_GUARDED_BY(mutex_);  // by the names of their records
};

}  // namespace rogatoria::client
