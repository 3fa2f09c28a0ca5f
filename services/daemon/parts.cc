#include "services/daemon/parts.h"

#include <utility>

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/tls_policy.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "services/delivery/settle.h"
#include "services/exchange/legal_dates.h"

namespace rogatoria::daemon {
namespace {

constexpr char kZoneFolder[] = "/usr/share/zoneinfo";
constexpr absl::Duration kKeeperInterval = absl::Seconds(10);
constexpr absl::Duration kCertificateWarning = absl::Hours(14 * 24);
rpc::TrustFiles TrustOf(const ListenerConfig& listener) {
  return {listener.client_ca, listener.client_crl, absl::Hours(listener.crl_grace_hours)};
}

absl::StatusOr<std::vector<merkle::VerifierKey>> ParseWitnesses(
    const std::vector<std::string>& texts) {
  std::vector<merkle::VerifierKey> keys;
  for (const std::string& text : texts) {
    ROG_ASSIGN_OR_RETURN(merkle::VerifierKey key, merkle::VerifierKey::Parse(text));
    keys.push_back(std::move(key));
  }
  return keys;
}

gate::MethodTable PublicMethods() {
  return gate::MethodTable({v1::ExchangeService::service_full_name(),
                            v1::MailboxService::service_full_name(),
                            v1::DocumentService::service_full_name(),
                            v1::DirectoryService::service_full_name(),
                            v1::AuditService::service_full_name(),
                            gate::kHealthService});
}

gate::MethodTable AdminMethods() {
  return gate::MethodTable({v1::AdminService::service_full_name(),
                            v1::DirectoryService::service_full_name(),
                            v1::AuditService::service_full_name(),
                            gate::kHealthService,
                            gate::kReflectionService});
}

void WarnOfCertificate(const std::string& listener,
                       const std::string& file,
                       Instant now,
                       std::vector<std::string>& warnings) {
  const auto pem = ReadFile(file, limits::kMaxDirectoryFileBytes);
  const auto chain = pem.ok() ? Certificate::BundleFromPem(*pem) : pem.status();
  if (!chain.ok()) {
    warnings.push_back(absl::StrCat("the ", listener, " certificate cannot be read"));
  } else if (chain->front().not_after() - now < kCertificateWarning) {
    warnings.push_back(absl::StrCat(
        "the ", listener, " certificate expires at ", chain->front().not_after().ToString()));
  }
}

}  // namespace

App::Parts::Parts(const Config& config, AppOptions options)
    : config_(config), options_(std::move(options)), started_(options_.clock->Now()) {}

App::Parts::~Parts() {
  Drain();
  // Servers first, then what their calls used, then what the queue's last commands told.
  ticker_.reset();
  deadline_ticker_.reset();
  keeper_ticker_.reset();
  metrics_.reset();
  public_server_.reset();
  admin_server_.reset();
  blocking_.reset();
  documents_.reset();
  if (alerts_ != nullptr) alerts_->Stop();
  if (core_ != nullptr) core_->Drain();
}

absl::Status App::Parts::Open() {
  ROG_RETURN_IF_ERROR(RequireTls13());
  ROG_RETURN_IF_ERROR(OpenTrust());
  ROG_ASSIGN_OR_RETURN(
      core_,
      Core::Open(config_, *options_.log, *options_.clock, [this](const auto& why) { Break(why); }));
  ROG_RETURN_IF_ERROR(OpenServices());
  return OpenServers();
}

absl::Status App::Parts::OpenTrust() {
  Clock& clock = *options_.clock;
  ROG_ASSIGN_OR_RETURN(public_trust_,
                       rpc::TrustSource::Open(TrustOf(config_.public_listener), clock));
  ROG_ASSIGN_OR_RETURN(admin_trust_,
                       rpc::TrustSource::Open(TrustOf(config_.admin_listener), clock));
  ROG_ASSIGN_OR_RETURN(
      signer_trust_,
      rpc::TrustSource::Open(
          {config_.signers.ca, config_.signers.crl, absl::Hours(config_.signers.crl_grace_hours)},
          clock));
  return absl::OkStatus();
}

absl::Status App::Parts::OpenServices() {
  ROG_ASSIGN_OR_RETURN(const Bytes route_key, core_->RouteKey());
  ROG_ASSIGN_OR_RETURN(auto witnesses, ParseWitnesses(config_.log.witnesses));
  OpenGate();
  Door door = gate_->MakeDoor(*blocking_);
  door.unsent = &unsent_;
  OpenExchange(door, route_key);
  OpenMailboxes(door);
  OpenRegisters(door, route_key, std::move(witnesses));
  OpenDeadlines();
  return OpenDocuments(door);
}

void App::Parts::OpenGate() {
  blocking_ = std::make_unique<BlockingCalls>(config_.limits.max_blocking_calls);
  gate_ = std::make_unique<gate::Gate>(
      core_->registry(),
      core_->refusals(),
      *options_.clock,
      gate::GateOptions{
          .trust_domain = config_.trust_domain,
          .bootstrap = {config_.bootstrap.identity, config_.bootstrap.certificate_sha256},
          .calls_per_second = config_.limits.max_calls_per_second});
}

HubIdentity App::Parts::Hub() const {
  return {config_.trust_domain, config_.governing_law};
}

void App::Parts::OpenExchange(const Door& door, const Bytes& route_key) {
  admission_ = std::make_unique<exchange::Admission>(
      exchange::AdmissionRules{Hub(), config_.training, route_key},
      core_->registry(),
      verifier_,
      [trust = signer_trust_] { return trust->current(); },
      *options_.clock);
  exchange_ = std::make_unique<exchange::ExchangeService>(door,
                                                          *admission_,
                                                          core_->registry(),
                                                          core_->store(),
                                                          core_->queue(),
                                                          ReadTzdataVersion(kZoneFolder));
}

void App::Parts::OpenMailboxes(const Door& door) {
  delivery::MailboxOptions options;
  options.hub = Hub();
  options.dispatcher.lease = absl::Milliseconds(config_.limits.lease_ms);
  options.dispatcher.max_attempts = static_cast<uint32_t>(config_.limits.max_delivery_attempts);
  options.max_streams_per_authority = static_cast<size_t>(config_.limits.max_streams_per_authority);
  mailboxes_ = std::make_unique<delivery::Mailboxes>(
      delivery::MailboxWorld{core_->store(),
                             core_->queue(),
                             core_->registry(),
                             verifier_,
                             [trust = signer_trust_] { return trust->current(); },
                             *options_.clock},
      options);
  mailbox_ = std::make_unique<delivery::MailboxService>(door, *mailboxes_);
  core_->SetListener(
      [this](const CommitSummary& summary, const std::shared_ptr<const BatchReceipts>& receipts) {
        mailboxes_->OnCommit(summary, receipts);
      });
}

void App::Parts::OpenRegisters(const Door& door,
                               const Bytes& route_key,
                               std::vector<merkle::VerifierKey> witnesses) {
  const std::string log_key = core_->ledger().verifier_key();
  const directory::DirectoryOptions options{.trust_domain = config_.trust_domain,
                                            .route_key = route_key};
  cosignatures_ = std::make_unique<audit::Cosignatures>(config_.store.tiles, std::move(witnesses));
  for (auto* service : {&directory_, &admin_directory_}) {
    *service = std::make_unique<directory::DirectoryService>(
        door, core_->registry(), core_->store(), *options_.clock, options);
  }
  for (auto* service : {&audit_, &admin_audit_}) {
    *service = std::make_unique<audit::AuditService>(door, core_->store(), *cosignatures_, log_key);
  }
  admin_ = std::make_unique<admin::AdminService>(
      door,
      core_->store(),
      core_->queue(),
      core_->registry(),
      admin::AdminOptions{.version = ROGATORIA_VERSION,
                          .trust_domain = config_.trust_domain,
                          .verifier_key = log_key,
                          .backup_folder = config_.store.backups,
                          .started = started_},
      MakeAdminSeams());
}

admin::AdminSeams App::Parts::MakeAdminSeams() {
  return {.open_streams = [this] { return static_cast<uint32_t>(mailboxes_->open_streams()); },
          .warnings = [this] { return Warnings(); },
          .requeue =
              [](const Caller& caller,
                 const v1::RequeueDeadLetterRequest& request,
                 std::function<void(absl::Status)> done) {
                return std::make_unique<delivery::RequeueCommand>(caller, request, std::move(done));
              },
          .requeued = [this](const std::string& authority) { mailboxes_->OnRequeued(authority); },
          .verify_signature =
              [this](absl::string_view signature, absl::string_view message) {
                return verifier_.VerifyDetached(
                    signature, message, signer_trust_->current(), options_.clock->Now());
              },
          .now = [this] { return options_.clock->Now(); }};
}

void App::Parts::OpenDeadlines() {
  alerts_ = std::make_unique<deadlines::AlertWorker>(
      config_.alerts,
      config_.trust_domain,
      [this](deadlines::Alert alert) {
        core_->queue().Submit(std::make_unique<deadlines::AlertSentCommand>(std::move(alert)));
      },
      [this](const deadlines::Alert& alert, const absl::Status& why) {
        options_.log->Write(
            Level::kWarning, "alert_failed", {{"alert", alert.name}, {"why", why.message()}});
      });
  scheduler_ = std::make_unique<deadlines::Scheduler>(
      core_->store(),
      core_->registry(),
      *options_.clock,
      [this](std::unique_ptr<Command> command) { core_->queue().Submit(std::move(command)); },
      *alerts_);
}

absl::Status App::Parts::OpenDocuments(const Door& door) {
  const auto& config = config_.documents;
  const auto gib = [](int number) { return static_cast<uint64_t>(number) << 30; };
  ROG_ASSIGN_OR_RETURN(document_bytes_,
                       DocumentFolder::Open(config_.DocumentsFolder(),
                                            static_cast<uint64_t>(config.reserve_mib) << 20));
  const documents::DocumentOptions options{
      .max_open_uploads = static_cast<uint64_t>(config.max_open_uploads),
      .max_stored_bytes = gib(config.max_stored_gib),
      .max_bytes_per_day = gib(config.max_gib_per_day),
      .unattached = absl::Hours(24 * config.unattached_days),
      .grace = absl::Hours(24 * config.grace_days),
      .max_calls = config.max_calls,
      .acts_come = [this] { return exchange_->ActsCome(); },
      .bytes_per_second_beside_acts = static_cast<uint64_t>(config.mib_per_second_beside_acts)
                                      << 20};
  documents_ = std::make_unique<documents::DocumentService>(
      door, core_->store(), *document_bytes_, core_->queue(), *options_.clock, options);
  keeper_ = std::make_unique<documents::Keeper>(
      core_->store(), *document_bytes_, core_->queue(), *options_.clock, options);
  return absl::OkStatus();
}

HubServerOptions App::Parts::ServerOptions(const ListenerConfig& listener,
                                           const std::shared_ptr<rpc::TrustSource>& trust,
                                           std::shared_ptr<grpc::AuthMetadataProcessor> processor) {
  HubServerOptions options;
  options.listen = listener.listen;
  options.tls = {listener.certificate, listener.key};
  options.trust = trust;
  options.on_refused_certificate = [this](Reason reason) {
    gate_->RecordRefusedCertificate(reason);
  };
  options.gate = std::move(processor);
  options.connections = {.connections = config_.limits.max_connections,
                         .connections_per_address = config_.limits.max_connections_per_address,
                         .new_per_second = config_.limits.max_new_connections_per_second};
  options.handshake_timeout_ms = config_.limits.handshake_timeout_ms;
  return options;
}

absl::Status App::Parts::OpenServers() {
  HubServerOptions for_authorities =
      ServerOptions(config_.public_listener,
                    public_trust_,
                    gate_->MakeProcessor(gate::Listener::kPublic, PublicMethods()));
  for_authorities.services = {
      exchange_.get(), mailbox_.get(), documents_.get(), directory_.get(), audit_.get()};
  ROG_ASSIGN_OR_RETURN(public_server_, HubServer::Build(std::move(for_authorities)));

  // gRPC adds reflection to every server built from now on; the gate knows it on this one only.
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  HubServerOptions for_operators =
      ServerOptions(config_.admin_listener,
                    admin_trust_,
                    gate_->MakeProcessor(gate::Listener::kAdmin, AdminMethods()));
  for_operators.max_message_bytes = limits::kMaxAdminMessageBytes;  // a whole directory
  for_operators.services = {admin_.get(), admin_directory_.get(), admin_audit_.get()};
  ROG_ASSIGN_OR_RETURN(admin_server_, HubServer::Build(std::move(for_operators)));

  if (config_.metrics.listen.empty()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(metrics_,
                       MetricsPage::Serve(config_.metrics.listen, [this] { return Stats(); }));
  return absl::OkStatus();
}

void App::Parts::Serve() {
  ticker_ = std::make_unique<Ticker>(absl::Seconds(1), [this] { Tick(); });
  deadline_ticker_ = std::make_unique<Ticker>(absl::Seconds(1), [this] { scheduler_->Tick(); });
  keeper_ticker_ = std::make_unique<Ticker>(kKeeperInterval, [this] { Keep(); });
  admin_server_->Serve();
  public_server_->Serve();
}

// What cannot be removed now is tried again.
void App::Parts::Keep() {
  const absl::Status kept = keeper_->Tick();
  if (!kept.ok()) options_.log->Failure(Level::kWarning, "documents_not_removed", kept);
}

// Once a second: files that may have changed, minutes that are over.
void App::Parts::Tick() {
  std::vector<std::string> warnings;
  for (const auto& trust : {public_trust_, admin_trust_, signer_trust_}) {
    const absl::Status refreshed = trust->Refresh();
    if (refreshed.ok()) continue;
    warnings.push_back(absl::StrCat("cannot read ",
                                    trust->files().authorities,
                                    " or ",
                                    trust->files().revocation_lists,
                                    ": what was read before still counts"));
  }
  core_->refusals().Tick();
  absl::MutexLock lock(&mutex_);
  if (warnings.size() > trust_warnings_.size()) {
    options_.log->Write(Level::kError, "trust_files_unreadable");
  }
  trust_warnings_ = std::move(warnings);
}

void App::Parts::Break(const absl::Status& why) {
  options_.log->Failure(Level::kError, "broken", why);
  for (HubServer* server : {public_server_.get(), admin_server_.get()}) {
    if (server != nullptr) server->StopServing();
  }
  if (options_.on_broken) {
    options_.on_broken(why);
  } else {
    _exit(kExitBroken);
  }
}

void App::Parts::Drain() {
  if (std::exchange(drained_, true) || ticker_ == nullptr) return;
  const absl::Time deadline = absl::Now() + absl::Seconds(config_.shutdown.grace_seconds);
  for (HubServer* server : {public_server_.get(), admin_server_.get()}) {
    server->StopServing();
    server->StopAccepting();
  }
  mailboxes_->Drain();
  public_server_->Shutdown(deadline);
  admin_server_->Shutdown(deadline);
  ticker_->Stop();
  deadline_ticker_->Stop();
  keeper_ticker_->Stop();
  alerts_->Stop();
  core_->Drain();
}

AppStats App::Parts::Stats() const {
  return {.public_connections = public_server_->connections(),
          .admin_connections = admin_server_->connections(),
          .gate = gate_->stats(),
          .queue = core_->queue().stats(),
          .store_syncs = SqliteStoreSyncs(),
          .log_size = core_->log_size(),
          .directory_version = core_->registry().Get().directory_version,
          .clock_steps = core_->clock_steps(),
          .open_streams = mailboxes_->open_streams(),
          .blocking_calls = blocking_->running(),
          .unsent_bytes = unsent_.bytes(),
          .warnings = Warnings().size(),
          .warned_rules = exchange_->warned_rules().counts(),
          .clocks = scheduler_->stats(),
          .alerts = alerts_->stats()};
}

std::vector<std::string> App::Parts::Warnings() const {
  std::vector<std::string> warnings;
  {
    absl::MutexLock lock(&mutex_);
    warnings = trust_warnings_;
  }
  const Instant now = options_.clock->Now();
  WarnOfCertificate("public", config_.public_listener.certificate, now, warnings);
  WarnOfCertificate("admin", config_.admin_listener.certificate, now, warnings);
  if (core_->registry().Get().directory_version == 0) {
    warnings.push_back("no directory was loaded yet");
  }
  if (core_->clock_steps() > 0) warnings.push_back("the machine's clock stepped back");
  const absl::Status tiles = core_->tiles().last_status();
  if (!tiles.ok()) warnings.push_back("the log's static files cannot be written");
  return warnings;
}

}  // namespace rogatoria::daemon
