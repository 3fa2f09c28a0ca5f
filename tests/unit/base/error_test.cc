#include "common/base/error.h"

#include <iterator>
#include <optional>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "absl/strings/match.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Language kLanguages[] = {Language::kEnglish, Language::kSpanish, Language::kPortuguese};

TEST(ErrorCatalogueTest, EveryReasonHasATextInEachLanguage) {
  ASSERT_FALSE(AllReasons().empty());
  for (Reason reason : AllReasons()) {
    for (Language language : kLanguages) {
      const absl::string_view text = ReasonText(reason, language);
      EXPECT_GE(text.size(), 5U) << ReasonName(reason);
      EXPECT_TRUE(absl::EndsWith(text, ".")) << ReasonName(reason) << ": " << text;
    }
  }
}

TEST(ErrorCatalogueTest, EveryTextIsTranslated) {
  for (Reason reason : AllReasons()) {
    std::set<std::string> texts;
    for (Language language : kLanguages) texts.emplace(ReasonText(reason, language));
    EXPECT_EQ(texts.size(), std::size(kLanguages)) << ReasonName(reason);
  }
}

TEST(ErrorCatalogueTest, TextsAreUnique) {
  for (Language language : kLanguages) {
    std::set<std::string> texts;
    for (Reason reason : AllReasons()) {
      EXPECT_TRUE(texts.emplace(ReasonText(reason, language)).second) << ReasonName(reason);
    }
  }
}

TEST(ErrorCatalogueTest, NamesAreUniqueAndAsErrorInfoWantsThem) {
  std::set<std::string> names;
  for (Reason reason : AllReasons()) {
    const std::string name(ReasonName(reason));
    EXPECT_TRUE(names.insert(name).second) << name;
    // google.rpc.ErrorInfo.reason: at most 63 characters, [A-Z][A-Z0-9_]+[A-Z0-9].
    EXPECT_THAT(name, testing::MatchesRegex("[A-Z][A-Z0-9_]+[A-Z0-9]"));
    EXPECT_LE(name.size(), 63U);
    EXPECT_EQ(ReasonFromName(name), reason);
  }
}

TEST(ErrorCatalogueTest, NoReasonIsASuccess) {
  for (Reason reason : AllReasons()) {
    EXPECT_NE(ReasonCode(reason), absl::StatusCode::kOk) << ReasonName(reason);
  }
}

TEST(ErrorCatalogueTest, AnUnknownNameIsNoReason) {
  for (const char* name : {"", "NO_SUCH_REASON", "internal", "INTERNAL "}) {
    EXPECT_EQ(ReasonFromName(name), std::nullopt) << name;
  }
}

TEST(ErrorTest, EveryReasonComesBackFromItsStatus) {
  for (Reason reason : AllReasons()) {
    const absl::Status status = Error(reason);
    EXPECT_THAT(status, StatusIs(ReasonCode(reason)));
    EXPECT_THAT(status, HasReason(reason));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(std::string(ReasonText(reason, Language::kEnglish))));
  }
}

TEST(ErrorTest, CarriesItsDetails) {
  const Bytes evidence("\0\xff\0receipt", 10);
  const absl::Status status = Error(Reason::FIELD_INVALID)
                                  .Field("header.measures[2].code")
                                  .Accepted("a code of the list")
                                  .RetryAfter(absl::Milliseconds(1500))
                                  .Evidence(evidence);
  const auto details = GetErrorDetails(status);
  ASSERT_TRUE(details.has_value());
  EXPECT_EQ(details->reason, Reason::FIELD_INVALID);
  EXPECT_EQ(details->field, "header.measures[2].code");
  EXPECT_EQ(details->accepted, "a code of the list");
  EXPECT_EQ(details->retry_after, absl::Milliseconds(1500));
  EXPECT_EQ(details->evidence, evidence);
}

// A file or a peer may have put any byte into what the error quotes.
TEST(ErrorTest, CarriesWhateverBytesItQuotes) {
  for (const std::string& quoted : {std::string("a\0b", 3),
                                    std::string("\0\0\0\0", 4),
                                    std::string("\n7\n\n0\nx"),
                                    std::string("\xff\r")}) {
    const auto details =
        GetErrorDetails(Error(Reason::FIELD_INVALID).Field(quoted).Accepted(quoted + "!"));
    ASSERT_TRUE(details.has_value());
    EXPECT_EQ(details->reason, Reason::FIELD_INVALID);
    EXPECT_EQ(details->field, quoted);
    EXPECT_EQ(details->accepted, quoted + "!");
  }
}

TEST(ErrorTest, SaysFieldAndWhatIsAcceptedInItsMessage) {
  const absl::Status status = Error(Reason::FIELD_INVALID).Field("header.kind").Accepted("REQUEST");
  EXPECT_THAT(std::string(status.message()), HasSubstr("header.kind"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("REQUEST"));
}

TEST(ErrorTest, EvidenceIsNotInTheMessage) {
  const absl::Status status = Error(Reason::FIELD_INVALID).Evidence("receipt bytes");
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("receipt bytes")));
}

TEST(ErrorTest, BecomesAStatusOr) {
  const absl::StatusOr<int> result = Error(Reason::CASE_NOT_FOUND);
  EXPECT_THAT(result, HasReason(Reason::CASE_NOT_FOUND));
}

TEST(ErrorTest, IsOfOneReason) {
  const absl::Status status = Error(Reason::OUTBOX_BUSY).Field("lock");
  EXPECT_TRUE(HasReason(status, Reason::OUTBOX_BUSY));
  EXPECT_FALSE(HasReason(status, Reason::INBOX_BUSY));
  EXPECT_FALSE(HasReason(absl::OkStatus(), Reason::OUTBOX_BUSY));
  EXPECT_FALSE(HasReason(absl::UnavailableError("away"), Reason::OUTBOX_BUSY));
}

TEST(ErrorTest, OtherStatusesHaveNoDetails) {
  EXPECT_EQ(GetErrorDetails(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(GetErrorDetails(absl::InternalError("disk")), std::nullopt);
}

TEST(ErrorTest, APrefixIsPutBeforeTheFieldAndNothingElseChanges) {
  const absl::Status inner = Error(Reason::FIELD_REQUIRED)
                                 .Field("kind")
                                 .Accepted("REQUEST")
                                 .RetryAfter(absl::Seconds(2))
                                 .Evidence("receipt");
  const auto details = GetErrorDetails(WithFieldPrefix(inner, "header"));
  ASSERT_TRUE(details.has_value());
  EXPECT_EQ(details->reason, Reason::FIELD_REQUIRED);
  EXPECT_EQ(details->field, "header.kind");
  EXPECT_EQ(details->accepted, "REQUEST");
  EXPECT_EQ(details->retry_after, absl::Seconds(2));
  EXPECT_EQ(details->evidence, "receipt");
}

TEST(ErrorTest, APrefixStandsAloneWhereNoFieldIsNamed) {
  const auto details = GetErrorDetails(WithFieldPrefix(Error(Reason::HEADER_MALFORMED), "header"));
  ASSERT_TRUE(details.has_value());
  EXPECT_EQ(details->field, "header");
}

TEST(ErrorTest, APrefixLeavesOtherStatusesAlone) {
  EXPECT_EQ(WithFieldPrefix(absl::OkStatus(), "header"), absl::OkStatus());
  EXPECT_EQ(WithFieldPrefix(absl::InternalError("disk"), "header"), absl::InternalError("disk"));
}

}  // namespace
}  // namespace rogatoria
