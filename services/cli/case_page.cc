#include "services/cli/case_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

using Kind = PageText::Kind;

// What is still to come of a case and its deadlines stands under a row of its own.
class CaseWriter {
 public:
  CaseWriter(const CasePageFacts& facts, const Imprint& imprint, Language language)
      : facts_(facts),
        imprint_(imprint),
        language_(language),
        page_(BeginPage(imprint, language, Said(Message::CASE_PAGE_TITLE), Code("case"))) {}

  std::string Write() {
    AddOrigin(imprint_, language_, page_);
    Standing();
    Measures();
    Clocks();
    Timeline();
    AddClaims({Said(Message::CASE_PAGE_IS),
               Said(Message::CASE_PAGE_PROVES),
               Said(Message::CASE_PAGE_PROVES_NOT)},
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
  std::string Code(const char* member) const { return facts_.view.value(member, std::string()); }
  std::string Word(const char* member) const { return WordFor(Code(member), language_); }

  void Standing() {
    const std::string effect = Code("effect");
    page_.Heading(2, Said(Message::COL_CASE));
    page_.Facts(
        {{Said(Message::COL_TYPE), {Word("type")}},
         {Said(Message::COL_STATE), {Word("state")}},
         {Said(Message::COL_CHANNEL), {Word("channel")}},
         {Said(Message::COL_BASIS), {Code("legal_basis")}},
         {Said(Message::COL_EFFECT),
          {effect.empty() ? "" : WordFor(absl::StrCat("EFFECT_", effect), language_)}},
         {Said(Message::COL_PARTIES), {Parties()}},
         {Said(Message::COL_RELATED),
          {absl::StrJoin(facts_.view["related_cases"].get<std::vector<std::string>>(), ", "),
           Kind::kCode}},
         {Said(Message::COL_OPENED), {ReadableInstant(Code("opened"))}},
         {Said(Message::COL_UPDATED), {ReadableInstant(Code("updated"))}}});
  }

  std::string Parties() const {
    std::vector<std::string> parties;
    for (const Json& party : facts_.view["parties"]) {
      parties.push_back(absl::StrCat(party["authority"].get<std::string>(),
                                     " (",
                                     WordFor(party["role"].get<std::string>(), language_),
                                     ")"));
    }
    return absl::StrJoin(parties, ", ");
  }

  void Measures() {
    if (facts_.view["measures"].empty()) return;
    PageTable table{Said(Message::COL_MEASURES),
                    {Said(Message::COL_NUMBER),
                     Said(Message::COL_ONE_MEASURE),
                     Said(Message::COL_STATE),
                     Said(Message::COL_AUTHORITY)}};
    for (const Json& measure : facts_.view["measures"]) {
      table.rows.push_back({{measure["number"].dump()},
                            {WordFor(measure["code"].get<std::string>(), language_)},
                            {WordFor(measure["state"].get<std::string>(), language_)},
                            {measure["responsible"].get<std::string>()}});
    }
    page_.Table(table);
  }

  void Clocks() {
    if (facts_.clocks.empty()) return;
    PageTable table{Said(Message::HEADING_CLOCKS),
                    {Said(Message::COL_DUE),
                     Said(Message::COL_CLOCK),
                     Said(Message::COL_STATE),
                     Said(Message::COL_WHOSE),
                     Said(Message::COL_MEASURE)}};
    for (const Json& clock : facts_.clocks) {
      const auto text = [&](const char* member) { return clock[member].get<std::string>(); };
      std::vector<std::string> measures;
      for (const Json& measure : clock["measures"]) measures.push_back(measure.dump());
      table.rows.push_back({{ReadableInstant(text("due"))},
                            {WordFor(absl::StrCat("CLOCK_", text("clock")), language_)},
                            {WordFor(absl::StrCat("CLOCK_IS_", text("standing")), language_),
                             text("standing") == "OVERDUE" ? Kind::kAlarm : Kind::kWords},
                            {text("authority")},
                            {absl::StrJoin(measures, ", ")}});
    }
    page_.Table(table);
  }

  void Timeline() {
    page_.Heading(2, Said(Message::HEADING_TIMELINE));
    PageTable past = EventTable(Said(Message::CASE_PAGE_PAST));
    PageTable future = EventTable(Said(Message::CASE_PAGE_FUTURE));
    for (const CaseEvent& event : facts_.events) {
      PageTable& table = event.at_unix_ms > imprint_.made.unix_ms ? future : past;
      table.rows.push_back({{ReadableInstant(InstantText(event.at_unix_ms))},
                            {WordFor(absl::StrCat("SORT_", event.sort), language_)},
                            {event.text},
                            {event.act, Kind::kCode}});
    }
    for (const PageTable* table : {&past, &future}) {
      if (!table->rows.empty()) page_.Table(*table);
    }
  }

  PageTable EventTable(const std::string& caption) const {
    return {caption,
            {Said(Message::COL_WHEN),
             Said(Message::COL_EVENT),
             Said(Message::CASE_PAGE_WHAT),
             Said(Message::COL_ACT)}};
  }

  const CasePageFacts& facts_;
  const Imprint& imprint_;
  const Language language_;
  Page page_;
};

}  // namespace

std::string CasePage(const CasePageFacts& facts, const Imprint& imprint, Language language) {
  return CaseWriter(facts, imprint, language).Write();
}

}  // namespace rogatoria::cli
