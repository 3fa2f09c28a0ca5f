#include "common/client/encrypted_file.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/source_file.h"
#include "common/crypto/aead.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kPieceBytes = 1024 * 1024;
constexpr uint64_t kBoxBytes = kPieceBytes + kAeadOverheadBytes;

std::string FolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string PieceName(const std::string& name, uint64_t number, bool last) {
  return absl::StrCat(name, " piece ", number, last ? " last" : "");
}

absl::Status WriteAll(int file, absl::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(file, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return CannotWrite(path);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return absl::OkStatus();
}

absl::Status Publish(int file, const std::string& from, const std::string& to) {
  if (fsync(file) != 0) return CannotWrite(from);
  if (rename(from.c_str(), to.c_str()) != 0) return CannotWrite(to);
  return SyncFolder(FolderOf(to));
}

absl::Status CopyClear(EncryptedFileReader& reader, int file, const std::string& path) {
  for (uint64_t done = 0; done < reader.size();) {
    ROG_ASSIGN_OR_RETURN(const Bytes clear, reader.Read(done, kPieceBytes));
    ROG_RETURN_IF_ERROR(WriteAll(file, clear, path));
    done += clear.size();
  }
  // Also an empty one has a piece, which has to open.
  return reader.size() == 0 ? reader.Read(0, 0).status() : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<EncryptedFileWriter>> EncryptedFileWriter::Create(
    const EncryptedFolder& folder, const std::string& name) {
  if (!IsRecordName(name)) return Error(Reason::FIELD_INVALID).Field(name);
  ROG_RETURN_IF_ERROR(CreateFolders(FolderOf(folder.PathOf(name))));
  std::unique_ptr<EncryptedFileWriter> writer(new EncryptedFileWriter(folder, name, -1));
  const std::string path = writer->Unfinished();
  unlink(path.c_str());
  writer->file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (writer->file_ < 0) return CannotWrite(path);
  return writer;
}

EncryptedFileWriter::~EncryptedFileWriter() {
  if (file_ < 0) return;
  close(file_);
  unlink(Unfinished().c_str());
}

std::string EncryptedFileWriter::Unfinished() const {
  return absl::StrCat(folder_.PathOf(name_), ".new");
}

absl::Status EncryptedFileWriter::Append(absl::string_view clear) {
  size_ += clear.size();
  while (!clear.empty()) {
    // Only when more follows: the last piece is marked as such.
    if (piece_.size() == kPieceBytes) ROG_RETURN_IF_ERROR(WritePiece(false));
    const size_t taken = std::min<size_t>(clear.size(), kPieceBytes - piece_.size());
    piece_.append(clear.data(), taken);
    clear.remove_prefix(taken);
  }
  return absl::OkStatus();
}

absl::Status EncryptedFileWriter::WritePiece(bool last) {
  const Bytes box = folder_.Encrypt(PieceName(name_, pieces_, last), piece_);
  ++pieces_;
  piece_.clear();
  return WriteAll(file_, box, Unfinished());
}

absl::Status EncryptedFileWriter::Finish() {
  ROG_RETURN_IF_ERROR(WritePiece(true));
  ROG_RETURN_IF_ERROR(Publish(file_, Unfinished(), folder_.PathOf(name_)));
  close(std::exchange(file_, -1));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<EncryptedFileReader>> EncryptedFileReader::Open(
    const EncryptedFolder& folder, const std::string& name) {
  if (!folder.Holds(name)) return Error(Reason::NOT_FOUND).Field(name);
  const std::string path = folder.PathOf(name);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Error(Reason::FILE_UNREADABLE).Field(path);
  std::unique_ptr<EncryptedFileReader> reader(new EncryptedFileReader(folder, name, file));
  struct stat found;
  if (fstat(file, &found) != 0) return Error(Reason::FILE_UNREADABLE).Field(path);
  const auto bytes = static_cast<uint64_t>(found.st_size);
  reader->pieces_ = (bytes + kBoxBytes - 1) / kBoxBytes;
  const uint64_t last = bytes % kBoxBytes;
  if (bytes == 0 || (last != 0 && last < kAeadOverheadBytes)) return KeptFileDamaged(path);
  reader->size_ = bytes - reader->pieces_ * kAeadOverheadBytes;
  return reader;
}

EncryptedFileReader::~EncryptedFileReader() {
  close(file_);
}

absl::Status EncryptedFileReader::LoadPiece(uint64_t number) {
  if (number == loaded_) return absl::OkStatus();
  Bytes box(kBoxBytes, '\0');
  size_t got = 0;
  while (got < box.size()) {
    const ssize_t read =
        pread(file_, &box[got], box.size() - got, static_cast<off_t>(number * kBoxBytes + got));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return Error(Reason::FILE_UNREADABLE).Field(folder_.PathOf(name_));
    if (read == 0) break;
    got += static_cast<size_t>(read);
  }
  box.resize(got);
  auto clear = folder_.Decrypt(PieceName(name_, number, number + 1 == pieces_), box);
  if (!clear.ok()) return KeptFileDamaged(folder_.PathOf(name_));
  piece_ = *std::move(clear);
  loaded_ = number;
  return absl::OkStatus();
}

absl::StatusOr<Bytes> EncryptedFileReader::Read(uint64_t offset, uint64_t most) {
  if (offset > size_ || (offset == size_ && size_ != 0)) return Bytes();
  ROG_RETURN_IF_ERROR(LoadPiece(offset / kPieceBytes));
  return piece_.substr(offset % kPieceBytes, most);
}

absl::Status EncryptFile(const EncryptedFolder& folder,
                         const std::string& source,
                         const std::string& name) {
  ROG_ASSIGN_OR_RETURN(auto file, SourceFile::Open(source));
  ROG_ASSIGN_OR_RETURN(auto writer, EncryptedFileWriter::Create(folder, name));
  Bytes clear;
  for (uint64_t done = 0; done < file->size(); done += clear.size()) {
    ROG_RETURN_IF_ERROR(file->Read(done, kPieceBytes, clear));
    ROG_RETURN_IF_ERROR(writer->Append(clear));
  }
  return writer->Finish();
}

absl::Status DecryptFile(const EncryptedFolder& folder,
                         const std::string& name,
                         const std::string& target) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(target, error))) {
    return Explained(Error(Reason::FIELD_INVALID).Field(target), Sentence::NEW_FILE);
  }
  ROG_ASSIGN_OR_RETURN(auto reader, EncryptedFileReader::Open(folder, name));
  // Of the record, not of the target's name, which may be as long as a name can be.
  const std::string path =
      absl::StrCat(FolderOf(target), "/.rogatoria-", fs::path(name).filename().string(), ".part");
  unlink(path.c_str());
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return CannotWrite(path);
  absl::Cleanup close_file = [file] { close(file); };
  absl::Status status = CopyClear(*reader, file, path);
  if (status.ok()) status = Publish(file, path, target);
  if (!status.ok()) unlink(path.c_str());
  return status;
}

}  // namespace rogatoria::client
