// Who a victim is, told apart from the request and opened by two custodians together, each with an
// act of the own that the sender gets: docs/victims.md. Persons and places are invented.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "common/base/files.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kName[] = "Adriana Inventada";
constexpr char kReasons[] = "To summon the witness.";

class IdentityScenario : public testing::Test {
 protected:
  IdentityScenario() {
    Office& co = stage_.hub().office("co-fgn");
    co.AddCustodian(stage_.hub().pki(), v1::CUSTODIAN_GROUP_FIRST);
    co.AddCustodian(stage_.hub().pki(), v1::CUSTODIAN_GROUP_SECOND);
    stage_.Load("");
  }

  client::ActDraft Request(const std::string& to = "co-fgn") {
    client::ActDraft draft = stage_.Example("request", {to});
    draft.channel_basis.clear();
    content::v1::IdentityRecord& record = *draft.identity.add_records();
    record.set_pseudonym("VIC-0001");
    record.set_name(kName);
    record.set_birth_day("2008-05-17");
    return draft;
  }
  std::string SendAndTake() {
    const std::string id = stage_.Send("pt-pgr", Request());
    stage_.Take("co-fgn");
    return id;
  }
  // A machine of one custodian: without the other's keys, and without those of the desk.
  std::unique_ptr<client::Office> MachineOf(v1::CustodianGroup group) {
    const bool first = group == v1::CUSTODIAN_GROUP_FIRST;
    return stage_.OpenMachine(
        "co-fgn", first ? "first" : "second", [&](client::OfficeProfile& profile) {
          (first ? profile.second_custodian : profile.first_custodian).reset();
          profile.user.reset();
          profile.seal.reset();
        });
  }
  // Colombia's next OPENING, as Portugal takes it; who signed it.
  std::string NextOpening(const std::string& of) {
    const ReceivedAct opening = stage_.Take("pt-pgr");
    EXPECT_EQ(opening.opened.header.kind(), v1::ACT_KIND_OPENING);
    EXPECT_EQ(opening.opened.header.in_reply_to(), of);
    EXPECT_EQ(opening.opened.content.opening().reasons(), kReasons);
    return opening.opened.signer.fingerprint_sha256();
  }
  std::string CustodianAt(size_t index) {
    return stage_.hub().office("co-fgn").custodians[index].user.fingerprint();
  }

  Stage stage_;
};

TEST_F(IdentityScenario, TwoCustodiansOpenWhatTheDeskDoesNotRead) {
  stage_.Send("pt-pgr", Request());
  const ReceivedAct received = stage_.Take("co-fgn");
  const std::string id = received.opened.header.act_id();
  EXPECT_FALSE(absl::StrContains(received.opened.content.DebugString(), kName));
  EXPECT_TRUE(received.delivery.act().identity_shares().empty());
  const auto part = stage_.office("co-fgn").OpenIdentity(id, kReasons);
  ASSERT_THAT(part, IsOk());
  ASSERT_EQ(part->records_size(), 1);
  EXPECT_EQ(part->records(0).name(), kName);
  EXPECT_EQ(part->records(0).birth_day(), "2008-05-17");
  // The sender learns who opened it, and why.
  EXPECT_EQ(NextOpening(id), CustodianAt(0));
  EXPECT_EQ(NextOpening(id), CustodianAt(1));
}

TEST_F(IdentityScenario, CustodiansWhoSitApartOpenItWithoutEachOthersKeys) {
  const std::string id = SendAndTake();
  const auto first = MachineOf(v1::CUSTODIAN_GROUP_FIRST);
  const auto second = MachineOf(v1::CUSTODIAN_GROUP_SECOND);
  const auto share = first->HandOverShare(id, kReasons);
  ASSERT_THAT(share, IsOk());
  EXPECT_EQ(share->group(), v1::CUSTODIAN_GROUP_FIRST);
  const auto part = second->OpenIdentityWith(*share, id, kReasons);
  ASSERT_THAT(part, IsOk());
  EXPECT_EQ(part->records(0).name(), kName);
  // The other way round as well; and what is handed over is for the other custodian only.
  const auto back = second->HandOverShare(id, kReasons);
  ASSERT_THAT(back, IsOk());
  EXPECT_THAT(first->OpenIdentityWith(*back, id, kReasons), IsOk());
  EXPECT_THAT(second->OpenIdentityWith(*back, id, kReasons),
              HasReason(Reason::SIGNING_KEY_MISSING));
  v1::IdentityShare renamed = *back;
  renamed.set_group(v1::CUSTODIAN_GROUP_FIRST);
  EXPECT_THAT(second->OpenIdentityWith(renamed, id, kReasons),
              HasReason(Reason::SEAL_NOT_RECIPIENT));
}

TEST_F(IdentityScenario, OneAloneOpensNothingAndSendsNothing) {
  const std::string id = SendAndTake();
  const auto first = MachineOf(v1::CUSTODIAN_GROUP_FIRST);
  const auto alone = first->OpenIdentity(id, kReasons);
  ASSERT_THAT(alone, HasReason(Reason::SIGNING_KEY_MISSING));
  EXPECT_EQ(GetErrorDetails(alone.status())->field, "custodian.second");
  EXPECT_EQ(stage_.Read("co-fgn", id).act_count(), 1u);
  for (const char* blank : {"", "   ", " \t\n"}) {
    EXPECT_THAT(stage_.office("co-fgn").OpenIdentity(id, blank), HasReason(Reason::FIELD_REQUIRED));
  }
  EXPECT_EQ(stage_.Read("co-fgn", id).act_count(), 1u);
}

// Whoever takes both places opens nothing, and sends nothing that says it was opened.
TEST_F(IdentityScenario, ThePlaceOfTheOtherIsNotTakenByOneOfTheSameGroup) {
  const std::string id = SendAndTake();
  const auto machine = stage_.OpenMachine("co-fgn", "twice", [](client::OfficeProfile& profile) {
    profile.second_custodian = profile.first_custodian;
  });
  EXPECT_THAT(machine->OpenIdentity(id, kReasons), HasReason(Reason::CUSTODIAN_TWICE));
  EXPECT_EQ(stage_.Read("co-fgn", id).act_count(), 1u) << "nothing was sent";
}

// Two people, each with keys of the own, whom the directory has in one group.
TEST_F(IdentityScenario, NorAreTheTwoOfOneGroup) {
  Office& co = stage_.hub().office("co-fgn");
  co.AddCustodian(stage_.hub().pki(), v1::CUSTODIAN_GROUP_FIRST);
  stage_.Load("");
  const std::string id = SendAndTake();
  const auto keys_of = [&](size_t index) {
    const Custodian& custodian = co.custodians[index];
    return client::CustodianKeys{
        client::SigningKey{{custodian.user.certificate_file, custodian.user.key_file}},
        {custodian.sealing.certificate_file, custodian.sealing.key_file}};
  };
  const auto machine = stage_.OpenMachine("co-fgn", "group", [&](client::OfficeProfile& profile) {
    profile.first_custodian = keys_of(0);
    profile.second_custodian = keys_of(2);
  });
  EXPECT_THAT(machine->OpenIdentity(id, kReasons), HasReason(Reason::CUSTODIAN_TWICE));
  EXPECT_EQ(stage_.Read("co-fgn", id).act_count(), 1u) << "nothing was sent";
}

TEST_F(IdentityScenario, WithoutCustodiansNothingIsSent) {
  const auto refused = stage_.TryToSend("pt-pgr", Request("br-mpf"));
  ASSERT_THAT(refused, HasReason(Reason::CUSTODIANS_MISSING));
  EXPECT_EQ(GetErrorDetails(refused.status())->field, "br-mpf");
  client::ActDraft without = Request("br-mpf");
  without.identity.clear_records();
  EXPECT_THAT(stage_.TryToSend("pt-pgr", without), IsOk());
}

TEST_F(IdentityScenario, AnActWithoutAPartHasNothingToOpen) {
  client::ActDraft draft = Request();
  draft.identity.clear_records();
  const std::string id = stage_.Send("pt-pgr", draft);
  EXPECT_THAT(stage_.office("co-fgn").OpenIdentity(id, kReasons),
              HasReason(Reason::IDENTITY_PART_ABSENT));
}

// A group that has lost its keys: the sender tells it to the new custodians, in the same case.
TEST_F(IdentityScenario, AGroupThatLostItsKeysIsToldAnew) {
  const std::string id = SendAndTake();
  Office& co = stage_.hub().office("co-fgn");
  co.custodians[1].group = v1::CUSTODIAN_GROUP_UNSPECIFIED;
  co.AddCustodian(stage_.hub().pki(), v1::CUSTODIAN_GROUP_SECOND);
  stage_.Load("");
  EXPECT_THAT(stage_.office("co-fgn").OpenIdentity(id, kReasons),
              HasReason(Reason::SEAL_NOT_RECIPIENT));
  client::ActDraft again = stage_.Letter(v1::ACT_KIND_FREE_FORM, id, {"co-fgn"});
  again.identity = Request().identity;
  const std::string anew = stage_.Send("pt-pgr", again);
  EXPECT_THAT(stage_.office("co-fgn").OpenIdentity(anew, kReasons), IsOk());
}

}  // namespace
}  // namespace rogatoria
