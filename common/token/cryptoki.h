// For this folder: PKCS#11 2.40 (Cryptoki) as its modules speak it. A module is a shared library
// that came with a card, a token or an HSM.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <p11-kit/pkcs11.h>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace rogatoria::cryptoki {

// A module as all of this process use it. Thread-safe.
class Module {
 public:
  // `ours`: it was initialised here, and by nobody else in this process.
  explicit Module(CK_FUNCTION_LIST& functions, bool ours = false)
      : functions_(functions), ours_(ours) {}

  // Held, shared, while one of them is called.
  absl::Mutex& use() ABSL_LOCK_RETURNED(use_) { return use_; }
  CK_FUNCTION_LIST& functions() { return functions_; }
  // How often it was initialised anew: a session of another time is gone, and its number may be
  // another's.
  uint64_t time() const ABSL_SHARED_LOCKS_REQUIRED(use_) { return time_; }

  // A session came, or went.
  void Opened() { ++sessions_; }
  void Closed() { --sessions_; }

  // Some see only by it that a token came back, or went: initialises it anew, which ends every
  // session, also of other tokens. Not while this thread holds use(). `went`: what the caller's
  // session had is gone. False when it was done a moment ago (longer ago where others have
  // sessions, whose PIN may be asked for again, and nothing went), or is not ours to do.
  bool Restart(bool went);

 private:
  CK_FUNCTION_LIST& functions_;
  const bool ours_;
  absl::Mutex use_;
  uint64_t time_ ABSL_GUARDED_BY(use_) = 0;
  std::atomic<int> sessions_ = 0;
  std::optional<std::chrono::steady_clock::time_point> restarted_ ABSL_GUARDED_BY(use_);
};

// Loads and initialises a module, once in a process; it is never unloaded, since others in the
// process may use it too. TOKEN_MODULE_UNUSABLE. Thread-safe.
absl::StatusOr<Module*> LoadModule(const std::string& path);

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
