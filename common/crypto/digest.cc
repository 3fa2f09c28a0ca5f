#include "common/crypto/digest.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

using openssl::Data;
using openssl::MustBe;

EVP_MD_CTX* NewContext() {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  MustBe(context != nullptr, "digest context");
  return context;
}

void Start(EVP_MD_CTX* context) {
  MustBe(EVP_DigestInit_ex2(context, openssl::Sha256Algorithm(), nullptr) == 1, "digest start");
}

void Add(EVP_MD_CTX* context, absl::string_view data) {
  MustBe(EVP_DigestUpdate(context, data.data(), data.size()) == 1, "digest update");
}

Bytes End(EVP_MD_CTX* context) {
  Bytes digest(kSha256Bytes, '\0');
  MustBe(EVP_DigestFinal_ex(context, Data(digest), nullptr) == 1, "digest end");
  return digest;
}

// Making a context costs as much as hashing a small record: one a thread is kept.
EVP_MD_CTX* ThreadContext() {
  thread_local const openssl::MdCtxOwner context(NewContext());
  return context.get();
}

openssl::MacCtxOwner NewHmacContext() {
  static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MustBe(mac != nullptr, "HMAC");
  openssl::MacCtxOwner context(EVP_MAC_CTX_new(mac));
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  MustBe(context != nullptr && EVP_MAC_CTX_set_params(context.get(), params) == 1, "HMAC context");
  return context;
}

// A null key would mean "the last one again".
void SetHmacKey(EVP_MAC_CTX* context, absl::string_view key) {
  static constexpr unsigned char kEmptyKey[1] = {0};
  const unsigned char* key_data = key.empty() ? kEmptyKey : Data(key);
  MustBe(EVP_MAC_init(context, key_data, key.size(), nullptr) == 1, "HMAC key");
}

Bytes EndHmac(EVP_MAC_CTX* context) {
  Bytes mac(kSha256Bytes, '\0');
  size_t size = 0;
  MustBe(EVP_MAC_final(context, Data(mac), &size, mac.size()) == 1 && size == mac.size(), "HMAC");
  return mac;
}

}  // namespace

Bytes Sha256(absl::string_view data) {
  return Sha256({data});
}

Bytes Sha256(std::initializer_list<absl::string_view> parts) {
  Bytes digest(kSha256Bytes, '\0');
  Sha256Into(parts, Data(digest));
  return digest;
}

void Sha256Into(std::initializer_list<absl::string_view> parts, uint8_t* digest) {
  EVP_MD_CTX* context = ThreadContext();
  Start(context);
  for (absl::string_view part : parts) Add(context, part);
  MustBe(EVP_DigestFinal_ex(context, digest, nullptr) == 1, "digest end");
}

Bytes HmacSha256(absl::string_view key, absl::string_view data) {
  // The digest stays chosen across calls; only the key changes.
  thread_local const openssl::MacCtxOwner context = NewHmacContext();
  SetHmacKey(context.get(), key);
  MustBe(EVP_MAC_update(context.get(), Data(data), data.size()) == 1, "HMAC");
  return EndHmac(context.get());
}

void Sha256Hasher::Deleter::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256Hasher::Sha256Hasher() : context_(NewContext()) {
  Start(context_.get());
}

void Sha256Hasher::Update(absl::string_view data) {
  Add(context_.get(), data);
}

Bytes Sha256Hasher::Finish() {
  Bytes digest = End(context_.get());
  Start(context_.get());
  return digest;
}

void HmacHasher::Deleter::operator()(evp_mac_ctx_st* context) const {
  EVP_MAC_CTX_free(context);
}

HmacHasher::HmacHasher(absl::string_view key) : context_(NewHmacContext().release()) {
  SetHmacKey(context_.get(), key);
}

void HmacHasher::Update(absl::string_view data) {
  MustBe(EVP_MAC_update(context_.get(), Data(data), data.size()) == 1, "HMAC");
}

Bytes HmacHasher::Value() const {
  const openssl::MacCtxOwner so_far(EVP_MAC_CTX_dup(context_.get()));
  MustBe(so_far != nullptr, "HMAC context");
  return EndHmac(so_far.get());
}

}  // namespace rogatoria
