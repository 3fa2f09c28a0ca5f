// What signs for an office: the accredited user and the organisation's seal, each a key file, a
// token, or whatever a program brings along (a card reader of its own, a signature service).
#pragma once

#include <functional>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/client/profile.h"
#include "common/crypto/cms_signer.h"
#include "common/token/token_signer.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

// What a program gives an office beside its profile. What is not given is as the profile says.
struct Signers {
  std::optional<CmsSigner> user = {};
  std::optional<CmsSigner> seal = {};
  PinSource ask_pin = {};  // of a token without a pin_file; none: TOKEN_PIN_MISSING
};

// Opens what a profile names. A key file is read now; a token is opened when it is needed.
absl::StatusOr<CmsSigner> OpenSigner(const SigningKey& key, const PinSource& ask_pin);

// An office's signers. A key file is read anew for each signature, so that the key lies in memory
// only then, and one that was replaced counts at once; a token stays open. Thread-safe.
class SigningDesk {
 public:
  SigningDesk(std::optional<SigningKey> user, std::optional<SigningKey> seal, Signers given);

  // For acts of a channel class: the user for FORMAL, else the seal, else the user.
  // SIGNING_KEY_MISSING; those of the key file or the token (token_signer.h).
  absl::StatusOr<CmsSigner> For(v1::ChannelClass channel_class);
  // A key of neither: a custodian's. Opened for this once.
  absl::StatusOr<CmsSigner> OpenOther(const SigningKey& key) const;
  // The organisation's seal; nullopt where there is none.
  absl::StatusOr<std::optional<CmsSigner>> Seal();

 private:
  struct Place {
    const std::optional<SigningKey> key;
    std::optional<CmsSigner> open;  // given, or a token
  };
  bool Has(const Place& place) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<CmsSigner> Open(Place& place) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const PinSource ask_pin_;
  absl::Mutex mutex_;
  Place user_ ABSL_GUARDED_BY(mutex_);
  Place seal_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::client
