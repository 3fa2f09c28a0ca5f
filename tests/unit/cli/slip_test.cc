// Goal: what a person reads is what is signed and what was sealed, and received text stays text.
#include "services/cli/slip.h"

#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/client/draft.h"
#include "services/cli/draft_options.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::cli {
namespace {

class SlipTest : public testing::Test {
 protected:
  client::OpenedAct Opened(const client::ActDraft& draft) {
    const auto opened = client::OpenAct(offices_.Signed(draft).act,
                                        {offices_.co().sealing},
                                        offices_.signers(),
                                        SystemClock().Now());
    EXPECT_THAT(opened, IsOk());
    return *opened;
  }
  client::TestOffices offices_;
};

TEST_F(SlipTest, TheSlipSaysWhatTheHeaderSays) {
  const auto prepared = offices_.Signed(offices_.Request());
  const std::string slip = DescribeHeader(prepared.header, Language::kSpanish);
  EXPECT_THAT(slip,
              testing::AllOf(testing::HasSubstr("TIPO: solicitud\n"),
                             testing::HasSubstr("ACTO: " + prepared.header.act_id()),
                             testing::HasSubstr("DE: pt-pgr\n"),
                             testing::HasSubstr("A: co-fgn\n"),
                             testing::HasSubstr("VÍA: formal\n"),
                             testing::HasSubstr("FUNDAMENTO: UN-TIP-2000\n"),
                             testing::HasSubstr("audiencia por videoconferencia (VIDEO_HEARING)")));
  EXPECT_EQ(slip.find("reservado"), std::string::npos);  // the slip travels with the header
}

// An agent speaks the office's language, its signer perhaps another.
TEST_F(SlipTest, WhoSignsReadsTheHeaderInHisOwnLanguage) {
  const client::ActDraft draft = offices_.Request();
  const auto prepared = offices_.Signed(draft);
  const Bytes header = prepared.act.header();
  const std::string words = DescribePrepared(prepared.header, draft, Language::kEnglish);
  EXPECT_EQ(*DescribeToSign(header, words, Language::kEnglish), words);
  EXPECT_THAT(
      *DescribeToSign(header, words, Language::kSpanish),
      testing::AllOf(testing::StartsWith(DescribeHeader(prepared.header, Language::kSpanish)),
                     testing::HasSubstr("Como lo muestra el agente"),
                     testing::EndsWith(words)));
  EXPECT_THAT(DescribeToSign("no header", words, Language::kEnglish),
              HasReason(Reason::HEADER_MALFORMED));
}

TEST_F(SlipTest, ReceivedTextCannotSteerTheTerminal) {
  client::ActDraft draft = offices_.Request();
  draft.cover_slip.set_subject("\x1b]0;owned\x07");
  draft.cover_slip.set_sender_reference("\x1b[31m");
  auto& letter = *draft.content.mutable_letter();
  letter.set_text(
      "line one\n\x1b[2Jline two\xc2\x9b"
      "1m");
  letter.mutable_document()->set_file_name("a\x1b[8m.pdf");
  letter.mutable_document()->set_content("%PDF");
  const std::string text = DescribeOpened(Opened(draft), Language::kEnglish);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
  EXPECT_THAT(text, testing::HasSubstr("TEXT:\n  line one\n  ?[2Jline two?1m\n"));
}

TEST_F(SlipTest, VictimsAndMinorsAreSaidFirst) {
  client::ActDraft draft = offices_.Request();
  draft.cover_slip.set_minors(true);
  draft.cover_slip.set_victims(true);
  const std::string text = DescribeOpened(Opened(draft), Language::kPortuguese);
  EXPECT_LT(text.find("!! HÁ MENORES"), text.find("TIPO:"));
  EXPECT_LT(text.find("!! HÁ VÍTIMAS"), text.find("TIPO:"));
}

TEST_F(SlipTest, WhatMayBeDoneWithItIsReadBeforeWhatItSays) {
  client::ActDraft draft = offices_.Request();
  draft.cover_slip.add_handling(content::v1::HANDLING_CODE_H2);
  auto& request = *draft.content.mutable_request();
  request.set_summary_of_facts("hechos");
  request.mutable_use_limitation()->set_purpose_limitation("proceso 1");
  request.mutable_confidentiality()->set_reasons("secreto");
  const std::string opened = DescribeOpened(Opened(draft), Language::kSpanish);
  const std::string prepared =
      DescribePrepared(offices_.Signed(draft).header, draft, Language::kSpanish);
  for (const std::string& text : {opened, prepared}) {
    EXPECT_EQ(text.find("códigos de tratamiento: H2: no difundir sin permiso\n"), 0u) << text;
    EXPECT_LT(text.find("solo para: proceso 1"), text.find("TIPO:")) << text;
    EXPECT_LT(text.find("motivos: secreto"), text.find("TIPO:")) << text;
    EXPECT_GT(text.find("resumen de los hechos: hechos"), text.find("TIPO:")) << text;
  }
}

constexpr char kRequestId[] = "01a21b53-bd14-766a-9696-54ff6d03bdd8";

TEST(TemplateTest, EveryKindsTemplateIsAnActFileInEachLanguage) {
  TemporaryFolder folder;
  for (const ActKindTraits& kind : AllActKinds()) {
    for (const auto language : {Language::kEnglish, Language::kSpanish, Language::kPortuguese}) {
      std::string text = ActTemplate(kind, kRequestId, language);
      // What a clerk fills in where the template is empty.
      const size_t outcome = text.find("outcome = \"\"");
      if (outcome != std::string::npos) text.replace(outcome, 12, "outcome = \"EXECUTED\"");
      ASSERT_THAT(WriteFileDurably(folder / "act.toml", text), IsOk());
      const auto draft = client::ReadActFile(folder / "act.toml");
      ASSERT_THAT(draft, IsOk()) << text;
      EXPECT_EQ(draft->kind, kind.kind);
      EXPECT_EQ(draft->request_id, kRequestId) << "sent twice it is one act";
    }
  }
}

class DraftOptionsTest : public testing::Test {
 protected:
  DraftOptionsTest() { session_.quiet = true; }
  absl::StatusOr<client::ActDraft> Make() { return MakeDraft(options_, session_); }

  Session session_;
  DraftOptions options_;
  TemporaryFolder folder_;
};

TEST_F(DraftOptionsTest, ABareLetterBecomesAnInformalRequestForWhatItSays) {
  options_.source = folder_ / "letter.pdf";
  options_.to = {"co-fgn"};
  ASSERT_THAT(WriteFileDurably(options_.source, "%PDF"), IsOk());
  const auto draft = Make();
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->kind, v1::ACT_KIND_REQUEST);
  EXPECT_EQ(draft->channel_class, v1::CHANNEL_CLASS_INFORMAL);
  EXPECT_EQ(draft->legal_basis.instrument(), "RECIPROCITY");
  ASSERT_EQ(draft->measures.size(), 1u);
  EXPECT_EQ(draft->measures[0].code(), "OTHER");
  EXPECT_EQ(draft->content.letter().document().content(), "%PDF");
}

TEST_F(DraftOptionsTest, AnEmptyLetterIsCalledEmpty) {
  options_.source = folder_ / "letter.pdf";
  options_.to = {"co-fgn"};
  ASSERT_THAT(WriteFileDurably(options_.source, ""), IsOk());
  const auto draft = Make();
  EXPECT_THAT(draft, HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(GetErrorDetails(draft.status())->accepted, testing::HasSubstr("this one is empty"));
}

TEST_F(DraftOptionsTest, ABareLetterInACaseIsAMessage) {
  options_.case_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  options_.text = "texto";
  const auto draft = Make();
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->kind, v1::ACT_KIND_FREE_FORM);
  EXPECT_EQ(draft->channel_class, v1::CHANNEL_CLASS_UNSPECIFIED);  // the case's own
  EXPECT_TRUE(draft->measures.empty());
}

TEST_F(DraftOptionsTest, MeasuresByCodeByNumberAndWithAnOutcome) {
  options_.case_id = "x";
  options_.measures = {"VIDEO_HEARING", "2", "3=REFUSED"};
  const auto draft = Make();
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->measures[0].code(), "VIDEO_HEARING");
  EXPECT_EQ(draft->measures[1].ordinal(), 2u);
  EXPECT_EQ(draft->measures[2].outcome(), v1::MEASURE_OUTCOME_REFUSED);
  options_.measures = {"1=MAYBE"};
  EXPECT_THAT(Make(), HasReason(Reason::FIELD_INVALID));
}

TEST_F(DraftOptionsTest, OptionsCompleteAnActFile) {
  options_.source = folder_ / "act.toml";
  ASSERT_THAT(WriteFileDurably(options_.source, "kind = \"DECISION\"\n[[measure]]\nnumber = 1\n"),
              IsOk());
  options_.case_id = "x";
  options_.basis = "UN-TIP-2000:10";
  options_.urgency = "URGENT:DETENTION";
  options_.insist = "LEGAL_DUTY";
  const auto draft = Make();
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->kind, v1::ACT_KIND_DECISION);
  EXPECT_EQ(draft->case_id, "x");
  EXPECT_EQ(draft->legal_basis.article(), "10");
  EXPECT_EQ(draft->urgency.reason(), v1::URGENCY_REASON_DETENTION);
  EXPECT_EQ(draft->insist, v1::INSIST_REASON_LEGAL_DUTY);
}

}  // namespace
}  // namespace rogatoria::cli
