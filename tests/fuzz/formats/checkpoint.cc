// Heads of a log: what verifies says what the log said, and nothing else.
#include "common/merkle/checkpoint.h"

#include "common/merkle/note.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

std::vector<merkle::VerifierKey> Keys() {
  std::vector<merkle::VerifierKey> keys;
  for (const std::string& line : ReadVectorLines("checkpoint/trusted-keys.txt")) {
    keys.push_back(Need(merkle::VerifierKey::Parse(line), "a trusted key is one"));
  }
  return keys;
}

std::set<std::string> SignedTexts() {
  std::set<std::string> texts;
  for (const Bytes& note : ReadVectors("checkpoint", "")) {
    const auto verified = merkle::VerifyCheckpoint(note, Keys());
    if (verified.ok()) texts.insert(Need(merkle::ParseNote(note), "it is a note").text);
  }
  return texts;
}

}  // namespace

void Examine(absl::string_view input) {
  static const auto& keys = *new std::vector<merkle::VerifierKey>(Keys());
  static const auto& signed_texts = *new std::set<std::string>(SignedTexts());

  CheckSameText(input, merkle::ParseCheckpoint(input), [](const merkle::Checkpoint& read) {
    return Need(merkle::FormatCheckpoint(read), "a head that was read can be written");
  });
  const auto verified = merkle::VerifyCheckpoint(input, keys);
  if (!verified.ok()) return;
  const std::string text =
      Need(merkle::FormatCheckpoint(verified->checkpoint), "a verified head can be written");
  ROG_CHECK(signed_texts.count(text) == 1, "nobody signed this head");
}

}  // namespace rogatoria::fuzz
