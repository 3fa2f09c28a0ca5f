// All mailboxes of the hub and the threads that serve them: a few workers that may wait on the
// store, and a timer for leases. What one mailbox does is in mailbox.h; what it decides is
// dispatcher.h.
//
// Each mailbox is served by one worker at a time and for a bounded number of steps, so a slow or
// dead consumer holds up nobody else. Thread-safe; only Drain and the destructor wait.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/trust_anchors.h"
#include "common/directory/registry.h"
#include "common/ledger/commit_queue.h"
#include "common/ledger/evidence_of.h"
#include "common/ledger/ledger.h"
#include "common/model/caller.h"
#include "common/storage/store.h"
#include "services/delivery/dispatcher.h"
#include "services/delivery/mailbox_stream.h"

namespace rogatoria::delivery {

struct MailboxOptions {
  HubIdentity hub;
  DispatcherOptions dispatcher;
  size_t max_streams_per_authority = limits::kMaxStreamsPerAuthority;
  int workers = 2;  // none: only when ServeDue is called (tests)
  // How often leases and callers are looked at; zero: only when Tick is called (tests).
  absl::Duration tick = absl::Milliseconds(500);
};

// What mailboxes work with. All references must outlive them.
struct MailboxWorld {
  Store& store;
  CommitQueue& queue;
  const Registry& registry;
  SignatureVerifier& verifier;
  std::function<TrustAnchors()> seal_anchors;  // whose certificates organisations' seals may have
  Clock& clock;
};

class Mailbox;

// Destroy it after the servers were shut down and the queue was drained: both call it.
class Mailboxes {
 public:
  Mailboxes(MailboxWorld world, MailboxOptions options);
  ~Mailboxes();  // drains
  Mailboxes(const Mailboxes&) = delete;
  Mailboxes& operator=(const Mailboxes&) = delete;

  // --- for streams ---

  // Registers a stream of an authority; MAILBOX_STREAMS_EXHAUSTED over the bound, SHUTTING_DOWN
  // while draining. The id is never 0 and never given twice.
  absl::StatusOr<StreamId> Join(const std::string& authority,
                                std::shared_ptr<MailboxStream> stream);
  // What the client said; answered on the stream. A message against the protocol ends the stream.
  void Receive(StreamId stream, v1::ReceiveRequest message);
  // The stream can take deliveries again.
  void Writable(StreamId stream);
  // The stream is over: its rows go back.
  void Leave(StreamId stream);

  // --- for the daemon ---

  // Hands the mailboxes with a stream what a commit brought them;
  // after a change of the registry looks at all callers again. Call it from the ledger's listener.
  void OnCommit(const CommitSummary& summary, const std::shared_ptr<const BatchReceipts>& receipts);
  // A dead letter was put back: what lies before the cursor has to be looked at.
  void OnRequeued(const std::string& authority);
  // One look at leases, callers and streams that do not move. The timer calls it.
  void Tick();
  // Serves what is due, on the caller's thread. True when something was.
  bool ServeDue();
  // Ends every stream with SHUTTING_DOWN and takes no more. Idempotent.
  void Drain();

  size_t open_streams() const;

  // --- for Mailbox ---

  const MailboxWorld& world() const { return world_; }
  const MailboxOptions& options() const { return options_; }
  // Has a worker serve the mailbox soon.
  void Schedule(std::shared_ptr<Mailbox> mailbox);

 private:
  struct OpenStream {
    std::shared_ptr<Mailbox> mailbox;
    std::shared_ptr<MailboxStream> stream;
  };

  std::shared_ptr<Mailbox> MailboxOf(StreamId stream) const;
  std::vector<std::pair<StreamId, OpenStream>> Streams() const;
  std::shared_ptr<Mailbox> FindMailbox(const std::string& authority) const;
  std::shared_ptr<Mailbox> FindReadMailbox(const std::string& authority) const;
  void LookAtStreams();
  std::shared_ptr<Mailbox> TakeDue();
  void Work();
  void Time();
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || !due_.empty(); }
  bool MustLook() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || look_at_streams_; }

  const MailboxWorld world_;
  const MailboxOptions options_;

  mutable absl::Mutex mutex_;
  // As many as there are authorities that ever opened a stream.
  absl::flat_hash_map<std::string, std::shared_ptr<Mailbox>> mailboxes_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, size_t> stream_counts_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<StreamId, OpenStream> streams_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Mailbox>> due_ ABSL_GUARDED_BY(mutex_);
  StreamId last_stream_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool look_at_streams_ ABSL_GUARDED_BY(mutex_) = false;

  std::vector<std::thread> workers_;
  std::thread timer_;
};

}  // namespace rogatoria::delivery
