// Certificate: an X.509 certificate (RFC 5280), read once.
//
// It says what the certificate says, not whether to believe it: that is TrustAnchors. Immutable;
// copies share it and are cheap. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/crypto/private_key.h"

struct evp_pkey_st;
struct x509_st;

namespace rogatoria {

class Certificate {
 public:
  // One certificate and nothing after it, in DER. CERTIFICATE_MALFORMED otherwise.
  static absl::StatusOr<Certificate> FromDer(absl::string_view der);
  // Exactly one CERTIFICATE block; text around it is ignored.
  static absl::StatusOr<Certificate> FromPem(absl::string_view pem);
  // One or more, in the file's order: a chain (leaf first) or a list of authorities.
  static absl::StatusOr<std::vector<Certificate>> BundleFromPem(absl::string_view pem);

  const Bytes& ToDer() const { return fields_->der; }
  std::string ToPem() const;

  // SHA-256 of the DER: 64 lower-case hexadecimal digits, and the 32 bytes.
  const std::string& fingerprint_sha256() const { return fields_->fingerprint_hex; }
  const Bytes& fingerprint_bytes() const { return fields_->fingerprint; }

  // Subject alternative names, in order, each kind apart. A name with a NUL, or not ASCII, makes
  // the certificate malformed.
  const std::vector<std::string>& uri_sans() const { return fields_->uris; }
  const std::vector<std::string>& dns_sans() const { return fields_->dns_names; }

  // Whole seconds. Valid from the first up to, but not including, the second.
  Instant not_before() const { return fields_->not_before; }
  Instant not_after() const { return fields_->not_after; }

  KeyAlgorithm key_algorithm() const { return fields_->algorithm; }
  int key_bits() const { return fields_->bits; }
  bool has_strong_key() const { return IsStrongKey(fields_->algorithm, fields_->bits); }
  // SubjectPublicKeyInfo, DER.
  const Bytes& public_key_der() const { return fields_->public_key; }

  // For display only; never an identity. Empty if there is none.
  const std::string& subject_common_name() const { return fields_->common_name; }
  // The serial number in lower-case hexadecimal, whole bytes, no sign.
  const std::string& serial() const { return fields_->serial_hex; }

  bool is_ca() const { return fields_->is_ca; }
  // KeyUsage allows it; a certificate without KeyUsage allows all.
  bool allows_signing() const { return fields_->allows_signing; }  // digitalSignature or nonRepud.
  bool allows_key_agreement() const { return fields_->allows_key_agreement; }
  bool allows_key_encipherment() const { return fields_->allows_key_encipherment; }

  // How CMS names this certificate (RFC 5652 section 10.2.4): DER of the issuer's name, and the
  // content of the serial's INTEGER. Also its subject key identifier, empty if it has none.
  const Bytes& issuer_der() const { return fields_->issuer; }
  const Bytes& serial_bytes() const { return fields_->serial; }
  const Bytes& subject_key_id() const { return fields_->subject_key_id; }

  friend bool operator==(const Certificate& a, const Certificate& b) {
    return a.ToDer() == b.ToDer();
  }

  // For common/crypto only.
  x509_st* handle() const { return fields_->x509.get(); }
  evp_pkey_st* public_key() const { return fields_->key.get(); }

 private:
  struct Fields {
    std::shared_ptr<x509_st> x509;
    std::shared_ptr<evp_pkey_st> key;
    Bytes der, fingerprint, public_key, issuer, serial, subject_key_id;
    std::string fingerprint_hex, common_name, serial_hex;
    std::vector<std::string> uris, dns_names;
    Instant not_before, not_after;
    KeyAlgorithm algorithm = KeyAlgorithm::kOther;
    int bits = 0;
    bool is_ca = false;
    bool allows_signing = false, allows_key_agreement = false, allows_key_encipherment = false;
  };
  friend class CertificateReader;
  explicit Certificate(std::shared_ptr<const Fields> fields) : fields_(std::move(fields)) {}

  std::shared_ptr<const Fields> fields_;
};

// Whether key and certificate belong together.
bool Matches(const PrivateKey& key, const Certificate& certificate);

}  // namespace rogatoria
