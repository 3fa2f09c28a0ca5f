// Practice notes: found by what they are about, every version kept.
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

std::vector<std::string> Named(const absl::StatusOr<std::vector<GuidanceRecord>>& rows) {
  std::vector<std::string> names;
  if (!rows.ok()) return {rows.status().ToString()};
  for (const GuidanceRecord& row : *rows) {
    EXPECT_EQ(row.document, "") << "a list is without documents";
    names.push_back(absl::StrCat(row.about.id(), " ", row.about.version()));
  }
  return names;
}

GuidanceRecord About(const std::string& id, const v1::GuidanceSummary& what) {
  GuidanceRecord record = MakeGuidance(id, 1);
  record.about.MergeFrom(what);
  return record;
}

void FillGuidance(Store& store) {
  v1::GuidanceSummary bank;
  bank.set_country("CO");
  bank.set_instrument("UN-TOC-2000");
  bank.add_measures("BANK_TRANSACTIONS");
  bank.add_measures("SEARCH");
  bank.set_language("es-CO");
  v1::GuidanceSummary general;
  general.set_country("CO");
  general.set_language("pt");
  v1::GuidanceSummary foreign;
  foreign.set_country("BR");
  foreign.add_measures("BANK");
  foreign.set_language("es");
  BatchBuilder builder(store);
  builder.changes().guidance = {
      About("b/bank", bank), About("a/general", general), About("c/foreign", foreign)};
  ASSERT_THAT(CommitChanges(store, builder.Build()), IsOk());
}

TEST_P(StoreContract, PracticeNotesAreFoundByWhatTheyAreAbout) {
  FillGuidance(*store_);
  auto snapshot = OpenSnapshot();
  const auto found = [&](const GuidanceQuery& query) {
    return Named(snapshot->ListGuidance(query, "", 100));
  };
  EXPECT_THAT(found({}), ElementsAre("a/general 1", "b/bank 1", "c/foreign 1"));
  EXPECT_THAT(found({.country = "CO"}), ElementsAre("a/general 1", "b/bank 1"));
  EXPECT_THAT(found({.country = "CO", .instrument = "UN-TIP-2000"}), ElementsAre("a/general 1"));
  EXPECT_THAT(found({.measure = "SEARCH"}), ElementsAre("a/general 1", "b/bank 1"));
  EXPECT_THAT(found({.measure = "BANK"}), ElementsAre("a/general 1", "c/foreign 1"));
  EXPECT_THAT(found({.language = "es"}), ElementsAre("b/bank 1", "c/foreign 1"));
  EXPECT_THAT(found({.language = "es-CO"}), ElementsAre("b/bank 1"));
  EXPECT_THAT(found({.language = "e"}), IsEmpty());
  EXPECT_THAT(Named(snapshot->ListGuidance({}, "a/general", 1)), ElementsAre("b/bank 1"));
}

TEST_P(StoreContract, OfAPracticeNoteTheLatestVersionCountsAndTheOthersStay) {
  FillGuidance(*store_);
  auto before = OpenSnapshot();
  BatchBuilder builder(*store_);
  GuidanceRecord next = MakeGuidance("b/bank", 10);
  next.about.set_country("CO");
  builder.changes().guidance = {next};
  ASSERT_THAT(CommitChanges(*store_, builder.Build()), IsOk());
  auto snapshot = OpenSnapshot();
  EXPECT_THAT(Named(snapshot->ListGuidance({.country = "CO"}, "", 9)),
              ElementsAre("a/general 1", "b/bank 10"));
  EXPECT_THAT(Named(snapshot->ListGuidance({.measure = "SEARCH", .language = "es-CO"}, "", 9)),
              IsEmpty())
      << "what an older version said is not looked at";
  EXPECT_EQ(snapshot->GetGuidance("b/bank", 0)->document, "document b/bank 10");
  EXPECT_EQ(snapshot->GetGuidance("b/bank", 1)->signature, "signature b/bank 1");
  EXPECT_EQ(snapshot->GetGuidance("b/bank", 1)->about.measures(1), "SEARCH");
  EXPECT_THAT(snapshot->GetGuidance("b/bank", 2), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(snapshot->GetGuidance("b/none", 0), StatusIs(StatusCode::kNotFound));
  EXPECT_EQ(before->GetGuidance("b/bank", 0)->about.version(), 1u);
  auto transaction = store_->Begin();
  ASSERT_THAT(transaction, IsOk());
  const auto state = (*transaction)->Load({.guidance = {"b/bank", "b/none"}});
  ASSERT_EQ(state->guidance.size(), 1u);
  EXPECT_EQ(state->guidance.at("b/bank").about.version(), 10u);
  EXPECT_EQ(state->guidance.at("b/bank").document_sha256, next.document_sha256);
  EXPECT_EQ(state->guidance.at("b/bank").document, "");
}

}  // namespace
}  // namespace rogatoria
