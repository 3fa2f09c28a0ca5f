#include "common/directory/routing.h"

#include <algorithm>
#include <utility>

#include "common/directory/route_evaluation.h"
#include "common/directory/route_rules.h"
#include "common/directory/stated_effect.h"

namespace rogatoria {
namespace {

// What would work instead: the question changed in one respect at a time, and asked again.
class AlternativeFinder {
 public:
  AlternativeFinder(const Directory& directory, const Standings& standings, Language language)
      : directory_(directory), standings_(standings), language_(language) {}

  std::vector<std::string> Find(const RouteEvaluation& evaluation) {
    const RouteQuery& query = evaluation.query();
    if (query.channel_class == v1::CHANNEL_CLASS_FORMAL) {
      TryOtherDays(evaluation);
      TryInstruments(query);
    }
    if (Fails(evaluation, RouteRule::kCompetentUnique)) TryTerritory(evaluation);
    TryRecipients(query, std::string(evaluation.Words().recipient_country));
    if (!query.channel_basis.empty()) {
      RouteQuery other = query;
      other.channel_basis.clear();
      Try(other, RouteAlternative::kNoChannelBasis);
    }
    TryChannel(query, v1::CHANNEL_CLASS_INTERINSTITUTIONAL, RouteAlternative::kInterinstitutional);
    TryChannel(query, v1::CHANNEL_CLASS_INFORMAL, RouteAlternative::kInformal);
    return std::move(found_);
  }

 private:
  void Try(const RouteQuery& query, RouteAlternative alternative) {
    const RouteEvaluation evaluation(directory_, standings_, query, false);
    // A rule that only warned is no advice to follow: not in force, not designated, not covered.
    if (evaluation.first_unmet() != nullptr || evaluation.effect_unsettled()) return;
    found_.push_back(Say(TextsOf(alternative), evaluation.Words(), language_));
  }

  static bool Fails(const RouteEvaluation& evaluation, RouteRule rule) {
    const auto& results = evaluation.results();
    return std::any_of(results.begin(), results.end(), [rule](const auto& result) {
      return result.rule == rule && !result.met;
    });
  }

  // An instrument that is not in force now: when it will be, or for which cases it still is.
  void TryOtherDays(const RouteEvaluation& evaluation) {
    if (!Fails(evaluation, RouteRule::kInstrumentInForce)) return;
    const std::string today = DayOf(evaluation.query().now);
    RouteWords words = evaluation.Words();
    for (const v1::InstrumentRelation* relation : evaluation.relations()) {
      if (relation->status() == v1::INSTRUMENT_STATUS_OBJECTED) continue;
      const bool in_force = relation->status() == v1::INSTRUMENT_STATUS_IN_FORCE;
      words.day = relation->from();
      if (in_force && relation->from() > today) {
        found_.push_back(Say(TextsOf(RouteAlternative::kFromDay), words, language_));
        return;
      }
      if (!in_force && !words.day.empty() &&
          Validity{relation->from(), relation->to()}.Covers(today)) {
        found_.push_back(Say(TextsOf(RouteAlternative::kOldCases), words, language_));
      }
    }
  }

  void TryTerritory(const RouteEvaluation& evaluation) {
    if (!evaluation.query().territory.empty()) return;
    for (const AuthorityEntry* entry : directory_.AuthoritiesOf(evaluation.query().country)) {
      const auto& competences = entry->record.competences();
      const bool shares = std::any_of(competences.begin(), competences.end(), [](const auto& one) {
        return !one.territories().empty();
      });
      if (!shares) continue;
      found_.push_back(Say(TextsOf(RouteAlternative::kTerritory), evaluation.Words(), language_));
      return;
    }
  }

  void TryInstruments(const RouteQuery& query) {
    for (const v1::Instrument& instrument : directory_.instruments()) {
      if (instrument.id() == query.instrument) continue;
      RouteQuery other = query;
      other.instrument = instrument.id();
      Try(other, RouteAlternative::kOtherInstrument);
    }
  }

  void TryRecipients(const RouteQuery& query, const std::string& country) {
    for (const AuthorityEntry* entry : directory_.AuthoritiesOf(country)) {
      if (entry->record.id() == query.authority) continue;
      RouteQuery other = query;
      other.authority = entry->record.id();
      Try(other, RouteAlternative::kOtherRecipient);
    }
  }

  // Only towards less effect: nobody is told to make formal what was not meant so.
  void TryChannel(const RouteQuery& query,
                  v1::ChannelClass channel_class,
                  RouteAlternative alternative) {
    if (query.channel_class >= channel_class) return;
    RouteQuery other = query;
    other.channel_class = channel_class;
    other.channel_basis.clear();
    Try(other, alternative);
  }

  const Directory& directory_;
  const Standings& standings_;
  const Language language_;
  std::vector<std::string> found_;
};

// The rules with what they say, and behind the one that found the recipient what chose it.
std::vector<RuleResult> Describe(const RouteEvaluation& evaluation, Language language) {
  const RouteWords words = evaluation.Words();
  std::vector<RuleResult> rules;
  for (const auto& [rule, met, passed] : evaluation.results()) {
    const bool warned = passed == RouteEvaluation::Passed::kWarned;
    const RouteRuleRow& row = RowOf(rule);
    rules.push_back(
        {std::string(row.name), met, warned, Say(met ? row.met : row.unmet, words, language)});
    const bool found = rule == RouteRule::kRecipientKnown || rule == RouteRule::kCompetentUnique;
    if (!found || !met) continue;
    const RouteChoiceRow& choice = RowOf(evaluation.choice());
    rules.push_back({std::string(choice.name), true, false, Say(choice.text, words, language)});
  }
  return rules;
}

absl::Status RefusalBy(const RouteRuleRow& unmet, const RouteEvaluation& evaluation) {
  return Error(*unmet.refusal)
      .Field(unmet.field)
      .Accepted(Say(unmet.unmet, evaluation.Words(), Language::kEnglish));
}

}  // namespace

absl::StatusOr<Route> Resolve(const Directory& directory,
                              const Standings& standings,
                              const RouteQuery& query) {
  const RouteEvaluation evaluation(directory, standings, query, false);
  const RouteRuleRow* unmet = evaluation.first_unmet();
  if (unmet != nullptr) return RefusalBy(*unmet, evaluation);
  Route route{evaluation.recipient(),
              evaluation.sealing(),
              std::string(RowOf(evaluation.choice()).name),
              {},
              absl::OkStatus(),
              evaluation.effect_unsettled(),
              evaluation.custodians()};
  for (const RouteEvaluation::Result& result : evaluation.results()) {
    const RouteRuleRow& row = RowOf(result.rule);
    if (result.passed == RouteEvaluation::Passed::kWarned) route.warned.emplace_back(row.name);
    if (result.passed == RouteEvaluation::Passed::kInsisted) {
      route.insisted.Update(RefusalBy(row, evaluation));
    }
  }
  return route;
}

bool RefusesOnceEnforced(absl::string_view rule) {
  const auto rows = AllRouteRules();
  return std::none_of(rows.begin(), rows.end(), [rule](const RouteRuleRow& row) {
    return row.name == rule && !row.refusal.has_value();
  });
}

RouteExplanation Explain(const Directory& directory,
                         const Standings& standings,
                         const RouteQuery& query,
                         Language language) {
  const RouteEvaluation evaluation(directory, standings, query, true);
  RouteExplanation explanation;
  explanation.possible = evaluation.first_unmet() == nullptr;
  if (evaluation.recipient() != nullptr) {
    explanation.authority = evaluation.recipient()->record.id();
  }
  explanation.rules = Describe(evaluation, language);
  explanation.effect = StatedEffectOf(query.channel_class, evaluation.channel_basis());
  if (evaluation.effect_unsettled()) explanation.effect = Unsettled(explanation.effect);
  explanation.effects = DescribeEffects(query.channel_class,
                                        evaluation.instrument(),
                                        evaluation.channel_basis(),
                                        language,
                                        evaluation.effect_unsettled());
  if (!explanation.possible) {
    explanation.refusal = *evaluation.first_unmet()->refusal;
    explanation.alternatives = AlternativeFinder(directory, standings, language).Find(evaluation);
  }
  return explanation;
}

}  // namespace rogatoria
