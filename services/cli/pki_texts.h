// The text files of a development PKI: profiles, directory files, the daemon's configuration. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/certificate.h"
#include "common/crypto/private_key.h"
#include "services/cli/development_pki.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::cli {

// A certificate of an authority and what its identity key says of it.
struct StatedCertificate {
  std::string file;  // beside the directory file
  v1::KeyStatement statement;
};

struct NamedCertificate {
  std::string name;
  std::string file;
  std::string from;            // first day, 2026-11-24
  std::string custodian = {};  // FIRST, SECOND; empty for neither
};

struct AuthorityKeys {
  std::string authority;
  Bytes identity_key;  // SubjectPublicKeyInfo, DER
  NamedCertificate system;
  std::vector<NamedCertificate> users;
  std::vector<StatedCertificate> stated;
};

// A TOML basic string, quotes included.
std::string TomlText(absl::string_view text);

std::string AuthorityKeysToml(const AuthorityKeys& keys);

struct OperatorEntry {
  std::string id;
  std::string role;  // OPERATOR, SECURITY_OFFICER
  std::string file;
};
std::string OperatorsToml(const std::vector<OperatorEntry>& operators);

// What both sorts of profile share: where the hub is and which log key it has.
struct ProfileFacts {
  PkiSettings settings;
  std::string log_key;
  std::map<std::string, std::string> identities;  // authority -> fingerprint
};
// An office with these users (the first signs) and custodians (the first of each group opens).
// Paths are relative to authorities/<id>/.
std::string OfficeProfileToml(const ProfileFacts& facts,
                              const std::string& authority,
                              const std::vector<std::string>& users,
                              const Custodians& custodians);
// Paths are relative to operators/<id>/.
std::string OperatorProfileToml(const ProfileFacts& facts);

std::string SettingsToml(const PkiSettings& settings);
absl::StatusOr<PkiSettings> ParseSettings(absl::string_view toml, const std::string& path);

// `root` is the folder's absolute path; the operator's certificate lets the first one in.
std::string DaemonToml(const std::string& root,
                       const PkiSettings& settings,
                       const std::string& operator_sha256);

}  // namespace rogatoria::cli
