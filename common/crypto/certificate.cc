#include "common/crypto/certificate.h"

#include <algorithm>
#include <optional>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/asn1_text.h"
#include "common/crypto/digest.h"
#include "common/crypto/key_algorithm.h"
#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

absl::Status Malformed(absl::string_view expected) {
  return Error(Reason::CERTIFICATE_MALFORMED).Accepted(expected);
}

Bytes BytesOf(const ASN1_STRING* string) {
  if (string == nullptr) return {};
  return Bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
               static_cast<size_t>(ASN1_STRING_length(string)));
}

bool IsPlainAscii(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string CommonNameOf(X509* x509) {
  const X509_NAME* subject = X509_get_subject_name(x509);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
  if (size < 0) return {};
  std::string name(reinterpret_cast<char*>(utf8), static_cast<size_t>(size));
  OPENSSL_free(utf8);
  return name;
}

// The content octets of the serial's INTEGER, as they stand in the DER.
Bytes SerialOf(X509* x509) {
  const Bytes der = openssl::ToDerBytes(X509_get0_serialNumber(x509), i2d_ASN1_INTEGER);
  // Serials have at most 20 octets (RFC 5280); longer ones, up to 127, still have a short length.
  return der.size() > 2 && der.size() < 130 ? der.substr(2) : Bytes();
}

}  // namespace

// Takes an X509 apart once. Any doubt about an extension that decides on identity or use makes the
// certificate malformed.
class CertificateReader {
 public:
  static absl::StatusOr<Certificate> Read(absl::string_view der) {
    const openssl::ErrorScope errors;
    auto fields = std::make_shared<Certificate::Fields>();
    const unsigned char* position = openssl::Data(der);
    X509* x509 = d2i_X509(nullptr, &position, static_cast<long>(der.size()));  // NOLINT
    if (x509 == nullptr) return Malformed("an X.509 certificate");
    fields->x509.reset(x509, X509_free);
    fields->der = openssl::ToDerBytes(x509, i2d_X509);
    if (fields->der != der) return Malformed("one certificate in DER, and nothing after it");
    ReadKey(*fields);
    ROG_RETURN_IF_ERROR(ReadNames(*fields));
    ROG_RETURN_IF_ERROR(ReadTimes(*fields));
    ROG_RETURN_IF_ERROR(ReadUse(*fields));
    ROG_RETURN_IF_ERROR(ReadAlternativeNames(*fields));
    return Certificate(std::move(fields));
  }

 private:
  using Fields = Certificate::Fields;

  static void ReadKey(Fields& fields) {
    fields.fingerprint = Sha256(fields.der);
    fields.fingerprint_hex = ToHex(fields.fingerprint);
    fields.public_key =
        openssl::ToDerBytes(X509_get_X509_PUBKEY(fields.x509.get()), i2d_X509_PUBKEY);
    EVP_PKEY* key = X509_get_pubkey(fields.x509.get());
    if (key == nullptr) return;  // a kind OpenSSL does not know stays kOther
    fields.key.reset(key, EVP_PKEY_free);
    fields.algorithm = AlgorithmOf(key);
    fields.bits = EVP_PKEY_get_bits(key);
  }

  static absl::Status ReadNames(Fields& fields) {
    X509* x509 = fields.x509.get();
    fields.common_name = CommonNameOf(x509);
    fields.issuer = openssl::ToDerBytes(X509_get_issuer_name(x509), i2d_X509_NAME);
    fields.serial = SerialOf(x509);
    fields.serial_hex = ToHex(fields.serial);
    fields.subject_key_id = BytesOf(X509_get0_subject_key_id(x509));
    if (fields.serial.empty() || fields.issuer.empty()) return Malformed("an issuer and a serial");
    return absl::OkStatus();
  }

  static absl::Status ReadTimes(Fields& fields) {
    const auto from = InstantOf(X509_get0_notBefore(fields.x509.get()));
    const auto to = InstantOf(X509_get0_notAfter(fields.x509.get()));
    if (!from.has_value() || !to.has_value()) return Malformed("a period of validity");
    fields.not_before = *from;
    fields.not_after = *to;
    return absl::OkStatus();
  }

  static absl::Status ReadUse(Fields& fields) {
    X509* x509 = fields.x509.get();
    fields.is_ca = X509_check_ca(x509) == 1;
    if ((X509_get_extension_flags(x509) & EXFLAG_INVALID) != 0) {
      return Malformed("extensions that can be read");
    }
    const uint32_t usage = X509_get_key_usage(x509);  // all bits set without the extension
    fields.allows_signing = (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
    fields.allows_key_agreement = (usage & KU_KEY_AGREEMENT) != 0;
    fields.allows_key_encipherment = (usage & KU_KEY_ENCIPHERMENT) != 0;
    return absl::OkStatus();
  }

  static absl::Status ReadAlternativeNames(Fields& fields) {
    int found = 0;  // -1: none; -2: several; otherwise whether critical
    const openssl::Owner<GENERAL_NAMES, GENERAL_NAMES_free> names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(fields.x509.get(), NID_subject_alt_name, &found, nullptr)));
    if (names == nullptr) {
      return found == -1 ? absl::OkStatus() : Malformed("one list of alternative names");
    }
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
      ROG_RETURN_IF_ERROR(ReadAlternativeName(*sk_GENERAL_NAME_value(names.get(), i), fields));
    }
    return absl::OkStatus();
  }

  static absl::Status ReadAlternativeName(const GENERAL_NAME& name, Fields& fields) {
    if (name.type != GEN_URI && name.type != GEN_DNS) return absl::OkStatus();
    std::string text =
        BytesOf(name.type == GEN_URI ? name.d.uniformResourceIdentifier : name.d.dNSName);
    // "good.example\0.evil.example" would be read in two ways.
    if (!IsPlainAscii(text)) return Malformed("alternative names in plain ASCII");
    (name.type == GEN_URI ? fields.uris : fields.dns_names).push_back(std::move(text));
    return absl::OkStatus();
  }
};

absl::StatusOr<Certificate> Certificate::FromDer(absl::string_view der) {
  return CertificateReader::Read(der);
}

absl::StatusOr<Certificate> Certificate::FromPem(absl::string_view pem) {
  ROG_ASSIGN_OR_RETURN(const std::vector<Certificate> bundle, BundleFromPem(pem));
  if (bundle.size() != 1) return Malformed("exactly one certificate in PEM");
  return bundle.front();
}

absl::StatusOr<std::vector<Certificate>> Certificate::BundleFromPem(absl::string_view pem) {
  const auto blocks = PemBlocks(pem, "CERTIFICATE");
  if (!blocks.has_value() || blocks->empty()) return Malformed("one or more certificates in PEM");
  std::vector<Certificate> bundle;
  for (const Bytes& der : *blocks) {
    ROG_ASSIGN_OR_RETURN(Certificate certificate, FromDer(der));
    bundle.push_back(std::move(certificate));
  }
  return bundle;
}

std::string Certificate::ToPem() const {
  return ToPemBlock(ToDer(), "CERTIFICATE");
}

bool Matches(const PrivateKey& key, const Certificate& certificate) {
  return certificate.public_key() != nullptr &&
         EVP_PKEY_eq(key.handle(), certificate.public_key()) == 1;
}

}  // namespace rogatoria
