// What the tests of common/crypto share: a small PKI, a temporary folder, and the openssl program.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/base/random.h"
#include "common/crypto/certificate.h"
#include "common/crypto/pki.h"
#include "common/crypto/private_key.h"
#include "common/crypto/trust_anchors.h"

namespace rogatoria {

inline const absl::Status& ToStatus(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& ToStatus(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "") {
  *result_listener << ToStatus(arg);
  return ToStatus(arg).ok();
}
MATCHER_P(FailsWith, reason, std::string(ReasonName(reason))) {
  *result_listener << ToStatus(arg);
  const auto details = GetErrorDetails(ToStatus(arg));
  return details.has_value() && details->reason == reason;
}
// 2026-11-24T12:00:00Z.
inline constexpr Instant kNow{1795521600000};
inline constexpr int64_t kDayMs = 24LL * 3600 * 1000;
inline Instant Days(int64_t days) {
  return {kNow.unix_ms + days * kDayMs};
}

// FromHex for literals that are right.
Bytes Hex(absl::string_view hex);

// `bytes` with one bit turned.
Bytes FlipBit(absl::string_view bytes, size_t bit);

// A folder that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  void Write(const std::string& name, absl::string_view bytes) const;
  Bytes Read(const std::string& name) const;
  // Runs `openssl <arguments>` in the folder; its exit code. What it said is in output().
  int OpenSsl(const std::string& arguments);
  const std::string& output() const { return output_; }

 private:
  std::filesystem::path folder_;
  std::string output_;
};

// A key with its certificate.
struct Identity {
  PrivateKey key;
  Certificate certificate;
};

// A CA valid from two years before kNow until ten after, and what it issued.
class TestPki {
 public:
  explicit TestPki(const std::string& name = "Test CA");

  Identity Issue(CertificateProfile profile,
                 KeyAlgorithm algorithm = KeyAlgorithm::kP256,
                 const std::string& name = "subject");
  Identity Issue(const CertificateRequest& request, PrivateKey key);
  TrustAnchors Anchors(std::vector<RevocationList> lists = {}, RevocationPolicy policy = {}) const;
  CertificateAuthority& ca() { return ca_; }

  // Valid from the day before kNow for a year.
  static CertificateRequest Request(CertificateProfile profile, const std::string& name);

 private:
  SystemRandom random_;
  CertificateAuthority ca_;
};

// Key generation is slow: one a process.
const PrivateKey& Rsa2048Key();

}  // namespace rogatoria
