#include "services/gate/rules.h"

namespace rogatoria::gate {
namespace {

constexpr RuleRow kRows[] = {
    {"CALLER_IDENTITY",
     "The client certificate has exactly one SPIFFE URI of this trust domain.",
     "decisions 19",
     Reason::IDENTITY_MALFORMED},
    {"CALLER_KNOWN",
     "The certificate is registered for that identity, by its fingerprint.",
     "decisions 19",
     Reason::CLIENT_CERTIFICATE_UNKNOWN},
    {"CALLER_NOT_REVOKED",
     "Neither is revoked or suspended.",
     "decisions 27",
     Reason::CERTIFICATE_REVOKED},
    {"CALLER_CERTIFICATE_BEGUN",
     "The certificate is valid already.",
     "RFC 5280",
     Reason::CERTIFICATE_NOT_YET_VALID},
    {"CALLER_CERTIFICATE_LASTS",
     "The certificate is still valid.",
     "RFC 5280",
     Reason::CERTIFICATE_EXPIRED},
    {"CALLER_ACTIVE",
     "The authority is not suspended.",
     "decisions 27",
     Reason::AUTHORITY_SUSPENDED},
    {"CALLER_PERMITTED",
     "The call declares a permission, and this sort of principal has it.",
     "the .proto files",
     Reason::PERMISSION_DENIED},
    {"CALL_RATE",
     "No more calls a second than an authority is given.",
     "docs/operations.md",
     Reason::OVERLOADED},
    {"CALL_LIMITS",
     "Metadata and messages are within the limits.",
     "docs/operations.md",
     Reason::LIMIT_EXCEEDED},
};

}  // namespace

absl::Span<const RuleRow> GateRules() {
  return kRows;
}

}  // namespace rogatoria::gate
