// Practice notes at an office: written and signed by the authority that issues them, and verified
// by whoever reads them. Format page: docs/formats/guidance.md.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/clock.h"
#include "common/client/kept_answers.h"
#include "common/client/profile.h"
#include "common/crypto/trust_anchors.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// A note as somebody wrote it, TOML or JSON: id, version, country, instrument, measures, language,
// title, and text or text_file. ACT_FILE_INVALID with line and column. Its trust domain is the
// profile's, its instant `now`; what it supersedes is still open.
absl::StatusOr<v1::GuidanceDocument> ReadGuidanceFile(const std::string& path,
                                                      const OfficeProfile& profile,
                                                      Instant now);

// Whether a note is the issuing authority's own word: signed, when the hub recorded it, by an
// organisation seal that the authority's identity key states, which the profile fixed out of band.
// GUIDANCE_NOT_TRUSTED saying why not. Gives the document, and which certificate sealed it.
struct TrustedGuidance {
  v1::GuidanceDocument document;
  std::string seal_sha256;  // hexadecimal
};
absl::StatusOr<TrustedGuidance> VerifyGuidance(const OfficeProfile& profile,
                                               const TrustAnchors& anchors,
                                               const v1::Guidance& guidance,
                                               absl::Span<const v1::KeyStatement> statements);

// Fetched, verified, and kept by id and version for when the hub is away. Version 0: the latest.
absl::StatusOr<TrustedGuidance> FetchGuidance(const OfficeProfile& profile,
                                              KeptAnswers& directory,
                                              const std::string& id,
                                              uint32_t version);

}  // namespace rogatoria::client
