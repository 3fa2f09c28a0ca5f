// Signed notes: text for people, with signature lines below (C2SP signed-note; Go's
// x/mod/sumdb/note).
//
//   <text: one or more lines, each ended by a line feed>
//   <empty line>
//   — <key name> <base64(key id || signature)>          one or more
//
// A note is UTF-8 without control characters other than the line feed. Reading a note says nothing
// of who signed it: see note_verifier.h. Bounds: limits::kMaxNoteBytes, kMaxNoteSignatures. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/signer.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria::merkle {

struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  Bytes signature;  // without the key id; a type that is not known here can have any length

  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;  // with its last line feed
  std::vector<NoteSignature> signatures;
};

// INVALID_ARGUMENT for anything that FormatNote would not have written.
absl::StatusOr<Note> ParseNote(absl::string_view note);

// INVALID_ARGUMENT for a text or a name that cannot be in a note, for no signature or too many.
absl::StatusOr<std::string> FormatNote(const Note& note);

// Signs `text` as `name` (type 0x01) and returns the whole note. INVALID_ARGUMENT as FormatNote, or
// the signer's error.
absl::StatusOr<std::string> SignNote(absl::string_view text,
                                     absl::string_view name,
                                     Signer& signer);

// The same note with one more signature line at its end. ALREADY_EXISTS if this line is there.
absl::StatusOr<std::string> AddSignature(absl::string_view note, const NoteSignature& signature);

}  // namespace rogatoria::merkle
