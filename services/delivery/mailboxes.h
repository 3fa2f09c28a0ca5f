// All mailboxes of the hub: takes what streams say, reads the store in small pages, settles through
// the commit pipeline, and puts messages on streams. What is decided is decided by Dispatcher; here
// are the threads: a few workers that may wait on the store, and a timer for leases. Each mailbox
// is served by one worker at a time, so a slow authority holds up nobody else for longer than one
// page.
//
// Thread-safe. No call waits on the store, except Drain and the destructor, which wait for the
// workers.
#pragma once

#include <atomic>
#include <condition_variable>
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
#include "common/ledger/commit_queue.h"
#include "common/ledger/ledger.h"
#include "common/model/caller.h"
#include "common/storage/store.h"
#include "services/delivery/dispatcher.h"
#include "services/delivery/mailbox_stream.h"

namespace rogatoria {
class Registry;
}

namespace rogatoria::delivery {

struct MailboxOptions {
  std::string trust_domain;
  DispatcherOptions dispatcher;
  size_t max_streams_per_authority = limits::kMaxStreamsPerAuthority;
  int workers = 2;
  // How often leases and callers are looked at; zero: only when Tick is called (tests).
  absl::Duration tick = absl::Milliseconds(500);
};

class Mailbox;  // one authority's; mailbox.h

class Mailboxes {
 public:
  // All references must outlive this.
  Mailboxes(Store& store,
            CommitQueue& queue,
            Registry& registry,
            SignatureVerifier& verifier,
            Clock& clock,
            MailboxOptions options);
  ~Mailboxes();  // drains
  Mailboxes(const Mailboxes&) = delete;
  Mailboxes& operator=(const Mailboxes&) = delete;

  // --- for streams ---

  // Registers a stream of the caller's authority; MAILBOX_STREAMS_EXHAUSTED over the bound,
  // SHUTTING_DOWN while draining. The id is never 0 and never given twice.
  absl::StatusOr<StreamId> Join(const Caller& caller, std::shared_ptr<MailboxStream> stream);
  // What the client said; answered on the stream. A message against the protocol ends the stream.
  void Receive(StreamId stream, v1::ReceiveRequest message);
  // The stream can take messages again.
  void Writable(StreamId stream);
  // The stream is over: its rows go back.
  void Leave(StreamId stream);

  // --- for the daemon ---

  // Wakes the mailboxes that a commit moved; after a change of the registry looks at all callers
  // again. Call it from the ledger's listener.
  void OnCommit(const CommitSummary& summary);
  // A dead letter was put back: what lies before the cursor has to be looked at.
  void OnRequeued(const std::string& authority);
  // One look at leases, callers and streams that do not move. The timer calls it.
  void Tick();
  // Ends every stream with SHUTTING_DOWN and takes no more. Idempotent.
  void Drain();

  size_t open_streams() const;

 private:
  friend class Mailbox;

  std::shared_ptr<Mailbox> MailboxOf(const std::string& authority);
  std::shared_ptr<Mailbox> MailboxOfStream(StreamId stream) const;
  std::vector<std::shared_ptr<Mailbox>> All() const;
  // Has a worker serve the mailbox soon; once however often it is asked.
  void Schedule(std::shared_ptr<Mailbox> mailbox);
  void Work();
  void Time();

  Store& store_;
  CommitQueue& queue_;
  Registry& registry_;
  SignatureVerifier& verifier_;
  Clock& clock_;
  const MailboxOptions options_;

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<Mailbox>> mailboxes_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<StreamId, std::shared_ptr<Mailbox>> streams_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Mailbox>> due_ ABSL_GUARDED_BY(mutex_);
  StreamId last_stream_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::vector<std::thread> workers_;
  std::thread timer_;
};

}  // namespace rogatoria::delivery
