// Goal: an act file says the same in TOML and in JSON, and a fault in it is refused with its place
// and with what would be accepted; nothing is guessed.
#include "common/client/act_file.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/client/content_rules.h"
#include "common/client/draft.h"
#include "common/client/json_places.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::client {
namespace {

constexpr char kMark[] = "\xef\xbb\xbf";
constexpr char kToml[] = R"(kind = "REQUEST"
to = { country = "CO", measure = "VIDEO_HEARING" }
channel = "FORMAL"
legal_basis = { instrument = "UN-TIP-2000", article = "10" }
channel_basis = "COMJIB-MEDELLIN-2019"
language = "pt-PT"
data_class = "SENSITIVE"
related_cases = ["pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"]
originals_follow = true
confirmation_due = 2026-12-31

[[measure]]
code = "VIDEO_HEARING"
[[measure]]
code = "BANK_TRANSACTIONS"

[urgency]
level = "URGENT"
reason = "LOSS_OF_EVIDENCE"
wished_by = "2026-12-01T12:00:00.000Z"

[cover_slip]
subject = "assunto"
victims = true
precautions = ["SINGLE_RECORDING"]

[letter]
file = "letter.pdf"
title = "Carta"
text = "texto"
[[letter.translation]]
file = "traduccion.txt"
language = "es-CO"
)";

constexpr char kJson[] = R"({
  "kind": "REQUEST",
  "to": {"country": "CO", "measure": "VIDEO_HEARING"},
  "channel": "FORMAL",
  "legal_basis": {"instrument": "UN-TIP-2000", "article": "10"},
  "channel_basis": "COMJIB-MEDELLIN-2019",
  "language": "pt-PT",
  "data_class": "SENSITIVE",
  "related_cases": ["pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"],
  "originals_follow": true,
  "confirmation_due": "2026-12-31",
  "measure": [{"code": "VIDEO_HEARING"}, {"code": "BANK_TRANSACTIONS"}],
  "urgency": {"level": "URGENT", "reason": "LOSS_OF_EVIDENCE",
              "wished_by": "2026-12-01T12:00:00.000Z"},
  "cover_slip": {"subject": "assunto", "victims": true, "precautions": ["SINGLE_RECORDING"]},
  "letter": {"file": "letter.pdf", "title": "Carta", "text": "texto",
             "translation": [{"file": "traduccion.txt", "language": "es-CO"}]}
})";

class ActFileTest : public testing::Test {
 protected:
  ActFileTest() {
    EXPECT_THAT(WriteFileDurably(folder_ / "letter.pdf", "%PDF-1.4"), IsOk());
    EXPECT_THAT(WriteFileDurably(folder_ / "traduccion.txt", "texto"), IsOk());
  }
  absl::StatusOr<ActDraft> Read(const std::string& text, const std::string& name = "act.toml") {
    EXPECT_THAT(WriteFileDurably(folder_ / name, text), IsOk());
    return ReadActFile(folder_ / name);
  }

  TemporaryFolder folder_;
};

// What a refused act file is told, with its field.
std::string Said(const absl::StatusOr<ActDraft>& draft) {
  EXPECT_THAT(draft, HasReason(Reason::ACT_FILE_INVALID));
  const auto details = GetErrorDetails(draft.status());
  return details.has_value() ? details->field + " | " + details->accepted : "nothing";
}

void ExpectTheRequest(const ActDraft& draft) {
  EXPECT_EQ(draft.kind, v1::ACT_KIND_REQUEST);
  ASSERT_EQ(draft.to.size(), 1u);
  EXPECT_EQ(draft.to[0].competence().country(), "CO");
  EXPECT_EQ(draft.channel_class, v1::CHANNEL_CLASS_FORMAL);
  EXPECT_EQ(draft.legal_basis.instrument(), "UN-TIP-2000");
  EXPECT_EQ(draft.legal_basis.article(), "10");
  EXPECT_EQ(draft.data_class, v1::DATA_CLASS_SENSITIVE);
  EXPECT_EQ(draft.related_cases.size(), 1u);
  EXPECT_TRUE(draft.originals_follow);
  EXPECT_EQ(draft.confirmation_due, "2026-12-31");
  ASSERT_EQ(draft.measures.size(), 2u);
  EXPECT_EQ(draft.measures[1].ordinal(), 2u);
  EXPECT_EQ(draft.measures[1].code(), "BANK_TRANSACTIONS");
  EXPECT_EQ(draft.urgency.reason(), v1::URGENCY_REASON_LOSS_OF_EVIDENCE);
  EXPECT_EQ(draft.urgency.wished_by_unix_ms(), 1796126400000);
  EXPECT_EQ(draft.cover_slip.precautions_size(), 1);
  const auto& letter = draft.content.letter();
  EXPECT_EQ(letter.document().media_type(), "application/pdf");
  EXPECT_EQ(letter.document().content(), "%PDF-1.4");
  EXPECT_EQ(letter.document().language(), "pt-PT");
  ASSERT_EQ(letter.translations_size(), 1);
  EXPECT_EQ(letter.translations(0).language(), "es-CO");
}

TEST_F(ActFileTest, AnEmptyAddresseeIsNone) {
  for (const char* to : {"to = \"\"\n", "to = [\"\"]\n", ""}) {
    const auto draft = Read(absl::StrCat("kind = \"REQUEST\"\n", to));
    ASSERT_THAT(draft.status(), IsOk()) << to;
    EXPECT_TRUE(draft->to.empty()) << to;
  }
}

TEST_F(ActFileTest, TomlSaysItAll) {
  const auto draft = Read(kToml);
  ASSERT_THAT(draft, IsOk());
  ExpectTheRequest(*draft);
}

TEST_F(ActFileTest, JsonSaysTheSame) {
  const auto draft = Read(kJson, "act.json");
  ASSERT_THAT(draft, IsOk());
  ExpectTheRequest(*draft);
}

// As Windows' editors and PowerShell write it.
TEST_F(ActFileTest, AByteOrderMarkIsNoFault) {
  const auto draft = Read(absl::StrCat(kMark, kJson), "act.json");
  ASSERT_THAT(draft, IsOk());
  ExpectTheRequest(*draft);
  EXPECT_THAT(Read(absl::StrCat(kMark, kToml)), IsOk());
  EXPECT_THAT(Said(Read(absl::StrCat(kMark, "{\"kindd\": 1}"), "act.json")),
              testing::HasSubstr("kindd | line 1, column 11: expected a key"));
  EXPECT_THAT(Said(Read(absl::StrCat(kMark, kMark, "{}"), "act.json")),
              testing::HasSubstr("line 1, column 1: one JSON object"));
}

TEST_F(ActFileTest, NothingIsOverlookedBehindANul) {
  for (const char* rest : {"", ",", "]]]]],,,", "\"kind\": \"DECISION\"}"}) {
    const std::string text = absl::StrCat("{\"kind\": \"REQUEST\"}", std::string(1, '\0'), rest);
    EXPECT_THAT(Said(Read(text, "act.json")),
                testing::HasSubstr("line 1, column 20: one JSON object, written whole"))
        << rest;
  }
}

TEST_F(ActFileTest, TheEndingSaysWhatItIsInAnyCaseOfLetters) {
  const auto json = Read(kJson, "ACT.JSON");
  ASSERT_THAT(json, IsOk());
  ExpectTheRequest(*json);
  EXPECT_THAT(Read(kToml, "ACT.Toml"), IsOk());
  EXPECT_TRUE(IsActFileName("ACT.Toml"));
  EXPECT_TRUE(IsActFileName("ACT.JSON"));
  EXPECT_FALSE(IsActFileName("act.pdf"));
}

// Told of any text, so that a fault of the one parser is not the end of the other.
TEST(PlacesInJsonTest, WhatIsNoJsonHasSomePlaces) {
  for (const char* text : {"]", "}}", ",", "{]", "{\"\\", "{\"\\u\": 1}", "[,]},{", "\"", "{\"a"}) {
    EXPECT_LE(PlacesInJson(text).size(), 3u) << text;
  }
}

TEST_F(ActFileTest, TheSameKeyInTwoObjectsIsNotTwice) {
  EXPECT_THAT(
      Read("{\"letter\": {\"text\": \"a\"}, \"measure\": [{\"code\": \"A\"}, {\"code\": \"B\"}]}",
           "act.json"),
      IsOk());
}

TEST_F(ActFileTest, AddresseesInThreeForms) {
  EXPECT_EQ(Read("to = \"co-fgn\"\n")->to.at(0).authority(), "co-fgn");
  const auto two = Read("to = [\"co-fgn\", \"br-pgr\"]\n");
  ASSERT_EQ(two->to.size(), 2u);
  EXPECT_EQ(two->to[1].authority(), "br-pgr");
  EXPECT_TRUE(Read("kind = \"FREE_FORM\"\n")->to.empty());
}

TEST_F(ActFileTest, AMeasureInACaseHasItsNumber) {
  const auto draft = Read("[[measure]]\nnumber = 3\noutcome = \"ADMITTED\"\n");
  ASSERT_EQ(draft->measures.size(), 1u);
  EXPECT_EQ(draft->measures[0].ordinal(), 3u);
  EXPECT_EQ(draft->measures[0].outcome(), v1::MEASURE_OUTCOME_ADMITTED);
}

struct BadFile {
  const char* name;
  const char* text;
  const char* said;
  const char* file = "act.toml";
};

class BadActFileTest : public ActFileTest, public testing::WithParamInterface<BadFile> {};

TEST_P(BadActFileTest, IsRefusedWithItsPlace) {
  EXPECT_THAT(Said(Read(GetParam().text, GetParam().file)), testing::HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Faults,
    BadActFileTest,
    testing::Values(
        BadFile{"NotToml", "kind = \"REQUEST\"\nto = = 3\n", "line 2, column"},
        BadFile{"NotJson", "{\"kind\": ", "line 1, column 10: one JSON object", "act.json"},
        BadFile{"NotJsonFurtherDown",
                "{\n  \"kind\": \"REQUEST\",\n  to\n}",
                "line 3, column 4: one JSON object",
                "act.json"},
        BadFile{"JsonNumberOutOfRange",
                "{\"language\": \"pt\",\n  \"to\": -1e999 }",
                "line 2, column 9: a number that a computer can hold",
                "act.json"},
        BadFile{"JsonKeyTwice",
                "{\"kind\": \"REQUEST\",\n  \"to\": \"co-fgn\", \"kind\": \"DECISION\"}",
                "line 2, column 19: each key once in an object, and kind stands twice",
                "act.json"},
        BadFile{"JsonKeyTwiceInside",
                "{\"letter\": {\"text\": \"é\", \"t\\u0065xt\": \"b\"}}",
                "line 1, column 26: each key once in an object, and text stands twice",
                "act.json"},
        BadFile{"TomlKeyTwice", "kind = \"REQUEST\"\nkind = \"DECISION\"\n", "line 2, column"},
        BadFile{"JsonList", "[1]", "one JSON object", "act.json"},
        BadFile{"UnknownKey", "kindd = \"REQUEST\"\n", "kindd | line 1, column 9"},
        BadFile{"UnknownKeyInside", "[letter]\nfil = \"x\"\n", "letter.fil | line 2"},
        BadFile{"UnknownKeyInJson",
                "{\"kindd\": 1}",
                "kindd | line 1, column 11: expected a key",
                "act.json"},
        BadFile{"WrongType", "language = 4\n", "language | line 1, column 12: expected a text"},
        BadFile{"RequestIdInCapitals",
                "request_id = \"3F2504E0-4F89-41D3-9A0C-0305E82C3301\"\n",
                "request_id | line 1, column 14: expected a uuid in lower case"},
        BadFile{"UnknownKind", "kind = \"ASK\"\n", "expected one of REQUEST, ACKNOWLEDGEMENT"},
        BadFile{"UnspecifiedIsNoKind", "kind = \"UNSPECIFIED\"\n", "expected one of"},
        BadFile{"MeasureZero", "[[measure]]\nnumber = 0\n", "measure[0].number | line 2"},
        BadFile{"MeasureText", "[[measure]]\nnumber = \"1\"\n", "expected a number from 1"},
        BadFile{"NotAnInstant", "[urgency]\nwished_by = \"soon\"\n", "2026-12-01T12:00:00.000Z"},
        BadFile{"MixedList", "related_cases = [\"a\", 1]\n", "expected a list of texts"},
        BadFile{"MeasureIsNoTable", "measure = \"VIDEO_HEARING\"\n", "measure | line 1, column 11"},
        BadFile{"MeasureItemIsNoTable", "measure = [\"VIDEO_HEARING\"]\n", "measure[0] | line 1"},
        BadFile{"LetterIsNoTable", "letter = \"letter.pdf\"\n", "letter | line 1, column 10"},
        BadFile{"UrgencyIsNoTable",
                "{\"urgency\": \"URGENT\"}",
                "urgency | line 1, column 13: expected a table",
                "act.json"},
        BadFile{"CompetenceIsNoNumber", "to = 3\n", "to | line 1"},
        BadFile{"TranslationIsNoList",
                "[letter]\ntranslation = \"x\"\n",
                "letter.translation | line 2"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(ActFileTest, AMissingLetterIsNamed) {
  const auto draft = Read("[letter]\nfile = \"none.pdf\"\n");
  EXPECT_THAT(draft, HasReason(Reason::FILE_UNREADABLE));
}

TEST_F(ActFileTest, AFileThatDoesNotFitIntoTheActIsAttached) {
  EXPECT_THAT(WriteFileDurably(folder_ / "big.pdf", std::string(limits::kMaxContentBytes, 'x')),
              IsOk());
  EXPECT_THAT(WriteFileDurably(folder_ / "small.pdf", "x"), IsOk());
  const auto draft = Read(
      "language = \"es-CO\"\n[letter]\nfile = \"big.pdf\"\ntitle = \"Carta\"\n"
      "[[letter.enclosure]]\nfile = \"small.pdf\"\n"
      "[[letter.enclosure]]\nfile = \"small.pdf\"\nattach = true\n");
  ASSERT_THAT(draft, IsOk());
  ASSERT_EQ(draft->attached.size(), 2u);
  EXPECT_EQ(draft->attached[0].path, folder_ / "big.pdf");
  EXPECT_EQ(draft->attached[1].path, folder_ / "small.pdf");
  const content::v1::Letter& letter = draft->content.letter();
  EXPECT_EQ(letter.document().attached().number(), 1u);
  EXPECT_EQ(letter.document().title(), "Carta");
  EXPECT_EQ(letter.document().language(), "es-CO");
  EXPECT_TRUE(letter.document().content().empty());
  EXPECT_EQ(letter.enclosures(0).content(), "x");
  EXPECT_EQ(letter.enclosures(1).attached().number(), 2u);
  EXPECT_THAT(LintContent(*draft, "en"), testing::IsEmpty());
}

TEST_F(ActFileTest, ADocumentOverTheLimitIsRefusedBeforeAnythingIsSealed) {
  EXPECT_THAT(WriteFileDurably(folder_ / "big.img", "x"), IsOk());
  std::filesystem::resize_file(folder_ / "big.img", limits::kMaxDocumentBytes + 1);
  EXPECT_THAT(Read("[letter]\nfile = \"big.img\"\n"), HasReason(Reason::LIMIT_EXCEEDED));
}

TEST_F(ActFileTest, WhatAProgramMadeOfAFileIsNoKey) {
  EXPECT_THAT(WriteFileDurably(folder_ / "small.pdf", "x"), IsOk());
  EXPECT_THAT(Read("[[letter.enclosure]]\nfile = \"small.pdf\"\nattached = { number = 1 }\n"),
              HasReason(Reason::ACT_FILE_INVALID));
}

}  // namespace
}  // namespace rogatoria::client
