// For this folder: PKCS#11 2.40 (Cryptoki) as its modules speak it. A module is a shared library
// that came with a card, a token or an HSM.
#pragma once

#include <string>

#include <p11-kit/pkcs11.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace rogatoria::cryptoki {

// Loads and initialises a module, once in a process; it is never unloaded, since others in the
// process may use it too. TOKEN_MODULE_UNUSABLE. Thread-safe.
absl::StatusOr<CK_FUNCTION_LIST*> LoadModule(const std::string& path);

// What a call came to, as one of our reasons: TOKEN_NOT_PRESENT, TOKEN_PIN_WRONG, TOKEN_PIN_LOCKED,
// else TOKEN_FAILED naming the answer and the call. Never data of the call.
absl::Status ToStatus(CK_RV answer, absl::string_view call);

// Whether the session is gone, and a new one may do: the card was taken out and put in again, or
// another program logged out.
bool EndsSession(CK_RV answer);

// CKR_PIN_LOCKED; in hexadecimal where we know no name.
std::string NameOf(CK_RV answer);

// A text of fixed width, without the blanks behind it.
template <size_t kSize>
std::string Trimmed(const unsigned char (&text)[kSize]) {
  size_t size = kSize;
  while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\0')) --size;
  return std::string(reinterpret_cast<const char*>(text), size);
}

}  // namespace rogatoria::cryptoki
