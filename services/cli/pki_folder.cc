#include "services/cli/pki_folder.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/revocation_list.h"

namespace rogatoria::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxPemBytes = 1024 * 1024;
// A day back, so that a certificate holds at once in every time zone and on a slow clock.
constexpr absl::Duration kBackdated = absl::Hours(24);
constexpr absl::Duration kAuthorityLife = absl::Hours(24 * 3650);
constexpr absl::Duration kCertificateLife = absl::Hours(24 * 730);
constexpr absl::Duration kListLife = absl::Hours(24 * 365);

std::string KeyOf(const std::string& stem) {
  return stem + "-key.pem";
}

absl::StatusOr<std::vector<Certificate>> ReadRevoked(const std::string& path) {
  if (!fs::exists(path)) return std::vector<Certificate>();
  ROG_ASSIGN_OR_RETURN(Bytes pem, ReadFile(path, kMaxPemBytes));
  return Certificate::BundleFromPem(pem);
}

}  // namespace

absl::StatusOr<PrivateKey> PkiFolder::EnsureKey(const std::string& relative,
                                                KeyAlgorithm algorithm) {
  const std::string path = Path(relative);
  if (fs::exists(path)) return PrivateKey::FromPemFile(path);
  ROG_RETURN_IF_ERROR(CreateFolders(fs::path(path).parent_path().string()));
  ROG_ASSIGN_OR_RETURN(PrivateKey key, PrivateKey::Generate(algorithm));
  ROG_RETURN_IF_ERROR(WriteKeyFile(path, key.ToPem()));
  return key;
}

absl::StatusOr<CertificateAuthority> PkiFolder::EnsureAuthority(const std::string& name,
                                                                const std::string& common_name) {
  const std::string stem = absl::StrCat("ca/", name, "/ca");
  if (!fs::exists(Path(stem + ".pem"))) {
    CertificateRequest request;
    request.common_name = common_name;
    request.not_before = clock_.Now() + -kBackdated;
    request.not_after = clock_.Now() + kAuthorityLife;
    ROG_ASSIGN_OR_RETURN(auto made, CertificateAuthority::Create(request, random_));
    ROG_RETURN_IF_ERROR(CreateFolders(Path("ca/" + name)));
    // A key without its certificate is left by a run that was cut short: nothing was issued by it.
    std::error_code error;
    fs::remove(Path(KeyOf(stem)), error);
    ROG_RETURN_IF_ERROR(WriteKeyFile(Path(KeyOf(stem)), made.key().ToPem()));
    ROG_RETURN_IF_ERROR(WriteFileDurably(Path(stem + ".pem"), made.certificate().ToPem()));
  }
  ROG_ASSIGN_OR_RETURN(PrivateKey key, PrivateKey::FromPemFile(Path(KeyOf(stem))));
  ROG_ASSIGN_OR_RETURN(Certificate certificate, ReadCertificate(stem + ".pem"));
  ROG_ASSIGN_OR_RETURN(auto authority, CertificateAuthority::FromKey(key, certificate, random_));
  ROG_RETURN_IF_ERROR(WriteRevocationList(name, authority));
  return authority;
}

absl::StatusOr<Certificate> PkiFolder::EnsureCertificate(const std::string& stem,
                                                         const CertificateAuthority& issuer,
                                                         CertificateRequest request) {
  ROG_ASSIGN_OR_RETURN(PrivateKey key, EnsureKey(KeyOf(stem), KeyAlgorithm::kP256));
  if (fs::exists(Path(stem + ".pem"))) return ReadCertificate(stem + ".pem");
  request.not_before = clock_.Now() + -kBackdated;
  request.not_after = clock_.Now() + kCertificateLife;
  ROG_ASSIGN_OR_RETURN(Certificate certificate, issuer.Issue(key.PublicKeyDer(), request));
  ROG_RETURN_IF_ERROR(WriteFileDurably(Path(stem + ".pem"), certificate.ToPem()));
  return certificate;
}

absl::StatusOr<Certificate> PkiFolder::ReadCertificate(const std::string& relative) const {
  ROG_ASSIGN_OR_RETURN(Bytes pem, ReadFile(Path(relative), kMaxPemBytes));
  return Certificate::FromPem(pem);
}

std::vector<std::string> PkiFolder::Folders(const std::string& relative) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(Path(relative), error)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> PkiFolder::Stems(const std::string& relative,
                                          const std::string& begin,
                                          const std::string& end) const {
  std::vector<std::string> stems;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(Path(relative), error)) {
    const std::string name = entry.path().filename().string();
    if (!absl::StartsWith(name, begin) || !absl::EndsWith(name, end)) continue;
    if (name.size() <= begin.size() + end.size()) continue;
    stems.push_back(name.substr(begin.size(), name.size() - begin.size() - end.size()));
  }
  std::sort(stems.begin(), stems.end());
  return stems;
}

absl::StatusOr<std::string> PkiFolder::Revoke(const Certificate& certificate) {
  for (const std::string& name : Folders("ca")) {
    const std::string stem = absl::StrCat("ca/", name, "/ca");
    ROG_ASSIGN_OR_RETURN(Certificate issuer, ReadCertificate(stem + ".pem"));
    // A root names itself as its issuer.
    if (issuer.issuer_der() != certificate.issuer_der() || issuer == certificate) continue;
    const std::string path = Path(absl::StrCat("ca/", name, "/revoked.pem"));
    ROG_ASSIGN_OR_RETURN(std::vector<Certificate> revoked, ReadRevoked(path));
    if (std::find(revoked.begin(), revoked.end(), certificate) == revoked.end()) {
      revoked.push_back(certificate);
    }
    std::string pem;
    for (const Certificate& one : revoked) absl::StrAppend(&pem, one.ToPem());
    ROG_RETURN_IF_ERROR(WriteFileDurably(path, pem));
    ROG_ASSIGN_OR_RETURN(PrivateKey key, PrivateKey::FromPemFile(Path(KeyOf(stem))));
    ROG_ASSIGN_OR_RETURN(auto authority, CertificateAuthority::FromKey(key, issuer, random_));
    ROG_RETURN_IF_ERROR(WriteRevocationList(name, authority));
    return Path(absl::StrCat("ca/", name, "/crl.pem"));
  }
  return Explained(Error(Reason::FIELD_INVALID).Field("certificate"),
                   Sentence::CERTIFICATE_OF_FOLDER);
}

absl::Status PkiFolder::WriteRevocationList(const std::string& name,
                                            const CertificateAuthority& authority) {
  const std::string folder = absl::StrCat("ca/", name);
  ROG_ASSIGN_OR_RETURN(auto revoked, ReadRevoked(Path(folder + "/revoked.pem")));
  const Instant now = clock_.Now();
  ROG_ASSIGN_OR_RETURN(
      RevocationList list,
      authority.MakeRevocationList(revoked, now + -absl::Minutes(1), now + kListLife));
  return WriteFileDurably(Path(folder + "/crl.pem"), list.ToPem());
}

}  // namespace rogatoria::cli
