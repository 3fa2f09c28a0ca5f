// Mailboxes over a memory store and a real commit pipeline, served by hand: nothing happens unless
// the test says Settle(). One authority, co-fgn, with an organisation seal; acts come from pt-pgr.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "common/base/random.h"
#include "common/crypto/digest.h"
#include "common/crypto/pki.h"
#include "common/ledger/audit_and_wait.h"
#include "common/ledger/commit_queue.h"
#include "common/model/canonical.h"
#include "services/delivery/mailboxes.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/test_header.h"

namespace rogatoria::delivery {

// A stream that keeps what it was given.
class FakeStream final : public MailboxStream {
 public:
  bool Send(v1::ReceiveResponse message) override {
    absl::MutexLock lock(&mutex_);
    messages_.push_back(std::move(message));
    return !full_;
  }
  void Answer(uint64_t position, const absl::StatusOr<v1::Receipt>& outcome) override {
    absl::MutexLock lock(&mutex_);
    answers_.emplace_back(position, outcome);
  }
  void Handled() override {}
  void End(const absl::Status& status) override {
    absl::MutexLock lock(&mutex_);
    if (!ended_) end_ = status;
    ended_ = true;
  }
  absl::Status Look(Instant) override {
    absl::MutexLock lock(&mutex_);
    return standing_;
  }
  void Refused(absl::string_view object, const absl::Status& refusal) override {
    absl::MutexLock lock(&mutex_);
    refusals_.emplace_back(std::string(object), refusal);
  }

  void set_full(bool full) {
    absl::MutexLock lock(&mutex_);
    full_ = full;
  }
  void set_standing(absl::Status standing) {
    absl::MutexLock lock(&mutex_);
    standing_ = std::move(standing);
  }
  bool ended() const {
    absl::MutexLock lock(&mutex_);
    return ended_;
  }
  absl::Status end() const {
    absl::MutexLock lock(&mutex_);
    return end_;
  }
  std::vector<v1::ReceiveResponse> messages() const {
    absl::MutexLock lock(&mutex_);
    return messages_;
  }
  std::vector<v1::ReceiveResponse::Delivery> deliveries() const {
    std::vector<v1::ReceiveResponse::Delivery> found;
    for (const auto& message : messages()) {
      if (message.has_delivery()) found.push_back(message.delivery());
    }
    return found;
  }
  std::vector<uint64_t> positions() const {
    std::vector<uint64_t> found;
    for (const auto& delivery : deliveries()) found.push_back(delivery.position());
    return found;
  }
  std::vector<std::pair<uint64_t, absl::StatusOr<v1::Receipt>>> answers() const {
    absl::MutexLock lock(&mutex_);
    return answers_;
  }
  std::vector<std::pair<std::string, absl::Status>> refusals() const {
    absl::MutexLock lock(&mutex_);
    return refusals_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::vector<v1::ReceiveResponse> messages_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<uint64_t, absl::StatusOr<v1::Receipt>>> answers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<std::string, absl::Status>> refusals_ ABSL_GUARDED_BY(mutex_);
  bool full_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
  absl::Status standing_ ABSL_GUARDED_BY(mutex_);
};

// A record that only marks a place in the log.
inline AuditRecord Marker() {
  AuditRecord record;
  record.operation = AuditOperation::kAdministration;
  record.principal = "spiffe://rogatoria.example/operator/test";
  record.method = "/test";
  record.outcome = "OK";
  return record;
}

struct TestSeal {
  PrivateKey key;
  Certificate certificate;
};

class TestMailboxes {
 public:
  explicit TestMailboxes(MailboxOptions options = {}) {
    options.hub = {"rogatoria.example", "ES"};
    options.workers = 0;
    options.tick = absl::ZeroDuration();
    hub.ledger->SetListener(
        [this](const CommitSummary& summary, const std::shared_ptr<const BatchReceipts>& receipts) {
          if (mailboxes != nullptr) mailboxes->OnCommit(summary, receipts);
        });
    queue = std::make_unique<CommitQueue>(
        *hub.ledger, CommitQueueOptions(), [](const absl::Status&) {});
    mailboxes = std::make_unique<Mailboxes>(MailboxWorld{.store = *hub.store,
                                                         .queue = *queue,
                                                         .registry = registry,
                                                         .verifier = verifier,
                                                         .seal_anchors = [this] { return anchors; },
                                                         .clock = hub.clock},
                                            options);
    registry.SetDirectory(std::make_shared<const Directory>(MakeDirectory()), 1);
  }
  ~TestMailboxes() { queue->Drain(); }

  // Everything that is under way: commits and what follows from them.
  void Settle() {
    do {
      mailboxes->ServeDue();
      absl::Notification told;
      queue->Submit(std::make_unique<AuditCommand>(
          Marker(), 0, "", [&](const absl::Status&) { told.Notify(); }));
      told.WaitForNotification();
    } while (mailboxes->ServeDue());
  }

  // Records an act of a case with its A.1 and D.1. Returns its act id.
  std::string AddAct(int number,
                     int case_number,
                     v1::ChannelClass channel_class = v1::CHANNEL_CLASS_INFORMAL,
                     v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED);

  // Puts a notice about that case (0: about none) into the mailbox.
  void AddNotice(int case_number, v1::NoticeKind kind = v1::NOTICE_KIND_DEADLINE_WARNING);

  struct OpenStream {
    StreamId id = 0;
    std::shared_ptr<FakeStream> stream = std::make_shared<FakeStream>();
  };
  OpenStream Join() {
    OpenStream opened;
    opened.id = mailboxes->Join("co-fgn", opened.stream).value();
    return opened;
  }
  OpenStream Open(uint32_t credits,
                  v1::SubscriptionRole role = v1::SUBSCRIPTION_ROLE_PRIMARY,
                  uint64_t after = 0) {
    OpenStream opened = Join();
    v1::ReceiveRequest message;
    message.mutable_open()->set_role(role);
    message.mutable_open()->set_after_position(after);
    mailboxes->Receive(opened.id, message);
    if (credits > 0) Credit(opened, credits);
    Settle();
    return opened;
  }
  void Credit(const OpenStream& opened, uint32_t count) {
    v1::ReceiveRequest message;
    message.mutable_credit()->set_count(count);
    mailboxes->Receive(opened.id, message);
  }
  void Close(const OpenStream& opened) {
    mailboxes->Leave(opened.id);
    Settle();
  }

  v1::AcknowledgementStatement StatementFor(const v1::ReceiveResponse::Delivery& delivery) const;
  v1::ReceiveRequest::Acknowledge MakeAcknowledgement(uint64_t position,
                                                      const v1::AcknowledgementStatement& statement,
                                                      const TestSeal* signer) const;
  // Acknowledges as an office does, under seal.
  void Acknowledge(const OpenStream& opened, const v1::ReceiveResponse::Delivery& delivery);
  void Say(const OpenStream& opened, const v1::ReceiveRequest::Acknowledge& acknowledgement) {
    v1::ReceiveRequest message;
    *message.mutable_acknowledge() = acknowledgement;
    mailboxes->Receive(opened.id, message);
    Settle();
  }
  void Reject(const OpenStream& opened, uint64_t position, v1::RejectReason reason) {
    v1::ReceiveRequest message;
    message.mutable_reject()->set_position(position);
    message.mutable_reject()->set_reason(reason);
    mailboxes->Receive(opened.id, message);
    Settle();
  }
  // Acknowledges a notice.
  void Take(const OpenStream& opened, uint64_t position) {
    v1::ReceiveRequest::Acknowledge acknowledgement;
    acknowledgement.set_position(position);
    Say(opened, acknowledgement);
  }
  // The latest audit record about a notice.
  AuditRecord LastNoticeRecord() const;
  void LetLeasesEnd() {
    hub.clock.Advance(absl::Milliseconds(limits::kLeaseMs));
    mailboxes->Tick();
    Settle();
  }
  DeliveryRecord Row(uint64_t position) const {
    return (*hub.store->OpenSnapshot())->GetDelivery({"co-fgn", position}).value();
  }
  TestSeal Issue(const std::string& name) const;

  TestHub hub;
  SystemRandom random;
  CertificateAuthority authority = MakeAuthority();
  TrustAnchors anchors = TrustAnchors::Create({authority.certificate()}).value();
  TestSeal seal = Issue("seal of co-fgn");
  TestSeal stranger = Issue("seal of somebody else");
  SignatureVerifier verifier;
  Registry registry;
  std::unique_ptr<CommitQueue> queue;
  std::unique_ptr<Mailboxes> mailboxes;

 private:
  CertificateAuthority MakeAuthority();
  Directory::Contents MakeDirectory() const;
};

}  // namespace rogatoria::delivery
