// Opening what was received: header against seal, signature against trust, manifest against
// content.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/client/profile.h"
#include "common/crypto/certificate.h"
#include "common/crypto/manifest.h"
#include "common/crypto/secret.h"
#include "common/crypto/trust_anchors.h"

#include "rogatoria/content/v1/content.pb.h"
#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

struct OpenedAct {
  v1::ActHeader header;
  Certificate signer;
  content::v1::CoverSlip cover_slip;
  content::v1::ActContent content;
  // What the content says against the header; the act is as its sender made it all the same.
  std::vector<content::v1::Discrepancy> contradictions;
};

// Verifies the signature over the exact header bytes, the digest of the body, the manifest, the
// salted digest, and opens the content with the first of `keys` that the envelope names.
absl::StatusOr<OpenedAct> OpenAct(const v1::Act& act,
                                  const std::vector<KeyPair>& keys,
                                  const TrustAnchors& signer_anchors,
                                  Instant now);

// The same with the key of the act's body at hand, as OpenKeyOf gave it when the act came.
absl::StatusOr<OpenedAct> OpenActWithKey(const v1::Act& act,
                                         const SecretBytes& kek,
                                         const TrustAnchors& signer_anchors,
                                         Instant now);

// The cover slip alone. Verifies that it is of this seal, and nothing else of the act.
absl::StatusOr<content::v1::CoverSlip> OpenCoverSlip(const v1::Act& act, const SecretBytes& kek);

// A manifest found inside an act must speak of this act, for its readers, and agree with the digest
// that the header's signature binds. CONTENT_NOT_READABLE.
absl::Status CheckManifest(const Manifest& manifest,
                           const v1::ActHeader& header,
                           const v1::SealedDigest& sealed);

// The key of an act's body, opened with the first of `keys` that an envelope names; to seal it anew
// for another reader. NOT_SEALED_TO_US when none names one.
absl::StatusOr<SecretBytes> OpenKeyOf(const v1::Act& act, const std::vector<KeyPair>& keys);

}  // namespace rogatoria::client
