// What an act inside a case takes over from the case where its draft leaves it open. No network.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/client/draft.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::client {

// Fills in the addressee, channel, legal basis and the codes of measures. Where several were told
// or invited, it goes to all others; else to the other side, and of those asked to whoever is
// responsible for the measures that it names, or for all of them. FIELD_REQUIRED when these are
// more than an act of this kind may have recipients.
absl::Status FillFromCase(const v1::Case& found, const std::string& us, ActDraft& draft);

}  // namespace rogatoria::client
