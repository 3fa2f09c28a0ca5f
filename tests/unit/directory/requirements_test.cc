// Goal: [[requirement]] is read as written, and what is wrong in it is named with line and column.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/directory/load.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

constexpr char kInstrument[] =
    "[[instrument]]\nid = \"UN-UNTOC-2000\"\ntitle = \"x\"\nlegal_basis = true\n";
constexpr char kRequirement[] = R"toml([[requirement]]
id = "CO-BANK"
field = "request.measures[].bank.from_day"
instrument = "UN-UNTOC-2000"
measures = ["BANK_TRANSACTIONS"]
country = "CO"
kinds = ["REQUEST"]
level = "ERROR"
source = "UNTOC art. 18(15)(d)"
mark = "CHECK_BEFORE_PRODUCTION"

[requirement.text]
en = "Say from when."
es = "Diga desde cuándo."
pt = "Diga desde quando."
)toml";

absl::StatusOr<std::shared_ptr<const Directory>> Load(const std::string& text) {
  return ParseDirectory(std::vector<DirectoryFile>{{"i.toml", kInstrument}, {"r.toml", text}},
                        "rogatoria.example");
}

TEST(RequirementTest, IsReadAsItIsWritten) {
  const auto directory = Load(kRequirement);
  ASSERT_THAT(directory, IsOk());
  ASSERT_EQ((*directory)->requirements().size(), 1u);
  const v1::Requirement& read = (*directory)->requirements()[0];
  EXPECT_EQ(read.id(), "CO-BANK");
  EXPECT_EQ(read.field(), "request.measures[].bank.from_day");
  EXPECT_EQ(read.measures(0), "BANK_TRANSACTIONS");
  EXPECT_EQ(read.country(), "CO");
  EXPECT_EQ(read.kinds(0), v1::ACT_KIND_REQUEST);
  EXPECT_EQ(read.level(), v1::REQUIREMENT_LEVEL_ERROR);
  EXPECT_EQ(read.source(), "UNTOC art. 18(15)(d)");
  EXPECT_EQ(read.mark(), "CHECK_BEFORE_PRODUCTION");
  EXPECT_EQ(read.text_pt(), "Diga desde quando.");
}

TEST(RequirementTest, IsAmongTheChanges) {
  const auto before = Load("");
  const auto after = Load(kRequirement);
  EXPECT_THAT(DescribeChanges(**before, **after),
              ::testing::Contains(::testing::HasSubstr("requirement CO-BANK")));
}

struct BadCase {
  const char* from;
  const char* to;
  const char* place;  // line:column: what
};
const BadCase kBad[] = {
    {"CO-BANK", "co bank", "r.toml:2:1: "},
    {"request.measures[].bank", "Request.Measures", "r.toml:3:1: "},
    {"\"UN-UNTOC-2000\"\nmeasures", "\"NO-SUCH-1999\"\nmeasures", "r.toml:4:1: there is no"},
    {"BANK_TRANSACTIONS", "bank", "r.toml:5:"},
    {"\"CO\"\nkinds", "\"Colombia\"\nkinds", "r.toml:6:1: "},
    {"REQUEST", "WISH", "r.toml:7:"},
    {"\"ERROR\"", "\"FATAL\"", "r.toml:8:1: "},
    {"source = \"UNTOC art. 18(15)(d)\"\n", "", "r.toml:1:1: requirement: `source` is missing"},
    {"CHECK_BEFORE_PRODUCTION", "CHECKED", "r.toml:10:1: "},
    {"pt = \"Diga desde quando.\"\n", "", "r.toml:12:1: text: `pt` is missing"},
    {"pt = ", "fr = ", "r.toml:15:1: "},
};

TEST(RequirementTest, WhatIsWrongIsNamedAtItsPlaceAndNothingIsLoaded) {
  for (const BadCase& bad : kBad) {
    const auto loaded = Load(absl::StrReplaceAll(kRequirement, {{bad.from, bad.to}}));
    ASSERT_THAT(loaded, HasReason(Reason::DIRECTORY_INVALID)) << bad.to;
    EXPECT_THAT(GetErrorDetails(loaded.status())->accepted, ::testing::HasSubstr(bad.place));
  }
  EXPECT_THAT(Load(absl::StrCat(kRequirement, kRequirement)), HasReason(Reason::DIRECTORY_INVALID))
      << "twice";
}

}  // namespace
}  // namespace rogatoria
