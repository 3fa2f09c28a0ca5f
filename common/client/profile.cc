#include "common/client/profile.h"

#include <filesystem>
#include <sstream>
#include <utility>

#include <toml++/toml.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/base/trust_domain.h"
#include "common/directory/parse_toml.h"
#include "common/merkle/verifier_key.h"
#include "common/model/ids.h"

namespace rogatoria::client {
namespace {

constexpr size_t kMaxProfileBytes = 1024 * 1024;

// One table of the profile file, read key by key; what was not read in the end is an error.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string prefix)
      : table_(table), prefix_(std::move(prefix)) {}

  std::string String(const char* key) {
    seen_.push_back(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) return "";
    if (auto text = node->value<std::string>()) return *text;
    Complain(key, Said(Sentence::TEXT_IN_QUOTES));
    return "";
  }

  std::vector<std::string> Strings(const char* key) {
    seen_.push_back(key);
    std::vector<std::string> values;
    const toml::node* node = table_.get(key);
    if (node == nullptr) return values;
    if (const toml::array* array = node->as_array()) {
      for (const toml::node& item : *array) {
        if (auto text = item.value<std::string>()) values.push_back(*text);
      }
      if (values.size() == array->size()) return values;
    }
    Complain(key, Said(Sentence::TEXTS));
    return {};
  }

  bool Bool(const char* key) {
    seen_.push_back(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) return false;
    if (auto value = node->value<bool>()) return *value;
    Complain(key, Said(Sentence::TRUE_OR_FALSE));
    return false;
  }

  const toml::table* Table(const char* key) {
    seen_.push_back(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) return nullptr;
    if (node->as_table() == nullptr) Complain(key, Said(Sentence::A_TABLE));
    return node->as_table();
  }

  const toml::array* Array(const char* key) {
    seen_.push_back(key);
    const toml::node* node = table_.get(key);
    return node == nullptr ? nullptr : node->as_array();
  }

  absl::Status Finish() {
    for (const auto& [key, node] : table_) {
      bool known = false;
      for (const std::string& seen : seen_) known = known || seen == key.str();
      if (known) continue;
      Complain(
          std::string(key.str()), Said(Sentence::KEY_OF_PAGE, "docs/office-profile.md"), &node);
    }
    return status_;
  }

 private:
  void Complain(const std::string& key, const Said& accepted, const toml::node* node = nullptr) {
    if (!status_.ok()) return;
    if (node == nullptr) node = table_.get(key);
    const auto line = node == nullptr ? 0 : node->source().begin.line;
    const auto column = node == nullptr ? 0 : node->source().begin.column;
    status_ = Explained(Error(Reason::PROFILE_INVALID).Field(absl::StrCat(prefix_, key)),
                        Sentence::EXPECTED_AT_PLACE,
                        line,
                        column,
                        accepted);
  }

  const toml::table& table_;
  std::string prefix_;
  std::vector<std::string> seen_;
  absl::Status status_;
};

std::string Resolve(const std::string& folder, const std::string& path) {
  if (path.empty() || path[0] == '/') return path;
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

absl::StatusOr<KeyFiles> ReadKeyFiles(const toml::table& table,
                                      const std::string& folder,
                                      const std::string& prefix) {
  TableReader reader(table, prefix);
  KeyFiles files{Resolve(folder, reader.String("certificate")),
                 Resolve(folder, reader.String("key"))};
  ROG_RETURN_IF_ERROR(reader.Finish());
  if (files.certificate.empty() || files.key.empty()) {
    return Explained(Error(Reason::PROFILE_INVALID).Field(prefix), Sentence::BOTH_PATHS);
  }
  return files;
}

absl::Status ReadOptionalKeyFiles(TableReader& reader,
                                  const char* key,
                                  const std::string& folder,
                                  std::optional<KeyFiles>& out) {
  const toml::table* table = reader.Table(key);
  if (table == nullptr) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(out, ReadKeyFiles(*table, folder, absl::StrCat(key, ".")));
  return absl::OkStatus();
}

// A module may be named without a folder: then it is looked for where the system has libraries.
std::string ResolveModule(const std::string& folder, const std::string& path) {
  return path.find('/') == std::string::npos ? path : Resolve(folder, path);
}

absl::StatusOr<SigningKey> ReadTokenKey(TableReader& reader,
                                        const std::string& folder,
                                        const std::string& prefix) {
  SigningKey key;
  key.files.certificate = Resolve(folder, reader.String("certificate"));
  TokenKey& token = key.token.emplace();
  token.module = ResolveModule(folder, reader.String("pkcs11"));
  token.name = prefix.substr(0, prefix.size() - 1);
  token.token = reader.String("token");
  token.label = reader.String("key_label");
  const std::string id = reader.String("key_id");
  token.pin_file = Resolve(folder, reader.String("pin_file"));
  ROG_RETURN_IF_ERROR(reader.Finish());
  const auto bytes = FromHex(absl::AsciiStrToLower(id));
  if (!bytes.ok()) {
    return Explained(Error(Reason::PROFILE_INVALID).Field(absl::StrCat(prefix, "key_id")),
                     Sentence::KEY_ID_HEX);
  }
  token.id = *bytes;
  if (token.module.empty() || token.token.empty() || (token.label.empty() && token.id.empty())) {
    return Explained(Error(Reason::PROFILE_INVALID).Field(prefix), Sentence::KEY_OR_TOKEN);
  }
  return key;
}

absl::Status ReadSigningKey(TableReader& reader,
                            const char* key,
                            const std::string& folder,
                            std::optional<SigningKey>& out,
                            absl::string_view above = "") {
  const toml::table* table = reader.Table(key);
  if (table == nullptr) return absl::OkStatus();
  const std::string prefix = absl::StrCat(above, key, ".");
  if (table->contains("pkcs11")) {
    TableReader token(*table, prefix);
    ROG_ASSIGN_OR_RETURN(out, ReadTokenKey(token, folder, prefix));
    return absl::OkStatus();
  }
  ROG_ASSIGN_OR_RETURN(const KeyFiles files, ReadKeyFiles(*table, folder, prefix));
  out = SigningKey{files, std::nullopt};
  return absl::OkStatus();
}

absl::Status ReadIdentities(TableReader& reader, OfficeProfile& profile) {
  const toml::table* table = reader.Table("identities");
  if (table == nullptr) return absl::OkStatus();
  for (const auto& [authority, node] : *table) {
    const auto fingerprint = node.value<std::string>();
    if (!IsAuthorityId(std::string(authority.str())) || !fingerprint.has_value()) {
      return Explained(Error(Reason::PROFILE_INVALID)
                           .Field(absl::StrCat("identities.", std::string(authority.str()))),
                       Sentence::IDENTITY_LINE,
                       node.source().begin.line);
    }
    profile.identities[std::string(authority.str())] = *fingerprint;
  }
  return absl::OkStatus();
}

absl::Status ReadAgent(TableReader& reader, AgentProfile& agent, const std::string& folder) {
  const toml::table* table = reader.Table("agent");
  if (table == nullptr) return absl::OkStatus();
  TableReader own(*table, "agent.");
  agent.socket = Resolve(folder, own.String("socket"));
  agent.listen = own.String("listen");
  agent.token_file = Resolve(folder, own.String("token_file"));
  agent.spool = Resolve(folder, own.String("spool"));
  agent.metrics = own.String("metrics");
  return own.Finish();
}

// [custodian.first] or [custodian.second]: whole or not at all.
absl::Status ReadCustodian(TableReader& reader,
                           const char* key,
                           const std::string& folder,
                           std::optional<CustodianKeys>& out) {
  const toml::table* table = reader.Table(key);
  if (table == nullptr) return absl::OkStatus();
  const std::string prefix = absl::StrCat("custodian.", key, ".");
  TableReader own(*table, prefix);
  std::optional<SigningKey> user;
  std::optional<KeyFiles> sealing;
  ROG_RETURN_IF_ERROR(ReadSigningKey(own, "user", folder, user, prefix));
  ROG_RETURN_IF_ERROR(ReadOptionalKeyFiles(own, "sealing", folder, sealing));
  ROG_RETURN_IF_ERROR(own.Finish());
  for (const auto& [name, there] :
       {std::pair("user", user.has_value()), std::pair("sealing", sealing.has_value())}) {
    if (there) continue;
    return Explained(Error(Reason::PROFILE_INVALID).Field(absl::StrCat(prefix, name)),
                     Sentence::CERTIFICATE_AND_KEY);
  }
  out = CustodianKeys{*std::move(user), *std::move(sealing)};
  return absl::OkStatus();
}

absl::Status ReadCustodians(TableReader& reader, OfficeProfile& profile) {
  const toml::table* table = reader.Table("custodian");
  if (table == nullptr) return absl::OkStatus();
  TableReader own(*table, "custodian.");
  ROG_RETURN_IF_ERROR(ReadCustodian(own, "first", profile.directory, profile.first_custodian));
  ROG_RETURN_IF_ERROR(ReadCustodian(own, "second", profile.directory, profile.second_custodian));
  return own.Finish();
}

absl::Status ReadKeys(TableReader& reader, OfficeProfile& profile) {
  std::optional<KeyFiles> tls;
  ROG_RETURN_IF_ERROR(ReadOptionalKeyFiles(reader, "tls", profile.directory, tls));
  if (!tls.has_value()) {
    return Explained(Error(Reason::PROFILE_INVALID).Field("tls"), Sentence::CERTIFICATE_AND_KEY);
  }
  profile.tls = *tls;
  ROG_RETURN_IF_ERROR(ReadSigningKey(reader, "user", profile.directory, profile.user));
  ROG_RETURN_IF_ERROR(ReadSigningKey(reader, "seal", profile.directory, profile.seal));
  ROG_RETURN_IF_ERROR(ReadCustodians(reader, profile));
  const toml::array* sealing = reader.Array("sealing");
  if (sealing == nullptr) return absl::OkStatus();
  for (const toml::node& node : *sealing) {
    const toml::table* table = node.as_table();
    if (table == nullptr)
      return Explained(Error(Reason::PROFILE_INVALID).Field("sealing"), Sentence::SEALING_TABLES);
    ROG_ASSIGN_OR_RETURN(KeyFiles files, ReadKeyFiles(*table, profile.directory, "sealing."));
    profile.sealing.push_back(std::move(files));
  }
  return absl::OkStatus();
}

absl::Status CheckVerifierKey(const std::string& field, const std::string& key) {
  if (key.empty() || merkle::VerifierKey::Parse(key).ok()) return absl::OkStatus();
  return Explained(Error(Reason::PROFILE_INVALID).Field(field), Sentence::VERIFIER_KEY_AS_GIVEN);
}

absl::StatusOr<OfficeProfile> ReadProfile(const toml::table& table, const std::string& folder) {
  TableReader reader(table, "");
  OfficeProfile profile;
  profile.directory = folder;
  profile.trust_domain = reader.String("trust_domain");
  profile.authority = reader.String("authority");
  profile.endpoints = reader.Strings("endpoints");
  profile.admin_endpoint = reader.String("admin_endpoint");
  profile.server_name = reader.String("server_name");
  if (std::string language = reader.String("language"); !language.empty())
    profile.language = language;
  profile.training = reader.Bool("training");
  profile.hub_ca = Resolve(folder, reader.String("hub_ca"));
  profile.admin_ca = Resolve(folder, reader.String("admin_ca"));
  profile.log_key = reader.String("log_key");
  profile.witness_keys = reader.Strings("witness_keys");
  profile.signer_ca = Resolve(folder, reader.String("signer_ca"));
  profile.state = Resolve(folder, reader.String("state"));
  profile.scanner = reader.Strings("scanner");
  ROG_RETURN_IF_ERROR(ReadKeys(reader, profile));
  ROG_RETURN_IF_ERROR(ReadIdentities(reader, profile));
  ROG_RETURN_IF_ERROR(ReadAgent(reader, profile.agent, folder));
  ROG_RETURN_IF_ERROR(reader.Finish());
  if (!IsTrustDomain(profile.trust_domain)) {
    return Explained(Error(Reason::PROFILE_INVALID).Field("trust_domain"),
                     Sentence::TRUST_DOMAIN_OF_HUB);
  }
  if (!profile.authority.empty() && !IsAuthorityId(profile.authority)) {
    return Explained(Error(Reason::PROFILE_INVALID).Field("authority"), Sentence::AUTHORITY_ID);
  }
  ROG_RETURN_IF_ERROR(CheckVerifierKey("log_key", profile.log_key));
  for (const std::string& key : profile.witness_keys)
    ROG_RETURN_IF_ERROR(CheckVerifierKey("witness_keys", key));
  if (profile.state.empty()) profile.state = (std::filesystem::path(folder) / "state").string();
  if (profile.agent.socket.empty()) profile.agent.socket = profile.state + "/agent/socket";
  if (profile.agent.token_file.empty()) profile.agent.token_file = profile.state + "/agent/token";
  return profile;
}

// A witness or another node of the hub is no office either.
bool IsExpected(absl::string_view said, const OfficeProfile& profile) {
  const std::string node = absl::StrCat("spiffe://", profile.trust_domain, "/node/");
  return absl::StartsWith(said, ExpectedIdentity(profile)) ||
         (profile.authority.empty() && absl::StartsWith(said, node));
}

}  // namespace

absl::StatusOr<OfficeProfile> LoadProfile(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(Bytes text, ReadFile(path, kMaxProfileBytes));
  const std::string folder = std::filesystem::path(AbsolutePath(path)).parent_path().string();
  try {
    const toml::table table = ParseToml(std::string_view(text), path);
    return ReadProfile(table, folder);
  } catch (const toml::parse_error& error) {
    return Explained(Error(Reason::PROFILE_INVALID).Field(path),
                     Sentence::TOML_FAULT,
                     error.source().begin.line,
                     error.source().begin.column,
                     std::string(error.description()));
  }
}

std::string ExpectedIdentity(const OfficeProfile& profile) {
  const std::string hub = absl::StrCat("spiffe://", profile.trust_domain, "/");
  return profile.authority.empty() ? absl::StrCat(hub, "operator/")
                                   : absl::StrCat(hub, "authority/", profile.authority, "/system/");
}

absl::StatusOr<std::vector<std::string>> IdentitiesIn(const KeyFiles& tls) {
  ROG_ASSIGN_OR_RETURN(Bytes pem, ReadFile(tls.certificate, kMaxProfileBytes));
  ROG_ASSIGN_OR_RETURN(const Certificate certificate, Certificate::FromPem(pem));
  return certificate.uri_sans();
}

absl::Status CheckIdentity(const OfficeProfile& profile) {
  ROG_ASSIGN_OR_RETURN(const std::vector<std::string> said, IdentitiesIn(profile.tls));
  if (said.size() == 1 && IsExpected(said.front(), profile)) return absl::OkStatus();
  return Explained(Error(Reason::PROFILE_INVALID)
                       .Field(profile.authority.empty() ? "trust_domain" : "authority"),
                   said.empty() ? Sentence::TLS_SAYS_NOTHING : Sentence::TLS_SAYS_OTHER,
                   ExpectedIdentity(profile),
                   profile.tls.certificate,
                   absl::StrJoin(said, ", "));
}

absl::StatusOr<KeyPair> LoadKeyPair(const KeyFiles& files) {
  ROG_ASSIGN_OR_RETURN(Bytes pem, ReadFile(files.certificate, kMaxProfileBytes));
  ROG_ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromPem(pem));
  ROG_ASSIGN_OR_RETURN(PrivateKey key, PrivateKey::FromPemFile(files.key));
  if (!Matches(key, certificate)) {
    return Explained(Error(Reason::PROFILE_INVALID).Field(files.key),
                     Sentence::PRIVATE_KEY_OF,
                     files.certificate);
  }
  return KeyPair{std::move(certificate), std::move(key)};
}

absl::StatusOr<KeyPair> LoadKeyPair(const SigningKey& key) {
  if (!key.token.has_value()) return LoadKeyPair(key.files);
  return Explained(Error(Reason::SIGNING_KEY_MISSING), Sentence::KEY_IN_A_FILE, key.token->token);
}

}  // namespace rogatoria::client
