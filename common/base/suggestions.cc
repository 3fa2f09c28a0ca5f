#include "common/base/suggestions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"

namespace rogatoria {
namespace {

constexpr size_t kMostShown = 3;
constexpr size_t kLongestWord = 64;

// A third of a word may be wrong, and one letter of a short one.
size_t Tolerance(absl::string_view word) {
  return std::max<size_t>(1, word.size() / 3);
}

}  // namespace

size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

std::vector<std::string> CloseTo(absl::string_view word, const std::vector<std::string>& names) {
  if (word.empty() || word.size() > kLongestWord) return {};
  std::vector<std::pair<size_t, std::string>> close;
  for (const std::string& name : names) {
    const bool begins = word.size() > 1 && absl::StartsWith(name, word);
    const size_t distance = begins ? 0 : EditDistance(word, name);
    if (distance <= Tolerance(word)) close.emplace_back(distance, name);
  }
  std::sort(close.begin(), close.end());
  if (close.size() > kMostShown) close.resize(kMostShown);
  std::vector<std::string> found;
  for (auto& [distance, name] : close) found.push_back(std::move(name));
  return found;
}

}  // namespace rogatoria
