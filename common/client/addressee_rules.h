// What an addressee may be sent, by what the directory says of it. The hub cannot see a content, so
// that the sender's library keeps to it. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/client/draft.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// The fields of a draft that are outside what an authority may be sent (Authority.allowed_fields),
// as paths of act files: "intersectoral_referral.summary_of_facts". An entry there covers all that
// is below it; none at all restricts nothing. Of the cover slip, what says how to handle the act
// may always be sent.
std::vector<std::string> OutsideProfile(const ActDraft& draft, const v1::Authority& authority);

// FIELD_OUTSIDE_PROFILE, naming the first field, the addressee and what it may be sent.
absl::Status CheckAddressees(const ActDraft& draft, const v1::ResolveRecipientsResponse& resolved);

}  // namespace rogatoria::client
