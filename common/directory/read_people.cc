// [[system]], [[operator]] and [[user]] of docs/directory-files.md: who is known by which
// certificate.
#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/directory/drafts.h"
#include "common/directory/table_reader.h"
#include "common/model/ids.h"

namespace rogatoria {
namespace {

using Reader = TableReader;

constexpr absl::string_view kFingerprintPrefix = "sha256:";
constexpr absl::string_view kNotEmpty =
    "PEM text, the name of a .pem file, or sha256: and 64 hexadecimal digits";

struct RoleName {
  absl::string_view name;
  PrincipalKind role;
};
constexpr RoleName kRoles[] = {
    {"OPERATOR", PrincipalKind::kOperator},
    {"SECURITY_OFFICER", PrincipalKind::kSecurityOfficer},
    {"AUDITOR", PrincipalKind::kAuditor},
    {"NODE", PrincipalKind::kNode},
};

const RoleName* FindRole(absl::string_view name) {
  const auto* found = std::find_if(std::begin(kRoles),
                                   std::end(kRoles),
                                   [name](const RoleName& row) { return row.name == name; });
  return found == std::end(kRoles) ? nullptr : found;
}

bool IsFingerprint(absl::string_view text) {
  return text.size() == kFingerprintPrefix.size() + 64 &&
         text.substr(0, kFingerprintPrefix.size()) == kFingerprintPrefix &&
         FromHex(text.substr(kFingerprintPrefix.size())).ok();
}

// A TLS certificate must name exactly this identity (decisions.md 19). Only those given whole can
// be looked at.
void CheckIdentity(Reader& reader, const Certificate& certificate, const std::string& identity) {
  if (certificate.uri_sans() != std::vector<std::string>{identity}) {
    reader.Problem("certificates",
                   "a certificate is not for this identity",
                   absl::StrCat("accepted: exactly one URI, ", identity));
  }
}

// `identity` is empty for signing certificates.
std::vector<std::string> ReadCertificates(Reader& reader,
                                          const std::string& identity,
                                          Drafts& drafts) {
  std::vector<std::string> fingerprints;
  const auto references = reader.Texts(
      "certificates", Reader::kRequired, [](absl::string_view t) { return !t.empty(); }, kNotEmpty);
  for (const std::string& reference : references) {
    if (IsFingerprint(reference)) {
      fingerprints.push_back(reference.substr(kFingerprintPrefix.size()));
      continue;
    }
    const auto certificate = FindCertificate(reference, reader.PlaceOf("certificates"), drafts);
    if (!certificate.has_value()) continue;
    if (!identity.empty()) CheckIdentity(reader, *certificate, identity);
    fingerprints.push_back(certificate->fingerprint_sha256());
  }
  const std::string category = identity.empty() ? "signing certificate" : "TLS certificate";
  for (const std::string& fingerprint : fingerprints) {
    drafts.definitions.push_back({category, fingerprint, reader.PlaceOf("certificates")});
  }
  return fingerprints;
}

std::string ReadAuthorityReference(Reader& reader, Drafts& drafts) {
  std::string authority =
      reader.Text("authority", Reader::kRequired, IsAuthorityId, "an authority id");
  if (!authority.empty()) {
    drafts.references.push_back({"authority", authority, reader.PlaceOf("authority")});
  }
  return authority;
}

std::string ReadShortName(Reader& reader, absl::string_view key) {
  return reader.Text(key, Reader::kRequired, IsShortName, "1 to 32 of a-z, 0-9 and -");
}

bool IsGroupName(absl::string_view name) {
  return name == "FIRST" || name == "SECOND";
}

v1::CustodianGroup ReadCustodianGroup(Reader& reader) {
  const std::string name =
      reader.Text("custodian", Reader::kOptional, IsGroupName, "FIRST or SECOND");
  if (name.empty()) return v1::CUSTODIAN_GROUP_UNSPECIFIED;
  return name == "FIRST" ? v1::CUSTODIAN_GROUP_FIRST : v1::CUSTODIAN_GROUP_SECOND;
}

}  // namespace

bool IsShortName(absl::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void ReadSystem(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "system", drafts.problems);
  System system;
  system.authority = ReadAuthorityReference(reader, drafts);
  system.name = ReadShortName(reader, "name");
  system.identity = absl::StrCat(
      "spiffe://", drafts.trust_domain, "/authority/", system.authority, "/system/", system.name);
  system.certificate_sha256 = ReadCertificates(reader, system.identity, drafts);
  reader.Finish();
  drafts.definitions.push_back({"system", system.identity, reader.place()});
  drafts.contents.systems.push_back(std::move(system));
}

void ReadOperator(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "operator", drafts.problems);
  Operator person;
  person.id = ReadShortName(reader, "id");
  const std::string role = reader.Text(
      "role",
      Reader::kRequired,
      [](absl::string_view name) { return FindRole(name) != nullptr; },
      "OPERATOR, SECURITY_OFFICER, AUDITOR or NODE");
  if (!role.empty()) person.role = FindRole(role)->role;
  const absl::string_view folder = person.role == PrincipalKind::kNode ? "/node/" : "/operator/";
  person.identity = absl::StrCat("spiffe://", drafts.trust_domain, folder, person.id);
  person.certificate_sha256 = ReadCertificates(reader, person.identity, drafts);
  reader.Finish();
  drafts.definitions.push_back({"operator", person.id, reader.place()});
  drafts.contents.operators.push_back(std::move(person));
}

void ReadUser(const TomlValue& table, Drafts& drafts) {
  Reader reader(table, "user", drafts.problems);
  AccreditedUser user;
  user.authority = ReadAuthorityReference(reader, drafts);
  user.id = absl::StrCat(user.authority, "/", ReadShortName(reader, "id"));
  user.certificate_sha256 = ReadCertificates(reader, "", drafts);
  user.custodian = ReadCustodianGroup(reader);
  user.accredited.from = reader.Day("from", Reader::kRequired);
  user.accredited.to = reader.Day("to", Reader::kOptional);
  if (!user.accredited.to.empty() && user.accredited.to < user.accredited.from) {
    reader.Problem("to", "`to` is before `from`", "a later day is accepted");
  }
  reader.Finish();
  drafts.definitions.push_back({"user", user.id, reader.place()});
  drafts.contents.users.push_back(std::move(user));
}

}  // namespace rogatoria
