// Where the generators of seal and signature vectors put their files: one folder, the committed
// test keys, and the openssl program for the forms that we never make ourselves.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/crypto/pki.h"

namespace rogatoria {

// 2026-11-24T12:00:00Z: the instant at which the vectors are judged.
inline constexpr Instant kVectorInstant{1795521600000};

struct VectorIdentity {
  PrivateKey key;
  Certificate certificate;
};

// Stops the program on any failure: half a set of vectors is none.
class VectorWriter {
 public:
  explicit VectorWriter(std::filesystem::path folder);

  void Write(const std::string& name, absl::string_view bytes) const;
  Bytes Read(const std::string& name) const;
  void WriteIndex(const nlohmann::ordered_json& index) const;
  // In the folder. The arguments are our own constants.
  void OpenSsl(const std::string& arguments) const;

  // Writes <name>.key and <name>.pem. Valid from a year before kVectorInstant for five.
  VectorIdentity Issue(const CertificateAuthority& ca,
                       const std::string& name,
                       CertificateProfile profile,
                       PrivateKey key) const;
  static CertificateRequest Request(const std::string& name, CertificateProfile profile);
  CertificateAuthority NewAuthority(const std::string& name);

 private:
  std::filesystem::path folder_;
  SystemRandom random_;
};

// `bytes` with one bit turned in the middle of the first place where `part` stands.
Bytes FlipInside(absl::string_view bytes, absl::string_view part);

void WriteSignatureVectors(const std::filesystem::path& folder);
void WriteSealVectors(const std::filesystem::path& folder);

}  // namespace rogatoria
