#include "services/agent/agent_service.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/rpc/status_mapping.h"
#include "services/agent/agent_token.h"
#include "services/agent/findings.h"
#include "services/agent/shown_act.h"

#include "google/rpc/error_details.pb.h"

namespace rogatoria::agent {
namespace {

// How long a stream waits before it looks whether its caller is still there.
constexpr absl::Duration kLook = absl::Milliseconds(500);
constexpr absl::Duration kWhileItIsKept = absl::Milliseconds(20);
constexpr absl::Duration kTryHubAgain = absl::Seconds(5);
constexpr size_t kEventsAtOnce = 4;  // each with an act of up to some MiB

// Never without a reason.
absl::Status ForCaller(const absl::Status& status) {
  const auto details = GetErrorDetails(status);
  if (!details.has_value()) {
    if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) return status;
    return Error(Reason::HUB_NOT_REACHED).Accepted(status.message()).RetryAfter(kTryHubAgain);
  }
  return details->field == "opening.reasons" ? WithField(status, "reasons") : status;
}

// What lint found, each as a violation, in the details of the refusal.
void AddFindings(const absl::Status& status, google::rpc::Status& proto) {
  const std::vector<v1::Finding> findings = FindingsOf(status);
  if (findings.empty()) return;
  google::rpc::BadRequest violations;
  v1::LintResponse all;
  for (const v1::Finding& finding : findings) {
    *all.add_findings() = finding;
    if (finding.standing() == "ADVICE") continue;
    auto& violation = *violations.add_field_violations();
    violation.set_field(finding.field());
    violation.set_description(finding.message());
  }
  for (google::protobuf::Any& any : *proto.mutable_details()) {
    if (any.Is<google::rpc::BadRequest>()) any.PackFrom(violations);
  }
  proto.add_details()->PackFrom(all);
}

}  // namespace

grpc::Status AgentService::ToWire(const absl::Status& outcome,
                                  const grpc::ServerContext& context) const {
  if (outcome.ok()) return grpc::Status::OK;
  const absl::Status status = ForCaller(outcome);
  // The office's own machine: what gRPC said of the hub is no secret here.
  if (!GetErrorDetails(status).has_value() && !absl::IsInternal(status)) {
    return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                        agent_.words().Reason(status));
  }
  const bool asked = context.client_metadata().count(rpc::kLanguageKey) > 0;
  google::rpc::Status proto = rpc::ToStatusProto(
      status, asked ? rpc::LanguageOf(context) : rpc::ParseLanguage(agent_.words().language()));
  AddFindings(outcome, proto);
  return grpc::Status(
      static_cast<grpc::StatusCode>(proto.code()), proto.message(), proto.SerializeAsString());
}

absl::Status AgentService::Admit(const grpc::ServerContext& context) const {
  if (absl::StartsWith(context.peer(), "unix:")) return absl::OkStatus();
  const auto found = context.client_metadata().find("authorization");
  const grpc::string_ref shown =
      found == context.client_metadata().end() ? grpc::string_ref() : found->second;
  return CheckToken(token_, absl::string_view(shown.data(), shown.size()));
}

template <typename Response, typename Work>
grpc::Status AgentService::Answer(const grpc::ServerContext& context,
                                  CallSlots& slots,
                                  Response* response,
                                  Work work) {
  const absl::Status admitted = Admit(context);
  if (!admitted.ok()) return ToWire(admitted, context);
  const auto slot = slots.Take();
  if (!slot.ok()) return ToWire(slot.status(), context);
  absl::StatusOr<Response> answer = work();
  if (answer.ok()) *response = *std::move(answer);
  return ToWire(answer.status(), context);
}

template <typename Work>
grpc::Status AgentService::Stream(const grpc::ServerContext& context, CallSlots& slots, Work work) {
  const absl::Status admitted = Admit(context);
  if (!admitted.ok()) return ToWire(admitted, context);
  const auto slot = slots.Take();
  return ToWire(slot.ok() ? work() : slot.status(), context);
}

grpc::Status AgentService::Send(grpc::ServerContext* context,
                                const v1::SendRequest* request,
                                v1::SendResponse* response) {
  return Answer(*context, calls_, response, [&] { return agent_.Send(*request); });
}

grpc::Status AgentService::Acknowledge(grpc::ServerContext* context,
                                       const v1::AcknowledgeRequest* request,
                                       v1::AcknowledgeResponse* response) {
  return Answer(*context, looks_, response, [&]() -> absl::StatusOr<v1::AcknowledgeResponse> {
    ROG_RETURN_IF_ERROR(agent_.Acknowledge(kApiFollower, request->position()));
    v1::AcknowledgeResponse answer;
    answer.set_waiting(agent_.Waiting(kApiFollower));
    return answer;
  });
}

grpc::Status AgentService::ListCases(grpc::ServerContext* context,
                                     const v1::ListCasesRequest* request,
                                     v1::ListCasesResponse* response) {
  return Answer(*context, looks_, response, [&] { return agent_.ListCases(*request); });
}

grpc::Status AgentService::GetCase(grpc::ServerContext* context,
                                   const v1::GetCaseRequest* request,
                                   v1::GetCaseResponse* response) {
  return Answer(*context, calls_, response, [&] { return agent_.GetCase(*request); });
}

grpc::Status AgentService::GetAct(grpc::ServerContext* context,
                                  const v1::GetActRequest* request,
                                  v1::GetActResponse* response) {
  return Answer(*context, looks_, response, [&] { return agent_.GetAct(*request); });
}

grpc::Status AgentService::GetReceipt(grpc::ServerContext* context,
                                      const v1::GetReceiptRequest* request,
                                      v1::GetReceiptResponse* response) {
  return Answer(*context, calls_, response, [&] { return agent_.GetReceipt(*request); });
}

grpc::Status AgentService::OpenIdentity(grpc::ServerContext* context,
                                        const v1::OpenIdentityRequest* request,
                                        v1::OpenIdentityResponse* response) {
  return Answer(*context, calls_, response, [&] { return agent_.OpenIdentity(*request); });
}

grpc::Status AgentService::ShareIdentity(grpc::ServerContext* context,
                                         const v1::ShareIdentityRequest* request,
                                         v1::ShareIdentityResponse* response) {
  return Answer(*context, calls_, response, [&] { return agent_.ShareIdentity(*request); });
}

grpc::Status AgentService::Lint(grpc::ServerContext* context,
                                const v1::LintRequest* request,
                                v1::LintResponse* response) {
  return Answer(*context, calls_, response, [&] { return agent_.Lint(*request); });
}

grpc::Status AgentService::Resolve(grpc::ServerContext* context,
                                   const v1::ResolveRequest* request,
                                   v1::ResolveResponse* response) {
  return Answer(*context, calls_, response, [&] { return agent_.Resolve(*request); });
}

grpc::Status AgentService::ListUnsigned(grpc::ServerContext* context,
                                        const v1::ListUnsignedRequest* request,
                                        v1::ListUnsignedResponse* response) {
  return Answer(*context, looks_, response, [&]() -> absl::StatusOr<v1::ListUnsignedResponse> {
    return agent_.ListUnsigned(*request);
  });
}

grpc::Status AgentService::SubmitSignature(grpc::ServerContext* context,
                                           const v1::SubmitSignatureRequest* request,
                                           v1::SubmitSignatureResponse* response) {
  return Answer(*context, calls_, response, [&] { return agent_.SubmitSignature(*request); });
}

grpc::Status AgentService::Withhold(grpc::ServerContext* context,
                                    const v1::WithholdRequest* request,
                                    v1::WithholdResponse* response) {
  return Answer(*context, calls_, response, [&] { return agent_.Withhold(*request); });
}

grpc::Status AgentService::GetStatus(grpc::ServerContext* context,
                                     const v1::GetStatusRequest* request,
                                     v1::GetStatusResponse* response) {
  return Answer(*context, looks_, response, [&]() -> absl::StatusOr<v1::GetStatusResponse> {
    return agent_.GetStatus(*request);
  });
}

grpc::Status AgentService::Watch(grpc::ServerContext* context,
                                 const v1::WatchRequest* request,
                                 grpc::ServerWriter<v1::WatchResponse>* writer) {
  return Stream(*context, watches_, [&] { return GoOnWatching(*context, *request, *writer); });
}

// From now on nothing is dropped that the API's caller has not acknowledged.
absl::Status AgentService::GoOnWatching(grpc::ServerContext& context,
                                        const v1::WatchRequest& request,
                                        grpc::ServerWriter<v1::WatchResponse>& writer) {
  ROG_RETURN_IF_ERROR(agent_.Acknowledge(kApiFollower, 0));
  uint64_t after = request.after_position();
  if (after == 0) after = agent_.Acknowledged(kApiFollower);
  absl::Time last = absl::Now();
  while (!context.IsCancelled()) {
    ROG_ASSIGN_OR_RETURN(auto events, agent_.WaitForEvents(after, kEventsAtOnce, kLook));
    if (agent_.stopping()) return Error(Reason::SHUTTING_DOWN);
    for (v1::WatchResponse& event : events) {
      if (event.has_received()) LeaveOut(*event.mutable_received(), limits::kMaxShownBytes);
      if (!writer.Write(event)) return absl::CancelledError();
      after = event.position();
      last = absl::Now();
    }
    if (!events.empty()) continue;
    if (request.idle_seconds() > 0 && absl::Now() - last > absl::Seconds(request.idle_seconds())) {
      return absl::OkStatus();
    }
    absl::SleepFor(kWhileItIsKept);
  }
  return absl::CancelledError();
}

grpc::Status AgentService::GetDocument(grpc::ServerContext* context,
                                       const v1::GetDocumentRequest* request,
                                       grpc::ServerWriter<v1::GetDocumentResponse>* writer) {
  return Stream(*context, transfers_, [&]() -> absl::Status {
    ROG_ASSIGN_OR_RETURN(const Agent::OpenDocument document, agent_.GetDocument(*request));
    v1::GetDocumentResponse part;
    *part.mutable_info() = document.info;
    uint64_t offset = 0;
    while (writer->Write(part)) {
      ROG_ASSIGN_OR_RETURN(*part.mutable_content(), document.read(offset));
      if (part.content().empty()) return absl::OkStatus();
      offset += part.content().size();
    }
    return absl::CancelledError();
  });
}

absl::StatusOr<v1::PutDocumentResponse> AgentService::TakeDocument(
    grpc::ServerReader<v1::PutDocumentRequest>& reader) {
  const absl::Status form =
      Explained(Error(Reason::FIELD_INVALID).Field("part"), Sentence::NAME_THEN_BYTES);
  v1::PutDocumentRequest part;
  if (!reader.Read(&part) || !part.has_name()) return form;
  ROG_ASSIGN_OR_RETURN(Documents::Writer writer, agent_.documents().Begin(part.name()));
  uint64_t size = 0;
  while (reader.Read(&part)) {
    if (!part.has_content() || part.content().size() > limits::kMaxPartBytes) return form;
    size += part.content().size();
    if (size > rogatoria::limits::kMaxDocumentBytes) {
      return Explained(Error(Reason::LIMIT_EXCEEDED).Field("content"),
                       Sentence::AT_MOST_BYTES,
                       rogatoria::limits::kMaxDocumentBytes);
    }
    ROG_RETURN_IF_ERROR(writer.Append(part.content()));
  }
  ROG_ASSIGN_OR_RETURN(const v1::DocumentInfo info, writer.Finish());
  v1::PutDocumentResponse response;
  response.set_document_id(writer.id());
  response.set_size(info.size());
  response.set_sha256(info.sha256());
  return response;
}

// A caller that went away in the middle gave no document.
grpc::Status AgentService::PutDocument(grpc::ServerContext* context,
                                       grpc::ServerReader<v1::PutDocumentRequest>* reader,
                                       v1::PutDocumentResponse* response) {
  return Stream(*context, transfers_, [&]() -> absl::Status {
    ROG_ASSIGN_OR_RETURN(*response, TakeDocument(*reader));
    return context->IsCancelled() ? absl::CancelledError() : absl::OkStatus();
  });
}

}  // namespace rogatoria::agent
