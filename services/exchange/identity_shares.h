// A custodian's share of the key of an identity part (decisions.md 18): to whom, and against what.
//
// The recipient's OPENING act, on the case of the act, in reply to it and addressed to its sender,
// so that whoever sent a name learns of every opening. Who signed it decides which share: a person
// whom the directory has as a custodian now gets that of the own group, however often. A seal gets
// none.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/directory/registry.h"
#include "common/model/caller.h"
#include "common/storage/store.h"
#include "services/exchange/reads.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::exchange {

// ACT_NOT_FOUND as GetAct. IDENTITY_PART_NOT_YOURS: the caller may read the act and is not its
// recipient. IDENTITY_PART_ABSENT, IDENTITY_PART_ERASED, OPENING_NOT_OF_ACT, NOT_CUSTODIAN;
// SIGNER_NOT_ACTIVE for a custodian who is suspended or outside the accreditation.
absl::StatusOr<Read<v1::GetIdentityShareResponse>> GetIdentityShare(
    Snapshot& snapshot,
    const RegistryState& registry,
    Instant now,
    const Caller& caller,
    const v1::GetIdentityShareRequest& request);

}  // namespace rogatoria::exchange
