#include "tests/bench/documents/loads.h"

#include <atomic>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/base/turns.h"
#include "common/client/document_upload.h"
#include "common/client/source_file.h"
#include "common/client/upload_state.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"
#include "common/crypto/segment_sealer.h"
#include "tests/bench/documents/sink.h"

namespace rogatoria::bench {
namespace {

constexpr size_t kPiece = limits::kMaxChunkBytes;
constexpr size_t kSegmentsAhead = 2;
constexpr int kNice = 19;

// Sealed segments on their way from the thread that seals to the one that sends.
class SegmentQueue {
 public:
  void Put(Bytes segment) {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &SegmentQueue::HasRoom));
    segments_.push_back(std::move(segment));
  }
  void End() {
    absl::MutexLock lock(&mutex_);
    ended_ = true;
  }
  // Empty at the end.
  Bytes Take() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &SegmentQueue::HasNext));
    if (segments_.empty()) return "";
    Bytes next = std::move(segments_.front());
    segments_.pop_front();
    return next;
  }

 private:
  bool HasRoom() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return segments_.size() < kSegmentsAhead;
  }
  bool HasNext() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return ended_ || !segments_.empty(); }

  absl::Mutex mutex_;
  std::deque<Bytes> segments_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

// All that the header and the manifest need: HMAC, segments and their digests, digest of the whole.
absl::Status SealFile(const std::string& path, SegmentQueue& queue) {
  SystemRandom random;
  SegmentSealer sealer(GenerateKek(random), random.Generate(32));
  ROG_ASSIGN_OR_RETURN(auto file, client::SourceFile::Open(path));
  Sha256Hasher whole;
  Bytes clear;
  for (uint64_t offset = 0; offset < file->size(); offset += clear.size()) {
    ROG_RETURN_IF_ERROR(file->Read(offset, client::SegmentBytesOf(file->size()), clear));
    ROG_ASSIGN_OR_RETURN(Bytes segment, sealer.Seal(clear));
    whole.Update(segment);
    queue.Put(std::move(segment));
  }
  whole.Finish();
  return absl::OkStatus();
}

client::UploadSource SourceOf(const client::OfficeProfile& profile, const std::string& path) {
  SystemRandom random;
  return {path,
          "application/octet-stream",
          profile.authority,
          profile.state,
          GenerateUuid(random, SystemClock().Now()),
          1};
}

// Holds all who share it to so many bytes a second together.
class Pace {
 public:
  explicit Pace(uint64_t bytes_per_second) : rate_(static_cast<double>(bytes_per_second)) {}
  void Keep(uint64_t moved) {
    const double due = static_cast<double>(bytes_ += moved) / rate_;
    absl::SleepFor(begun_ + absl::Seconds(due) - absl::Now());
  }
  uint64_t bytes() const { return bytes_; }

 private:
  const double rate_;
  const absl::Time begun_ = absl::Now();
  std::atomic<uint64_t> bytes_{0};
};

// Runs `once` in so many threads until standard input ends.
absl::Status RunUntilInputEnds(int count, const std::function<absl::Status()>& once) {
  setpriority(PRIO_PROCESS, 0, kNice);
  GiveWay();
  std::atomic<bool> ended{false};
  absl::Mutex mutex;
  absl::Status first;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&] {
      while (!ended) {
        const absl::Status status = once();
        absl::MutexLock lock(&mutex);
        first.Update(status);
        if (!status.ok()) ended = true;
      }
    });
  }
  std::string line;
  while (std::getline(std::cin, line)) continue;
  ended = true;
  for (std::thread& thread : threads) thread.join();
  return first;
}

}  // namespace

absl::Status MakeFile(const std::string& path, uint64_t bytes) {
  SystemRandom random;
  std::ofstream file(path, std::ios::binary);
  Bytes piece = random.Generate(kPiece);
  for (uint64_t done = 0; done < bytes; done += piece.size()) {
    std::memcpy(piece.data(), &done, sizeof(done));
    file.write(piece.data(),
               static_cast<std::streamsize>(std::min<uint64_t>(kPiece, bytes - done)));
  }
  return file.good() ? absl::OkStatus() : absl::InternalError("the file cannot be written");
}

absl::StatusOr<absl::Duration> Upload(client::Office& office, const std::string& path) {
  SystemRandom random;
  const client::UploadSource source = SourceOf(office.profile(), path);
  const absl::Time begun = absl::Now();
  ROG_ASSIGN_OR_RETURN(const auto uploaded,
                       client::UploadDocument(office.connection(), source, {}, random));
  const absl::Duration took = absl::Now() - begun;
  ROG_RETURN_IF_ERROR(office.AbandonUpload(uploaded.document_id));
  return took;
}

absl::StatusOr<absl::Duration> SealIntoSink(const client::OfficeProfile& profile,
                                            int port,
                                            const std::string& path) {
  const absl::Time begun = absl::Now();
  SegmentQueue queue;
  absl::Status sealed;
  std::thread sealer([&] {
    sealed = SealFile(path, queue);
    queue.End();
  });
  const absl::Status sent = SendToSink(profile, port, [&](const auto& send) -> absl::Status {
    for (Bytes segment = queue.Take(); !segment.empty(); segment = queue.Take()) {
      for (size_t at = 0; at < segment.size(); at += kPiece) {
        ROG_RETURN_IF_ERROR(send(absl::string_view(segment).substr(at, kPiece)));
      }
    }
    return absl::OkStatus();
  });
  sealer.join();
  ROG_RETURN_IF_ERROR(sealed);
  ROG_RETURN_IF_ERROR(sent);
  return absl::Now() - begun;
}

absl::Status KeepUploading(const std::string& profile, const std::string& path, int count) {
  ROG_ASSIGN_OR_RETURN(const auto loaded, client::LoadProfile(profile));
  ROG_ASSIGN_OR_RETURN(const auto office, client::Office::Open(loaded));
  const uint64_t size = std::filesystem::file_size(path);
  std::atomic<uint64_t> bytes{0};
  const absl::Status status = RunUntilInputEnds(count, [&]() -> absl::Status {
    ROG_RETURN_IF_ERROR(Upload(*office, path).status());
    bytes += size;
    return absl::OkStatus();
  });
  std::cout << bytes << std::endl;
  return status;
}

absl::Status KeepSinking(const std::string& profile,
                         const std::string& path,
                         int count,
                         int port,
                         uint64_t bytes_per_second) {
  ROG_ASSIGN_OR_RETURN(const auto loaded, client::LoadProfile(profile));
  Pace pace(bytes_per_second);
  const uint64_t size = std::filesystem::file_size(path);
  const absl::Status status = RunUntilInputEnds(count, [&]() -> absl::Status {
    ROG_RETURN_IF_ERROR(SealIntoSink(loaded, port, path).status());
    pace.Keep(size);
    return absl::OkStatus();
  });
  std::cout << pace.bytes() << std::endl;
  return status;
}

absl::Status KeepWriting(const std::string& folder,
                         uint64_t bytes,
                         int count,
                         uint64_t bytes_per_second) {
  const Bytes piece(kPiece, 'x');
  Pace pace(bytes_per_second);
  std::atomic<int> files{0};
  const absl::Status status = RunUntilInputEnds(count, [&]() -> absl::Status {
    const std::string path = absl::StrCat(folder, "/", ++files);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (uint64_t at = 0; at < bytes; at += kPiece, pace.Keep(kPiece)) {
      if (pwrite(file, piece.data(), kPiece, static_cast<off_t>(at)) < 0) break;
      sync_file_range(file, static_cast<off64_t>(at), kPiece, SYNC_FILE_RANGE_WRITE);
    }
    const bool synced = fdatasync(file) == 0;
    close(file);
    unlink(path.c_str());
    return synced ? absl::OkStatus() : absl::InternalError("not synced");
  });
  std::cout << pace.bytes() << std::endl;
  return status;
}

}  // namespace rogatoria::bench
