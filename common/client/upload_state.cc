#include "common/client/upload_state.h"

#include <cerrno>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"

namespace rogatoria::client {
namespace {

constexpr absl::string_view kFirstLine = "rogatoria-upload v1";
constexpr size_t kSaltBytes = 32;
constexpr size_t kHeadLines = 8;
constexpr size_t kMaxStateBytes = 80 * limits::kMaxSegments + 1024;

std::string PathOf(const std::string& state, const std::string& document_id) {
  return absl::StrCat(
      state, "/uploads/", std::filesystem::path(document_id).filename().string(), ".upload");
}

// The text after `key` and a space; empty for any other line.
absl::string_view ValueOf(absl::string_view line, absl::string_view key) {
  if (line.size() <= key.size() || line.substr(0, key.size()) != key || line[key.size()] != ' ')
    return "";
  return line.substr(key.size() + 1);
}

std::string OneLine(const std::string& path) {
  return absl::StrReplaceAll(path, {{"\n", "?"}});
}

// The lines of the head but for its secrets.
std::optional<UploadBeginning> ReadBeginning(const std::vector<absl::string_view>& lines) {
  UploadBeginning beginning;
  if (lines.size() < kHeadLines || lines[0] != kFirstLine) return std::nullopt;
  beginning.document_id = std::string(ValueOf(lines[1], "document"));
  beginning.request_id = std::string(ValueOf(lines[2], "act"));
  beginning.path = std::string(ValueOf(lines[3], "file"));
  if (!absl::SimpleAtoi(ValueOf(lines[6], "clear-size"), &beginning.clear_size) ||
      !absl::SimpleAtoi(ValueOf(lines[7], "chunk-size"), &beginning.chunk_size)) {
    return std::nullopt;
  }
  return beginning;
}

}  // namespace

absl::StatusOr<std::unique_ptr<UploadState>> UploadState::Open(const std::string& state,
                                                               const UploadBeginning& beginning,
                                                               Random& random) {
  const std::string path = PathOf(state, beginning.document_id);
  ROG_RETURN_IF_ERROR(CreateFolders(absl::StrCat(state, "/uploads")));
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return CannotWrite(path);
  std::unique_ptr<UploadState> upload(new UploadState(path, file));
  upload->document_id_ = beginning.document_id;
  if (flock(file, LOCK_EX | LOCK_NB) != 0) return Error(Reason::UPLOAD_BUSY).Field(path);
  ROG_ASSIGN_OR_RETURN(const Bytes text, ReadFile(path, kMaxStateBytes));
  ROG_RETURN_IF_ERROR(upload->Load(text, beginning.clear_size));
  if (upload->kek_.empty()) {
    ROG_RETURN_IF_ERROR(upload->Begin(beginning, random));
  }
  return upload;
}

UploadState::~UploadState() {
  close(file_);
}

// A head that is not whole was never used: nothing is sent before it is on disk. The line that was
// being written at a cut is dropped.
absl::Status UploadState::Load(const std::string& text, uint64_t clear_size) {
  const size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  const std::vector<absl::string_view> lines =
      absl::StrSplit(absl::string_view(text).substr(0, whole), '\n', absl::SkipEmpty());
  if (lines.size() < kHeadLines || lines[0] != kFirstLine) return absl::OkStatus();
  const std::optional<UploadBeginning> beginning = ReadBeginning(lines);
  auto kek = FromHex(ValueOf(lines[4], "kek"));
  auto salt = FromHex(ValueOf(lines[5], "salt"));
  if (!beginning.has_value() || !kek.ok() || !salt.ok() || kek->size() != kKekBytes ||
      salt->size() != kSaltBytes) {
    return Failure(absl::StatusCode::kDataLoss, Sentence::FILE_DAMAGED, path_);
  }
  if (beginning->clear_size != clear_size) {
    return Explained(Error(Reason::UPLOAD_SOURCE_CHANGED).Field(document_id_),
                     Sentence::SIZE_WHEN_BEGUN,
                     beginning->clear_size);
  }
  for (size_t i = kHeadLines; i < lines.size(); ++i) {
    auto digest = FromHex(ValueOf(lines[i], "segment"));
    if (!digest.ok() || digest->size() != kSha256Bytes) {
      return Failure(absl::StatusCode::kDataLoss, Sentence::FILE_DAMAGED, path_);
    }
    segments_.push_back(*std::move(digest));
  }
  chunk_size_ = beginning->chunk_size;
  kek_ = SecretBytes(*kek);
  salt_ = *std::move(salt);
  EraseBytes(*kek);
  if (whole < text.size() && ftruncate(file_, static_cast<off_t>(whole)) != 0) {
    return CannotWrite(path_);
  }
  return absl::OkStatus();
}

absl::Status UploadState::Begin(const UploadBeginning& beginning, Random& random) {
  if (ftruncate(file_, 0) != 0) return CannotWrite(path_);
  fresh_ = true;
  kek_ = GenerateKek(random);
  salt_ = random.Generate(kSaltBytes);
  chunk_size_ = beginning.chunk_size;
  std::string text = absl::Substitute(
      "$0\ndocument $1\nact $2\nfile $3\nkek $4\nsalt $5\nclear-size $6\nchunk-size $7\n",
      kFirstLine,
      beginning.document_id,
      beginning.request_id,
      OneLine(beginning.path),
      ToHex(kek_.RevealForUse()),
      ToHex(salt_),
      beginning.clear_size,
      beginning.chunk_size);
  const absl::Status written = Append(text);
  EraseBytes(text);
  ROG_RETURN_IF_ERROR(written);
  return SyncFolder(std::filesystem::path(path_).parent_path().string());
}

absl::Status UploadState::Append(const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = write(file_, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return CannotWrite(path_);
    done += static_cast<size_t>(wrote);
  }
  return fdatasync(file_) == 0 ? absl::OkStatus() : CannotWrite(path_);
}

absl::Status UploadState::NoteSegment(size_t number, const Bytes& sealed_sha256) {
  if (number > segments_.size()) {
    segments_.push_back(sealed_sha256);
    return Append(absl::StrCat("segment ", ToHex(sealed_sha256), "\n"));
  }
  if (segments_[number - 1] == sealed_sha256) return absl::OkStatus();
  return Explained(
      Error(Reason::UPLOAD_SOURCE_CHANGED).Field(document_id_), Sentence::BYTES_WHEN_BEGUN, number);
}

std::vector<UploadBeginning> ListUploads(const std::string& state) {
  std::vector<UploadBeginning> uploads;
  const std::string folder = absl::StrCat(state, "/uploads");
  for (const std::string& name : ListFolder(folder).value_or(std::vector<std::string>())) {
    const auto text = ReadFile(absl::StrCat(folder, "/", name), kMaxStateBytes);
    if (!text.ok()) continue;
    auto beginning = ReadBeginning(absl::StrSplit(*text, '\n'));
    if (beginning.has_value()) uploads.push_back(*std::move(beginning));
  }
  return uploads;
}

void ForgetUpload(const std::string& state, const std::string& document_id) {
  std::error_code error;
  std::filesystem::remove(PathOf(state, document_id), error);
}

}  // namespace rogatoria::client
