#include "services/daemon/config_keys.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/merkle/verifier_key.h"
#include "common/model/ids.h"
#include "common/rpc/listen.h"

namespace rogatoria::daemon {
namespace {

bool IsCountry(absl::string_view text) {
  return IsCountryCode(text);
}
bool IsPath(absl::string_view text) {
  return absl::StartsWith(text, "/") && !absl::StrContains(text, '\0');
}
bool IsPathOrEmpty(absl::string_view text) {
  return text.empty() || IsPath(text);
}
bool IsListenAddress(absl::string_view text) {
  return rpc::CheckListenAddress(text).ok();
}
bool IsLoopbackOrEmpty(absl::string_view text) {
  return text.empty() || (IsListenAddress(text) &&
                          (absl::StartsWith(text, "127.") || absl::StartsWith(text, "[::1]:")));
}
bool IsSpiffeOrEmpty(absl::string_view text) {
  return text.empty() || absl::StartsWith(text, "spiffe://");
}
bool IsDigestOrEmpty(absl::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.empty() || (text.size() == 64 && std::all_of(text.begin(), text.end(), is_digit));
}
bool IsLevel(absl::string_view text) {
  return text == "debug" || text == "info" || text == "warning" || text == "error";
}
bool IsNewLog(absl::string_view text) {
  return text.empty() || text == "RESTORE" || text == "YEAR" || text == "KEY";
}
bool IsVerifierKey(absl::string_view text) {
  return merkle::VerifierKey::Parse(text).ok();
}

constexpr char kPath[] = "an absolute path";
constexpr char kAddresses[] = "a list of numeric addresses with ports, such as 0.0.0.0:7443";
constexpr char kHours[] = "a number of hours from 0 to 720";

#define ROG_PLACE(type, member) [](Config& c) -> type& { return c.member; }
#define ROG_TEXT(member, rule)           \
  TextKey {                              \
    ROG_PLACE(std::string, member), rule \
  }
#define ROG_LIST(member, rule)                        \
  ListKey {                                           \
    ROG_PLACE(std::vector<std::string>, member), rule \
  }
#define ROG_NUMBER(member, least, most) \
  NumberKey {                           \
    ROG_PLACE(int, member), least, most \
  }

const ConfigKey kKeys[] = {
    {"", "trust_domain", ROG_TEXT(trust_domain, IsTrustDomain), "a lower-case domain name", true},
    {"", "governing_law", ROG_TEXT(governing_law, IsCountry), "two capital letters", true},
    {"", "training", SwitchKey{ROG_PLACE(bool, training)}, "true or false"},

    {"store", "directory", ROG_TEXT(store.directory, IsPath), kPath},
    {"store", "case_keys", ROG_TEXT(store.case_keys, IsPath), kPath},
    {"store", "tiles", ROG_TEXT(store.tiles, IsPath), kPath},
    {"store", "backups", ROG_TEXT(store.backups, IsPath), kPath},
    {"store", "documents", ROG_TEXT(store.documents, IsPathOrEmpty), "an absolute path or nothing"},

    {"log", "key", ROG_TEXT(log.key, IsPath), kPath},
    {"log", "witnesses", ROG_LIST(log.witnesses, IsVerifierKey), "a list of C2SP verifier keys"},
    {"log", "new_log", ROG_TEXT(log.new_log, IsNewLog), "RESTORE, YEAR, KEY or nothing"},

    {"public", "listen", ROG_LIST(public_listener.listen, IsListenAddress), kAddresses},
    {"public", "certificate", ROG_TEXT(public_listener.certificate, IsPath), kPath},
    {"public", "key", ROG_TEXT(public_listener.key, IsPath), kPath},
    {"public", "client_ca", ROG_TEXT(public_listener.client_ca, IsPath), kPath},
    {"public", "client_crl", ROG_TEXT(public_listener.client_crl, IsPath), kPath},
    {"public", "crl_grace_hours", ROG_NUMBER(public_listener.crl_grace_hours, 0, 720), kHours},

    {"admin", "listen", ROG_LIST(admin_listener.listen, IsListenAddress), kAddresses},
    {"admin", "certificate", ROG_TEXT(admin_listener.certificate, IsPath), kPath},
    {"admin", "key", ROG_TEXT(admin_listener.key, IsPath), kPath},
    {"admin", "client_ca", ROG_TEXT(admin_listener.client_ca, IsPath), kPath},
    {"admin", "client_crl", ROG_TEXT(admin_listener.client_crl, IsPath), kPath},
    {"admin", "crl_grace_hours", ROG_NUMBER(admin_listener.crl_grace_hours, 0, 720), kHours},

    {"signers", "ca", ROG_TEXT(signers.ca, IsPath), kPath},
    {"signers", "crl", ROG_TEXT(signers.crl, IsPathOrEmpty), "an absolute path or nothing"},
    {"signers", "crl_grace_hours", ROG_NUMBER(signers.crl_grace_hours, 0, 720), kHours},

    {"bootstrap",
     "identity",
     ROG_TEXT(bootstrap.identity, IsSpiffeOrEmpty),
     "spiffe://<trust domain>/operator/<id> or nothing"},
    {"bootstrap",
     "certificate_sha256",
     ROG_TEXT(bootstrap.certificate_sha256, IsDigestOrEmpty),
     "64 lower-case hexadecimal digits or nothing"},

    {"metrics",
     "listen",
     ROG_TEXT(metrics.listen, IsLoopbackOrEmpty),
     "a loopback address with a port, such as 127.0.0.1:7445, or nothing"},
    {"logging", "level", ROG_TEXT(logging.level, IsLevel), "debug, info, warning or error"},
    {"shutdown", "grace_seconds", ROG_NUMBER(shutdown.grace_seconds, 0, 300), "0 to 300"},

    {"documents", "grace_days", ROG_NUMBER(documents.grace_days, 0, 3650), "0 to 3650"},
    {"documents", "unattached_days", ROG_NUMBER(documents.unattached_days, 1, 3650), "1 to 3650"},
    {"documents",
     "max_open_uploads",
     ROG_NUMBER(documents.max_open_uploads, 1, 10000),
     "1 to 10000"},
    {"documents",
     "max_stored_gib",
     ROG_NUMBER(documents.max_stored_gib, 1, 1000000),
     "1 to 1000000"},
    {"documents",
     "max_gib_per_day",
     ROG_NUMBER(documents.max_gib_per_day, 1, 1000000),
     "1 to 1000000"},
    {"documents", "max_calls", ROG_NUMBER(documents.max_calls, 1, 256), "1 to 256"},
    {"documents",
     "mib_per_second_beside_acts",
     ROG_NUMBER(documents.mib_per_second_beside_acts, 1, 1000000),
     "1 to 1000000"},
    {"documents", "reserve_mib", ROG_NUMBER(documents.reserve_mib, 0, 1000000), "0 to 1000000"},

    {"limits", "max_batch_commands", ROG_NUMBER(limits.max_batch_commands, 1, 4096), "1 to 4096"},
    {"limits",
     "max_queued_commands",
     ROG_NUMBER(limits.max_queued_commands, 1, 65536),
     "1 to 65536"},
    {"limits", "lease_ms", ROG_NUMBER(limits.lease_ms, 1000, 3600000), "1000 to 3600000"},
    {"limits",
     "max_delivery_attempts",
     ROG_NUMBER(limits.max_delivery_attempts, 1, 1000),
     "1 to 1000"},
    {"limits",
     "max_streams_per_authority",
     ROG_NUMBER(limits.max_streams_per_authority, 1, 1000),
     "1 to 1000"},
    {"limits", "max_blocking_calls", ROG_NUMBER(limits.max_blocking_calls, 1, 256), "1 to 256"},
    {"limits",
     "max_calls_per_second",
     ROG_NUMBER(limits.max_calls_per_second, 1, 1000000),
     "1 to 1000000"},
    {"limits", "max_connections", ROG_NUMBER(limits.max_connections, 1, 100000), "1 to 100000"},
    {"limits",
     "max_connections_per_address",
     ROG_NUMBER(limits.max_connections_per_address, 1, 100000),
     "1 to 100000"},
    {"limits",
     "max_new_connections_per_second",
     ROG_NUMBER(limits.max_new_connections_per_second, 1, 100000),
     "1 to 100000"},
    {"limits",
     "handshake_timeout_ms",
     ROG_NUMBER(limits.handshake_timeout_ms, 100, 60000),
     "100 to 60000"},
};

#undef ROG_PLACE
#undef ROG_TEXT
#undef ROG_LIST
#undef ROG_NUMBER

}  // namespace

absl::Span<const ConfigKey> AllConfigKeys() {
  return kKeys;
}

}  // namespace rogatoria::daemon
