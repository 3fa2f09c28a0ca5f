// The identity part of an act: who the persons are that the rest of it calls by a pseudonym. Sealed
// apart by the sender and opened by two custodians of the recipient together (decisions.md 18,
// docs/formats/identity.md).
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "common/client/profile.h"
#include "common/crypto/secret.h"

#include "rogatoria/content/v1/identity.pb.h"
#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// OK when the recipient has both groups of custodians, each with a certificate that serves nothing
// else. CUSTODIANS_MISSING, naming the authority.
absl::Status CheckCustodians(const v1::Route& route);

struct SealedIdentityPart {
  Bytes sealed;
  v1::SealedDigest digest;  // for the header
  std::vector<v1::IdentityShare> shares;
};

// Under a key of its own: the xor of two random shares, each enveloped for one group. `part` with
// its act id. FIELD_REQUIRED for a record without name or pseudonym, CUSTODIANS_MISSING,
// LIMIT_EXCEEDED; no error names a person.
absl::StatusOr<SealedIdentityPart> SealIdentityPart(const content::v1::IdentityPart& part,
                                                    const v1::Route& route,
                                                    Random& random);

// A share as its custodian opened it.
struct CustodianShare {
  v1::CustodianGroup group = v1::CUSTODIAN_GROUP_UNSPECIFIED;
  SecretBytes secret;
};
// SEAL_NOT_RECIPIENT and others of seal.h.
absl::StatusOr<CustodianShare> OpenShare(const v1::IdentityShare& share, const KeyPair& custodian);

// With both shares, in either order. The act's signature is the caller's to check before.
// CUSTODIAN_TWICE for two of one group; SEAL_BROKEN for a share that is not of this act;
// IDENTITY_PART_MISMATCH when what was sealed is not what the header binds; IDENTITY_PART_ABSENT.
absl::StatusOr<content::v1::IdentityPart> OpenIdentityPart(const v1::Act& act,
                                                           const CustodianShare& one,
                                                           const CustodianShare& other);

}  // namespace rogatoria::client
