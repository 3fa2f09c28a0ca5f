// For this folder: one session with one token, in which one key signs. Not thread-safe; whoever
// calls it, or ends it, holds Module::use.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <p11-kit/pkcs11.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes.h"
#include "common/crypto/certificate.h"
#include "common/crypto/cms_signer.h"
#include "common/token/cryptoki.h"
#include "common/token/token_signer.h"

namespace rogatoria {

// Gives the PIN for a login, and hears what became of it.
class PinKeeper {
 public:
  PinKeeper(std::string token, std::string pin_file, PinSource ask);
  // TOKEN_PIN_MISSING; TOKEN_PIN_WRONG without trying, for a file's PIN that was refused before, or
  // when one try is left.
  absl::StatusOr<SecretBytes> Get(bool last_try) const;
  void Refused(const SecretBytes& pin);
  void Accepted();

 private:
  const std::string token_;
  const std::string pin_file_;
  const PinSource ask_;
  bool WasRefused(const SecretBytes& pin) const;

  bool after_wrong_ = false;
  std::vector<SecretBytes> refused_;  // of the file; a right one is never kept, nor a person's
};

class TokenSession {
 public:
  // TOKEN_NOT_PRESENT, with the tokens that are; TOKEN_FAILED.
  static absl::StatusOr<std::unique_ptr<TokenSession>> Open(cryptoki::Module& module,
                                                            const std::string& token)
      ABSL_SHARED_LOCKS_REQUIRED(module.use());
  ~TokenSession();
  // Whether the module was initialised anew since.
  bool IsOfBefore() const;
  TokenSession(const TokenSession&) = delete;
  TokenSession& operator=(const TokenSession&) = delete;

  // Logs in where that is needed, finds the key, signs. `ended`: a new session may do.
  absl::StatusOr<Bytes> Sign(const TokenKey& key,
                             const DigestToSign& order,
                             PinKeeper& pins,
                             bool& ended);
  // The certificate with the key's label and id. TOKEN_KEY_MISSING.
  absl::StatusOr<Certificate> ReadCertificate(const TokenKey& key);

 private:
  TokenSession(cryptoki::Module& module, uint64_t time, CK_SLOT_ID slot, CK_SESSION_HANDLE session);
  absl::Status LogIn(CK_USER_TYPE who, PinKeeper& pins);
  absl::StatusOr<CK_OBJECT_HANDLE> FindKey(const TokenKey& key);
  std::vector<CK_OBJECT_HANDLE> Find(CK_OBJECT_CLASS what, const TokenKey& key);
  Bytes ReadAttribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
  absl::StatusOr<Bytes> SignWith(CK_OBJECT_HANDLE key, const DigestToSign& order, PinKeeper& pins);
  absl::Status Told(CK_RV answer, absl::string_view call);

  cryptoki::Module& owner_;
  CK_FUNCTION_LIST& module_;
  const uint64_t time_;  // of the module
  const CK_SLOT_ID slot_;
  const CK_SESSION_HANDLE session_;
  bool logged_in_ = false;
  bool ended_ = false;
};

// OpenTokenSigner over a module that is loaded already; also for tests of what tokens answer.
absl::StatusOr<CmsSigner> OpenTokenSigner(cryptoki::Module& module,
                                          const TokenKey& key,
                                          std::optional<Certificate> certificate,
                                          PinSource ask);

}  // namespace rogatoria
