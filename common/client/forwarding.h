// Handing acts on to the authority that is competent: their bodies stay as they are, and the key of
// each is sealed anew for it, inside the forwarding notice. No network.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/client/profile.h"

#include "rogatoria/content/v1/notice.pb.h"
#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// The act with its key sealed for each sealing certificate of `route`. NOT_SEALED_TO_US when none
// of `keys` opens it. The certificates must have been checked (key_trust.h).
absl::StatusOr<content::v1::ForwardedAct> SealKeyAnew(const v1::Act& act,
                                                      const std::vector<KeyPair>& keys,
                                                      const v1::Route& route);

// A forwarded act as the new authority opens it: with the envelope from the notice.
v1::Act WithEnvelope(v1::Act act, const content::v1::ForwardedAct& forwarded);

}  // namespace rogatoria::client
