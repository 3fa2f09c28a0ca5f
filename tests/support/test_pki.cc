#include "tests/support/test_pki.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"

namespace rogatoria {
namespace {

const char* NameOf(TestPki::Ca ca) {
  constexpr const char* kNames[] = {"public", "admin", "signers", "stranger"};
  return kNames[static_cast<int>(ca)];
}

Instant Now() {
  return SystemClock().Now();
}

Random& Randomness() {
  static auto& random = *new SystemRandom();
  return random;
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  ROG_CHECK(result.ok(), std::string(result.status().message()).c_str());
  return *std::move(result);
}

void Must(const absl::Status& status) {
  ROG_CHECK(status.ok(), std::string(status.message()).c_str());
}

void FillTimes(CertificateRequest& request) {
  if (request.not_before == Instant()) request.not_before = Now() + absl::Hours(-1);
  if (request.not_after == Instant()) request.not_after = Now() + absl::Hours(24);
}

}  // namespace

TestPki::TestPki(std::string folder, std::string trust_domain)
    : folder_(std::move(folder)), trust_domain_(std::move(trust_domain)) {
  Must(CreateFolders(folder_));
  for (const Ca ca : {Ca::kPublic, Ca::kAdmin, Ca::kSigners, Ca::kStranger}) {
    CertificateRequest request{.profile = CertificateProfile::kAuthority,
                               .common_name = std::string("Test CA ") + NameOf(ca),
                               .organization = "",
                               .uris = {},
                               .dns_names = {},
                               .ip_addresses = {},
                               .not_before = {},
                               .not_after = {}};
    FillTimes(request);
    authorities_[ca] = std::make_unique<CertificateAuthority>(
        Must(CertificateAuthority::Create(request, Randomness())));
    Must(WriteFileDurably(ca_file(ca), authorities_[ca]->certificate().ToPem()));
    WriteRevocationList(ca);
  }
}

std::string TestPki::ca_file(Ca ca) const {
  return Path(std::string(NameOf(ca)) + "-ca.pem");
}

std::string TestPki::crl_file(Ca ca) const {
  return Path(std::string(NameOf(ca)) + "-crl.pem");
}

TestIdentity TestPki::Issue(Ca ca, CertificateRequest request) {
  FillTimes(request);
  PrivateKey key = Must(PrivateKey::Generate(KeyAlgorithm::kP256));
  Certificate certificate = Must(authorities_.at(ca)->Issue(key.PublicKeyDer(), request));
  const std::string base = Path("issued-" + std::to_string(++issued_));
  TestIdentity identity{certificate, key, base + ".pem", base + ".key"};
  Must(WriteFileDurably(identity.certificate_file, certificate.ToPem()));
  Must(WriteKeyFile(identity.key_file, key.ToPem()));
  return identity;
}

TestIdentity TestPki::IssueServer(Ca ca) {
  return Issue(ca,
               {.profile = CertificateProfile::kTlsServer,
                .common_name = "hub",
                .organization = "",
                .uris = {"spiffe://" + trust_domain_ + "/node/hub"},
                .dns_names = {"localhost"},
                .ip_addresses = {"127.0.0.1", "::1"},
                .not_before = {},
                .not_after = {}});
}

TestIdentity TestPki::IssueSystem(const std::string& authority, const std::string& name, Ca ca) {
  return Issue(ca,
               {.profile = CertificateProfile::kTlsClient,
                .common_name = authority,
                .organization = "",
                .uris = {SystemUri(authority, name)},
                .dns_names = {},
                .ip_addresses = {},
                .not_before = {},
                .not_after = {}});
}

TestIdentity TestPki::IssueOperator(const std::string& id, Ca ca) {
  return Issue(ca,
               {.profile = CertificateProfile::kTlsClient,
                .common_name = id,
                .organization = "",
                .uris = {OperatorUri(id)},
                .dns_names = {},
                .ip_addresses = {},
                .not_before = {},
                .not_after = {}});
}

std::string TestPki::SystemUri(const std::string& authority, const std::string& name) const {
  return "spiffe://" + trust_domain_ + "/authority/" + authority + "/system/" + name;
}

std::string TestPki::OperatorUri(const std::string& id) const {
  return "spiffe://" + trust_domain_ + "/operator/" + id;
}

void TestPki::Revoke(Ca ca, const Certificate& certificate) {
  revoked_[ca].push_back(certificate);
  WriteRevocationList(ca);
}

void TestPki::WriteRevocationList(Ca ca, absl::Duration next_update) {
  const Instant from = Now() + (std::min(absl::ZeroDuration(), next_update) - absl::Hours(1));
  const RevocationList list =
      Must(authorities_.at(ca)->MakeRevocationList(revoked_[ca], from, Now() + next_update));
  Must(WriteFileDurably(crl_file(ca), list.ToPem()));
}

}  // namespace rogatoria
