#include "common/storage/document_folder.h"

#include <atomic>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria {
namespace {

constexpr char kPart[] = ".part", kChunks[] = ".chunks", kSealed[] = ".sealed";
constexpr size_t kMaxUploadsInMemory = 1024;
// Of an upload under way, this much at most stays in the system's memory once it is on the disk:
// what holds more of it keeps the store's own pages out, and each page anew costs more than to
// write it.
constexpr uint64_t kKeptInMemoryBytes = 16 << 20;
constexpr uint64_t kLeftAtOnceBytes = 4 << 20;
// Chunks that came out of order are read again for the digest: so many bytes with a later chunk,
// and what is left when the upload ends.
constexpr uint64_t kCatchUpBytes = 8 << 20;
constexpr uint64_t kDigestsAtOnce = 1024;                 // of those that an earlier process left
constexpr absl::Duration kRoomRetry = absl::Seconds(10);  // somebody has to make room
constexpr absl::Duration kLookRetry = absl::Milliseconds(10);

std::string NameOf(const std::string& document_id) {
  const std::string name = ToHex(Sha256(document_id));
  return absl::StrCat(name.substr(0, 2), "/", name);
}

bool Exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

absl::Status RemoveFile(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return SystemError("unlink", path);
}

std::string FolderOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

// All files of a document; `path` without the ending.
absl::Status RemoveFiles(const std::string& path) {
  for (const char* ending : {kPart, kChunks, kSealed}) {
    ROG_RETURN_IF_ERROR(RemoveFile(path + ending));
  }
  return Exists(FolderOf(path)) ? ToldByHub(SyncFolder(FolderOf(path))) : absl::OkStatus();
}

absl::Status DigestMismatch(absl::string_view field) {
  return Error(Reason::DIGEST_MISMATCH).Field(field).Accepted("the SHA-256 of these bytes");
}

absl::Status NoRoom() {
  return Error(Reason::DISK_FULL).RetryAfter(kRoomRetry);
}

// What was not looked at yet: at once, since the next call goes on with it.
absl::Status LookAgain() {
  return Error(Reason::OVERLOADED).RetryAfter(kLookRetry);
}

}  // namespace

// An upload that is not ended: which chunks are there, and the digest of those from the beginning
// on.
class DocumentFolder::PartialUpload {
 public:
  PartialUpload(UploadShape shape, std::string path, uint64_t look_bytes)
      : shape_(std::move(shape)),
        path_(std::move(path)),
        look_bytes_(look_bytes),
        present_(shape_.Chunks()) {}

  absl::StatusOr<uint64_t> Write(uint64_t offset,
                                 absl::string_view data,
                                 absl::string_view sha256) {
    absl::MutexLock lock(&mutex_);
    ROG_RETURN_IF_ERROR(Load());
    const uint64_t chunk = offset / shape_.chunk_size;
    if (present_[chunk]) {
      ROG_ASSIGN_OR_RETURN(const Bytes there, chunks_->ReadAt(chunk * kSha256Bytes, kSha256Bytes));
      if (there != sha256) return Error(Reason::CHUNK_CONFLICT).Field("data");
      return received_;
    }
    ROG_RETURN_IF_ERROR(part_->WriteAt(offset, data));
    ROG_RETURN_IF_ERROR(chunks_->WriteAt(chunk * kSha256Bytes, sha256));
    // The disk can begin: ending the upload will wait for less. No error: it is only a hint.
    sync_file_range(part_->descriptor(),
                    static_cast<off64_t>(offset),
                    static_cast<off64_t>(data.size()),
                    SYNC_FILE_RANGE_WRITE);
    Note(chunk, data.size());
    if (chunk == hashed_) HashNext(data);
    ROG_RETURN_IF_ERROR(CatchUp(kCatchUpBytes));
    LeaveMemory();
    return received_;
  }

  absl::StatusOr<UploadProgress> Progress() {
    absl::MutexLock lock(&mutex_);
    ROG_RETURN_IF_ERROR(Load());
    return DescribeProgress();
  }

  // Checked and synced, under its last name. When a sync fails its files go: what the system still
  // shows of them may not be on the disk, and a second sync would say that it is.
  absl::Status Finish(absl::string_view sealed_sha256) {
    absl::MutexLock lock(&mutex_);
    ROG_RETURN_IF_ERROR(Load());
    if (received_ != shape_.sealed_size) return Error(Reason::UPLOAD_INCOMPLETE);
    ROG_RETURN_IF_ERROR(CatchUp(look_bytes_));
    if (hashed_ < present_.size()) return LookAgain();
    if (!whole_.has_value()) whole_ = hasher_.Finish();
    if (*whole_ != sealed_sha256) return DigestMismatch("sealed_sha256");
    ROG_RETURN_IF_ERROR(SpoiltUnless(part_->Sync()));
    if (rename((path_ + kPart).c_str(), (path_ + kSealed).c_str()) != 0) {
      return SystemError("rename", path_ + kSealed);
    }
    ROG_RETURN_IF_ERROR(RemoveFile(path_ + kChunks));
    return SpoiltUnless(ToldByHub(SyncFolder(FolderOf(path_))));
  }

  // Whether a sync failed and its files are there yet: this must not be forgotten.
  bool spoilt() const { return spoilt_.load(); }

 private:
  absl::Status SpoiltUnless(const absl::Status& synced) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (synced.ok()) return synced;
    spoilt_ = true;
    StartAnew().IgnoreError();  // the next call tries it again
    return synced;
  }

  // Nothing of it came.
  absl::Status StartAnew() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ROG_RETURN_IF_ERROR(RemoveFiles(path_));
    part_.reset();
    chunks_.reset();
    loaded_ = 0;
    present_.assign(present_.size(), false);
    received_ = 0;
    hasher_ = Sha256Hasher();
    hashed_ = 0;
    left_ = 0;
    whole_.reset();
    spoilt_ = false;
    return absl::OkStatus();
  }

  void Note(uint64_t chunk, size_t size) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    present_[chunk] = true;
    received_ += size;
  }

  // Opens the files and, when they were there before this process, looks at what they hold.
  absl::Status Load() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (spoilt_) ROG_RETURN_IF_ERROR(StartAnew());
    if (!chunks_.has_value()) ROG_RETURN_IF_ERROR(OpenFiles());
    uint64_t looked_at = 0;
    for (; loaded_ < present_.size(); ++loaded_) {
      if (looked_at >= look_bytes_) return LookAgain();
      ROG_ASSIGN_OR_RETURN(const size_t read, LoadChunk(loaded_));
      looked_at += read;
    }
    Bytes().swap(found_digests_);
    return absl::OkStatus();
  }

  absl::Status OpenFiles() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (Exists(path_ + kSealed)) return Error(Reason::UPLOAD_FINISHED);
    ROG_RETURN_IF_ERROR(ToldByHub(CreateFolders(FolderOf(path_))));
    ROG_ASSIGN_OR_RETURN(part_, DiskFile::Open(path_ + kPart, O_RDWR | O_CREAT));
    ROG_ASSIGN_OR_RETURN(DiskFile chunks, DiskFile::Open(path_ + kChunks, O_RDWR | O_CREAT));
    ROG_ASSIGN_OR_RETURN(const uint64_t found, chunks.Size());
    ROG_RETURN_IF_ERROR(chunks.Truncate(shape_.Chunks() * kSha256Bytes));
    ROG_ASSIGN_OR_RETURN(found_bytes_, part_->Size());
    if (found == 0) loaded_ = present_.size();  // begun now
    chunks_ = std::move(chunks);
    return absl::OkStatus();
  }

  // The digest that stands for a chunk, which are asked for one after the other.
  absl::StatusOr<absl::string_view> FoundDigest(uint64_t chunk)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const uint64_t in_page = chunk % kDigestsAtOnce;
    if (in_page == 0 || found_digests_.empty()) {
      const uint64_t first = chunk - in_page;
      const uint64_t count = std::min(kDigestsAtOnce, present_.size() - first);
      ROG_ASSIGN_OR_RETURN(found_digests_,
                           chunks_->ReadAt(first * kSha256Bytes, count * kSha256Bytes));
    }
    return absl::string_view(found_digests_).substr(in_page * kSha256Bytes, kSha256Bytes);
  }

  // The bytes that were read for it.
  absl::StatusOr<size_t> LoadChunk(uint64_t chunk) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    static const auto& none = *new Bytes(kSha256Bytes, '\0');
    ROG_ASSIGN_OR_RETURN(const absl::string_view digest, FoundDigest(chunk));
    const uint64_t offset = chunk * shape_.chunk_size;
    const size_t size = shape_.ChunkSizeAt(offset);
    if (digest == none || offset + size > found_bytes_) return size_t{0};
    ROG_ASSIGN_OR_RETURN(const Bytes data, part_->ReadAt(offset, size));
    if (Sha256(data) != digest) return size;
    Note(chunk, size);
    if (chunk == hashed_) HashNext(data);
    return size;
  }

  void HashNext(absl::string_view data) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    hasher_.Update(data);
    ++hashed_;
  }

  // No error: it is only a hint. What is not on the disk yet stays.
  void LeaveMemory() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const uint64_t hashed = hashed_ * shape_.chunk_size;
    if (hashed < left_ + kKeptInMemoryBytes + kLeftAtOnceBytes) return;
    const uint64_t until = hashed - kKeptInMemoryBytes;
    posix_fadvise(part_->descriptor(),
                  static_cast<off64_t>(left_),
                  static_cast<off64_t>(until - left_),
                  POSIX_FADV_DONTNEED);
    left_ = until;
  }

  // Takes chunks that came before their turn into the digest of the whole, no call more than that.
  absl::Status CatchUp(uint64_t most_bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const uint64_t until = hashed_ + std::max<uint64_t>(1, most_bytes / shape_.chunk_size);
    while (hashed_ < std::min<uint64_t>(until, present_.size()) && present_[hashed_]) {
      const uint64_t offset = hashed_ * shape_.chunk_size;
      ROG_ASSIGN_OR_RETURN(const Bytes next, part_->ReadAt(offset, shape_.ChunkSizeAt(offset)));
      HashNext(next);
    }
    return absl::OkStatus();
  }

  UploadProgress DescribeProgress() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    UploadProgress progress{.received_bytes = received_};
    for (uint64_t chunk = 0; chunk < present_.size(); ++chunk) {
      if (present_[chunk]) continue;
      const uint64_t offset = chunk * shape_.chunk_size;
      const size_t size = shape_.ChunkSizeAt(offset);
      std::vector<MissingRange>& missing = progress.missing;
      if (!missing.empty() && missing.back().offset + missing.back().size == offset) {
        missing.back().size += size;
      } else {
        if (missing.size() == limits::kMaxMissingRanges) break;
        missing.push_back({offset, size});
      }
    }
    return progress;
  }

  const UploadShape shape_;
  const std::string path_;
  const uint64_t look_bytes_;
  absl::Mutex mutex_;
  std::optional<DiskFile> part_ ABSL_GUARDED_BY(mutex_);
  std::optional<DiskFile> chunks_ ABSL_GUARDED_BY(mutex_);
  // Some digests of what an earlier process left, until all of it was looked at.
  Bytes found_digests_ ABSL_GUARDED_BY(mutex_);
  uint64_t found_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t loaded_ ABSL_GUARDED_BY(mutex_) = 0;  // chunks that were looked at
  std::vector<bool> present_ ABSL_GUARDED_BY(mutex_);
  uint64_t received_ ABSL_GUARDED_BY(mutex_) = 0;
  Sha256Hasher hasher_ ABSL_GUARDED_BY(mutex_);
  uint64_t hashed_ ABSL_GUARDED_BY(mutex_) = 0;  // chunks from the beginning
  uint64_t left_ ABSL_GUARDED_BY(mutex_) = 0;    // bytes that the system's memory need not hold
  std::optional<Bytes> whole_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> spoilt_ = false;
};

// The SHA-256 of a whole document, a part a call.
class DocumentFolder::SealedDigest {
 public:
  explicit SealedDigest(std::string path) : path_(std::move(path)) {}

  absl::StatusOr<Bytes> GoOn(uint64_t look_bytes) {
    absl::MutexLock lock(&mutex_);
    ROG_ASSIGN_OR_RETURN(const DiskFile file, DiskFile::Open(path_, O_RDONLY));
    ROG_ASSIGN_OR_RETURN(const uint64_t size, file.Size());
    const uint64_t until = std::min(size, at_ + look_bytes);
    while (at_ < until) {
      const uint64_t part = std::min<uint64_t>(until - at_, limits::kMaxChunkBytes);
      ROG_ASSIGN_OR_RETURN(const Bytes data, file.ReadAt(at_, static_cast<size_t>(part)));
      hasher_.Update(data);
      at_ += part;
    }
    if (at_ < size) return LookAgain();
    if (!whole_.has_value()) whole_ = hasher_.Finish();
    return *whole_;
  }

 private:
  const std::string path_;
  absl::Mutex mutex_;
  Sha256Hasher hasher_ ABSL_GUARDED_BY(mutex_);
  uint64_t at_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<Bytes> whole_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<std::unique_ptr<DocumentFolder>> DocumentFolder::Open(const std::string& path,
                                                                     uint64_t reserve_bytes,
                                                                     uint64_t look_bytes) {
  ROG_RETURN_IF_ERROR(CreateFolders(path));
  ROG_ASSIGN_OR_RETURN(DiskFile lock, DiskFile::Open(path + "/lock", O_RDWR | O_CREAT));
  ROG_RETURN_IF_ERROR(lock.LockExclusively());
  return std::unique_ptr<DocumentFolder>(
      new DocumentFolder(path, reserve_bytes, look_bytes, std::move(lock)));
}

std::string DocumentFolder::SealedFileOf(const std::string& document_id) {
  return NameOf(document_id) + kSealed;
}

std::string DocumentFolder::PathOf(const std::string& document_id) const {
  return absl::StrCat(path_, "/", NameOf(document_id));
}

absl::Status DocumentFolder::CheckRoom() const {
  struct statvfs disk;
  if (statvfs(path_.c_str(), &disk) != 0) return SystemError("statvfs", path_);
  if (disk.f_bavail * disk.f_frsize >= reserve_bytes_) return absl::OkStatus();
  return NoRoom();
}

std::shared_ptr<DocumentFolder::PartialUpload> DocumentFolder::Take(const UploadShape& shape) {
  absl::MutexLock lock(&mutex_);
  std::shared_ptr<PartialUpload>& upload = uploads_[shape.document_id];
  if (upload != nullptr) return upload;
  upload = std::make_shared<PartialUpload>(shape, PathOf(shape.document_id), look_bytes_);
  std::shared_ptr<PartialUpload> taken = upload;
  if (uploads_.size() > kMaxUploadsInMemory) {
    absl::erase_if(uploads_, [](const auto& row) {
      return row.second.use_count() == 1 && !row.second->spoilt();
    });
  }
  return taken;
}

void DocumentFolder::Forget(const std::string& document_id) {
  absl::MutexLock lock(&mutex_);
  uploads_.erase(document_id);
  digests_.erase(document_id);
}

absl::StatusOr<uint64_t> DocumentFolder::WriteChunk(const UploadShape& shape,
                                                    uint64_t offset,
                                                    absl::string_view data,
                                                    absl::string_view data_sha256) {
  if (offset >= shape.sealed_size || offset % shape.chunk_size != 0) {
    return Error(Reason::CHUNK_OUT_OF_RANGE)
        .Field("offset")
        .Accepted(absl::StrCat(
            "a multiple of ", shape.chunk_size, " below the size, ", shape.sealed_size));
  }
  if (data.size() != shape.ChunkSizeAt(offset)) {
    return Error(Reason::CHUNK_OUT_OF_RANGE)
        .Field("data")
        .Accepted(absl::StrCat(shape.ChunkSizeAt(offset), " bytes here"));
  }
  if (Sha256(data) != data_sha256) return DigestMismatch("data_sha256");
  ROG_RETURN_IF_ERROR(CheckRoom());
  if (Exists(PathOf(shape.document_id) + kSealed)) return Error(Reason::UPLOAD_FINISHED);
  auto written = Take(shape)->Write(offset, data, data_sha256);
  if (IsFullDisk(written.status())) return NoRoom();
  return written;
}

absl::StatusOr<UploadProgress> DocumentFolder::Progress(const UploadShape& shape) {
  if (Exists(PathOf(shape.document_id) + kSealed)) {
    return UploadProgress{.received_bytes = shape.sealed_size};
  }
  return Take(shape)->Progress();
}

absl::Status DocumentFolder::Finish(const UploadShape& shape, absl::string_view sealed_sha256) {
  const std::shared_ptr<PartialUpload> upload = Take(shape);
  const absl::Status finished = upload->Finish(sealed_sha256);
  if (finished.ok()) Forget(shape.document_id);
  const bool ended_before = !upload->spoilt() && Exists(PathOf(shape.document_id) + kSealed);
  if (finished.ok() || !ended_before) return finished;
  return CheckSealed(shape.document_id, sealed_sha256);
}

absl::Status DocumentFolder::CheckSealed(const std::string& document_id,
                                         absl::string_view sealed_sha256) {
  std::shared_ptr<SealedDigest> digest;
  {
    absl::MutexLock lock(&mutex_);
    if (digests_.size() > kMaxUploadsInMemory) digests_.clear();
    std::shared_ptr<SealedDigest>& found = digests_[document_id];
    if (found == nullptr) found = std::make_shared<SealedDigest>(PathOf(document_id) + kSealed);
    digest = found;
  }
  ROG_ASSIGN_OR_RETURN(const Bytes whole, digest->GoOn(look_bytes_));
  {
    absl::MutexLock lock(&mutex_);
    digests_.erase(document_id);
    uploads_.erase(document_id);
  }
  if (whole != sealed_sha256) return DigestMismatch("sealed_sha256");
  // Its bytes were synced before they had that name; the name itself perhaps not.
  return ToldByHub(SyncFolder(FolderOf(PathOf(document_id))));
}

absl::StatusOr<Bytes> DocumentFolder::Read(const std::string& document_id,
                                           uint64_t offset,
                                           size_t size) {
  const std::string sealed = PathOf(document_id) + kSealed;
  if (!Exists(sealed)) return Error(Reason::DOCUMENT_ERASED).Field("document_id");
  ROG_ASSIGN_OR_RETURN(const DiskFile file, DiskFile::Open(sealed, O_RDONLY));
  ROG_ASSIGN_OR_RETURN(const uint64_t whole, file.Size());
  if (offset >= whole) {
    return Error(Reason::CHUNK_OUT_OF_RANGE)
        .Field("offset")
        .Accepted(absl::StrCat("below the size, ", whole));
  }
  return file.ReadAt(offset, static_cast<size_t>(std::min<uint64_t>(size, whole - offset)));
}

std::shared_ptr<void> DocumentFolder::Hold(const std::string& document_id) {
  const auto is_left = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !removing_.contains(document_id);
  };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&is_left));
  ++holds_[document_id];
  return std::shared_ptr<void>(nullptr, [this, document_id](void*) { LetGo(document_id); });
}

void DocumentFolder::LetGo(const std::string& document_id) {
  absl::MutexLock lock(&mutex_);
  const auto held = holds_.find(document_id);
  if (--held->second == 0) holds_.erase(held);
}

void DocumentFolder::BeginRemoving(const std::string& document_id) {
  const auto is_left = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !removing_.contains(document_id);
  };
  const auto is_free = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !holds_.contains(document_id);
  };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&is_left));
  removing_.insert(document_id);
  mutex_.Await(absl::Condition(&is_free));
}

absl::Status DocumentFolder::Remove(const std::string& document_id) {
  BeginRemoving(document_id);
  Forget(document_id);
  const absl::Status removed = RemoveFiles(PathOf(document_id));
  absl::MutexLock lock(&mutex_);
  removing_.erase(document_id);
  return removed;
}

}  // namespace rogatoria
