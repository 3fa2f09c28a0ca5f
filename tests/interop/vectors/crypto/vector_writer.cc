#include "tests/interop/vectors/crypto/vector_writer.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

namespace rogatoria {
namespace {

[[noreturn]] void Stop(const std::string& what) {
  std::cerr << "make_crypto_vectors: " << what << "\n";
  std::exit(1);
}

}  // namespace

VectorWriter::VectorWriter(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
}

void VectorWriter::Write(const std::string& name, absl::string_view bytes) const {
  std::ofstream file(folder_ / name, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) Stop("cannot write " + name);
}

Bytes VectorWriter::Read(const std::string& name) const {
  std::ifstream file(folder_ / name, std::ios::binary);
  if (!file) Stop("cannot read " + name);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

void VectorWriter::WriteIndex(const nlohmann::ordered_json& index) const {
  Write("index.json", index.dump(1) + "\n");
}

void VectorWriter::OpenSsl(const std::string& arguments) const {
  const std::string command = "cd '" + folder_.string() + "' && openssl " + arguments;
  if (std::system(command.c_str()) != 0) Stop("openssl " + arguments);
}

CertificateRequest VectorWriter::Request(const std::string& name, CertificateProfile profile) {
  CertificateRequest request;
  request.profile = profile;
  request.common_name = "Rogatoria test vector: " + name;
  request.not_before = kVectorInstant + absl::Hours(-24 * 365);
  request.not_after = kVectorInstant + absl::Hours(24 * 365 * 4);
  return request;
}

VectorIdentity VectorWriter::Issue(const CertificateAuthority& ca,
                                   const std::string& name,
                                   CertificateProfile profile,
                                   PrivateKey key) const {
  Certificate certificate = ca.Issue(key.PublicKeyDer(), Request(name, profile)).value();
  Write(name + ".key", key.ToPem().RevealForUse());
  Write(name + ".pem", certificate.ToPem());
  return {std::move(key), std::move(certificate)};
}

CertificateAuthority VectorWriter::NewAuthority(const std::string& name) {
  return CertificateAuthority::Create(Request(name, CertificateProfile::kAuthority), random_)
      .value();
}

Bytes FlipInside(absl::string_view bytes, absl::string_view part) {
  const size_t at = bytes.find(part);
  if (at == absl::string_view::npos) Stop("nothing to flip");
  Bytes flipped(bytes);
  char& middle = flipped[at + part.size() / 2];
  middle = static_cast<char>(middle ^ 1);
  return flipped;
}

}  // namespace rogatoria
