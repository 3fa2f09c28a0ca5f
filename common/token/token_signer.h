// Signing with a key that never leaves its token: a card, a USB token, an HSM, by PKCS#11.
//
// The PIN is asked for when it is needed and overwritten at once; it is in no error, no log. One
// from a file that was refused is not tried again by this process, and none as the last try that
// the token allows: three wrong ones lock an accredited user's card, and a program must not do that
// on its own.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/crypto/certificate.h"
#include "common/crypto/cms_signer.h"
#include "common/crypto/secret.h"

namespace rogatoria {

// Which key of which token.
struct TokenKey {
  std::string module;    // path of the PKCS#11 module
  std::string token;     // the token's label
  std::string label;     // of the private key; empty: by id alone
  std::string id;        // CKA_ID of the private key, bytes; empty: by label alone
  std::string pin_file;  // mode 0600; empty: the PIN is asked for
  std::string name;      // what errors call it: "user" makes "user.token"; may be empty
};

struct PinRequest {
  std::string token;
  bool after_wrong = false;  // somebody entered a wrong one before
  bool last_try = false;     // one more wrong one locks the token
};
// Gives a PIN that a person entered. An error ends the signing with it.
using PinSource = std::function<absl::StatusOr<SecretBytes>(const PinRequest& request)>;

// Reads the certificate from the token where `certificate` is nullopt: the one beside the key. The
// PIN is not asked for before the first signature. The signer opens the token anew when the card
// was taken out and put in again, and asks for the PIN then; a module that does not see that by
// itself is initialised anew. It is thread-safe: one signature at a time. All errors but the
// module's show when something is signed, or here with no certificate given: TOKEN_MODULE_UNUSABLE,
// TOKEN_NOT_PRESENT, TOKEN_KEY_MISSING, TOKEN_PIN_MISSING, TOKEN_PIN_WRONG, TOKEN_PIN_LOCKED,
// KEY_FILE_UNSAFE, TOKEN_FAILED, SIGNER_FAILED.
absl::StatusOr<CmsSigner> OpenTokenSigner(const TokenKey& key,
                                          std::optional<Certificate> certificate,
                                          PinSource ask);

}  // namespace rogatoria
