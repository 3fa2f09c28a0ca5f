// Who signs acts and acknowledgements: a certificate, and a key that is wherever it is. What is to
// be signed is made here (CAdES-BES, docs/formats/signature.md); the key's holder sees a digest and
// gives a raw signature; that is held against the certificate before anybody gets it.
//
//   ROG_ASSIGN_OR_RETURN(CmsSigner card, CmsSigner::FromCallback(certificate,
//       [&](const DigestToSign& order) { return reader.Sign(order.digest); }));
//   ROG_ASSIGN_OR_RETURN(Bytes signature, card.SignDetached(header));
#pragma once

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/certificate.h"
#include "common/crypto/hash_algorithm.h"
#include "common/crypto/private_key.h"

namespace rogatoria {

// What is signed of one message.
struct DigestToSign {
  KeyAlgorithm key = KeyAlgorithm::kOther;      // of the certificate
  HashAlgorithm hash = HashAlgorithm::kSha256;  // SHA-384 under P-384
  Bytes digest;                                 // of `attributes`
  Bytes attributes;  // the CMS signed attributes in DER, for a device that hashes by itself

  // DER of the DigestInfo (RFC 8017 section 9.2), for devices that pad for RSA but know no hashes.
  Bytes DigestInfo() const;
};

// Gives the raw signature over the digest. EC: r and s one after the other, each as long as the
// curve's order, as cards and tokens give it, or DER. RSA: PKCS #1 v1.5. An error becomes that of
// SignDetached. Called on the thread that signs; must not throw.
using DigestSigner = std::function<absl::StatusOr<Bytes>(const DigestToSign& order)>;

// Copies share the key and are cheap. Thread-safe if its callback is.
class CmsSigner {
 public:
  // A key in memory. INVALID_ARGUMENT if it is not the certificate's, or of a kind that CMS cannot
  // use (Ed25519).
  static absl::StatusOr<CmsSigner> FromKey(PrivateKey key, Certificate certificate);
  // `intermediates` go into each signature, so that whoever checks it finds the way to the root.
  static absl::StatusOr<CmsSigner> FromCallback(Certificate certificate,
                                                DigestSigner sign,
                                                std::vector<Certificate> intermediates = {});

  // As SignDetached of cms_signature.h. SIGNER_FAILED when what came back is no signature by the
  // certificate's key. May wait for a person with a card.
  absl::StatusOr<Bytes> SignDetached(absl::string_view message) const;

  const Certificate& certificate() const { return certificate_; }

 private:
  CmsSigner(Certificate certificate, DigestSigner sign, std::vector<Certificate> intermediates);

  Certificate certificate_;
  DigestSigner sign_;
  std::vector<Certificate> intermediates_;
};

}  // namespace rogatoria
