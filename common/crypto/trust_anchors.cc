#include "common/crypto/trust_anchors.h"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <initializer_list>
#include <limits>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

constexpr int kMaxChainDepth = 6;     // certificates between leaf and anchor
constexpr int kMinSecurityLevel = 2;  // 112 bits: no RSA below 2048, no SHA-1 (SP 800-57)

struct FailureRow {
  int openssl_error;
  Reason reason;
};
constexpr FailureRow kFailures[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, Reason::CERTIFICATE_EXPIRED},
    {X509_V_ERR_CERT_NOT_YET_VALID, Reason::CERTIFICATE_NOT_YET_VALID},
    {X509_V_ERR_EE_KEY_TOO_SMALL, Reason::SIGNER_KEY_TOO_WEAK},
    {X509_V_ERR_CA_KEY_TOO_SMALL, Reason::SIGNER_KEY_TOO_WEAK},
    {X509_V_ERR_CA_MD_TOO_WEAK, Reason::SIGNER_KEY_TOO_WEAK},
};

struct UseRow {
  CertificateUse use;
  int purpose;
};
constexpr UseRow kUses[] = {
    {CertificateUse::kTlsClient, X509_PURPOSE_SSL_CLIENT},
    {CertificateUse::kTlsServer, X509_PURPOSE_SSL_SERVER},
};

absl::Status ChainError(int openssl_error) {
  for (const FailureRow& row : kFailures) {
    if (row.openssl_error == openssl_error) return Error(row.reason);
  }
  return Error(Reason::CERTIFICATE_UNTRUSTED)
      .Accepted(X509_verify_cert_error_string(openssl_error));
}

bool Configure(X509_STORE_CTX* context, Instant now, CertificateUse use) {
  X509_VERIFY_PARAM* params = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_time(params, absl::ToTimeT(now.ToTime()));
  X509_VERIFY_PARAM_set_auth_level(params, kMinSecurityLevel);
  X509_VERIFY_PARAM_set_depth(params, kMaxChainDepth);
  for (const UseRow& row : kUses) {
    if (row.use == use) return X509_VERIFY_PARAM_set_purpose(params, row.purpose) == 1;
  }
  return use == CertificateUse::kAny;
}

openssl::StackOwner StackOf(const std::vector<Certificate>& certificates) {
  openssl::StackOwner stack(sk_X509_new_null());
  openssl::MustBe(stack != nullptr, "certificate stack");
  for (const Certificate& certificate : certificates) {
    openssl::MustBe(sk_X509_push(stack.get(), certificate.handle()) > 0, "certificate stack");
  }
  return stack;
}

// OpenSSL takes the second of notAfter as already expired, and we with it: see certificate.h.
Instant LastMomentOf(const Certificate& certificate) {
  return {certificate.not_after().unix_ms - 1};
}

// The chain holds the very objects that went in: taking one apart again costs as much as a
// signature.
absl::StatusOr<Certificate> FindOrRead(
    X509* x509, std::initializer_list<const std::vector<Certificate>*> known) {
  for (const std::vector<Certificate>* certificates : known) {
    for (const Certificate& certificate : *certificates) {
      if (certificate.handle() == x509) return certificate;
    }
  }
  return Certificate::FromDer(openssl::ToDerBytes(x509, i2d_X509));
}

absl::StatusOr<VerifiedChain> ReadChain(
    X509_STORE_CTX* context, std::initializer_list<const std::vector<Certificate>*> known) {
  VerifiedChain chain{
      {}, {std::numeric_limits<int64_t>::min()}, {std::numeric_limits<int64_t>::max()}};
  STACK_OF(X509)* found = X509_STORE_CTX_get0_chain(context);
  for (int i = 0; i < sk_X509_num(found); ++i) {
    ROG_ASSIGN_OR_RETURN(Certificate certificate, FindOrRead(sk_X509_value(found, i), known));
    chain.valid_from = std::max(chain.valid_from, certificate.not_before());
    chain.valid_until = std::min(chain.valid_until, LastMomentOf(certificate));
    chain.certificates.push_back(std::move(certificate));
  }
  if (chain.certificates.empty()) return Error(Reason::CERTIFICATE_UNTRUSTED);
  return chain;
}

}  // namespace

struct TrustAnchors::Fields {
  openssl::StoreOwner store;
  std::vector<Certificate> authorities;
  std::vector<RevocationList> lists;
  RevocationPolicy policy;
  uint64_t generation = 0;
};

TrustAnchors::TrustAnchors(std::shared_ptr<const Fields> fields) : fields_(std::move(fields)) {}

absl::StatusOr<TrustAnchors> TrustAnchors::Create(std::vector<Certificate> authorities,
                                                  std::vector<RevocationList> lists,
                                                  RevocationPolicy policy) {
  static std::atomic<uint64_t> next_generation{1};
  auto fields = std::make_shared<Fields>();
  fields->store.reset(X509_STORE_new());
  openssl::MustBe(fields->store != nullptr, "certificate store");
  for (const Certificate& authority : authorities) {
    if (!authority.is_ca()) {
      return Error(Reason::CERTIFICATE_UNTRUSTED).Accepted("a CA's certificate as trust anchor");
    }
    openssl::MustBe(X509_STORE_add_cert(fields->store.get(), authority.handle()) == 1,
                    "certificate store");
  }
  // A national CA below some root may be approved without its root.
  X509_STORE_set_flags(fields->store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  fields->authorities = std::move(authorities);
  fields->lists = std::move(lists);
  fields->policy = policy;
  fields->generation = next_generation++;
  return TrustAnchors(std::move(fields));
}

absl::Status TrustAnchors::Verify(const Certificate& certificate,
                                  const std::vector<Certificate>& intermediates,
                                  Instant now,
                                  CertificateUse use) const {
  return FindChain(certificate, intermediates, now, use).status();
}

absl::StatusOr<VerifiedChain> TrustAnchors::FindChain(const Certificate& certificate,
                                                      const std::vector<Certificate>& intermediates,
                                                      Instant now,
                                                      CertificateUse use) const {
  const openssl::ErrorScope errors;
  if (!certificate.has_strong_key()) return Error(Reason::SIGNER_KEY_TOO_WEAK);
  const openssl::StackOwner untrusted = StackOf(intermediates);
  const openssl::StoreCtxOwner context(X509_STORE_CTX_new());
  if (context == nullptr ||
      X509_STORE_CTX_init(
          context.get(), fields_->store.get(), certificate.handle(), untrusted.get()) != 1 ||
      !Configure(context.get(), now, use)) {
    return absl::InternalError("cannot prepare a chain check");
  }
  if (X509_verify_cert(context.get()) != 1) {
    return ChainError(X509_STORE_CTX_get_error(context.get()));
  }
  const std::vector<Certificate> leaf = {certificate};
  ROG_ASSIGN_OR_RETURN(VerifiedChain chain,
                       ReadChain(context.get(), {&leaf, &intermediates, &fields_->authorities}));
  ROG_RETURN_IF_ERROR(CheckRevocation(chain, now));
  return chain;
}

absl::Status TrustAnchors::CheckRevocation(VerifiedChain& chain, Instant now) const {
  for (size_t i = 0; i + 1 < chain.certificates.size(); ++i) {
    const Certificate& certificate = chain.certificates[i];
    const Certificate& issuer = chain.certificates[i + 1];
    Instant fresh_until{std::numeric_limits<int64_t>::min()};
    for (const RevocationList& list : fields_->lists) {
      if (!list.IsSignedBy(issuer)) continue;
      if (list.Revokes(certificate)) return Error(Reason::CERTIFICATE_REVOKED);
      fresh_until = std::max(fresh_until, list.next_update() + fields_->policy.grace);
    }
    if (!fields_->policy.require_list) continue;
    if (now > fresh_until) return Error(Reason::REVOCATION_UNKNOWN);
    chain.valid_until = std::min(chain.valid_until, fresh_until);
  }
  return absl::OkStatus();
}

const std::vector<Certificate>& TrustAnchors::authorities() const {
  return fields_->authorities;
}

uint64_t TrustAnchors::generation() const {
  return fields_->generation;
}

}  // namespace rogatoria
