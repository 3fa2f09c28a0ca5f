// What an addressee may be sent, by what the directory says of it. The hub cannot see a content, so
// that the sender's library keeps to it. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/client/draft.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// The fields of a draft that are outside what an authority may be sent (Authority.allowed_fields),
// as paths of act files: "intersectoral_referral.summary_of_facts". An entry there covers all that
// is below it; none at all restricts nothing. Of the cover slip, what says how to handle the act
// may always be sent.
std::vector<std::string> OutsideProfile(const ActDraft& draft, const v1::Authority& authority);

// FIELD_INVALID, naming the step that no content has: an entry of allowed_fields that would allow
// nothing. The hub that loads it cannot know, so that the operator's program looks before.
absl::Status CheckAllowedField(absl::string_view path);

// FIELD_OUTSIDE_PROFILE, naming the first field, the addressee and what it may be sent. Of what is
// handed on by its key, each act is a draft of its own (office_forwarding.cc).
absl::Status CheckAddressee(const ActDraft& draft, const v1::Authority& authority);
absl::Status CheckAddressees(const ActDraft& draft, const v1::ResolveRecipientsResponse& resolved);

bool IsCoordinator(const v1::Authority& authority);
// ADDRESSEE_NOT_COORDINATOR: a place in a shelter is asked of a national coordinator, and taken
// from one, as the hub says too. `opens_case`: whoever sends it; inside a case an offer goes back
// to whoever asked.
absl::Status CheckPlacement(const ActDraft& draft,
                            const v1::ResolveRecipientsResponse& resolved,
                            bool opens_case);

}  // namespace rogatoria::client
