#include "common/crypto/secret.h"

#include <algorithm>
#include <utility>

#include <openssl/crypto.h>

#include "common/base/bytes.h"

namespace rogatoria {

SecretBytes::SecretBytes(absl::string_view bytes)
    : bytes_(new char[bytes.size()]), size_(bytes.size()) {
  std::copy(bytes.begin(), bytes.end(), bytes_.get());
}

SecretBytes SecretBytes::Generate(Random& random, size_t size) {
  Bytes bytes = random.Generate(size);
  SecretBytes secret(bytes);
  EraseBytes(bytes);
  return secret;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  Erase();
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

SecretBytes::~SecretBytes() {
  Erase();
}

bool SecretBytes::EqualsInConstantTime(const SecretBytes& other) const {
  return EqualInConstantTime(RevealForUse(), other.RevealForUse());
}

void SecretBytes::Erase() {
  if (bytes_ != nullptr) OPENSSL_cleanse(bytes_.get(), size_);
  size_ = 0;
}

void EraseBytes(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace rogatoria
