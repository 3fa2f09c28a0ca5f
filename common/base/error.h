// Errors as the caller will read them: one reason of the catalogue (reasons.inc), the field
// concerned, and what would have been accepted. Carried as a payload of an absl::Status, turned
// into google.rpc details at the edge (common/rpc/status_mapping.h).
//
//   return Error(Reason::FIELD_INVALID).Field("header.language").Accepted("a BCP 47 tag, such as
//   pt-PT");
//
// Neither text may hold content, names or secrets: they are logged and sent.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/bytes.h"

namespace rogatoria {

enum class Reason {
#define ROGATORIA_REASON(name, code, en, es, pt) name,
#include "common/base/reasons.inc"
#undef ROGATORIA_REASON
};

enum class Language { kEnglish, kSpanish, kPortuguese };

absl::string_view ReasonName(Reason reason);
std::optional<Reason> ReasonFromName(absl::string_view name);
absl::StatusCode ReasonCode(Reason reason);
absl::string_view ReasonText(Reason reason, Language language);
// All reasons, in the catalogue's order.
const std::vector<Reason>& AllReasons();

struct ErrorDetails {
  Reason reason = Reason::INTERNAL;
  std::string field;     // path of the field, header.measures[2].code; empty if none
  std::string accepted;  // what would be accepted, or the explanation; English
  absl::Duration retry_after = absl::ZeroDuration();  // zero: do not say
  Bytes evidence;  // an A.2 receipt that proves the refusal; empty if none
};

class Error {
 public:
  explicit Error(Reason reason) { details_.reason = reason; }
  Error& Field(absl::string_view field) {
    details_.field = std::string(field);
    return *this;
  }
  Error& Accepted(absl::string_view text) {
    details_.accepted = std::string(text);
    return *this;
  }
  Error& RetryAfter(absl::Duration delay) {
    details_.retry_after = delay;
    return *this;
  }
  Error& Evidence(Bytes receipt) {
    details_.evidence = std::move(receipt);
    return *this;
  }

  absl::Status ToStatus() const;
  operator absl::Status() const { return ToStatus(); }  // NOLINT(google-explicit-constructor)
  template <typename T>
  operator absl::StatusOr<T>() const {  // NOLINT(google-explicit-constructor)
    return ToStatus();
  }

 private:
  ErrorDetails details_;
};

// The details of a status made by Error; nullopt for any other.
std::optional<ErrorDetails> GetErrorDetails(const absl::Status& status);

// Whether it is of that reason.
bool HasReason(const absl::Status& status, Reason reason);

// The same status with another field.
absl::Status WithField(const absl::Status& status, absl::string_view field);

// The same status with `prefix` put before its field: "header" + "kind" -> "header.kind".
absl::Status WithFieldPrefix(const absl::Status& status, absl::string_view prefix);

}  // namespace rogatoria
