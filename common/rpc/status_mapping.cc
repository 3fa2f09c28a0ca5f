#include "common/rpc/status_mapping.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/random.h"
#include "common/model/evidence.h"

#include "google/rpc/error_details.pb.h"
#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria::rpc {
namespace {

constexpr absl::string_view kReferenceKey = "reference";
constexpr absl::string_view kReferenceWord = "reference ";

struct LanguageRow {
  Language language;
  absl::string_view tag;
};
constexpr LanguageRow kLanguages[] = {
    {Language::kEnglish, "en"}, {Language::kSpanish, "es"}, {Language::kPortuguese, "pt"}};

std::shared_ptr<const InternalFaultSink>& FaultSink() {
  static auto& sink = *new std::shared_ptr<const InternalFaultSink>();
  return sink;
}

void ReportFault(const std::string& reference, const absl::Status& status) {
  const auto sink = std::atomic_load(&FaultSink());
  if (sink != nullptr && *sink) (*sink)(reference, status);
}

// What may be said of a status that is not one of ours.
struct Spoken {
  ErrorDetails details;
  std::string reference;  // of a hidden fault
};

Spoken HideFault(const absl::Status& status) {
  Spoken spoken;
  spoken.reference = ToHex(SystemRandom().Generate(8));
  spoken.details.accepted = absl::StrCat(kReferenceWord, spoken.reference);
  ReportFault(spoken.reference, status);
  return spoken;
}

Spoken WhatToSay(const absl::Status& status) {
  auto details = GetErrorDetails(status);
  if (details.has_value() && details->reason != Reason::INTERNAL) return {*std::move(details), ""};
  if (!details.has_value() && absl::IsDeadlineExceeded(status)) {
    Spoken spoken;
    spoken.details.reason = Reason::DEADLINE_PASSED;
    return spoken;
  }
  return HideFault(status);
}

// The receipt's event and level are those of every refusal; the act is read from the file itself.
v1::Receipt RejectionReceipt(const Bytes& file) {
  v1::Receipt receipt;
  receipt.set_event(v1::TRANSPORT_EVENT_SUBMISSION_REJECTION);
  receipt.set_level(v1::RECEIPT_LEVEL_BROKER);
  receipt.set_content(file);
  const size_t begin = file.find('\n', file.find('\n') + 1) + 1;
  const size_t end = file.find("\n\n", begin);
  if (begin == 0 || end == std::string::npos) return receipt;
  const auto evidence = ParseEvidence(absl::string_view(file).substr(begin, end + 1 - begin));
  if (evidence.ok()) receipt.set_act_id(evidence->act_id);
  return receipt;
}

void AddErrorInfo(const Spoken& spoken, google::rpc::Status& status) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(ReasonName(spoken.details.reason)));
  info.set_domain(std::string(kErrorDomain));
  if (!spoken.reference.empty()) {
    (*info.mutable_metadata())[std::string(kReferenceKey)] = spoken.reference;
  }
  status.add_details()->PackFrom(info);
}

// Without a field the explanation still has its place here: an empty field means the whole request.
void AddBadRequest(const ErrorDetails& details, google::rpc::Status& status) {
  if (details.field.empty() && details.accepted.empty()) return;
  google::rpc::BadRequest request;
  auto* violation = request.add_field_violations();
  violation->set_field(details.field);
  violation->set_description(details.accepted);
  status.add_details()->PackFrom(request);
}

void AddRetryInfo(const ErrorDetails& details, google::rpc::Status& status) {
  if (details.retry_after <= absl::ZeroDuration()) return;
  google::rpc::RetryInfo retry;
  const int64_t nanos = absl::ToInt64Nanoseconds(details.retry_after);
  retry.mutable_retry_delay()->set_seconds(nanos / 1'000'000'000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  status.add_details()->PackFrom(retry);
}

void AddLocalizedMessage(const ErrorDetails& details,
                         Language language,
                         google::rpc::Status& status) {
  google::rpc::LocalizedMessage message;
  message.set_locale(std::string(LanguageTag(language)));
  message.set_message(std::string(ReasonText(details.reason, language)));
  status.add_details()->PackFrom(message);
}

void AddEvidence(const ErrorDetails& details, google::rpc::Status& status) {
  if (!details.evidence.empty()) status.add_details()->PackFrom(RejectionReceipt(details.evidence));
}

// What the details of a received status say.
struct Heard {
  std::optional<Reason> reason;
  ErrorDetails details;
};

void Hear(const google::protobuf::Any& any, Heard& heard) {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest request;
  google::rpc::RetryInfo retry;
  v1::Receipt receipt;
  if (any.UnpackTo(&info)) {
    if (info.domain() == kErrorDomain) heard.reason = ReasonFromName(info.reason());
  } else if (any.UnpackTo(&request)) {
    if (request.field_violations_size() == 0) return;
    heard.details.field = request.field_violations(0).field();
    heard.details.accepted = request.field_violations(0).description();
  } else if (any.UnpackTo(&retry)) {
    heard.details.retry_after = absl::Seconds(retry.retry_delay().seconds()) +
                                absl::Nanoseconds(retry.retry_delay().nanos());
  } else if (any.UnpackTo(&receipt)) {
    heard.details.evidence = receipt.content();
  }
}

absl::Status MakeHeard(const Heard& heard) {
  return Error(*heard.reason)
      .Field(heard.details.field)
      .Accepted(heard.details.accepted)
      .RetryAfter(heard.details.retry_after)
      .Evidence(heard.details.evidence);
}

// What gRPC's own server says when all its threads are taken.
constexpr absl::string_view kNoThread = "Server Threadpool Exhausted";

// "REASON: text" as ToPlainGrpcStatus writes it. Such a text has no place for RetryInfo: whoever is
// told that the hub is busy waits a second.
void HearText(absl::string_view text, Heard& heard) {
  heard.reason = ReasonFromName(text.substr(0, text.find(':')));
  if (text == kNoThread) heard.reason = Reason::OVERLOADED;
  if (heard.reason == Reason::OVERLOADED) heard.details.retry_after = absl::Seconds(1);
}

}  // namespace

Language ParseLanguage(absl::string_view accept_language) {
  for (absl::string_view range : absl::StrSplit(accept_language, ',')) {
    range = absl::StripAsciiWhitespace(range.substr(0, range.find(';')));
    const std::string primary = absl::AsciiStrToLower(range.substr(0, range.find('-')));
    for (const LanguageRow& row : kLanguages) {
      if (primary == row.tag) return row.language;
    }
  }
  return Language::kEnglish;
}

Language LanguageOf(const grpc::ServerContextBase& context) {
  const auto found = context.client_metadata().find(kLanguageKey);
  if (found == context.client_metadata().end()) return Language::kEnglish;
  return ParseLanguage(absl::string_view(found->second.data(), found->second.size()));
}

absl::string_view LanguageTag(Language language) {
  return kLanguages[static_cast<size_t>(language)].tag;
}

google::rpc::Status ToStatusProto(const absl::Status& status, Language language) {
  google::rpc::Status proto;
  if (status.ok()) return proto;
  if (absl::IsCancelled(status)) {
    proto.set_code(static_cast<int>(absl::StatusCode::kCancelled));
    proto.set_message("The call was cancelled.");
    return proto;
  }
  const Spoken spoken = WhatToSay(status);
  const Error error =
      Error(spoken.details.reason).Field(spoken.details.field).Accepted(spoken.details.accepted);
  proto.set_code(static_cast<int>(ReasonCode(spoken.details.reason)));
  proto.set_message(std::string(error.ToStatus().message()));
  AddErrorInfo(spoken, proto);
  AddBadRequest(spoken.details, proto);
  AddRetryInfo(spoken.details, proto);
  AddLocalizedMessage(spoken.details, language, proto);
  AddEvidence(spoken.details, proto);
  return proto;
}

grpc::Status ToGrpcStatus(const absl::Status& status, Language language) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status proto = ToStatusProto(status, language);
  return grpc::Status(
      static_cast<grpc::StatusCode>(proto.code()), proto.message(), proto.SerializeAsString());
}

grpc::Status ToGrpcStatus(const absl::Status& status, const grpc::ServerContextBase& context) {
  if (status.ok()) return grpc::Status::OK;
  return ToGrpcStatus(status, LanguageOf(context));
}

grpc::Status ToPlainGrpcStatus(const absl::Status& status, Language language) {
  if (status.ok()) return grpc::Status::OK;
  const Spoken spoken = WhatToSay(status);
  std::string text = absl::StrCat(
      ReasonName(spoken.details.reason), ": ", ReasonText(spoken.details.reason, language));
  if (!spoken.details.accepted.empty()) absl::StrAppend(&text, " ", spoken.details.accepted);
  return grpc::Status(static_cast<grpc::StatusCode>(ReasonCode(spoken.details.reason)), text);
}

absl::Status FromStatusProto(const google::rpc::Status& status) {
  if (status.code() == 0) return absl::OkStatus();
  Heard heard;
  for (const google::protobuf::Any& any : status.details()) Hear(any, heard);
  if (!heard.reason.has_value()) HearText(status.message(), heard);
  if (heard.reason.has_value()) return MakeHeard(heard);
  return absl::Status(static_cast<absl::StatusCode>(status.code()), status.message());
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status proto;
  if (!status.error_details().empty() && !proto.ParseFromString(status.error_details())) {
    proto.Clear();
  }
  proto.set_code(static_cast<int>(status.error_code()));
  proto.set_message(status.error_message());
  return FromStatusProto(proto);
}

void SetInternalFaultSink(InternalFaultSink sink) {
  std::atomic_store(&FaultSink(), std::make_shared<const InternalFaultSink>(std::move(sink)));
}

}  // namespace rogatoria::rpc
