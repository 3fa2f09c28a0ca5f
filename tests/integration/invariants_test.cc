// The invariants of the architecture, one named test each, at a whole hub. (Crashes at any instant
// are tests/crash; random faults in the core are tests/simulation.)
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/verify.h"
#include "common/model/act_kind.h"
#include "common/receipt/receipt.h"
#include "tests/integration/broker.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class InvariantsTest : public ::testing::Test {
 protected:
  Office& pt() { return broker_.office("pt-pgr"); }
  Office& co() { return broker_.office("co-fgn"); }
  Office& br() { return broker_.office("br-mpf"); }

  v1::SubmitActRequest ComposeOrDie(const ActPlan& plan = {}) { return pt().Compose(plan).value(); }
  absl::StatusOr<v1::GetActResponse> GetAct(Office& office, const std::string& act_id) {
    v1::GetActRequest request;
    request.set_act_id(act_id);
    return CallStub(*office.exchange, &v1::ExchangeService::Stub::GetAct, request);
  }
  struct SignedHead {
    merkle::Checkpoint checkpoint;
    std::string note;
  };
  SignedHead Head() {
    const auto answer =
        CallStub(*pt().audit, &v1::AuditService::Stub::GetCheckpoint, v1::GetCheckpointRequest())
            .value();
    const auto key = merkle::VerifierKey::Parse(broker_.verifier_key()).value();
    const auto verified = merkle::VerifyCheckpoint(answer.checkpoint(), {&key, 1});
    EXPECT_THAT(verified, IsOk());
    return {verified->checkpoint, answer.checkpoint()};
  }
  void ExpectPrefix(const merkle::Checkpoint& older, const merkle::Checkpoint& newer) {
    v1::GetConsistencyProofRequest request;
    request.set_old_size(older.size);
    request.set_new_size(newer.size);
    const auto proof =
        CallStub(*pt().audit, &v1::AuditService::Stub::GetConsistencyProof, request).value();
    std::vector<merkle::Hash> hashes;
    for (const auto& hash : proof.hashes()) {
      hashes.push_back(merkle::Hash::FromBytes(hash).value());
    }
    EXPECT_THAT(merkle::VerifyConsistency(older.size, newer.size, older.root, newer.root, hashes),
                IsOk());
  }

  Broker broker_;
};

TEST_F(InvariantsTest, AcknowledgedMeansDurable) {
  const auto request = ComposeOrDie();
  const auto sent = pt().Submit(request);
  ASSERT_THAT(sent, IsOk());
  broker_.Restart();
  const auto found = GetAct(pt(), pt().ActIdOf(request));
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->act().SerializeAsString(), request.act().SerializeAsString());
  ASSERT_EQ(found->receipts_size(), sent->receipts_size());
  for (int i = 0; i < sent->receipts_size(); ++i) {
    EXPECT_EQ(found->receipts(i).content(), sent->receipts(i).content());
  }
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(1);
  EXPECT_EQ(mailbox.NextDelivery().act().SerializeAsString(), request.act().SerializeAsString());
}

TEST_F(InvariantsTest, OneTransactionOrNothing) {
  const auto request = ComposeOrDie();
  const v1::GetStatusResponse before = broker_.Status();
  FaultVfs::Get().FailAt(1, FaultVfs::Kind::kFull, true);
  const auto refused = pt().Submit(request);
  EXPECT_THAT(refused, HasReason(Reason::DISK_FULL));
  FaultVfs::Get().Clear();
  const v1::GetStatusResponse after = broker_.Status();
  EXPECT_EQ(after.acts(), before.acts());
  EXPECT_EQ(after.cases(), before.cases());
  EXPECT_EQ(after.open_deliveries(), before.open_deliveries());
  EXPECT_EQ(after.log_size(), before.log_size());
  EXPECT_THAT(GetAct(pt(), pt().ActIdOf(request)), HasReason(Reason::ACT_NOT_FOUND));
}

TEST_F(InvariantsTest, ADiskThatIsFullIsRefusedReadsGoOnAndItResumesByItself) {
  const auto first = ComposeOrDie();
  ASSERT_THAT(pt().Submit(first), IsOk());
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  const auto second = ComposeOrDie();
  FaultVfs::Get().FailAt(1, FaultVfs::Kind::kFull, true);
  const auto refused = pt().Submit(second);
  ASSERT_THAT(refused, HasReason(Reason::DISK_FULL));
  // Reads that leave no leaf, and the mailbox.
  v1::ListReceiptsRequest receipts;
  receipts.set_act_id(pt().ActIdOf(first));
  EXPECT_THAT(CallStub(*pt().audit, &v1::AuditService::Stub::ListReceipts, receipts), IsOk());
  mailbox.Credit(1);
  EXPECT_EQ(mailbox.NextDelivery().position(), 1u);
  FaultVfs::Get().Clear();
  EXPECT_THAT(pt().Submit(second), IsOk());
}

// What is shown is what was recorded as shown (decisions.md 12).
TEST_F(InvariantsTest, AnAuditedReadAnswersOnlyWithItsLeafOnDisk) {
  const auto request = ComposeOrDie();
  ASSERT_THAT(pt().Submit(request), IsOk());
  const v1::GetStatusResponse before = broker_.Status();
  ASSERT_THAT(GetAct(pt(), pt().ActIdOf(request)), IsOk());
  EXPECT_EQ(broker_.Status().log_size(), before.log_size() + 1);
  FaultVfs::Get().FailAt(1, FaultVfs::Kind::kFull, true);
  EXPECT_THAT(GetAct(pt(), pt().ActIdOf(request)), HasReason(Reason::DISK_FULL));
  FaultVfs::Get().Clear();
  EXPECT_EQ(broker_.Status().log_size(), before.log_size() + 1);
  EXPECT_THAT(GetAct(pt(), pt().ActIdOf(request)), IsOk());
}

TEST_F(InvariantsTest, SubmittingTwiceIsSubmittingOnce) {
  const auto request = ComposeOrDie();
  const auto first = pt().Submit(request);
  ASSERT_THAT(first, IsOk());
  const v1::GetStatusResponse before = broker_.Status();
  const auto again = pt().Submit(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  broker_.Restart();
  const auto later = pt().Submit(request);
  ASSERT_THAT(later, IsOk());
  EXPECT_EQ(later->SerializeAsString(), first->SerializeAsString());
  const v1::GetStatusResponse after = broker_.Status();
  EXPECT_EQ(after.acts(), before.acts());
  EXPECT_EQ(after.open_deliveries(), before.open_deliveries());
}

TEST_F(InvariantsTest, DeliveryIsInOrderPerCaseAndPositionsAreStable) {
  const auto opening = ComposeOrDie();
  ASSERT_THAT(pt().Submit(opening), IsOk());
  for (uint64_t seen = 1; seen <= 3; ++seen) {
    ActPlan more{.kind = v1::ACT_KIND_FREE_FORM,
                 .case_id = pt().ActIdOf(opening),
                 .measures = {},
                 .seen = seen};
    ASSERT_THAT(pt().Send(more), IsOk());
  }
  std::vector<uint64_t> case_positions;
  {
    MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
    mailbox.Credit(10);
    for (int i = 0; i < 2; ++i) {
      const auto delivery = mailbox.NextDelivery();
      EXPECT_EQ(delivery.position(), delivery.case_position());
      case_positions.push_back(delivery.case_position());
      EXPECT_FALSE(mailbox.Acknowledge(delivery).has_error());
    }
    // The third is delivered and not acknowledged: the stream is cut.
    EXPECT_EQ(mailbox.NextDelivery().position(), 3u);
  }
  broker_.Restart();
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(10);
  for (int i = 0; i < 2; ++i) {
    const auto delivery = mailbox.NextDelivery();
    case_positions.push_back(delivery.case_position());
    EXPECT_FALSE(mailbox.Acknowledge(delivery).has_error());
  }
  EXPECT_THAT(case_positions, ElementsAre(1, 2, 3, 4));
}

TEST_F(InvariantsTest, ADeadConsumerSlowsNobody) {
  ActPlan to_br;
  to_br.to = {"br-mpf"};
  to_br.clear = Bytes(200'000, 'x');
  MailStream dead(br(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  dead.Credit(256);  // and never reads
  for (int i = 0; i < 40; ++i) ASSERT_THAT(pt().Send(to_br), IsOk());
  ASSERT_THAT(pt().Send({}), IsOk());
  MailStream alive(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  alive.Credit(1);
  const auto delivery = alive.NextDelivery();
  EXPECT_EQ(delivery.position(), 1u);
  EXPECT_FALSE(alive.Acknowledge(delivery).has_error());
  // What it took, it took; the rest goes to another system of its authority.
  MailStream other(br(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  other.Credit(1);
  EXPECT_GT(other.NextDelivery().position(), 1u);
}

TEST_F(InvariantsTest, TheLogOnlyGrows) {
  std::vector<merkle::Checkpoint> heads = {Head().checkpoint};
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(pt().Send({}), IsOk());
    heads.push_back(Head().checkpoint);
  }
  broker_.Restart();
  ASSERT_THAT(pt().Send({}), IsOk());
  heads.push_back(Head().checkpoint);
  for (size_t i = 1; i < heads.size(); ++i) {
    EXPECT_GT(heads[i].size, heads[i - 1].size);
    ExpectPrefix(heads[i - 1], heads[i]);
    ExpectPrefix(heads[0], heads[i]);
  }
}

TEST_F(InvariantsTest, EveryDoorIsWatched) {
  const auto request = ComposeOrDie();
  ASSERT_THAT(pt().Submit(request), IsOk());
  const std::string act_id = pt().ActIdOf(request);
  ASSERT_THAT(GetAct(pt(), act_id), IsOk());
  v1::GetCaseRequest get_case;
  get_case.set_case_id(act_id);
  ASSERT_THAT(CallStub(*pt().exchange, &v1::ExchangeService::Stub::GetCase, get_case), IsOk());
  v1::ListActsRequest list_acts;
  list_acts.set_case_id(act_id);
  ASSERT_THAT(CallStub(*pt().exchange, &v1::ExchangeService::Stub::ListActs, list_acts), IsOk());
  ASSERT_THAT(GetAct(br(), act_id), HasReason(Reason::ACT_NOT_FOUND));
  const auto own = pt().Register();
  for (const char* method : {"GetAct", "GetCase", "ListActs", "ListCases"}) {
    EXPECT_THAT(own,
                Contains(AllOf(HasSubstr(std::string("ExchangeService/") + method),
                               HasSubstr("operation CONSULTATION"))))
        << method;
  }
  EXPECT_THAT(own, Contains(AllOf(HasSubstr(act_id), HasSubstr("A.1"))));
  EXPECT_THAT(br().Register(),
              Contains(AllOf(
                  HasSubstr("operation REFUSAL"), HasSubstr("ACT_NOT_FOUND"), HasSubstr(act_id))));
}

TEST_F(InvariantsTest, AnAuthoritySeesItsOwnRegisterOnly) {
  const auto request = ComposeOrDie();
  ASSERT_THAT(pt().Submit(request), IsOk());
  EXPECT_THAT(br().Register(), Not(Contains(HasSubstr(pt().ActIdOf(request)))));
}

TEST_F(InvariantsTest, EveryEntryOfTheRegisterIsProvenByTheLog) {
  ASSERT_THAT(pt().Send({}), IsOk());
  pt().Register();
  v1::ListEntriesRequest list;
  const auto entries = CallStub(*pt().audit, &v1::AuditService::Stub::ListEntries, list).value();
  const merkle::Checkpoint head = Head().checkpoint;
  ASSERT_GT(entries.entries_size(), 0);
  for (const v1::LogEntry& entry : entries.entries()) {
    v1::GetInclusionProofRequest request;
    request.set_index(entry.index());
    request.set_tree_size(head.size);
    const auto proof =
        CallStub(*pt().audit, &v1::AuditService::Stub::GetInclusionProof, request).value();
    std::vector<merkle::Hash> hashes;
    for (const auto& hash : proof.hashes()) {
      hashes.push_back(merkle::Hash::FromBytes(hash).value());
    }
    EXPECT_THAT(merkle::VerifyInclusion(
                    merkle::LeafHash(entry.leaf()), entry.index(), head.size, hashes, head.root),
                IsOk());
  }
}

TEST_F(InvariantsTest, TheBrokerNeverHoldsContentOrSealedBytesInClear) {
  ActPlan plan;
  plan.clear = "a protected witness is named here";
  const auto request = ComposeOrDie(plan);
  ASSERT_THAT(pt().Submit(request), IsOk());
  broker_.Stop();
  const Bytes sealed = request.act().body().substr(request.act().body().size() / 2, 32);
  size_t files = 0;
  for (const std::string& folder :
       {broker_.config().store.directory, broker_.config().store.tiles}) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
      if (!file.is_regular_file()) continue;
      const Bytes bytes = ReadFile(file.path().string(), size_t{1} << 30).value_or("");
      EXPECT_EQ(bytes.find(plan.clear), Bytes::npos) << file.path();
      EXPECT_EQ(bytes.find(sealed), Bytes::npos) << file.path();
      ++files;
    }
  }
  EXPECT_GT(files, 2u);
}

TEST_F(InvariantsTest, TimeIsInjected) {
  ASSERT_THAT(pt().Send({}), IsOk());
  MailStream slow(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  slow.Credit(1);
  const auto first = slow.NextDelivery();
  EXPECT_EQ(first.attempt(), 1u);
  MailStream other(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  other.Credit(1);
  broker_.clock().Advance(absl::Milliseconds(slow.opened().lease_ms()));
  const auto again = other.NextDelivery();
  EXPECT_EQ(again.position(), first.position());
  EXPECT_EQ(again.attempt(), 2u);
  // The late acknowledgement of the first is taken; that of the second gives the same receipt.
  const auto late = slow.Acknowledge(first);
  ASSERT_FALSE(late.has_error());
  EXPECT_EQ(other.Acknowledge(again).receipt().content(), late.receipt().content());
}

v1::MeasureOutcome FirstOutcomeOf(v1::ActKind kind) {
  const auto outcomes = OutcomesOf(kind);
  return outcomes.empty() ? v1::MEASURE_OUTCOME_UNSPECIFIED : outcomes.front();
}

TEST_F(InvariantsTest, TheBrokerRefusesAbsolutelyOnlyOnIdentityEntitlementAndIntegrity) {
  const auto opening = ComposeOrDie();
  ASSERT_THAT(pt().Submit(opening), IsOk());
  // Every kind that can be sent in a case, in its first state, from either side: it goes, or it
  // goes when the sender insists.
  uint64_t seen = 1;
  for (const ActKindTraits& traits : AllActKinds()) {
    const v1::ActKind kind = traits.kind;
    if (kind == v1::ACT_KIND_REQUEST || kind == v1::ACT_KIND_SPONTANEOUS_INFORMATION) continue;
    // Brings in a third authority, which is a matter of entitlement.
    if (kind == v1::ACT_KIND_FORWARDING_NOTICE) continue;
    // Nobody but a national coordinator is entitled to one (ReferralScenario).
    if (kind == v1::ACT_KIND_SHELTER_PLACEMENT) continue;
    for (Office* sender : {&pt(), &co()}) {
      ActPlan plan{.kind = kind,
                   .case_id = pt().ActIdOf(opening),
                   .to = {sender == &pt() ? "co-fgn" : "pt-pgr"},
                   .measures = {},
                   .insist = v1::INSIST_REASON_LEGAL_DUTY,
                   .seen = seen};
      const bool names = traits.needs_measures ||
                         (traits.allows_measures && kind != v1::ACT_KIND_FREE_FORM &&
                          kind != v1::ACT_KIND_CLOSURE && kind != v1::ACT_KIND_ACKNOWLEDGEMENT);
      if (names) plan.measures = {MeasureOf(1, "VIDEO_HEARING", FirstOutcomeOf(kind))};
      const auto sent = sender->Send(plan);
      ASSERT_THAT(sent, IsOk()) << v1::ActKind_Name(kind) << " from " << sender->id();
      seen = sent->case_position();
    }
  }
}

TEST(BoundsTest, OverTheBoundIsResourceExhaustedWithRetryInfo) {
  Broker broker([](daemon::Config& config) { config.limits.max_streams_per_authority = 2; });
  Office& co = broker.office("co-fgn");
  MailStream a(co, v1::SUBSCRIPTION_ROLE_PRIMARY);
  MailStream b(co, v1::SUBSCRIPTION_ROLE_OBSERVER);
  MailStream c(co, v1::SUBSCRIPTION_ROLE_PRIMARY);
  EXPECT_EQ(c.Next().message_case(), v1::ReceiveResponse::MESSAGE_NOT_SET);
  const absl::Status refused = c.End();
  EXPECT_THAT(refused, HasReason(Reason::MAILBOX_STREAMS_EXHAUSTED));
  EXPECT_GT(GetErrorDetails(refused)->retry_after, absl::ZeroDuration());
}

}  // namespace
}  // namespace rogatoria
