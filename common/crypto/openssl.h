// For the .cc files of this folder only: owners for OpenSSL's objects, its error queue, and the
// algorithms fetched once. No other folder includes this, nor <openssl/...>.
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/hash_algorithm.h"

namespace rogatoria::openssl {

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
template <typename T, auto kFree>
using Owner = std::unique_ptr<T, Freer<kFree>>;

inline void FreeStack(STACK_OF(X509) * stack) {
  sk_X509_free(stack);  // the certificates in it belong to others
}

using BioOwner = Owner<BIO, BIO_free>;
using CipherCtxOwner = Owner<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using CmsOwner = Owner<CMS_ContentInfo, CMS_ContentInfo_free>;
using CrlOwner = Owner<X509_CRL, X509_CRL_free>;
using KdfCtxOwner = Owner<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using KeyCtxOwner = Owner<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using KeyOwner = Owner<EVP_PKEY, EVP_PKEY_free>;
using MacCtxOwner = Owner<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using MdCtxOwner = Owner<EVP_MD_CTX, EVP_MD_CTX_free>;
using StackOwner = Owner<STACK_OF(X509), FreeStack>;
using StoreCtxOwner = Owner<X509_STORE_CTX, X509_STORE_CTX_free>;
using StoreOwner = Owner<X509_STORE, X509_STORE_free>;
using X509Owner = Owner<X509, X509_free>;

// The thread's error queue is shared with whoever else uses OpenSSL (gRPC's TLS reads it): what
// this folder adds to it is dropped at the end of the scope.
class ErrorScope {
 public:
  ErrorScope() { ERR_set_mark(); }
  ~ErrorScope() { ERR_pop_to_mark(); }
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;

  // Why the last call failed, in OpenSSL's fixed words, without its data.
  static std::string LastReason();
};

// For what cannot fail but by a broken machine or a mistake of ours: better stopped than wrong.
[[noreturn]] void Die(const char* what);
inline void MustBe(bool ok, const char* what) {
  if (!ok) Die(what);
}

inline const unsigned char* Data(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* Data(Bytes& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// A read-only BIO over bytes that must outlive it.
BioOwner ReadBio(absl::string_view bytes);

// What a memory BIO holds.
Bytes BioBytes(BIO* bio);

// The DER of anything that has an i2d function; empty if it fails.
template <typename T, typename I2d>
Bytes ToDerBytes(const T* object, I2d i2d) {
  unsigned char* out = nullptr;
  const int size = i2d(object, &out);
  if (size <= 0) return {};
  Bytes der(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  return der;
}

// Fetched once in a process; null never.
const EVP_MD* Sha256Algorithm();
const EVP_MD* Sha384Algorithm();
const EVP_MD* Sha512Algorithm();
const EVP_MD* DigestAlgorithm(HashAlgorithm hash);
const EVP_CIPHER* Aes256Gcm();
const EVP_CIPHER* Aes256Wrap();

Bytes Digest(const EVP_MD* algorithm, absl::string_view data);

}  // namespace rogatoria::openssl
