// [[authority.calendar_for]]: which calendar counts, and rows that are refused.
#include "common/directory/calendar_for.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/directory/test_directory.h"

namespace rogatoria {
namespace {

using testing::HasSubstr;

constexpr char kPt[] = "authorities/pt-pgr.toml";

std::string Row(const std::string& keys, const std::string& calendar) {
  return absl::StrCat("\n[[authority.calendar_for]]\n",
                      keys,
                      keys.empty() ? "" : "\n",
                      "calendar = \"",
                      calendar,
                      "\"\n");
}

std::string Empty(const std::string& id) {
  return absl::StrCat("[[calendar]]\nid = \"", id, "\"\nversion = 1\nyears = [2026]\n");
}

// The example directory with these rows added to pt-pgr; its last table is a designation.
FileSet FilesWith(const std::string& rows) {
  FileSet files(CompleteFiles());
  std::string calendars;
  for (const char* id : {"a", "b", "c", "d"}) absl::StrAppend(&calendars, Empty(id));
  files.Put("calendars/more.toml", calendars);
  std::string pt;
  for (const DirectoryFile& file : ExampleFiles()) {
    if (file.name == kPt) pt = file.content;
  }
  return files.Put(kPt, pt + rows);
}

class CalendarForTest : public testing::Test {
 protected:
  void Load(const std::string& rows) {
    auto parsed = FilesWith(rows).Parse();
    ASSERT_THAT(parsed, IsOk());
    directory_ = *parsed;
  }
  std::string Of(const std::string& instrument,
                 const std::vector<std::string>& measures,
                 v1::CalendarPhase phase) {
    const Calendar* found = CalendarFor(
        *directory_, directory_->FindAuthority("pt-pgr")->record, {instrument, measures, phase});
    return found == nullptr ? "none" : found->id;
  }

  static constexpr v1::CalendarPhase kReception = v1::CALENDAR_PHASE_RECEPTION;
  static constexpr v1::CalendarPhase kDeadlines = v1::CALENDAR_PHASE_DEADLINES;
  std::shared_ptr<const Directory> directory_;
};

TEST_F(CalendarForTest, WithoutRowsItIsTheAuthoritys) {
  Load("");
  EXPECT_EQ(Of("UN-TIP-2000", {"VIDEO_HEARING"}, kReception), "pt-national");
}

TEST_F(CalendarForTest, TheMostSpecificRowCounts) {
  Load(Row("phase = \"DEADLINES\"", "a") + Row("measures = [\"VIDEO_HEARING\"]", "b") +
       Row("instrument = \"UN-TIP-2000\"", "c") +
       Row("instrument = \"UN-TIP-2000\"\nphase = \"DEADLINES\"", "d"));
  EXPECT_EQ(Of("", {}, kReception), "pt-national");
  EXPECT_EQ(Of("", {}, kDeadlines), "a");
  EXPECT_EQ(Of("UN-UNTOC-2000", {"VIDEO_HEARING"}, kDeadlines), "b");
  EXPECT_EQ(Of("UN-TIP-2000", {"VIDEO_HEARING"}, kReception), "c");
  EXPECT_EQ(Of("UN-TIP-2000", {"VIDEO_HEARING"}, kDeadlines), "d");
}

TEST_F(CalendarForTest, ARowWithMeasuresIsForActsThatNameNoOther) {
  Load(Row("measures = [\"VIDEO_HEARING\", \"BANK_RECORDS\"]", "a"));
  EXPECT_EQ(Of("", {"BANK_RECORDS"}, kReception), "a");
  EXPECT_EQ(Of("", {"BANK_RECORDS", "VIDEO_HEARING"}, kReception), "a");
  EXPECT_EQ(Of("", {"BANK_RECORDS", "SEARCH_AND_SEIZURE"}, kReception), "pt-national");
  EXPECT_EQ(Of("", {}, kReception), "pt-national");
}

TEST(MatterTest, IsTakenFromTheHeader) {
  v1::ActHeader header;
  header.mutable_legal_basis()->set_instrument("UN-TIP-2000");
  header.add_measures()->set_code("VIDEO_HEARING");
  const Matter matter = MatterOf(header, v1::CALENDAR_PHASE_DEADLINES);
  EXPECT_EQ(matter.instrument, "UN-TIP-2000");
  EXPECT_EQ(matter.measures, std::vector<std::string>{"VIDEO_HEARING"});
  EXPECT_EQ(matter.phase, v1::CALENDAR_PHASE_DEADLINES);
}

// The place of the last `text` in what the file became, as the problems name it.
std::string PlaceOf(const std::string& rows, const std::string& text) {
  for (const DirectoryFile& file : FilesWith(rows).files()) {
    if (file.name != kPt) continue;
    const std::string before = file.content.substr(0, file.content.rfind(text));
    const auto lines = std::count(before.begin(), before.end(), '\n');
    return absl::StrCat(kPt, ":", lines + 1, ":", before.size() - before.rfind('\n'), ": ");
  }
  return "";
}

TEST(CalendarForProblems, AreNamedWithTheirPlace) {
  struct Case {
    std::string rows;
    std::string at;
    std::string problem;
  };
  const Case cases[] = {
      {Row("phase = \"DEADLINES\"", "pt-lisbon"),
       "calendar = ",
       "there is no calendar \"pt-lisbon\""},
      {Row("instrument = \"UN-TIP-1999\"", "a"),
       "instrument = ",
       "there is no instrument \"UN-TIP-1999\""},
      {Row("phase = \"APPEAL\"", "a"),
       "phase = ",
       "calendar_for: `phase` is \"APPEAL\", accepted: RECEPTION or DEADLINES"},
      {Row("measures = [\"video\"]", "a"), "\"video\"", "calendar_for: `measures`"},
      {Row("", "a"), "calendar = ", "calendar_for: this row is for everything"},
      {Row("for = \"all\"", "a"), "for = ", "calendar_for: unknown key `for`"},
      {Row("phase = \"RECEPTION\"", "a") + Row("phase = \"RECEPTION\"", "b"),
       "calendar = ",
       "calendar_for: it is as specific as the row with the calendar a and both would match"},
      {Row("measures = [\"VIDEO_HEARING\", \"BANK_RECORDS\"]", "a") +
           Row("measures = [\"BANK_RECORDS\"]", "b"),
       "calendar = ",
       "calendar_for: it is as specific as"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(FilesWith(c.rows).Problems(), HasSubstr(PlaceOf(c.rows, c.at) + c.problem));
  }
}

TEST(CalendarForProblems, RowsThatCannotMeetAreNone) {
  const std::string rows =
      Row("measures = [\"VIDEO_HEARING\"]", "a") + Row("measures = [\"BANK_RECORDS\"]", "b") +
      Row("instrument = \"UN-TIP-2000\"", "a") + Row("instrument = \"UN-UNTOC-2000\"", "b") +
      Row("phase = \"RECEPTION\"", "a") + Row("phase = \"DEADLINES\"", "b");
  EXPECT_EQ(FilesWith(rows).Problems(), "");
}

}  // namespace
}  // namespace rogatoria
