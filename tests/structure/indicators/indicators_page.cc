#include "tests/structure/indicators/indicators_page.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/client/indicators.h"

namespace rogatoria {
namespace {

using client::IndicatorDimension;
using client::IndicatorList;
using client::IndicatorRow;

constexpr absl::string_view kIntroduction = R"(# Indicators of trafficking in human beings

Made from the catalogue (`common/client/indicators.inc`) by `describe_indicators > docs/indicators.md`; a test compares.

In 2009 the ILO and the European Commission published what experts whom they had asked in two rounds hold to be signs of trafficking: four lists, for adults and for children,
for labour and for sexual exploitation. Each list goes through six dimensions of the definition, and each indicator is strong, medium or weak. A front-line officer names in a detection report
what was seen by a code, and an authority names what its finding rests on; a code is read alike in every office and every language.

**Nothing is computed from it.** The catalogue gives the dimension and the strength of a code, and nothing adds codes up: no program of Rogatoria says, or helps to say by counting, that somebody
is a victim. An authority finds that by its own act, with its reasons. For a child the means need not be shown (Palermo Protocol, article 3(c)); of a person about whom no code was named nothing follows either.

## Codes

`AL-DR-01`: the list (AL adults and labour, AS adults and sexual, CL children and labour, CS children and sexual exploitation), the dimension, a number. Codes and numbers are ours; the publication has none.
A number means the same indicator in every list, is missing where a list does not have the indicator, and is never given to another. The words are ours too, in three languages, and short: what
exactly each indicator covers the publication explains. Whoever reads a code that is not here sees it bare.

## What it rests on

The publication itself, *Operational indicators of trafficking in human beings* (ILO, WCMS_105023, revised September 2009), **could not be read when this was made**: only its summary and its first page. What was read:

1. A transcription of both labour lists with the strength of each indicator, in a public repository ("Unified Weighted Trafficking-Indicator Reference"). It names WCMS_105023 and WCMS_105035 as its sources,
   and says of itself that language models drafted and verified it. It also mentions in passing the strength of three indicators of the sexual lists.
2. The page on the publication at seafish.org, which says how many indicators the lists have in each dimension: 10, 10, 16, 9, 15 and 7. The first source has just these for AL; for CL it has
   15 and 8 in the third and the fourth, and says which ones the list leaves out.

| list | state | by |
|---|---|---|
| AL | complete: how many there are both sources say; each strength is the first one's alone | 1, 2 |
| CL | complete as far as the first source goes, which the second does not confirm: CHECK_BEFORE_PRODUCTION | 1 |
| AS | **not read**: the strength of one indicator, CHECK_BEFORE_PRODUCTION; of the others not even that the list has them | a mention in 1 |
| CS | **not read**: the strength of two indicators, CHECK_BEFORE_PRODUCTION; of the others not even that the list has them | mentions in 1 |

Whoever detects sexual exploitation has to say what was seen all the same, and in words that the other side can read. So each indicator of the labour lists has a code in AS and CS, too, with the same words
and a strength that is `not read`. What the sexual lists alone have, such as what was promised of the conditions of prostitution, has no code yet. Before production somebody who has the publication compares every
row with it, AL too, strikes what AS and CS do not have and adds what they lack.

How many there are:

)";

constexpr IndicatorList kLists[] = {IndicatorList::kAdultsLabour,
                                    IndicatorList::kAdultsSexual,
                                    IndicatorList::kChildrenLabour,
                                    IndicatorList::kChildrenSexual};
constexpr IndicatorDimension kDimensions[] = {IndicatorDimension::kDeceptiveRecruitment,
                                              IndicatorDimension::kCoerciveRecruitment,
                                              IndicatorDimension::kRecruitmentByVulnerability,
                                              IndicatorDimension::kExploitation,
                                              IndicatorDimension::kCoercionAtDestination,
                                              IndicatorDimension::kVulnerabilityAtDestination};

int Count(IndicatorList list, IndicatorDimension dimension) {
  int count = 0;
  for (const IndicatorRow& row : client::AllIndicators())
    if (row.list == list && row.dimension == dimension) ++count;
  return count;
}

void AddCounts(std::string& page) {
  absl::StrAppend(&page, "| list | DR | CR | AR | EX | CD | AD |\n|---|---|---|---|---|---|---|\n");
  for (const IndicatorList list : kLists) {
    absl::StrAppend(&page, "| ", client::IndicatorListText(list, Language::kEnglish));
    for (const IndicatorDimension dimension : kDimensions)
      absl::StrAppend(&page, " | ", Count(list, dimension));
    absl::StrAppend(&page, " |\n");
  }
}

// Adults, labour exploitation (AL)
void AddList(const IndicatorRow& first, std::string& page) {
  std::string title(client::IndicatorListText(first.list, Language::kEnglish));
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  absl::StrAppend(&page, "\n## ", title, " (", first.code.substr(0, 2), ")\n");
}

void AddDimension(const IndicatorRow& first, std::string& page) {
  absl::StrAppend(&page,
                  "\n**",
                  client::IndicatorDimensionText(first.dimension, Language::kEnglish),
                  "** (",
                  client::IndicatorDimensionText(first.dimension, Language::kSpanish),
                  "; ",
                  client::IndicatorDimensionText(first.dimension, Language::kPortuguese),
                  ")\n\n| code | strength | what is seen | en español | em português | state |\n"
                  "|---|---|---|---|---|---|\n");
}

void AddRow(const IndicatorRow& row, std::string& page) {
  absl::StrAppend(&page,
                  "| `",
                  row.code,
                  "` | ",
                  client::IndicatorStrengthText(row.strength, Language::kEnglish),
                  " | ",
                  row.en,
                  " | ",
                  row.es,
                  " | ",
                  row.pt,
                  row.checked ? " | - |\n" : " | CHECK_BEFORE_PRODUCTION |\n");
}

}  // namespace

std::string DescribeIndicators() {
  std::string page(kIntroduction);
  AddCounts(page);
  std::optional<IndicatorList> list;
  std::optional<IndicatorDimension> dimension;
  for (const IndicatorRow& row : client::AllIndicators()) {
    const bool new_list = list != row.list;
    if (new_list) AddList(row, page);
    if (new_list || dimension != row.dimension) AddDimension(row, page);
    AddRow(row, page);
    list = row.list;
    dimension = row.dimension;
  }
  return page;
}

}  // namespace rogatoria
