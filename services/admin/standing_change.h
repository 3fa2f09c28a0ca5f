// Suspending and revoking: one person, at once, with its audit record (decisions.md 27).
// Lifting a suspension takes one security officer too in this version, and is in the log like the
// rest. Decision 27 wants four eyes for it; they come with the issue that brings approvals.
#pragma once

#include "absl/status/status.h"
#include "common/directory/registry.h"
#include "services/admin/mutation.h"

#include "rogatoria/v1/admin_service.pb.h"

namespace rogatoria::admin {

// Known values; an authority or user that the directory has (so that a mistake shows), a
// certificate's fingerprint by its form: it may be one that is not registered yet.
absl::Status CheckStanding(const v1::SetStandingRequest& request, const Directory& directory);

// STANDING_FINAL for what is revoked. `registry` must outlive it.
Change MakeStandingChange(const v1::SetStandingRequest& request, const Registry& registry);

}  // namespace rogatoria::admin
