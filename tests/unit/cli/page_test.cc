// Goal: whatever others wrote, a page shows it as text; what must be known before reading comes
// first; who goes by a pseudonym is not named on paper.
#include "services/cli/page.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/act_page.h"
#include "services/cli/output.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::cli {
namespace {

using Kind = PageText::Kind;
using testing::HasSubstr;
using testing::Not;

// What an attacker writes: markup, an attribute's end, marks of direction, NUL, bytes that are no
// text, an overlong <.
std::string Attack() {
  return std::string("</style></pre><script>alert(1)</script>\"' onload=x &lt; \x00|", 56) +
         "\xe2\x80\xae|\xd8\x9c|\xff|\xe0\x80\xbc|\xed\xa0\x80|\x1b[2J";
}

void ExpectHarmless(const std::string& page) {
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("&lt; \x00")));
  EXPECT_EQ(page.find('\0'), std::string::npos);
  for (const char* steers :
       {"\xe2\x80\xae", "\xd8\x9c", "\xff", "\xe0\x80\xbc", "\xed\xa0\x80", "\x1b"})
    EXPECT_EQ(page.find(steers), std::string::npos);
  EXPECT_EQ(page.find("</style>"), page.rfind("</style>"));
}

TEST(PageTest, EverythingThatItIsGivenIsText) {
  Page page(Language::kEnglish, Attack(), Attack(), Attack());
  page.WrittenIn("\"><script>");
  page.Heading(2, Attack());
  page.Summary(Attack());
  for (const Kind kind : {Kind::kWords, Kind::kCode, Kind::kWritten, Kind::kAlarm})
    page.Paragraph({Attack(), kind});
  page.Facts({{Attack(), {Attack()}}});
  page.Table({Attack(), {Attack(), Attack()}, {{{Attack()}, {Attack(), Kind::kWritten}}}});
  page.Block(Attack());
  const std::string html = std::move(page).Finish();
  ExpectHarmless(html);
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)"));
  EXPECT_THAT(html, Not(HasSubstr("lang=\"\"")));
}

TEST(PageTest, AHundredThousandCharactersAreAllThere) {
  Page page(Language::kEnglish, "t", "m");
  const std::string much(100'000, '<');
  page.Paragraph({much, Kind::kWritten});
  const std::string html = std::move(page).Finish();
  EXPECT_GT(html.size(), 4 * much.size());
  EXPECT_THAT(html, Not(HasSubstr("<<")));
}

TEST(PageTest, WhatPeopleWroteSaysItsLanguage) {
  Page page(Language::kSpanish, "t", "m");
  page.WrittenIn("th");
  page.Paragraph({"ล่ามหญิง\r\nครั้งเดียว", Kind::kWritten});
  const std::string html = std::move(page).Finish();
  EXPECT_THAT(html, HasSubstr("<html lang=\"es\">"));
  EXPECT_THAT(html, HasSubstr("<p class=\"written\" dir=\"auto\" lang=\"th\">ล่ามหญิง\nครั้งเดียว</p>"));
}

TEST(PageTest, LabelsAreWrittenAsInASentence) {
  EXPECT_EQ(SentenceCase("LEGAL BASIS"), "Legal basis");
  EXPECT_EQ(SentenceCase("DATA DE RECEÇÃO"), "Data de receção");
  EXPECT_EQ(SentenceCase("SHA-256 DEL CONTENIDO"), "SHA-256 del contenido");
  EXPECT_EQ(SentenceCase("índices"), "Índices");
  EXPECT_EQ(SentenceCase("N.º"), "N.º");
}

TEST(PageDeathTest, ALevelOfHeadingsIsNotSkipped) {
  Page page(Language::kEnglish, "t", "m");
  EXPECT_DEATH(page.Heading(3, "too deep"), "skipped");
}

TEST(PrintableTest, NoValueOfUnicodeThatIsNoText) {
  EXPECT_EQ(Printable("a\xe0\x80\xbc"), "a???");
  EXPECT_EQ(Printable("a\xed\xa0\x80"), "a???");
  EXPECT_EQ(Printable("a\xf4\x90\x80\x80"), "a????");
  EXPECT_EQ(Printable("a\xd8\x9c\xef\xbf\xbf"), "a??");
  EXPECT_EQ(Printable("ไทย é 𝄞"), "ไทย é 𝄞");
}

class ActPageTest : public testing::Test {
 protected:
  std::string PageOf(const client::ActDraft& draft, Language language = Language::kEnglish) {
    return ActPage({Opened(draft), "FORMAL", {}}, imprint_, language);
  }
  std::string ChecklistOf(const client::ActDraft& draft) {
    return ChecklistPage(Opened(draft), {}, imprint_, Language::kEnglish);
  }
  client::OpenedAct Opened(const client::ActDraft& draft) {
    const auto opened = client::OpenAct(offices_.Signed(draft).act,
                                        {offices_.co().sealing},
                                        offices_.signers(),
                                        SystemClock().Now());
    EXPECT_THAT(opened, IsOk());
    return *opened;
  }
  client::TestOffices offices_;
  Imprint imprint_ = {"co-fgn", "rogatoria.example", "key", SystemClock().Now(), "a.html"};
};

TEST_F(ActPageTest, LimitsOfUseAndWhomNotToContactComeFirst) {
  client::ActDraft draft = offices_.Request();
  draft.cover_slip.set_subject("the subject");
  draft.cover_slip.add_do_not_contact(content::v1::CONTACT_MANNER_FAMILY);
  auto& request = *draft.content.mutable_request();
  request.set_summary_of_facts("the facts");
  request.mutable_use_limitation()->set_purpose_limitation("these proceedings");
  const std::string page = PageOf(draft);
  const size_t contact = page.find("Do not contact by"), limit = page.find("these proceedings");
  ASSERT_NE(contact, std::string::npos) << page;
  ASSERT_NE(limit, std::string::npos);
  for (const char* later : {"the subject", "the facts", "Printed on", "pt-pgr</dd>"}) {
    ASSERT_NE(page.find(later), std::string::npos) << later;
    EXPECT_LT(contact, page.find(later));
    EXPECT_LT(limit, page.find(later));
  }
  EXPECT_EQ(limit, page.rfind("these proceedings")) << "said once";
}

TEST_F(ActPageTest, ATrainingPageSaysSoAboveEverything) {
  const client::ActDraft draft = offices_.Request();
  EXPECT_THAT(PageOf(draft), Not(HasSubstr("TRAINING")));
  imprint_.training = true;
  const std::string page = PageOf(draft);
  EXPECT_LT(page.find("<main>\n<p class=\"summary\">TRAINING"), page.find("<h1>"));
}

TEST_F(ActPageTest, WhoHasAPseudonymIsNotNamed) {
  client::ActDraft draft = offices_.Request();
  auto& person = *draft.content.mutable_request()->add_persons();
  person.set_pseudonym("VIC-0001");
  person.set_name("Inventada Inexistente");
  person.add_also_known_as("La Inventada");
  person.set_birth_day("2010-01-01");
  person.set_whereabouts("Calle Falsa 1");
  person.add_identity_documents()->set_number("X-123");
  draft.content.mutable_request()->add_persons()->set_name("Fulano de Ejemplo");
  const std::string page = PageOf(draft);
  for (const char* hidden : {"Inventada", "2010-01-01", "Calle Falsa", "X-123"})
    EXPECT_THAT(page, Not(HasSubstr(hidden)));
  EXPECT_THAT(page, HasSubstr("VIC-0001"));
  EXPECT_THAT(page, HasSubstr("not printed: the person goes by the pseudonym"));
  EXPECT_THAT(page, HasSubstr("Fulano de Ejemplo"));
}

TEST_F(ActPageTest, AnIdentityPartIsToldOfAndNeverPrinted) {
  client::OpenedAct opened = Opened(offices_.Request());
  const std::string told = "sealed apart and never printed";
  EXPECT_THAT(ActPage({opened, "FORMAL", {}}, imprint_, Language::kEnglish), Not(HasSubstr(told)));
  opened.header.mutable_identity_part()->set_sealed_size(1);
  EXPECT_THAT(ActPage({opened, "FORMAL", {}}, imprint_, Language::kEnglish), HasSubstr(told));
}

TEST_F(ActPageTest, WhatTheSenderWroteIsText) {
  client::ActDraft draft = offices_.Request();
  // What is no UTF-8 does not come through protobuf.
  const std::string attack =
      "</style><script>alert(1)</script>\xe2\x80\xae\xd8\x9c\x1b" + std::string(1, '\0');
  draft.cover_slip.set_subject(attack);
  draft.cover_slip.set_handling_restriction(attack);
  draft.content.mutable_letter()->set_text(attack);
  draft.content.mutable_request()->set_summary_of_facts(attack + std::string(100'000, 'x'));
  auto& element = *draft.content.mutable_request()->mutable_checklist()->add_elements();
  element.set_element(attack);
  element.set_gap(attack);
  ExpectHarmless(PageOf(draft));
  ExpectHarmless(ChecklistOf(draft));
}

TEST_F(ActPageTest, AChecklistSaysWhatNoRowSpeaksOf) {
  client::ActDraft draft = offices_.Request();
  auto& list = *draft.content.mutable_request()->mutable_checklist();
  auto& act = *list.add_elements();
  act.set_trafficking_act(content::v1::TRAFFICKING_ACT_RECRUITMENT);
  act.set_element_status(content::v1::ELEMENT_STATUS_GAP);
  act.set_gap("the recruiter's statement");
  act.set_measure_ordinal(1);
  const std::string page = ChecklistOf(draft);
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\">Act: recruitment</th>"));
  EXPECT_THAT(page, HasSubstr("the recruiter&#39;s statement"));
  EXPECT_THAT(page, HasSubstr("1. hearing by video link"));
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\">Means</th>"));
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\">Purpose</th>"));
  // The gap of the act, and the two that no row speaks of.
  EXPECT_THAT(page, HasSubstr("Proved: 0. In part: 0. Missing: 3. Not needed: 0."));
  list.set_minority(content::v1::MINORITY_PRESUMED);
  const std::string of_child = ChecklistOf(draft);
  EXPECT_THAT(of_child, HasSubstr("no means has to be proved"));
  EXPECT_THAT(of_child, Not(HasSubstr("<th scope=\"row\">Means</th>")));
  EXPECT_THAT(of_child, HasSubstr("Missing: 2."));
}

}  // namespace
}  // namespace rogatoria::cli
