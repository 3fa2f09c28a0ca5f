// What an act says of one person's age, held against itself (Palermo Protocol article 3(d): a child
// is whoever is under eighteen). It is said in up to four places: the person, the profile of what
// the person needs, the day of birth, and the identity part's record of the same pseudonym.
// Internal to lint; pure.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "common/client/draft.h"
#include "common/client/placed_rules.h"

namespace rogatoria::client {

inline constexpr uint32_t kOfAge = 18;  // Palermo Protocol article 3(d)

// Where what is said of minority contradicts an estimated age, or what is said of it elsewhere.
Places AgeContradictions(const ActDraft& draft);
// Where a day of birth, here or in the identity part, contradicts what is said of minority or age:
// everywhere on earth, since on the birthday itself it is not the same day everywhere.
Places BirthContradictions(const ActDraft& draft, absl::Time now);
// Where the least age of an estimate is above the greatest.
Places TurnedAges(const ActDraft& draft);

}  // namespace rogatoria::client
