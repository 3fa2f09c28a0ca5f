#include "common/client/case_defaults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace rogatoria::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Portugal asked Colombia for two measures; the second was handed on.
v1::Case HandedOn() {
  v1::Case found;
  found.set_case_type(v1::CASE_TYPE_MLA);
  found.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
  for (const char* id : {"pt-pgr", "co-fgn", "co-delegada"}) {
    v1::CaseParty& party = *found.add_parties();
    party.set_authority(id);
    party.set_role(found.parties_size() == 1 ? v1::CASE_ROLE_REQUESTING : v1::CASE_ROLE_REQUESTED);
  }
  for (const char* id : {"co-fgn", "co-delegada"}) {
    v1::Measure& measure = *found.add_measures();
    measure.set_ordinal(static_cast<uint32_t>(found.measures_size()));
    measure.set_code(found.measures_size() == 1 ? "SEARCH" : "SEIZURE");
    measure.set_responsible_authority(id);
  }
  return found;
}

ActDraft DraftOf(v1::ActKind kind, std::vector<uint32_t> measures = {}) {
  ActDraft draft;
  draft.kind = kind;
  for (uint32_t ordinal : measures) draft.measures.emplace_back().set_ordinal(ordinal);
  return draft;
}

std::vector<std::string> Addressees(const v1::Case& found, const std::string& us, ActDraft draft) {
  EXPECT_THAT(FillFromCase(found, us, draft), IsOk());
  std::vector<std::string> ids;
  for (const v1::Addressee& to : draft.to) ids.push_back(to.authority());
  return ids;
}

TEST(CaseDefaultsTest, AnActAboutAMeasureGoesToWhoIsResponsible) {
  const v1::Case found = HandedOn();
  const auto kind = v1::ACT_KIND_CLARIFICATION_REPLY;
  EXPECT_THAT(Addressees(found, "pt-pgr", DraftOf(kind, {1})), ElementsAre("co-fgn"));
  EXPECT_THAT(Addressees(found, "pt-pgr", DraftOf(kind, {2})), ElementsAre("co-delegada"));
  // A measure that a supplement adds is asked of who was asked first.
  EXPECT_THAT(Addressees(found, "pt-pgr", DraftOf(v1::ACT_KIND_SUPPLEMENT, {3})),
              ElementsAre("co-fgn"));
  EXPECT_THAT(Addressees(found, "pt-pgr", DraftOf(v1::ACT_KIND_FREE_FORM)),
              ElementsAre("co-fgn", "co-delegada"));
}

TEST(CaseDefaultsTest, WhereSeveralAreResponsibleAndOneIsToldTheSenderHasToSay) {
  for (const auto& measures : {std::vector<uint32_t>{}, std::vector<uint32_t>{1, 2}}) {
    ActDraft draft = DraftOf(v1::ACT_KIND_WITHDRAWAL, measures);
    EXPECT_THAT(FillFromCase(HandedOn(), "pt-pgr", draft), HasReason(Reason::FIELD_REQUIRED));
    draft.to.emplace_back().set_authority("co-fgn");
    EXPECT_THAT(FillFromCase(HandedOn(), "pt-pgr", draft), IsOk());
  }
}

TEST(CaseDefaultsTest, TheRequestedSideAnswersWhoAsked) {
  for (const char* us : {"co-fgn", "co-delegada"}) {
    EXPECT_THAT(Addressees(HandedOn(), us, DraftOf(v1::ACT_KIND_PROGRESS)), ElementsAre("pt-pgr"));
  }
}

TEST(CaseDefaultsTest, OfATeamAllOthersAreTold) {
  v1::Case found = HandedOn();
  found.set_case_type(v1::CASE_TYPE_JIT);
  EXPECT_THAT(Addressees(found, "co-fgn", DraftOf(v1::ACT_KIND_JIT_AGREEMENT)),
              ElementsAre("pt-pgr", "co-delegada"));
}

TEST(CaseDefaultsTest, CodesOfMeasuresAndTheChannelAreTheCases) {
  ActDraft draft = DraftOf(v1::ACT_KIND_PROGRESS, {2, 3});
  ASSERT_THAT(FillFromCase(HandedOn(), "co-delegada", draft), IsOk());
  EXPECT_EQ(draft.measures[0].code(), "SEIZURE");
  EXPECT_THAT(draft.measures[1].code(), IsEmpty());
  EXPECT_EQ(draft.channel_class, v1::CHANNEL_CLASS_FORMAL);
}

}  // namespace
}  // namespace rogatoria::client
