// Practice notes: what an authority asks of those who send to its country, signed by its
// organisation seal, public and versioned. Format page: docs/formats/guidance.md.
//
//   signed bytes = "rogatoria-guidance v1" LF canonical protobuf of GuidanceDocument
//
// Pure; thread-safe. Errors: GUIDANCE_INVALID naming the field and what is accepted. Who signed it
// is decided elsewhere.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {

// <authority>/<name>; the name is 1 to 64 of [a-z0-9-].
bool IsGuidanceId(absl::string_view text);
// The issuing authority. REQUIRES: IsGuidanceId(id).
std::string GuidanceAuthority(absl::string_view id);

// The field rules, for a document that is to be signed.
absl::Status CheckGuidance(const v1::GuidanceDocument& document);

// The bytes to sign. Errors as CheckGuidance.
absl::StatusOr<Bytes> GuidanceBytes(const v1::GuidanceDocument& document);
// The document in signed bytes: form, limits and field rules.
absl::StatusOr<v1::GuidanceDocument> ParseGuidance(absl::string_view bytes);

// What the next version calls `supersedes_sha256`.
Bytes GuidanceDigest(absl::string_view bytes);

v1::GuidanceSummary Summarize(const v1::GuidanceDocument& document);

}  // namespace rogatoria
