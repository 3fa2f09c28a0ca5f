// Who signed a note, out of the keys that the caller trusts.
//
// - A signature by none of these keys (name and key id together) is ignored: keys can be rotated
// and
//   new kinds of signatures added without breaking old verifiers.
// - A signature by one of them that does not verify refuses the whole note.
// - A note that none of them signed is refused.
// - A witness counts once, however often it signed, and never if its key is also a log's: a log is
// no
//   witness of itself.
//
// Says nothing about the text; for a log's head see checkpoint.h. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria::merkle {

struct Witness {
  VerifierKey key;
  uint64_t seconds = 0;  // when it cosigned, by its own clock, since 1970
};

struct VerifiedNote {
  std::string text;
  std::vector<VerifierKey> signers;  // type 0x01, in the order of the lines
  std::vector<Witness> witnesses;    // type 0x04, in the order of the lines; the latest of each
};

// INVALID_ARGUMENT for a malformed note; DATA_LOSS for a trusted key's signature that does not
// verify; UNAUTHENTICATED when no trusted key signed.
absl::StatusOr<VerifiedNote> VerifyNote(absl::string_view note, absl::Span<const VerifierKey> keys);

}  // namespace rogatoria::merkle
