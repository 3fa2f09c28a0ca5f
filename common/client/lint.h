// Lint with knowledge: what an act lacks for this instrument, these measures and this country, told
// before it is sent, each time with its source and the guidance that explains it. What holds for
// every act is Lint of draft.h, which this begins with.
//
// An act that has only a letter is not refused for a field it cannot have: what the fields ask for
// becomes advice to look into the letter. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/client/draft.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// What is known where the act is written.
struct LintBasis {
  std::vector<v1::Requirement> requirements;  // of the directory; none: those built in
  std::vector<v1::GuidanceSummary> guidance;  // of the requested country
  std::string country;                        // requested; empty when it is not known
  std::optional<bool> consulted;  // whether this case has seen a consultation; not known: nullopt
  // As the directory has them; not known, or not named: nullopt.
  std::optional<v1::Instrument> legal_basis = {}, channel_basis = {};
  std::string own_country = {};  // of the sender, where a rule asks; empty when it is not known
  std::vector<std::string> unanswered = {};  // codes: precautions of the case's referral
};

// Findings in the language asked for; errors first.
std::vector<Finding> Lint(const ActDraft& draft,
                          const LintBasis& basis,
                          const std::string& language);

// One rule as a page for people lists it (docs/rules.md).
struct LintRuleRow {
  absl::string_view name;
  absl::string_view what;    // in English
  absl::string_view source;  // empty where the text names it
  bool error = false;
};

// Of every act (lint.cc); those that have a place are in placed_rules.h.
std::vector<LintRuleRow> GeneralLintRules();

}  // namespace rogatoria::client
