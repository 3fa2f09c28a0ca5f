// What a reception means in law, from the way it was sent (protocol.md 2, domain.md 2).
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/model/evidence.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {

// By the directory's data: a FORMAL act counts as original where the channel basis says so (Treaty
// of Medellin article 3.3), else by its instrument; between prosecution services their own
// agreements count; a contact point's word has no effect (3.4). Anything unknown has none.
// `channel_basis` is nullptr for none.
StatedEffect StatedEffectOf(v1::ChannelClass channel_class, const v1::Instrument* channel_basis);

// The same where no directory is at hand, by one table of the channel bases that this version
// knows: COMJIB-MEDELLIN-2019, AIAMP-TIP-2011, AIAMP-TIP-REV, AIAMP-COOP-2018. Of any other, and of
// none, no more is said than the class gives by itself.
StatedEffect StatedEffectOf(v1::ChannelClass channel_class, absl::string_view channel_basis);

// The same where a rule of an instrument was not met and only warned, or the sender insisted
// (Route::effect_unsettled): nobody promises what a formal act counts as.
StatedEffect Unsettled(StatedEffect effect);

// For people, a sentence each: the effect, in the channel basis's own words where it has any;
// paper that follows; consultation; speciality. `legal_basis` and `channel_basis` may be nullptr.
// What is `unsettled` is called so, whatever the channel basis says of itself.
std::vector<std::string> DescribeEffects(v1::ChannelClass channel_class,
                                         const v1::Instrument* legal_basis,
                                         const v1::Instrument* channel_basis,
                                         Language language,
                                         bool unsettled = false);

}  // namespace rogatoria
