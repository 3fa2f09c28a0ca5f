// Finding among the acts of the case folder. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/client/kept_act.h"

namespace rogatoria::client {

// What an act has to meet; what is empty is met by all.
struct CaseQuery {
  std::string case_id = {};
  std::string counterpart = {};  // an authority on the other side of the act
  // Made at or after, and before: half-open.
  int64_t from_unix_ms = std::numeric_limits<int64_t>::min();
  int64_t until_unix_ms = std::numeric_limits<int64_t>::max();
  // Each of its words stands somewhere in the subject, the reference or the ids, in any case of
  // letters and with any accents: "audicao" finds "Audição".
  std::string text = {};
};

struct KeptCase {
  std::string case_id;
  std::vector<std::string> counterparts;  // sorted
  std::string subject;                    // of the first act here
  std::string reference;                  // ours, or the first one that is there
  uint64_t act_count = 0;                 // all here, whatever was asked for
  int64_t opened_unix_ms = 0;             // first act here
  int64_t updated_unix_ms = 0;            // last act here
};

// Who of an act is not `authority`.
std::vector<std::string> CounterpartsOf(const KeptAct& act, absl::string_view authority);

// A query made ready for many acts.
class ActMatcher {
 public:
  ActMatcher(const CaseQuery& query, std::string authority);
  bool Matches(const KeptAct& act) const;

 private:
  const CaseQuery query_;
  const std::string authority_;
  std::vector<std::string> words_;  // folded
};

// The cases of which an act matches, the latest moved first. `acts`: all of the folder.
std::vector<KeptCase> CasesOf(const std::vector<const KeptAct*>& acts,
                              const ActMatcher& matcher,
                              const std::string& authority);

// Small letters without accents, for what is written in the languages of the region; other text
// unchanged.
std::string FoldText(absl::string_view text);

}  // namespace rogatoria::client
