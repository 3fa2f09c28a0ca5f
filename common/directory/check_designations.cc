// Designations that overlap, found when the files are loaded: whoever asks for a competence must
// find one authority, never two.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/directory/drafts.h"

namespace rogatoria {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;

bool Share(const Strings& a, const Strings& b) {
  return std::any_of(a.begin(), a.end(), [&b](const std::string& text) {
    return std::find(b.begin(), b.end(), text) != b.end();
  });
}

bool SameDays(const v1::Designation& a, const v1::Designation& b) {
  return Validity{a.from(), a.to()}.Overlaps({b.from(), b.to()});
}

// Neither goes before the other: both for all measures, or both for one by name.
bool SameMeasures(const v1::Designation& a, const v1::Designation& b) {
  if (a.measures().empty() || b.measures().empty()) {
    return a.measures().empty() && b.measures().empty();
  }
  return Share(a.measures(), b.measures());
}

// Competent for one place, or for all of the country, alike.
bool SameTerritory(const v1::Authority& a, const v1::Authority& b) {
  const auto territories = [](const v1::Authority& authority) {
    std::set<std::string> all;
    for (const v1::AuthorityCompetence& competence : authority.competences()) {
      if (competence.territories().empty()) all.insert("");
      all.insert(competence.territories().begin(), competence.territories().end());
    }
    if (all.empty()) all.insert("");
    return all;
  };
  const std::set<std::string> of_a = territories(a);
  const std::set<std::string> of_b = territories(b);
  return std::any_of(
      of_a.begin(), of_a.end(), [&of_b](const std::string& one) { return of_b.count(one) > 0; });
}

class Checker {
 public:
  explicit Checker(Drafts& drafts) : drafts_(drafts) {
    for (const AuthorityEntry& entry : drafts.contents.authorities) {
      records_[entry.record.id()] = &entry.record;
    }
  }

  void Check() {
    std::map<std::pair<std::string, std::string>, std::vector<const DesignationDraft*>> groups;
    for (const DesignationDraft& draft : drafts_.designations) {
      groups[{draft.country, draft.designation.instrument()}].push_back(&draft);
    }
    for (const auto& [key, group] : groups) {
      for (size_t i = 0; i < group.size(); ++i) {
        for (size_t j = 0; j < i; ++j) CheckPair(*group[j], *group[i]);
      }
    }
  }

 private:
  void CheckPair(const DesignationDraft& earlier, const DesignationDraft& later) {
    if (!SameDays(earlier.designation, later.designation)) return;
    if (earlier.authority == later.authority) {
      const bool one_is_for_all =
          earlier.designation.measures().empty() || later.designation.measures().empty();
      if (one_is_for_all || SameMeasures(earlier.designation, later.designation)) {
        Report(earlier,
               later,
               "is designated twice",
               "single designations, each measure and day once,");
      }
      return;
    }
    const v1::Authority* a = Find(earlier.authority);
    const v1::Authority* b = Find(later.authority);
    if (a == nullptr || b == nullptr || !SameTerritory(*a, *b)) return;
    if (SameMeasures(earlier.designation, later.designation)) {
      Report(earlier,
             later,
             absl::StrCat("and ", earlier.authority, " are designated at once"),
             "authorities that differ by days, measures or the territories of a competence");
    }
  }

  const v1::Authority* Find(const std::string& id) const {
    const auto found = records_.find(id);
    return found == records_.end() ? nullptr : found->second;
  }

  void Report(const DesignationDraft& earlier,
              const DesignationDraft& later,
              absl::string_view what,
              absl::string_view accepted) {
    drafts_.problems.Add(later.place,
                         absl::StrCat("designation: ",
                                      later.authority,
                                      " ",
                                      what,
                                      " for ",
                                      later.designation.instrument(),
                                      ", as is said at ",
                                      earlier.place.ToString()),
                         absl::StrCat(accepted, " are accepted"));
  }

  Drafts& drafts_;
  std::map<std::string, const v1::Authority*> records_;
};

}  // namespace

void CheckDesignations(Drafts& drafts) {
  Checker(drafts).Check();
}

}  // namespace rogatoria
