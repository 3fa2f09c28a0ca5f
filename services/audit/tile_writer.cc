#include "services/audit/tile_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/audit/published_log.h"

namespace rogatoria::audit {
namespace {

// A hub that was told to stop writes tiles no longer than this.
constexpr absl::Duration kLongestLastRound = absl::Seconds(5);

PublishedLog FilesOf(const std::string& folder, uint64_t log) {
  return PublishedLog(absl::StrCat(folder, "/", log), log);
}

// The head of each log of the database, the first log first.
absl::StatusOr<std::vector<BatchRecord>> Heads(Store& store) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(const Head head, snapshot->GetHead());
  std::vector<BatchRecord> heads;
  for (uint64_t log = 1; log <= head.log; ++log) {
    auto last = snapshot->GetLastBatch(log);
    // A restore leaves out numbers that were published after its backup.
    if (absl::IsNotFound(last.status()) && log < head.log) continue;
    ROG_RETURN_IF_ERROR(last.status());
    heads.push_back(*std::move(last));
  }
  return heads;
}

absl::Status PublishedIsAhead(uint64_t log, uint64_t published, absl::string_view what_to_do) {
  return Error(Reason::PUBLISHED_LOG_AHEAD)
      .Accepted(absl::StrCat("log ",
                             log,
                             " was published up to ",
                             published,
                             " entries, and the database holds less of it. ",
                             what_to_do));
}

absl::Status CheckPublished(const TileWriterOptions& options,
                            const std::vector<BatchRecord>& heads) {
  // A checkpoint that cannot be read is derived like the rest, and is written anew.
  const auto published = [&](uint64_t log) {
    return FilesOf(options.folder, log).Size().value_or(0);
  };
  if (!heads.empty() && !options.begins_log && published(heads.back().log) > heads.back().size) {
    return PublishedIsAhead(heads.back().log,
                            published(heads.back().log),
                            "Put the newest database in its place; or move this one away and put a "
                            "backup there with `rogatoriad --restore`, which begins a log that "
                            "commits to what was restored");
  }
  const uint64_t next = heads.empty() ? 1 : heads.back().log + 1;
  if (published(next) == 0) return absl::OkStatus();
  return PublishedIsAhead(
      next,
      published(next),
      "Put in its place a database that knows this log, since another one "
      "under the same name would contradict it; or move this one away and put a "
      "backup there with `rogatoriad --restore`, which leaves that number out");
}

}  // namespace

TileWriter::TileWriter(Store& store, TileWriterOptions options)
    : store_(store), options_(std::move(options)) {}

TileWriter::~TileWriter() {
  Stop();
}

absl::StatusOr<std::unique_ptr<TileWriter>> TileWriter::Open(Store& store,
                                                             TileWriterOptions options) {
  ROG_ASSIGN_OR_RETURN(const auto heads, Heads(store));
  ROG_RETURN_IF_ERROR(CheckPublished(options, heads));
  return std::unique_ptr<TileWriter>(new TileWriter(store, std::move(options)));
}

void TileWriter::Start() {
  Wake();
  thread_ = std::thread([this] { Run(); });
}

void TileWriter::Wake() {
  absl::MutexLock lock(&mutex_);
  woken_ = true;
}

void TileWriter::Stop() {
  if (!thread_.joinable()) return;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    last_round_ends_ = absl::Now() + kLongestLastRound;
  }
  thread_.join();
}

bool TileWriter::AwaitWork() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &TileWriter::HasWork));
  woken_ = false;
  return !stopping_;
}

void TileWriter::Run() {
  bool repair = true;
  bool going_on = true;
  while (going_on) {
    going_on = AwaitWork();
    // A round that failed is repeated whole, but for the last one: that adds what is new.
    repair = !PublishNow(repair && going_on).ok();
    absl::MutexLock lock(&mutex_);
    if (repair) woken_ = true;
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), options_.interval);
  }
}

bool TileWriter::MustGiveUp(bool repair) const {
  absl::MutexLock lock(&mutex_);
  return stopping_ && (repair || absl::Now() > last_round_ends_);
}

absl::Status TileWriter::PublishNow(bool repair) {
  absl::MutexLock round(&publishing_);
  const auto publish = [&]() -> absl::Status {
    ROG_ASSIGN_OR_RETURN(const auto heads, Heads(store_));
    for (const BatchRecord& head : heads) {
      ROG_RETURN_IF_ERROR(FilesOf(options_.folder, head.log).Publish(store_, head, repair, [&] {
        return MustGiveUp(repair);
      }));
    }
    return absl::OkStatus();
  };
  absl::Status status = publish();
  absl::MutexLock lock(&mutex_);
  last_status_ = status;
  return status;
}

absl::StatusOr<uint64_t> TileWriter::PublishedSize(uint64_t log) const {
  return FilesOf(options_.folder, log).Size();
}

absl::Status TileWriter::last_status() const {
  absl::MutexLock lock(&mutex_);
  return last_status_;
}

}  // namespace rogatoria::audit
