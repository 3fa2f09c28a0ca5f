// Who of a country is competent for a question, and who may use an instrument: what routing is made
// of. Who writes an act asks MayUse before anything is sent.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/directory/directory.h"
#include "common/directory/route_rules.h"
#include "common/directory/routing.h"

namespace rogatoria {

// The measures that a question is about, each once: those the act would open, and the one that
// somebody must be competent for. None where a case goes on, SUPPLEMENT aside: what it opened then
// runs to its end.
std::vector<std::string> MeasuresAsked(const RouteQuery& query);

// Whether an authority may use an instrument: by a designation for all measures asked for, or,
// where the instrument allows direct transmission, by what it is.
bool MayUse(const AuthorityEntry& entry,
            const v1::Instrument& instrument,
            const RouteQuery& query,
            absl::string_view day);

struct Competent {
  std::vector<const AuthorityEntry*> authorities;  // one, if the question has an answer
  RouteChoice choice = RouteChoice::kAddressedById;
};

// The most specific wins: who is designated for the measure by name goes before who is for all;
// then a competence for the territory, the measure, the language, in this order. `instrument` and
// `sender`, who is never found, may be nullptr.
Competent FindCompetent(const Directory& directory,
                        const RouteQuery& query,
                        const v1::Instrument* instrument,
                        const AuthorityEntry* sender,
                        absl::string_view day);

}  // namespace rogatoria
