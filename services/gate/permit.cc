#include "services/gate/permit.h"

#include <algorithm>
#include <iterator>

namespace rogatoria::gate {
namespace {

struct Row {
  Listener listener;
  PrincipalKind principal;
  v1::Permission permission;

  bool operator==(const Row&) const = default;
};

// All that is allowed.
constexpr Row kAllowed[] = {
    {Listener::kPublic, PrincipalKind::kAuthoritySystem, v1::PERMISSION_AUTHORITY},
    {Listener::kPublic, PrincipalKind::kAuthoritySystem, v1::PERMISSION_ANY_REGISTERED},
    {Listener::kPublic, PrincipalKind::kNode, v1::PERMISSION_ANY_REGISTERED},

    {Listener::kAdmin, PrincipalKind::kOperator, v1::PERMISSION_OPERATOR},
    {Listener::kAdmin, PrincipalKind::kOperator, v1::PERMISSION_AUDITOR},
    {Listener::kAdmin, PrincipalKind::kOperator, v1::PERMISSION_ANY_REGISTERED},

    {Listener::kAdmin, PrincipalKind::kSecurityOfficer, v1::PERMISSION_SECURITY_OFFICER},
    // Whoever suspends must see who is suspended.
    {Listener::kAdmin, PrincipalKind::kSecurityOfficer, v1::PERMISSION_AUDITOR},
    {Listener::kAdmin, PrincipalKind::kSecurityOfficer, v1::PERMISSION_ANY_REGISTERED},

    {Listener::kAdmin, PrincipalKind::kAuditor, v1::PERMISSION_AUDITOR},
    {Listener::kAdmin, PrincipalKind::kAuditor, v1::PERMISSION_ANY_REGISTERED},
};

}  // namespace

bool Permit(PrincipalKind principal, v1::Permission permission, Listener listener) {
  const Row asked{listener, principal, permission};
  return std::find(std::begin(kAllowed), std::end(kAllowed), asked) != std::end(kAllowed);
}

}  // namespace rogatoria::gate
