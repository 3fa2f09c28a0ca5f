// Keys in a token, with SoftHSM2 in the place of a card; what SoftHSM2 never answers (a locked PIN,
// a card taken out) by its functions with one of them replaced.
#include "common/token/token_signer.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/cms_signature.h"
#include "common/token/cryptoki.h"
#include "common/token/token_session.h"
#include "tests/support/soft_token.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

namespace rogatoria {
namespace {

constexpr char kPin[] = "472913";
constexpr absl::string_view kMessage = "rogatoria-act-header v1\nbytes";

int logins = 0;         // calls of C_Login through Replaced
CK_RV next_answer = 0;  // of what is replaced
CK_FUNCTION_LIST* real = nullptr;

CK_RV CountLogin(CK_SESSION_HANDLE session, CK_USER_TYPE who, unsigned char* pin, CK_ULONG size) {
  ++logins;
  return real->C_Login(session, who, pin, size);
}
CK_RV RefuseLogin(CK_SESSION_HANDLE, CK_USER_TYPE, unsigned char*, CK_ULONG) {
  ++logins;
  return next_answer;
}
CK_RV LastTry(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  const CK_RV answer = real->C_GetTokenInfo(slot, info);
  info->flags |= CKF_USER_PIN_FINAL_TRY;
  return answer;
}
CK_RV FailOnce(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  if (next_answer == CKR_OK) return real->C_SignInit(session, mechanism, key);
  const CK_RV answer = next_answer;
  next_answer = CKR_OK;
  return answer;
}

class TokenSignerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    token_ = new SoftToken("Sala 3", kPin);
    pki_folder_ = new TemporaryFolder();
    pki_ = new TestPki(pki_folder_->path());
    for (const KeyAlgorithm algorithm :
         {KeyAlgorithm::kP256, KeyAlgorithm::kP384, KeyAlgorithm::kRsa}) {
      const PrivateKey key = PrivateKey::Generate(algorithm).value();
      const std::string name(KeyAlgorithmName(algorithm));
      token_->Import(key, name, absl::StrCat("0", static_cast<int>(algorithm)));
      certificates_.push_back(Certify(key, name));
    }
    real = &cryptoki::LoadModule(kSoftTokenModule).value()->functions();
  }
  static Certificate Certify(const PrivateKey& key, const std::string& name) {
    CertificateRequest request;
    request.profile = CertificateProfile::kSigning;
    request.common_name = name;
    request.not_before = SystemClock().Now() + -absl::Hours(1);
    request.not_after = SystemClock().Now() + absl::Hours(1);
    return pki_->authority(TestPki::Ca::kSigners).Issue(key.PublicKeyDer(), request).value();
  }

  TokenSignerTest() : replaced_(*real), module_(replaced_) { logins = 0; }

  TokenKey Key(const std::string& label = "P-256") const {
    return {kSoftTokenModule, token_->label(), label, "", "", "user"};
  }
  PinSource Enter(const std::string& pin) {
    return [this, pin](const PinRequest& request) -> absl::StatusOr<SecretBytes> {
      requests_.push_back(request);
      return SecretBytes(pin);
    };
  }
  std::string PinFile(const std::string& pin, int mode = 0600) const {
    const std::string path = folder_ / "pin";
    std::ofstream(path) << pin << "\n";
    std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
    return path;
  }
  absl::StatusOr<Bytes> Sign(const TokenKey& key,
                             PinSource ask,
                             const Certificate& certificate = certificates_[0]) {
    ROG_ASSIGN_OR_RETURN(const CmsSigner signer,
                         OpenTokenSigner(module_, key, certificate, std::move(ask)));
    return signer.SignDetached(kMessage);
  }
  static std::string FieldOf(const absl::Status& status) { return GetErrorDetails(status)->field; }

  static inline SoftToken* token_ = nullptr;
  static inline TemporaryFolder* pki_folder_ = nullptr;
  static inline TestPki* pki_ = nullptr;
  static inline std::vector<Certificate> certificates_;
  TemporaryFolder folder_;
  CK_FUNCTION_LIST replaced_;
  cryptoki::Module module_;
  std::vector<PinRequest> requests_;
};

TEST_F(TokenSignerTest, SignsWithEachKindOfKey) {
  const auto anchors =
      TrustAnchors::Create({pki_->authority(TestPki::Ca::kSigners).certificate()}).value();
  SignatureVerifier verifier;
  for (const Certificate& certificate : certificates_) {
    const auto signature = Sign(Key(certificate.subject_common_name()), Enter(kPin), certificate);
    ASSERT_THAT(signature, IsOk()) << certificate.subject_common_name();
    const auto signer = verifier.VerifyDetached(*signature, kMessage, anchors, SystemClock().Now());
    ASSERT_THAT(signer, IsOk());
    EXPECT_EQ(*signer, certificate);
  }
}

TEST_F(TokenSignerTest, AsksForThePinOnceAndKeepsTheTokenOpen) {
  replaced_.C_Login = CountLogin;
  const auto signer = OpenTokenSigner(module_, Key(), certificates_[0], Enter(kPin));
  EXPECT_TRUE(requests_.empty()) << "not before something is signed";
  ASSERT_THAT(signer->SignDetached(kMessage), IsOk());
  ASSERT_THAT(signer->SignDetached(kMessage), IsOk());
  EXPECT_EQ(requests_.size(), 1u);
  EXPECT_EQ(requests_[0].token, "Sala 3");
}

TEST_F(TokenSignerTest, FindsTheKeyByItsId) {
  TokenKey key = Key("");
  key.id = Bytes("\x00", 1);
  EXPECT_THAT(Sign(key, Enter(kPin)), IsOk());
  key.id = "\x77";
  const auto none = Sign(key, Enter(kPin));
  EXPECT_THAT(none, HasReason(Reason::TOKEN_KEY_MISSING));
  EXPECT_EQ(FieldOf(none.status()), "user.key_id");
}

TEST_F(TokenSignerTest, AKeyThatIsNotAloneIsNotChosen) {
  const PrivateKey key = PrivateKey::Generate(KeyAlgorithm::kP256).value();
  token_->Import(key, "twice", "21");
  token_->Import(key, "twice", "22");
  const auto signed_by = Sign(Key("twice"), Enter(kPin), Certify(key, "twice"));
  EXPECT_THAT(signed_by, HasReason(Reason::TOKEN_KEY_MISSING));
  EXPECT_EQ(FieldOf(signed_by.status()), "user.key_label");
}

TEST_F(TokenSignerTest, ACertificateOfAnotherKeyIsNoticed) {
  EXPECT_THAT(Sign(Key("P-384"), Enter(kPin), certificates_[0]), HasReason(Reason::SIGNER_FAILED));
}

TEST_F(TokenSignerTest, AMissingTokenNamesThoseThatAreThere) {
  TokenKey key = Key();
  key.token = "Sala 4";
  const auto signed_by = Sign(key, Enter(kPin));
  EXPECT_THAT(signed_by, HasReason(Reason::TOKEN_NOT_PRESENT));
  EXPECT_EQ(FieldOf(signed_by.status()), "user.token");
  EXPECT_EQ(Said::Of(signed_by.status())->In(Language::kSpanish),
            "un dispositivo llamado Sala 4; presentes: Sala 3");
  EXPECT_TRUE(requests_.empty()) << "a PIN is asked for a token that is there";
}

TEST_F(TokenSignerTest, AModuleThatIsNone) {
  for (const std::string& path :
       {folder_ / "none.so", PinFile("no library"), std::string("libc.so.6")}) {
    TokenKey key = Key();
    key.module = path;
    const auto signer = OpenTokenSigner(key, certificates_[0], Enter(kPin));
    EXPECT_THAT(signer, HasReason(Reason::TOKEN_MODULE_UNUSABLE)) << path;
    EXPECT_EQ(FieldOf(signer.status()), "user.pkcs11");
  }
}

TEST_F(TokenSignerTest, APinFromAFile) {
  TokenKey key = Key();
  key.pin_file = PinFile(kPin);
  EXPECT_THAT(Sign(key, nullptr), IsOk());
  key.pin_file = PinFile(kPin, 0640);
  EXPECT_THAT(Sign(key, nullptr), HasReason(Reason::KEY_FILE_UNSAFE));
  key.pin_file = "";
  const auto asked = Sign(key, nullptr);
  EXPECT_THAT(asked, HasReason(Reason::TOKEN_PIN_MISSING));
  EXPECT_EQ(FieldOf(asked.status()), "user.pin_file");
}

TEST_F(TokenSignerTest, AWrongPinOfAFileIsTriedOnce) {
  replaced_.C_Login = CountLogin;
  TokenKey key = Key();
  key.pin_file = PinFile("999111");
  const auto signer = OpenTokenSigner(module_, key, certificates_[0], nullptr);
  for (int i = 0; i < 3; ++i) {
    const auto signature = signer->SignDetached(kMessage);
    EXPECT_THAT(signature, HasReason(Reason::TOKEN_PIN_WRONG));
    EXPECT_EQ(signature.status().ToString().find("999111"), std::string::npos);
  }
  EXPECT_EQ(logins, 1);
  PinFile("");
  EXPECT_THAT(signer->SignDetached(kMessage), HasReason(Reason::TOKEN_PIN_MISSING));
  PinFile("999222");
  EXPECT_THAT(signer->SignDetached(kMessage), HasReason(Reason::TOKEN_PIN_WRONG));
  PinFile("999111");
  EXPECT_THAT(signer->SignDetached(kMessage), HasReason(Reason::TOKEN_PIN_WRONG));
  EXPECT_EQ(logins, 2) << "each once, whatever came between";
  PinFile(kPin);
  EXPECT_THAT(signer->SignDetached(kMessage), IsOk()) << "another one is tried";
  EXPECT_EQ(logins, 3);
}

TEST_F(TokenSignerTest, APersonMayTryAgainAndIsTold) {
  std::string pin = "999111";
  const auto ask = [&](const PinRequest& request) -> absl::StatusOr<SecretBytes> {
    requests_.push_back(request);
    return SecretBytes(pin);
  };
  const auto signer = OpenTokenSigner(module_, Key(), certificates_[0], ask);
  EXPECT_THAT(signer->SignDetached(kMessage), HasReason(Reason::TOKEN_PIN_WRONG));
  pin = kPin;
  EXPECT_THAT(signer->SignDetached(kMessage), IsOk());
  ASSERT_EQ(requests_.size(), 2u);
  EXPECT_FALSE(requests_[0].after_wrong);
  EXPECT_TRUE(requests_[1].after_wrong);
}

TEST_F(TokenSignerTest, TheLastTryIsLeftToAPerson) {
  replaced_.C_GetTokenInfo = LastTry;
  replaced_.C_Login = CountLogin;
  TokenKey key = Key();
  key.pin_file = PinFile(kPin);
  EXPECT_THAT(Sign(key, nullptr), HasReason(Reason::TOKEN_PIN_WRONG));
  EXPECT_EQ(logins, 0);
  EXPECT_THAT(Sign(Key(), Enter(kPin)), IsOk());
  EXPECT_TRUE(requests_.at(0).last_try);
}

TEST_F(TokenSignerTest, EachAnswerOfATokenIsOneOfOurReasons) {
  replaced_.C_Login = RefuseLogin;
  const std::pair<CK_RV, Reason> answers[] = {
      {CKR_PIN_LOCKED, Reason::TOKEN_PIN_LOCKED},
      {CKR_PIN_LEN_RANGE, Reason::TOKEN_PIN_WRONG},
      {CKR_TOKEN_NOT_PRESENT, Reason::TOKEN_NOT_PRESENT},
      {CKR_DEVICE_REMOVED, Reason::TOKEN_NOT_PRESENT},
      {CKR_PIN_EXPIRED, Reason::TOKEN_FAILED},
      {CKR_DEVICE_ERROR, Reason::TOKEN_FAILED},
      {0x80000123, Reason::TOKEN_FAILED},
  };
  for (const auto& [answer, reason] : answers) {
    next_answer = answer;
    EXPECT_THAT(Sign(Key(), Enter(kPin)), HasReason(reason)) << answer;
  }
  next_answer = 0x80000123;
  EXPECT_EQ(Said::Of(Sign(Key(), Enter(kPin)).status())->In(Language::kEnglish),
            "the token said CKR 0x80000123 to C_Login");
  next_answer = CKR_OK;
}

TEST_F(TokenSignerTest, ACardThatWasTakenOutAndPutInAgainSigns) {
  replaced_.C_SignInit = FailOnce;
  const auto signer = OpenTokenSigner(module_, Key(), certificates_[0], Enter(kPin));
  next_answer = CKR_OK;
  ASSERT_THAT(signer->SignDetached(kMessage), IsOk());
  next_answer = CKR_DEVICE_REMOVED;
  EXPECT_THAT(signer->SignDetached(kMessage), IsOk());
  EXPECT_EQ(requests_.size(), 2u) << "the PIN is asked for again";
}

// A person is not asked twice, and nobody else's session ends.
TEST_F(TokenSignerTest, AKeyThatIsNotThereIsNotLookedForAgain) {
  const auto signer = OpenTokenSigner(Key("none"), certificates_[0], Enter(kPin));
  EXPECT_THAT(signer->SignDetached(kMessage), HasReason(Reason::TOKEN_KEY_MISSING));
  EXPECT_EQ(requests_.size(), 1u);
}

// SoftHSM2 looks for tokens when it is initialised, and never again.
TEST_F(TokenSignerTest, ATokenThatWentAndCameBackIsFoundByAModuleThatLooksOnce) {
  const std::string pin_file = PinFile(kPin);
  TokenKey key = Key();
  key.pin_file = pin_file;
  const auto signer = OpenTokenSigner(key, certificates_[0], {});
  TokenKey other_key = Key("P-384");
  other_key.pin_file = pin_file;
  const auto other = OpenTokenSigner(other_key, certificates_[1], {});
  ASSERT_THAT(signer->SignDetached(kMessage), IsOk());
  ASSERT_THAT(other->SignDetached(kMessage), IsOk());
  for (const bool whole : {false, true}) {  // with the folder, the module cannot be initialised
    token_->TakeOut(whole);
    EXPECT_FALSE(signer->SignDetached(kMessage).ok());
    token_->PutIn();
    absl::SleepFor(absl::Seconds(1));
    EXPECT_THAT(other->SignDetached(kMessage), IsOk());
    EXPECT_THAT(signer->SignDetached(kMessage), IsOk());
    EXPECT_THAT(other->SignDetached(kMessage), IsOk());
    absl::SleepFor(absl::Seconds(1));
  }
}

// A key pair that asks for the PIN before each signature, made inside the token; its public key.
Bytes MakeQualifiedKey(Bytes label, Bytes pin) {
  CK_SLOT_ID slots[8];
  CK_ULONG count = 8;
  CK_SESSION_HANDLE session = 0;
  CK_OBJECT_HANDLE open_key = 0, secret_key = 0;
  CK_BBOOL yes = CK_TRUE;
  Bytes curve("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10);  // P-256
  CK_ATTRIBUTE of_public[] = {{CKA_EC_PARAMS, curve.data(), curve.size()}};
  CK_ATTRIBUTE of_private[] = {{CKA_TOKEN, &yes, sizeof yes},
                               {CKA_PRIVATE, &yes, sizeof yes},
                               {CKA_SENSITIVE, &yes, sizeof yes},
                               {CKA_SIGN, &yes, sizeof yes},
                               {CKA_ALWAYS_AUTHENTICATE, &yes, sizeof yes},
                               {CKA_LABEL, label.data(), label.size()}};
  CK_MECHANISM make{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
  Bytes point(67, '\0');
  CK_ATTRIBUTE wanted{CKA_EC_POINT, point.data(), point.size()};
  EXPECT_EQ(real->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
  EXPECT_EQ(real->C_OpenSession(
                slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session),
            CKR_OK);
  EXPECT_EQ(
      real->C_Login(session, CKU_USER, reinterpret_cast<unsigned char*>(pin.data()), pin.size()),
      CKR_OK);
  EXPECT_EQ(
      real->C_GenerateKeyPair(
          session, &make, of_public, 1, of_private, std::size(of_private), &open_key, &secret_key),
      CKR_OK);
  EXPECT_EQ(real->C_GetAttributeValue(session, open_key, &wanted, 1), CKR_OK);
  real->C_CloseSession(session);
  // An OCTET STRING around the point; SubjectPublicKeyInfo wants it in a BIT STRING.
  return *FromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + point.substr(2);
}

TEST_F(TokenSignerTest, AKeyForQualifiedSignaturesAsksForThePinEachTime) {
  CertificateRequest request;
  request.profile = CertificateProfile::kSigning;
  request.common_name = "qualified";
  request.not_before = SystemClock().Now() + -absl::Hours(1);
  request.not_after = SystemClock().Now() + absl::Hours(1);
  const auto certificate =
      pki_->authority(TestPki::Ca::kSigners).Issue(MakeQualifiedKey("qualified", kPin), request);
  ASSERT_THAT(certificate, IsOk());
  const auto signer = OpenTokenSigner(module_, Key("qualified"), *certificate, Enter(kPin));
  ASSERT_THAT(signer->SignDetached(kMessage), IsOk());
  EXPECT_EQ(requests_.size(), 2u) << "to log in, and to sign";
  ASSERT_THAT(signer->SignDetached(kMessage), IsOk());
  EXPECT_EQ(requests_.size(), 3u);
}

TEST_F(TokenSignerTest, WithoutACertificateTheTokenIsAskedForIt) {
  const auto signer = OpenTokenSigner(module_, Key(), std::nullopt, Enter(kPin));
  EXPECT_THAT(signer, HasReason(Reason::TOKEN_KEY_MISSING));
  EXPECT_EQ(FieldOf(signer.status()), "user.certificate");

  CK_SLOT_ID slots[8];
  CK_ULONG count = 8;
  ASSERT_EQ(real->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
  CK_SESSION_HANDLE session = 0;
  ASSERT_EQ(real->C_OpenSession(
                slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session),
            CKR_OK);
  Bytes pin = kPin, label = "P-256", der = certificates_[0].ToDer(), subject = "\x30";
  const CK_RV logged_in =
      real->C_Login(session, CKU_USER, reinterpret_cast<unsigned char*>(pin.data()), pin.size());
  ASSERT_TRUE(logged_in == CKR_OK || logged_in == CKR_USER_ALREADY_LOGGED_IN);
  CK_OBJECT_CLASS what = CKO_CERTIFICATE;
  CK_CERTIFICATE_TYPE type = CKC_X_509;
  CK_BBOOL no = CK_FALSE;
  CK_ATTRIBUTE attributes[] = {{CKA_CLASS, &what, sizeof what},
                               {CKA_CERTIFICATE_TYPE, &type, sizeof type},
                               {CKA_PRIVATE, &no, sizeof no},
                               {CKA_LABEL, label.data(), label.size()},
                               {CKA_SUBJECT, subject.data(), subject.size()},
                               {CKA_VALUE, der.data(), der.size()}};
  CK_OBJECT_HANDLE object = 0;
  ASSERT_EQ(real->C_CreateObject(session, attributes, std::size(attributes), &object), CKR_OK);
  const auto found = OpenTokenSigner(module_, Key(), std::nullopt, Enter(kPin));
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->certificate(), certificates_[0]);
  EXPECT_THAT(found->SignDetached(kMessage), IsOk());
  EXPECT_EQ(real->C_DestroyObject(session, object), CKR_OK);
  real->C_CloseSession(session);
}

}  // namespace
}  // namespace rogatoria
