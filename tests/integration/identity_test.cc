// An identity part over the wire: it comes whole or not at all, travels without its shares, and
// each share is handed out against the OPENING act of its own custodian only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/crypto/seal.h"
#include "common/storage/case_keys.h"
#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr char kName[] = "VIC-0001 is Invented Person";

class IdentityTest : public testing::Test {
 protected:
  IdentityTest()
      : first_(co().AddCustodian(broker_.pki(), v1::CUSTODIAN_GROUP_FIRST)),
        second_(co().AddCustodian(broker_.pki(), v1::CUSTODIAN_GROUP_SECOND)) {
    broker_.LoadDirectory();
  }

  Office& pt() { return broker_.office("pt-pgr"); }
  Office& co() { return broker_.office("co-fgn"); }
  Office& br() { return broker_.office("br-mpf"); }

  // A request from Portugal to Colombia with an identity part, not sent yet.
  v1::SubmitActRequest Compose() {
    auto request = pt().Compose({.identity = kName});
    EXPECT_THAT(request, IsOk());
    return *std::move(request);
  }
  std::string Send() {
    const v1::SubmitActRequest request = Compose();
    EXPECT_THAT(pt().Submit(request), IsOk());
    return pt().ActIdOf(request);
  }
  // An OPENING of this act by who signs it; empty when the hub does not take it.
  std::string Open(const std::string& act_id,
                   const TestIdentity& signer,
                   v1::ChannelClass channel = v1::CHANNEL_CLASS_FORMAL) {
    return Open(co(), act_id, signer, {.to = {"pt-pgr"}, .channel_class = channel});
  }
  std::string Open(Office& office,
                   const std::string& act_id,
                   const TestIdentity& signer,
                   ActPlan plan) {
    plan.kind = v1::ACT_KIND_OPENING;
    if (plan.case_id.empty()) plan.case_id = act_id;
    plan.in_reply_to = act_id;
    plan.measures.clear();
    plan.seen = 1;
    v1::ActHeader header;
    auto request = office.Prepare(plan, &header);
    EXPECT_THAT(request, IsOk());
    if (!request.ok()) return "";
    office.Sign(header, signer, *request);
    EXPECT_THAT(office.Submit(*request), IsOk());
    return office.ActIdOf(*request);
  }
  absl::StatusOr<v1::IdentityShare> Ask(Office& office,
                                        const std::string& act_id,
                                        const std::string& opening_id) {
    v1::GetIdentityShareRequest request;
    request.set_act_id(act_id);
    request.set_opening_act_id(opening_id);
    const auto answer =
        CallStub(*office.exchange, &v1::ExchangeService::Stub::GetIdentityShare, request);
    if (!answer.ok()) return answer.status();
    return answer->share();
  }
  absl::StatusOr<v1::IdentityShare> Ask(const std::string& act_id, const std::string& opening_id) {
    return Ask(co(), act_id, opening_id);
  }
  v1::Act Read(Office& office, const std::string& act_id) {
    v1::GetActRequest request;
    request.set_act_id(act_id);
    const auto answer = CallStub(*office.exchange, &v1::ExchangeService::Stub::GetAct, request);
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? answer->act() : v1::Act();
  }
  // What the hub says to this act, which Portugal signs anew; the field that it names.
  std::string Refused(const v1::SubmitActRequest& request, Reason reason) {
    const auto answer = pt().Submit(request);
    EXPECT_THAT(answer, HasReason(reason));
    const auto details = GetErrorDetails(answer.status());
    return details.has_value() ? details->field : "";
  }
  static SecretBytes OpenedBy(const Custodian& custodian, const v1::IdentityShare& share) {
    auto secret = OpenKek(share.envelope(), custodian.sealing.key, custodian.sealing.certificate);
    EXPECT_THAT(secret, IsOk());
    return secret.ok() ? *std::move(secret) : SecretBytes();
  }

  Broker broker_;
  Custodian& first_;
  Custodian& second_;
};

TEST_F(IdentityTest, EachCustodianGetsTheOwnShareAndBothTogetherOpenThePart) {
  const std::string act_id = Send();
  const auto one = Ask(act_id, Open(act_id, first_.user));
  const auto other = Ask(act_id, Open(act_id, second_.user));
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(other, IsOk());
  EXPECT_EQ(one->group(), v1::CUSTODIAN_GROUP_FIRST);
  EXPECT_EQ(other->group(), v1::CUSTODIAN_GROUP_SECOND);
  const SecretBytes first = OpenedBy(first_, *one);
  const SecretBytes second = OpenedBy(second_, *other);
  std::string key(first.RevealForUse());
  for (size_t i = 0; i < key.size(); ++i) {
    key[i] = static_cast<char>(key[i] ^ second.RevealForUse()[i]);
  }
  const Bytes part = Read(co(), act_id).identity_part();
  EXPECT_EQ(OpenSegment(SecretBytes(key), part).value(), kName);
  EXPECT_FALSE(OpenSegment(first, part).ok());
  EXPECT_FALSE(OpenSegment(second, part).ok());
}

TEST_F(IdentityTest, NeitherDeliveryNorReadingGivesTheShares) {
  // What is waited for comes from memory, what waited from the store.
  v1::Act delivered;
  {
    MailStream waiting(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
    waiting.Credit(1);
    Send();
    delivered = waiting.NextDelivery().act();
    EXPECT_FALSE(delivered.identity_part().empty());
    EXPECT_TRUE(delivered.identity_shares().empty());
  }
  const std::string act_id = Send();
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(2);
  mailbox.NextDelivery();
  delivered = mailbox.NextDelivery().act();
  EXPECT_FALSE(delivered.identity_part().empty());
  EXPECT_TRUE(delivered.identity_shares().empty());
  for (Office* office : {&pt(), &co()}) {
    const v1::Act read = Read(*office, act_id);
    EXPECT_EQ(read.identity_part(), delivered.identity_part());
    EXPECT_TRUE(read.identity_shares().empty());
  }
}

TEST_F(IdentityTest, OneCustodianTwiceGetsTheSameShareTwice) {
  const std::string act_id = Send();
  const auto once = Ask(act_id, Open(act_id, first_.user));
  const auto again = Ask(act_id, Open(act_id, first_.user));
  ASSERT_THAT(once, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(once->SerializeAsString(), again->SerializeAsString());
}

TEST_F(IdentityTest, WhoSignedTheOpeningHasToBeACustodian) {
  const std::string act_id = Send();
  const std::string by_user = Open(act_id, co().user);
  const std::string by_seal = Open(act_id, co().seal, v1::CHANNEL_CLASS_INFORMAL);
  const std::string by_first = Open(act_id, first_.user);
  EXPECT_THAT(Ask(act_id, by_user), HasReason(Reason::NOT_CUSTODIAN));
  EXPECT_THAT(Ask(act_id, by_seal), HasReason(Reason::NOT_CUSTODIAN));
  EXPECT_THAT(Ask(act_id, by_first), IsOk());
  ASSERT_THAT(broker_.SetStanding(v1::STANDING_SUBJECT_USER, "co-fgn/u-2", v1::STANDING_SUSPENDED),
              IsOk());
  EXPECT_THAT(Ask(act_id, by_first), HasReason(Reason::SIGNER_NOT_ACTIVE));
}

// The directory of now counts, not that of the day on which the opening was signed.
TEST_F(IdentityTest, WhoIsNoCustodianAnyMoreGetsNothingAndWhoChangedTheGroupTheOther) {
  const std::string act_id = Send();
  const std::string by_first = Open(act_id, first_.user);
  const std::string by_second = Open(act_id, second_.user);
  first_.group = v1::CUSTODIAN_GROUP_UNSPECIFIED;
  second_.group = v1::CUSTODIAN_GROUP_FIRST;
  broker_.LoadDirectory();
  EXPECT_THAT(Ask(act_id, by_first), HasReason(Reason::NOT_CUSTODIAN));
  EXPECT_EQ(Ask(act_id, by_second)->group(), v1::CUSTODIAN_GROUP_FIRST)
      << "whose envelope this person's key does not open";
}

TEST_F(IdentityTest, TheOpeningHasToAnswerThisActToItsSender) {
  const std::string act_id = Send();
  const std::string other = Send();
  const std::string of_other = Open(other, first_.user);
  EXPECT_THAT(Ask(act_id, of_other), HasReason(Reason::OPENING_NOT_OF_ACT));
  EXPECT_THAT(Ask(act_id, act_id), HasReason(Reason::OPENING_NOT_OF_ACT)) << "no OPENING";
  EXPECT_THAT(Ask(act_id, "co-fgn/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"),
              HasReason(Reason::OPENING_NOT_OF_ACT));
  const std::string by_sender = Open(pt(), act_id, pt().user, {});
  EXPECT_THAT(Ask(act_id, by_sender), HasReason(Reason::OPENING_NOT_OF_ACT));
}

TEST_F(IdentityTest, OnlyTheRecipientOfAnActThatHasAPartAsks) {
  const std::string act_id = Send();
  const std::string opening = Open(act_id, first_.user);
  EXPECT_THAT(Ask(pt(), act_id, opening), HasReason(Reason::IDENTITY_PART_NOT_YOURS));
  EXPECT_THAT(Ask(br(), act_id, opening), HasReason(Reason::ACT_NOT_FOUND));
  EXPECT_THAT(Ask("pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49", opening),
              HasReason(Reason::ACT_NOT_FOUND));
  const auto plain = pt().Compose({});
  ASSERT_THAT(plain, IsOk());
  ASSERT_THAT(pt().Submit(*plain), IsOk());
  const std::string without = pt().ActIdOf(*plain);
  EXPECT_THAT(Ask(without, Open(without, first_.user)), HasReason(Reason::IDENTITY_PART_ABSENT));
}

TEST_F(IdentityTest, EachHandingOutIsInTheRegister) {
  const std::string act_id = Send();
  const std::string opening = Open(act_id, first_.user);
  ASSERT_THAT(Ask(act_id, opening), IsOk());
  EXPECT_THAT(co().Register(),
              Contains(testing::AllOf(HasSubstr("GetIdentityShare"), HasSubstr(act_id))));
}

TEST_F(IdentityTest, AfterErasureThereIsNothingToOpen) {
  const std::string act_id = Send();
  const std::string opening = Open(act_id, first_.user);
  uint64_t key_id = 0;
  broker_.RestartAfter([&](daemon::Core& core) {
    key_id = core.store().OpenSnapshot().value()->GetAct(act_id)->key_id;
  });
  broker_.Stop();
  SystemRandom random;
  EXPECT_THAT(OpenCaseKeyFile(broker_.config().store.case_keys, random).value()->Destroy(key_id),
              IsOk());
  broker_.Restart();
  EXPECT_THAT(Ask(act_id, opening), HasReason(Reason::IDENTITY_PART_ERASED));
}

TEST_F(IdentityTest, ComesWithBothSharesInTheirOrder) {
  v1::SubmitActRequest request = Compose();
  request.mutable_act()->mutable_identity_shares()->SwapElements(0, 1);
  EXPECT_EQ(Refused(request, Reason::IDENTITY_PART_INCOMPLETE), "act.identity_shares");
  request = Compose();
  request.mutable_act()->mutable_identity_shares(1)->set_group(v1::CUSTODIAN_GROUP_FIRST);
  EXPECT_EQ(Refused(request, Reason::IDENTITY_PART_INCOMPLETE), "act.identity_shares");
  request = Compose();
  request.mutable_act()->mutable_identity_shares()->RemoveLast();
  EXPECT_EQ(Refused(request, Reason::IDENTITY_PART_INCOMPLETE), "act.identity_shares");
  request = Compose();
  request.mutable_act()->mutable_identity_shares(1)->set_envelope("no envelope");
  EXPECT_EQ(Refused(request, Reason::SEAL_MALFORMED), "act.identity_shares[1].envelope");
  request = Compose();
  request.mutable_act()->mutable_identity_part()->back() ^= 1;
  EXPECT_EQ(Refused(request, Reason::DIGEST_MISMATCH), "act.identity_part");
}

TEST_F(IdentityTest, SharesAreForTheRecipientsCustodiansOfTheirGroup) {
  Custodian& of_brazil = br().AddCustodian(broker_.pki(), v1::CUSTODIAN_GROUP_SECOND);
  broker_.LoadDirectory();
  const SecretBytes share(std::string(kKekBytes, 's'));
  const auto refused = [&](const std::vector<Certificate>& readers) {
    v1::SubmitActRequest request = Compose();
    request.mutable_act()->mutable_identity_shares(1)->set_envelope(
        SealKek(share, readers).value());
    return Refused(request, Reason::SHARE_NOT_FOR_CUSTODIANS);
  };
  const std::string field = "act.identity_shares[1].envelope";
  EXPECT_EQ(refused({of_brazil.sealing.certificate}), field) << "custodian of another authority";
  EXPECT_EQ(refused({first_.sealing.certificate}), field) << "of the other group";
  EXPECT_EQ(refused({second_.sealing.certificate, co().sealing.certificate}), field)
      << "the desk that reads the act";
}

TEST_F(IdentityTest, ForOneRecipientOnly) {
  ActPlan plan{.kind = v1::ACT_KIND_SPONTANEOUS_INFORMATION,
               .case_type = v1::CASE_TYPE_SPONTANEOUS,
               .to = {"co-fgn", "br-mpf"},
               .measures = {}};
  plan.identity = kName;
  const auto request = pt().Compose(plan);
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(Refused(*request, Reason::FIELD_INVALID), "act.header.identity_part");
}

// The same act again is the same; with other shares it is another.
TEST_F(IdentityTest, ARetryIsAnsweredAsBefore) {
  v1::SubmitActRequest request = Compose();
  const auto once = pt().Submit(request);
  const auto again = pt().Submit(request);
  ASSERT_THAT(once, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(once->receipts(0).content(), again->receipts(0).content());
  request.mutable_act()->mutable_identity_shares(0)->set_envelope(
      SealKek(SecretBytes(std::string(kKekBytes, 's')), {first_.sealing.certificate}).value());
  EXPECT_THAT(pt().Submit(request), HasReason(Reason::ACT_ID_REUSED));
}

}  // namespace
}  // namespace rogatoria
