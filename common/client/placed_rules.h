// Rules of lint that name the places where they are not kept, as tables. Internal to lint.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/client/draft.h"
#include "common/client/lint.h"
#include "common/client/lint_texts.h"

namespace rogatoria::client {

using Places = std::vector<std::string>;

struct PlacedRule {
  absl::string_view name;
  absl::string_view source;  // ids and articles only: it is shown in every language
  bool error;
  Places (*broken)(const ActDraft& draft, const LintBasis& basis);
  LintTexts texts;
  bool wrong = false;  // about what is there, not about what is missing
};

// The lists: of procedure (refusing, postponing, returning), of victims and minors, and of what is
// sealed apart.
absl::Span<const PlacedRule> ProcedureRules();
absl::Span<const PlacedRule> VictimRules();
absl::Span<const PlacedRule> IdentityRules();

// A finding for each place; "(instrument)" in a source is the act's own.
std::vector<Finding> FindingsOf(absl::Span<const PlacedRule> rules,
                                const ActDraft& draft,
                                const LintBasis& basis,
                                const std::string& language);
std::vector<LintRuleRow> RowsOf(absl::Span<const PlacedRule> rules);

}  // namespace rogatoria::client
