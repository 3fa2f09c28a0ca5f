#include "common/client/signers.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"

namespace rogatoria::client {
namespace {

constexpr size_t kMaxCertificateBytes = 64 * 1024;

absl::StatusOr<std::optional<Certificate>> CertificateOf(const KeyFiles& files) {
  std::optional<Certificate> certificate;
  if (files.certificate.empty()) return certificate;
  ROG_ASSIGN_OR_RETURN(const Bytes pem, ReadFile(files.certificate, kMaxCertificateBytes));
  ROG_ASSIGN_OR_RETURN(certificate, Certificate::FromPem(pem));
  return certificate;
}

}  // namespace

absl::StatusOr<CmsSigner> OpenSigner(const SigningKey& key, const PinSource& ask_pin) {
  if (!key.token.has_value()) {
    ROG_ASSIGN_OR_RETURN(KeyPair pair, LoadKeyPair(key.files));
    return CmsSigner::FromKey(std::move(pair.key), std::move(pair.certificate));
  }
  ROG_ASSIGN_OR_RETURN(auto certificate, CertificateOf(key.files));
  return OpenTokenSigner(*key.token, std::move(certificate), ask_pin);
}

SigningDesk::SigningDesk(std::optional<SigningKey> user,
                         std::optional<SigningKey> seal,
                         Signers given)
    : ask_pin_(std::move(given.ask_pin)),
      user_{std::move(user), std::move(given.user)},
      seal_{std::move(seal), std::move(given.seal)} {}

bool SigningDesk::Has(const Place& place) const {
  return place.open.has_value() || place.key.has_value();
}

absl::StatusOr<CmsSigner> SigningDesk::Open(Place& place) {
  if (place.open.has_value()) return *place.open;
  ROG_ASSIGN_OR_RETURN(CmsSigner opened, OpenSigner(*place.key, ask_pin_));
  if (place.key->token.has_value()) place.open = opened;
  return opened;
}

absl::StatusOr<CmsSigner> SigningDesk::For(v1::ChannelClass channel_class) {
  const absl::MutexLock lock(&mutex_);
  if (channel_class != v1::CHANNEL_CLASS_FORMAL && Has(seal_)) return Open(seal_);
  if (Has(user_)) return Open(user_);
  return Explained(Error(Reason::SIGNING_KEY_MISSING).Field("user"), Sentence::USER_KEY_OR_PREPARE);
}

absl::StatusOr<CmsSigner> SigningDesk::OpenOther(const SigningKey& key) const {
  return OpenSigner(key, ask_pin_);
}

absl::StatusOr<std::optional<CmsSigner>> SigningDesk::Seal() {
  const absl::MutexLock lock(&mutex_);
  std::optional<CmsSigner> seal;
  if (!Has(seal_)) return seal;
  ROG_ASSIGN_OR_RETURN(seal, Open(seal_));
  return seal;
}

}  // namespace rogatoria::client
