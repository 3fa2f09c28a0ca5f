// Directory files for tests: the example directory of deploy/, and generated keys for its
// authorities in the layout that `rogatoria pki` writes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/crypto/certificate.h"
#include "common/crypto/pki.h"
#include "common/crypto/private_key.h"
#include "common/directory/directory.h"
#include "common/directory/load.h"

namespace rogatoria {

inline constexpr char kTrustDomain[] = "rogatoria.example";
inline constexpr Instant kNow{1795521600000};  // 2026-11-24T12:00:00Z
inline constexpr int64_t kDayMs = 24LL * 3600 * 1000;

// An authority's secrets and the files that say so. Made once a process: keys are slow to make.
struct TestAuthority {
  explicit TestAuthority(const std::string& authority_id);

  std::string id;
  PrivateKey identity;
  Certificate system, user, seal, sealing, archive;
  v1::KeyStatement seal_statement, sealing_statement, archive_statement;  // a chain, in this order

  // keys/<id>.toml and its .pem files.
  std::vector<DirectoryFile> Files() const;
};

const TestAuthority& Portugal();
const TestAuthority& Colombia();
const TestAuthority& Brazil();

// A certificate by the test CA, valid from a year before kNow to nine after.
Certificate MakeCertificate(CertificateProfile profile,
                            const std::string& name,
                            const std::string& uri = "",
                            KeyAlgorithm algorithm = KeyAlgorithm::kP256);

// deploy/example-directory, as the operator's command would send it.
std::vector<DirectoryFile> ExampleFiles();
// Another folder of deploy/.
std::vector<DirectoryFile> FilesOf(const std::string& folder);
// With the keys of all three.
std::vector<DirectoryFile> CompleteFiles();
std::shared_ptr<const Directory> CompleteDirectory();

// A set of files that a test changes: a file replaced, or a text in one.
class FileSet {
 public:
  explicit FileSet(std::vector<DirectoryFile> files);
  FileSet& Put(const std::string& name, const std::string& content);
  FileSet& Replace(const std::string& name, const std::string& from, const std::string& to);
  FileSet& Remove(const std::string& name);
  std::vector<DirectoryFile> files() const;
  absl::StatusOr<std::shared_ptr<const Directory>> Parse() const;
  // All problems, as the operator reads them; empty if there are none.
  std::string Problems() const;

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace rogatoria
