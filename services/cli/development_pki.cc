#include "services/cli/development_pki.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/signer.h"
#include "common/directory/key_statement.h"
#include "common/merkle/verifier_key.h"
#include "common/model/ids.h"
#include "services/cli/pki_folder.h"
#include "services/cli/pki_texts.h"

namespace rogatoria::cli {
namespace {

constexpr size_t kIssuersAtOnce = 16;

constexpr size_t kMaxTextBytes = 64 * 1024;
constexpr char kSystemName[] = "office";

bool IsOneOf(char c, absl::string_view more) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) ||
         absl::ascii_isdigit(static_cast<unsigned char>(c)) || more.find(c) != more.npos;
}

bool HasOnly(const std::string& text, absl::string_view more) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [more](char c) { return IsOneOf(c, more); });
}

// host:port, the host a name or an address.
bool IsEndpoint(const std::string& text) {
  const size_t colon = text.rfind(':');
  return colon != std::string::npos && colon > 0 && colon + 1 < text.size() &&
         text.find_first_not_of("0123456789", colon + 1) == std::string::npos &&
         HasOnly(text, ".-:[]");
}

absl::Status CheckSettings(const PkiSettings& settings) {
  const auto invalid = [](const char* option, Sentence accepted) {
    return Explained(Error(Reason::FIELD_INVALID).Field(option), accepted);
  };
  if (!IsTrustDomain(settings.trust_domain)) {
    return invalid("--trust-domain", Sentence::DOMAIN_NAME);
  }
  if (!HasOnly(settings.host, "-.:")) return invalid("--host", Sentence::NAME_OR_ADDRESS);
  if (!IsEndpoint(settings.endpoint)) return invalid("--endpoint", Sentence::HOST_AND_PORT);
  if (!IsEndpoint(settings.admin_endpoint))
    return invalid("--admin-endpoint", Sentence::HOST_AND_PORT);
  if (!HasOnly(settings.operator_id, "-") || settings.operator_id == kSecurityOfficerId) {
    return invalid("--operator", Sentence::OPERATOR_NAME);
  }
  return absl::OkStatus();
}

absl::StatusOr<PkiSettings> ReadSettings(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/pki.toml");
  ROG_ASSIGN_OR_RETURN(Bytes text, ReadFile(path, kMaxTextBytes));
  return ParseSettings(text, path);
}

// Certificates name the host, and everything signed the trust domain.
absl::Status CheckSame(const PkiSettings& before, const PkiSettings& settings) {
  if (before.trust_domain != settings.trust_domain) {
    return Explained(Error(Reason::FIELD_INVALID).Field("--trust-domain"),
                     Sentence::AS_IN_PKI_FILE,
                     before.trust_domain);
  }
  if (before.host != settings.host) {
    return Explained(
        Error(Reason::FIELD_INVALID).Field("--host"), Sentence::AS_IN_PKI_FILE, before.host);
  }
  return absl::OkStatus();
}

// What is to be done with a file that is there and that somebody may have edited.
enum class Existing { kKeep, kReplace };

absl::Status Write(const std::string& path, const std::string& text, Existing existing, int mode) {
  if (existing == Existing::kKeep && std::filesystem::exists(path)) return absl::OkStatus();
  return WriteFileDurably(path, text, mode);
}

struct Authorities {
  CertificateAuthority transport, admin, signing;
};

absl::StatusOr<Authorities> EnsureAuthorities(PkiFolder& pki, const std::string& trust_domain) {
  const auto name = [&](const char* what) { return absl::StrCat(trust_domain, " ", what, " CA"); };
  ROG_ASSIGN_OR_RETURN(auto transport, pki.EnsureAuthority("transport", name("transport")));
  ROG_ASSIGN_OR_RETURN(auto admin, pki.EnsureAuthority("admin", name("admin")));
  ROG_ASSIGN_OR_RETURN(auto signing, pki.EnsureAuthority("signing", name("signing")));
  return Authorities{std::move(transport), std::move(admin), std::move(signing)};
}

CertificateRequest ServerRequest(const std::string& host) {
  CertificateRequest request;
  request.profile = CertificateProfile::kTlsServer;
  request.common_name = "Rogatoria hub";
  request.dns_names = {"localhost"};
  request.ip_addresses = {"127.0.0.1", "::1"};
  const bool numeric = host.find_first_not_of("0123456789.:") == std::string::npos;
  auto& names = numeric ? request.ip_addresses : request.dns_names;
  if (std::find(names.begin(), names.end(), host) == names.end()) names.push_back(host);
  return request;
}

CertificateRequest Request(CertificateProfile profile, std::string common_name) {
  CertificateRequest request;
  request.profile = profile;
  request.common_name = std::move(common_name);
  return request;
}

// The hub's own keys; the verifier key of its log.
absl::StatusOr<std::string> EnsureHub(PkiFolder& pki,
                                      const PkiSettings& settings,
                                      const Authorities& authorities) {
  const CertificateRequest request = ServerRequest(settings.host);
  ROG_RETURN_IF_ERROR(pki.EnsureCertificate("hub/public", authorities.transport, request).status());
  ROG_RETURN_IF_ERROR(pki.EnsureCertificate("hub/admin", authorities.admin, request).status());
  ROG_ASSIGN_OR_RETURN(PrivateKey key, pki.EnsureKey("hub/log-key.pem", KeyAlgorithm::kEd25519));
  ROG_ASSIGN_OR_RETURN(Ed25519FileSigner signer, Ed25519FileSigner::FromKey(std::move(key)));
  ROG_ASSIGN_OR_RETURN(merkle::VerifierKey verifier,
                       merkle::VerifierKey::Make(absl::StrCat(settings.trust_domain, "/log/1"),
                                                 merkle::SignatureType::kEd25519,
                                                 signer.PublicKey()));
  const std::string text = verifier.ToText();
  ROG_RETURN_IF_ERROR(WriteFileDurably(pki.Path("hub/log-key.txt"), text + "\n"));
  for (const char* folder : {"store", "case-keys", "tiles", "backups", "directory/keys"}) {
    ROG_RETURN_IF_ERROR(CreateFolders(pki.Path(folder)));
  }
  return text;
}

absl::StatusOr<std::string> ReadLogKey(const PkiFolder& pki) {
  ROG_ASSIGN_OR_RETURN(Bytes text, ReadFile(pki.Path("hub/log-key.txt"), kMaxTextBytes));
  return std::string(absl::StripAsciiWhitespace(text));
}

// Operators and their directory file; the first operator's certificate.
absl::StatusOr<Certificate> EnsureOperators(PkiFolder& pki,
                                            const PkiSettings& settings,
                                            const CertificateAuthority& admin) {
  std::vector<OperatorEntry> entries;
  for (const std::string& id : {settings.operator_id, std::string(kSecurityOfficerId)}) {
    CertificateRequest request = Request(CertificateProfile::kTlsClient, id);
    request.uris = {absl::StrCat("spiffe://", settings.trust_domain, "/operator/", id)};
    const std::string stem = absl::StrCat("operators/", id, "/tls");
    ROG_ASSIGN_OR_RETURN(auto certificate, pki.EnsureCertificate(stem, admin, request));
    const std::string file = absl::StrCat("operator-", id, ".pem");
    ROG_RETURN_IF_ERROR(WriteFileDurably(pki.Path("directory/keys/" + file), certificate.ToPem()));
    entries.push_back({id, id == kSecurityOfficerId ? "SECURITY_OFFICER" : "OPERATOR", file});
  }
  ROG_RETURN_IF_ERROR(
      WriteFileDurably(pki.Path("directory/keys/operators.toml"), OperatorsToml(entries)));
  return pki.ReadCertificate(absl::StrCat("operators/", settings.operator_id, "/tls.pem"));
}

std::string IdentityKeyOf(const std::string& authority) {
  return absl::StrCat("authorities/", authority, "/identity-key.pem");
}

std::string FolderOf(const std::string& authority) {
  return absl::StrCat("authorities/", authority);
}

// The codes of the users whose keys are in an authority's folder.
std::vector<std::string> UsersOf(const PkiFolder& pki, const std::string& authority) {
  return pki.Stems(FolderOf(authority), "user-", "-key.pem");
}

// Those whose keys were begun: a run that was cut short may have left a folder without.
std::vector<std::string> AuthoritiesOf(const PkiFolder& pki) {
  std::vector<std::string> authorities = pki.Folders("authorities");
  std::erase_if(authorities, [&](const std::string& authority) {
    return !FileExists(pki.Path(IdentityKeyOf(authority)));
  });
  return authorities;
}

Custodians CustodiansOf(const PkiFolder& pki, const std::string& authority) {
  return {pki.Stems(FolderOf(authority), "custodian-first-", "-key.pem"),
          pki.Stems(FolderOf(authority), "custodian-second-", "-key.pem")};
}

bool IsAmong(const std::vector<std::string>& users, const std::string& user) {
  return std::find(users.begin(), users.end(), user) != users.end();
}

absl::StatusOr<ProfileFacts> CollectFacts(PkiFolder& pki, const PkiSettings& settings) {
  ProfileFacts facts{settings, "", {}};
  ROG_ASSIGN_OR_RETURN(facts.log_key, ReadLogKey(pki));
  for (const std::string& authority : AuthoritiesOf(pki)) {
    ROG_ASSIGN_OR_RETURN(PrivateKey identity,
                         PrivateKey::FromPemFile(pki.Path(IdentityKeyOf(authority))));
    facts.identities[authority] = IdentityFingerprint(identity.PublicKeyDer());
  }
  return facts;
}

absl::Status WriteProfiles(PkiFolder& pki, const PkiSettings& settings, Existing existing) {
  ROG_ASSIGN_OR_RETURN(ProfileFacts facts, CollectFacts(pki, settings));
  for (const std::string& authority : AuthoritiesOf(pki)) {
    ROG_RETURN_IF_ERROR(Write(
        pki.Path(FolderOf(authority) + "/office.toml"),
        OfficeProfileToml(facts, authority, UsersOf(pki, authority), CustodiansOf(pki, authority)),
        existing,
        0644));
  }
  for (const std::string& id : pki.Folders("operators")) {
    ROG_RETURN_IF_ERROR(Write(pki.Path(absl::StrCat("operators/", id, "/operator.toml")),
                              OperatorProfileToml(facts),
                              existing,
                              0644));
  }
  return absl::OkStatus();
}

struct StatedKey {
  std::string name;
  CertificateProfile profile;
  v1::KeyPurpose purpose;
};
const StatedKey kStatedKeys[] = {
    {"seal", CertificateProfile::kSigning, v1::KEY_PURPOSE_ORGANISATION_SEAL},
    {"sealing", CertificateProfile::kSealing, v1::KEY_PURPOSE_SEALING},
    {"archive", CertificateProfile::kSealing, v1::KEY_PURPOSE_SEALING_ARCHIVE},
};

absl::StatusOr<Certificate> EnsureStatedKey(PkiFolder& pki,
                                            const std::string& authority,
                                            const StatedKey& key,
                                            const CertificateAuthority& signing) {
  return pki.EnsureCertificate(absl::StrCat(FolderOf(authority), "/", key.name),
                               signing,
                               Request(key.profile, absl::StrCat(authority, " ", key.name)));
}

// Copies a certificate of an authority to the directory's folder; its name there.
absl::StatusOr<std::string> Publish(const PkiFolder& pki,
                                    const std::string& authority,
                                    const std::string& name,
                                    const Certificate& certificate) {
  const std::string file = absl::StrCat(authority, "-", name, ".pem");
  ROG_RETURN_IF_ERROR(WriteFileDurably(pki.Path("directory/keys/" + file), certificate.ToPem()));
  return file;
}

// Certificates of custodians, in the order in which they were made: the chain grows at its end.
absl::StatusOr<std::vector<StatedKey>> EnsureCustodians(PkiFolder& pki,
                                                        const std::string& authority,
                                                        const CertificateAuthority& signing) {
  const Custodians custodians = CustodiansOf(pki, authority);
  std::vector<std::pair<Instant, StatedKey>> made;
  const auto add = [&](const char* group,
                       const std::vector<std::string>& users,
                       v1::KeyPurpose purpose) -> absl::Status {
    for (const std::string& user : users) {
      const StatedKey key{
          absl::StrCat("custodian-", group, "-", user), CertificateProfile::kSealing, purpose};
      ROG_ASSIGN_OR_RETURN(const auto certificate, EnsureStatedKey(pki, authority, key, signing));
      made.emplace_back(certificate.not_before(), key);
    }
    return absl::OkStatus();
  };
  ROG_RETURN_IF_ERROR(add("first", custodians.first, v1::KEY_PURPOSE_FIRST_CUSTODIAN));
  ROG_RETURN_IF_ERROR(add("second", custodians.second, v1::KEY_PURPOSE_SECOND_CUSTODIAN));
  std::stable_sort(
      made.begin(), made.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<StatedKey> keys;
  for (auto& [begin, key] : made) keys.push_back(std::move(key));
  return keys;
}

// Seal, sealing, archive and custodians' certificates, each stated by the identity key, in a chain.
absl::StatusOr<std::vector<StatedCertificate>> EnsureStated(PkiFolder& pki,
                                                            const PkiSettings& settings,
                                                            const std::string& authority,
                                                            const PrivateKey& identity,
                                                            const CertificateAuthority& signing) {
  std::vector<StatedCertificate> stated;
  Bytes previous;
  std::vector<StatedKey> keys(std::begin(kStatedKeys), std::end(kStatedKeys));
  ROG_ASSIGN_OR_RETURN(const auto custodians, EnsureCustodians(pki, authority, signing));
  keys.insert(keys.end(), custodians.begin(), custodians.end());
  for (const StatedKey& key : keys) {
    ROG_ASSIGN_OR_RETURN(auto certificate, EnsureStatedKey(pki, authority, key, signing));
    const auto body = MakeKeyStatementBody(settings.trust_domain,
                                           authority,
                                           certificate,
                                           key.purpose,
                                           certificate.not_before(),
                                           certificate.not_after(),
                                           previous);
    ROG_ASSIGN_OR_RETURN(v1::KeyStatement statement, SignKeyStatement(body, identity));
    previous = KeyStatementDigest(statement);
    ROG_ASSIGN_OR_RETURN(std::string file, Publish(pki, authority, key.name, certificate));
    stated.push_back({std::move(file), std::move(statement)});
  }
  return stated;
}

absl::StatusOr<NamedCertificate> EnsureSystem(PkiFolder& pki,
                                              const PkiSettings& settings,
                                              const std::string& authority,
                                              const CertificateAuthority& transport) {
  CertificateRequest request = Request(CertificateProfile::kTlsClient, authority);
  request.uris = {absl::StrCat(
      "spiffe://", settings.trust_domain, "/authority/", authority, "/system/", kSystemName)};
  ROG_ASSIGN_OR_RETURN(auto certificate,
                       pki.EnsureCertificate(FolderOf(authority) + "/system", transport, request));
  ROG_ASSIGN_OR_RETURN(std::string file, Publish(pki, authority, "system", certificate));
  return NamedCertificate{kSystemName, std::move(file), ""};
}

absl::StatusOr<NamedCertificate> EnsureUser(PkiFolder& pki,
                                            const std::string& authority,
                                            const std::string& user,
                                            const CertificateAuthority& signing) {
  const std::string stem = absl::StrCat(FolderOf(authority), "/user-", user);
  ROG_ASSIGN_OR_RETURN(auto certificate,
                       pki.EnsureCertificate(stem,
                                             signing,
                                             Request(CertificateProfile::kSigning,
                                                     absl::StrCat(authority, "/", user))));
  ROG_ASSIGN_OR_RETURN(std::string file,
                       Publish(pki, authority, absl::StrCat("user-", user), certificate));
  const std::string from = certificate.not_before().ToString().substr(0, 10);
  return NamedCertificate{user, std::move(file), from};
}

absl::Status CheckNames(const std::string& authority, const std::vector<std::string>& users) {
  if (!IsAuthorityId(authority)) {
    return Explained(Error(Reason::FIELD_INVALID).Field("--authority"), Sentence::ID_SUCH_AS);
  }
  for (const std::string& user : users) {
    if (HasOnly(user, "-") && user.size() <= 32) continue;
    return Explained(Error(Reason::FIELD_INVALID).Field("--user"), Sentence::USER_NAME);
  }
  return absl::OkStatus();
}

// One group a person, also when the other was given by an earlier run.
absl::Status CheckCustodians(const PkiFolder& pki,
                             const std::string& authority,
                             const Custodians& named) {
  ROG_RETURN_IF_ERROR(CheckNames(authority, named.first));
  ROG_RETURN_IF_ERROR(CheckNames(authority, named.second));
  const Custodians before = CustodiansOf(pki, authority);
  for (const std::string& user : named.second) {
    if (!IsAmong(named.first, user) && !IsAmong(before.first, user)) continue;
    return Error(Reason::FIELD_INVALID).Field("--second-custodian");
  }
  for (const std::string& user : named.first) {
    if (IsAmong(before.second, user))
      return Error(Reason::FIELD_INVALID).Field("--first-custodian");
  }
  return absl::OkStatus();
}

absl::Status MakeCustodians(PkiFolder& pki,
                            const std::string& authority,
                            const Custodians& named,
                            const CertificateAuthority& signing) {
  const auto make = [&](const char* group, const std::vector<std::string>& users) -> absl::Status {
    for (const std::string& user : users) {
      ROG_RETURN_IF_ERROR(EnsureUser(pki, authority, user, signing).status());
      const StatedKey key{absl::StrCat("custodian-", group, "-", user),
                          CertificateProfile::kSealing,
                          v1::KEY_PURPOSE_UNSPECIFIED};
      ROG_RETURN_IF_ERROR(EnsureStatedKey(pki, authority, key, signing).status());
    }
    return absl::OkStatus();
  };
  ROG_RETURN_IF_ERROR(make("first", named.first));
  return make("second", named.second);
}

std::string GroupOf(const std::string& user, const Custodians& custodians) {
  if (IsAmong(custodians.first, user)) return "FIRST";
  return IsAmong(custodians.second, user) ? "SECOND" : "";
}

absl::Status IssueKeys(PkiFolder& pki,
                       const PkiSettings& settings,
                       const Authorities& authorities,
                       const std::string& authority,
                       const std::vector<std::string>& users,
                       const Custodians& named) {
  ROG_ASSIGN_OR_RETURN(PrivateKey identity,
                       pki.EnsureKey(IdentityKeyOf(authority), KeyAlgorithm::kEd25519));
  ROG_RETURN_IF_ERROR(MakeCustodians(pki, authority, named, authorities.signing));
  AuthorityKeys keys{authority, identity.PublicKeyDer(), {}, {}, {}};
  ROG_ASSIGN_OR_RETURN(keys.system, EnsureSystem(pki, settings, authority, authorities.transport));
  ROG_ASSIGN_OR_RETURN(keys.stated,
                       EnsureStated(pki, settings, authority, identity, authorities.signing));
  for (const std::string& user : users) {
    ROG_RETURN_IF_ERROR(EnsureUser(pki, authority, user, authorities.signing).status());
  }
  const Custodians custodians = CustodiansOf(pki, authority);
  for (const std::string& user : UsersOf(pki, authority)) {
    ROG_ASSIGN_OR_RETURN(auto entry, EnsureUser(pki, authority, user, authorities.signing));
    entry.custodian = GroupOf(user, custodians);
    keys.users.push_back(std::move(entry));
  }
  return WriteFileDurably(pki.Path(absl::StrCat("directory/keys/", authority, ".toml")),
                          AuthorityKeysToml(keys));
}

}  // namespace

absl::StatusOr<std::optional<PkiSettings>> SettingsOfPki(const std::string& folder) {
  if (!std::filesystem::exists(absl::StrCat(folder, "/pki.toml"))) return std::nullopt;
  return ReadSettings(folder);
}

absl::Status InitialisePki(const std::string& folder,
                           const PkiSettings& settings,
                           Clock& clock,
                           Random& random) {
  const std::string root = std::filesystem::absolute(folder).lexically_normal().string();
  PkiFolder pki(std::string(absl::StripSuffix(root, "/")), clock, random);
  ROG_RETURN_IF_ERROR(CheckSettings(settings));
  ROG_ASSIGN_OR_RETURN(const std::optional<PkiSettings> before, SettingsOfPki(pki.folder()));
  if (before.has_value()) ROG_RETURN_IF_ERROR(CheckSame(*before, settings));
  const Existing existing = before == settings ? Existing::kKeep : Existing::kReplace;
  ROG_ASSIGN_OR_RETURN(Authorities authorities, EnsureAuthorities(pki, settings.trust_domain));
  ROG_RETURN_IF_ERROR(EnsureHub(pki, settings, authorities).status());
  ROG_ASSIGN_OR_RETURN(Certificate first, EnsureOperators(pki, settings, authorities.admin));
  ROG_RETURN_IF_ERROR(Write(pki.Path("rogatoriad.toml"),
                            DaemonToml(pki.folder(), settings, first.fingerprint_sha256()),
                            existing,
                            0600));
  ROG_RETURN_IF_ERROR(WriteProfiles(pki, settings, existing));
  // Last: a run that was cut short before is no run with these settings.
  return WriteFileDurably(pki.Path("pki.toml"), SettingsToml(settings));
}

absl::StatusOr<std::string> IssueAuthority(const std::string& folder,
                                           const std::string& authority,
                                           const std::vector<std::string>& users,
                                           Clock& clock,
                                           Random& random,
                                           const Custodians& custodians) {
  ROG_RETURN_IF_ERROR(IssueAuthorities(folder, {authority}, users, clock, random, custodians));
  return absl::StrCat(folder, "/", FolderOf(authority), "/office.toml");
}

absl::Status IssueAuthorities(const std::string& folder,
                              const std::vector<std::string>& authorities,
                              const std::vector<std::string>& users,
                              Clock& clock,
                              Random& random,
                              const Custodians& custodians) {
  PkiFolder pki(folder, clock, random);
  for (const std::string& authority : authorities) {
    ROG_RETURN_IF_ERROR(CheckNames(authority, users));
    ROG_RETURN_IF_ERROR(CheckCustodians(pki, authority, custodians));
  }
  ROG_ASSIGN_OR_RETURN(PkiSettings settings, ReadSettings(pki.folder()));
  ROG_ASSIGN_OR_RETURN(Authorities issuers, EnsureAuthorities(pki, settings.trust_domain));
  // Each waits for the disk some forty times: side by side they wait for it together.
  absl::Mutex mutex;
  absl::Status issued;
  std::atomic<size_t> next = 0;
  const auto issue = [&] {
    for (size_t i = next++; i < authorities.size(); i = next++) {
      const absl::Status status =
          IssueKeys(pki, settings, issuers, authorities[i], users, custodians);
      const absl::MutexLock lock(&mutex);
      issued.Update(status);
    }
  };
  std::vector<std::thread> threads(std::min(authorities.size(), kIssuersAtOnce));
  for (std::thread& thread : threads) thread = std::thread(issue);
  for (std::thread& thread : threads) thread.join();
  ROG_RETURN_IF_ERROR(issued);
  return WriteProfiles(pki, settings, Existing::kReplace);
}

absl::StatusOr<std::string> RevokeInPki(const std::string& folder,
                                        const std::string& certificate_file,
                                        Clock& clock,
                                        Random& random) {
  ROG_ASSIGN_OR_RETURN(Bytes pem, ReadFile(certificate_file, kMaxTextBytes));
  ROG_ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromPem(pem));
  return PkiFolder(folder, clock, random).Revoke(certificate);
}

}  // namespace rogatoria::cli
