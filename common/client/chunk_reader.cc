#include "common/client/chunk_reader.h"

#include <algorithm>
#include <utility>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria::client {
namespace {

absl::Status Ended() {
  return Error(Reason::CHUNK_OUT_OF_RANGE).Field("offset");
}

}  // namespace

ChunkReader::ChunkReader(Connection& connection,
                         const std::string& document_id,
                         uint64_t begin,
                         uint64_t end,
                         const TransferOptions& options)
    : connection_(connection),
      document_id_(document_id),
      begin_(begin),
      end_(end),
      options_(options) {
  const uint64_t threads = std::min<uint64_t>(limits::kChunksInFlight, Chunks());
  for (uint64_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

ChunkReader::~ChunkReader() {
  {
    absl::MutexLock lock(&mutex_);
    ended_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

uint64_t ChunkReader::Chunks() const {
  return (end_ - begin_ + limits::kMaxChunkBytes - 1) / limits::kMaxChunkBytes;
}

size_t ChunkReader::SizeOf(uint64_t chunk) const {
  const uint64_t left = end_ - begin_ - chunk * limits::kMaxChunkBytes;
  return static_cast<size_t>(std::min<uint64_t>(left, limits::kMaxChunkBytes));
}

// A document that ends early is not the one that was sealed; what there is of it is given first, so
// that the error names the right place.
absl::StatusOr<Bytes> ChunkReader::Next() {
  absl::MutexLock lock(&mutex_);
  if (given_ == Chunks()) return Ended();
  mutex_.Await(absl::Condition(this, &ChunkReader::HasNext));
  absl::StatusOr<Bytes> next = std::move(read_.extract(given_).mapped());
  const size_t asked = SizeOf(given_++);
  if (!next.ok()) {
    ended_ = true;
    return next;
  }
  if (next->size() > asked || next->empty()) return Ended();
  if (next->size() < asked) {
    ended_ = true;
    read_.insert_or_assign(given_, Ended());
  }
  return next;
}

absl::StatusOr<Bytes> ChunkReader::Fetch(uint64_t chunk) {
  v1::ReadDocumentRequest request;
  request.set_document_id(document_id_);
  request.set_offset(begin_ + chunk * limits::kMaxChunkBytes);
  request.set_size(static_cast<uint32_t>(SizeOf(chunk)));
  ROG_ASSIGN_OR_RETURN(
      auto read,
      CallPatiently(connection_, &v1::DocumentService::Stub::ReadDocument, request, options_));
  if (read.data_sha256() != Sha256(read.data())) {
    return Error(Reason::DIGEST_MISMATCH).Field("data");
  }
  return std::move(*read.mutable_data());
}

bool ChunkReader::HasWork() const {
  return ended_ || taken_ == Chunks() || taken_ - given_ < limits::kChunksInFlight;
}

void ChunkReader::Work() {
  for (;;) {
    uint64_t chunk = 0;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &ChunkReader::HasWork));
      if (ended_ || taken_ == Chunks()) return;
      chunk = taken_++;
    }
    absl::StatusOr<Bytes> read = Fetch(chunk);
    absl::MutexLock lock(&mutex_);
    read_.try_emplace(chunk, std::move(read));
  }
}

}  // namespace rogatoria::client
