// Seals an object segment by segment, in such a way that sealing the same clear text again, under
// the same key and salt, gives the same bytes: so an upload that was cut goes on by sealing the
// file once more, and nothing sealed has to be kept meanwhile.
//
// The content key and nonce of a segment are not random as in seal.h but derived: from the KEK, the
// segment's number and size, and an HMAC of all the clear text up to its end. Another text never
// meets the same key and nonce (docs/formats/seal.md, "Sealing a file twice"). Who opens a segment
// sees no difference.
//
// The class holds all that the derivation needs and gives no way to choose it piece by piece: no
// caller can seal two texts under one content key. Not thread-safe. Not for the broker.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/digest.h"
#include "common/crypto/manifest.h"
#include "common/crypto/secret.h"

namespace rogatoria {

class SegmentSealer {
 public:
  // REQUIRES: a KEK of kKekBytes and a salt of 32 bytes, both random and of this object only; stops
  // the process otherwise.
  SegmentSealer(SecretBytes kek, Bytes salt);

  // The next piece of the clear text, sealed. LIMIT_EXCEEDED above limits::kMaxSegmentBytes, or
  // after limits::kMaxSegments.
  absl::StatusOr<Bytes> Seal(absl::string_view clear);
  // The same into `segment`, which keeps its room: large blocks that come and go are not given
  // back.
  absl::Status SealInto(absl::string_view clear, Bytes& segment);

  // What was sealed so far, for FormatManifest once it has an act and recipients.
  Manifest Describe(const std::string& media_type) const;

  // Of a segment with so much clear text.
  static uint64_t SealedSize(uint64_t clear_size);

  const SecretBytes& kek() const { return kek_; }
  // Those that were sealed so far.
  const std::vector<ManifestSegment>& segments() const { return segments_; }

 private:
  SecretBytes kek_;
  Bytes salt_;
  HmacHasher clear_hmac_;
  uint64_t clear_size_ = 0;
  std::vector<ManifestSegment> segments_;
};

}  // namespace rogatoria
