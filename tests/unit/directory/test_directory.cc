#include "tests/unit/directory/test_directory.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/random.h"
#include "common/directory/key_statement.h"

namespace rogatoria {
namespace {

CertificateAuthority& TestCa() {
  static auto& random = *new SystemRandom;
  static auto& ca = *[] {
    CertificateRequest request;
    request.common_name = "Test CA";
    request.not_before = {kNow.unix_ms - 365 * kDayMs};
    request.not_after = {kNow.unix_ms + 3650 * kDayMs};
    return new CertificateAuthority(*CertificateAuthority::Create(request, random));
  }();
  return ca;
}

v1::KeyStatement State(const TestAuthority& authority,
                       const Certificate& certificate,
                       v1::KeyPurpose purpose,
                       const v1::KeyStatement* previous) {
  return *SignKeyStatement(
      MakeKeyStatementBody(kTrustDomain,
                           authority.id,
                           certificate,
                           purpose,
                           {kNow.unix_ms - 30 * kDayMs},
                           {kNow.unix_ms + 700 * kDayMs},
                           previous == nullptr ? "" : KeyStatementDigest(*previous)),
      authority.identity);
}

std::string StatementToml(const std::string& id,
                          const std::string& pem,
                          const v1::KeyStatement& s) {
  return absl::StrCat("\n[[key_statement]]\nauthority = \"",
                      id,
                      "\"\nstatement = \"",
                      ToBase64(s.statement()),
                      "\"\nsignature = \"",
                      ToBase64(s.signature()),
                      "\"\ncertificate = \"",
                      pem,
                      "\"\n");
}

}  // namespace

Certificate MakeCertificate(CertificateProfile profile,
                            const std::string& name,
                            const std::string& uri,
                            KeyAlgorithm algorithm) {
  CertificateRequest request;
  request.profile = profile;
  request.common_name = name;
  if (!uri.empty()) request.uris = {uri};
  request.not_before = {kNow.unix_ms - 365 * kDayMs};
  request.not_after = {kNow.unix_ms + 3285 * kDayMs};
  return *TestCa().Issue(PrivateKey::Generate(algorithm)->PublicKeyDer(), request);
}

TestAuthority::TestAuthority(const std::string& authority_id)
    : id(authority_id),
      identity(*PrivateKey::Generate(KeyAlgorithm::kP256)),
      system(MakeCertificate(
          CertificateProfile::kTlsClient,
          "system",
          absl::StrCat("spiffe://", kTrustDomain, "/authority/", authority_id, "/system/office"))),
      user(MakeCertificate(CertificateProfile::kSigning, "user")),
      seal(MakeCertificate(CertificateProfile::kSigning, "seal")),
      sealing(MakeCertificate(CertificateProfile::kSealing, "sealing")),
      archive(MakeCertificate(CertificateProfile::kSealing, "archive")) {
  seal_statement = State(*this, seal, v1::KEY_PURPOSE_ORGANISATION_SEAL, nullptr);
  sealing_statement = State(*this, sealing, v1::KEY_PURPOSE_SEALING, &seal_statement);
  archive_statement = State(*this, archive, v1::KEY_PURPOSE_SEALING_ARCHIVE, &sealing_statement);
}

std::vector<DirectoryFile> TestAuthority::Files() const {
  const Bytes key = identity.PublicKeyDer();
  std::string toml = absl::StrCat("[[identity_key]]\nauthority = \"",
                                  id,
                                  "\"\nsha256 = \"",
                                  IdentityFingerprint(key),
                                  "\"\npublic_key = \"",
                                  ToBase64(key),
                                  "\"\n");
  absl::StrAppend(&toml,
                  "\n[[system]]\nauthority = \"",
                  id,
                  "\"\nname = \"office\"\ncertificates = [\"",
                  id,
                  "-system.pem\"]\n");
  absl::StrAppend(&toml,
                  "\n[[user]]\nauthority = \"",
                  id,
                  "\"\nid = \"u-1\"\nfrom = 2026-01-01\ncertificates = [\"",
                  id,
                  "-user.pem\"]\n");
  absl::StrAppend(&toml,
                  StatementToml(id, id + "-archive.pem", archive_statement),
                  StatementToml(id, id + "-seal.pem", seal_statement),
                  StatementToml(id, id + "-sealing.pem", sealing_statement));
  const std::string stem = absl::StrCat("keys/", id);
  return {{stem + ".toml", toml},
          {stem + "-system.pem", system.ToPem()},
          {stem + "-user.pem", user.ToPem()},
          {stem + "-seal.pem", seal.ToPem()},
          {stem + "-sealing.pem", sealing.ToPem()},
          {stem + "-archive.pem", archive.ToPem()}};
}

const TestAuthority& Portugal() {
  static const auto& authority = *new TestAuthority("pt-pgr");
  return authority;
}
const TestAuthority& Colombia() {
  static const auto& authority = *new TestAuthority("co-fgn");
  return authority;
}
const TestAuthority& Brazil() {
  static const auto& authority = *new TestAuthority("br-pgr");
  return authority;
}

std::vector<DirectoryFile> ExampleFiles() {
  return FilesOf("example-directory");
}

std::vector<DirectoryFile> FilesOf(const std::string& folder) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(ROGATORIA_SOURCE_DIR) / "deploy" / folder;
  std::vector<DirectoryFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    files.push_back({fs::relative(entry.path(), root).generic_string(), text.str()});
  }
  return files;
}

std::vector<DirectoryFile> CompleteFiles() {
  std::vector<DirectoryFile> files = ExampleFiles();
  for (const TestAuthority* authority : {&Portugal(), &Colombia(), &Brazil()}) {
    for (DirectoryFile& file : authority->Files()) files.push_back(std::move(file));
  }
  return files;
}

std::shared_ptr<const Directory> CompleteDirectory() {
  auto directory = ParseDirectory(CompleteFiles(), kTrustDomain);
  EXPECT_TRUE(directory.ok()) << directory.status();
  return directory.ok() ? *directory : std::make_shared<const Directory>();
}

FileSet::FileSet(std::vector<DirectoryFile> files) {
  for (DirectoryFile& file : files) files_[file.name] = std::move(file.content);
}

FileSet& FileSet::Put(const std::string& name, const std::string& content) {
  files_[name] = content;
  return *this;
}

FileSet& FileSet::Replace(const std::string& name, const std::string& from, const std::string& to) {
  std::string& content = files_.at(name);
  const size_t at = content.find(from);
  EXPECT_NE(at, std::string::npos) << from << " is not in " << name;
  if (at != std::string::npos) content.replace(at, from.size(), to);
  return *this;
}

FileSet& FileSet::Remove(const std::string& name) {
  EXPECT_EQ(files_.erase(name), 1U) << name;
  return *this;
}

std::vector<DirectoryFile> FileSet::files() const {
  std::vector<DirectoryFile> files;
  for (const auto& [name, content] : files_) files.push_back({name, content});
  return files;
}

absl::StatusOr<std::shared_ptr<const Directory>> FileSet::Parse() const {
  return ParseDirectory(files(), kTrustDomain);
}

std::string FileSet::Problems() const {
  const auto directory = Parse();
  if (directory.ok()) return "";
  const auto details = GetErrorDetails(directory.status());
  EXPECT_TRUE(details.has_value() && details->reason == Reason::DIRECTORY_INVALID)
      << directory.status();
  return details.has_value() ? details->accepted : "";
}

}  // namespace rogatoria
