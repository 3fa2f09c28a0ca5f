// RevocationList: an X.509 CRL (RFC 5280 section 5), complete and direct; delta and indirect ones
// are refused as malformed, since reading them as complete ones would fail open.
//
// Immutable, cheap to copy, thread-safe.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/crypto/certificate.h"

struct X509_crl_st;

namespace rogatoria {

class RevocationList {
 public:
  // CERTIFICATE_MALFORMED, too, without a next update: its age could not be judged.
  static absl::StatusOr<RevocationList> FromDer(absl::string_view der);
  // None or more X509 CRL blocks.
  static absl::StatusOr<std::vector<RevocationList>> BundleFromPem(absl::string_view pem);

  Bytes ToDer() const;
  std::string ToPem() const;
  Instant this_update() const { return this_update_; }
  Instant next_update() const { return next_update_; }

  // Whether `issuer` made this list: its name, and its signature, which is checked.
  bool IsSignedBy(const Certificate& issuer) const;
  // REQUIRES: the certificate's issuer made this list.
  bool Revokes(const Certificate& certificate) const;

 private:
  RevocationList(std::shared_ptr<X509_crl_st> crl, Instant this_update, Instant next_update);

  std::shared_ptr<X509_crl_st> crl_;
  Instant this_update_, next_update_;
};

}  // namespace rogatoria
