// Whether a sealing certificate is the authority's own word, not the hub's (decisions.md 8): its
// key statement is signed by the identity key whose fingerprint the office fixed out of band, names
// this certificate and purpose, holds now, and is a leaf of the hub's log.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/client/connection.h"
#include "common/client/profile.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/hash.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// KEY_NOT_TRUSTED naming the authority and what failed, for the first certificate of the routes
// that does not hold; nothing may be sealed then. Asks the hub for inclusion proofs.
absl::Status CheckRoutes(const OfficeProfile& profile,
                         Connection& connection,
                         const v1::ResolveRecipientsResponse& routes,
                         Instant now);

// Its two halves, which need no hub. The first: every route has certificates, and each statement is
// the pinned identity's own word about that certificate, purpose and time.
absl::Status CheckStatements(const OfficeProfile& profile,
                             const v1::ResolveRecipientsResponse& routes,
                             Instant now);

// The second: the statement is the leaf that it claims to be, under a verified head of the log. A
// statement in an earlier log of the same hub is taken as it is: the head commits to that log's.
absl::Status CheckStatementLeaf(const std::string& authority,
                                const v1::KeyStatement& statement,
                                const merkle::Checkpoint& head,
                                const std::vector<merkle::Hash>& proof);

}  // namespace rogatoria::client
