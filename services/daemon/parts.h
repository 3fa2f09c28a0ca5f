// What an App is made of, in the order in which it is made; for app.cc and parts.cc only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/crypto/cms_signature.h"
#include "common/rpc/blocking_calls.h"
#include "common/rpc/trust_source.h"
#include "common/rpc/unsent.h"
#include "common/storage/document_folder.h"
#include "services/admin/admin_service.h"
#include "services/audit/audit_service.h"
#include "services/audit/cosignatures.h"
#include "services/daemon/app.h"
#include "services/daemon/core.h"
#include "services/daemon/hub_server.h"
#include "services/daemon/metrics.h"
#include "services/daemon/ticker.h"
#include "services/delivery/mailbox_service.h"
#include "services/delivery/mailboxes.h"
#include "services/directory/directory_service.h"
#include "services/documents/document_service.h"
#include "services/documents/keeper.h"
#include "services/exchange/admission.h"
#include "services/exchange/exchange_service.h"
#include "services/gate/gate.h"

namespace rogatoria::daemon {

class App::Parts {
 public:
  Parts(const Config& config, AppOptions options);
  ~Parts();

  absl::Status Open();
  void Serve();
  void Drain();

  AppStats Stats() const;
  std::vector<std::string> Warnings() const;

  const HubServer& public_server() const { return *public_server_; }
  const HubServer& admin_server() const { return *admin_server_; }
  const MetricsPage* metrics() const { return metrics_.get(); }
  Core& core() { return *core_; }

 private:
  absl::Status OpenTrust();
  absl::Status OpenServices();
  void OpenGate();
  void OpenExchange(const Door& door, const Bytes& route_key);
  void OpenMailboxes(const Door& door);
  void OpenRegisters(const Door& door,
                     const Bytes& route_key,
                     std::vector<merkle::VerifierKey> witnesses);
  HubIdentity Hub() const;
  absl::Status OpenServers();
  HubServerOptions ServerOptions(const ListenerConfig& listener,
                                 const std::shared_ptr<rpc::TrustSource>& trust,
                                 std::shared_ptr<grpc::AuthMetadataProcessor> processor);
  admin::AdminSeams MakeAdminSeams();
  void OpenDeadlines();
  absl::Status OpenDocuments(const Door& door);
  void Break(const absl::Status& why);
  void Tick();
  void Keep();

  const Config config_;
  const AppOptions options_;
  const Instant started_;
  bool drained_ = false;

  std::unique_ptr<Core> core_;
  std::shared_ptr<rpc::TrustSource> public_trust_, admin_trust_, signer_trust_;
  SignatureVerifier verifier_;
  UnsentResponses unsent_;
  std::unique_ptr<BlockingCalls> blocking_;
  std::unique_ptr<gate::Gate> gate_;
  std::unique_ptr<exchange::Admission> admission_;
  std::unique_ptr<delivery::Mailboxes> mailboxes_;
  std::unique_ptr<audit::Cosignatures> cosignatures_;

  std::unique_ptr<exchange::ExchangeService> exchange_;
  std::unique_ptr<delivery::MailboxService> mailbox_;
  std::unique_ptr<DocumentStore> document_bytes_;
  std::unique_ptr<documents::DocumentService> documents_;
  std::unique_ptr<documents::Keeper> keeper_;
  // One for each listener: a service belongs to one server.
  std::unique_ptr<directory::DirectoryService> directory_, admin_directory_;
  std::unique_ptr<audit::AuditService> audit_, admin_audit_;
  std::unique_ptr<admin::AdminService> admin_;

  std::unique_ptr<HubServer> public_server_, admin_server_;
  std::unique_ptr<MetricsPage> metrics_;
  std::unique_ptr<deadlines::AlertWorker> alerts_;
  std::unique_ptr<deadlines::Scheduler> scheduler_;
  std::unique_ptr<Ticker> ticker_, deadline_ticker_, keeper_ticker_;

  mutable absl::Mutex mutex_;
  // What failed at the last refresh of each trust source; empty when nothing did.
  std::vector<std::string> trust_warnings_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::daemon
