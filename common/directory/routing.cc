#include "common/directory/routing.h"

#include "common/directory/route_evaluation.h"
#include "common/directory/route_rules.h"

namespace rogatoria {
namespace {

// What would work instead: the question changed in one respect at a time, and asked again.
class AlternativeFinder {
 public:
  AlternativeFinder(const Directory& directory, const Standings& standings, Language language)
      : directory_(directory), standings_(standings), language_(language) {}

  std::vector<std::string> Find(const RouteQuery& query, const std::string& country) {
    if (query.channel_class == v1::CHANNEL_CLASS_FORMAL) TryInstruments(query);
    TryRecipients(query, country);
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
    if (evaluation.first_unmet() != nullptr) return;
    found_.push_back(Say(TextsOf(alternative), evaluation.Words(), language_));
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
    for (const AuthorityEntry& entry : directory_.authorities()) {
      if (entry.record.country() != country || entry.record.id() == query.authority) continue;
      RouteQuery other = query;
      other.authority = entry.record.id();
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

}  // namespace

absl::StatusOr<Route> Resolve(const Directory& directory,
                              const Standings& standings,
                              const RouteQuery& query) {
  const RouteEvaluation evaluation(directory, standings, query, false);
  const RouteRuleRow* unmet = evaluation.first_unmet();
  if (unmet != nullptr) {
    return Error(unmet->refusal)
        .Field(unmet->field)
        .Accepted(Say(unmet->unmet, evaluation.Words(), Language::kEnglish));
  }
  return Route{evaluation.recipient(), evaluation.sealing(), std::string(evaluation.chosen_by())};
}

RouteExplanation Explain(const Directory& directory,
                         const Standings& standings,
                         const RouteQuery& query,
                         Language language) {
  const RouteEvaluation evaluation(directory, standings, query, true);
  const RouteWords words = evaluation.Words();
  RouteExplanation explanation;
  explanation.possible = evaluation.first_unmet() == nullptr;
  if (evaluation.recipient() != nullptr) {
    explanation.authority = evaluation.recipient()->record.id();
  }
  for (const auto& [rule, met] : evaluation.results()) {
    const RouteRuleRow& row = RowOf(rule);
    explanation.rules.push_back(
        {std::string(row.name), met, Say(met ? row.met : row.unmet, words, language)});
  }
  if (!explanation.possible) {
    explanation.refusal = evaluation.first_unmet()->refusal;
    explanation.alternatives = AlternativeFinder(directory, standings, language)
                                   .Find(query, std::string(words.recipient_country));
  }
  return explanation;
}

}  // namespace rogatoria
