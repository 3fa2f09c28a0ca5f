#include "common/token/token_session.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/secret_file.h"
#include "common/token/cryptoki.h"

namespace rogatoria {
namespace {

constexpr size_t kMaxAttributeBytes = 16 * 1024;
constexpr size_t kMaxSignatureBytes = 1024;  // RSA of 8192 bits
constexpr CK_ULONG kMaxFound = 16;

// Cryptoki's parameters are mutable pointers; they are not written through.
unsigned char* Mutable(absl::string_view bytes) {
  return reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
}

absl::StatusOr<std::vector<CK_SLOT_ID>> SlotsWithTokens(CK_FUNCTION_LIST& module) {
  std::vector<CK_SLOT_ID> slots;
  CK_RV answer = CKR_BUFFER_TOO_SMALL;
  // A card may be put in between the two calls.
  for (int tries = 0; tries < 3 && answer == CKR_BUFFER_TOO_SMALL; ++tries) {
    CK_ULONG count = 0;
    ROG_RETURN_IF_ERROR(
        cryptoki::ToStatus(module.C_GetSlotList(CK_TRUE, nullptr, &count), "C_GetSlotList"));
    slots.resize(count);
    answer = module.C_GetSlotList(CK_TRUE, slots.data(), &count);
    if (answer == CKR_OK) slots.resize(count);
  }
  ROG_RETURN_IF_ERROR(cryptoki::ToStatus(answer, "C_GetSlotList"));
  return slots;
}

absl::StatusOr<CK_SLOT_ID> FindToken(CK_FUNCTION_LIST& module, const std::string& token) {
  ROG_ASSIGN_OR_RETURN(const std::vector<CK_SLOT_ID> slots, SlotsWithTokens(module));
  std::vector<std::string> present;
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    if (module.C_GetTokenInfo(slot, &info) != CKR_OK) continue;
    const std::string label = cryptoki::Trimmed(info.label);
    if (label == token) return slot;
    if (!label.empty()) present.push_back(label);
  }
  return Explained(Error(Reason::TOKEN_NOT_PRESENT).Field("token"),
                   Sentence::TOKEN_CALLED,
                   token,
                   present.empty() ? "-" : absl::StrJoin(present, ", "));
}

}  // namespace

PinKeeper::PinKeeper(std::string token, std::string pin_file, PinSource ask)
    : token_(std::move(token)), pin_file_(std::move(pin_file)), ask_(std::move(ask)) {}

absl::StatusOr<SecretBytes> PinKeeper::Get(bool last_try) const {
  if (pin_file_.empty()) {
    if (!ask_) return Error(Reason::TOKEN_PIN_MISSING).Field("pin_file");
    return ask_({token_, after_wrong_, last_try});
  }
  if (last_try) {
    return Explained(Error(Reason::TOKEN_PIN_WRONG).Field("pin_file"), Sentence::PIN_ONE_TRY_LEFT);
  }
  const auto file = ReadSecretFile(pin_file_);
  if (absl::IsNotFound(file.status())) return Error(Reason::TOKEN_PIN_MISSING).Field(pin_file_);
  ROG_RETURN_IF_ERROR(file.status());
  SecretBytes pin(absl::StripAsciiWhitespace(file->RevealForUse()));
  if (pin.size() == 0) return Error(Reason::TOKEN_PIN_MISSING).Field(pin_file_);
  if (WasRefused(pin)) {
    return Explained(
        Error(Reason::TOKEN_PIN_WRONG).Field("pin_file"), Sentence::PIN_WAS_REFUSED, pin_file_);
  }
  return pin;
}

bool PinKeeper::WasRefused(const SecretBytes& pin) const {
  return std::any_of(refused_.begin(), refused_.end(), [&](const SecretBytes& one) {
    return one.RevealForUse() == pin.RevealForUse();
  });
}

void PinKeeper::Refused(const SecretBytes& pin) {
  after_wrong_ = true;
  if (!pin_file_.empty()) refused_.push_back(pin.Clone());
}

void PinKeeper::Accepted() {
  after_wrong_ = false;
  refused_.clear();
}

absl::StatusOr<std::unique_ptr<TokenSession>> TokenSession::Open(cryptoki::Module& module,
                                                                 const std::string& token) {
  CK_FUNCTION_LIST& functions = module.functions();
  ROG_ASSIGN_OR_RETURN(const CK_SLOT_ID slot, FindToken(functions, token));
  CK_SESSION_HANDLE session = 0;
  ROG_RETURN_IF_ERROR(cryptoki::ToStatus(
      functions.C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session),
      "C_OpenSession"));
  return std::unique_ptr<TokenSession>(new TokenSession(module, module.time(), slot, session));
}

TokenSession::TokenSession(cryptoki::Module& module,
                           uint64_t time,
                           CK_SLOT_ID slot,
                           CK_SESSION_HANDLE session)
    : owner_(module), module_(module.functions()), time_(time), slot_(slot), session_(session) {
  owner_.Opened();
}

TokenSession::~TokenSession() {
  if (IsOfBefore()) return;
  module_.C_CloseSession(session_);
  owner_.Closed();
}

bool TokenSession::IsOfBefore() const ABSL_NO_THREAD_SAFETY_ANALYSIS {
  return owner_.time() != time_;
}

absl::Status TokenSession::Told(CK_RV answer, absl::string_view call) {
  ended_ = ended_ || cryptoki::EndsSession(answer);
  return cryptoki::ToStatus(answer, call);
}

// Where the reader has its own keys for the PIN, no PIN goes through us.
absl::Status TokenSession::LogIn(CK_USER_TYPE who, PinKeeper& pins) {
  CK_TOKEN_INFO info{};
  ROG_RETURN_IF_ERROR(Told(module_.C_GetTokenInfo(slot_, &info), "C_GetTokenInfo"));
  if (who == CKU_USER && (info.flags & CKF_LOGIN_REQUIRED) == 0) return absl::OkStatus();
  if ((info.flags & CKF_USER_PIN_LOCKED) != 0) return Error(Reason::TOKEN_PIN_LOCKED);
  CK_RV answer = CKR_OK;
  SecretBytes pin;
  if ((info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0) {
    answer = module_.C_Login(session_, who, nullptr, 0);
  } else {
    ROG_ASSIGN_OR_RETURN(pin, pins.Get((info.flags & CKF_USER_PIN_FINAL_TRY) != 0));
    answer = module_.C_Login(session_, who, Mutable(pin.RevealForUse()), pin.size());
  }
  if (answer == CKR_USER_ALREADY_LOGGED_IN) answer = CKR_OK;
  const absl::Status told = Told(answer, "C_Login");
  if (HasReason(told, Reason::TOKEN_PIN_WRONG)) pins.Refused(pin);
  if (told.ok()) pins.Accepted();
  return told;
}

std::vector<CK_OBJECT_HANDLE> TokenSession::Find(CK_OBJECT_CLASS what, const TokenKey& key) {
  std::vector<CK_ATTRIBUTE> wanted{{CKA_CLASS, &what, sizeof what}};
  if (!key.label.empty()) wanted.push_back({CKA_LABEL, Mutable(key.label), key.label.size()});
  if (!key.id.empty()) wanted.push_back({CKA_ID, Mutable(key.id), key.id.size()});
  std::vector<CK_OBJECT_HANDLE> found(kMaxFound);
  CK_ULONG count = 0;
  if (!Told(module_.C_FindObjectsInit(session_, wanted.data(), wanted.size()), "C_FindObjectsInit")
           .ok()) {
    return {};
  }
  const absl::Status told =
      Told(module_.C_FindObjects(session_, found.data(), kMaxFound, &count), "C_FindObjects");
  module_.C_FindObjectsFinal(session_);
  found.resize(told.ok() ? count : 0);
  return found;
}

absl::StatusOr<CK_OBJECT_HANDLE> TokenSession::FindKey(const TokenKey& key) {
  const std::vector<CK_OBJECT_HANDLE> found = Find(CKO_PRIVATE_KEY, key);
  if (found.size() == 1) return found.front();
  return Explained(
      Error(Reason::TOKEN_KEY_MISSING).Field(key.label.empty() ? "key_id" : "key_label"),
      Sentence::ONE_TOKEN_KEY,
      found.size());
}

Bytes TokenSession::ReadAttribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  CK_ATTRIBUTE attribute{type, nullptr, 0};
  if (module_.C_GetAttributeValue(session_, object, &attribute, 1) != CKR_OK ||
      attribute.ulValueLen > kMaxAttributeBytes) {
    return {};
  }
  Bytes value(attribute.ulValueLen, '\0');
  attribute.pValue = value.data();
  if (module_.C_GetAttributeValue(session_, object, &attribute, 1) != CKR_OK) return {};
  value.resize(attribute.ulValueLen);
  return value;
}

absl::StatusOr<Certificate> TokenSession::ReadCertificate(const TokenKey& key) {
  const std::vector<CK_OBJECT_HANDLE> found = Find(CKO_CERTIFICATE, key);
  if (found.size() != 1) {
    return Explained(Error(Reason::TOKEN_KEY_MISSING).Field("certificate"),
                     Sentence::TOKEN_CERTIFICATE);
  }
  return Certificate::FromDer(ReadAttribute(found.front(), CKA_VALUE));
}

// A qualified signature key asks for the PIN for each signature (CKA_ALWAYS_AUTHENTICATE).
absl::StatusOr<Bytes> TokenSession::SignWith(CK_OBJECT_HANDLE key,
                                             const DigestToSign& order,
                                             PinKeeper& pins) {
  const bool is_rsa = order.key == KeyAlgorithm::kRsa;
  const Bytes input = is_rsa ? order.DigestInfo() : order.digest;
  CK_MECHANISM mechanism{
      static_cast<CK_MECHANISM_TYPE>(is_rsa ? CKM_RSA_PKCS : CKM_ECDSA), nullptr, 0};
  ROG_RETURN_IF_ERROR(Told(module_.C_SignInit(session_, &mechanism, key), "C_SignInit"));
  if (ReadAttribute(key, CKA_ALWAYS_AUTHENTICATE) == Bytes(1, CK_TRUE)) {
    ROG_RETURN_IF_ERROR(LogIn(CKU_CONTEXT_SPECIFIC, pins));
  }
  Bytes signature(kMaxSignatureBytes, '\0');
  CK_ULONG size = signature.size();
  ROG_RETURN_IF_ERROR(Told(
      module_.C_Sign(session_, Mutable(input), input.size(), Mutable(signature), &size), "C_Sign"));
  signature.resize(size);
  return signature;
}

absl::StatusOr<Bytes> TokenSession::Sign(const TokenKey& key,
                                         const DigestToSign& order,
                                         PinKeeper& pins,
                                         bool& ended) {
  const auto sign = [&]() -> absl::StatusOr<Bytes> {
    if (!logged_in_) ROG_RETURN_IF_ERROR(LogIn(CKU_USER, pins));
    logged_in_ = true;
    ROG_ASSIGN_OR_RETURN(const CK_OBJECT_HANDLE handle, FindKey(key));
    return SignWith(handle, order, pins);
  };
  auto signature = sign();
  ended = ended_;
  return signature;
}

}  // namespace rogatoria
