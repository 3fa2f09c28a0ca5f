// What the examples say of an error: its reason, what that means, and where.
#pragma once

#include <string>

#include "rogatoria/client.h"

// DOCUMENT_ERASED: The document was erased. (documents[1])
inline std::string Explain(const absl::Status& status) {
  using namespace rogatoria;  // NOLINT(google-build-using-namespace): an example
  const auto said = Said::Of(status);
  const std::string more = said.has_value() ? said->In(Language::kEnglish) : "";
  const auto details = GetErrorDetails(status);
  // One that is not of the catalogue has words of its own.
  if (!details.has_value()) return more.empty() ? std::string(status.message()) : more;
  std::string words(ReasonName(details->reason));
  words += ": " + std::string(ReasonText(details->reason, Language::kEnglish));
  if (!details->field.empty()) words += " (" + details->field + ")";
  const std::string& accepted = more.empty() ? details->accepted : more;
  return accepted.empty() ? words : words + " " + accepted;
}
