#include "services/cli/act_page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/bytes.h"
#include "common/client/attached.h"
#include "common/client/content_rules.h"
#include "services/cli/content_text.h"
#include "services/cli/language.h"
#include "services/cli/outline_page.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

using Kind = PageText::Kind;

void AddContradictions(const client::OpenedAct& opened, Language language, Page& page) {
  if (opened.contradictions.empty()) return;
  page.Paragraph({Say(language, Message::ACT_PAGE_CONTRADICTS), Kind::kAlarm});
  PageTable table{WordFor("DISCREPANCY_NOTICE", language),
                  {ContentWord("discrepancy_code", "", language),
                   ContentWord("field", "", language),
                   ContentWord("stated", "", language),
                   ContentWord("found", "", language)}};
  for (const content::v1::Discrepancy& one : opened.contradictions) {
    table.rows.push_back(
        {{std::string(client::DiscrepancyText(one.discrepancy_code(), LanguageTag(language)))},
         {DescribePath(one.field(), language)},
         {one.stated()},
         {one.found()}});
  }
  page.Table(table);
}

class ActWriter {
 public:
  ActWriter(const ActPageFacts& facts, const Imprint& imprint, Language language)
      : facts_(facts),
        header_(facts.opened.header),
        imprint_(imprint),
        language_(language),
        page_(BeginPage(imprint,
                        language,
                        Said(Message::ACT_PAGE_TITLE, WordFor(KindCode(header_.kind()), language)),
                        header_.act_id(),
                        Said(Message::ACT_PAGE_FOOT))) {
    page_.WrittenIn(header_.language());
  }

  std::string Write() {
    AddReadFirst(facts_.opened, language_, page_);
    AddOrigin(imprint_, language_, page_);
    Header();
    Letter();
    Typed();
    Receipts();
    AddClaims({Said(Message::ACT_PAGE_IS),
               Said(Message::ACT_PAGE_PROVES),
               Said(Message::ACT_PAGE_PROVES_NOT)},
              language_,
              page_);
    AddVerifying(imprint_, language_, page_);
    return std::move(page_).Finish();
  }

 private:
  template <typename... Args>
  std::string Said(Message message, const Args&... args) const {
    return Say(language_, message, args...);
  }
  std::string Word(const std::string& code) const {
    return code.empty() ? "" : WordFor(code, language_);
  }

  void Header() {
    const content::v1::CoverSlip& slip = facts_.opened.cover_slip;
    const std::string& article = header_.legal_basis().article();
    page_.Heading(2, Said(Message::ACT_PAGE_ACT));
    page_.Facts(
        {{Said(Message::COL_SUBJECT), {slip.subject(), Kind::kWritten}},
         {Said(Message::COL_REFERENCE), {slip.sender_reference(), Kind::kWritten}},
         {Said(Message::COL_CASE), {header_.case_id(), Kind::kCode}},
         {Said(Message::COL_FROM), {header_.sender()}},
         {Said(Message::COL_TO), {Recipients()}},
         {Said(Message::COL_CHANNEL), {Word(ChannelCode(header_.channel_class()))}},
         {Said(Message::COL_BASIS),
          {absl::StrCat(
              header_.legal_basis().instrument(), article.empty() ? "" : " art. ", article)}},
         {Said(Message::COL_CHANNEL_BASIS), {header_.channel_basis()}},
         {Said(Message::COL_EFFECT), {Word(absl::StrCat("EFFECT_", facts_.effect))}},
         {Said(Message::COL_URGENCY), {Word(UrgencyCode(header_.urgency().level()))}},
         {Said(Message::COL_REPLY_TO), {header_.in_reply_to(), Kind::kCode}},
         {Said(Message::COL_CREATED), {ReadableInstant(InstantText(header_.created_unix_ms()))}},
         {Said(Message::COL_SIGNED_BY), {facts_.opened.signer.subject_common_name()}},
         {Said(Message::COL_CONTENT), {ToHex(header_.content().sealed_sha256()), Kind::kCode}},
         {Said(Message::COL_IDENTITY),
          {header_.has_identity_part() ? Said(Message::ACT_PAGE_IDENTITY) : ""}}});
    Measures();
  }

  std::string Recipients() const {
    return absl::StrJoin(header_.recipients(), ", ", [](std::string* out, const auto& recipient) {
      absl::StrAppend(out, recipient.authority());
    });
  }

  // A request has no outcomes yet.
  void Measures() {
    if (header_.measures().empty()) return;
    const bool has_outcomes = std::any_of(
        header_.measures().begin(), header_.measures().end(), [](const v1::MeasureRef& measure) {
          return measure.outcome() != 0;
        });
    PageTable table{Said(Message::COL_MEASURES),
                    {Said(Message::COL_NUMBER), Said(Message::COL_ONE_MEASURE)}};
    if (has_outcomes) table.columns.push_back(ContentWord("outcome", "", language_));
    for (const v1::MeasureRef& measure : header_.measures()) {
      table.rows.push_back({{absl::StrCat(measure.ordinal())}, {Word(measure.code())}});
      if (has_outcomes) table.rows.back().push_back({Word(OutcomeCode(measure.outcome()))});
    }
    page_.Table(table);
  }

  void Letter() {
    const content::v1::Letter& letter = facts_.opened.content.letter();
    PageTable table{Said(Message::COL_EXPORT_DOCUMENTS),
                    {Said(Message::COL_TYPE),
                     Said(Message::COL_FILE),
                     Said(Message::COL_TITLE),
                     Said(Message::COL_LANGUAGE)}};
    const auto add = [&](Message sort, const content::v1::Document& document) {
      if (!client::HasBytes(document)) return;
      table.rows.push_back({{Said(sort)},
                            {document.file_name(), Kind::kWritten},
                            {document.title(), Kind::kWritten},
                            {document.language()}});
    };
    add(Message::COL_DOCUMENT, letter.document());
    for (const auto& document : letter.translations()) add(Message::COL_TRANSLATION, document);
    for (const auto& document : letter.enclosures()) add(Message::COL_ENCLOSURE, document);
    if (table.rows.empty() && letter.text().empty()) return;
    page_.Heading(2, ContentWord("letter", "", language_));
    if (!letter.text().empty()) page_.Paragraph({letter.text(), Kind::kWritten});
    for (std::vector<PageText>& row : table.rows) row[0].text = SentenceCase(row[0].text);
    if (!table.rows.empty()) page_.Table(table);
  }

  void Typed() {
    for (const OutlineItem& group :
         OutlineTyped(facts_.opened.content, language_, Reader::kPaper)) {
      page_.Heading(2, Said(Message::ACT_PAGE_SAYS));
      AddOutline(group.parts, 3, language_, page_);
    }
  }

  void Receipts() {
    if (facts_.receipts.empty()) return;
    page_.Heading(2, Said(Message::COL_RECEIPTS));
    PageTable table{Said(Message::ACT_PAGE_RECEIPTS),
                    {Said(Message::COL_WHEN), Said(Message::COL_EVENT)}};
    for (const CaseEvent& event : facts_.receipts) {
      table.rows.push_back({{ReadableInstant(InstantText(event.at_unix_ms))}, {event.text}});
    }
    page_.Table(table);
  }

  const ActPageFacts& facts_;
  const v1::ActHeader& header_;
  const Imprint& imprint_;
  const Language language_;
  Page page_;
};

}  // namespace

void AddReadFirst(const client::OpenedAct& opened, Language language, Page& page) {
  const content::v1::CoverSlip& slip = opened.cover_slip;
  page.BeginFrame();
  page.Heading(2, Say(language, Message::ACT_PAGE_FIRST));
  if (slip.minors()) page.Paragraph({Say(language, Message::SLIP_MINORS), Kind::kAlarm});
  if (slip.victims()) page.Paragraph({Say(language, Message::SLIP_VICTIMS), Kind::kAlarm});
  const Outline limits = OutlineLimits(slip, opened.content, language);
  AddOutline(limits, 3, language, page);
  if (limits.empty()) page.Paragraph({Say(language, Message::ACT_PAGE_NO_LIMITS)});
  page.EndFrame();
  AddContradictions(opened, language, page);
}

std::string ActPage(const ActPageFacts& facts, const Imprint& imprint, Language language) {
  return ActWriter(facts, imprint, language).Write();
}

}  // namespace rogatoria::cli
