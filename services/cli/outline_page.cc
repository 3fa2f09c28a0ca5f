#include "services/cli/outline_page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/cli/messages.h"

namespace rogatoria::cli {
namespace {

using Sort = OutlineItem::Sort;

constexpr size_t kDeepest = 6;      // of HTML's headings
constexpr size_t kMostColumns = 4;  // that one can read on A4, beside the number

PageText TextOf(const OutlineItem& item) {
  return {item.value, item.is_written ? PageText::Kind::kWritten : PageText::Kind::kWords};
}

// The names of the values in all groups of a list, in the order in which they come.
std::vector<std::string> Columns(const OutlineItem& list) {
  std::vector<std::string> columns;
  for (const OutlineItem& group : list.parts) {
    for (const OutlineItem& item : group.parts) {
      if (std::find(columns.begin(), columns.end(), item.label) == columns.end())
        columns.push_back(item.label);
    }
  }
  return columns;
}

bool IsTable(const OutlineItem& list) {
  const bool is_flat =
      std::all_of(list.parts.begin(), list.parts.end(), [](const OutlineItem& group) {
        return std::all_of(group.parts.begin(), group.parts.end(), [](const OutlineItem& item) {
          return item.sort == Sort::kValue;
        });
      });
  return is_flat && Columns(list).size() <= kMostColumns;
}

void AddTable(const OutlineItem& list, Language language, Page& page) {
  const std::vector<std::string> columns = Columns(list);
  PageTable table{list.label, {Say(language, Message::COL_NUMBER)}};
  table.columns.insert(table.columns.end(), columns.begin(), columns.end());
  for (const OutlineItem& group : list.parts) {
    std::vector<PageText> row = {{absl::StrCat(table.rows.size() + 1)}};
    row.resize(table.columns.size());
    for (const OutlineItem& item : group.parts) {
      const auto at = std::find(columns.begin(), columns.end(), item.label);
      row[static_cast<size_t>(at - columns.begin()) + 1] = TextOf(item);
    }
    table.rows.push_back(std::move(row));
  }
  page.Table(table);
}

void AddGroup(const OutlineItem& group, size_t level, Language language, Page& page) {
  page.Heading(std::min(level, kDeepest), group.label);
  AddOutline(group.parts, level + 1, language, page);
}

}  // namespace

// Values and tables first: what follows a group would be heard as a part of it.
void AddOutline(const Outline& outline, size_t level, Language language, Page& page) {
  std::vector<PageFact> facts;
  for (const OutlineItem& item : outline) {
    if (item.sort == Sort::kValue) facts.push_back({item.label, TextOf(item)});
  }
  page.Facts(facts);
  for (const OutlineItem& item : outline) {
    if (item.sort == Sort::kList && IsTable(item)) AddTable(item, language, page);
  }
  for (const OutlineItem& item : outline) {
    if (item.sort == Sort::kGroup) AddGroup(item, level, language, page);
    if (item.sort != Sort::kList || IsTable(item)) continue;
    for (const OutlineItem& group : item.parts) AddGroup(group, level, language, page);
  }
}

}  // namespace rogatoria::cli
