#include "common/token/token_signer.h"

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/token/cryptoki.h"
#include "common/token/token_session.h"

namespace rogatoria {
namespace {

template <typename T>
absl::StatusOr<T> Named(const TokenKey& key, absl::StatusOr<T> result) {
  if (result.ok() || key.name.empty()) return result;
  return WithFieldPrefix(result.status(), key.name);
}

// The key's holder behind a signer: a session that is kept, and opened anew once it is gone.
class Token {
 public:
  Token(CK_FUNCTION_LIST& module, TokenKey key, PinSource ask)
      : module_(module), key_(std::move(key)), pins_(key_.token, key_.pin_file, std::move(ask)) {}

  absl::StatusOr<Certificate> ReadCertificate() {
    const absl::MutexLock lock(&mutex_);
    ROG_RETURN_IF_ERROR(Open());
    return session_->ReadCertificate(key_);
  }

  absl::StatusOr<Bytes> Sign(const DigestToSign& order) {
    const absl::MutexLock lock(&mutex_);
    const bool was_open = session_ != nullptr;
    bool ended = false;
    auto signature = SignOnce(order, ended);
    // Only a session of before can be one that has ended since.
    if (!signature.ok() && ended && was_open) signature = SignOnce(order, ended);
    return signature;
  }

 private:
  absl::Status Open() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (session_ != nullptr) return absl::OkStatus();
    ROG_ASSIGN_OR_RETURN(session_, TokenSession::Open(module_, key_.token));
    return absl::OkStatus();
  }

  absl::StatusOr<Bytes> SignOnce(const DigestToSign& order, bool& ended)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ROG_RETURN_IF_ERROR(Open());
    auto signature = session_->Sign(key_, order, pins_, ended);
    if (ended) session_.reset();
    return signature;
  }

  CK_FUNCTION_LIST& module_;
  const TokenKey key_;
  absl::Mutex mutex_;
  PinKeeper pins_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<TokenSession> session_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<CmsSigner> OpenTokenSigner(CK_FUNCTION_LIST& module,
                                          const TokenKey& key,
                                          std::optional<Certificate> certificate,
                                          PinSource ask) {
  auto token = std::make_shared<Token>(module, key, std::move(ask));
  if (!certificate.has_value()) {
    ROG_ASSIGN_OR_RETURN(certificate, Named(key, token->ReadCertificate()));
  }
  return CmsSigner::FromCallback(*std::move(certificate), [token, key](const DigestToSign& order) {
    return Named(key, token->Sign(order));
  });
}

absl::StatusOr<CmsSigner> OpenTokenSigner(const TokenKey& key,
                                          std::optional<Certificate> certificate,
                                          PinSource ask) {
  ROG_ASSIGN_OR_RETURN(CK_FUNCTION_LIST * module, Named(key, cryptoki::LoadModule(key.module)));
  return OpenTokenSigner(*module, key, std::move(certificate), std::move(ask));
}

}  // namespace rogatoria
