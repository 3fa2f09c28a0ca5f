// Looks at every rule of routing.h for one question. Internal to common/directory.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/directory/directory.h"
#include "common/directory/route_rules.h"
#include "common/directory/routing.h"
#include "common/directory/standings.h"

namespace rogatoria {

class RouteEvaluation {
 public:
  // `to_the_end`: look at the rules after one that is not met, too, as far as they make sense.
  RouteEvaluation(const Directory& directory,
                  const Standings& standings,
                  const RouteQuery& query,
                  bool to_the_end);

  // nullptr when every rule is met.
  const RouteRuleRow* first_unmet() const { return first_unmet_; }
  const std::vector<std::pair<RouteRule, bool>>& results() const { return results_; }
  const AuthorityEntry* recipient() const { return recipient_; }
  const std::vector<const StatedKey*>& sealing() const { return sealing_; }
  absl::string_view chosen_by() const { return chosen_by_; }
  RouteWords Words() const;

 private:
  // Notes the result; whether to go on.
  bool Rule(RouteRule rule, bool met);

  void Evaluate();
  bool EvaluateInstrument();
  bool FindRecipient();
  bool ChooseCompetent(const std::vector<const AuthorityEntry*>& candidates);
  std::vector<const AuthorityEntry*> Candidates();
  bool EvaluatePair();
  bool EvaluateChannelBasis();
  bool EvaluateRecipient();

  bool IsActive(const AuthorityEntry& entry) const;
  // Whether the authority may use the instrument; `exactly`: by a designation for the measure.
  bool MayUse(const AuthorityEntry& entry, const v1::Instrument& instrument) const;
  bool IsDesignated(const AuthorityEntry& entry, absl::string_view instrument, bool exactly) const;
  bool IsInForce(const v1::Instrument& instrument) const;

  const Directory& directory_;
  const Standings& standings_;
  const RouteQuery& query_;
  const bool to_the_end_;
  const std::string day_;
  const AuthorityEntry* sender_ = nullptr;
  const AuthorityEntry* recipient_ = nullptr;
  const v1::Instrument* instrument_ = nullptr;
  absl::string_view chosen_by_;
  std::vector<const StatedKey*> sealing_;
  std::vector<std::pair<RouteRule, bool>> results_;
  const RouteRuleRow* first_unmet_ = nullptr;
};

}  // namespace rogatoria
