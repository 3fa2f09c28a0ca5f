#include "common/crypto/signed_data.h"

#include <algorithm>
#include <optional>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/der.h"
#include "common/crypto/oids.h"

namespace rogatoria {
namespace {

using der::kInteger;
using der::kOctetString;
using der::kOid;
using der::kSequence;
using der::kSet;

constexpr size_t kMaxCertificates = 8;
constexpr absl::string_view kNull("\x05\x00", 2);
constexpr absl::string_view kSha1("\x2b\x0e\x03\x02\x1a", 5);

absl::Status Malformed(absl::string_view expected) {
  return Error(Reason::SIGNATURE_MALFORMED).Field("signature").Accepted(expected);
}

struct HashRow {
  absl::string_view oid;
  HashAlgorithm hash;
  uint8_t size;
};
constexpr HashRow kHashes[] = {
    {oid::kSha256, HashAlgorithm::kSha256, 32},
    {oid::kSha384, HashAlgorithm::kSha384, 48},
    {oid::kSha512, HashAlgorithm::kSha512, 64},
};

struct SchemeRow {
  absl::string_view oid;
  SignatureScheme scheme;
  std::optional<HashAlgorithm> hash;  // nullopt: named elsewhere
};
constexpr SchemeRow kSchemes[] = {
    {oid::kEcdsaSha256, SignatureScheme::kEcdsa, HashAlgorithm::kSha256},
    {oid::kEcdsaSha384, SignatureScheme::kEcdsa, HashAlgorithm::kSha384},
    {oid::kEcdsaSha512, SignatureScheme::kEcdsa, HashAlgorithm::kSha512},
    {oid::kRsa, SignatureScheme::kRsaPkcs1, std::nullopt},
    {oid::kRsaSha256, SignatureScheme::kRsaPkcs1, HashAlgorithm::kSha256},
    {oid::kRsaSha384, SignatureScheme::kRsaPkcs1, HashAlgorithm::kSha384},
    {oid::kRsaSha512, SignatureScheme::kRsaPkcs1, HashAlgorithm::kSha512},
    {oid::kRsaPss, SignatureScheme::kRsaPss, std::nullopt},
};

const HashRow* FindHash(absl::string_view oid) {
  const auto* row = std::find_if(
      std::begin(kHashes), std::end(kHashes), [oid](const HashRow& r) { return r.oid == oid; });
  return row == std::end(kHashes) ? nullptr : row;
}

const SchemeRow* FindScheme(absl::string_view oid) {
  const auto* row = std::find_if(
      std::begin(kSchemes), std::end(kSchemes), [oid](const SchemeRow& r) { return r.oid == oid; });
  return row == std::end(kSchemes) ? nullptr : row;
}

// Hash and ECDSA identifiers have no parameters; some programs write NULL for none.
bool NoParameters(DerReader& algorithm) {
  if (algorithm.AtEnd()) return true;
  return algorithm.Next(kNull[0]).content.empty() && algorithm.AtEnd();
}

const HashRow* ReadHash(DerReader algorithm) {
  const HashRow* row = FindHash(algorithm.Next(kOid).content);
  return row != nullptr && NoParameters(algorithm) ? row : nullptr;
}

// RSASSA-PSS with the digest's hash in both places and a salt of its length (RFC 4055 section 3.1).
bool IsPlainPss(DerReader& algorithm, const HashRow& hash) {
  DerReader params = algorithm.Enter(kSequence);
  DerReader hash_field = params.Enter(der::ContextConstructed(0));
  const HashRow* used = ReadHash(hash_field.Enter(kSequence));
  DerReader mask_field = params.Enter(der::ContextConstructed(1));
  DerReader mask = mask_field.Enter(kSequence);
  const bool is_mgf1 = mask.Next(kOid).content == oid::kMgf1;
  const HashRow* mask_hash = ReadHash(mask.Enter(kSequence));
  DerReader salt_field = params.Enter(der::ContextConstructed(2));
  const absl::string_view salt = salt_field.Next(kInteger).content;
  return used == &hash && mask_hash == &hash && is_mgf1 && salt.size() == 1 &&
         static_cast<uint8_t>(salt[0]) == hash.size && hash_field.AtEnd() && mask.AtEnd() &&
         mask_field.AtEnd() && salt_field.AtEnd() && params.AtEnd() && algorithm.AtEnd();
}

absl::Status ReadScheme(DerReader algorithm, const HashRow& hash, SignedDataView& view) {
  const SchemeRow* row = FindScheme(algorithm.Next(kOid).content);
  if (row == nullptr) return Malformed("ECDSA, RSA PKCS #1 v1.5 or RSASSA-PSS");
  if (row->hash.has_value() && *row->hash != hash.hash) {
    return Malformed("one hash in digest and signature algorithm");
  }
  const bool params_ok = row->scheme == SignatureScheme::kRsaPss ? IsPlainPss(algorithm, hash)
                                                                 : NoParameters(algorithm);
  if (!params_ok) return Malformed("the signature algorithm's usual parameters");
  view.scheme = row->scheme;
  return absl::OkStatus();
}

// SigningCertificateV2 (RFC 5035 section 3): the first ESSCertIDv2 is the signer's.
bool ReadSigningCertificate(DerReader value, SignedDataView& view) {
  DerReader attribute = value.Enter(kSequence);
  DerReader ids = attribute.Enter(kSequence);
  DerReader first = ids.Enter(kSequence);
  if (first.NextIs(kSequence)) {
    const HashRow* row = ReadHash(first.Enter(kSequence));
    if (row == nullptr) return false;
    view.certificate_hash_algorithm = row->hash;
  }
  view.certificate_hash = first.Next(kOctetString).content;
  return !first.failed() && !view.certificate_hash.empty() && value.AtEnd();
}

bool ReadAttribute(DerReader attribute, SignedDataView& view, bool& has_content_type) {
  const absl::string_view type = attribute.Next(kOid).content;
  DerReader values = attribute.Enter(kSet);
  if (!attribute.AtEnd()) return false;
  if (type == oid::kContentType) {
    if (has_content_type) return false;
    has_content_type = values.Next(kOid).content == oid::kData;
    return has_content_type && values.AtEnd();
  }
  if (type == oid::kMessageDigest) {
    if (!view.message_digest.empty()) return false;
    view.message_digest = values.Next(kOctetString).content;
    return !view.message_digest.empty() && values.AtEnd();
  }
  if (type == oid::kSigningCertificateV2) {
    return view.certificate_hash.empty() && ReadSigningCertificate(values, view);
  }
  return true;  // others bind nothing that we rely on
}

absl::Status ReadSignedAttributes(DerReader& signer, SignedDataView& view) {
  if (!signer.NextIs(der::ContextConstructed(0))) return Malformed("signed attributes");
  const DerElement element = signer.Next(der::ContextConstructed(0));
  if (signer.failed()) return Malformed("signed attributes in DER");
  // Signed as SET OF, sent as [0] (RFC 5652 section 5.4). An open length cannot be DER.
  view.signed_attributes = Bytes(element.whole);
  view.signed_attributes[0] = static_cast<char>(kSet);
  DerReader set(view.signed_attributes);
  bool has_content_type = false;
  // Views must not point into this function's copy: read the attributes from the original.
  DerReader attributes(element.content);
  while (!attributes.AtEnd()) {
    if (attributes.failed() ||
        !ReadAttribute(attributes.Enter(kSequence), view, has_content_type)) {
      return Malformed("signed attributes, each once and with one value");
    }
  }
  set.Next(kSet);
  if (!set.AtEnd()) return Malformed("signed attributes in DER");
  if (!has_content_type || view.message_digest.empty()) {
    return Malformed("the signed attributes content type and message digest");
  }
  return absl::OkStatus();
}

// The versions follow from how the signer is named (RFC 5652 sections 5.1 and 5.3).
constexpr absl::string_view kVersionByIssuer("\x01", 1);
constexpr absl::string_view kVersionByKeyId("\x03", 1);

bool ReadSignerId(DerReader& signer, SignedDataView& view) {
  const absl::string_view version = signer.Next(kInteger).content;
  if (signer.NextIs(der::Context(0))) {
    if (version != kVersionByKeyId) return false;
    view.signer_key_id = signer.Next(der::Context(0)).content;
    return !view.signer_key_id.empty();
  }
  if (version != kVersionByIssuer) return false;
  DerReader id = signer.Enter(kSequence);
  view.signer_issuer = id.Next(kSequence).whole;
  view.signer_serial = id.Next(kInteger).content;
  return id.AtEnd();
}

absl::Status ReadSigner(DerReader signer, SignedDataView& view) {
  if (!ReadSignerId(signer, view)) return Malformed("a signer by issuer and serial, or by key id");
  DerReader digest = signer.Enter(kSequence);
  DerReader peek = digest;
  if (peek.Next(kOid).content == kSha1) {
    return Error(Reason::SIGNER_KEY_TOO_WEAK)
        .Field("signature")
        .Accepted("the digest SHA-256, SHA-384 or SHA-512, not SHA-1");
  }
  const HashRow* hash = ReadHash(digest);
  if (hash == nullptr) return Malformed("the digest SHA-256, SHA-384 or SHA-512");
  view.hash = hash->hash;
  ROG_RETURN_IF_ERROR(ReadSignedAttributes(signer, view));
  ROG_RETURN_IF_ERROR(ReadScheme(signer.Enter(kSequence), *hash, view));
  view.signature = signer.Next(kOctetString).content;
  // Unsigned attributes (time stamps) are kept with the signature and prove nothing here.
  if (signer.NextIs(der::ContextConstructed(1))) signer.Next(der::ContextConstructed(1));
  if (!signer.AtEnd() || view.signature.empty()) return Malformed("one signature value");
  return absl::OkStatus();
}

absl::Status ReadCertificates(DerReader& signed_data, SignedDataView& view) {
  if (!signed_data.NextIs(der::ContextConstructed(0))) return absl::OkStatus();
  DerReader certificates = signed_data.Enter(der::ContextConstructed(0));
  while (!certificates.AtEnd()) {
    view.certificates.push_back(certificates.Next(kSequence).whole);
    if (certificates.failed() || view.certificates.size() > kMaxCertificates) {
      return Malformed("at most 8 X.509 certificates");
    }
  }
  return absl::OkStatus();
}

// The list must name the signer's digest (RFC 5652 section 5.1).
bool Lists(DerReader digests, HashAlgorithm hash) {
  bool found = false;
  while (!digests.AtEnd() && !digests.failed()) {
    const HashRow* row = ReadHash(digests.Enter(kSequence));
    found = found || (row != nullptr && row->hash == hash);
  }
  return found && digests.AtEnd();
}

absl::Status ReadBody(DerReader signed_data, SignedDataView& view) {
  const absl::string_view version = signed_data.Next(kInteger).content;
  const DerReader digests = signed_data.Enter(kSet);
  DerReader content = signed_data.Enter(kSequence);
  if (content.Next(kOid).content != oid::kData) return Malformed("the content type id-data");
  if (!content.AtEnd()) return Malformed("a detached signature: no content inside");
  ROG_RETURN_IF_ERROR(ReadCertificates(signed_data, view));
  if (signed_data.NextIs(der::ContextConstructed(1))) {
    signed_data.Next(der::ContextConstructed(1));  // revocation lists: ours are fetched by us
  }
  DerReader signers = signed_data.Enter(kSet);
  DerReader signer = signers.Enter(kSequence);
  if (!signers.AtEnd() || !signed_data.AtEnd()) return Malformed("exactly one signer");
  ROG_RETURN_IF_ERROR(ReadSigner(signer, view));
  if (!Lists(digests, view.hash)) return Malformed("the signer's digest in the list of digests");
  if (version != (view.signer_key_id.empty() ? kVersionByIssuer : kVersionByKeyId)) {
    return Malformed("the version of SignedData that RFC 5652 gives");
  }
  return absl::OkStatus();
}

}  // namespace

bool SignedDataView::SignedBy(const Certificate& certificate) const {
  if (!signer_key_id.empty()) return certificate.subject_key_id() == signer_key_id;
  return certificate.serial_bytes() == signer_serial && certificate.issuer_der() == signer_issuer;
}

absl::StatusOr<SignedDataView> ReadSignedData(absl::string_view signature) {
  DerReader file(signature, DerReader::Lengths::kAllowIndefinite);
  DerReader info = file.Enter(kSequence);
  if (!file.AtEnd()) return Malformed("CMS in DER, and nothing after it");
  if (info.Next(kOid).content != oid::kSignedData) return Malformed("CMS SignedData");
  DerReader wrapper = info.Enter(der::ContextConstructed(0));
  DerReader signed_data = wrapper.Enter(kSequence);
  if (!info.AtEnd() || !wrapper.AtEnd()) return Malformed("CMS SignedData");
  SignedDataView view;
  ROG_RETURN_IF_ERROR(ReadBody(signed_data, view));
  return view;
}

}  // namespace rogatoria
