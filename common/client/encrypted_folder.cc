#include "common/client/encrypted_folder.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/file_lock.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/crypto/aead.h"
#include "common/crypto/seal.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxRecordBytes = 64 * 1024 * 1024;
constexpr const char* kKeyFiles[] = {"folder.key", "folder.key.copy"};
constexpr absl::string_view kUnfinished = ".new";

static_assert(kAeadKeyBytes == kKekBytes);

absl::StatusOr<SecretBytes> OpenEnvelope(const Bytes& envelope,
                                         const std::vector<KeyPair>& sealing) {
  absl::Status why = Error(Reason::NOT_SEALED_TO_US);
  for (const KeyPair& pair : sealing) {
    auto key = OpenKek(envelope, pair.key, pair.certificate);
    if (key.ok()) return key;
    why = key.status();
  }
  return why;
}

// Sealed to these certificates and to no other: a key that was given up opens nothing any more.
bool IsSealedToExactly(const Bytes& envelope, const std::vector<KeyPair>& sealing) {
  const auto recipients = RecipientsOf(envelope);
  return recipients.ok() && recipients->size() == sealing.size() &&
         std::all_of(sealing.begin(), sealing.end(), [&](const KeyPair& pair) {
           return std::any_of(recipients->begin(), recipients->end(), [&](const auto& recipient) {
             return recipient.Names(pair.certificate);
           });
         });
}

absl::Status WriteKeyFiles(const std::string& folder,
                           const SecretBytes& key,
                           const std::vector<KeyPair>& sealing) {
  std::vector<Certificate> certificates;
  for (const KeyPair& pair : sealing) certificates.push_back(pair.certificate);
  ROG_ASSIGN_OR_RETURN(const Bytes envelope, SealKek(key, certificates));
  for (const char* name : kKeyFiles) {
    ROG_RETURN_IF_ERROR(WriteFileDurably(absl::StrCat(folder, "/", name), envelope, 0600));
  }
  return absl::OkStatus();
}

// What the two files of the key say.
struct FoundKey {
  std::optional<SecretBytes> key;
  size_t files = 0;    // that are there
  size_t current = 0;  // that open, and are sealed as they should be now
};

FoundKey FindKey(const std::string& folder, const std::vector<KeyPair>& sealing) {
  FoundKey found;
  for (const char* name : kKeyFiles) {
    const std::string path = absl::StrCat(folder, "/", name);
    std::error_code error;
    if (!fs::exists(path, error) && !error) continue;
    ++found.files;
    const auto envelope = ReadFile(path, limits::kMaxEnvelopeBytes);
    if (!envelope.ok()) continue;
    auto key = OpenEnvelope(*envelope, sealing);
    if (!key.ok()) continue;
    if (IsSealedToExactly(*envelope, sealing)) ++found.current;
    if (!found.key.has_value()) found.key = *std::move(key);
  }
  return found;
}

bool IsRecordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
}

absl::Status CheckName(const std::string& name) {
  if (IsRecordName(name)) return absl::OkStatus();
  return Error(Reason::FIELD_INVALID).Field(name);
}

std::string AadOf(absl::string_view name) {
  return absl::StrCat("rogatoria-record v1 ", name);
}

}  // namespace

bool IsRecordName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  return std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
    return !part.empty() && part != "." && part != ".." && !absl::EndsWith(part, kUnfinished) &&
           std::all_of(part.begin(), part.end(), IsRecordCharacter);
  });
}

absl::Status KeptFileDamaged(absl::string_view path) {
  return Error(Reason::KEPT_FILE_DAMAGED).Field(path);
}

absl::StatusOr<std::unique_ptr<EncryptedFolder>> EncryptedFolder::Open(
    std::string folder, const std::vector<KeyPair>& sealing) {
  if (sealing.empty()) return Error(Reason::FIELD_REQUIRED).Field("sealing");
  ROG_RETURN_IF_ERROR(CreateFolders(folder));
  // Two programs that begin at once make one key between them.
  ROG_ASSIGN_OR_RETURN(const Descriptor lock,
                       LockFile(folder + "/folder.lock",
                                LockUse::kAlone,
                                Reason::FILE_UNREADABLE,
                                absl::InfiniteDuration()));
  FoundKey found = FindKey(folder, sealing);
  if (!found.key.has_value() && found.files != 0) {
    return Error(Reason::FOLDER_KEY_UNUSABLE).Field(absl::StrCat(folder, "/", kKeyFiles[0]));
  }
  if (!found.key.has_value()) {
    SystemRandom random;
    found.key = GenerateKek(random);
  }
  if (found.current != std::size(kKeyFiles)) {
    ROG_RETURN_IF_ERROR(WriteKeyFiles(folder, *found.key, sealing));
  }
  return std::unique_ptr<EncryptedFolder>(
      new EncryptedFolder(std::move(folder), *std::move(found.key)));
}

absl::Status EncryptedFolder::Write(const std::string& name, absl::string_view clear) const {
  ROG_RETURN_IF_ERROR(CheckName(name));
  const std::string path = PathOf(name);
  ROG_RETURN_IF_ERROR(CreateFolders(fs::path(path).parent_path().string()));
  return WriteFileDurably(path, Encrypt(name, clear), 0600);
}

absl::StatusOr<Bytes> EncryptedFolder::Read(const std::string& name) const {
  ROG_RETURN_IF_ERROR(CheckName(name));
  if (!Holds(name)) return Error(Reason::NOT_FOUND).Field(name);
  const auto box = ReadFile(PathOf(name), kMaxRecordBytes);
  if (!box.ok() && !Holds(name)) return Error(Reason::NOT_FOUND).Field(name);  // removed meanwhile
  ROG_RETURN_IF_ERROR(box.status());
  auto clear = Decrypt(name, *box);
  if (!clear.ok()) return KeptFileDamaged(PathOf(name));
  return clear;
}

bool EncryptedFolder::Holds(const std::string& name) const {
  std::error_code error;
  return IsRecordName(name) && fs::is_regular_file(PathOf(name), error);
}

absl::Status EncryptedFolder::Remove(const std::string& name) const {
  ROG_RETURN_IF_ERROR(CheckName(name));
  if (!Holds(name)) return absl::OkStatus();
  unlink(PathOf(name).c_str());
  return SyncFolder(fs::path(PathOf(name)).parent_path().string());
}

std::vector<std::string> EncryptedFolder::List(const std::string& below) const {
  std::vector<std::string> names;
  for (const std::string& file : ListFolder(PathOf(below)).value_or(std::vector<std::string>())) {
    const std::string name = absl::StrCat(below, "/", file);
    if (Holds(name)) names.push_back(name);
  }
  return names;
}

Bytes EncryptedFolder::Encrypt(absl::string_view name, absl::string_view clear) const {
  SystemRandom random;
  return AeadEncrypt(key_, AadOf(name), clear, random);
}

absl::StatusOr<Bytes> EncryptedFolder::Decrypt(absl::string_view name,
                                               absl::string_view box) const {
  auto clear = AeadDecrypt(key_, AadOf(name), box);
  if (!clear.ok()) return KeptFileDamaged(name);
  return clear;
}

}  // namespace rogatoria::client
