// What a reception means in law, from the way it was sent (protocol.md 2, domain.md 2): one table.
#pragma once

#include "absl/strings/string_view.h"
#include "common/model/evidence.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria {

// The Treaty of Medellin gives a formal transmission between central authorities the value of the
// original (article 3.3) and a contact point's none (3.4); between prosecution services their own
// agreements count. Anything unknown has no effect.
StatedEffect StatedEffectOf(v1::ChannelClass channel_class, absl::string_view channel_basis);

}  // namespace rogatoria
