#include "services/delivery/mailboxes.h"

#include <utility>

#include "common/base/error.h"
#include "services/delivery/fresh_acts.h"
#include "services/delivery/mailbox.h"

namespace rogatoria::delivery {
namespace {

absl::Status ShuttingDown() {
  return Error(Reason::SHUTTING_DOWN).RetryAfter(absl::Seconds(2));
}

}  // namespace

Mailboxes::Mailboxes(MailboxWorld world, MailboxOptions options)
    : world_(std::move(world)), options_(std::move(options)) {
  for (int i = 0; i < options_.workers; ++i) workers_.emplace_back([this] { Work(); });
  if (options_.tick > absl::ZeroDuration()) timer_ = std::thread([this] { Time(); });
}

Mailboxes::~Mailboxes() {
  Drain();
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& worker : workers_) worker.join();
  if (timer_.joinable()) timer_.join();
}

absl::StatusOr<StreamId> Mailboxes::Join(const std::string& authority,
                                         std::shared_ptr<MailboxStream> stream) {
  std::shared_ptr<Mailbox> mailbox;
  StreamId id = 0;
  {
    absl::MutexLock lock(&mutex_);
    if (draining_) return ShuttingDown();
    size_t& count = stream_counts_[authority];
    if (count >= options_.max_streams_per_authority) {
      return Error(Reason::MAILBOX_STREAMS_EXHAUSTED).RetryAfter(absl::Seconds(30));
    }
    ++count;
    std::shared_ptr<Mailbox>& found = mailboxes_[authority];
    if (found == nullptr) found = std::make_shared<Mailbox>(*this, authority);
    mailbox = found;
    id = ++last_stream_;
    streams_[id] = {mailbox, stream};
  }
  mailbox->Join(id, std::move(stream));
  return id;
}

void Mailboxes::Receive(StreamId stream, v1::ReceiveRequest message) {
  if (auto mailbox = MailboxOf(stream)) mailbox->Receive(stream, std::move(message));
}

void Mailboxes::Writable(StreamId stream) {
  if (auto mailbox = MailboxOf(stream)) mailbox->Writable(stream);
}

void Mailboxes::Leave(StreamId stream) {
  OpenStream left;  // destroyed after the lock is given back
  {
    absl::MutexLock lock(&mutex_);
    auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    left = std::move(found->second);
    streams_.erase(found);
    --stream_counts_[left.mailbox->authority()];
  }
  left.mailbox->Leave(stream);
}

void Mailboxes::OnCommit(const CommitSummary& summary,
                         const std::shared_ptr<const BatchReceipts>& receipts) {
  for (const std::string& authority : summary.mailboxes) {
    const auto mailbox = FindReadMailbox(authority);
    if (mailbox != nullptr) mailbox->Arrived(receipts);
  }
  if (!summary.directory_changed && !summary.standings_changed) return;
  absl::MutexLock lock(&mutex_);
  look_at_streams_ = true;
}

void Mailboxes::OnRequeued(const std::string& authority) {
  if (auto mailbox = FindMailbox(authority)) mailbox->PutBack();
}

void Mailboxes::Tick() {
  std::vector<std::shared_ptr<Mailbox>> mailboxes;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [authority, mailbox] : mailboxes_) {
      if (stream_counts_[authority] > 0) mailboxes.push_back(mailbox);
    }
  }
  for (const auto& mailbox : mailboxes) mailbox->Look();
  LookAtStreams();
}

void Mailboxes::LookAtStreams() {
  const Instant now = world_.clock.Now();
  for (const auto& [id, open] : Streams()) {
    const absl::Status status = open.stream->Look(now);
    if (status.ok()) continue;
    open.stream->Refused("", status);
    open.stream->End(status);
  }
}

void Mailboxes::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  for (const auto& [id, open] : Streams()) open.stream->End(ShuttingDown());
}

size_t Mailboxes::open_streams() const {
  absl::MutexLock lock(&mutex_);
  return streams_.size();
}

void Mailboxes::Schedule(std::shared_ptr<Mailbox> mailbox) {
  absl::MutexLock lock(&mutex_);
  if (!stopping_) due_.push_back(std::move(mailbox));
}

std::shared_ptr<Mailbox> Mailboxes::MailboxOf(StreamId stream) const {
  absl::MutexLock lock(&mutex_);
  auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : found->second.mailbox;
}

std::vector<std::pair<StreamId, Mailboxes::OpenStream>> Mailboxes::Streams() const {
  absl::MutexLock lock(&mutex_);
  return {streams_.begin(), streams_.end()};
}

// One that a stream is open on: the others read when somebody comes.
std::shared_ptr<Mailbox> Mailboxes::FindReadMailbox(const std::string& authority) const {
  absl::MutexLock lock(&mutex_);
  auto count = stream_counts_.find(authority);
  if (count == stream_counts_.end() || count->second == 0) return nullptr;
  return mailboxes_.at(authority);
}

std::shared_ptr<Mailbox> Mailboxes::FindMailbox(const std::string& authority) const {
  absl::MutexLock lock(&mutex_);
  auto found = mailboxes_.find(authority);
  return found == mailboxes_.end() ? nullptr : found->second;
}

bool Mailboxes::ServeDue() {
  bool served = false;
  while (std::shared_ptr<Mailbox> mailbox = TakeDue()) {
    mailbox->Serve();
    served = true;
  }
  return served;
}

std::shared_ptr<Mailbox> Mailboxes::TakeDue() {
  absl::MutexLock lock(&mutex_);
  if (due_.empty()) return nullptr;
  std::shared_ptr<Mailbox> mailbox = std::move(due_.front());
  due_.pop_front();
  return mailbox;
}

void Mailboxes::Work() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &Mailboxes::HasWork));
      if (due_.empty()) return;
    }
    // Another worker may have been quicker.
    if (std::shared_ptr<Mailbox> mailbox = TakeDue()) mailbox->Serve();
  }
}

void Mailboxes::Time() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(this, &Mailboxes::MustLook), options_.tick);
      if (stopping_) return;
      look_at_streams_ = false;
    }
    Tick();
  }
}

}  // namespace rogatoria::delivery
