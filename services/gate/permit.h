// Who may call at all: a pure function of what kind of principal calls, what the method declares
// (rogatoria.v1.permission) and on which listener it came in. What the caller may do with an object
// is decided where the object is. Everything not named in the table is denied.
#pragma once

#include "common/model/caller.h"

#include "rogatoria/v1/options.pb.h"

namespace rogatoria::gate {

// Authorities come in by the public listener, people of the hub by the admin one, each with a CA of
// its own (trust.md 5).
enum class Listener { kPublic, kAdmin };

bool Permit(PrincipalKind principal, v1::Permission permission, Listener listener);

}  // namespace rogatoria::gate
