#include "common/crypto/pki.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/asn1_text.h"
#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

using openssl::Data;
using openssl::MustBe;

using BignumOwner = openssl::Owner<BIGNUM, BN_free>;
using IntegerOwner = openssl::Owner<ASN1_INTEGER, ASN1_INTEGER_free>;
using TimeOwner = openssl::Owner<ASN1_TIME, ASN1_TIME_free>;
using NamesOwner = openssl::Owner<GENERAL_NAMES, GENERAL_NAMES_free>;

constexpr size_t kSerialBytes = 16;  // random: CA/B Forum asks for at least 64 bits

struct ProfileRow {
  CertificateProfile profile;
  const char* basic_constraints;
  const char* key_usage;
  const char* rsa_key_usage;       // where RSA needs another
  const char* extended_key_usage;  // null: none
};
constexpr ProfileRow kProfiles[] = {
    {CertificateProfile::kAuthority,
     "critical,CA:TRUE",
     "critical,keyCertSign,cRLSign",
     "critical,keyCertSign,cRLSign",
     nullptr},
    {CertificateProfile::kTlsClient,
     "critical,CA:FALSE",
     "critical,digitalSignature",
     "critical,digitalSignature",
     "clientAuth"},
    {CertificateProfile::kTlsServer,
     "critical,CA:FALSE",
     "critical,digitalSignature",
     "critical,digitalSignature",
     "serverAuth"},
    {CertificateProfile::kSigning,
     "critical,CA:FALSE",
     "critical,digitalSignature,nonRepudiation",
     "critical,digitalSignature,nonRepudiation",
     nullptr},
    {CertificateProfile::kSealing,
     "critical,CA:FALSE",
     "critical,keyAgreement",
     "critical,keyEncipherment",
     nullptr},
};

const ProfileRow& RowOf(CertificateProfile profile) {
  for (const ProfileRow& row : kProfiles) {
    if (row.profile == profile) return row;
  }
  openssl::Die("certificate profile");
}

const EVP_MD* DigestFor(const PrivateKey& key) {
  return key.algorithm() == KeyAlgorithm::kP384 ? openssl::Sha384Algorithm()
                                                : openssl::Sha256Algorithm();
}

IntegerOwner RandomSerial(Random& random) {
  Bytes bytes = random.Generate(kSerialBytes);
  // Positive, and always of the full length.
  bytes[0] = static_cast<char>((bytes[0] & 0x3f) | 0x40);
  const BignumOwner number(BN_bin2bn(Data(bytes), static_cast<int>(bytes.size()), nullptr));
  IntegerOwner serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  MustBe(serial != nullptr, "serial");
  return serial;
}

bool AddNameEntry(X509_NAME* name, int nid, const std::string& text) {
  return text.empty() ||
         X509_NAME_add_entry_by_NID(
             name, nid, MBSTRING_UTF8, Data(text), static_cast<int>(text.size()), -1, 0) == 1;
}

// Builds one certificate; every step reports into ok_, which is asked once.
class CertificateBuilder {
 public:
  CertificateBuilder(const PrivateKey& signing_key, Random& random)
      : signing_key_(signing_key), x509_(X509_new()) {
    MustBe(x509_ != nullptr, "certificate");
    Note(X509_set_version(x509_.get(), X509_VERSION_3) == 1);
    Note(X509_set_serialNumber(x509_.get(), RandomSerial(random).get()) == 1);
  }

  void SetPublicKey(absl::string_view der) {
    const unsigned char* position = Data(der);
    const openssl::KeyOwner key(
        d2i_PUBKEY(nullptr, &position, static_cast<long>(der.size())));  // NOLINT
    Note(key != nullptr && position == Data(der) + der.size() &&
         X509_set_pubkey(x509_.get(), key.get()) == 1);
    is_rsa_ = key != nullptr && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA;
  }

  void SetSubject(const CertificateRequest& request) {
    X509_NAME* name = X509_get_subject_name(x509_.get());
    Note(AddNameEntry(name, NID_organizationName, request.organization));
    Note(AddNameEntry(name, NID_commonName, request.common_name));
  }

  void SetPeriod(const CertificateRequest& request) {
    Note(SetTime(X509_getm_notBefore(x509_.get()), request.not_before) &&
         SetTime(X509_getm_notAfter(x509_.get()), request.not_after));
  }

  // null: self-signed.
  void SetIssuer(const Certificate* issuer) {
    issuer_ = issuer == nullptr ? x509_.get() : issuer->handle();
    Note(X509_set_issuer_name(x509_.get(), X509_get_subject_name(issuer_)) == 1);
  }

  void AddProfile(CertificateProfile profile) {
    const ProfileRow& row = RowOf(profile);
    AddExtension(NID_basic_constraints, row.basic_constraints);
    AddExtension(NID_key_usage, is_rsa_ ? row.rsa_key_usage : row.key_usage);
    if (row.extended_key_usage != nullptr) AddExtension(NID_ext_key_usage, row.extended_key_usage);
    AddExtension(NID_subject_key_identifier, "hash");
    AddExtension(NID_authority_key_identifier, "keyid:always");
  }

  // Built as objects: a text with a comma in it cannot become two names.
  void AddAlternativeNames(const CertificateRequest& request) {
    const NamesOwner names(GENERAL_NAMES_new());
    for (const auto& uri : request.uris) AddText(names.get(), GEN_URI, uri);
    for (const auto& dns : request.dns_names) AddText(names.get(), GEN_DNS, dns);
    for (const auto& address : request.ip_addresses) AddAddress(names.get(), address);
    if (sk_GENERAL_NAME_num(names.get()) <= 0) return;
    Note(X509_add1_ext_i2d(x509_.get(), NID_subject_alt_name, names.get(), 0, 0) == 1);
  }

  absl::StatusOr<Certificate> Sign() {
    if (!ok_) return Error(Reason::FIELD_INVALID).Accepted("names, dates and a key to certify");
    MustBe(X509_sign(x509_.get(), signing_key_.handle(), DigestFor(signing_key_)) > 0, "sign");
    return Certificate::FromDer(openssl::ToDerBytes(x509_.get(), i2d_X509));
  }

 private:
  void Note(bool ok) { ok_ = ok_ && ok; }

  void AddExtension(int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer_, x509_.get(), nullptr, nullptr, 0);
    const openssl::Owner<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    Note(extension != nullptr && X509_add_ext(x509_.get(), extension.get(), -1) == 1);
  }

  void AddText(GENERAL_NAMES* names, int type, const std::string& text) {
    ASN1_IA5STRING* value = ASN1_IA5STRING_new();
    MustBe(
        value != nullptr && ASN1_STRING_set(value, text.data(), static_cast<int>(text.size())) == 1,
        "alternative name");
    Append(names, type, value);
  }

  void AddAddress(GENERAL_NAMES* names, const std::string& text) {
    ASN1_OCTET_STRING* value = a2i_IPADDRESS(text.c_str());
    Note(value != nullptr);
    if (value != nullptr) Append(names, GEN_IPADD, value);
  }

  static void Append(GENERAL_NAMES* names, int type, ASN1_STRING* owned_value) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    MustBe(name != nullptr, "alternative name");
    GENERAL_NAME_set0_value(name, type, owned_value);
    MustBe(sk_GENERAL_NAME_push(names, name) > 0, "alternative name");
  }

  const PrivateKey& signing_key_;
  openssl::X509Owner x509_;
  X509* issuer_ = nullptr;
  bool is_rsa_ = false;
  bool ok_ = true;
};

absl::StatusOr<Certificate> Build(absl::string_view public_key_der,
                                  const CertificateRequest& request,
                                  const PrivateKey& signing_key,
                                  const Certificate* issuer,
                                  Random& random) {
  const openssl::ErrorScope errors;
  CertificateBuilder builder(signing_key, random);
  builder.SetPublicKey(public_key_der);
  builder.SetSubject(request);
  builder.SetPeriod(request);
  builder.SetIssuer(issuer);
  builder.AddProfile(request.profile);
  builder.AddAlternativeNames(request);
  return builder.Sign();
}

bool AddRevoked(X509_CRL* crl, const Certificate& certificate, const ASN1_TIME* when) {
  X509_REVOKED* entry = X509_REVOKED_new();
  MustBe(entry != nullptr, "revocation list");
  auto* time = const_cast<ASN1_TIME*>(when);  // copied by OpenSSL
  if (X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate.handle())) != 1 ||
      X509_REVOKED_set_revocationDate(entry, time) != 1) {
    X509_REVOKED_free(entry);
    return false;
  }
  return X509_CRL_add0_revoked(crl, entry) == 1;
}

// RFC 5280 section 5.2: which key signed, and a number that grows.
bool AddListExtensions(X509_CRL* crl, X509* issuer, Instant this_update) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, nullptr, nullptr, crl, 0);
  const openssl::Owner<X509_EXTENSION, X509_EXTENSION_free> key_id(
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
  const IntegerOwner number(ASN1_INTEGER_new());
  return key_id != nullptr && X509_CRL_add_ext(crl, key_id.get(), -1) == 1 && number != nullptr &&
         ASN1_INTEGER_set_int64(number.get(), this_update.unix_ms) == 1 &&
         X509_CRL_add1_ext_i2d(crl, NID_crl_number, number.get(), 0, 0) == 1;
}

}  // namespace

CertificateAuthority::CertificateAuthority(PrivateKey key, Certificate certificate, Random& random)
    : key_(std::move(key)), certificate_(std::move(certificate)), random_(&random) {}

absl::StatusOr<CertificateAuthority> CertificateAuthority::Create(CertificateRequest request,
                                                                  Random& random) {
  request.profile = CertificateProfile::kAuthority;
  ROG_ASSIGN_OR_RETURN(PrivateKey key, PrivateKey::Generate(KeyAlgorithm::kP256));
  ROG_ASSIGN_OR_RETURN(Certificate certificate,
                       Build(key.PublicKeyDer(), request, key, nullptr, random));
  return CertificateAuthority(std::move(key), std::move(certificate), random);
}

absl::StatusOr<CertificateAuthority> CertificateAuthority::FromKey(PrivateKey key,
                                                                   Certificate certificate,
                                                                   Random& random) {
  if (!Matches(key, certificate) || !certificate.is_ca() ||
      key.algorithm() == KeyAlgorithm::kEd25519) {
    return Error(Reason::FIELD_INVALID).Field("authority").Accepted("a CA's EC or RSA key");
  }
  return CertificateAuthority(std::move(key), std::move(certificate), random);
}

absl::StatusOr<Certificate> CertificateAuthority::Issue(absl::string_view public_key_der,
                                                        const CertificateRequest& request) const {
  return Build(public_key_der, request, key_, &certificate_, *random_);
}

absl::StatusOr<RevocationList> CertificateAuthority::MakeRevocationList(
    const std::vector<Certificate>& revoked, Instant this_update, Instant next_update) const {
  const openssl::ErrorScope errors;
  const openssl::CrlOwner crl(X509_CRL_new());
  const TimeOwner from(ASN1_TIME_new());
  const TimeOwner to(ASN1_TIME_new());
  bool ok =
      crl != nullptr && SetTime(from.get(), this_update) && SetTime(to.get(), next_update) &&
      X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2) == 1 &&
      X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(certificate_.handle())) == 1 &&
      X509_CRL_set1_lastUpdate(crl.get(), from.get()) == 1 &&
      X509_CRL_set1_nextUpdate(crl.get(), to.get()) == 1;
  for (const Certificate& certificate : revoked) {
    ok = ok && AddRevoked(crl.get(), certificate, from.get());
  }
  ok = ok && AddListExtensions(crl.get(), certificate_.handle(), this_update) &&
       X509_CRL_sort(crl.get()) == 1 &&
       X509_CRL_sign(crl.get(), key_.handle(), DigestFor(key_)) > 0;
  if (!ok) return absl::InternalError("cannot make a revocation list");
  return RevocationList::FromDer(openssl::ToDerBytes(crl.get(), i2d_X509_CRL));
}

absl::StatusOr<PrivateKey> GenerateRsaKeyForTest(int bits) {
  const openssl::ErrorScope errors;
  EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned>(bits));
  if (key == nullptr) return absl::InvalidArgumentError("no such RSA key");
  return PrivateKey::FromHandle(key);
}

}  // namespace rogatoria
