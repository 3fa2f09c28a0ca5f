#include "common/crypto/revocation_list.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/asn1_text.h"
#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

absl::Status Malformed(absl::string_view expected) {
  return Error(Reason::CERTIFICATE_MALFORMED).Accepted(expected);
}

// Delta lists and lists with a scope of their own carry critical extensions; we read only lists
// that say all there is to say about their issuer.
bool IsCompleteAndDirect(const X509_CRL* crl) {
  for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
    if (X509_EXTENSION_get_critical(X509_CRL_get_ext(crl, i)) == 1) return false;
  }
  return X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) < 0 &&
         X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1) < 0;
}

}  // namespace

RevocationList::RevocationList(std::shared_ptr<X509_crl_st> crl,
                               Instant this_update,
                               Instant next_update)
    : crl_(std::move(crl)), this_update_(this_update), next_update_(next_update) {}

absl::StatusOr<RevocationList> RevocationList::FromDer(absl::string_view der) {
  const openssl::ErrorScope errors;
  const unsigned char* position = openssl::Data(der);
  X509_CRL* read = d2i_X509_CRL(nullptr, &position, static_cast<long>(der.size()));  // NOLINT
  if (read == nullptr) return Malformed("an X.509 certificate revocation list");
  std::shared_ptr<X509_crl_st> crl(read, X509_CRL_free);
  if (openssl::ToDerBytes(read, i2d_X509_CRL) != der) {
    return Malformed("one revocation list in DER, and nothing after it");
  }
  if (!IsCompleteAndDirect(read)) return Malformed("a complete, direct revocation list");
  const auto this_update = InstantOf(X509_CRL_get0_lastUpdate(read));
  const auto next_update = InstantOf(X509_CRL_get0_nextUpdate(read));
  if (!this_update.has_value() || !next_update.has_value()) {
    return Malformed("a revocation list with this and next update");
  }
  return RevocationList(std::move(crl), *this_update, *next_update);
}

absl::StatusOr<std::vector<RevocationList>> RevocationList::BundleFromPem(absl::string_view pem) {
  const auto blocks = PemBlocks(pem, "X509 CRL");
  if (!blocks.has_value()) return Malformed("revocation lists in PEM");
  std::vector<RevocationList> lists;
  for (const Bytes& der : *blocks) {
    ROG_ASSIGN_OR_RETURN(RevocationList list, FromDer(der));
    lists.push_back(std::move(list));
  }
  return lists;
}

Bytes RevocationList::ToDer() const {
  return openssl::ToDerBytes(crl_.get(), i2d_X509_CRL);
}

std::string RevocationList::ToPem() const {
  return ToPemBlock(ToDer(), "X509 CRL");
}

bool RevocationList::IsSignedBy(const Certificate& issuer) const {
  const openssl::ErrorScope errors;
  if (issuer.public_key() == nullptr) return false;
  if (X509_NAME_cmp(X509_CRL_get_issuer(crl_.get()), X509_get_subject_name(issuer.handle())) != 0) {
    return false;
  }
  const uint32_t usage = X509_get_key_usage(issuer.handle());
  return (usage & KU_CRL_SIGN) != 0 && X509_CRL_verify(crl_.get(), issuer.public_key()) == 1;
}

bool RevocationList::Revokes(const Certificate& certificate) const {
  X509_REVOKED* entry = nullptr;
  // Also 2, "removed from the list", which a complete list does not use: better refused.
  return X509_CRL_get0_by_cert(crl_.get(), &entry, certificate.handle()) != 0;
}

}  // namespace rogatoria
