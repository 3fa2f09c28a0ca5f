#include "tests/unit/crypto/crypto_test_support.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <sys/wait.h>

namespace rogatoria {
namespace {

CertificateAuthority MakeAuthority(const std::string& name, Random& random) {
  CertificateRequest request = TestPki::Request(CertificateProfile::kAuthority, name);
  request.not_before = Days(-730);
  request.not_after = Days(3650);
  return *CertificateAuthority::Create(request, random);
}

}  // namespace

Bytes Hex(absl::string_view hex) {
  return FromHex(hex).value();
}

Bytes FlipBit(absl::string_view bytes, size_t bit) {
  Bytes flipped(bytes);
  flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
  return flipped;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "rogatoria-XXXXXX").string();
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::filesystem::remove_all(folder_);
}

void TemporaryFolder::Write(const std::string& name, absl::string_view bytes) const {
  std::ofstream(Path(name), std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

Bytes TemporaryFolder::Read(const std::string& name) const {
  std::ifstream file(Path(name), std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

int TemporaryFolder::OpenSsl(const std::string& arguments) {
  const std::string command =
      "cd '" + folder_.string() + "' && openssl " + arguments + " >.output 2>&1 </dev/null";
  const int status = std::system(command.c_str());
  output_ = Read(".output");
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TestPki::TestPki(const std::string& name) : ca_(MakeAuthority(name, random_)) {}

CertificateRequest TestPki::Request(CertificateProfile profile, const std::string& name) {
  CertificateRequest request;
  request.profile = profile;
  request.common_name = name;
  request.not_before = Days(-1);
  request.not_after = Days(365);
  return request;
}

Identity TestPki::Issue(CertificateProfile profile,
                        KeyAlgorithm algorithm,
                        const std::string& name) {
  return Issue(Request(profile, name), *PrivateKey::Generate(algorithm));
}

Identity TestPki::Issue(const CertificateRequest& request, PrivateKey key) {
  Certificate certificate = *ca_.Issue(key.PublicKeyDer(), request);
  return {std::move(key), std::move(certificate)};
}

TrustAnchors TestPki::Anchors(std::vector<RevocationList> lists, RevocationPolicy policy) const {
  return *TrustAnchors::Create({ca_.certificate()}, std::move(lists), policy);
}

const PrivateKey& Rsa2048Key() {
  static const auto& key = *new PrivateKey(*GenerateRsaKeyForTest(2048));
  return key;
}

}  // namespace rogatoria
