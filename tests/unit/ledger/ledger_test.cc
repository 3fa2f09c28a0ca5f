#include "common/ledger/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ledger/audit_command.h"
#include "common/ledger/receipts.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/proof.h"
#include "common/merkle/verify.h"
#include "common/receipt/receipt.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

// Records an act with its A.1 and keeps what it was told.
struct Told {
  int committed = 0;
  std::vector<absl::Status> failures;
  v1::Receipt receipt;
};

std::unique_ptr<LambdaCommand> RecordAct(const std::string& act_id, Told& told) {
  auto command = std::make_unique<LambdaCommand>();
  auto address = std::make_shared<EntryAddress>();
  command->declare = [act_id](BatchKeys& keys) { keys.acts.push_back(act_id); };
  command->decide = [act_id, address](Draft& draft) {
    Evidence evidence = SomeEvidence(act_id);
    evidence.instant = draft.now();
    *address = draft.AppendEvidence(evidence, draft.TakeKey(), "pt-pgr");
    ActRecord act;
    act.act_id = act.case_id = act_id;
    act.sender = "pt-pgr";
    act.disposition = v1::ACT_DISPOSITION_REFUSED;  // stands without a case
    act.log = address->log;
    act.first_entry = address->index;
    act.key_id = draft.head().next_key_id - 1;
    draft.AddAct(std::move(act));
  };
  command->committed = [&told, address](const BatchReceipts& receipts) {
    ++told.committed;
    told.receipt = receipts.Make(*address);
  };
  command->failed = [&told](const absl::Status& status) { told.failures.push_back(status); };
  return command;
}

Leaf FirstLeaf(TestHub& hub, uint64_t log) {
  return *ParseLeaf(hub.Read()->GetEntry(log, 0)->leaf);
}

TEST(LedgerTest, BeginsItsFirstLogWithALeafOfItsOwn) {
  TestHub hub;
  EXPECT_EQ(hub.ledger->origin(), "rogatoria.example/log/1");
  const Leaf leaf = FirstLeaf(hub, 1);
  EXPECT_EQ(std::get<OriginLeaf>(leaf).reason, OriginReason::kFirst);
  EXPECT_EQ(std::get<OriginLeaf>(leaf).previous_origin, "");
  EXPECT_EQ(hub.Read()->GetLastBatch(1)->size, 1u);
}

TEST(LedgerTest, AReceiptVerifiesOfflineAndSaysWhatHappened) {
  TestHub hub;
  Told told;
  ASSERT_THAT(hub.Commit(RecordAct(TestActId(1), told)), IsOk());
  ASSERT_EQ(told.committed, 1);
  const auto verified = VerifyReceipt(told.receipt.content(), {hub.ledger->verifier_key()});
  ASSERT_THAT(verified, IsOk());
  EXPECT_EQ(verified->evidence.act_id, TestActId(1));
  EXPECT_EQ(verified->log_origin, "rogatoria.example/log/1");
  EXPECT_EQ(verified->index, 1u);
  EXPECT_EQ(verified->level, v1::RECEIPT_LEVEL_BROKER);
  EXPECT_EQ(told.receipt.event(), v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE);
}

TEST(LedgerTest, ReceiptsFromTheStoreAreThoseOfTheBatchByteForByte) {
  TestHub hub;
  std::vector<Told> told(23);
  for (int size = 1; size <= 3; ++size) {  // batches of several sizes, over old and new nodes
    std::vector<std::unique_ptr<Command>> batch;
    const int first = size == 1 ? 0 : size == 2 ? 1 : 8;
    const int end = size == 1 ? 1 : size == 2 ? 8 : 23;
    for (int i = first; i < end; ++i) {
      batch.push_back(RecordAct(TestActId(i), told[static_cast<size_t>(i)]));
    }
    ASSERT_THAT(hub.ledger->CommitBatch(batch), IsOk());
  }
  ASSERT_THAT(hub.Start(), IsOk());
  const auto snapshot = hub.Read();
  for (size_t i = 0; i < told.size(); ++i) {
    const auto act = snapshot->GetAct(TestActId(static_cast<int>(i)));
    ASSERT_THAT(act, IsOk());
    const auto receipts = LoadReceipts(*snapshot, *act, "pt-pgr");
    ASSERT_THAT(receipts, IsOk());
    ASSERT_EQ(receipts->size(), 1u);
    EXPECT_EQ((*receipts)[0].SerializeAsString(), told[i].receipt.SerializeAsString());
  }
}

// Reads that the store saw while `work` ran.
int ReadsOf(TestHub& hub, const std::function<void()>& work) {
  int reads = 0;
  hub.disk.set_fault_plan([&](StoreStep step) {
    if (step == StoreStep::kRead) ++reads;
    return StoreFault::kNone;
  });
  work();
  hub.disk.set_fault_plan(nullptr);
  return reads;
}

TEST(LedgerTest, ReceiptsOfOneActReadARowOfTheLogOnce) {
  TestHub hub;
  Told told;
  for (int i = 0; i < 100; ++i) ASSERT_THAT(hub.Commit(RecordAct(TestActId(i), told)), IsOk());
  auto command = RecordAct(TestActId(100), told);
  command->decide = [record = command->decide](Draft& draft) {
    record(draft);
    for (const char* recipient : {"co-fgn", "br-pgr"}) {
      Evidence evidence = SomeEvidence(TestActId(100));
      evidence.event = v1::TRANSPORT_EVENT_CONTENT_HANDOVER;
      evidence.recipient = recipient;
      draft.AppendEvidence(evidence, draft.head().next_key_id - 1, recipient);
    }
  };
  ASSERT_THAT(hub.Commit(std::move(command)), IsOk());
  const auto snapshot = hub.Read();
  const auto act = *snapshot->GetAct(TestActId(100));
  const auto entries = *snapshot->ListEntriesOfAct(TestActId(100));
  ASSERT_EQ(entries.size(), 3u);
  const int one_by_one = ReadsOf(hub, [&] {
    for (const EntryRecord& entry : entries) ASSERT_THAT(LoadReceipt(*snapshot, entry), IsOk());
  });
  const int together = ReadsOf(hub, [&] {
    const auto receipts = LoadReceipts(*snapshot, act, "pt-pgr");
    ASSERT_THAT(receipts, IsOk());
    ASSERT_EQ(receipts->size(), 3u);
    for (const v1::Receipt& receipt : *receipts) {
      EXPECT_THAT(VerifyReceipt(receipt.content(), {hub.ledger->verifier_key()}), IsOk());
    }
  });
  EXPECT_LT(together, one_by_one);
}

TEST(LedgerTest, OneSignatureServesTheWholeBatch) {
  TestHub hub;
  const int before = hub.signer.signatures;
  std::vector<Told> told(40);
  std::vector<std::unique_ptr<Command>> batch;
  for (int i = 0; i < 40; ++i) {
    batch.push_back(RecordAct(TestActId(i), told[static_cast<size_t>(i)]));
  }
  ASSERT_THAT(hub.ledger->CommitBatch(batch), IsOk());
  EXPECT_EQ(hub.signer.signatures, before + 1);
}

TEST(LedgerTest, EveryHeadIsAPrefixOfTheNext) {
  TestHub hub;
  Told told;
  std::vector<BatchRecord> heads = {*hub.Read()->GetLastBatch(1)};
  for (int i = 0; i < 12; ++i) {
    ASSERT_THAT(hub.Commit(RecordAct(TestActId(i), told)), IsOk());
    heads.push_back(*hub.Read()->GetLastBatch(1));
  }
  const auto snapshot = hub.Read();
  const merkle::NodeReader read = [&](merkle::NodeId id) -> absl::StatusOr<merkle::Hash> {
    return (*snapshot->GetHashes(1, merkle::RowOf(id)))[static_cast<size_t>(id.level)];
  };
  for (size_t i = 0; i + 1 < heads.size(); ++i) {
    const auto proof = merkle::ConsistencyProof(heads[i].size, heads.back().size, read);
    ASSERT_THAT(proof, IsOk());
    EXPECT_THAT(merkle::VerifyConsistency(
                    heads[i].size, heads.back().size, heads[i].root, heads.back().root, *proof),
                IsOk());
  }
}

TEST(LedgerTest, ANewLogCommitsToTheHeadOfTheOldOne) {
  TestHub hub;
  Told told;
  ASSERT_THAT(hub.Commit(RecordAct(TestActId(1), told)), IsOk());
  const BatchRecord last = *hub.Read()->GetLastBatch(1);
  ASSERT_THAT(hub.Start(OriginReason::kRestore), IsOk());
  EXPECT_EQ(hub.ledger->origin(), "rogatoria.example/log/2");
  const OriginLeaf leaf = std::get<OriginLeaf>(FirstLeaf(hub, 2));
  EXPECT_EQ(leaf.reason, OriginReason::kRestore);
  EXPECT_EQ(leaf.previous_origin, "rogatoria.example/log/1");
  EXPECT_EQ(leaf.previous_size, last.size);
  EXPECT_EQ(leaf.previous_root, last.root.view());
  // And receipts of the old log are still made.
  const auto snapshot = hub.Read();
  EXPECT_THAT(LoadReceipts(*snapshot, *snapshot->GetAct(TestActId(1)), "pt-pgr"), IsOk());
}

TEST(LedgerTest, AbandonedCommandsRecordNothing) {
  TestHub hub;
  Told told;
  auto command = RecordAct(TestActId(1), told);
  command->abandoned = true;
  ASSERT_THAT(hub.Commit(std::move(command)), IsOk());
  EXPECT_EQ(told.committed, 0);
  ASSERT_EQ(told.failures.size(), 1u);
  EXPECT_THAT(told.failures[0], HasReason(Reason::DEADLINE_PASSED));
  EXPECT_THAT(hub.Read()->GetAct(TestActId(1)), StatusIs(absl::StatusCode::kNotFound));
}

TEST(LedgerTest, ABatchThatWritesNothingCommitsNothing) {
  TestHub hub;
  const uint64_t size = hub.Read()->GetHead()->log_size;
  const int signatures = hub.signer.signatures;
  int told = 0;
  auto command = std::make_unique<LambdaCommand>();
  command->committed = [&](const BatchReceipts&) { ++told; };
  ASSERT_THAT(hub.Commit(std::move(command)), IsOk());
  EXPECT_EQ(told, 1);
  EXPECT_EQ(hub.Read()->GetHead()->log_size, size);
  EXPECT_EQ(hub.signer.signatures, signatures);
}

TEST(LedgerTest, AFullDiskFailsTheBatchAndGoesOnByItself) {
  TestHub hub;
  Told told;
  hub.disk.set_room(DiskRoom::kNone);
  ASSERT_THAT(hub.Commit(RecordAct(TestActId(1), told)), IsOk());
  ASSERT_EQ(told.failures.size(), 1u);
  EXPECT_THAT(told.failures[0], HasReason(Reason::DISK_FULL));
  EXPECT_THAT(hub.Read()->GetAct(TestActId(1)), StatusIs(absl::StatusCode::kNotFound));
  hub.disk.set_room(DiskRoom::kPlenty);
  ASSERT_THAT(hub.Commit(RecordAct(TestActId(1), told)), IsOk());
  EXPECT_EQ(told.committed, 1);
  EXPECT_THAT(VerifyReceipt(told.receipt.content(), {hub.ledger->verifier_key()}), IsOk());
}

TEST(LedgerTest, ALostLogKeyFailsTheBatchAndNothingIsRecorded) {
  TestHub hub;
  Told told;
  hub.signer.lost = true;
  ASSERT_THAT(hub.Commit(RecordAct(TestActId(1), told)), IsOk());
  ASSERT_EQ(told.failures.size(), 1u);
  EXPECT_THAT(told.failures[0], HasReason(Reason::LOG_KEY_UNREACHABLE));
  hub.signer.lost = false;
  ASSERT_THAT(hub.Commit(RecordAct(TestActId(1), told)), IsOk());
  EXPECT_EQ(told.committed, 1);
}

// Whatever step of the store fails: no command is told of a commit that did not happen, and what a
// reopened ledger finds is the whole batch or nothing.
TEST(LedgerTest, AFaultAtAnyStepLeavesAllOrNothing) {
  for (const StoreFault fault : {StoreFault::kUnavailable, StoreFault::kCrash}) {
    for (uint64_t step = 1; step <= 6; ++step) {
      TestHub hub;
      Told told;
      hub.disk.set_fault_plan(FaultAt(step, fault));
      const absl::Status status = hub.Commit(RecordAct(TestActId(1), told));
      hub.disk.set_fault_plan(nullptr);
      if (!status.ok()) {
        EXPECT_EQ(told.committed + static_cast<int>(told.failures.size()), 0);
      }
      ASSERT_THAT(hub.Start(), IsOk());
      const bool there = hub.Read()->GetAct(TestActId(1)).ok();
      if (told.committed > 0) {
        EXPECT_TRUE(there);
      }
      EXPECT_EQ(hub.Read()->GetHead()->log_size, there ? 2u : 1u);
    }
  }
}

TEST(LedgerTest, AnUnknownOutcomeIsReportedAndTellsNobody) {
  TestHub hub;
  Told told;
  hub.disk.set_fault_plan(FaultAt(StoreStep::kCommitted, 1, StoreFault::kUnavailable));
  EXPECT_FALSE(hub.Commit(RecordAct(TestActId(1), told)).ok());
  EXPECT_EQ(told.committed, 0);
  EXPECT_TRUE(told.failures.empty());
  hub.disk.set_fault_plan(nullptr);
  ASSERT_THAT(hub.Start(), IsOk());
  EXPECT_THAT(hub.Read()->GetAct(TestActId(1)), IsOk()) << "it had been committed";
}

TEST(LedgerTest, AnotherProcessFencesThisOneOff) {
  TestHub hub;
  Told told;
  hub.disk.RaiseEpoch();
  EXPECT_THAT(hub.Commit(RecordAct(TestActId(1), told)),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(told.committed + static_cast<int>(told.failures.size()), 0);
}

TEST(LedgerTest, InstantsNeverGoBackAndAStepRaisesTheAlarm) {
  TestHub hub;
  std::vector<Instant> seen;
  const auto look = [&] {
    auto command = std::make_unique<LambdaCommand>();
    command->decide = [&](Draft& draft) {
      seen.push_back(draft.now());
      draft.AppendAudit({}, 0, "");
    };
    ASSERT_THAT(hub.Commit(std::move(command)), IsOk());
  };
  look();
  hub.clock.Advance(absl::Seconds(-2));
  look();
  EXPECT_EQ(hub.clock_steps, 0) << "small steps are everyday";
  hub.clock.Advance(absl::Hours(-24));
  look();
  EXPECT_EQ(hub.clock_steps, 1);
  hub.clock.Advance(absl::Hours(48));
  look();
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[1], seen[2]);
  EXPECT_LT(seen[2], seen[3]);
}

TEST(LedgerTest, TheListenerHearsOfACommitBeforeTheCommands) {
  TestHub hub;
  std::vector<std::string> order;
  hub.ledger->SetListener(
      [&](const CommitSummary& summary, const std::shared_ptr<const BatchReceipts>&) {
        order.push_back("listener");
        EXPECT_EQ(summary.log_size, 2u);
        EXPECT_TRUE(summary.standings_changed);
        EXPECT_FALSE(summary.directory_changed);
      });
  auto command = std::make_unique<LambdaCommand>();
  command->decide = [](Draft& draft) {
    draft.PutStanding({v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_SUSPENDED, {}});
    draft.AppendAudit({}, 0, "");
  };
  command->committed = [&](const BatchReceipts&) { order.push_back("command"); };
  ASSERT_THAT(hub.Commit(std::move(command)), IsOk());
  EXPECT_EQ(order, (std::vector<std::string>{"listener", "command"}));
}

TEST(LedgerTest, AuditCommandsAreStampedWithTheInstantOfTheirBatch) {
  TestHub hub;
  absl::Status told = absl::UnknownError("not told");
  AuditRecord record;
  record.operation = AuditOperation::kConsultation;
  record.principal = "spiffe://rogatoria.example/authority/co-fgn/system/cms";
  record.outcome = "OK";
  ASSERT_THAT(hub.Commit(std::make_unique<AuditCommand>(
                  record, 0, "co-fgn", [&](const absl::Status& status) { told = status; })),
              IsOk());
  EXPECT_THAT(told, IsOk());
  const EntryRecord entry = *hub.Read()->GetEntry(1, 1);
  EXPECT_EQ(entry.owner, "co-fgn");
  EXPECT_EQ(ParseAuditRecord(entry.record)->instant, hub.clock.Now());
}

TEST(LedgerTest, RefusesToSignOnTopOfALogThatDoesNotFitItsSignedHead) {
  TestHub hub;
  Told told;
  ASSERT_THAT(hub.Commit(RecordAct(TestActId(1), told)), IsOk());
  // A batch whose head was made over another leaf, written past the ledger.
  auto transaction = *hub.store->Begin();
  const BatchKeys keys;
  BatchState state = *transaction->Load(keys);
  Draft draft(std::move(state), keys, hub.clock.Now(), hub.random);
  draft.AppendAudit({}, 0, "");
  BatchChanges& changes = draft.changes();
  changes.entries[0].hashes = {merkle::LeafHash("another leaf")};
  changes.batch = BatchRecord{1, 3, merkle::LeafHash("another root"), hub.clock.Now(), "note"};
  ASSERT_THAT(transaction->Save(changes), IsOk());
  ASSERT_THAT(transaction->Commit(), IsOk());
  transaction.reset();
  EXPECT_THAT(hub.Start(), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace rogatoria
