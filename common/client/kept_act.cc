#include "common/client/kept_act.h"

#include <algorithm>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/client/opener.h"
#include "common/crypto/aead.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"
#include "common/model/header.h"

namespace rogatoria::client {
namespace {

constexpr absl::string_view kFirstLine = "rogatoria-kept v1\n";
constexpr char kBoxTag = '\x7a';     // field 15, bytes
constexpr char kLengthTag = '\x75';  // field 14, 32 bits
constexpr size_t kLengthBytes = 5;
constexpr size_t kMaxTrailerBytes = 256 * 1024;
constexpr size_t kMaxFileBytes = limits::kMaxMessageBytes + kMaxTrailerBytes;
constexpr size_t kSecretBytes = kKekBytes + kSha256Bytes;  // before the text of an entry
// Most trailers are within it: one read.
constexpr size_t kUsualTrailerBytes = 2048;

void AppendVarint(uint64_t value, Bytes& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>((value & 0x7f) | 0x80));
  out.push_back(static_cast<char>(value));
}

std::optional<uint64_t> ConsumeVarint(absl::string_view& bytes) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 35 && !bytes.empty(); shift += 7) {
    const auto octet = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(octet & 0x7f) << shift;
    if ((octet & 0x80) == 0) return value;
  }
  return std::nullopt;
}

Bytes LittleEndian(uint32_t value) {
  Bytes bytes;
  for (unsigned shift = 0; shift < 32; shift += 8)
    bytes.push_back(static_cast<char>((value >> shift) & 0xff));
  return bytes;
}

Bytes TrailerOf(const Bytes& box) {
  Bytes trailer(1, kBoxTag);
  AppendVarint(box.size(), trailer);
  trailer += box;
  const auto length = static_cast<uint32_t>(trailer.size() + kLengthBytes);
  trailer.push_back(kLengthTag);
  return trailer + LittleEndian(length);
}

// How long the trailer is, by the last bytes of a file; nullopt when it has none.
std::optional<size_t> TrailerLength(absl::string_view end) {
  if (end.size() < kLengthBytes || end[end.size() - kLengthBytes] != kLengthTag)
    return std::nullopt;
  size_t length = 0;
  for (size_t i = 0; i < 4; ++i) {
    length |= static_cast<size_t>(static_cast<uint8_t>(end[end.size() - 4 + i])) << (8 * i);
  }
  if (length < kLengthBytes || length > kMaxTrailerBytes) return std::nullopt;
  return length;
}

// The box of a whole trailer.
std::optional<absl::string_view> BoxIn(absl::string_view trailer) {
  trailer.remove_suffix(kLengthBytes);
  if (trailer.empty() || trailer.front() != kBoxTag) return std::nullopt;
  trailer.remove_prefix(1);
  const auto size = ConsumeVarint(trailer);
  if (!size.has_value() || *size != trailer.size()) return std::nullopt;
  return trailer;
}

absl::StatusOr<KeptActEntry> OpenTrailer(const EncryptedFolder& folder,
                                         const std::string& name,
                                         absl::string_view trailer) {
  const auto box = BoxIn(trailer);
  if (!box.has_value()) return KeptFileDamaged(folder.PathOf(name));
  auto clear = folder.Decrypt(name, *box);
  if (!clear.ok() || clear->size() < kSecretBytes) return KeptFileDamaged(folder.PathOf(name));
  const absl::string_view text(*clear);
  auto act = ParseEntryText(text.substr(kSecretBytes));
  if (!act.ok()) return KeptFileDamaged(folder.PathOf(name));
  KeptActEntry entry{*std::move(act),
                     SecretBytes(text.substr(0, kKekBytes)),
                     Bytes(text.substr(kKekBytes, kSha256Bytes))};
  EraseBytes(*clear);
  return entry;
}

// The last bytes of a file, as many as hold its trailer.
absl::StatusOr<Bytes> ReadEnd(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Error(Reason::FILE_UNREADABLE).Field(path);
  absl::Cleanup close_file = [file] { close(file); };
  struct stat found;
  if (fstat(file, &found) != 0) return Error(Reason::FILE_UNREADABLE).Field(path);
  const auto size = static_cast<size_t>(found.st_size);
  size_t wanted = std::min(size, kUsualTrailerBytes);
  Bytes end;
  for (int round = 0; round < 2; ++round) {
    end.resize(wanted);
    const ssize_t got = pread(file, end.data(), end.size(), static_cast<off_t>(size - end.size()));
    if (got != static_cast<ssize_t>(end.size())) return KeptFileDamaged(path);
    const auto length = TrailerLength(end);
    if (!length.has_value() || *length > size) return KeptFileDamaged(path);
    if (*length <= end.size()) return end.substr(end.size() - *length);
    wanted = *length;
  }
  return KeptFileDamaged(path);
}

// One value to a line, and no byte beyond the printable ones of one line.
std::string Escaped(const std::string& text) {
  return absl::Utf8SafeCEscape(text);
}

// The lines of an entry, one after the other.
class Lines {
 public:
  explicit Lines(absl::string_view text) : rest_(text) {}
  bool Text(std::string& value) {
    const size_t end = rest_.find('\n');
    if (end == absl::string_view::npos) return false;
    std::string error;
    const absl::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return absl::CUnescape(line, &value, &error);
  }
  template <typename Number>
  bool Integer(Number& value) {
    std::string text;
    return Text(text) && absl::SimpleAtoi(text, &value);
  }

 private:
  absl::string_view rest_;
};

}  // namespace

Bytes EntryText(const KeptAct& act) {
  return absl::StrCat(kFirstLine,
                      absl::StrJoin({Escaped(act.act_id),
                                     Escaped(act.case_id),
                                     Escaped(act.in_reply_to),
                                     Escaped(act.sender),
                                     Escaped(absl::StrJoin(act.recipients, " ")),
                                     absl::StrCat(static_cast<int>(act.kind)),
                                     absl::StrCat(act.created_unix_ms),
                                     absl::StrCat(act.kept_unix_ms),
                                     absl::StrCat(act.attached),
                                     Escaped(act.subject),
                                     Escaped(act.reference)},
                                    "\n"),
                      "\n");
}

// Lines behind these are a later version's.
absl::StatusOr<KeptAct> ParseEntryText(absl::string_view text) {
  KeptAct act;
  std::string recipients;
  int kind = 0;
  if (!absl::ConsumePrefix(&text, kFirstLine)) return KeptFileDamaged("");
  Lines lines(text);
  if (!lines.Text(act.act_id) || !lines.Text(act.case_id) || !lines.Text(act.in_reply_to) ||
      !lines.Text(act.sender) || !lines.Text(recipients) || !lines.Integer(kind) ||
      !lines.Integer(act.created_unix_ms) || !lines.Integer(act.kept_unix_ms) ||
      !lines.Integer(act.attached) || !lines.Text(act.subject) || !lines.Text(act.reference)) {
    return KeptFileDamaged("");
  }
  act.kind = static_cast<v1::ActKind>(kind);
  act.recipients = absl::StrSplit(recipients, ' ', absl::SkipEmpty());
  return act;
}

absl::StatusOr<KeptActEntry> EntryOf(const v1::Act& act, const std::vector<KeyPair>& sealing) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header()));
  ROG_ASSIGN_OR_RETURN(SecretBytes kek, OpenKeyOf(act, sealing));
  ROG_ASSIGN_OR_RETURN(const content::v1::CoverSlip slip, OpenCoverSlip(act, kek));
  KeptActEntry entry;
  entry.act.act_id = header.act_id();
  entry.act.case_id = header.case_id();
  entry.act.in_reply_to = header.in_reply_to();
  entry.act.sender = header.sender();
  for (const v1::Recipient& recipient : header.recipients())
    entry.act.recipients.push_back(recipient.authority());
  entry.act.kind = header.kind();
  entry.act.created_unix_ms = header.created_unix_ms();
  entry.act.kept_unix_ms = SystemClock().Now().unix_ms;
  entry.act.attached = static_cast<uint32_t>(header.documents_size());
  entry.act.subject = slip.subject();
  entry.act.reference = slip.sender_reference();
  entry.kek = std::move(kek);
  entry.sha256 = Sha256(act.SerializeAsString());
  return entry;
}

Bytes KeptActFile(const v1::Act& act,
                  const KeptActEntry& entry,
                  const EncryptedFolder& folder,
                  const std::string& name) {
  std::string clear = absl::StrCat(entry.kek.RevealForUse(), entry.sha256, EntryText(entry.act));
  const Bytes box = folder.Encrypt(name, clear);
  EraseBytes(clear);
  return act.SerializeAsString() + TrailerOf(box);
}

absl::StatusOr<ReadAct> ReadKeptAct(const EncryptedFolder& folder, const std::string& name) {
  const std::string path = folder.PathOf(name);
  ROG_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxFileBytes));
  const auto length = TrailerLength(file);
  if (!length.has_value() || *length > file.size()) return KeptFileDamaged(path);
  const absl::string_view whole(file);
  const absl::string_view bytes = whole.substr(0, whole.size() - *length);
  ROG_ASSIGN_OR_RETURN(KeptActEntry entry, OpenTrailer(folder, name, whole.substr(bytes.size())));
  ReadAct read{{}, std::move(entry)};
  if (read.entry.sha256 != Sha256(bytes) || !read.act.ParseFromString(std::string(bytes))) {
    return KeptFileDamaged(path);
  }
  return read;
}

absl::StatusOr<KeptActEntry> ReadKeptEntry(const EncryptedFolder& folder, const std::string& name) {
  ROG_ASSIGN_OR_RETURN(const Bytes trailer, ReadEnd(folder.PathOf(name)));
  return OpenTrailer(folder, name, trailer);
}

absl::StatusOr<v1::Act> SalvageAct(const EncryptedFolder& folder, const std::string& name) {
  const std::string path = folder.PathOf(name);
  ROG_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxFileBytes));
  v1::Act act;
  if (!act.ParseFromString(file)) return KeptFileDamaged(path);
  act.DiscardUnknownFields();
  const auto header = ParseHeader(act.header());
  if (!header.ok() || header->content().sealed_sha256() != Sha256(act.body()))
    return KeptFileDamaged(path);
  return act;
}

}  // namespace rogatoria::client
