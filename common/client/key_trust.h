// Whether a sealing certificate is the authority's own word, not the hub's (decisions.md 8): its
// key statement is signed by the identity key whose fingerprint the office fixed out of band, names
// this certificate and purpose, holds now, and is a leaf of the hub's log.
#pragma once

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/client/connection.h"
#include "common/client/profile.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// KEY_NOT_TRUSTED naming the authority and what failed, for the first certificate of the routes
// that does not hold; nothing may be sealed then. Asks the hub for inclusion proofs.
absl::Status CheckRoutes(const OfficeProfile& profile,
                         Connection& connection,
                         const v1::ResolveRecipientsResponse& routes,
                         Instant now);

}  // namespace rogatoria::client
