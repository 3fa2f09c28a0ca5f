#include "common/model/audit_record.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/model/ids.h"
#include "common/model/line_text.h"

#include "rogatoria/v1/document_service.pb.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kFirstLine = "rogatoria-audit v1";

// In the order of AuditOperation.
constexpr absl::string_view kOperationNames[] = {"COLLECTION",
                                                 "ALTERATION",
                                                 "CONSULTATION",
                                                 "DISCLOSURE",
                                                 "COMBINATION",
                                                 "ERASURE",
                                                 "REFUSAL",
                                                 "REFUSAL_SUMMARY",
                                                 "ADMINISTRATION",
                                                 "NOTICE"};

absl::Status ParseOperation(absl::string_view text, AuditOperation& operation) {
  for (size_t i = 0; i < std::size(kOperationNames); ++i) {
    if (kOperationNames[i] != text) continue;
    operation = static_cast<AuditOperation>(i);
    return absl::OkStatus();
  }
  return line_text::LineError("operation", "one of docs/formats/evidence.md");
}

absl::Status TakeText(line_text::Reader& reader, absl::string_view name, std::string& value) {
  absl::string_view text;
  ROG_RETURN_IF_ERROR(reader.TakeValue(name, text));
  if (line_text::Unescape(text, value)) return absl::OkStatus();
  return line_text::LineError(name, "printable ASCII without spaces, all else as %XX");
}

bool IsCustodyStep(absl::string_view text) {
  v1::CustodyEvent event = v1::CUSTODY_EVENT_UNSPECIFIED;
  return v1::CustodyEvent_Parse(absl::StrCat("CUSTODY_EVENT_", text), &event) &&
         event != v1::CUSTODY_EVENT_UNSPECIFIED;
}

// Records of before 2026-11-27 do not have these lines, and all others never.
absl::Status TakeCustody(line_text::Reader& reader, AuditRecord& record) {
  if (reader.AtEnd()) return absl::OkStatus();
  absl::string_view step, concerned;
  ROG_RETURN_IF_ERROR(reader.TakeValue("custody", step));
  if (!IsCustodyStep(step)) return line_text::LineError("custody", "a step of custody");
  ROG_RETURN_IF_ERROR(reader.TakeValue("concerned", concerned));
  if (!concerned.empty() && !IsAuthorityId(concerned)) {
    return line_text::LineError("concerned", "an authority");
  }
  record.custody = std::string(step);
  record.concerned = std::string(concerned);
  return absl::OkStatus();
}

absl::Status TakeCount(line_text::Reader& reader, uint64_t& count) {
  absl::string_view text;
  ROG_RETURN_IF_ERROR(reader.TakeValue("count", text));
  if (line_text::ParseNumber(text, count)) return absl::OkStatus();
  return line_text::LineError("count", "a number without leading zeros");
}

absl::Status TakeInstant(line_text::Reader& reader, Instant& instant) {
  absl::string_view text;
  ROG_RETURN_IF_ERROR(reader.TakeValue("instant", text));
  const auto parsed = Instant::FromString(text);
  if (!parsed.ok()) return line_text::LineError("instant", "such as 2026-11-24T21:11:50.123Z");
  instant = *parsed;
  return absl::OkStatus();
}

}  // namespace

absl::string_view AuditOperationName(AuditOperation operation) {
  return kOperationNames[static_cast<size_t>(operation)];
}

Bytes FormatAuditRecord(const AuditRecord& record) {
  Bytes out = absl::StrCat(kFirstLine, "\n");
  line_text::AppendLine("operation", AuditOperationName(record.operation), out);
  line_text::AppendLine("instant", record.instant.ToString(), out);
  line_text::AppendLine("principal", line_text::Escape(record.principal), out);
  line_text::AppendLine("method", line_text::Escape(record.method), out);
  line_text::AppendLine("object", line_text::Escape(record.object), out);
  line_text::AppendLine("outcome", line_text::Escape(record.outcome), out);
  line_text::AppendLine("count", absl::StrCat(record.count), out);
  if (record.custody.empty()) return out;
  line_text::AppendLine("custody", record.custody, out);
  line_text::AppendLine("concerned", record.concerned, out);
  return out;
}

absl::StatusOr<AuditRecord> ParseAuditRecord(absl::string_view text) {
  AuditRecord record;
  line_text::Reader reader(text);
  absl::string_view operation;
  ROG_RETURN_IF_ERROR(reader.TakeFirstLine(kFirstLine));
  ROG_RETURN_IF_ERROR(reader.TakeValue("operation", operation));
  ROG_RETURN_IF_ERROR(ParseOperation(operation, record.operation));
  ROG_RETURN_IF_ERROR(TakeInstant(reader, record.instant));
  ROG_RETURN_IF_ERROR(TakeText(reader, "principal", record.principal));
  ROG_RETURN_IF_ERROR(TakeText(reader, "method", record.method));
  ROG_RETURN_IF_ERROR(TakeText(reader, "object", record.object));
  ROG_RETURN_IF_ERROR(TakeText(reader, "outcome", record.outcome));
  ROG_RETURN_IF_ERROR(TakeCount(reader, record.count));
  ROG_RETURN_IF_ERROR(TakeCustody(reader, record));
  ROG_RETURN_IF_ERROR(reader.ExpectEnd());
  return record;
}

}  // namespace rogatoria
