// Who is calling: made by the gate from the client certificate and the registry, and handed as a
// plain value to everything behind it.
#pragma once

#include <string>

namespace rogatoria {

enum class PrincipalKind { kAuthoritySystem, kOperator, kSecurityOfficer, kAuditor, kNode };

struct Caller {
  PrincipalKind kind = PrincipalKind::kAuthoritySystem;
  std::string identity;            // spiffe://rogatoria.example/authority/pt-pgr/system/cms
  std::string authority;           // pt-pgr; empty for operators
  std::string certificate_sha256;  // hexadecimal
};

}  // namespace rogatoria
