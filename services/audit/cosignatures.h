// Witnesses' cosignatures of the log's heads, in files beside the tiles, each a signed note of the
// head's text with the cosignatures kept: <folder>/<log>/cosignatures/<size>. They are attachments
// (decisions.md 5): losing them weakens a receipt's level and nothing else, so they are not in the
// database.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/merkle/note.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria::audit {

class Cosignatures {
 public:
  // `witnesses`: whose cosignatures are taken (C2SP verifier keys of type 0x04).
  Cosignatures(std::string folder, std::vector<merkle::VerifierKey> witnesses)
      : folder_(std::move(folder)), witnesses_(std::move(witnesses)) {}

  // Keeps each signature of `note` that is by a witness of the policy and verifies over `head`, the
  // signed note of the log's own at `size`. Returns how many were new. INVALID_ARGUMENT when the
  // note's text is another than the head's, or when a witness's line does not verify: then none is
  // kept.
  absl::StatusOr<uint32_t> Add(uint64_t log,
                               uint64_t size,
                               const std::string& head,
                               const std::string& note);
  // The signatures kept, in order of arrival; empty for none.
  absl::StatusOr<std::vector<merkle::NoteSignature>> Get(uint64_t log, uint64_t size) const;
  // The head with what was kept added to it.
  absl::StatusOr<std::string> Attach(uint64_t log, uint64_t size, const std::string& head) const;

 private:
  std::string PathOf(uint64_t log, uint64_t size) const;

  const std::string folder_;
  const std::vector<merkle::VerifierKey> witnesses_;
  absl::Mutex writing_;
};

}  // namespace rogatoria::audit
