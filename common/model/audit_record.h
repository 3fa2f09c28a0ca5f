// An audit record: somebody did, read or was refused something (protocol.md 11). Its canonical text
// is what the log commits to. No content and no names of persons: principals and objects are ids.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"

namespace rogatoria {

// The six operations of data-protection logging (Directive 2016/680 article 25) and the hub's own.
enum class AuditOperation {
  kCollection,
  kAlteration,
  kConsultation,
  kDisclosure,
  kCombination,
  kErasure,
  kRefusal,         // one call refused
  kRefusalSummary,  // many calls refused: `count` says how many
  kAdministration,  // an operator's act
  kNotice,          // a notice of the hub's was issued, taken, or given up
};
absl::string_view AuditOperationName(AuditOperation operation);

struct AuditRecord {
  AuditOperation operation = AuditOperation::kAdministration;
  Instant instant;
  std::string principal;  // spiffe://..., or "unauthenticated"
  std::string method;     // /rogatoria.v1.ExchangeService/GetCase
  std::string object;     // case or act id, authority id; empty for none
  std::string outcome;    // OK, or a reason of the error catalogue
  uint64_t count = 1;     // of refusals in a summary
  // Of a step of a document's custody only, whose record has two lines more: the step, and the
  // authority that did it or that it was done for; empty for the hub.
  std::string custody = {};
  std::string concerned = {};
};

Bytes FormatAuditRecord(const AuditRecord& record);
absl::StatusOr<AuditRecord> ParseAuditRecord(absl::string_view text);

}  // namespace rogatoria
