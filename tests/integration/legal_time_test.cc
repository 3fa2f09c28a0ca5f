// Goal: the legal reception date is frozen with the calendar it was computed from: an edit of the
// calendar moves the dates of later acts and none of an earlier one; an edit that hides behind an
// old version number is refused. Method: a whole hub, and directories loaded between acts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/model/evidence.h"
#include "common/receipt/receipt.h"
#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kVersion1[] = "id = \"test\"\nversion = 1\n";
constexpr char kVersion2[] = "id = \"test\"\nversion = 2\n";

class LegalTimeTest : public ::testing::Test {
 protected:
  // The file with the calendars.
  static std::string& HubToml(v1::LoadDirectoryRequest& request) {
    return *request.mutable_files(0)->mutable_content();
  }
  absl::StatusOr<v1::LoadDirectoryResponse> Load(const v1::LoadDirectoryRequest& request) {
    return CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request);
  }
  // The directory with one more day of rest in the calendar "test".
  v1::LoadDirectoryRequest WithHoliday(const std::string& day, const std::string& header) {
    v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
    const std::string holiday = absl::StrCat("[[calendar.holiday]]\ndate = \"", day, "\"\n");
    std::string& toml = HubToml(request);
    // Right behind the table of the calendar, before the next one.
    toml = absl::StrReplaceAll(toml, {{kVersion1, header}});
    const size_t next = toml.find("[[calendar]]", toml.find(header));
    toml.insert(next, holiday);
    return request;
  }
  Evidence Consignment(const v1::SubmitActResponse& response) {
    const auto parts = ParseReceipt(response.receipts(1).content());
    EXPECT_THAT(parts, IsOk());
    const auto evidence = ParseEvidence(parts->evidence);
    EXPECT_THAT(evidence, IsOk());
    return *evidence;
  }
  v1::SubmitActResponse Submit(const v1::SubmitActRequest& request) {
    const auto response = broker_.office("pt-pgr").Submit(request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *response : v1::SubmitActResponse();
  }
  v1::SubmitActRequest Compose(const ActPlan& plan = {}) {
    return broker_.office("pt-pgr").Compose(plan).value();
  }

  Broker broker_;
};

TEST_F(LegalTimeTest, ALaterEditMovesNoPastDateAndDoesMoveNewOnes) {
  const v1::SubmitActRequest first = Compose();
  const v1::SubmitActResponse before = Submit(first);
  const LegalDate date = Consignment(before).legal_date;
  EXPECT_EQ(date.calendar, "test");
  EXPECT_EQ(date.calendar_version, 1U);

  ASSERT_THAT(Load(WithHoliday(date.date, kVersion2)), IsOk());
  // The act sent again gets the receipt that it got, byte for byte; after a restart too.
  EXPECT_EQ(Submit(first).SerializeAsString(), before.SerializeAsString());
  broker_.Restart();
  EXPECT_EQ(Submit(first).SerializeAsString(), before.SerializeAsString());

  const LegalDate moved = Consignment(Submit(Compose())).legal_date;
  EXPECT_GT(moved.date, date.date);
  EXPECT_EQ(moved.calendar_version, 2U);
  EXPECT_NE(moved.calendar_sha256, date.calendar_sha256);
  EXPECT_EQ(moved.tzdata_version, date.tzdata_version);
}

TEST_F(LegalTimeTest, AnEditUnderTheOldVersionIsRefusedWithItsPlace) {
  const uint64_t version = broker_.Status().directory_version();
  const auto refused = Load(WithHoliday("2026-12-25", kVersion1));
  ASSERT_THAT(refused, HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_THAT(GetErrorDetails(refused.status())->accepted,
              StartsWith("\nhub.toml:12:1: calendar "));
  EXPECT_THAT(GetErrorDetails(refused.status())->accepted, HasSubstr("a version above 1"));
  EXPECT_EQ(broker_.Status().directory_version(), version);
}

TEST_F(LegalTimeTest, AnActIsReceivedByTheCalendarForItsMatter) {
  v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
  absl::StrAppend(
      &HubToml(request),
      "[[calendar]]\nid = \"hearings\"\nversion = 7\nyears = [2026, 2027, 2028, 2029]\n");
  for (v1::DirectoryFile& file : *request.mutable_files()) {
    if (file.name() != "authorities/co-fgn.toml") continue;
    file.set_content(absl::StrReplaceAll(
        file.content(),
        {{"[[authority.designation]]",
          "[[authority.calendar_for]]\nmeasures = [\"VIDEO_HEARING\"]\nphase = \"RECEPTION\"\n"
          "calendar = \"hearings\"\n[[authority.designation]]"}}));
  }
  ASSERT_THAT(Load(request), IsOk());
  EXPECT_EQ(Consignment(Submit(Compose())).legal_date.calendar, "hearings");
  ActPlan other;
  other.measures = {MeasureOf(1, "BANK_RECORDS")};
  EXPECT_EQ(Consignment(Submit(Compose(other))).legal_date.calendar, "test");
}

// The calendar knows 2024 only: the act is refused, and nothing of it is kept.
TEST_F(LegalTimeTest, WithoutTheYearNothingIsSent) {
  broker_.office("co-fgn").calendar = "out-of-date";
  broker_.LoadDirectory();
  const auto refused = broker_.office("pt-pgr").Submit(Compose());
  ASSERT_THAT(refused, HasReason(Reason::CALENDAR_YEAR_MISSING));
  EXPECT_EQ(GetErrorDetails(refused.status())->field, "calendar out-of-date");
  EXPECT_THAT(GetErrorDetails(refused.status())->accepted,
              StartsWith("a calendar that covers the year 20"));
}

}  // namespace
}  // namespace rogatoria
