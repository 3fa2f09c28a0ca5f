#include "common/merkle/checkpoint_verifier.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rogatoria::merkle {
namespace {

// All that a verification depends on, in one text that no other question has: a line a key, none of
// them empty, an empty line, the note.
std::string QuestionOf(absl::string_view note, absl::Span<const VerifierKey> keys) {
  std::string question;
  for (const VerifierKey& key : keys) absl::StrAppend(&question, key.ToText(), "\n");
  absl::StrAppend(&question, "\n", note);
  return question;
}

}  // namespace

absl::StatusOr<VerifiedCheckpoint> CheckpointVerifier::Verify(absl::string_view note,
                                                              absl::Span<const VerifierKey> keys) {
  std::string question = QuestionOf(note, keys);
  const auto known = known_.find(question);
  if (known != known_.end()) return known->second;
  ROG_ASSIGN_OR_RETURN(VerifiedCheckpoint verified, VerifyCheckpoint(note, keys));
  Remember(std::move(question), verified);
  return verified;
}

void CheckpointVerifier::Remember(std::string question, const VerifiedCheckpoint& answer) {
  if (question.size() > kMaxRememberedBytes) return;
  if (bytes_ + question.size() > kMaxRememberedBytes) {
    known_.clear();
    bytes_ = 0;
  }
  bytes_ += question.size();
  known_.emplace(std::move(question), answer);
}

}  // namespace rogatoria::merkle
