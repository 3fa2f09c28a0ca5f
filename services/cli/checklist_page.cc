#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "services/cli/act_page.h"
#include "services/cli/content_text.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

using Kind = PageText::Kind;
using content::v1::ChecklistElement;

template <typename Enum>
std::string CodeWord(Enum value, absl::string_view prefix, Language language) {
  const auto* known = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  if (value == 0 || known == nullptr) return "";
  return ContentWord(known->name().substr(prefix.size()), known->name(), language);
}

// The part of the definition that an element belongs to: a name of its field.
constexpr std::array<const char*, 4> kParts = {
    "trafficking_act", "trafficking_means", "trafficking_purpose", "element"};

size_t PartOf(const ChecklistElement& element) {
  if (element.trafficking_act() != 0) return 0;
  if (element.trafficking_means() != 0) return 1;
  return element.trafficking_purpose() != 0 ? 2 : 3;
}

std::string Name(const ChecklistElement& element, Language language) {
  switch (PartOf(element)) {
    case 0:
      return CodeWord(element.trafficking_act(), "TRAFFICKING_ACT_", language);
    case 1:
      return CodeWord(element.trafficking_means(), "TRAFFICKING_MEANS_", language);
    case 2:
      return CodeWord(element.trafficking_purpose(), "TRAFFICKING_PURPOSE_", language);
    default:
      return element.element();
  }
}

class ChecklistWriter {
 public:
  ChecklistWriter(const client::OpenedAct& opened, const Imprint& imprint, Language language)
      : opened_(opened),
        list_(opened.content.request().checklist()),
        imprint_(imprint),
        language_(language),
        page_(BeginPage(imprint,
                        language,
                        Said(Message::CHECKLIST_PAGE_TITLE),
                        opened.header.act_id(),
                        Said(Message::ACT_PAGE_FOOT))) {
    page_.WrittenIn(opened.header.language());
  }

  std::string Write(const std::vector<PageFact>& guidance) {
    AddReadFirst(opened_, language_, page_);
    AddOrigin(imprint_, language_, page_);
    page_.Summary(Counts());
    DrawnUp();
    Elements();
    page_.Heading(2, Said(Message::CHECKLIST_GUIDANCE));
    page_.Facts(guidance);
    AddClaims({Said(Message::CHECKLIST_PAGE_IS),
               Said(Message::ACT_PAGE_PROVES),
               Said(Message::CHECKLIST_PAGE_PROVES_NOT)},
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

  bool IsChild() const {
    return list_.minority() == content::v1::MINORITY_YES ||
           list_.minority() == content::v1::MINORITY_PRESUMED;
  }

  // Act and purpose are always to be proved, means unless the victim is a child.
  bool LacksRow(size_t part) const {
    const bool is_needed = part < 3 && !(part == 1 && IsChild());
    return is_needed &&
           std::none_of(list_.elements().begin(),
                        list_.elements().end(),
                        [&](const ChecklistElement& element) { return PartOf(element) == part; });
  }

  // What no row speaks of is missing, as its row below says.
  std::ptrdiff_t UnspokenParts() const {
    std::ptrdiff_t unspoken = 0;
    for (size_t part = 0; part < kParts.size(); ++part) unspoken += LacksRow(part) ? 1 : 0;
    return unspoken;
  }

  std::string Counts() const {
    const auto count = [&](content::v1::ElementStatus status) {
      return std::count_if(
          list_.elements().begin(), list_.elements().end(), [&](const ChecklistElement& element) {
            return element.element_status() == status;
          });
    };
    return Said(Message::CHECKLIST_COUNTS,
                count(content::v1::ELEMENT_STATUS_PROVED),
                count(content::v1::ELEMENT_STATUS_PARTLY_PROVED),
                count(content::v1::ELEMENT_STATUS_GAP) + UnspokenParts(),
                count(content::v1::ELEMENT_STATUS_NOT_NEEDED));
  }

  void DrawnUp() {
    const content::v1::Official& by = list_.prepared_by();
    page_.Heading(2, Said(Message::ACT_PAGE_ACT));
    page_.Facts(
        {{Said(Message::COL_CASE), {opened_.header.case_id(), Kind::kCode}},
         {Said(Message::COL_REFERENCE), {opened_.cover_slip.sender_reference(), Kind::kWritten}},
         {Said(Message::COL_FROM), {opened_.header.sender()}},
         {ContentWord("prepared_by", "", language_), {by.function(), Kind::kWritten}},
         {ContentWord("prepared_day", "", language_), {list_.prepared_day()}},
         {ContentWord("minority", "", language_),
          {CodeWord(list_.minority(), "MINORITY_", language_)}}});
    if (IsChild()) page_.Paragraph({Said(Message::CHECKLIST_CHILD)});
  }

  // Act, means, purpose, the rest; a part that no row speaks of has a row that says so.
  void Elements() {
    page_.Heading(2, ContentWord("elements", "", language_));
    PageTable table{Said(Message::CHECKLIST_CAPTION),
                    {ContentWord("element", "", language_),
                     ContentWord("element_status", "", language_),
                     ContentWord("exhibit", "", language_),
                     ContentWord("gap", "", language_),
                     Said(Message::CHECKLIST_CLOSED_BY)}};
    for (size_t part = 0; part < kParts.size(); ++part) {
      for (const ChecklistElement& element : list_.elements()) {
        if (PartOf(element) == part) table.rows.push_back(Row(element));
      }
      if (LacksRow(part)) table.rows.push_back(EmptyRow(part));
    }
    page_.Table(table);
  }

  std::vector<PageText> Row(const ChecklistElement& element) const {
    const bool is_open = element.element_status() == content::v1::ELEMENT_STATUS_GAP ||
                         element.element_status() == content::v1::ELEMENT_STATUS_PARTLY_PROVED;
    const std::string part = ContentWord(kParts[PartOf(element)], "", language_);
    return {{SentenceCase(absl::StrCat(part, ": ", Name(element, language_)))},
            {CodeWord(element.element_status(), "ELEMENT_STATUS_", language_),
             is_open ? Kind::kAlarm : Kind::kWords},
            {element.exhibit(), Kind::kWritten},
            {element.gap(), Kind::kWritten},
            {Measure(element.measure_ordinal())}};
  }

  std::vector<PageText> EmptyRow(size_t part) const {
    return {{SentenceCase(ContentWord(kParts[part], "", language_))},
            {Said(Message::CHECKLIST_NO_ROW), Kind::kAlarm},
            {},
            {},
            {}};
  }

  std::string Measure(uint32_t ordinal) const {
    for (const v1::MeasureRef& measure : opened_.header.measures()) {
      if (measure.ordinal() == ordinal)
        return absl::StrCat(ordinal, ". ", WordFor(measure.code(), language_));
    }
    return ordinal == 0 ? "" : absl::StrCat(ordinal);
  }

  const client::OpenedAct& opened_;
  const content::v1::CaseFileChecklist& list_;
  const Imprint& imprint_;
  const Language language_;
  Page page_;
};

}  // namespace

std::string ChecklistPage(const client::OpenedAct& opened,
                          const std::vector<PageFact>& guidance,
                          const Imprint& imprint,
                          Language language) {
  return ChecklistWriter(opened, imprint, language).Write(guidance);
}

}  // namespace rogatoria::cli
