#include "common/crypto/cms_signer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/der_writer.h"
#include "common/crypto/digest_signature.h"
#include "common/crypto/oids.h"
#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

using der::Element;
using der::Sequence;
using der::SetOf;

constexpr absl::string_view kVersion1("\x02\x01\x01", 3);
constexpr absl::string_view kNull("\x05\x00", 2);

Bytes Oid(absl::string_view content) {
  return Element(der::kOid, content);
}

struct HashOids {
  absl::string_view hash, ecdsa;
};
HashOids OidsOf(HashAlgorithm hash) {
  if (hash == HashAlgorithm::kSha384) return {oid::kSha384, oid::kEcdsaSha384};
  return {oid::kSha256, oid::kEcdsaSha256};
}

HashAlgorithm HashFor(KeyAlgorithm key) {
  return key == KeyAlgorithm::kP384 ? HashAlgorithm::kSha384 : HashAlgorithm::kSha256;
}

Bytes DigestOf(HashAlgorithm hash, absl::string_view data) {
  return openssl::Digest(openssl::DigestAlgorithm(hash), data);
}

Bytes SetOfOne(Bytes value) {
  std::vector<Bytes> one;
  one.push_back(std::move(value));
  return SetOf(std::move(one));
}

Bytes Attribute(absl::string_view type, Bytes value) {
  return Sequence(absl::StrCat(Oid(type), SetOfOne(std::move(value))));
}

// UTCTime until 2049, GeneralizedTime from then on (RFC 5652 section 11.3).
Bytes SigningTime(Instant now) {
  const absl::Time time = now.ToTime();
  const bool is_short = absl::ToCivilYear(time, absl::UTCTimeZone()).year() < 2050;
  const std::string text =
      absl::FormatTime(is_short ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ", time, absl::UTCTimeZone());
  return Element(is_short ? der::kUtcTime : der::kGeneralizedTime, text);
}

// SigningCertificateV2 (RFC 5035) with one ESSCertIDv2. SHA-256 is its default, which DER leaves
// out.
Bytes SigningCertificate(HashAlgorithm hash, const Certificate& certificate) {
  Bytes id = Element(der::kOctetString, DigestOf(hash, certificate.ToDer()));
  if (hash != HashAlgorithm::kSha256) id = absl::StrCat(Sequence(Oid(OidsOf(hash).hash)), id);
  return Sequence(Sequence(Sequence(id)));
}

DigestToSign MakeOrder(const Certificate& certificate, absl::string_view message, Instant now) {
  DigestToSign order;
  order.key = certificate.key_algorithm();
  order.hash = HashFor(order.key);
  order.attributes = SetOf(
      {Attribute(oid::kContentType, Oid(oid::kData)),
       Attribute(oid::kMessageDigest, Element(der::kOctetString, DigestOf(order.hash, message))),
       Attribute(oid::kSigningTime, SigningTime(now)),
       Attribute(oid::kSigningCertificateV2, SigningCertificate(order.hash, certificate))});
  order.digest = DigestOf(order.hash, order.attributes);
  return order;
}

Bytes SignerInfo(const Certificate& certificate,
                 const DigestToSign& order,
                 absl::string_view signature) {
  const HashOids oids = OidsOf(order.hash);
  Bytes attributes = order.attributes;  // signed as SET OF, sent as [0]
  attributes[0] = static_cast<char>(der::ContextConstructed(0));
  const Bytes algorithm =
      order.key == KeyAlgorithm::kRsa ? absl::StrCat(Oid(oid::kRsa), kNull) : Oid(oids.ecdsa);
  const Bytes who = Sequence(
      absl::StrCat(certificate.issuer_der(), Element(der::kInteger, certificate.serial_bytes())));
  return Sequence(absl::StrCat(kVersion1,
                               who,
                               Sequence(Oid(oids.hash)),
                               attributes,
                               Sequence(algorithm),
                               Element(der::kOctetString, signature)));
}

Bytes Assemble(const Certificate& certificate,
               const std::vector<Certificate>& intermediates,
               const DigestToSign& order,
               absl::string_view signature) {
  std::vector<Bytes> certificates{certificate.ToDer()};
  for (const Certificate& intermediate : intermediates) {
    certificates.push_back(intermediate.ToDer());
  }
  Bytes set = SetOf(std::move(certificates));
  set[0] = static_cast<char>(der::ContextConstructed(0));
  const Bytes body = absl::StrCat(kVersion1,
                                  SetOfOne(Sequence(Oid(OidsOf(order.hash).hash))),
                                  Sequence(Oid(oid::kData)),
                                  set,
                                  SetOfOne(SignerInfo(certificate, order, signature)));
  return Sequence(
      absl::StrCat(Oid(oid::kSignedData), Element(der::ContextConstructed(0), Sequence(body))));
}

// r and s one after the other as the DER that CMS wants. Empty when it cannot be that.
Bytes EcdsaDer(absl::string_view r_and_s) {
  const size_t half = r_and_s.size() / 2;
  if (half == 0 || r_and_s.size() % 2 != 0) return {};
  return Sequence(
      absl::StrCat(der::Unsigned(r_and_s.substr(0, half)), der::Unsigned(r_and_s.substr(half))));
}

// The signature in the form for CMS, if it is one. Which of the two forms of ECDSA it has is told
// by which verifies.
absl::StatusOr<Bytes> Checked(const Certificate& certificate,
                              const DigestToSign& order,
                              const Bytes& raw) {
  const bool is_rsa = order.key == KeyAlgorithm::kRsa;
  const auto scheme = is_rsa ? SignatureScheme::kRsaPkcs1 : SignatureScheme::kEcdsa;
  for (const Bytes& form : {is_rsa ? Bytes() : EcdsaDer(raw), raw}) {
    if (!form.empty() && VerifyDigest(certificate, scheme, order.hash, order.digest, form)) {
      return form;
    }
  }
  return Explained(Error(Reason::SIGNER_FAILED), Sentence::SIGNATURE_BY_ITS_KEY);
}

absl::Status CannotSign(absl::string_view expected) {
  return absl::InvalidArgumentError(expected);
}

absl::Status CheckKeyOf(const Certificate& certificate) {
  const KeyAlgorithm key = certificate.key_algorithm();
  const bool fits =
      key == KeyAlgorithm::kP256 || key == KeyAlgorithm::kP384 || key == KeyAlgorithm::kRsa;
  return fits ? absl::OkStatus() : CannotSign("CMS needs an EC or RSA key");
}

}  // namespace

Bytes DigestToSign::DigestInfo() const {
  return Sequence(absl::StrCat(Sequence(absl::StrCat(Oid(OidsOf(hash).hash), kNull)),
                               Element(der::kOctetString, digest)));
}

CmsSigner::CmsSigner(Certificate certificate,
                     DigestSigner sign,
                     std::vector<Certificate> intermediates)
    : certificate_(std::move(certificate)),
      sign_(std::move(sign)),
      intermediates_(std::move(intermediates)) {}

absl::StatusOr<CmsSigner> CmsSigner::FromKey(PrivateKey key, Certificate certificate) {
  if (!Matches(key, certificate)) return CannotSign("the key is not the certificate's");
  return FromCallback(std::move(certificate), [key = std::move(key)](const DigestToSign& order) {
    return SignDigest(key, order.hash, order.digest);
  });
}

absl::StatusOr<CmsSigner> CmsSigner::FromCallback(Certificate certificate,
                                                  DigestSigner sign,
                                                  std::vector<Certificate> intermediates) {
  ROG_RETURN_IF_ERROR(CheckKeyOf(certificate));
  return CmsSigner(std::move(certificate), std::move(sign), std::move(intermediates));
}

absl::StatusOr<Bytes> CmsSigner::SignDetached(absl::string_view message) const {
  const DigestToSign order = MakeOrder(certificate_, message, SystemClock().Now());
  ROG_ASSIGN_OR_RETURN(const Bytes raw, sign_(order));
  ROG_ASSIGN_OR_RETURN(const Bytes signature, Checked(certificate_, order, raw));
  return Assemble(certificate_, intermediates_, order, signature);
}

// A key in memory signs as it should: its signature is not checked once more.
absl::StatusOr<Bytes> SignDetached(const PrivateKey& key,
                                   const Certificate& certificate,
                                   absl::string_view message,
                                   const std::vector<Certificate>& intermediates) {
  if (!Matches(key, certificate)) return CannotSign("the key is not the certificate's");
  ROG_RETURN_IF_ERROR(CheckKeyOf(certificate));
  const DigestToSign order = MakeOrder(certificate, message, SystemClock().Now());
  ROG_ASSIGN_OR_RETURN(const Bytes signature, SignDigest(key, order.hash, order.digest));
  return Assemble(certificate, intermediates, order, signature);
}

}  // namespace rogatoria
