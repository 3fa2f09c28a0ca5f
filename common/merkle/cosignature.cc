#include "common/merkle/cosignature.h"

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rogatoria::merkle {
namespace {

constexpr uint64_t kMaxSeconds = (uint64_t{1} << 63) - 1;  // as the format bounds it
constexpr size_t kTimeBytes = 8;

Bytes EncodeTime(uint64_t seconds) {
  Bytes bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(seconds >> shift));
  return bytes;
}

uint64_t DecodeTime(absl::string_view bytes) {
  uint64_t seconds = 0;
  for (const char byte : bytes) seconds = (seconds << 8) | static_cast<uint8_t>(byte);
  return seconds;
}

}  // namespace

std::string CosignedMessage(uint64_t seconds, absl::string_view checkpoint_text) {
  return absl::StrCat("cosignature/v1\ntime ", seconds, "\n", checkpoint_text);
}

absl::StatusOr<NoteSignature> Cosign(absl::string_view checkpoint_text,
                                     absl::string_view name,
                                     uint64_t seconds,
                                     Signer& signer) {
  if (seconds > kMaxSeconds) return absl::InvalidArgumentError("a time beyond 2^63 - 1 seconds");
  ROG_ASSIGN_OR_RETURN(const VerifierKey key,
                       VerifierKey::Make(name, SignatureType::kCosignatureV1, signer.PublicKey()));
  ROG_ASSIGN_OR_RETURN(const Bytes signature,
                       signer.Sign(CosignedMessage(seconds, checkpoint_text)));
  return NoteSignature{key.name, key.id, absl::StrCat(EncodeTime(seconds), signature)};
}

absl::StatusOr<uint64_t> VerifyCosignature(absl::string_view checkpoint_text,
                                           absl::string_view signature,
                                           const VerifierKey& key) {
  if (signature.size() != kTimeBytes + kEd25519SignatureBytes) {
    return absl::InvalidArgumentError("a cosignature has 72 bytes");
  }
  const uint64_t seconds = DecodeTime(signature.substr(0, kTimeBytes));
  if (seconds > kMaxSeconds) return absl::InvalidArgumentError("a time beyond 2^63 - 1 seconds");
  if (!VerifyEd25519(key.public_key,
                     CosignedMessage(seconds, checkpoint_text),
                     signature.substr(kTimeBytes))) {
    return absl::DataLossError("the signature of a trusted witness does not verify");
  }
  return seconds;
}

}  // namespace rogatoria::merkle
