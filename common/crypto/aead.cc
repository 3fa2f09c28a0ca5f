#include "common/crypto/aead.h"

#include <utility>

#include "common/crypto/gcm.h"

namespace rogatoria {

static_assert(kAeadKeyBytes == gcm::kKeyBytes && kAeadNonceBytes == gcm::kNonceBytes &&
              kAeadTagBytes == gcm::kTagBytes);

Bytes AeadEncrypt(const SecretBytes& key,
                  absl::string_view aad,
                  absl::string_view plaintext,
                  Random& random) {
  const Bytes nonce = random.Generate(kAeadNonceBytes);
  Bytes box;
  box.reserve(plaintext.size() + kAeadOverheadBytes);
  box = nonce;
  gcm::EncryptAppend(key.RevealForUse(), nonce, aad, plaintext, box);
  return box;
}

absl::StatusOr<Bytes> AeadDecrypt(const SecretBytes& key,
                                  absl::string_view aad,
                                  absl::string_view box) {
  if (box.size() < kAeadOverheadBytes) return absl::DataLossError("encrypted value is cut off");
  const absl::string_view nonce = box.substr(0, kAeadNonceBytes);
  const absl::string_view tag = box.substr(box.size() - kAeadTagBytes);
  const absl::string_view ciphertext = box.substr(kAeadNonceBytes, box.size() - kAeadOverheadBytes);
  auto clear = gcm::Decrypt(key.RevealForUse(), nonce, aad, ciphertext, tag);
  if (!clear.has_value()) return absl::DataLossError("encrypted value does not open");
  return *std::move(clear);
}

}  // namespace rogatoria
