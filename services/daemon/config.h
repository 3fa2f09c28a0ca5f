// The daemon's configuration: one TOML file, every key with a default but the two that no default
// can know. deploy/rogatoriad.toml documents each key; a test holds the file and this page equal.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/limits.h"
#include "services/deadlines/alert_worker.h"

namespace rogatoria::daemon {

// A listener with its certificates and with those that it lets in.
struct ListenerConfig {
  std::vector<std::string> listen;  // numeric addresses, 0.0.0.0:7443, [::]:7443
  std::string certificate;          // PEM: the hub's certificate and its chain
  std::string key;                  // PEM, mode 0600
  std::string client_ca;            // PEM bundle: who may have issued clients' certificates
  std::string client_crl;           // PEM bundle of their revocation lists
  int crl_grace_hours = 0;          // how long past its next update a list still counts
};

struct Config {
  std::string trust_domain;   // required
  std::string governing_law;  // required; ISO 3166-1 alpha-2 (Treaty of Medellin article 6.8)
  bool training = false;

  struct {
    std::string directory = "/var/lib/rogatoria/store";
    std::string case_keys = "/var/lib/rogatoria-keys/case-keys";
    std::string tiles = "/var/lib/rogatoria/tiles";
    std::string backups = "/var/backups/rogatoria";
    std::string documents;  // empty: DocumentsFolder()
  } store;

  struct {
    std::string key = "/etc/rogatoria/log.key";
    std::vector<std::string> witnesses;
    std::string new_log;  // after a restore or a new key, once: RESTORE, YEAR or KEY
  } log;

  ListenerConfig public_listener{.listen = {"0.0.0.0:7443"},
                                 .certificate = "/etc/rogatoria/public.pem",
                                 .key = "/etc/rogatoria/public.key",
                                 .client_ca = "/etc/rogatoria/authorities-ca.pem",
                                 .client_crl = "/etc/rogatoria/authorities-crl.pem"};
  ListenerConfig admin_listener{.listen = {"127.0.0.1:7444"},
                                .certificate = "/etc/rogatoria/admin.pem",
                                .key = "/etc/rogatoria/admin.key",
                                .client_ca = "/etc/rogatoria/operators-ca.pem",
                                .client_crl = "/etc/rogatoria/operators-crl.pem"};

  struct {
    std::string ca = "/etc/rogatoria/signers-ca.pem";
    std::string crl;
    int crl_grace_hours = 0;
  } signers;

  struct {
    std::string identity;
    std::string certificate_sha256;
  } bootstrap;

  struct {
    std::string listen = "127.0.0.1:7445";
  } metrics;

  struct {
    std::string level = "info";
  } logging;

  struct {
    int grace_seconds = 10;
  } shutdown;

  // Of one authority, where nothing else is said.
  struct {
    int grace_days = 30;
    int unattached_days = 30;
    int max_open_uploads = static_cast<int>(limits::kMaxOpenUploads);
    int max_stored_gib = static_cast<int>(limits::kMaxStoredBytes >> 30);
    int max_gib_per_day = static_cast<int>(limits::kMaxBytesPerDay >> 30);
    int max_calls = static_cast<int>(limits::kMaxDocumentCalls);              // of the hub
    int mib_per_second_beside_acts = 100;                                     // of the hub
    int reserve_mib = static_cast<int>(limits::kDocumentReserveBytes >> 20);  // of its disk
  } documents;

  // [alert.NAME]: how duty desks are alerted (config_alerts.h).
  deadlines::AlertTargets alerts;

  struct {
    int max_batch_commands = static_cast<int>(limits::kMaxBatchCommands);
    int max_queued_commands = static_cast<int>(limits::kMaxQueuedCommands);
    int lease_ms = static_cast<int>(limits::kLeaseMs);
    int max_delivery_attempts = limits::kMaxDeliveryAttempts;
    int max_streams_per_authority = static_cast<int>(limits::kMaxStreamsPerAuthority);
    int max_blocking_calls = limits::kMaxBlockingCalls;
    int max_calls_per_second = limits::kMaxCallsPerSecond;
    int max_connections = limits::kMaxConnections;
    int max_connections_per_address = limits::kMaxConnectionsPerAddress;
    int max_new_connections_per_second = limits::kMaxNewConnectionsPerSecond;
    int handshake_timeout_ms = limits::kHandshakeTimeoutMs;
  } limits;

  // `store.documents`, or `documents` beside the folder of the database.
  std::string DocumentsFolder() const;
};

// CONFIGURATION_INVALID lists all that is wrong, a line each: `<name>:<line>:<column>: <key>:
// expected ...`. Relative paths are not accepted. Looks at no file.
absl::StatusOr<Config> ParseConfig(absl::string_view toml, absl::string_view name);
absl::StatusOr<Config> LoadConfig(const std::string& path);

// Every key, as section.key, in the order of the documentation.
std::vector<std::string> ConfigKeys();

// The rest of --check-config: everything that starting would read is there, readable and fits
// together. All that is wrong, a line each.
absl::Status CheckFiles(const Config& config);

}  // namespace rogatoria::daemon
