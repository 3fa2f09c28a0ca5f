// A public-key infrastructure in one folder, for development, tests and the quickstart: three
// certification authorities, the hub's keys and configuration, operators, and for each authority
// its keys, key statements, directory files and office profile. Not for a real hub: there, each
// party keeps its own keys, and identity and archive keys never lie beside the others.
//
//   ca/{transport,admin,signing}/  hub and authorities' systems; admin listener and operators;
//                                  users, organisation seals and sealing
//   hub/                           server certificates, the log's key and its verifier key
//   rogatoriad.toml                the daemon's configuration, over store/, case-keys/, tiles/,
//   backups/ operators/<id>/                an operator's certificate and operator.toml
//   authorities/<id>/              an authority's keys and office.toml
//   directory/keys/                what the directory must say of all of them
//   pki.toml                       how it was made
//
// Keys are made once and never overwritten. Running again with the same settings also keeps the
// configuration and the profiles as they are, edits included; with others, such as new endpoints,
// they are written anew. Revocation lists always are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/random.h"

namespace rogatoria::cli {

struct PkiSettings {
  std::string trust_domain;
  std::string host;            // of the hub's certificates, beside localhost, 127.0.0.1 and ::1
  std::string endpoint;        // host:port for offices
  std::string admin_endpoint;  // host:port for operators
  std::string operator_id;
  bool training = false;      // hub and profiles of a training domain
  std::string language = {};  // of the profiles; empty: not said

  bool operator==(const PkiSettings&) const = default;
};

// The security officer that is made with the operator: it alone suspends and revokes.
inline constexpr char kSecurityOfficerId[] = "so-1";

// What a folder was made with last; nullopt when it was not initialised.
absl::StatusOr<std::optional<PkiSettings>> SettingsOfPki(const std::string& folder);

// FIELD_INVALID for a setting that cannot be, or that differs from what the folder was made with
// (trust domain and host only).
absl::Status InitialisePki(const std::string& folder,
                           const PkiSettings& settings,
                           Clock& clock,
                           Random& random);

// Users who are custodians of identity parts as well, by their group.
struct Custodians {
  std::vector<std::string> first, second;
};

// Makes what an authority lacks, and the users and custodians named; the path of its profile. All
// profiles learn the authority's identity fingerprint. FILE_UNREADABLE when the folder was not
// initialised.
absl::StatusOr<std::string> IssueAuthority(const std::string& folder,
                                           const std::string& authority,
                                           const std::vector<std::string>& users,
                                           Clock& clock,
                                           Random& random,
                                           const Custodians& custodians = {});

// The same for several, each with these users; the profiles are written once.
absl::Status IssueAuthorities(const std::string& folder,
                              const std::vector<std::string>& authorities,
                              const std::vector<std::string>& users,
                              Clock& clock,
                              Random& random,
                              const Custodians& custodians = {});

// Puts the certificate in this file on the list of the authority that issued it; the list's path.
absl::StatusOr<std::string> RevokeInPki(const std::string& folder,
                                        const std::string& certificate_file,
                                        Clock& clock,
                                        Random& random);

}  // namespace rogatoria::cli
