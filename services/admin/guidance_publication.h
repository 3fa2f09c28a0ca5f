// Publishing a practice note: the authority's own word, checked against the directory, and never an
// older version in the place of a newer one.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/crypto/certificate.h"
#include "common/directory/registry.h"
#include "common/storage/store.h"
#include "services/admin/mutation.h"

#include "rogatoria/v1/admin_service.pb.h"

namespace rogatoria::admin {

// Whose certificate signed exactly `message`, its chain approved now; the refusals of
// SignatureVerifier::VerifyDetached.
using VerifySignature = std::function<absl::StatusOr<Certificate>(absl::string_view signature,
                                                                  absl::string_view message)>;

// GUIDANCE_INVALID for what could never be published; says which id it is about.
absl::StatusOr<v1::GuidanceDocument> ReadPublication(const v1::PublishGuidanceRequest& request,
                                                     const std::string& trust_domain);

// What depends on the moment: the issuing authority and its country, the instrument, the signature
// by one of the authority's seals (SIGNER_NOT_REGISTERED for another's), and the date.
absl::Status CheckPublication(const v1::PublishGuidanceRequest& request,
                              const v1::GuidanceDocument& document,
                              const RegistryState& registry,
                              const VerifySignature& verify,
                              Instant now);

// Records it, or gives `verdict` (of CheckPublication) back: a retry is answered as it was the
// first time, before either. GUIDANCE_OUTDATED unless it follows the latest version. Answers with a
// PublishGuidanceResponse.
Change MakePublication(const v1::PublishGuidanceRequest& request,
                       const v1::GuidanceDocument& document,
                       absl::Status verdict);

}  // namespace rogatoria::admin
