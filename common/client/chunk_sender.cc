#include "common/client/chunk_sender.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria::client {
namespace {

// Of a chunk's try. On a line on which four chunks need longer, one alone may not.
constexpr absl::Duration kChunkTime = absl::Minutes(5);
// Between a cut and the next try at least: the hub answered a call meanwhile, or this would spin.
constexpr absl::Duration kPauseAfterCut = absl::Milliseconds(20);

// The hub names so many ranges; what lies behind the last of a full list may be missing too.
bool IsMissing(const v1::Upload& upload, uint64_t offset) {
  const auto& missing = upload.missing();
  for (const v1::ByteRange& range : missing) {
    if (offset >= range.offset() && offset < range.offset() + range.size()) return true;
  }
  const bool full = static_cast<size_t>(missing.size()) >= limits::kMaxMissingRanges;
  return full && offset >= missing.rbegin()->offset() + missing.rbegin()->size();
}

bool WasCut(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

ChunkSender::ChunkSender(Connection& connection,
                         const v1::Upload& upload,
                         const TransferOptions& options)
    : connection_(connection), upload_(upload), options_(options) {
  chunk_.reserve(upload_.chunk_size());
  for (size_t i = 0; i < limits::kChunksInFlight; ++i) {
    threads_.emplace_back([this] { Work(); });
  }
}

ChunkSender::~ChunkSender() {
  {
    absl::MutexLock lock(&mutex_);
    ended_ = true;
    queue_.clear();
  }
  for (std::thread& thread : threads_) thread.join();
}

uint64_t ChunkSender::sent_bytes() const {
  absl::MutexLock lock(&mutex_);
  return sent_bytes_;
}

absl::Status ChunkSender::Add(absl::string_view sealed) {
  while (!sealed.empty()) {
    const size_t room = upload_.chunk_size() - chunk_.size();
    const absl::string_view part = sealed.substr(0, room);
    chunk_.append(part.data(), part.size());
    sealed.remove_prefix(part.size());
    if (chunk_.size() == upload_.chunk_size()) ROG_RETURN_IF_ERROR(PassOn());
  }
  return absl::OkStatus();
}

absl::Status ChunkSender::Finish() {
  if (!chunk_.empty()) ROG_RETURN_IF_ERROR(PassOn());
  {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &ChunkSender::IsIdle));
    ROG_RETURN_IF_ERROR(failure_);
  }
  return Report();
}

bool ChunkSender::HasRoom() const {
  return queue_.size() + in_flight_ < limits::kChunksInFlight || !failure_.ok();
}

bool ChunkSender::IsIdle() const {
  return (queue_.empty() && in_flight_ == 0) || !failure_.ok();
}

absl::Status ChunkSender::PassOn() {
  const uint64_t offset = std::exchange(offset_, offset_ + chunk_.size());
  if (IsMissing(upload_, offset)) {
    v1::PutChunkRequest request;
    request.set_document_id(upload_.document_id());
    request.set_offset(offset);
    request.set_data(std::move(chunk_));
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &ChunkSender::HasRoom));
    ROG_RETURN_IF_ERROR(failure_);
    queue_.push_back(std::move(request));
  }
  chunk_.clear();
  chunk_.reserve(upload_.chunk_size());
  return Report();
}

absl::Status ChunkSender::Report() {
  if (!options_.on_progress) return absl::OkStatus();
  return options_.on_progress({upload_.received_bytes() + sent_bytes(), upload_.sealed_size()});
}

void ChunkSender::SendOneAtATime() {
  absl::MutexLock lock(&mutex_);
  since_trouble_ = 0;
}

// One try, so that what a cut left unanswered is asked for before it is sent again.
absl::Status ChunkSender::Put(const v1::PutChunkRequest& request) {
  v1::DocumentService::Stub& stub = connection_.documents();
  absl::Time end = absl::InfiniteFuture();
  for (;;) {
    grpc::ClientContext context;
    connection_.Prepare(context, kChunkTime);
    v1::PutChunkResponse response;
    const absl::Status status = StatusOf(stub.PutChunk(&context, request, &response));
    if (status.ok()) return status;
    end = std::min(end, absl::Now() + options_.patience);
    if (absl::IsResourceExhausted(status)) SendOneAtATime();
    if (!WasCut(status)) {
      return CallPatiently(
                 connection_, &v1::DocumentService::Stub::PutChunk, request, options_, end)
          .status();
    }
    SendOneAtATime();
    if (options_.on_trouble && absl::Now() < end) options_.on_trouble(InWords(status), end);
    absl::SleepFor(kPauseAfterCut);
    v1::GetUploadRequest ask;
    ask.set_document_id(request.document_id());
    ROG_ASSIGN_OR_RETURN(
        const auto known,
        CallPatiently(connection_, &v1::DocumentService::Stub::GetUpload, ask, options_, end));
    const bool erased = known.upload().state() == v1::DOCUMENT_STATE_ERASED;
    if (!erased && !IsMissing(known.upload(), request.offset())) return absl::OkStatus();
    if (absl::Now() >= end) return InWords(status);
  }
}

void ChunkSender::Work() {
  for (;;) {
    v1::PutChunkRequest request;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &ChunkSender::HasWork));
      if (ended_) return;
      request = std::move(queue_.front());
      queue_.pop_front();
      ++in_flight_;
    }
    request.set_data_sha256(Sha256(request.data()));
    const absl::Status put = Put(request);
    absl::MutexLock lock(&mutex_);
    --in_flight_;
    failure_.Update(put);
    if (!put.ok()) continue;
    ++since_trouble_;
    sent_bytes_ += request.data().size();
  }
}

}  // namespace rogatoria::client
