// An act in the case folder: one file, the act as it came and as it is sealed (it is evidence), and
// behind it what the folder needs to find it and to open it, encrypted under the folder's key.
//
//   file    = act *OCTET                    rogatoria.v1.Act, byte for byte
//             %x7A varint box               as field 15, which no act has: a reader that knows
//                                           nothing of it reads the act
//             %x75 4OCTET                   field 14: how long this trailer is, little-endian
//
// The box holds the key of the act's body: an act stays readable when the sealing key that it came
// under is gone. It also holds the digest of the act's bytes, so that damage is seen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/client/encrypted_folder.h"
#include "common/client/profile.h"
#include "common/crypto/secret.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

// What is known of an act of the folder without opening its seal.
struct KeptAct {
  std::string act_id;
  std::string case_id;      // equal to act_id when it opens the case
  std::string in_reply_to;  // may be empty
  std::string sender;
  std::vector<std::string> recipients;
  v1::ActKind kind = v1::ACT_KIND_UNSPECIFIED;
  int64_t created_unix_ms = 0;  // as its header says
  int64_t kept_unix_ms = 0;     // when it came into the folder
  uint32_t attached = 0;        // documents beside the act
  std::string subject;
  std::string reference;  // the sender's
};

// With what opens it.
struct KeptActEntry {
  KeptAct act;
  SecretBytes kek;
  Bytes sha256;  // of the act's bytes
};

// The text of an entry, and back; KEPT_FILE_DAMAGED. Without its key and digest it is a line of the
// index.
Bytes EntryText(const KeptAct& act);
absl::StatusOr<KeptAct> ParseEntryText(absl::string_view text);

// From an act that this office can open. NOT_SEALED_TO_US, HEADER_MALFORMED, CONTENT_NOT_READABLE.
// Verifies no signature: who keeps an act has opened it.
absl::StatusOr<KeptActEntry> EntryOf(const v1::Act& act, const std::vector<KeyPair>& sealing);

// The whole file of an act. `name`: of the record, bound to the box.
Bytes KeptActFile(const v1::Act& act,
                  const KeptActEntry& entry,
                  const EncryptedFolder& folder,
                  const std::string& name);
// The act and its entry from such a file. KEPT_FILE_DAMAGED when a bit of it has changed.
struct ReadAct {
  v1::Act act;
  KeptActEntry entry;
};
absl::StatusOr<ReadAct> ReadKeptAct(const EncryptedFolder& folder, const std::string& name);
// The entry alone: reads the end of the file only. KEPT_FILE_DAMAGED.
absl::StatusOr<KeptActEntry> ReadKeptEntry(const EncryptedFolder& folder, const std::string& name);
// The act of a file whose trailer does not open, as far as its own digests hold; its signature is
// not verified. KEPT_FILE_DAMAGED.
absl::StatusOr<v1::Act> SalvageAct(const EncryptedFolder& folder, const std::string& name);

}  // namespace rogatoria::client
