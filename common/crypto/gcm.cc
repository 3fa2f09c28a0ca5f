#include "common/crypto/gcm.h"

#include <limits>

#include "common/crypto/openssl.h"
#include "common/crypto/secret.h"

namespace rogatoria::gcm {
namespace {

using openssl::Data;
using openssl::MustBe;

int Size(absl::string_view bytes) {
  MustBe(bytes.size() <= static_cast<size_t>(std::numeric_limits<int>::max()), "GCM input size");
  return static_cast<int>(bytes.size());
}

openssl::CipherCtxOwner Start(absl::string_view key, absl::string_view nonce, bool encrypt) {
  MustBe(key.size() == kKeyBytes && nonce.size() == kNonceBytes, "GCM key or nonce size");
  openssl::CipherCtxOwner context(EVP_CIPHER_CTX_new());
  MustBe(context != nullptr, "cipher context");
  MustBe(
      EVP_CipherInit_ex2(
          context.get(), openssl::Aes256Gcm(), Data(key), Data(nonce), encrypt ? 1 : 0, nullptr) ==
          1,
      "GCM start");
  return context;
}

void AddAad(EVP_CIPHER_CTX* context, absl::string_view aad) {
  int ignored = 0;
  if (aad.empty()) return;
  MustBe(EVP_CipherUpdate(context, nullptr, &ignored, Data(aad), Size(aad)) == 1, "GCM aad");
}

}  // namespace

void EncryptAppend(absl::string_view key,
                   absl::string_view nonce,
                   absl::string_view aad,
                   absl::string_view plaintext,
                   Bytes& out) {
  const openssl::CipherCtxOwner context = Start(key, nonce, true);
  AddAad(context.get(), aad);
  const size_t start = out.size();
  out.resize(start + plaintext.size() + kTagBytes);
  unsigned char* to = Data(out) + start;
  int written = 0;
  int rest = 0;
  MustBe(plaintext.empty() ||
             EVP_CipherUpdate(context.get(), to, &written, Data(plaintext), Size(plaintext)) == 1,
         "GCM encrypt");
  MustBe(EVP_CipherFinal_ex(context.get(), to + written, &rest) == 1, "GCM end");
  MustBe(static_cast<size_t>(written) + static_cast<size_t>(rest) == plaintext.size(), "GCM size");
  MustBe(EVP_CIPHER_CTX_ctrl(context.get(),
                             EVP_CTRL_AEAD_GET_TAG,
                             static_cast<int>(kTagBytes),
                             to + plaintext.size()) == 1,
         "GCM tag");
}

bool DecryptInto(absl::string_view key,
                 absl::string_view nonce,
                 absl::string_view aad,
                 absl::string_view ciphertext,
                 absl::string_view tag,
                 Bytes& clear) {
  MustBe(tag.size() == kTagBytes, "GCM tag size");
  const openssl::ErrorScope errors;
  const openssl::CipherCtxOwner context = Start(key, nonce, false);
  AddAad(context.get(), aad);
  clear.resize(ciphertext.size());
  int written = 0;
  int rest = 0;
  MustBe(ciphertext.empty() ||
             EVP_CipherUpdate(
                 context.get(), Data(clear), &written, Data(ciphertext), Size(ciphertext)) == 1,
         "GCM decrypt");
  Bytes expected(tag);
  MustBe(
      EVP_CIPHER_CTX_ctrl(
          context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagBytes), expected.data()) == 1,
      "GCM tag");
  if (EVP_CipherFinal_ex(context.get(), Data(clear) + written, &rest) != 1) {
    EraseBytes(clear);
    clear.clear();
    return false;
  }
  return true;
}

std::optional<Bytes> Decrypt(absl::string_view key,
                             absl::string_view nonce,
                             absl::string_view aad,
                             absl::string_view ciphertext,
                             absl::string_view tag) {
  Bytes clear;
  if (!DecryptInto(key, nonce, aad, ciphertext, tag, clear)) return std::nullopt;
  return clear;
}

}  // namespace rogatoria::gcm
