#include "common/base/error.h"

#include <array>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace rogatoria {
namespace {

struct CatalogueRow {
  absl::string_view name;
  absl::StatusCode code;
  std::array<absl::string_view, 3> texts;  // in the order of Language
};

constexpr CatalogueRow kCatalogue[] = {
#define ROGATORIA_REASON(name, code, en, es, pt) {#name, absl::StatusCode::code, {en, es, pt}},
#include "common/base/reasons.inc"
#undef ROGATORIA_REASON
};

constexpr absl::string_view kPayloadType = "rogatoria/error";
constexpr absl::string_view kSeparator = "\n";

const CatalogueRow& Row(Reason reason) {
  return kCatalogue[static_cast<size_t>(reason)];
}

// Numbers first; then both texts as they are, which may hold any byte of what was refused.
std::string EncodeDetails(const ErrorDetails& details) {
  const std::string parts[] = {std::string(ReasonName(details.reason)),
                               absl::StrCat(absl::ToInt64Milliseconds(details.retry_after)),
                               ToBase64(details.evidence),
                               absl::StrCat(details.field.size()),
                               absl::StrCat(details.field, details.accepted)};
  return absl::StrJoin(parts, kSeparator);
}

}  // namespace

absl::string_view ReasonName(Reason reason) {
  return Row(reason).name;
}

absl::StatusCode ReasonCode(Reason reason) {
  return Row(reason).code;
}

absl::string_view ReasonText(Reason reason, Language language) {
  return Row(reason).texts[static_cast<size_t>(language)];
}

const std::vector<Reason>& AllReasons() {
  static const auto& reasons = *new std::vector<Reason>([] {
    std::vector<Reason> all;
    for (size_t i = 0; i < std::size(kCatalogue); ++i) all.push_back(static_cast<Reason>(i));
    return all;
  }());
  return reasons;
}

std::optional<Reason> ReasonFromName(absl::string_view name) {
  for (Reason reason : AllReasons()) {
    if (ReasonName(reason) == name) return reason;
  }
  return std::nullopt;
}

absl::Status Error::ToStatus() const {
  std::string message = std::string(ReasonText(details_.reason, Language::kEnglish));
  if (!details_.field.empty()) absl::StrAppend(&message, " [", details_.field, "]");
  if (!details_.accepted.empty()) absl::StrAppend(&message, " ", details_.accepted);
  absl::Status status(ReasonCode(details_.reason), message);
  status.SetPayload(kPayloadType, absl::Cord(EncodeDetails(details_)));
  return status;
}

std::optional<ErrorDetails> GetErrorDetails(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadType);
  if (!payload.has_value()) return std::nullopt;
  const std::string text(*payload);
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(kSeparator, 4));
  int64_t retry_ms = 0;
  size_t field_size = 0;
  if (parts.size() != 5 || !absl::SimpleAtoi(parts[1], &retry_ms) ||
      !absl::SimpleAtoi(parts[3], &field_size) || field_size > parts[4].size()) {
    return std::nullopt;
  }
  const auto reason = ReasonFromName(parts[0]);
  auto evidence = FromBase64(parts[2]);
  if (!reason.has_value() || !evidence.ok()) return std::nullopt;
  return ErrorDetails{*reason,
                      parts[4].substr(0, field_size),
                      parts[4].substr(field_size),
                      absl::Milliseconds(retry_ms),
                      *std::move(evidence)};
}

bool HasReason(const absl::Status& status, Reason reason) {
  const auto details = GetErrorDetails(status);
  return details.has_value() && details->reason == reason;
}

absl::Status WithFieldPrefix(const absl::Status& status, absl::string_view prefix) {
  const auto details = GetErrorDetails(status);
  if (!details.has_value()) return status;
  return WithField(status,
                   details->field.empty() ? prefix : absl::StrCat(prefix, ".", details->field));
}

absl::Status WithField(const absl::Status& status, absl::string_view field) {
  const auto details = GetErrorDetails(status);
  if (!details.has_value()) return status;
  absl::Status named = Error(details->reason)
                           .Field(field)
                           .Accepted(details->accepted)
                           .RetryAfter(details->retry_after)
                           .Evidence(details->evidence);
  // What else it carries: the explanation in the reader's language (sentence.h).
  status.ForEachPayload([&named](absl::string_view type, const absl::Cord& payload) {
    if (!named.GetPayload(type).has_value()) named.SetPayload(type, payload);
  });
  return named;
}

}  // namespace rogatoria
