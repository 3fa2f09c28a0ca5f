#include "common/directory/deadline_profile.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/directory/test_directory.h"

namespace rogatoria {
namespace {

using ::testing::HasSubstr;

constexpr auto kDecide = v1::DEADLINE_CLOCK_DECIDE;

std::string Deadline(absl::string_view id, absl::string_view lines) {
  return absl::StrCat("[[deadline]]\nid = \"", id, "\"\nsource = \"a source\"\n", lines, "\n");
}

std::string Decide(absl::string_view id, absl::string_view within, absl::string_view more = "") {
  return Deadline(id, absl::StrCat("clock = \"DECIDE\"\nwithin = \"", within, "\"\n", more));
}

std::shared_ptr<const Directory> Load(const std::string& toml) {
  FileSet files(ExampleFiles());
  files.Put("deadlines/test.toml", toml);
  const auto directory = files.Parse();
  EXPECT_THAT(directory, IsOk()) << files.Problems();
  return *directory;
}

std::string ProblemsOf(const std::string& toml) {
  FileSet files(ExampleFiles());
  files.Put("deadlines/test.toml", toml);
  return files.Problems();
}

std::string Found(const Directory& directory, const DeadlineQuestion& question) {
  const DeadlineProfile* profile = directory.deadlines().Find(question);
  return profile == nullptr ? "" : profile->id;
}

TEST(DeadlineProfileTest, ATableIsReadWhole) {
  const auto directory = Load(Deadline("preserve",
                                       R"(clock = "PRESERVE_UNTIL"
instrument = "UN-TIP-2000"
measures = ["TRAFFIC_DATA", "CONTENT_DATA"]
urgency = "URGENT"
within = "60 DAYS"
rest_day_end = "SAME_DAY"
warn_before = "1 WORKING_DAYS"
mark = "CHECK_BEFORE_PRODUCTION")"));
  const DeadlineProfile* profile = directory->deadlines().FindById("preserve");
  ASSERT_NE(profile, nullptr);
  const v1::DeadlineProfile wire = ToWire(*profile);
  EXPECT_EQ(wire.clock(), v1::DEADLINE_CLOCK_PRESERVE_UNTIL);
  EXPECT_EQ(wire.instrument(), "UN-TIP-2000");
  EXPECT_THAT(wire.measures(), testing::ElementsAre("CONTENT_DATA", "TRAFFIC_DATA"));
  EXPECT_FALSE(wire.any_urgency());
  EXPECT_EQ(wire.urgency(), v1::URGENCY_LEVEL_URGENT);
  EXPECT_EQ(wire.within(), "60 DAYS");
  EXPECT_TRUE(wire.stays_on_rest_day());
  EXPECT_EQ(wire.warn_before(), "1 WORKING_DAYS");
  EXPECT_EQ(wire.source(), "a source");
  EXPECT_EQ(wire.mark(), "CHECK_BEFORE_PRODUCTION");
}

TEST(DeadlineProfileTest, WhereNoProfileSpeaksThereIsNone) {
  const auto directory = Load(Decide("of-tip", "30 DAYS", "instrument = \"UN-TIP-2000\""));
  EXPECT_EQ(Found(*directory, {kDecide, "COMJIB-MEDELLIN-2019", "SEARCH"}), "");
  EXPECT_EQ(Found(*directory, {v1::DEADLINE_CLOCK_EXECUTE, "UN-TIP-2000", "SEARCH"}), "");
}

TEST(DeadlineProfileTest, TheMostSpecificProfileCounts) {
  const auto directory =
      Load(Decide("any", "30 DAYS") + Decide("urgent", "5 DAYS", "urgency = \"URGENT\"") +
           Decide("search", "20 DAYS", "measures = [\"SEARCH\"]") +
           Decide("tip", "10 DAYS", "instrument = \"UN-TIP-2000\"") +
           Decide("tip-search",
                  "9 DAYS",
                  "instrument = \"UN-TIP-2000\"\nmeasures = [\"SEARCH\", \"SEIZURE\"]"));
  const auto kUrgent = v1::URGENCY_LEVEL_URGENT;
  EXPECT_EQ(Found(*directory, {kDecide, "UN-SOM-2000", "TESTIMONY"}), "any");
  EXPECT_EQ(Found(*directory, {kDecide, "UN-SOM-2000", "TESTIMONY", kUrgent}), "urgent");
  EXPECT_EQ(Found(*directory, {kDecide, "UN-SOM-2000", "SEARCH", kUrgent}), "search")
      << "a measure goes before an urgency";
  EXPECT_EQ(Found(*directory, {kDecide, "UN-TIP-2000", "TESTIMONY", kUrgent}), "tip")
      << "an instrument goes before all";
  EXPECT_EQ(Found(*directory, {kDecide, "UN-TIP-2000", "SEIZURE"}), "tip-search");
}

TEST(DeadlineProfileTest, TwoThatSayTheSameAreRefused) {
  const std::string both = Decide("one", "30 DAYS", "measures = [\"SEARCH\", \"SEIZURE\"]") +
                           Decide("other", "20 DAYS", "measures = [\"SEIZURE\"]");
  EXPECT_THAT(ProblemsOf(both),
              HasSubstr("deadlines/test.toml:8:1: deadline: it says the same clock as one for the "
                        "same acts"));
  EXPECT_EQ(ProblemsOf(Decide("one", "30 DAYS") + Decide("two", "9 DAYS", "urgency = \"URGENT\"")),
            "");
}

TEST(DeadlineProfileTest, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_THAT(ProblemsOf(Deadline("x", "clock = \"SLEEP\"\nwithin = \"1 DAYS\"")),
              HasSubstr("deadlines/test.toml:4:1: deadline: `clock` is \"SLEEP\", accepted: "
                        "ACKNOWLEDGE, DECIDE"));
  EXPECT_THAT(ProblemsOf(Decide("x", "soon")),
              HasSubstr("deadlines/test.toml:5:1: deadline: `within` is \"soon\", accepted: a "
                        "number and MINUTES"));
  EXPECT_THAT(ProblemsOf(Decide("x", "STATED")),
              HasSubstr("deadlines/test.toml:5:1: deadline: no header states when this clock is "
                        "due"));
  EXPECT_THAT(ProblemsOf(Deadline("x", "clock = \"WISHED_DATE\"\nwithin = \"3 DAYS\"")),
              HasSubstr("deadlines/test.toml:5:1: deadline: the wished date is the sender's"));
  EXPECT_THAT(ProblemsOf(Deadline("x", "clock = \"DUTY\"\nwithin = \"3 DAYS\"")),
              HasSubstr("deadlines/test.toml:5:1: deadline: a duty desk counts no days"));
  EXPECT_THAT(ProblemsOf(Decide("x", "3 DAYS", "instrument = \"NONE-1\"")),
              HasSubstr("deadlines/test.toml:6:1: there is no instrument \"NONE-1\""));
  EXPECT_THAT(ProblemsOf(Decide("x", "3 DAYS") + Decide("x", "4 DAYS", "urgency = \"URGENT\"")),
              HasSubstr("deadline x is already at deadlines/test.toml:1:1"));
  EXPECT_THAT(ProblemsOf("[[deadline]]\nid = \"x\"\nclock = \"DUTY\"\nwithin = \"5 MINUTES\"\n"),
              HasSubstr("deadline: `source` is missing"));
}

TEST(DeadlineProfileTest, AChangeIsDescribed) {
  const auto before = Load(Decide("one", "30 DAYS"));
  const auto after = Load(Decide("one", "29 DAYS"));
  EXPECT_THAT(DescribeChanges(*before, *after), testing::ElementsAre("deadline one: changed"));
}

}  // namespace
}  // namespace rogatoria
