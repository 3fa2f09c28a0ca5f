// Signed notes, whoever signed them.
#include "common/merkle/note.h"

#include <algorithm>

#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  const auto note = merkle::ParseNote(input);
  CheckSameText(input, note, [](const merkle::Note& read) {
    return Need(merkle::FormatNote(read), "a note that was read can be written");
  });
  if (!note.ok()) return;
  for (const merkle::NoteSignature& signature : note->signatures) {
    ROG_CHECK(!merkle::AddSignature(input, signature).ok(), "no line is there twice");
  }
  const merkle::NoteSignature one_more{"one-more.example", 7, Bytes(64, 's')};
  const auto added = merkle::AddSignature(input, one_more);
  if (!added.ok()) return;  // it was there, or the note is full
  const auto read = Need(merkle::ParseNote(*added), "a note with one more line is a note");
  ROG_CHECK(read.text == note->text && read.signatures.back() == one_more, "only a line was added");
}

}  // namespace rogatoria::fuzz
