// Goal: an identity part opens with the shares of both groups and with nothing less, is what the
// header binds, and no error on the way names anybody.
#include "common/client/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/client/composer.h"
#include "common/client/opener.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"
#include "common/model/canonical.h"
#include "common/model/header.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kName[] = "Invented Person";

class IdentityTest : public testing::Test {
 protected:
  IdentityTest()
      : first_(offices_.Issue(CertificateProfile::kSealing, "co-fgn first")),
        second_(offices_.Issue(CertificateProfile::kSealing, "co-fgn second")),
        routes_(offices_.RouteTo(offices_.co())) {
    AddCustodian(v1::SEALING_PURPOSE_FIRST_CUSTODIAN, first_);
    AddCustodian(v1::SEALING_PURPOSE_SECOND_CUSTODIAN, second_);
    draft_ = offices_.Request();
    content::v1::IdentityRecord& record = *draft_.identity.add_records();
    record.set_pseudonym("VIC-0001");
    record.set_name(kName);
  }

  v1::Route& route() { return *routes_.mutable_routes(0); }
  void AddCustodian(v1::SealingPurpose purpose, const KeyPair& custodian) {
    v1::SealingCertificate& sealing = *route().add_custodian_certificates();
    sealing.set_purpose(purpose);
    sealing.set_certificate(custodian.certificate.ToDer());
  }
  absl::StatusOr<PreparedAct> TryToPrepare() {
    SystemClock clock;
    SystemRandom random;
    return Prepare(offices_.pt().profile,
                   draft_,
                   {routes_, 0, v1::CASE_TYPE_UNSPECIFIED},
                   {offices_.pt().sealing},
                   clock,
                   random);
  }
  PreparedAct Prepared() { return *TryToPrepare(); }
  CustodianShare Share(const PreparedAct& prepared, int index) {
    return OpenShare(prepared.act.identity_shares(index), index == 0 ? first_ : second_).value();
  }
  absl::StatusOr<content::v1::IdentityPart> Open(const PreparedAct& prepared) {
    return OpenIdentityPart(prepared.act, Share(prepared, 0), Share(prepared, 1));
  }
  // The same act around another part, properly bound by its header.
  static void Put(const Bytes& part, const Bytes& hmac, PreparedAct& prepared) {
    prepared.act.set_identity_part(part);
    prepared.header.mutable_identity_part()->set_sealed_sha256(Sha256(part));
    prepared.header.mutable_identity_part()->set_sealed_size(part.size());
    if (!hmac.empty()) prepared.header.mutable_identity_part()->set_clear_hmac_sha256(hmac);
    prepared.act.set_header(ToSignedBytes(kHeaderFirstLine, prepared.header));
  }
  static Bytes KeyOf(const CustodianShare& one, const CustodianShare& other) {
    Bytes key(one.secret.RevealForUse());
    for (size_t i = 0; i < key.size(); ++i) {
      key[i] = static_cast<char>(key[i] ^ other.secret.RevealForUse()[i]);
    }
    return key;
  }

  TestOffices offices_;
  KeyPair first_, second_;
  v1::ResolveRecipientsResponse routes_;
  ActDraft draft_;
};

TEST_F(IdentityTest, BothSharesOpenItInEitherOrder) {
  const PreparedAct prepared = Prepared();
  const auto part = Open(prepared);
  ASSERT_THAT(part, IsOk());
  ASSERT_EQ(part->records_size(), 1);
  EXPECT_EQ(part->records(0).name(), kName);
  EXPECT_EQ(part->act_id(), prepared.header.act_id());
  EXPECT_THAT(OpenIdentityPart(prepared.act, Share(prepared, 1), Share(prepared, 0)), IsOk());
}

TEST_F(IdentityTest, WhoReadsTheActDoesNotReadIt) {
  PreparedAct prepared = Prepared();
  ASSERT_THAT(Sign(prepared, offices_.pt().user), IsOk());
  EXPECT_FALSE(absl::StrContains(prepared.act.SerializeAsString(), kName));
  const auto opened =
      OpenAct(prepared.act, {offices_.co().sealing}, offices_.signers(), SystemClock().Now());
  ASSERT_THAT(opened, IsOk());
  EXPECT_FALSE(absl::StrContains(opened->content.SerializeAsString(), kName));
  for (const v1::IdentityShare& share : prepared.act.identity_shares()) {
    EXPECT_THAT(OpenShare(share, offices_.co().sealing), HasReason(Reason::SEAL_NOT_RECIPIENT));
  }
  EXPECT_THAT(OpenShare(prepared.act.identity_shares(1), first_),
              HasReason(Reason::SEAL_NOT_RECIPIENT));
}

TEST_F(IdentityTest, EachOfAGroupOpensTheGroupsShare) {
  const KeyPair deputy = offices_.Issue(CertificateProfile::kSealing, "co-fgn first, deputy");
  AddCustodian(v1::SEALING_PURPOSE_FIRST_CUSTODIAN, deputy);
  const PreparedAct prepared = Prepared();
  const auto by_deputy = OpenShare(prepared.act.identity_shares(0), deputy);
  ASSERT_THAT(by_deputy, IsOk());
  EXPECT_THAT(OpenIdentityPart(prepared.act, *by_deputy, Share(prepared, 1)), IsOk());
}

TEST_F(IdentityTest, OneCustodianTwiceIsNotTwo) {
  const PreparedAct prepared = Prepared();
  EXPECT_THAT(OpenIdentityPart(prepared.act, Share(prepared, 0), Share(prepared, 0)),
              HasReason(Reason::CUSTODIAN_TWICE));
  CustodianShare pretended = Share(prepared, 0);
  pretended.group = v1::CUSTODIAN_GROUP_SECOND;
  EXPECT_THAT(OpenIdentityPart(prepared.act, Share(prepared, 0), pretended),
              HasReason(Reason::SEAL_BROKEN));
}

TEST_F(IdentityTest, SharesOfAnotherActDoNotOpenIt) {
  const PreparedAct one = Prepared();
  const PreparedAct other = Prepared();
  EXPECT_THAT(OpenIdentityPart(one.act, Share(one, 0), Share(other, 1)),
              HasReason(Reason::SEAL_BROKEN));
}

TEST_F(IdentityTest, APartThatIsNotTheHeadersIsRefused) {
  const PreparedAct good = Prepared();
  PreparedAct other = Prepared();
  other.act.set_identity_part(good.act.identity_part());
  EXPECT_THAT(Open(other), HasReason(Reason::IDENTITY_PART_MISMATCH));
  PreparedAct without = good;
  without.header.clear_identity_part();
  without.act.set_header(ToSignedBytes(kHeaderFirstLine, without.header));
  EXPECT_THAT(Open(without), HasReason(Reason::IDENTITY_PART_ABSENT));
}

// The header binds what was sealed, too: whoever sealed something else under the same key is found.
TEST_F(IdentityTest, TheSaltedDigestAndTheActIdAreHeldAgainstWhatWasSealed) {
  PreparedAct prepared = Prepared();
  const Bytes key = KeyOf(Share(prepared, 0), Share(prepared, 1));
  content::v1::SealedIdentity sealed;
  ASSERT_TRUE(
      sealed.ParseFromString(OpenSegment(SecretBytes(key), prepared.act.identity_part()).value()));
  content::v1::IdentityPart part;
  ASSERT_TRUE(part.ParseFromString(sealed.identity_part()));
  part.mutable_records(0)->set_name("Somebody Else");
  sealed.set_identity_part(part.SerializeAsString());
  const auto seal = [&] {
    return SealSegment(SecretBytes(key), sealed.SerializeAsString()).value();
  };
  Put(seal(), "", prepared);
  EXPECT_THAT(Open(prepared), HasReason(Reason::IDENTITY_PART_MISMATCH));
  Put(seal(), HmacSha256(sealed.salt(), sealed.identity_part()), prepared);
  EXPECT_THAT(Open(prepared), IsOk());
  part.set_act_id("pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  sealed.set_identity_part(part.SerializeAsString());
  Put(seal(), HmacSha256(sealed.salt(), sealed.identity_part()), prepared);
  EXPECT_THAT(Open(prepared), HasReason(Reason::IDENTITY_PART_MISMATCH));
  sealed.set_salt("short");
  Put(seal(), HmacSha256(sealed.salt(), sealed.identity_part()), prepared);
  EXPECT_THAT(Open(prepared), HasReason(Reason::IDENTITY_PART_MISMATCH));
}

TEST_F(IdentityTest, WithoutTwoGroupsNothingIsSealed) {
  const auto missing = [this] {
    const auto prepared = TryToPrepare();
    EXPECT_THAT(prepared, HasReason(Reason::CUSTODIANS_MISSING));
    const auto details = GetErrorDetails(prepared.status());
    EXPECT_EQ(details.has_value() ? details->field : "", "co-fgn");
  };
  route().mutable_custodian_certificates()->RemoveLast();
  missing();
  AddCustodian(v1::SEALING_PURPOSE_FIRST_CUSTODIAN, second_);
  missing();
  route().clear_custodian_certificates();
  missing();
  draft_.identity.clear_records();
  EXPECT_THAT(TryToPrepare(), IsOk()) << "an act without the part needs none";
}

// The hub's directory refuses it; a hub that hands it out all the same is not believed.
TEST_F(IdentityTest, OneCertificateForBothGroupsOrForTheDeskIsNotTwo) {
  route().clear_custodian_certificates();
  AddCustodian(v1::SEALING_PURPOSE_FIRST_CUSTODIAN, first_);
  AddCustodian(v1::SEALING_PURPOSE_SECOND_CUSTODIAN, first_);
  EXPECT_THAT(TryToPrepare(), HasReason(Reason::CUSTODIANS_MISSING));
  route().clear_custodian_certificates();
  AddCustodian(v1::SEALING_PURPOSE_FIRST_CUSTODIAN, first_);
  AddCustodian(v1::SEALING_PURPOSE_SECOND_CUSTODIAN, offices_.co().sealing);
  EXPECT_THAT(TryToPrepare(), HasReason(Reason::CUSTODIANS_MISSING));
}

TEST_F(IdentityTest, ForOneRecipientOnly) {
  *routes_.add_routes() = route();
  routes_.mutable_routes(1)->mutable_authority()->set_id("br-mpf");
  draft_.kind = v1::ACT_KIND_SPONTANEOUS_INFORMATION;
  draft_.measures.clear();
  const auto prepared = TryToPrepare();
  ASSERT_THAT(prepared, HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(GetErrorDetails(prepared.status())->field, "identity_part");
}

TEST_F(IdentityTest, FaultsOfARecordAreNamedWithoutThePerson) {
  const auto field = [this](Reason reason) {
    const auto prepared = TryToPrepare();
    EXPECT_THAT(prepared, HasReason(reason));
    EXPECT_THAT(prepared.status().ToString(), Not(HasSubstr(kName)));
    const auto details = GetErrorDetails(prepared.status());
    return details.has_value() ? details->field : "";
  };
  draft_.identity.add_records()->set_name(kName);
  EXPECT_EQ(field(Reason::FIELD_REQUIRED), "identity[1].pseudonym");
  draft_.identity.mutable_records(1)->set_pseudonym("VIC-0002");
  draft_.identity.mutable_records(1)->clear_name();
  EXPECT_EQ(field(Reason::FIELD_REQUIRED), "identity[1].name");
  draft_.identity.mutable_records(1)->set_name(
      absl::StrCat(kName, std::string(limits::kMaxIdentityPartBytes, 'x')));
  EXPECT_EQ(field(Reason::LIMIT_EXCEEDED), "identity");
}

}  // namespace
}  // namespace rogatoria::client
