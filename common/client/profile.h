// An office's profile: where the hub is, who the office is, which keys it holds, whom it trusts.
// Read from one TOML file, as `rogatoria pki` and the quickstart write it and
// docs/office-profile.md explains. Relative paths in it are relative to the file.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/crypto/certificate.h"
#include "common/crypto/private_key.h"
#include "common/token/token_signer.h"

namespace rogatoria::client {

struct KeyPair {
  Certificate certificate;
  PrivateKey key;
};

struct KeyFiles {
  std::string certificate;  // PEM
  std::string key;          // PEM, mode 0600
};

// How the office's agent serves, where one runs (docs/agent.md).
struct AgentProfile {
  std::string socket;      // of its API; `<state>/agent/socket` when the file names none
  std::string listen;      // 127.0.0.1:PORT or [::1]:PORT; empty: the socket only
  std::string token_file;  // shown by callers of `listen`; `<state>/agent/token` likewise
  std::string spool;       // folder; empty: none
  std::string metrics;     // loopback address of the metrics page; empty: none
};

// What signs: a key in a file, or one that never leaves its token.
struct SigningKey {
  KeyFiles files;  // in a token: the certificate alone, or nothing where the token has it, too
  std::optional<TokenKey> token = {};
};

// A custodian of identity parts: signs OPENING acts, and opens one of the two shares of a key.
struct CustodianKeys {
  SigningKey user;
  KeyFiles sealing;
};

struct OfficeProfile {
  std::string trust_domain;
  std::string authority;               // our id; empty for an operator's profile
  std::vector<std::string> endpoints;  // host:port, tried in order
  std::string admin_endpoint;          // operators only
  std::string server_name;      // expected in the hub's certificate; empty: the endpoint's host
  std::string language = "en";  // of what we show: en, es, pt
  bool training = false;
  std::string directory;  // folder of the profile file

  KeyFiles tls;                    // client certificate
  std::string hub_ca;              // PEM of the CA of the hub's certificate
  std::string admin_ca;            // operators: CA of the admin listener
  std::optional<SigningKey> user;  // signs FORMAL acts
  std::optional<SigningKey> seal;  // organisation seal
  std::vector<KeyFiles> sealing;   // open what is sealed to us

  std::optional<CustodianKeys> first_custodian, second_custodian;

  std::string log_key;  // C2SP verifier key of the hub's log; later logs under it count too
  std::vector<std::string> witness_keys;
  std::string signer_ca;  // PEM bundle: CAs of users and organisation seals
  // authority -> SHA-256 of its identity key, hexadecimal, fixed out of band (decisions.md 8)
  std::map<std::string, std::string> identities;

  std::string state;  // folder for outbox, receipts, the inbox and uploads
  std::vector<std::string>
      scanner;  // program and words that look at opened documents; may be empty
  AgentProfile agent;
};

// FIELD_INVALID or FIELD_REQUIRED with line and column for what is wrong in the file.
absl::StatusOr<OfficeProfile> LoadProfile(const std::string& path);

// Whom the certificate of [tls] must name: spiffe://<trust domain>/authority/<id>/system/..., or
// what the hub's operators are called when the profile has no authority.
std::string ExpectedIdentity(const OfficeProfile& profile);
// The URIs of that certificate.
absl::StatusOr<std::vector<std::string>> IdentitiesIn(const KeyFiles& tls);
// PROFILE_INVALID, naming both, unless the certificate has one URI and that is the expected one.
// The hub would say only that it knows no such caller, or take acts for another authority's.
absl::Status CheckIdentity(const OfficeProfile& profile);

absl::StatusOr<KeyPair> LoadKeyPair(const KeyFiles& files);
// The same where the key itself is needed; SIGNING_KEY_MISSING when it is in a token.
absl::StatusOr<KeyPair> LoadKeyPair(const SigningKey& key);

}  // namespace rogatoria::client
