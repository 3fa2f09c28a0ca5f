// TLS 1.3 and nothing older, for the whole process (decisions.md 24).
//
// gRPC 1.51 has no setting for it and overrides OpenSSL's minimum, so the policy is a configuration
// of OpenSSL's own kind, loaded in code, that every TLS context made afterwards starts from: older
// versions off, no session tickets (a revoked client must not come back by resumption), AES-256-GCM
// first, security level 2. A library that must speak TLS 1.2 to others clears it per context.
#pragma once

#include "absl/status/status.h"

namespace rogatoria {

// Call before the first gRPC call of the process. Idempotent, thread-safe. INTERNAL when OpenSSL
// does not take the policy: then nothing may be served.
absl::Status RequireTls13();

}  // namespace rogatoria
