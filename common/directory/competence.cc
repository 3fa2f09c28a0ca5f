#include "common/directory/competence.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace rogatoria {
namespace {

// Whom one looks for in a country outside the formal channel, the best first.
constexpr v1::AuthorityKind kInterinstitutionalKinds[] = {v1::AUTHORITY_KIND_PROSECUTION_SERVICE};
constexpr v1::AuthorityKind kInformalKinds[] = {v1::AUTHORITY_KIND_CONTACT_POINT,
                                                v1::AUTHORITY_KIND_LIAISON_BODY,
                                                v1::AUTHORITY_KIND_PROSECUTION_SERVICE,
                                                v1::AUTHORITY_KIND_CENTRAL_AUTHORITY};
// Who may use an instrument that allows direct transmission without a designation.
constexpr v1::AuthorityKind kDirectKinds[] = {v1::AUTHORITY_KIND_PROSECUTION_SERVICE,
                                              v1::AUTHORITY_KIND_COURT,
                                              v1::AUTHORITY_KIND_CENTRAL_AUTHORITY};

using Strings = google::protobuf::RepeatedPtrField<std::string>;
using Candidates = std::vector<const AuthorityEntry*>;

bool IsOneOf(const AuthorityEntry& entry, absl::Span<const v1::AuthorityKind> kinds) {
  return std::any_of(
      kinds.begin(), kinds.end(), [&entry](v1::AuthorityKind kind) { return entry.Is(kind); });
}

bool Lists(const Strings& list, absl::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool IsInTime(const v1::Designation& designation, const RouteQuery& query, absl::string_view day) {
  const Validity validity{designation.from(), designation.to()};
  return query.case_goes_on ? validity.HasBegun(day) : validity.Covers(day);
}

// `by_name`: the designation must name the measure; else one for all measures will do.
bool IsDesignatedFor(const AuthorityEntry& entry,
                     const RouteQuery& query,
                     absl::string_view instrument,
                     absl::string_view day,
                     absl::string_view measure,
                     bool by_name) {
  const auto& designations = entry.record.designations();
  return std::any_of(designations.begin(), designations.end(), [&](const auto& designation) {
    if (designation.instrument() != instrument || !IsInTime(designation, query, day)) return false;
    const bool any = !by_name && (designation.measures().empty() || measure.empty());
    return any || Lists(designation.measures(), measure);
  });
}

// es is spoken where es-CO is, and the reverse.
bool SpeaksOneOf(const Strings& languages, absl::string_view asked) {
  return std::any_of(languages.begin(), languages.end(), [asked](const std::string& language) {
    return language == asked || absl::StartsWith(language, absl::StrCat(asked, "-")) ||
           absl::StartsWith(asked, absl::StrCat(language, "-"));
  });
}

// How exactly a competence fits, as a sum of these: a later one counts less.
enum Exactness { kTerritory = 4, kMeasure = 2, kLanguage = 1 };

class Fit {
 public:
  // What a list says of a value that is asked for: an empty one says nothing, and nor does a
  // question without a value.
  void Look(const Strings& list, absl::string_view asked, bool listed, Exactness exactness) {
    if (list.empty() || asked.empty()) return;
    fits_ = fits_ && listed;
    score_ += exactness;
  }
  std::optional<int> score() const { return fits_ ? std::optional(score_) : std::nullopt; }

 private:
  bool fits_ = true;
  int score_ = 0;
};

std::optional<int> ScoreOf(const v1::AuthorityCompetence& competence, const RouteQuery& query) {
  Fit fit;
  fit.Look(competence.territories(),
           query.territory,
           Lists(competence.territories(), query.territory),
           kTerritory);
  fit.Look(
      competence.measures(), query.measure, Lists(competence.measures(), query.measure), kMeasure);
  fit.Look(competence.languages(),
           query.language,
           SpeaksOneOf(competence.languages(), query.language),
           kLanguage);
  return fit.score();
}

// Of the competence that fits best; nullopt when none does.
std::optional<int> ScoreOf(const AuthorityEntry& entry, const RouteQuery& query) {
  if (entry.record.competences().empty()) return 0;
  std::optional<int> best;
  for (const v1::AuthorityCompetence& competence : entry.record.competences()) {
    best = std::max(best, ScoreOf(competence, query));
  }
  return best;
}

RouteChoice ChoiceFor(int decisive, RouteChoice otherwise) {
  if ((decisive & kTerritory) != 0) return RouteChoice::kCompetentForTerritory;
  if ((decisive & kMeasure) != 0) return RouteChoice::kCompetentForMeasure;
  if ((decisive & kLanguage) != 0) return RouteChoice::kCompetentForLanguage;
  return otherwise;
}

// Those whose competence fits best, and what told them from the others.
Competent MostSpecific(const Candidates& candidates,
                       const RouteQuery& query,
                       RouteChoice otherwise) {
  Competent found;
  int best = -1;
  int second = 0;
  for (const AuthorityEntry* entry : candidates) {
    const int score = ScoreOf(*entry, query).value_or(-1);
    if (score < 0) continue;
    if (score > best) {
      second = std::max(best, 0);
      best = score;
      found.authorities.clear();
    }
    if (score == best) {
      found.authorities.push_back(entry);
    } else {
      second = std::max(second, score);
    }
  }
  const bool alone = found.authorities.size() == candidates.size();
  found.choice = alone || best < 0 ? otherwise : ChoiceFor(best & ~second, otherwise);
  return found;
}

class Finder {
 public:
  Finder(const RouteQuery& query, const AuthorityEntry* sender) : query_(query), sender_(sender) {}

  // Looks among `all`, unless somebody was found before.
  template <typename Accepts>
  void Look(absl::Span<const AuthorityEntry* const> all, RouteChoice choice, Accepts accepts) {
    if (!found_.authorities.empty()) return;
    Candidates candidates;
    for (const AuthorityEntry* entry : all) {
      if (entry != sender_ && accepts(*entry)) candidates.push_back(entry);
    }
    found_ = MostSpecific(candidates, query_, choice);
  }
  void LookForKinds(absl::Span<const AuthorityEntry* const> all,
                    RouteChoice choice,
                    absl::Span<const v1::AuthorityKind> kinds) {
    for (v1::AuthorityKind kind : kinds) {
      Look(all, choice, [kind](const AuthorityEntry& entry) { return entry.Is(kind); });
    }
  }
  Competent found() && { return std::move(found_); }

 private:
  const RouteQuery& query_;
  const AuthorityEntry* sender_;
  Competent found_;
};

}  // namespace

std::vector<std::string> MeasuresAsked(const RouteQuery& query) {
  std::vector<std::string> measures;
  if (query.case_goes_on && query.kind != v1::ACT_KIND_SUPPLEMENT) return measures;
  measures = query.measures;
  if (!query.measure.empty()) measures.push_back(query.measure);
  std::sort(measures.begin(), measures.end());
  measures.erase(std::unique(measures.begin(), measures.end()), measures.end());
  return measures;
}

bool MayUse(const AuthorityEntry& entry,
            const v1::Instrument& instrument,
            const RouteQuery& query,
            absl::string_view day) {
  if (!instrument.central_authorities_only() && IsOneOf(entry, kDirectKinds)) return true;
  const auto designated = [&](absl::string_view measure) {
    return IsDesignatedFor(entry, query, instrument.id(), day, measure, false);
  };
  const std::vector<std::string> measures = MeasuresAsked(query);
  return measures.empty() ? designated("")
                          : std::all_of(measures.begin(), measures.end(), designated);
}

Competent FindCompetent(const Directory& directory,
                        const RouteQuery& query,
                        const v1::Instrument* instrument,
                        const AuthorityEntry* sender,
                        absl::string_view day) {
  Finder finder(query, sender);
  const auto all = directory.AuthoritiesOf(query.country);
  if (query.channel_class == v1::CHANNEL_CLASS_INTERINSTITUTIONAL) {
    finder.LookForKinds(all, RouteChoice::kProsecutionService, kInterinstitutionalKinds);
  } else if (query.channel_class != v1::CHANNEL_CLASS_FORMAL) {
    finder.LookForKinds(all, RouteChoice::kContact, kInformalKinds);
  } else if (instrument != nullptr) {
    const auto designated = directory.DesignatedOf(query.country, instrument->id());
    if (!query.measure.empty()) {
      finder.Look(designated, RouteChoice::kDesignatedForMeasure, [&](const AuthorityEntry& entry) {
        return IsDesignatedFor(entry, query, instrument->id(), day, query.measure, true);
      });
    }
    finder.Look(designated, RouteChoice::kDesignated, [&](const AuthorityEntry& entry) {
      return IsDesignatedFor(entry, query, instrument->id(), day, query.measure, false);
    });
    finder.Look(all, RouteChoice::kDirectTransmission, [&](const AuthorityEntry& entry) {
      return MayUse(entry, *instrument, query, day);
    });
  }
  return std::move(finder).found();
}

}  // namespace rogatoria
