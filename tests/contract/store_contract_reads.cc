// The contract's queries: what is listed, in which order, on which page.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/contract/store_contract.h"
#include "tests/contract/store_rows.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr v1::UrgencyLevel kRoutine = v1::URGENCY_LEVEL_UNSPECIFIED;
constexpr v1::UrgencyLevel kUrgent = v1::URGENCY_LEVEL_URGENT;

std::vector<uint64_t> Positions(const absl::StatusOr<std::vector<DeliveryRecord>>& rows) {
  EXPECT_THAT(rows, IsOk());
  std::vector<uint64_t> positions;
  for (const DeliveryRecord& row : *rows) positions.push_back(row.position);
  return positions;
}

std::vector<std::string> CaseIds(const absl::StatusOr<CasePage>& page) {
  EXPECT_THAT(page, IsOk());
  std::vector<std::string> ids;
  for (const CaseRecord& record : page->cases) ids.push_back(record.case_id);
  return ids;
}

std::vector<uint64_t> Indexes(const absl::StatusOr<std::vector<EntryRecord>>& entries) {
  EXPECT_THAT(entries, IsOk());
  std::vector<uint64_t> indexes;
  for (const EntryRecord& entry : *entries) indexes.push_back(entry.index);
  return indexes;
}

TEST_P(StoreContract, LoadFindsWhatIsThereAndLeavesOutWhatIsNot) {
  BatchBuilder builder(*store_);
  builder.OpenCase("a/1", "pt-pgr", "co-fgn");
  builder.changes().requests = {{{"op", "r1"}, "digest", "answer"}};
  const BatchChanges changes = builder.Build();
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  ASSERT_THAT(
      CommitChanges(
          *store_, BatchBuilder(*store_).Settle({"co-fgn", 1}, DeliveryState::kHandedOver).Build()),
      IsOk());
  auto transaction = store_->Begin();
  ASSERT_THAT(transaction, IsOk());
  const auto state = (*transaction)
                         ->Load({{"a/1", "a/2"},
                                 {"a/1", "a/2"},
                                 {"co-fgn", "pt-pgr"},
                                 {{"co-fgn", 1}, {"co-fgn", 2}},
                                 {{"op", "r1"}, {"op", "r2"}},
                                 {}});
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(state->head.log_size, 3u);
  ActRecord slim = changes.new_acts[0];
  slim.act.Clear();
  ASSERT_EQ(state->acts.size(), 1u);
  EXPECT_EQ(Text(state->acts.at("a/1")), Text(slim));
  ASSERT_EQ(state->cases.size(), 1u);
  EXPECT_EQ(Text(state->cases.at("a/1")), Text(changes.cases[0]));
  EXPECT_EQ(state->last_positions.at("co-fgn"), 1u);
  EXPECT_EQ(state->last_positions.at("pt-pgr"), 0u);
  ASSERT_EQ(state->deliveries.size(), 1u);
  EXPECT_EQ(state->deliveries.begin()->second.state, DeliveryState::kHandedOver);
  EXPECT_EQ(state->deliveries.begin()->second.statement, "");
  ASSERT_EQ(state->requests.size(), 1u);
  EXPECT_EQ(state->requests.begin()->second.response, "answer");
}

TEST_P(StoreContract, ReplacedDeliveryKeepsItsStatementUnlessANewOneComes) {
  ASSERT_THAT(
      CommitChanges(*store_, BatchBuilder(*store_).OpenCase("a/1", "pt-pgr", "co-fgn").Build()),
      IsOk());
  const BatchChanges settled =
      BatchBuilder(*store_).Settle({"co-fgn", 1}, DeliveryState::kHandedOver).Build();
  ASSERT_THAT(CommitChanges(*store_, settled), IsOk());
  EXPECT_EQ(Text(*OpenSnapshot()->GetDelivery({"co-fgn", 1})), Text(settled.deliveries[0]));

  BatchBuilder again(*store_);
  DeliveryRecord row = settled.deliveries[0];
  row.statement.clear();
  row.statement_signature.clear();
  row.attempts = 9;
  again.changes().deliveries = {row};
  ASSERT_THAT(CommitChanges(*store_, again.Build()), IsOk());
  const auto kept = OpenSnapshot()->GetDelivery({"co-fgn", 1});
  EXPECT_EQ(kept->attempts, 9u);
  EXPECT_EQ(kept->statement, settled.deliveries[0].statement);
}

// co-fgn's mailbox: 1 and 3 and 5 of case a/1, 2 of a/2 (urgent), 4 of a/2.
void FillMailbox(Store& store) {
  ASSERT_THAT(CommitChanges(store,
                            BatchBuilder(store)
                                .OpenCase("a/1", "pt-pgr", "co-fgn")
                                .OpenCase("a/2", "pt-pgr", "co-fgn", kUrgent)
                                .AddAct("a/1", "a/3", "pt-pgr", "co-fgn")
                                .AddAct("a/2", "a/4", "pt-pgr", "co-fgn")
                                .AddAct("a/1", "a/5", "pt-pgr", "co-fgn", kUrgent)
                                .OpenCase("b/1", "co-fgn", "pt-pgr")
                                .Build()),
              IsOk());
}

TEST_P(StoreContract, DeliverableIsTheFirstOpenRowOfEachCase) {
  FillMailbox(*store_);
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Positions(snapshot->ListDeliverable("co-fgn", kRoutine, 0, 10)), ElementsAre(1));
  EXPECT_THAT(Positions(snapshot->ListDeliverable("co-fgn", kUrgent, 0, 10)), ElementsAre(2));
  EXPECT_THAT(Positions(snapshot->ListDeliverable("co-fgn", kRoutine, 1, 10)), IsEmpty());
  EXPECT_THAT(Positions(snapshot->ListDeliverable("pt-pgr", kRoutine, 0, 10)), ElementsAre(1));
  EXPECT_THAT(Positions(snapshot->ListDeliverable("br-mpf", kRoutine, 0, 10)), IsEmpty());
}

TEST_P(StoreContract, SettlingARowMakesTheNextOfItsCaseDeliverable) {
  FillMailbox(*store_);
  ASSERT_THAT(CommitChanges(*store_,
                            BatchBuilder(*store_)
                                .Settle({"co-fgn", 1}, DeliveryState::kHandedOver)
                                .Settle({"co-fgn", 2}, DeliveryState::kDead)
                                .Build()),
              IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Positions(snapshot->ListDeliverable("co-fgn", kRoutine, 0, 10)), ElementsAre(3, 4));
  EXPECT_THAT(Positions(snapshot->ListDeliverable("co-fgn", kRoutine, 0, 1)), ElementsAre(3));
  EXPECT_THAT(Positions(snapshot->ListDeliverable("co-fgn", kRoutine, 3, 10)), ElementsAre(4));
  EXPECT_THAT(Positions(snapshot->ListDeliverable("co-fgn", kUrgent, 0, 10)), IsEmpty());
}

TEST_P(StoreContract, OpenRowsOfACaseComeInOrder) {
  FillMailbox(*store_);
  EXPECT_THAT(Positions(OpenSnapshot()->ListOpenOfCase("co-fgn", "a/1", 10)), ElementsAre(1, 3, 5));
  ASSERT_THAT(
      CommitChanges(
          *store_, BatchBuilder(*store_).Settle({"co-fgn", 1}, DeliveryState::kHandedOver).Build()),
      IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Positions(snapshot->ListOpenOfCase("co-fgn", "a/1", 1)), ElementsAre(3));
  EXPECT_THAT(Positions(snapshot->ListOpenOfCase("pt-pgr", "a/1", 10)), IsEmpty());
  EXPECT_THAT(Positions(snapshot->ListOpenOfCase("co-fgn", "a/9", 10)), IsEmpty());
}

TEST_P(StoreContract, NoticeReadsAsItWasWrittenAndListsLeaveItOut) {
  const BatchChanges changes = BatchBuilder(*store_)
                                   .OpenCase("a/1", "pt-pgr", "co-fgn")
                                   .AddNotice("co-fgn", "a/1", kUrgent)
                                   .AddNotice("co-fgn", "")
                                   .Build();
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  auto snapshot = OpenSnapshot();
  for (const DeliveryRecord& row : {changes.new_deliveries[1], changes.new_deliveries[2]}) {
    ASSERT_TRUE(row.IsNotice());
    EXPECT_EQ(Text(*snapshot->GetDelivery({"co-fgn", row.position})), Text(row));
    DeliveryRecord listed = row;
    listed.notice.clear();
    EXPECT_EQ(Text(snapshot->ListDeliveries("co-fgn", row.position - 1, 1)->at(0)), Text(listed));
    EXPECT_EQ(Text(snapshot->ListDeliverable("co-fgn", row.urgency, row.position - 1, 1)->at(0)),
              Text(listed));
    const BatchKeys keys{.deliveries = {{"co-fgn", row.position}}};
    const BatchState state = *(*store_->Begin())->Load(keys);
    EXPECT_EQ(Text(state.deliveries.at({"co-fgn", row.position})), Text(listed));
  }
  EXPECT_EQ(snapshot->ListDeliveriesOfAct("")->size(), 0u);
  EXPECT_EQ(*snapshot->GetLastPosition("co-fgn"), 3u);
  EXPECT_EQ(snapshot->Count()->open_deliveries, 3u);
}

TEST_P(StoreContract, NoticeWaitsForNothingAndKeepsNothingWaiting) {
  ASSERT_THAT(CommitChanges(*store_,
                            BatchBuilder(*store_)
                                .AddNotice("co-fgn", "")
                                .OpenCase("a/1", "pt-pgr", "co-fgn")
                                .AddNotice("co-fgn", "a/1")
                                .AddAct("a/1", "a/2", "pt-pgr", "co-fgn")
                                .AddNotice("co-fgn", "a/1")
                                .Build()),
              IsOk());
  EXPECT_THAT(Positions(OpenSnapshot()->ListDeliverable("co-fgn", kRoutine, 0, 10)),
              ElementsAre(1, 2, 3, 5));
  ASSERT_THAT(
      CommitChanges(
          *store_, BatchBuilder(*store_).Settle({"co-fgn", 2}, DeliveryState::kHandedOver).Build()),
      IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Positions(snapshot->ListDeliverable("co-fgn", kRoutine, 0, 10)),
              ElementsAre(1, 3, 4, 5));
  EXPECT_THAT(Positions(snapshot->ListOpenOfCase("co-fgn", "a/1", 10)), ElementsAre(4));
  EXPECT_THAT(Positions(snapshot->ListOpenOfCase("co-fgn", "", 10)), IsEmpty());
}

TEST_P(StoreContract, DeadNoticeIsListedAndIsNoGap) {
  ASSERT_THAT(CommitChanges(*store_,
                            BatchBuilder(*store_)
                                .OpenCase("a/1", "pt-pgr", "co-fgn")
                                .AddNotice("co-fgn", "a/1")
                                .AddAct("a/1", "a/2", "pt-pgr", "co-fgn")
                                .AddNotice("co-fgn", "a/1")
                                .Build()),
              IsOk());
  BatchChanges changes = BatchBuilder(*store_).Settle({"co-fgn", 2}, DeliveryState::kDead).Build();
  changes.entries[0].act_id.clear();
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Positions(snapshot->ListDeadLetters("co-fgn", {}, 10)), ElementsAre(2));
  EXPECT_FALSE(*snapshot->HasGapBefore(*snapshot->GetDelivery({"co-fgn", 3})));
  EXPECT_FALSE(*snapshot->HasGapBefore(*snapshot->GetDelivery({"co-fgn", 4})));
  EXPECT_EQ(snapshot->Count()->dead_letters, 1u);
}

TEST_P(StoreContract, ObserversSeeEveryRowInOrder) {
  FillMailbox(*store_);
  ASSERT_THAT(
      CommitChanges(
          *store_, BatchBuilder(*store_).Settle({"co-fgn", 2}, DeliveryState::kHandedOver).Build()),
      IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Positions(snapshot->ListDeliveries("co-fgn", 0, 10)), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(Positions(snapshot->ListDeliveries("co-fgn", 2, 2)), ElementsAre(3, 4));
  EXPECT_EQ(snapshot->ListDeliveries("co-fgn", 1, 1)->at(0).statement, "");
  EXPECT_EQ(*snapshot->GetLastPosition("co-fgn"), 5u);
  EXPECT_EQ(*snapshot->GetLastPosition("pt-pgr"), 1u);
}

TEST_P(StoreContract, GapIsADeadLetterOfTheSameCaseBefore) {
  FillMailbox(*store_);
  ASSERT_THAT(
      CommitChanges(*store_,
                    BatchBuilder(*store_).Settle({"co-fgn", 1}, DeliveryState::kDead).Build()),
      IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_FALSE(*snapshot->HasGapBefore(*snapshot->GetDelivery({"co-fgn", 1})));
  EXPECT_FALSE(*snapshot->HasGapBefore(*snapshot->GetDelivery({"co-fgn", 2})));
  EXPECT_TRUE(*snapshot->HasGapBefore(*snapshot->GetDelivery({"co-fgn", 3})));
  EXPECT_FALSE(*snapshot->HasGapBefore(*snapshot->GetDelivery({"co-fgn", 4})));
  EXPECT_TRUE(*snapshot->HasGapBefore(*snapshot->GetDelivery({"co-fgn", 5})));
}

TEST_P(StoreContract, DeadLettersOfOneAndOfAllByPage) {
  FillMailbox(*store_);
  ASSERT_THAT(CommitChanges(*store_,
                            BatchBuilder(*store_)
                                .Settle({"co-fgn", 1}, DeliveryState::kDead)
                                .Settle({"co-fgn", 4}, DeliveryState::kDead)
                                .Settle({"pt-pgr", 1}, DeliveryState::kDead)
                                .Settle({"co-fgn", 2}, DeliveryState::kHandedOver)
                                .Build()),
              IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Positions(snapshot->ListDeadLetters("co-fgn", {}, 10)), ElementsAre(1, 4));
  EXPECT_THAT(Positions(snapshot->ListDeadLetters("co-fgn", {"co-fgn", 1}, 10)), ElementsAre(4));
  EXPECT_THAT(Positions(snapshot->ListDeadLetters("", {}, 10)), ElementsAre(1, 4, 1));
  EXPECT_THAT(Positions(snapshot->ListDeadLetters("", {"co-fgn", 1}, 1)), ElementsAre(4));
  EXPECT_THAT(Positions(snapshot->ListDeadLetters("", {"co-fgn", 4}, 9)), ElementsAre(1));
  EXPECT_THAT(Positions(snapshot->ListDeadLetters("br-mpf", {}, 10)), IsEmpty());
  const auto counts = snapshot->Count();
  EXPECT_EQ(counts->acts, 6u);
  EXPECT_EQ(counts->cases, 3u);
  EXPECT_EQ(counts->open_deliveries, 2u);
  EXPECT_EQ(counts->dead_letters, 3u);
}

TEST_P(StoreContract, DeliveriesOfAnActByAuthority) {
  BatchBuilder builder(*store_);
  builder.OpenCase("a/1", "pt-pgr", "co-fgn");
  DeliveryRecord other = builder.changes().new_deliveries[0];
  other.authority = "br-mpf";
  other.position = 7;
  builder.changes().new_deliveries.push_back(other);
  ASSERT_THAT(CommitChanges(*store_, builder.Build()), IsOk());
  ASSERT_THAT(
      CommitChanges(
          *store_, BatchBuilder(*store_).Settle({"br-mpf", 7}, DeliveryState::kHandedOver).Build()),
      IsOk());
  const auto rows = OpenSnapshot()->ListDeliveriesOfAct("a/1");
  EXPECT_THAT(Positions(rows), ElementsAre(7, 1));
  EXPECT_EQ(rows->at(0).statement, "statement on a/1");
  EXPECT_THAT(Positions(OpenSnapshot()->ListDeliveriesOfAct("a/2")), IsEmpty());
}

std::vector<std::string> CaseIds(const absl::StatusOr<std::vector<CaseRecord>>& cases) {
  std::vector<std::string> ids;
  for (const CaseRecord& record : *cases) ids.push_back(record.case_id);
  return ids;
}

ClockRecord ClockWith(std::optional<Instant> next_event) {
  ClockRecord clock;
  clock.clock = v1::DEADLINE_CLOCK_EXECUTE;
  clock.measure = 3;
  clock.act_id = "pt-pgr/act";
  clock.side = v1::CASE_ROLE_REQUESTED;
  clock.authority = "co-fgn";
  clock.counterpart = "pt-pgr";
  clock.profile = "a-profile";
  clock.state = ClockState::kWarned;
  clock.started = Instant{1000};
  clock.span = 90;
  clock.span_unit = 2;
  clock.stays_on_rest_day = true;
  clock.from_exact_instant = true;
  clock.due = Instant{7000};
  clock.next_event = next_event;
  clock.attempts = 2;
  clock.substitute = "br-mpf";
  clock.ended = true;
  return clock;
}

TEST_P(StoreContract, DueCasesTheEarliestFirstAndNoOthers) {
  BatchBuilder builder(*store_);
  for (const char* id : {"a/1", "a/2", "a/3", "a/4"}) builder.OpenCase(id, "pt-pgr", "co-fgn");
  auto& cases = builder.changes().cases;
  cases[0].clocks = {ClockWith(Instant{500}), ClockWith(Instant{300})};
  cases[1].clocks = {ClockWith(Instant{200}), ClockWith(std::nullopt)};
  cases[2].clocks = {ClockWith(std::nullopt)};
  cases[2].clocks[0].due = std::nullopt;
  const BatchChanges changes = builder.Build();
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(CaseIds(snapshot->ListDueCases(Instant{199}, 9)), IsEmpty());
  EXPECT_THAT(CaseIds(snapshot->ListDueCases(Instant{200}, 9)), ElementsAre("a/2"));
  EXPECT_THAT(CaseIds(snapshot->ListDueCases(Instant{9999}, 9)), ElementsAre("a/2", "a/1"));
  EXPECT_THAT(CaseIds(snapshot->ListDueCases(Instant{9999}, 1)), ElementsAre("a/2"));
  EXPECT_EQ(snapshot->Count()->waiting_cases, 2u);
  for (const CaseRecord& expected : changes.cases) {
    EXPECT_EQ(Text(*snapshot->GetCase(expected.case_id)), Text(expected));
  }
}

TEST_P(StoreContract, ACaseWhoseClocksEndedIsDueNoLonger) {
  BatchBuilder builder(*store_);
  builder.OpenCase("a/1", "pt-pgr", "co-fgn");
  builder.changes().cases[0].clocks = {ClockWith(Instant{200})};
  CaseRecord record = builder.changes().cases[0];
  ASSERT_THAT(CommitChanges(*store_, builder.Build()), IsOk());
  record.clocks.clear();
  BatchBuilder after(*store_);
  after.AddAudit("ended").changes().cases.push_back(record);
  ASSERT_THAT(CommitChanges(*store_, after.Build()), IsOk());
  EXPECT_THAT(CaseIds(OpenSnapshot()->ListDueCases(Instant{9999}, 9)), IsEmpty());
  EXPECT_EQ(OpenSnapshot()->Count()->waiting_cases, 0u);
}

TEST_P(StoreContract, DueDeliveriesAreThoseThatNobodyFetched) {
  BatchBuilder builder(*store_);
  for (const char* id : {"a/1", "a/2", "a/3", "a/4"}) builder.OpenCase(id, "pt-pgr", "co-fgn");
  auto& rows = builder.changes().new_deliveries;
  rows[0].retrieve_by = Instant{300};
  rows[1].retrieve_by = Instant{200};
  rows[2].retrieve_by = Instant{100};
  DeliveryRecord told = rows[0];
  ASSERT_THAT(CommitChanges(*store_, builder.Build()), IsOk());
  ASSERT_THAT(
      CommitChanges(
          *store_, BatchBuilder(*store_).Settle({"co-fgn", 3}, DeliveryState::kHandedOver).Build()),
      IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Positions(snapshot->ListDueDeliveries(Instant{9999}, 9)), ElementsAre(2, 1));
  EXPECT_THAT(Positions(snapshot->ListDueDeliveries(Instant{9999}, 1)), ElementsAre(2));
  EXPECT_THAT(Positions(snapshot->ListDueDeliveries(Instant{200}, 9)), IsEmpty())
      << "the last instant is still in time";
  EXPECT_THAT(Positions(snapshot->ListDueDeliveries(Instant{201}, 9)), ElementsAre(2));
  EXPECT_EQ(snapshot->ListDueDeliveries(Instant{201}, 9)->at(0).retrieve_by, Instant{200});

  told.retrieve_by = std::nullopt;
  BatchBuilder after(*store_);
  after.AddAudit("told").changes().deliveries.push_back(told);
  ASSERT_THAT(CommitChanges(*store_, after.Build()), IsOk());
  EXPECT_THAT(Positions(OpenSnapshot()->ListDueDeliveries(Instant{9999}, 9)), ElementsAre(2));
}

TEST_P(StoreContract, CasesTheLatestMovedFirst) {
  ASSERT_THAT(CommitChanges(*store_,
                            BatchBuilder(*store_)
                                .OpenCase("a/1", "pt-pgr", "co-fgn")
                                .OpenCase("a/2", "pt-pgr", "br-mpf")
                                .OpenCase("a/3", "pt-pgr", "co-fgn")
                                .Build()),
              IsOk());
  ASSERT_THAT(CommitChanges(*store_,
                            BatchBuilder(*store_).AddAct("a/1", "b/1", "co-fgn", "pt-pgr").Build()),
              IsOk());
  BatchBuilder ending(*store_);
  ending.AddAct("a/2", "a/4", "pt-pgr", "br-mpf");
  ending.changes().cases[0].state = v1::CASE_STATE_ENDED;
  ASSERT_THAT(CommitChanges(*store_, ending.Build()), IsOk());

  auto snapshot = OpenSnapshot();
  const auto list = [&](const char* authority, v1::CaseState state) {
    return CaseIds(snapshot->ListCases(authority, state, std::nullopt, 10));
  };
  EXPECT_THAT(list("pt-pgr", v1::CASE_STATE_UNSPECIFIED), ElementsAre("a/2", "a/1", "a/3"));
  EXPECT_THAT(list("pt-pgr", v1::CASE_STATE_OPEN), ElementsAre("a/1", "a/3"));
  EXPECT_THAT(list("pt-pgr", v1::CASE_STATE_ENDED), ElementsAre("a/2"));
  EXPECT_THAT(list("co-fgn", v1::CASE_STATE_UNSPECIFIED), ElementsAre("a/1", "a/3"));
  EXPECT_THAT(list("br-mpf", v1::CASE_STATE_OPEN), IsEmpty());
  EXPECT_THAT(list("es-fge", v1::CASE_STATE_UNSPECIFIED), IsEmpty());
}

TEST_P(StoreContract, CasesByPageMissNoneAndRepeatNone) {
  BatchBuilder builder(*store_);
  for (int i = 0; i < 7; ++i) builder.OpenCase(absl::StrCat("a/", i), "pt-pgr", "co-fgn");
  ASSERT_THAT(CommitChanges(*store_, builder.Build()), IsOk());  // all at one instant
  auto snapshot = OpenSnapshot();
  std::vector<std::string> seen;
  std::optional<std::pair<Instant, std::string>> after;
  for (bool more = true; more;) {
    const auto page = snapshot->ListCases("co-fgn", v1::CASE_STATE_UNSPECIFIED, after, 3);
    ASSERT_THAT(page, IsOk());
    for (const CaseRecord& record : page->cases) seen.push_back(record.case_id);
    more = page->more;
    after = {page->cases.back().updated, page->cases.back().case_id};
  }
  EXPECT_THAT(seen, ElementsAre("a/6", "a/5", "a/4", "a/3", "a/2", "a/1", "a/0"));
}

TEST_P(StoreContract, ActsOfACaseInOrderWithoutBodies) {
  BatchBuilder builder(*store_);
  builder.OpenCase("a/1", "pt-pgr", "co-fgn");
  for (int i = 2; i <= 5; ++i) builder.AddAct("a/1", absl::StrCat("a/", i), "pt-pgr", "co-fgn");
  builder.OpenCase("z/1", "pt-pgr", "co-fgn");
  const BatchChanges changes = builder.Build();
  ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
  const auto acts = OpenSnapshot()->ListActs("a/1", 1, 3);
  ASSERT_THAT(acts, IsOk());
  ASSERT_EQ(acts->size(), 3u);
  for (size_t i = 0; i < acts->size(); ++i) {
    ActRecord expected = changes.new_acts[i + 1];
    expected.act.clear_body();
    expected.act.clear_key_envelopes();
    EXPECT_EQ(Text(acts->at(i)), Text(expected));
  }
}

TEST_P(StoreContract, RefusedActIsKeptAndNotListed) {
  ASSERT_THAT(
      CommitChanges(*store_, BatchBuilder(*store_).OpenCase("a/1", "pt-pgr", "co-fgn").Build()),
      IsOk());
  for (const char* case_id : {"a/1", "a/no-such-case", "a/refused"}) {
    BatchBuilder builder(*store_);
    ActRecord act;
    act.act_id = "a/refused";
    act.case_id = case_id;
    act.disposition = v1::ACT_DISPOSITION_REFUSED;
    act.refusal = "WRONG_STATE";
    act.refusal_detail = "header.kind|DECISION";
    act.act = MakeAct(act.act_id, 10);
    if (act.case_id != act.act_id) act.act_id = absl::StrCat(act.act_id, "-of-", case_id);
    builder.changes().new_acts = {act};
    ASSERT_THAT(CommitChanges(*store_, builder.Build()), IsOk());
    EXPECT_EQ(Text(*OpenSnapshot()->GetAct(act.act_id)), Text(act));
  }
  EXPECT_EQ(OpenSnapshot()->ListActs("a/1", 0, 10)->size(), 1u);
  EXPECT_THAT(OpenSnapshot()->GetCase("a/refused"), StatusIs(StatusCode::kNotFound));
}

TEST_P(StoreContract, BatchOfAnEntryIsTheFirstThatHoldsIt) {
  std::vector<BatchRecord> batches;
  for (int entries : {1, 3, 2}) {
    BatchBuilder builder(*store_);
    for (int i = 0; i < entries; ++i) builder.AddAudit(absl::StrCat(entries, ".", i));
    const BatchChanges changes = builder.Build();
    ASSERT_THAT(CommitChanges(*store_, changes), IsOk());
    batches.push_back(*changes.batch);
  }
  auto snapshot = OpenSnapshot();
  const size_t expected[] = {0, 1, 1, 1, 2, 2};
  for (uint64_t index = 0; index < 6; ++index) {
    EXPECT_EQ(Text(*snapshot->GetBatchOfEntry(1, index)), Text(batches[expected[index]]));
  }
  EXPECT_THAT(snapshot->GetBatchOfEntry(1, 6), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(snapshot->GetBatchOfEntry(2, 0), StatusIs(StatusCode::kNotFound));
  EXPECT_EQ(Text(*snapshot->GetLastBatch(1)), Text(batches[2]));
}

TEST_P(StoreContract, ANewLogStartsAtZeroBesideTheOld) {
  ASSERT_THAT(CommitChanges(*store_, BatchBuilder(*store_).AddAudit("x").AddAudit("y").Build()),
              IsOk());
  BatchBuilder next(*store_);
  next.changes().head.log = 2;
  next.changes().head.log_size = 0;
  ASSERT_THAT(CommitChanges(*store_, next.AddAudit("origin").Build()), IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_EQ(snapshot->GetEntry(2, 0)->leaf, "leaf of origin");
  EXPECT_EQ(snapshot->GetEntry(1, 1)->leaf, "leaf of y");
  EXPECT_EQ(snapshot->GetLastBatch(1)->size, 2u);
  EXPECT_EQ(snapshot->GetLastBatch(2)->size, 1u);
  BatchBuilder back(*store_);
  back.changes().head.log = 1;
  back.changes().head.log_size = 2;
  EXPECT_THAT(CommitChanges(*store_, back.AddAudit("z").Build()), StatusIs(StatusCode::kInternal));
}

TEST_P(StoreContract, EntriesByOwnerAndOfAnAct) {
  FillMailbox(*store_);
  ASSERT_THAT(CommitChanges(*store_, BatchBuilder(*store_).AddAudit("x").Build()), IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Indexes(snapshot->ListEntries("", 1, 0, 100)),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  EXPECT_THAT(Indexes(snapshot->ListEntries("", 1, 11, 100)), ElementsAre(11, 12));
  EXPECT_THAT(Indexes(snapshot->ListEntries("co-fgn", 1, 2, 3)), ElementsAre(3, 5, 7));
  EXPECT_THAT(Indexes(snapshot->ListEntries("pt-pgr", 1, 8, 9)), ElementsAre(8, 11));
  EXPECT_THAT(Indexes(snapshot->ListEntries("pt-pgr", 2, 0, 9)), IsEmpty());
  EXPECT_THAT(Indexes(snapshot->ListEntriesOfAct("a/3")), ElementsAre(4, 5));
}

TEST_P(StoreContract, LeavesAreThoseOfTheEntries) {
  FillMailbox(*store_);
  auto snapshot = OpenSnapshot();
  std::vector<Bytes> expected;
  const auto entries = snapshot->ListEntries("", 1, 3, 5);
  for (const EntryRecord& entry : *entries) expected.push_back(entry.leaf);
  EXPECT_THAT(*snapshot->ListLeaves(1, 3, 5), ::testing::ElementsAreArray(expected));
  EXPECT_THAT(*snapshot->ListLeaves(1, 11, 100), ::testing::SizeIs(1)) << "no more than there are";
  EXPECT_THAT(*snapshot->ListLeaves(2, 0, 9), IsEmpty());
}

TEST_P(StoreContract, StandingsReplaceAndActiveRemoves) {
  BatchBuilder first(*store_);
  first.changes().standings = {
      {v1::STANDING_SUBJECT_USER, "u1", v1::STANDING_SUSPENDED, {5}},
      {v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_SUSPENDED, {6}},
      {v1::STANDING_SUBJECT_CERTIFICATE, "aa", v1::STANDING_REVOKED, {7}}};
  ASSERT_THAT(CommitChanges(*store_, first.Build()), IsOk());
  BatchBuilder second(*store_);
  second.changes().standings = {
      {v1::STANDING_SUBJECT_USER, "u1", v1::STANDING_REVOKED, {8}},
      {v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_ACTIVE, {9}},
      {v1::STANDING_SUBJECT_AUTHORITY, "never-there", v1::STANDING_ACTIVE, {9}}};
  ASSERT_THAT(CommitChanges(*store_, second.Build()), IsOk());
  const auto standings = OpenSnapshot()->ListStandings();
  ASSERT_EQ(standings->size(), 2u);
  EXPECT_EQ(standings->at(0).id, "u1");
  EXPECT_EQ(standings->at(0).standing, v1::STANDING_REVOKED);
  EXPECT_EQ(standings->at(0).since.unix_ms, 8);
  EXPECT_EQ(standings->at(1).id, "aa");
}

TEST_P(StoreContract, DirectoryIsTheOneTheHeadNames) {
  for (uint64_t version : {1u, 2u}) {
    BatchBuilder builder(*store_);
    builder.changes().head.directory_version = version;
    builder.changes().directory = DirectoryRecord{version, absl::StrCat("files ", version), {3}};
    builder.changes().key_statements = {{"pt-pgr", absl::StrCat("digest ", version), 1, version}};
    ASSERT_THAT(CommitChanges(*store_, builder.Build()), IsOk());
    EXPECT_EQ(OpenSnapshot()->GetDirectory()->files, absl::StrCat("files ", version));
  }
  const auto statements = OpenSnapshot()->ListKeyStatements();
  ASSERT_EQ(statements->size(), 2u);
  EXPECT_EQ(statements->at(1).statement_sha256, "digest 2");
  EXPECT_EQ(statements->at(1).index, 2u);
}

}  // namespace
}  // namespace rogatoria
