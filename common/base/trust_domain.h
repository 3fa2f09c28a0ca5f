// The name of a hub: part of everything that is signed, of the origin of its logs and of the
// identities in certificates. One grammar for all of them, so that a name that is taken anywhere
// can be said everywhere.
#pragma once

#include "absl/strings/string_view.h"

namespace rogatoria {

// As a host name: 1 to 128 of [a-z0-9.-], no dot at either end.
bool IsTrustDomain(absl::string_view text);

}  // namespace rogatoria
