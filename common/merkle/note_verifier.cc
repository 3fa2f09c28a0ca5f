#include "common/merkle/note_verifier.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "common/crypto/signer.h"
#include "common/merkle/cosignature.h"
#include "common/merkle/note.h"

namespace rogatoria::merkle {
namespace {

const VerifierKey* FindKey(const NoteSignature& signature, absl::Span<const VerifierKey> keys) {
  for (const VerifierKey& key : keys) {
    if (key.name == signature.name && key.id == signature.key_id) return &key;
  }
  return nullptr;
}

void AddSigner(const VerifierKey& key, VerifiedNote& verified) {
  auto& signers = verified.signers;
  if (std::find(signers.begin(), signers.end(), key) == signers.end()) signers.push_back(key);
}

// By public key and not by name: one key under two names is one witness.
void AddWitness(const VerifierKey& key, uint64_t seconds, VerifiedNote& verified) {
  for (Witness& known : verified.witnesses) {
    if (known.key.public_key != key.public_key) continue;
    known.seconds = std::max(known.seconds, seconds);
    return;
  }
  verified.witnesses.push_back({key, seconds});
}

absl::Status VerifyLine(const NoteSignature& line, const VerifierKey& key, VerifiedNote& verified) {
  if (key.type == SignatureType::kCosignatureV1) {
    ROG_ASSIGN_OR_RETURN(const uint64_t seconds,
                         VerifyCosignature(verified.text, line.signature, key));
    AddWitness(key, seconds, verified);
    return absl::OkStatus();
  }
  if (!VerifyEd25519(key.public_key, verified.text, line.signature)) {
    return absl::DataLossError("the signature of a trusted key does not verify");
  }
  AddSigner(key, verified);
  return absl::OkStatus();
}

// A log's key among the trusted ones is no witness, whether or not the log signed this note.
bool IsLogKey(const Witness& witness, absl::Span<const VerifierKey> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const VerifierKey& key) {
    return key.type == SignatureType::kEd25519 && key.public_key == witness.key.public_key;
  });
}

}  // namespace

absl::StatusOr<VerifiedNote> VerifyNote(absl::string_view note,
                                        absl::Span<const VerifierKey> keys) {
  ROG_ASSIGN_OR_RETURN(Note parsed, ParseNote(note));
  VerifiedNote verified;
  verified.text = std::move(parsed.text);
  for (const NoteSignature& line : parsed.signatures) {
    const VerifierKey* key = FindKey(line, keys);
    if (key != nullptr) ROG_RETURN_IF_ERROR(VerifyLine(line, *key, verified));
  }
  auto& witnesses = verified.witnesses;
  witnesses.erase(std::remove_if(witnesses.begin(),
                                 witnesses.end(),
                                 [&](const Witness& witness) { return IsLogKey(witness, keys); }),
                  witnesses.end());
  if (verified.signers.empty() && witnesses.empty()) {
    return absl::UnauthenticatedError("none of the trusted keys signed this note");
  }
  return verified;
}

}  // namespace rogatoria::merkle
