// The field rules behind model/header.h, a group each; every one is pure and names the field and
// what is accepted. Internal to common/model; docs/formats/header.md lists them in words.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::header_rules {

// Ids, languages, dates: grammar and presence.
absl::Status CheckTexts(const v1::ActHeader& header);
// Enumerations: known values, and not "unspecified" where that is never valid.
absl::Status CheckCodes(const v1::ActHeader& header);
// Counters and instants: ranges.
absl::Status CheckNumbers(const v1::ActHeader& header);
absl::Status CheckRecipients(const v1::ActHeader& header);
absl::Status CheckLegalBasis(const v1::ActHeader& header);
absl::Status CheckMeasures(const v1::ActHeader& header);
absl::Status CheckUrgency(const v1::ActHeader& header);
// The sealed body, documents and identity part.
absl::Status CheckSealed(const v1::ActHeader& header);
absl::Status CheckRelatedCases(const v1::ActHeader& header);
// Fields that belong together.
absl::Status CheckTogether(const v1::ActHeader& header);

// How the rules speak.
inline absl::Status Invalid(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::FIELD_INVALID).Field(field).Accepted(accepted);
}
inline absl::Status Missing(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::FIELD_REQUIRED).Field(field).Accepted(accepted);
}
inline std::string Indexed(absl::string_view list, int index) {
  return absl::StrCat(list, "[", index, "]");
}
inline std::string Indexed(absl::string_view list, int index, absl::string_view field) {
  return absl::StrCat(list, "[", index, "].", field);
}

}  // namespace rogatoria::header_rules
