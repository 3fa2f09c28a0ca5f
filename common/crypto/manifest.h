// The manifest of a sealed object: what the sender says, inside the seal, that the object is. Plain
// text with one form only: one value has one text (docs/formats/seal.md has the grammar).
//
//   rogatoria-manifest v1
//   act pt-pgr/0b0c6d2e-7a8a-4f6e-9a51-d3c1b1f0a001
//   media-type application/protobuf
//   salt 64 hexadecimal digits
//   clear-hmac-sha256 64 hexadecimal digits
//   clear-size 2048
//   recipient co-fgn primary 64 hexadecimal digits of the certificate's SHA-256
//   recipient pt-pgr archive ...
//   segment 64 hexadecimal digits of the sealed bytes' SHA-256, sealed size, clear size
//
// Pure: no keys, no I/O. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/random.h"

namespace rogatoria {

struct ManifestRecipient {
  std::string authority;     // id, as in the directory
  std::string purpose;       // primary, duty, substitute or archive
  Bytes certificate_sha256;  // 32 bytes
  bool operator==(const ManifestRecipient&) const = default;
};

struct ManifestSegment {
  Bytes sealed_sha256;  // 32 bytes
  uint64_t sealed_size = 0;
  uint64_t clear_size = 0;
  bool operator==(const ManifestSegment&) const = default;
};

// type/subtype, without parameters (RFC 6838 section 4.2), to 127 bytes.
bool IsMediaType(absl::string_view text);

struct Manifest {
  std::string act_id;
  std::string media_type;
  Bytes salt;               // 32 random bytes, known to the parties only
  Bytes clear_hmac_sha256;  // HMAC-SHA-256(salt, clear text)
  uint64_t clear_size = 0;
  std::vector<ManifestRecipient> recipients;  // strictly ascending by authority, purpose, digest
  std::vector<ManifestSegment> segments;      // in the order of the clear text; at least one
  bool operator==(const Manifest&) const = default;
};

// Whom and what the manifest is about; the rest is computed from the bytes. Sorts the recipients;
// `segments` are the sealed bytes of `clear` cut in `clear_sizes`.
struct ManifestInput {
  std::string act_id;
  std::string media_type;
  std::vector<ManifestRecipient> recipients;
  absl::string_view clear;
  std::vector<absl::string_view> segments;
  std::vector<uint64_t> clear_sizes;
};
// MANIFEST_MALFORMED if a value cannot be written; MANIFEST_MISMATCH if the sizes do not add up.
absl::StatusOr<Manifest> MakeManifest(const ManifestInput& input, Random& random);

// Whom the object is for, from now on: another act or other readers need another manifest, and not
// other segments. Sorts them.
void SetRecipients(std::vector<ManifestRecipient> recipients, Manifest& manifest);

// The text. MANIFEST_MALFORMED, with the line's name, for a value that has no text.
absl::StatusOr<std::string> FormatManifest(const Manifest& manifest);

// Accepts only what FormatManifest writes; MANIFEST_MALFORMED otherwise.
absl::StatusOr<Manifest> ParseManifest(absl::string_view text);

// MANIFEST_MISMATCH unless these are the segments, all of them and in order.
absl::Status CheckSegments(const Manifest& manifest,
                           const std::vector<absl::string_view>& segments);
// MANIFEST_MISMATCH unless this is the clear text.
absl::Status CheckClear(const Manifest& manifest, absl::string_view clear);

}  // namespace rogatoria
