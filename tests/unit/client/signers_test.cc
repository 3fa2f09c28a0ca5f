// Goal: what signs for an office may be a program's own (a card reader, a signature service) or a
// token; and an act waits for a key that is not there now.
#include "common/client/signers.h"

#include <fstream>

#include <gtest/gtest.h>

#include "common/client/office.h"
#include "common/crypto/digest_signature.h"
#include "tests/support/soft_token.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::client {
namespace {

constexpr char kPin[] = "472913";

class SignersTest : public testing::Test {
 protected:
  SignersTest() : hub_(offices_) {}

  // A card reader: counts what it is asked for.
  CmsSigner Card(const KeyPair& pair) {
    return *CmsSigner::FromCallback(pair.certificate, [this, pair](const DigestToSign& order) {
      ++asked_;
      return SignDigest(pair.key, order.hash, order.digest);
    });
  }
  // Who signed the last act that the hub got.
  Certificate LastSigner() {
    const v1::Act act = hub_.submitted().back().act();
    return OpenAct(act, {offices_.co().sealing}, offices_.signers(), SystemClock().Now())->signer;
  }
  OfficeProfile Without(bool user, bool seal) {
    OfficeProfile profile = hub_.ProfileOf(offices_.pt());
    if (user) profile.user.reset();
    if (seal) profile.seal.reset();
    return profile;
  }

  TestOffices offices_;
  FakeHub hub_;
  int asked_ = 0;
};

TEST_F(SignersTest, AProgramsSignerTakesTheProfilesPlace) {
  const auto office =
      Office::Open(hub_.ProfileOf(offices_.pt()), {.user = Card(offices_.pt().user)});
  ASSERT_THAT(office, IsOk());
  ASSERT_THAT((*office)->Send(offices_.Request()), IsOk());
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(LastSigner(), offices_.pt().user.certificate);
}

TEST_F(SignersTest, AProfileWithoutKeysIsEnoughWithThem) {
  const auto office = Office::Open(
      Without(true, true), {.user = Card(offices_.pt().user), .seal = Card(offices_.pt().seal)});
  ASSERT_THAT(office, IsOk());
  ActDraft informal = offices_.Request();
  informal.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  (*office)
      ->Send(informal)
      .status()
      .IgnoreError();  // this hub's receipts name the user, whoever signed
  EXPECT_EQ(LastSigner(), offices_.pt().seal.certificate);
  ASSERT_THAT((*office)->Send(offices_.Request()), IsOk());
  EXPECT_EQ(LastSigner(), offices_.pt().user.certificate);
  EXPECT_EQ(asked_, 2);
}

TEST_F(SignersTest, WhatACardRefusesIsNotSent) {
  const auto refused = CmsSigner::FromCallback(
      offices_.pt().user.certificate, [](const DigestToSign&) -> absl::StatusOr<Bytes> {
        return Error(Reason::TOKEN_NOT_PRESENT).Field("reader");
      });
  const auto office = Office::Open(hub_.ProfileOf(offices_.pt()), {.user = *refused});
  EXPECT_THAT((*office)->Send(offices_.Request()), HasReason(Reason::TOKEN_NOT_PRESENT));
  EXPECT_TRUE(hub_.submitted().empty());
}

class TokenOfficeTest : public SignersTest {
 protected:
  TokenOfficeTest() {
    static const SoftToken& token = *new SoftToken("Sala 7", kPin);
    token.Import(offices_.pt().user.key, offices_.pt().user.certificate.serial(), "01");
    std::ofstream(pin_file_) << kPin << "\n";
    std::filesystem::permissions(pin_file_, static_cast<std::filesystem::perms>(0600));
    profile_ = hub_.ProfileOf(offices_.pt());
    profile_.user = SigningKey{{profile_.user->files.certificate, ""},
                               TokenKey{kSoftTokenModule,
                                        token.label(),
                                        offices_.pt().user.certificate.serial(),
                                        "",
                                        pin_file_,
                                        "user"}};
  }

  TemporaryFolder folder_;
  const std::string pin_file_ = folder_ / "pin";
  OfficeProfile profile_;
};

TEST_F(TokenOfficeTest, SendsAFormalActThatATokenSigned) {
  const auto office = Office::Open(profile_);
  ASSERT_THAT(office, IsOk());
  ASSERT_THAT((*office)->Send(offices_.Request()), IsOk());
  EXPECT_EQ(LastSigner(), offices_.pt().user.certificate);
}

// What has to be signed anew is not set aside because a card is not in its reader today.
TEST_F(TokenOfficeTest, AnActWaitsForItsToken) {
  const PreparedAct act = offices_.Signed(offices_.Request());
  v1::SubmitActRequest request;
  request.set_request_id(act.request_id);
  *request.mutable_act() = act.act;
  ASSERT_THAT((*Outbox::Open(profile_.state))->Put(request), IsOk());
  hub_.set_answer([this, refused = std::make_shared<int>(0)](
                      const v1::SubmitActRequest& sent) -> absl::StatusOr<v1::SubmitActResponse> {
    if (++*refused <= 2) return Error(Reason::ROUTE_CHANGED).ToStatus();
    return hub_.Honest(sent);
  });
  OfficeProfile away = profile_;
  away.user->token->token = "Sala 8";
  {
    const auto office = Office::Open(away);
    const auto flushed = (*office)->Flush();
    ASSERT_THAT(flushed, IsOk());
    EXPECT_THAT(flushed->at(0).status, HasReason(Reason::TOKEN_NOT_PRESENT));
    EXPECT_TRUE(flushed->at(0).in_outbox);
  }
  const auto office = Office::Open(profile_);
  const auto flushed = (*office)->Flush();
  ASSERT_THAT(flushed, IsOk());
  EXPECT_THAT(flushed->at(0).status, IsOk());
  EXPECT_TRUE(flushed->at(0).signed_again);
  EXPECT_FALSE(flushed->at(0).in_outbox);
}

}  // namespace
}  // namespace rogatoria::client
