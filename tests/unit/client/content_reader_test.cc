// Goal: the table of a kind becomes its typed content, in TOML and JSON alike; a fault in it is
// refused with its place and with what would be accepted.
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/client/draft.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::client {
namespace {

constexpr char kToml[] = R"(kind = "DECISION"
language = "es-CO"
written_for = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"
[[measure]]
number = 2
outcome = "REFUSED"
[decision]
decided_day = 2026-12-20
[decision.decided_by]
name = "Luz Ejemplo"
[[decision.measures]]
ordinal = 2
outcome = "REFUSED"
grounds = ["NE_BIS_IN_IDEM", "OTHER"]
reasons = "Ya juzgado."
[[decision.documents]]
file = "auto.txt"
title = "Auto"
pages = 3
authenticity = "ORIGINAL"
[decision.documents.use_limitation]
speciality = true
handling = ["H0"]
[letter]
text = "Véase el auto."
)";

constexpr char kJson[] = R"({
  "kind": "DECISION",
  "language": "es-CO",
  "written_for": "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49",
  "measure": [{"number": 2, "outcome": "REFUSED"}],
  "decision": {
    "decided_day": "2026-12-20",
    "decided_by": {"name": "Luz Ejemplo"},
    "measures": [{"ordinal": 2, "outcome": "REFUSED",
                  "grounds": ["NE_BIS_IN_IDEM", "OTHER"], "reasons": "Ya juzgado."}],
    "documents": [{"file": "auto.txt", "title": "Auto", "pages": 3, "authenticity": "ORIGINAL",
                   "use_limitation": {"speciality": true, "handling": ["H0"]}}]
  },
  "letter": {"text": "Véase el auto."}
})";

class ContentReaderTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(WriteFileDurably(folder_ / "auto.txt", "auto"), IsOk()); }
  absl::StatusOr<ActDraft> Read(const std::string& name, const std::string& text) {
    const std::string path = folder_ / name;
    const absl::Status written = WriteFileDurably(path, text);
    if (!written.ok()) return written;
    return ReadActFile(path);
  }
  std::string FaultOf(const std::string& toml) {
    return std::string(Read("act.toml", toml).status().message());
  }

  TemporaryFolder folder_;
};

TEST_F(ContentReaderTest, TheTableOfTheKindIsItsContent) {
  const auto draft = Read("act.toml", kToml);
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->content.letter().text(), "Véase el auto.");
  EXPECT_EQ(draft->content.written_for(), "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  ASSERT_TRUE(draft->content.has_decision());
  const content::v1::Decision& decision = draft->content.decision();
  EXPECT_EQ(decision.decided_day(), "2026-12-20");
  EXPECT_EQ(decision.decided_by().name(), "Luz Ejemplo");
  ASSERT_EQ(decision.measures_size(), 1);
  EXPECT_EQ(decision.measures(0).outcome(), v1::MEASURE_OUTCOME_REFUSED);
  ASSERT_EQ(decision.measures(0).grounds_size(), 2);
  EXPECT_EQ(decision.measures(0).grounds(0), content::v1::REFUSAL_GROUND_NE_BIS_IN_IDEM);
}

TEST_F(ContentReaderTest, ADocumentComesFromItsFileWithItsLimits) {
  const auto draft = Read("act.toml", kToml);
  ASSERT_THAT(draft, IsOk());
  ASSERT_EQ(draft->content.decision().documents_size(), 1);
  const content::v1::Document& document = draft->content.decision().documents(0);
  EXPECT_EQ(document.content(), "auto");
  EXPECT_EQ(document.file_name(), "auto.txt");
  EXPECT_EQ(document.media_type(), "text/plain; charset=utf-8");
  EXPECT_EQ(document.language(), "es-CO");
  EXPECT_EQ(document.pages(), 3u);
  EXPECT_TRUE(document.use_limitation().speciality());
  EXPECT_EQ(document.use_limitation().handling(0), content::v1::HANDLING_CODE_H0);
}

TEST_F(ContentReaderTest, JsonSaysTheSame) {
  const auto toml = Read("act.toml", kToml);
  ASSERT_THAT(toml, IsOk());
  const auto json = Read("act.json", kJson);
  ASSERT_THAT(json, IsOk());
  EXPECT_EQ(toml->content.SerializeAsString(), json->content.SerializeAsString());
}

TEST_F(ContentReaderTest, TheTableNamesTheKindWhereNothingElseDoes) {
  const auto draft = Read("act.toml", "[return]\nreasons = \"x\"\n");
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->kind, v1::ACT_KIND_RETURN);
}

TEST_F(ContentReaderTest, ATableOfAnotherKindIsRefused) {
  const std::string fault = FaultOf("kind = \"RETURN\"\n[decision]\nremedies = \"x\"\n");
  EXPECT_NE(fault.find("line 2, column 1"), std::string::npos) << fault;
  EXPECT_NE(fault.find("one of return"), std::string::npos) << fault;
}

TEST_F(ContentReaderTest, FaultsHaveTheirPlaceAndWhatIsAccepted) {
  const struct {
    const char* line;
    const char* said;
  } cases[] = {
      {"remedy = 3", "line 2, column 10: expected a text"},
      {"remedi = \"x\"", "line 2, column 10: expected a key of docs/act-files.md"},
      {"return_reasons = [\"LANGUAGE\", \"FORM\"]", "column 31: expected one of NOT_COMPETENT, "},
      {"return_reasons = \"LANGUAGE\"", "column 18: expected a list of texts"},
  };
  for (const auto& one : cases) {
    const std::string fault = FaultOf(std::string("[return]\n") + one.line + "\n");
    EXPECT_NE(fault.find(one.said), std::string::npos) << one.line << ": " << fault;
  }
}

TEST_F(ContentReaderTest, FaultsInJsonHaveTheirPlaceToo) {
  const auto fault = [&](const std::string& json) {
    return std::string(Read("act.json", json).status().message());
  };
  EXPECT_NE(
      fault("{\"return\": {\n  \"\\u0072emedy\": 3}}").find("line 2, column 18: expected a text"),
      std::string::npos);
  EXPECT_NE(fault("{\"kind\": \"RETURN\",\n\"return\": {\"reasons\": \"ñ\\\"\", \"remedi\": true}}")
                .find("line 2, column 40: expected a key of"),
            std::string::npos);
  EXPECT_NE(fault("{\"decision\": {\"measures\": [\n{}, {\"outcome\": [-1]}]}}")
                .find("line 2, column 17: expected a text"),
            std::string::npos);
}

TEST_F(ContentReaderTest, DepthThatNoFileNeedsIsNoTrouble) {
  const std::string deep(100'000, '[');
  const std::string shut(100'000, ']');
  EXPECT_FALSE(Read("act.json", "{\"kind\": " + deep + shut + "}").ok());
}

TEST_F(ContentReaderTest, DaysInstantsAndNumbersAreChecked) {
  EXPECT_NE(FaultOf("[closure]\n[[closure.x]]\n").find("expected a key"), std::string::npos);
  EXPECT_NE(FaultOf("[suspension]\nuntil_day = \"31.12.2026\"\n").find("a day such as 2026-12-01"),
            std::string::npos);
  EXPECT_NE(FaultOf("[suspension]\nuntil_day = \"2026-02-30\"\n").find("a day such as"),
            std::string::npos);
  EXPECT_NE(FaultOf("[opening]\nopened_at = \"2026-12-05T09:30:00\"\n").find("an instant such as"),
            std::string::npos);
  EXPECT_NE(FaultOf("[withdrawal]\nmeasure_ordinals = [1, 0]\n").find("a list of numbers from 1"),
            std::string::npos);
}

TEST_F(ContentReaderTest, WhatOnlyAProgramKnowsIsNoKey) {
  const std::string fault = FaultOf(
      "[forwarding_notice]\n[[forwarding_notice.forwarded_acts]]\nkey_envelope = \"AAAA\"\n");
  EXPECT_NE(fault.find("line 3"), std::string::npos) << fault;
}

}  // namespace
}  // namespace rogatoria::client
