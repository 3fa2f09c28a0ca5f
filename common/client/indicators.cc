#include "common/client/indicators.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace rogatoria::client {
namespace {

using Texts = std::array<absl::string_view, 3>;  // in the order of Language

// What is known of an indicator in one list.
struct Cell {
  bool listed = false;
  IndicatorStrength strength = IndicatorStrength::kWeak;
  bool checked = false;
};

constexpr Cell kStrong{true, IndicatorStrength::kStrong, true};
constexpr Cell kMedium{true, IndicatorStrength::kMedium, true};
constexpr Cell kWeak{true, IndicatorStrength::kWeak, true};
constexpr Cell kCheckStrong{true, IndicatorStrength::kStrong, false};
constexpr Cell kCheckMedium{true, IndicatorStrength::kMedium, false};
constexpr Cell kAbsent{};  // the source says that the list does not have it
// No source that was read says anything. Its words are the same in every list: it has a code.
constexpr Cell kUnread{true, IndicatorStrength::kUnread, false};

// A row of indicators.inc: an indicator in all four lists.
struct Entry {
  absl::string_view dimension;
  absl::string_view number;
  std::array<Cell, 4> cells;  // in the order of IndicatorList
  Texts texts;
};

constexpr Entry kEntries[] = {
#define ROGATORIA_INDICATOR(dimension, number, al, as, cl, cs, en, es, pt) \
  {#dimension, #number, {k##al, k##as, k##cl, k##cs}, {en, es, pt}},
#include "common/client/indicators.inc"
#undef ROGATORIA_INDICATOR
};

struct Named {
  absl::string_view letters;
  Texts texts;
};

constexpr std::array<Named, 4> kLists = {{
    {"AL",
     {"adults, labour exploitation",
      "adultos, explotación laboral",
      "adultos, exploração laboral"}},
    {"AS",
     {"adults, sexual exploitation", "adultos, explotación sexual", "adultos, exploração sexual"}},
    {"CL",
     {"children, labour exploitation",
      "niños, explotación laboral",
      "crianças, exploração laboral"}},
    {"CS",
     {"children, sexual exploitation", "niños, explotación sexual", "crianças, exploração sexual"}},
}};

constexpr std::array<Named, 6> kDimensions = {{
    {"DR", {"deceptive recruitment", "captación con engaño", "recrutamento com engano"}},
    {"CR", {"coercive recruitment", "captación con coacción", "recrutamento com coação"}},
    {"AR",
     {"recruitment by abuse of vulnerability",
      "captación con abuso de la vulnerabilidad",
      "recrutamento com abuso da vulnerabilidade"}},
    {"EX", {"exploitation", "explotación", "exploração"}},
    {"CD", {"coercion at destination", "coacción en el destino", "coação no destino"}},
    {"AD",
     {"abuse of vulnerability at destination",
      "abuso de la vulnerabilidad en el destino",
      "abuso da vulnerabilidade no destino"}},
}};

constexpr std::array<Texts, 4> kStrengths = {{
    {"strong", "fuerte", "forte"},
    {"medium", "medio", "médio"},
    {"weak", "débil", "fraco"},
    {"not read", "no leído", "não lido"},
}};

absl::string_view In(const Texts& texts, Language language) {
  return texts[static_cast<size_t>(language)];
}

IndicatorDimension DimensionOf(absl::string_view letters) {
  const auto found = std::find_if(kDimensions.begin(), kDimensions.end(), [&](const Named& named) {
    return named.letters == letters;
  });
  return static_cast<IndicatorDimension>(found - kDimensions.begin());
}

IndicatorRow RowOf(const Entry& entry, size_t list) {
  const Cell& cell = entry.cells[list];
  return {absl::StrCat(kLists[list].letters, "-", entry.dimension, "-", entry.number),
          static_cast<IndicatorList>(list),
          DimensionOf(entry.dimension),
          cell.strength,
          cell.checked,
          entry.texts[0],
          entry.texts[1],
          entry.texts[2]};
}

}  // namespace

const std::vector<IndicatorRow>& AllIndicators() {
  static const auto& all = *[] {
    auto* rows = new std::vector<IndicatorRow>;
    for (size_t list = 0; list < kLists.size(); ++list)
      for (const Entry& entry : kEntries)
        if (entry.cells[list].listed) rows->push_back(RowOf(entry, list));
    return rows;
  }();
  return all;
}

const IndicatorRow* FindIndicator(absl::string_view code) {
  const auto& all = AllIndicators();
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const IndicatorRow& row) { return row.code == code; });
  return found == all.end() ? nullptr : &*found;
}

absl::string_view IndicatorText(const IndicatorRow& row, Language language) {
  return In({row.en, row.es, row.pt}, language);
}

absl::string_view IndicatorListText(IndicatorList list, Language language) {
  return In(kLists[static_cast<size_t>(list)].texts, language);
}

absl::string_view IndicatorDimensionText(IndicatorDimension dimension, Language language) {
  return In(kDimensions[static_cast<size_t>(dimension)].texts, language);
}

absl::string_view IndicatorStrengthText(IndicatorStrength strength, Language language) {
  return In(kStrengths[static_cast<size_t>(strength)], language);
}

}  // namespace rogatoria::client
