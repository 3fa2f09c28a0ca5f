#include "common/client/placed_rules.h"

#include <utility>

#include "absl/strings/str_replace.h"

namespace rogatoria::client {
namespace {

// A key of the instrument's own data has the instrument's id before it, in every language.
std::string SourceOf(const PlacedRule& rule, const LintBasis& basis) {
  const std::string id = basis.legal_basis.has_value() ? basis.legal_basis->id() : "";
  return absl::StrReplaceAll(rule.source, {{"(instrument)", id}});
}

}  // namespace

std::vector<Finding> FindingsOf(absl::Span<const PlacedRule> rules,
                                const ActDraft& draft,
                                const LintBasis& basis,
                                const std::string& language) {
  std::vector<Finding> findings;
  for (const PlacedRule& rule : rules) {
    for (std::string& place : rule.broken(draft, basis)) {
      findings.push_back({rule.error,
                          std::move(place),
                          std::string(rule.texts.In(language)),
                          SourceOf(rule, basis),
                          "",
                          rule.wrong});
    }
  }
  return findings;
}

std::vector<LintRuleRow> RowsOf(absl::Span<const PlacedRule> rules) {
  std::vector<LintRuleRow> rows;
  for (const PlacedRule& rule : rules)
    rows.push_back({rule.name, rule.texts.en, rule.source, rule.error});
  return rows;
}

}  // namespace rogatoria::client
