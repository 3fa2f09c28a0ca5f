#include "services/agent/findings.h"

#include <utility>

#include "absl/strings/strip.h"
#include "common/base/error.h"

namespace rogatoria::agent {
namespace {

constexpr char kFindings[] = "rogatoria/findings";

// What the library calls it, with all below, and the field of SendRequest. The first that fits.
struct FieldName {
  absl::string_view library;
  absl::string_view request;
};
constexpr FieldName kFieldNames[] = {{"addressees", "to"},
                                     {"recipients", "to"},
                                     {"measure", "measures"},
                                     {"legal_basis.article", "article"},
                                     {"legal_basis", "instrument"},
                                     {"channel_class", "channel"},
                                     {"case", "case_id"},
                                     {"urgency.level", "urgency"},
                                     {"urgency.reason", "urgency_reason"},
                                     {"cover_slip.subject", "subject"},
                                     {"cover_slip.sender_reference", "reference"},
                                     {"letter.text", "text"}};

bool IsOrIsBelow(absl::string_view field, absl::string_view name) {
  return absl::ConsumePrefix(&field, name) &&
         (field.empty() || field.front() == '.' || field.front() == '[');
}

absl::string_view InRequest(absl::string_view field) {
  absl::ConsumePrefix(&field, "act.header.");  // what the hub found
  for (const FieldName& name : kFieldNames) {
    if (IsOrIsBelow(field, name.library)) return name.request;
  }
  return field;
}

v1::Finding ToMessage(const client::Finding& finding) {
  v1::Finding message;
  message.set_standing(finding.wrong ? "WRONG" : finding.error ? "MISSING" : "ADVICE");
  message.set_field(finding.field);
  message.set_message(finding.message);
  message.set_source(finding.source);
  message.set_guidance(finding.guidance);
  return message;
}

}  // namespace

std::vector<v1::Finding> ToMessages(const std::vector<client::Finding>& findings) {
  std::vector<v1::Finding> messages;
  for (const client::Finding& finding : findings) messages.push_back(ToMessage(finding));
  return messages;
}

absl::Status WithFindings(absl::Status refusal, const std::vector<v1::Finding>& findings) {
  v1::LintResponse all;
  all.mutable_findings()->Add(findings.begin(), findings.end());
  refusal.SetPayload(kFindings, absl::Cord(all.SerializeAsString()));
  return refusal;
}

std::vector<v1::Finding> FindingsOf(const absl::Status& refusal) {
  v1::LintResponse findings;
  const auto payload = refusal.GetPayload(kFindings);
  if (!payload.has_value() || !findings.ParseFromString(std::string(*payload))) return {};
  return {findings.findings().begin(), findings.findings().end()};
}

void NameFields(const v1::SendRequest& request, std::vector<v1::Finding>& findings) {
  if (!request.act_json().empty()) return;
  for (v1::Finding& finding : findings) {
    finding.set_field(std::string(InRequest(finding.field())));
  }
}

absl::Status NameFields(const v1::SendRequest& request, absl::Status refusal) {
  const auto details = GetErrorDetails(refusal);
  if (!details.has_value() || !request.act_json().empty()) return refusal;
  absl::Status named = WithField(refusal, InRequest(details->field));
  std::vector<v1::Finding> findings = FindingsOf(named);
  if (findings.empty()) return named;
  NameFields(request, findings);
  return WithFindings(std::move(named), findings);
}

}  // namespace rogatoria::agent
