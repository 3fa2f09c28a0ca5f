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
  Token(cryptoki::Module& module, TokenKey key, PinSource ask)
      : module_(module), key_(std::move(key)), pins_(key_.token, key_.pin_file, std::move(ask)) {}
  ~Token() {
    const absl::ReaderMutexLock use(&module_.use());
    session_.reset();
  }

  absl::StatusOr<Certificate> ReadCertificate() {
    const absl::MutexLock lock(&mutex_);
    auto certificate = ReadOnce();
    if (MayBeBack(certificate.status()) && Restart()) certificate = ReadOnce();
    return certificate;
  }

  absl::StatusOr<Bytes> Sign(const DigestToSign& order) {
    const absl::MutexLock lock(&mutex_);
    auto signature = SignInSession(order);
    if (MayBeBack(signature.status()) && Restart()) signature = SignInSession(order);
    signed_before_ = signed_before_ || signature.ok();
    return signature;
  }

 private:
  // As a module answers that does not look for tokens again once it was initialised. A key that was
  // never seen is one that is not there.
  bool MayBeBack(const absl::Status& status) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return HasReason(status, Reason::TOKEN_NOT_PRESENT) ||
           HasReason(status, Reason::TOKEN_MODULE_UNUSABLE) ||
           (signed_before_ && HasReason(status, Reason::TOKEN_KEY_MISSING));
  }

  bool Restart() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return module_.Restart(session_ != nullptr);
  }

  absl::StatusOr<Certificate> ReadOnce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const absl::ReaderMutexLock use(&module_.use());
    ROG_RETURN_IF_ERROR(Open());
    return session_->ReadCertificate(key_);
  }

  absl::StatusOr<Bytes> SignInSession(const DigestToSign& order)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const absl::ReaderMutexLock use(&module_.use());
    const bool was_open = session_ != nullptr;
    bool ended = false;
    auto signature = SignOnce(order, ended);
    // Only a session of before can be one that has ended since.
    if (!signature.ok() && ended && was_open) signature = SignOnce(order, ended);
    return signature;
  }

  absl::Status Open() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_)
      ABSL_SHARED_LOCKS_REQUIRED(module_.use()) {
    if (session_ != nullptr && session_->IsOfBefore()) session_.reset();
    if (session_ != nullptr) return absl::OkStatus();
    ROG_ASSIGN_OR_RETURN(session_, TokenSession::Open(module_, key_.token));
    return absl::OkStatus();
  }

  absl::StatusOr<Bytes> SignOnce(const DigestToSign& order, bool& ended)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) ABSL_SHARED_LOCKS_REQUIRED(module_.use()) {
    ROG_RETURN_IF_ERROR(Open());
    auto signature = session_->Sign(key_, order, pins_, ended);
    if (ended) session_.reset();
    return signature;
  }

  cryptoki::Module& module_;
  const TokenKey key_;
  absl::Mutex mutex_;
  PinKeeper pins_ ABSL_GUARDED_BY(mutex_);
  bool signed_before_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<TokenSession> session_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<CmsSigner> OpenTokenSigner(cryptoki::Module& module,
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
  ROG_ASSIGN_OR_RETURN(cryptoki::Module * module, Named(key, cryptoki::LoadModule(key.module)));
  return OpenTokenSigner(*module, key, std::move(certificate), std::move(ask));
}

}  // namespace rogatoria
