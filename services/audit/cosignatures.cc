#include "services/audit/cosignatures.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/merkle/cosignature.h"

namespace rogatoria::audit {
namespace {

absl::Status Refuse(absl::string_view accepted) {
  return Error(Reason::FIELD_INVALID).Field("note").Accepted(accepted);
}

const merkle::VerifierKey* FindWitness(const std::vector<merkle::VerifierKey>& witnesses,
                                       const merkle::NoteSignature& signature) {
  for (const merkle::VerifierKey& key : witnesses) {
    if (key.name == signature.name && key.id == signature.key_id) return &key;
  }
  return nullptr;
}

bool Contains(const std::vector<merkle::NoteSignature>& list, const merkle::NoteSignature& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

absl::StatusOr<uint32_t> Cosignatures::Add(uint64_t log,
                                           uint64_t size,
                                           const std::string& head,
                                           const std::string& note) {
  ROG_ASSIGN_OR_RETURN(const merkle::Note ours, merkle::ParseNote(head));
  const absl::StatusOr<merkle::Note> theirs = merkle::ParseNote(note);
  if (!theirs.ok()) return Refuse("a signed note (C2SP signed-note)");
  if (theirs->text != ours.text) return Refuse("the head of the log as it was signed at this size");

  absl::MutexLock lock(&writing_);
  ROG_ASSIGN_OR_RETURN(std::vector<merkle::NoteSignature> kept, Get(log, size));
  uint32_t added = 0;
  for (const merkle::NoteSignature& signature : theirs->signatures) {
    const merkle::VerifierKey* witness = FindWitness(witnesses_, signature);
    if (witness == nullptr || Contains(kept, signature)) continue;
    if (!merkle::VerifyCosignature(ours.text, signature.signature, *witness).ok()) {
      return Refuse("cosignatures that verify under the witness's key");
    }
    kept.push_back(signature);
    ++added;
  }
  if (ours.signatures.size() + kept.size() > limits::kMaxNoteSignatures) {
    return Error(Reason::LIMIT_EXCEEDED).Field("note").Accepted("fewer signatures of one head");
  }
  if (added == 0) return added;
  ROG_ASSIGN_OR_RETURN(const std::string file, merkle::FormatNote({ours.text, std::move(kept)}));
  ROG_RETURN_IF_ERROR(ToldByHub(CreateFolders(absl::StrCat(folder_, "/", log, "/cosignatures"))));
  ROG_RETURN_IF_ERROR(ToldByHub(WriteFileDurably(PathOf(log, size), file)));
  return added;
}

absl::StatusOr<std::vector<merkle::NoteSignature>> Cosignatures::Get(uint64_t log,
                                                                     uint64_t size) const {
  const absl::StatusOr<Bytes> file = ReadFile(PathOf(log, size), limits::kMaxNoteBytes);
  if (!file.ok()) return std::vector<merkle::NoteSignature>();
  ROG_ASSIGN_OR_RETURN(merkle::Note note, merkle::ParseNote(*file));
  return std::move(note.signatures);
}

absl::StatusOr<std::string> Cosignatures::Attach(uint64_t log,
                                                 uint64_t size,
                                                 const std::string& head) const {
  ROG_ASSIGN_OR_RETURN(const std::vector<merkle::NoteSignature> kept, Get(log, size));
  std::string note = head;
  for (const merkle::NoteSignature& signature : kept) {
    ROG_ASSIGN_OR_RETURN(note, merkle::AddSignature(note, signature));
  }
  return note;
}

std::string Cosignatures::PathOf(uint64_t log, uint64_t size) const {
  return absl::StrCat(folder_, "/", log, "/cosignatures/", size);
}

}  // namespace rogatoria::audit
