// Offices that go on through crashes: writers that send and send again, consumers that take and
// acknowledge.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "common/client/office.h"
#include "tests/crash/external_ledger.h"

namespace rogatoria::crash {

// Sends requests that open cases to `recipient` until stopped, each until it has an answer.
class Writer {
 public:
  // `folder` is a state folder of its own.
  Writer(client::OfficeProfile profile,
         std::string recipient,
         std::string folder,
         ExternalLedger& ledger);
  ~Writer() { Stop(); }
  void Stop();
  // It has its route: from now on it sends.
  bool ready() const { return ready_; }

 private:
  void Run();
  void SendOne(client::Office& office,
               const client::Resolution& resolution,
               const client::KeyPair& seal,
               client::ActDraft& draft);
  // Until answered: the same bytes, however often the hub dies meanwhile.
  bool SubmitUntilAnswered(client::Office& office,
                           const std::string& act_id,
                           const v1::SubmitActRequest& request);

  client::OfficeProfile profile_;
  const std::string recipient_;
  ExternalLedger& ledger_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// Takes deliveries as primary until stopped.
class Consumer {
 public:
  Consumer(client::OfficeProfile profile, ExternalLedger& ledger);
  ~Consumer() { Stop(); }
  void Stop();

 private:
  void Run();
  absl::Status TakeUntilCut(client::Connection& connection, const client::KeyPair& seal);
  absl::StatusOr<v1::ReceiveRequest> Acknowledge(
      const client::KeyPair& seal,
      const std::string& act_id,
      const client::Subscription::Delivery& delivery) const;

  client::OfficeProfile profile_;
  ExternalLedger& ledger_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace rogatoria::crash
