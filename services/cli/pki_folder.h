// The keys of a development PKI, as files of one folder: made once, never overwritten, read back by
// later runs. Knows files and certificates; what they are for is development_pki.h.
//
//   ca/<name>/ca.pem, ca-key.pem, revoked.pem, crl.pem     a certification authority
//   <path>.pem, <path>-key.pem                             a certificate and its key
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/crypto/certificate.h"
#include "common/crypto/pki.h"
#include "common/crypto/private_key.h"

namespace rogatoria::cli {

class PkiFolder {
 public:
  // `clock` and `random` must outlive it.
  PkiFolder(std::string folder, Clock& clock, Random& random)
      : folder_(std::move(folder)), clock_(clock), random_(random) {}

  // "hub/server.pem" -> the path below the folder.
  std::string Path(const std::string& relative) const { return folder_ + "/" + relative; }
  const std::string& folder() const { return folder_; }

  // The key in this file, made if there is none.
  absl::StatusOr<PrivateKey> EnsureKey(const std::string& relative, KeyAlgorithm algorithm);
  // ca/<name>: made if there is none; its revocation list is written anew for a year.
  absl::StatusOr<CertificateAuthority> EnsureAuthority(const std::string& name,
                                                       const std::string& common_name);
  // The certificate in <stem>.pem, made with a new key <stem>-key.pem if there is none. Times of
  // `request` are filled in.
  absl::StatusOr<Certificate> EnsureCertificate(const std::string& stem,
                                                const CertificateAuthority& issuer,
                                                CertificateRequest request);
  absl::StatusOr<Certificate> ReadCertificate(const std::string& relative) const;
  // Names of the folders below one, in order.
  std::vector<std::string> Folders(const std::string& relative) const;
  // Names of the files in a folder that begin and end so, without that beginning and end.
  std::vector<std::string> Stems(const std::string& relative,
                                 const std::string& begin,
                                 const std::string& end) const;

  // Puts a certificate on the list of the authority below ca/ that issued it; the list's path.
  // FIELD_INVALID when none of them did.
  absl::StatusOr<std::string> Revoke(const Certificate& certificate);

 private:
  absl::Status WriteRevocationList(const std::string& name, const CertificateAuthority& authority);

  std::string folder_;
  Clock& clock_;
  Random& random_;
};

}  // namespace rogatoria::cli
