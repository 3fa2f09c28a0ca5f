// Whether a certificate may sign an act for an authority (decisions.md 15): an accredited user, or
// for what is not formal the organisation's own seal. That the signature itself holds was found
// before.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/directory/directory.h"
#include "common/directory/standings.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria {

struct ActSigner {
  bool is_user = false;  // else the organisation's seal
  std::string user_id;   // empty for a seal
};

// `certificate_sha256`: hexadecimal. SIGNER_NOT_REGISTERED: unknown, or of another authority.
// SIGNER_NOT_ACTIVE: suspended, revoked, or outside its time. SIGNER_NOT_ACCREDITED: a seal where
// an accredited user must sign.
absl::StatusOr<ActSigner> ResolveSigner(const Directory& directory,
                                        const Standings& standings,
                                        absl::string_view authority,
                                        v1::ChannelClass channel_class,
                                        absl::string_view certificate_sha256,
                                        Instant now);

// An acknowledgement, or a guidance document: only a seal of `authority` may sign it. Errors as
// above.
absl::Status CheckSealSigner(const Directory& directory,
                             const Standings& standings,
                             absl::string_view authority,
                             absl::string_view certificate_sha256,
                             Instant now);

}  // namespace rogatoria
