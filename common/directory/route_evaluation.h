// Looks at every rule of routing.h for one question. Internal to common/directory.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/directory/directory.h"
#include "common/directory/route_rules.h"
#include "common/directory/routing.h"
#include "common/directory/standings.h"

namespace rogatoria {

class RouteEvaluation {
 public:
  // Why a rule that is not met lets the act pass.
  enum class Passed { kNo, kWarned, kInsisted };
  struct Result {
    RouteRule rule;
    bool met;
    Passed passed;
  };

  // `to_the_end`: look at the rules after one that is not met, too, as far as they make sense.
  RouteEvaluation(const Directory& directory,
                  const Standings& standings,
                  const RouteQuery& query,
                  bool to_the_end);
  RouteEvaluation(const RouteEvaluation&) = delete;
  RouteEvaluation& operator=(const RouteEvaluation&) = delete;

  // nullptr when every rule is met.
  const RouteRuleRow* first_unmet() const { return first_unmet_; }
  const std::vector<Result>& results() const { return results_; }
  // A rule of an instrument was not met and lets the act pass.
  bool effect_unsettled() const { return effect_unsettled_; }
  const AuthorityEntry* recipient() const { return recipient_; }
  const std::vector<const StatedKey*>& sealing() const { return sealing_; }
  const std::vector<const StatedKey*>& custodians() const { return custodians_; }
  const RouteQuery& query() const { return query_; }
  RouteChoice choice() const { return choice_; }
  const v1::Instrument* instrument() const { return instrument_; }
  const v1::Instrument* channel_basis() const { return channel_basis_; }
  // Between the two countries, of the instrument; empty when one of the three is not known.
  absl::Span<const v1::InstrumentRelation* const> relations() const;
  RouteWords Words() const;

 private:
  // Notes the result; whether to go on.
  bool Rule(RouteRule rule, bool met);
  // The same of a rule that only warns where the instrument's mode is WARN, and that insisting may
  // pass.
  bool RuleOf(const v1::Instrument& instrument, RouteRule rule, bool met);

  void Evaluate();
  bool EvaluateInstrument();
  bool FindRecipient();
  bool ChooseCompetent();
  bool EvaluatePair();
  bool EvaluateFormal();
  bool EvaluateChannelBasis();
  bool IsHandedOnAtHome() const;
  bool EvaluateRecipient();

  bool IsActive(const AuthorityEntry& entry) const;
  bool IsInForce(const v1::Instrument& instrument) const;
  bool CoversMeasures();
  bool IsAttested() const;

  const Directory& directory_;
  const Standings& standings_;
  const RouteQuery& query_;
  const bool to_the_end_;
  const std::string day_;
  const AuthorityEntry* sender_ = nullptr;
  const AuthorityEntry* recipient_ = nullptr;
  const v1::Instrument* instrument_ = nullptr;
  const v1::Instrument* channel_basis_ = nullptr;
  RouteChoice choice_ = RouteChoice::kAddressedById;
  std::string measure_;  // that the texts speak of
  std::vector<const StatedKey*> sealing_;
  std::vector<const StatedKey*> custodians_;
  std::vector<Result> results_;
  bool effect_unsettled_ = false;
  const RouteRuleRow* first_unmet_ = nullptr;
};

}  // namespace rogatoria
