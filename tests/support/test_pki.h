// A public-key infrastructure of a test, as PEM files in a folder: two certification authorities
// (public and admin listener) with their revocation lists, and what they issue. Certificates hold
// from an hour ago for a day, by the machine's clock, since TLS looks at that one.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/crypto/certificate.h"
#include "common/crypto/pki.h"
#include "common/crypto/private_key.h"

namespace rogatoria {

// A certificate and its key, in memory and in files.
struct TestIdentity {
  Certificate certificate;
  PrivateKey key;
  std::string certificate_file;
  std::string key_file;  // mode 0600
  const std::string& fingerprint() const { return certificate.fingerprint_sha256(); }
};

class TestPki {
 public:
  enum class Ca { kPublic, kAdmin, kSigners, kStranger };  // nobody trusts the stranger

  // Stops the test on any failure: there is nothing to test without it.
  explicit TestPki(std::string folder, std::string trust_domain = "rogatoria.test");

  const std::string& trust_domain() const { return trust_domain_; }
  std::string ca_file(Ca ca) const;
  std::string crl_file(Ca ca) const;

  TestIdentity IssueServer(Ca ca = Ca::kPublic);  // localhost, 127.0.0.1, ::1
  TestIdentity IssueSystem(const std::string& authority,
                           const std::string& name = "cms",
                           Ca ca = Ca::kPublic);
  TestIdentity IssueOperator(const std::string& id, Ca ca = Ca::kAdmin);
  // Anything else. Times that are not set are filled in.
  TestIdentity Issue(Ca ca, CertificateRequest request);

  std::string SystemUri(const std::string& authority, const std::string& name = "cms") const;
  std::string OperatorUri(const std::string& id) const;

  // Puts it on its CA's list and writes the list anew.
  void Revoke(Ca ca, const Certificate& certificate);
  // Writes a list whose next update is this far from now (negative: it is stale).
  void WriteRevocationList(Ca ca, absl::Duration next_update = absl::Hours(24));

  CertificateAuthority& authority(Ca ca) { return *authorities_.at(ca); }

 private:
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  const std::string folder_;
  const std::string trust_domain_;
  std::map<Ca, std::unique_ptr<CertificateAuthority>> authorities_;
  std::map<Ca, std::vector<Certificate>> revoked_;
  int issued_ = 0;
};

}  // namespace rogatoria
