// Goal: what is said beside a reason reaches whoever shows it in each language, data included, and
// a status by somebody else is not taken for one of ours.
#include "common/base/sentence.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

TEST(SentenceTest, AnErrorCarriesEveryLanguage) {
  const absl::Status status =
      Explained(Error(Reason::LIMIT_EXCEEDED).Field("content"), Sentence::AT_MOST_BYTES, 7);
  EXPECT_THAT(status, HasReason(Reason::LIMIT_EXCEEDED));
  EXPECT_EQ(GetErrorDetails(status)->accepted, "at most 7 bytes");
  EXPECT_EQ(GetErrorDetails(status)->field, "content");
  const auto said = Said::Of(status);
  ASSERT_TRUE(said.has_value());
  EXPECT_EQ(said->In(Language::kEnglish), "at most 7 bytes");
  EXPECT_EQ(said->In(Language::kSpanish), "como máximo 7 octetos");
  EXPECT_EQ(said->In(Language::kPortuguese), "no máximo 7 octetos");
}

TEST(SentenceTest, ASentenceInASentenceIsInTheSameLanguage) {
  const Said said(Sentence::EXPECTED_AT_PLACE, 1, 2, Said(Sentence::A_TABLE));
  EXPECT_EQ(said.In(Language::kEnglish), "line 1, column 2: expected a table");
  EXPECT_EQ(said.In(Language::kPortuguese), "linha 1, coluna 2: espera-se uma tabela");
}

TEST(SentenceTest, AFailureNeedsNoReason) {
  const absl::Status status =
      Failure(absl::StatusCode::kDataLoss, Sentence::FILE_DAMAGED, "a\nb $0");
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "damaged: a\nb $0");
  EXPECT_FALSE(GetErrorDetails(status).has_value());
  EXPECT_EQ(Said::Of(status)->In(Language::kSpanish), "dañado: a\nb $0");
}

TEST(SentenceTest, AStatusOfOthersCarriesNone) {
  EXPECT_FALSE(Said::Of(absl::OkStatus()).has_value());
  EXPECT_FALSE(Said::Of(absl::DataLossError("damaged: x")).has_value());
  EXPECT_FALSE(Said::Of(Error(Reason::NOT_FOUND).Accepted("a new file")).has_value());
}

}  // namespace
}  // namespace rogatoria
