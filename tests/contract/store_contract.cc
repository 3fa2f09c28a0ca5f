// Committing: what is there, what is not, and what stays. store_contract_reads.cc has the queries.
#include "tests/contract/store_contract.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "tests/contract/store_rows.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {

using absl::StatusCode;

StoreContract::StoreContract() : harness_(GetParam()()) {
  auto store = harness_->Open();
  EXPECT_THAT(store, IsOk());
  if (store.ok()) store_ = *std::move(store);
}

void StoreContract::Reopen() {
  store_.reset();
  auto store = harness_->Open();
  ASSERT_THAT(store, IsOk());
  store_ = *std::move(store);
}

std::unique_ptr<Snapshot> StoreContract::OpenSnapshot() {
  auto snapshot = store_->OpenSnapshot();
  EXPECT_THAT(snapshot, IsOk());
  return *std::move(snapshot);
}

namespace {

const std::vector<std::string>& Mailboxes() {
  static const auto& names = *new std::vector<std::string>{"pt-pgr", "co-fgn"};
  return names;
}

std::string Dump(Store& store) {
  const auto text = DumpStore(store, Mailboxes());
  EXPECT_THAT(text, IsOk());
  return text.value_or("");
}

TEST_P(StoreContract, NewStoreIsEmpty) {
  auto snapshot = OpenSnapshot();
  const auto head = snapshot->GetHead();
  ASSERT_THAT(head, IsOk());
  EXPECT_GE(head->epoch, 1u);
  EXPECT_EQ(Text(*head), Text(Head()));
  EXPECT_THAT(snapshot->GetAct("pt-pgr/1"), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(snapshot->GetCase("pt-pgr/1"), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(snapshot->GetDelivery({"co-fgn", 1}), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(snapshot->GetEntry(1, 0), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(snapshot->GetHashes(1, 0), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(snapshot->GetBatchOfEntry(1, 0), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(snapshot->GetLastBatch(1), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(snapshot->GetDirectory(), StatusIs(StatusCode::kNotFound));
  EXPECT_EQ(*snapshot->GetLastPosition("co-fgn"), 0u);
  EXPECT_TRUE(snapshot->ListActs("pt-pgr/1", 0, 10)->empty());
  EXPECT_TRUE(snapshot->ListDeliveriesOfAct("pt-pgr/1")->empty());
  EXPECT_TRUE(snapshot->ListEntriesOfAct("pt-pgr/1")->empty());
  EXPECT_TRUE(snapshot->ListStandings()->empty());
}

TEST_P(StoreContract, NotFoundTellsNothing) {
  const absl::Status missing = OpenSnapshot()->GetAct("pt-pgr/1").status();
  EXPECT_FALSE(GetErrorDetails(missing).has_value());
  EXPECT_EQ(missing.message().find("pt-pgr"), absl::string_view::npos);
}

TEST_P(StoreContract, CommittedRowsReadAsTheyWereWritten) {
  BatchBuilder builder(*store_);
  const BatchChanges changes =
      builder.OpenCase("pt-pgr/1", "pt-pgr", "co-fgn").AddAudit("a read").Build();
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_EQ(Text(*snapshot->GetHead()), Text(changes.head));
  EXPECT_EQ(Text(*snapshot->GetAct("pt-pgr/1")), Text(changes.new_acts[0]));
  EXPECT_EQ(Text(*snapshot->GetCase("pt-pgr/1")), Text(changes.cases[0]));
  EXPECT_EQ(Text(*snapshot->GetDelivery({"co-fgn", 1})), Text(changes.new_deliveries[0]));
  for (const EntryRecord& entry : changes.entries) {
    EXPECT_EQ(Text(*snapshot->GetEntry(1, entry.index)), Text(entry));
    EXPECT_EQ(*snapshot->GetHashes(1, entry.index), entry.hashes);
  }
  EXPECT_EQ(Text(*snapshot->GetLastBatch(1)), Text(*changes.batch));
}

TEST_P(StoreContract, TransactionWithoutCommitLeavesNothing) {
  ASSERT_THAT(
      CommitChanges(*store_, BatchBuilder(*store_).OpenCase("a/1", "pt-pgr", "co-fgn").Build()),
      IsOk());
  const std::string before = Dump(*store_);
  const BatchChanges changes = BatchBuilder(*store_)
                                   .OpenCase("a/2", "pt-pgr", "co-fgn")
                                   .AddAct("a/1", "a/3", "pt-pgr", "co-fgn")
                                   .Settle({"co-fgn", 1}, DeliveryState::kHandedOver)
                                   .Build();
  {
    auto transaction = store_->Begin();
    ASSERT_THAT(transaction, IsOk());
    ASSERT_THAT((*transaction)->Save(changes), IsOk());
  }
  EXPECT_EQ(Dump(*store_), before);
  { ASSERT_THAT(store_->Begin(), IsOk()); }
  EXPECT_EQ(Dump(*store_), before);
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  EXPECT_NE(Dump(*store_), before);
}

TEST_P(StoreContract, CommitWithoutSaveChangesNothing) {
  const std::string before = Dump(*store_);
  auto transaction = store_->Begin();
  ASSERT_THAT(transaction, IsOk());
  EXPECT_THAT((*transaction)->Commit(), IsOk());
  EXPECT_EQ(Dump(*store_), before);
}

TEST_P(StoreContract, TransactionSavesOnce) {
  const BatchChanges changes = BatchBuilder(*store_).AddAudit("x").Build();
  auto transaction = store_->Begin();
  ASSERT_THAT((*transaction)->Save(changes), IsOk());
  EXPECT_THAT((*transaction)->Save(changes), StatusIs(StatusCode::kInternal));
  EXPECT_THAT((*transaction)->Commit(), StatusIs(StatusCode::kInternal));
  transaction->reset();
  EXPECT_EQ(OpenSnapshot()->GetHead()->log_size, 0u);
}

TEST_P(StoreContract, SnapshotKeepsItsState) {
  auto before = OpenSnapshot();
  ASSERT_THAT(
      CommitChanges(*store_, BatchBuilder(*store_).OpenCase("a/1", "pt-pgr", "co-fgn").Build()),
      IsOk());
  EXPECT_EQ(before->GetHead()->log_size, 0u);
  EXPECT_THAT(before->GetAct("a/1"), StatusIs(StatusCode::kNotFound));
  EXPECT_TRUE(before->ListDeliverable("co-fgn", v1::URGENCY_LEVEL_UNSPECIFIED, 0, 10)->empty());
  auto after = OpenSnapshot();
  EXPECT_EQ(after->GetHead()->log_size, 2u);
  EXPECT_THAT(after->GetAct("a/1"), IsOk());
}

TEST_P(StoreContract, SnapshotOpensWhileATransactionIsOpen) {
  const BatchChanges changes = BatchBuilder(*store_).OpenCase("a/1", "pt-pgr", "co-fgn").Build();
  auto transaction = store_->Begin();
  ASSERT_THAT((*transaction)->Save(changes), IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(snapshot->GetAct("a/1"), StatusIs(StatusCode::kNotFound));
  ASSERT_THAT((*transaction)->Commit(), IsOk());
  EXPECT_THAT(snapshot->GetAct("a/1"), StatusIs(StatusCode::kNotFound));
}

// Readers on other threads see whole batches only, while the writer writes.
TEST_P(StoreContract, ReadersSeeWholeBatches) {
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        auto snapshot = store_->OpenSnapshot();
        const uint64_t size = (*snapshot)->GetHead()->log_size;
        const size_t entries = (*snapshot)->ListEntries("", 1, 0, 1000)->size();
        const auto batch = (*snapshot)->GetLastBatch(1);
        if (entries != size || (size > 0 && batch->size != size)) ++torn;
      }
    });
  }
  for (int i = 0; i < 60; ++i) {
    EXPECT_THAT(
        CommitChanges(
            *store_,
            BatchBuilder(*store_).OpenCase(absl::StrCat("a/", i), "pt-pgr", "co-fgn").Build()),
        IsOk());
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
}

TEST_P(StoreContract, ReopeningKeepsAllAndRaisesTheEpoch) {
  ASSERT_THAT(CommitChanges(*store_,
                            BatchBuilder(*store_)
                                .OpenCase("a/1", "pt-pgr", "co-fgn")
                                .OpenCase("a/2", "co-fgn", "pt-pgr")
                                .AddAudit("x")
                                .Build()),
              IsOk());
  const std::string before = Dump(*store_);
  const uint64_t epoch = OpenSnapshot()->GetHead()->epoch;
  Reopen();
  EXPECT_EQ(Dump(*store_), before);
  EXPECT_GT(OpenSnapshot()->GetHead()->epoch, epoch);
  EXPECT_THAT(CommitChanges(*store_, BatchBuilder(*store_).AddAudit("y").Build()), IsOk());
}

TEST_P(StoreContract, RaisedEpochFencesOffTheOlderStore) {
  ASSERT_THAT(CommitChanges(*store_, BatchBuilder(*store_).AddAudit("x").Build()), IsOk());
  harness_->RaiseEpochElsewhere();
  EXPECT_THAT(store_->Begin(), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_EQ(OpenSnapshot()->GetHead()->log_size, 1u);
  Reopen();
  EXPECT_THAT(CommitChanges(*store_, BatchBuilder(*store_).AddAudit("y").Build()), IsOk());
}

// What a faulty batch can break, and the status that Save gives for it.
struct FaultyBatch {
  const char* name;
  void (*spoil)(BatchChanges& changes);
  StatusCode code;
};

const FaultyBatch kFaultyBatches[] = {
    {"act is there", [](auto& c) { c.new_acts[0].act_id = "a/1"; }, StatusCode::kAlreadyExists},
    {"delivery is there",
     [](auto& c) { c.new_deliveries[0].position = 1; },
     StatusCode::kAlreadyExists},
    {"request is there",
     [](auto& c) {
       c.requests = {{{"op", "r1"}, "digest", "other answer"}};
     },
     StatusCode::kAlreadyExists},
    {"key statement is there",
     [](auto& c) {
       c.key_statements = {{"co-fgn", "digest", 1, 0}};
     },
     StatusCode::kAlreadyExists},
    {"version of a practice note is there",
     [](auto& c) { c.guidance = {MakeGuidance("co-fgn/bank", 1)}; },
     StatusCode::kAlreadyExists},
    {"delivery to replace is missing",
     [](auto& c) {
       c.deliveries = {c.new_deliveries[0]};
       c.deliveries[0].position = 99;
     },
     StatusCode::kNotFound},
    {"act of an entry is missing",
     [](auto& c) { c.entries[0].act_id = "a/none"; },
     StatusCode::kNotFound},
    {"case of a delivery is missing",
     [](auto& c) { c.new_deliveries[0].case_id = "a/none"; },
     StatusCode::kNotFound},
    {"act of a delivery is missing",
     [](auto& c) { c.new_deliveries[0].act_id = "a/none"; },
     StatusCode::kNotFound},
    {"case of an act is missing", [](auto& c) { c.cases.clear(); }, StatusCode::kNotFound},
    {"opening act of a case is missing",
     [](auto& c) { c.cases[0].case_id = "a/none"; },
     StatusCode::kNotFound},
    {"gap in the log", [](auto& c) { ++c.entries[1].index; }, StatusCode::kInternal},
    {"entry of another log", [](auto& c) { c.entries[0].log = 7; }, StatusCode::kInternal},
    {"head counts too many", [](auto& c) { ++c.head.log_size; }, StatusCode::kInternal},
    {"entries without a batch", [](auto& c) { c.batch.reset(); }, StatusCode::kInternal},
    {"batch of another size", [](auto& c) { ++c.batch->size; }, StatusCode::kInternal},
    {"another epoch", [](auto& c) { ++c.head.epoch; }, StatusCode::kInternal},
    {"instant goes back", [](auto& c) { c.head.last_instant = {1}; }, StatusCode::kInternal},
    {"data key goes back", [](auto& c) { c.head.next_key_id = 1; }, StatusCode::kInternal},
    {"data key not given out", [](auto& c) { c.new_acts[0].key_id = 77; }, StatusCode::kInternal},
    {"delivery of neither act nor notice",
     [](auto& c) { c.new_deliveries[0].act_id.clear(); },
     StatusCode::kInternal},
    {"delivery of both an act and a notice",
     [](auto& c) { c.new_deliveries[0].notice = "notice"; },
     StatusCode::kInternal},
    {"notice in a case",
     [](auto& c) {
       c.new_deliveries[0].act_id.clear();
       c.new_deliveries[0].notice = "notice";
     },
     StatusCode::kInternal},
    {"directory of another version",
     [](auto& c) {
       c.directory = DirectoryRecord{5, "files", {1}};
     },
     StatusCode::kInternal},
};

TEST_P(StoreContract, FaultyBatchChangesNothing) {
  BatchBuilder first(*store_);
  first.OpenCase("a/1", "pt-pgr", "co-fgn");
  first.changes().requests = {{{"op", "r1"}, "digest", "answer"}};
  first.changes().key_statements = {{"pt-pgr", "digest", 1, 0}};
  first.changes().guidance = {MakeGuidance("co-fgn/bank", 1)};
  ASSERT_THAT(CommitChanges(*store_, first.Build()), IsOk());
  const std::string before = Dump(*store_);
  for (const FaultyBatch& faulty : kFaultyBatches) {
    SCOPED_TRACE(faulty.name);
    BatchChanges changes = BatchBuilder(*store_).OpenCase("a/2", "pt-pgr", "co-fgn").Build();
    faulty.spoil(changes);
    EXPECT_THAT(CommitChanges(*store_, changes), StatusIs(faulty.code));
    EXPECT_EQ(Dump(*store_), before);
  }
  EXPECT_THAT(
      CommitChanges(*store_, BatchBuilder(*store_).OpenCase("a/2", "pt-pgr", "co-fgn").Build()),
      IsOk());
}

TEST_P(StoreContract, DestroyedKeyEmptiesWhatIsErasableAndNothingElse) {
  BatchChanges changes = BatchBuilder(*store_)
                             .OpenCase("a/1", "pt-pgr", "co-fgn")
                             .OpenCase("a/2", "pt-pgr", "co-fgn")
                             .AddAudit("x")
                             .Build();
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  const BatchChanges settled =
      BatchBuilder(*store_).Settle({"co-fgn", 1}, DeliveryState::kHandedOver).Build();
  ASSERT_THAT(CommitChanges(*store_, settled), IsOk());
  auto old_snapshot = OpenSnapshot();
  ASSERT_THAT(harness_->keys().Destroy(1), IsOk());

  ActRecord act = changes.new_acts[0];
  act.act.Clear();
  DeliveryRecord delivery = settled.deliveries[0];
  delivery.statement.clear();
  delivery.statement_signature.clear();
  EntryRecord entry = changes.entries[0];
  entry.record.clear();
  entry.salt.clear();
  auto new_snapshot = OpenSnapshot();
  for (Snapshot* snapshot : {old_snapshot.get(), new_snapshot.get()}) {
    EXPECT_EQ(Text(*snapshot->GetAct("a/1")), Text(act));
    EXPECT_EQ(Text(*snapshot->ListActs("a/1", 0, 10)), Text(std::vector<ActRecord>{act}));
    EXPECT_EQ(Text(*snapshot->GetDelivery({"co-fgn", 1})), Text(delivery));
    EXPECT_EQ(Text(*snapshot->GetEntry(1, 0)), Text(entry));
    EXPECT_EQ(Text(snapshot->ListEntriesOfAct("a/1")->at(0)), Text(entry));
    EXPECT_EQ(Text(*snapshot->GetCase("a/1")), Text(changes.cases[0]));
    EXPECT_EQ(Text(*snapshot->GetAct("a/2")), Text(changes.new_acts[1]));
    EXPECT_EQ(Text(*snapshot->GetEntry(1, 4)), Text(changes.entries[4]));
  }
}

TEST_P(StoreContract, DestroyedKeyEmptiesTheNoticesOfItsCaseAndNoOthers) {
  const BatchChanges changes = BatchBuilder(*store_)
                                   .OpenCase("a/1", "pt-pgr", "co-fgn")
                                   .AddNotice("co-fgn", "a/1")
                                   .AddNotice("co-fgn", "")
                                   .Build();
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  ASSERT_THAT(harness_->keys().Destroy(1), IsOk());
  DeliveryRecord erased = changes.new_deliveries[1];
  erased.notice.clear();
  auto snapshot = OpenSnapshot();
  EXPECT_EQ(Text(*snapshot->GetDelivery({"co-fgn", 2})), Text(erased));
  EXPECT_EQ(Text(*snapshot->GetDelivery({"co-fgn", 3})), Text(changes.new_deliveries[2]));
  ASSERT_THAT(CommitChanges(*store_, BatchBuilder(*store_).AddNotice("co-fgn", "a/1").Build()),
              IsOk());
  EXPECT_EQ(OpenSnapshot()->GetDelivery({"co-fgn", 4})->notice, "");
}

TEST_P(StoreContract, WritingUnderADestroyedKeyKeepsNothing) {
  ASSERT_THAT(
      CommitChanges(*store_, BatchBuilder(*store_).OpenCase("a/1", "pt-pgr", "co-fgn").Build()),
      IsOk());
  ASSERT_THAT(harness_->keys().Destroy(1), IsOk());
  ASSERT_THAT(CommitChanges(*store_,
                            BatchBuilder(*store_).AddAct("a/1", "a/2", "pt-pgr", "co-fgn").Build()),
              IsOk());
  EXPECT_EQ(OpenSnapshot()->GetAct("a/2")->act.SerializeAsString(), "");
}

TEST_P(StoreContract, SharesOfAnIdentityPartLieApartAndAreErasable) {
  BatchBuilder builder(*store_);
  builder.OpenCase("a/1", "pt-pgr", "co-fgn").OpenCase("a/2", "pt-pgr", "co-fgn");
  ActRecord& act = builder.changes().new_acts[0];
  act.act.set_identity_part("sealed part");
  for (const auto group : {v1::CUSTODIAN_GROUP_FIRST, v1::CUSTODIAN_GROUP_SECOND}) {
    v1::IdentityShare& share = act.identity_shares.emplace_back();
    share.set_group(group);
    share.set_envelope("envelope");
  }
  ASSERT_THAT(CommitChanges(*store_, builder.Build()), IsOk());
  auto snapshot = OpenSnapshot();
  const ActRecord found = *snapshot->GetAct("a/1");
  EXPECT_EQ(found.act.identity_part(), "sealed part");
  EXPECT_TRUE(found.act.identity_shares().empty());
  EXPECT_TRUE(found.identity_shares.empty());
  EXPECT_EQ(snapshot->ListActs("a/1", 0, 9)->at(0).act.identity_part(), "");
  const auto shares = snapshot->GetIdentityShares("a/1");
  ASSERT_THAT(shares, IsOk());
  ASSERT_EQ(shares->size(), 2u);
  EXPECT_EQ(shares->at(1).group(), v1::CUSTODIAN_GROUP_SECOND);
  EXPECT_EQ(shares->at(1).envelope(), "envelope");
  EXPECT_TRUE(snapshot->GetIdentityShares("a/2")->empty());
  EXPECT_THAT(snapshot->GetIdentityShares("a/3"), StatusIs(StatusCode::kNotFound));
  snapshot.reset();
  ASSERT_THAT(harness_->keys().Destroy(1), IsOk());
  EXPECT_TRUE(OpenSnapshot()->GetIdentityShares("a/1")->empty());
}

TEST_P(StoreContract, FullDiskRefusesActsAndResumesByItself) {
  ASSERT_THAT(
      CommitChanges(*store_, BatchBuilder(*store_).OpenCase("a/1", "pt-pgr", "co-fgn").Build()),
      IsOk());
  const std::string before = Dump(*store_);
  const BatchChanges changes = BatchBuilder(*store_).OpenCase("a/2", "pt-pgr", "co-fgn").Build();
  harness_->FillDisk();
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(CommitChanges(*store_, changes), HasReason(Reason::DISK_FULL));
    EXPECT_EQ(Dump(*store_), before);
  }
  harness_->MakeRoom();
  EXPECT_THAT(CommitChanges(*store_, changes), IsOk());
  EXPECT_EQ(Text(*OpenSnapshot()->GetAct("a/2")), Text(changes.new_acts[0]));
  Reopen();
  EXPECT_EQ(Text(*OpenSnapshot()->GetAct("a/2")), Text(changes.new_acts[0]));
}

TEST_P(StoreContract, LargeBodies) {
  BatchBuilder builder(*store_);
  const size_t sizes[] = {0, 1, 4088, 65536, limits::kMaxInlineBodyBytes};
  for (size_t size : sizes) {
    builder.OpenCase(
        absl::StrCat("a/", size), "pt-pgr", "co-fgn", v1::URGENCY_LEVEL_UNSPECIFIED, size);
  }
  const BatchChanges changes = builder.Build();
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  auto snapshot = OpenSnapshot();
  for (const ActRecord& act : changes.new_acts) {
    EXPECT_EQ(Text(*snapshot->GetAct(act.act_id)), Text(act));
  }
}

TEST_P(StoreContract, IdsOfAnyBytesAndIntegersOfSixtyThreeBits) {
  const std::string id("\xff\x00'\"%_|\n\x80", 9);
  const std::string longer = id + std::string(1, '\0');
  BatchBuilder builder(*store_);
  builder.OpenCase(id, "pt\0pgr", "co-fgn").OpenCase(longer, "pt-pgr", id);
  BatchChanges& changes = builder.changes();
  const uint64_t most = INT64_MAX;
  changes.new_acts[0].case_seen = most;
  changes.new_acts[0].first_entry = most - 1;
  changes.new_deliveries[0].position = most - 2;
  changes.new_deliveries[0].consigned_entry = most;
  changes.head.last_instant = {INT64_MAX};
  const BatchChanges built = builder.Build();
  ASSERT_THAT(CommitChanges(*store_, built), IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_EQ(Text(*snapshot->GetAct(id)), Text(built.new_acts[0]));
  EXPECT_EQ(Text(*snapshot->GetAct(longer)), Text(built.new_acts[1]));
  EXPECT_EQ(Text(*snapshot->GetCase(id)), Text(built.cases[0]));
  EXPECT_EQ(Text(*snapshot->GetDelivery({"co-fgn", most - 2})), Text(built.new_deliveries[0]));
  EXPECT_EQ(Text(*snapshot->GetDelivery({id, 1})), Text(built.new_deliveries[1]));
  EXPECT_EQ(*snapshot->GetLastPosition("co-fgn"), most - 2);
  EXPECT_EQ(snapshot->GetHead()->last_instant.unix_ms, INT64_MAX);
}

TEST_P(StoreContract, BackupHoldsOneStateAndOpensAsAStore) {
  ASSERT_THAT(
      CommitChanges(*store_, BatchBuilder(*store_).OpenCase("a/1", "pt-pgr", "co-fgn").Build()),
      IsOk());
  const std::string before = Dump(*store_);
  const std::string folder = harness_->NewBackupFolder();
  ASSERT_THAT(store_->Backup(folder), IsOk());
  EXPECT_THAT(store_->Backup(folder), StatusIs(StatusCode::kAlreadyExists));
  ASSERT_THAT(CommitChanges(*store_, BatchBuilder(*store_).AddAudit("later").Build()), IsOk());
  auto restored = harness_->OpenBackup(folder);
  ASSERT_THAT(restored, IsOk());
  EXPECT_EQ(Dump(**restored), before);
  EXPECT_THAT(CommitChanges(**restored, BatchBuilder(**restored).AddAudit("y").Build()), IsOk());
  EXPECT_NE(Dump(*store_), before);
}

}  // namespace
}  // namespace rogatoria
