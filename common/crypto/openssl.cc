#include "common/crypto/openssl.h"

#include <cstdio>
#include <cstdlib>
#include <limits>

namespace rogatoria::openssl {
namespace {

const EVP_MD* FetchDigest(const char* name) {
  const EVP_MD* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
  MustBe(algorithm != nullptr, name);
  return algorithm;
}

const EVP_CIPHER* FetchCipher(const char* name) {
  const EVP_CIPHER* algorithm = EVP_CIPHER_fetch(nullptr, name, nullptr);
  MustBe(algorithm != nullptr, name);
  return algorithm;
}

}  // namespace

std::string ErrorScope::LastReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "no reason given" : reason;
}

void Die(const char* what) {
  std::fprintf(stderr, "fatal: cryptographic library failed: %s\n", what);
  std::abort();
}

BioOwner ReadBio(absl::string_view bytes) {
  MustBe(bytes.size() <= static_cast<size_t>(std::numeric_limits<int>::max()), "BIO size");
  // A null pointer would make OpenSSL read a C string.
  const void* data = bytes.empty() ? "" : bytes.data();
  BioOwner bio(BIO_new_mem_buf(data, static_cast<int>(bytes.size())));
  MustBe(bio != nullptr, "BIO_new_mem_buf");
  return bio;
}

Bytes BioBytes(BIO* bio) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);  // NOLINT: OpenSSL's macro
  return size > 0 ? Bytes(data, static_cast<size_t>(size)) : Bytes();
}

const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = FetchDigest("SHA256");
  return algorithm;
}

const EVP_MD* Sha384Algorithm() {
  static const EVP_MD* const algorithm = FetchDigest("SHA384");
  return algorithm;
}

const EVP_MD* Sha512Algorithm() {
  static const EVP_MD* const algorithm = FetchDigest("SHA512");
  return algorithm;
}

const EVP_MD* DigestAlgorithm(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::kSha256:
      return Sha256Algorithm();
    case HashAlgorithm::kSha384:
      return Sha384Algorithm();
    case HashAlgorithm::kSha512:
      return Sha512Algorithm();
  }
  Die("hash");
}

const EVP_CIPHER* Aes256Gcm() {
  static const EVP_CIPHER* const algorithm = FetchCipher("AES-256-GCM");
  return algorithm;
}

const EVP_CIPHER* Aes256Wrap() {
  static const EVP_CIPHER* const algorithm = FetchCipher("AES-256-WRAP");
  return algorithm;
}

Bytes Digest(const EVP_MD* algorithm, absl::string_view data) {
  Bytes digest(static_cast<size_t>(EVP_MD_get_size(algorithm)), '\0');
  MustBe(EVP_Digest(data.data(), data.size(), Data(digest), nullptr, algorithm, nullptr) == 1,
         "digest");
  return digest;
}

}  // namespace rogatoria::openssl
