// Days of birth held against what is said of minority and age, about the day of the eighteenth
// birthday. What lint says of them otherwise: victim_rules_test.cc.
#include "common/client/age_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rogatoria::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kBorn[] = "2008-12-06";

absl::Time At(const std::string& instant) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, instant, &time, nullptr)) << instant;
  return time;
}

ActDraft Born(content::v1::Minority minority) {
  ActDraft draft;
  auto& person = *draft.content.mutable_request()->add_persons();
  person.set_minority(minority);
  person.set_birth_day(kBorn);
  return draft;
}

ActDraft Estimated(uint32_t from, uint32_t to) {
  ActDraft draft = Born(content::v1::MINORITY_UNSPECIFIED);
  auto& profile = *draft.content.mutable_request()->mutable_persons(0)->mutable_vulnerability();
  profile.set_age_from(from);
  profile.set_age_to(to);
  return draft;
}

// From where the day begins first until it has begun everywhere, either may be right: nobody here
// knows where the person is.
constexpr const char* kEither[] = {"2026-12-05T20:00:00-05:00",   // Bogotá, the evening before
                                   "2026-12-06T01:00:00+03:00",   // Amman, in the night
                                   "2026-12-06T00:00:00+14:00",   // Kiritimati
                                   "2026-12-05T23:59:59-12:00"};  // nobody lives there

TEST(AgeRulesTest, OnTheBirthdayTheDayIsTheOneOfEitherPlace) {
  for (const char* now : kEither) {
    EXPECT_THAT(BirthContradictions(Born(content::v1::MINORITY_YES), At(now)), IsEmpty()) << now;
    EXPECT_THAT(BirthContradictions(Born(content::v1::MINORITY_NO), At(now)), IsEmpty()) << now;
    EXPECT_THAT(BirthContradictions(Estimated(18, 20), At(now)), IsEmpty()) << now;
    EXPECT_THAT(BirthContradictions(Estimated(15, 17), At(now)), IsEmpty()) << now;
  }
}

TEST(AgeRulesTest, BeforeItIsAnywhereThePersonIsAMinor) {
  const absl::Time now = At("2026-12-05T23:59:59+14:00");
  EXPECT_THAT(BirthContradictions(Born(content::v1::MINORITY_NO), now),
              ElementsAre("request.persons[0].minority"));
  EXPECT_THAT(BirthContradictions(Born(content::v1::MINORITY_YES), now), IsEmpty());
  EXPECT_THAT(BirthContradictions(Estimated(18, 20), now),
              ElementsAre("request.persons[0].vulnerability.age_from"));
  EXPECT_THAT(BirthContradictions(Estimated(15, 17), now), IsEmpty());
}

TEST(AgeRulesTest, WhenItIsEverywhereThePersonIsOfAge) {
  const absl::Time now = At("2026-12-06T00:00:00-12:00");
  EXPECT_THAT(BirthContradictions(Born(content::v1::MINORITY_YES), now),
              ElementsAre("request.persons[0].minority"));
  EXPECT_THAT(BirthContradictions(Born(content::v1::MINORITY_NO), now), IsEmpty());
  EXPECT_THAT(BirthContradictions(Estimated(15, 17), now),
              ElementsAre("request.persons[0].vulnerability.age_from"));
  EXPECT_THAT(BirthContradictions(Estimated(18, 20), now), IsEmpty());
}

}  // namespace
}  // namespace rogatoria::client
