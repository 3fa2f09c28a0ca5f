#include "services/exchange/exchange_service.h"

#include <memory>
#include <optional>

#include <grpcpp/impl/codegen/proto_utils.h>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/ledger/audit_and_wait.h"
#include "common/model/ids.h"
#include "common/rpc/unary.h"
#include "services/exchange/reads.h"

namespace rogatoria::exchange {
namespace {

constexpr absl::string_view kSubmitAct = "/rogatoria.v1.ExchangeService/SubmitAct";
constexpr absl::string_view kGetAct = "/rogatoria.v1.ExchangeService/GetAct";
constexpr absl::string_view kGetCase = "/rogatoria.v1.ExchangeService/GetCase";
constexpr absl::string_view kListCases = "/rogatoria.v1.ExchangeService/ListCases";
constexpr absl::string_view kListActs = "/rogatoria.v1.ExchangeService/ListActs";

absl::StatusOr<v1::SubmitActRequest> Parse(const grpc::ByteBuffer& bytes) {
  v1::SubmitActRequest request;
  grpc::ByteBuffer copy(bytes);  // shares the slices; reading empties it
  if (grpc::SerializationTraits<v1::SubmitActRequest>::Deserialize(&copy, &request).ok()) {
    return request;
  }
  return Error(Reason::MALFORMED_MESSAGE).Accepted("a rogatoria.v1.SubmitActRequest in protobuf");
}

void Serialize(const v1::SubmitActResponse& response, grpc::ByteBuffer& bytes) {
  bool own_buffer = false;
  const grpc::Status status =
      grpc::SerializationTraits<v1::SubmitActResponse>::Serialize(response, &bytes, &own_buffer);
  ROG_CHECK(status.ok(), "a response of ours can be written");
}

// A legal refusal has its A.2 in the log already.
bool LeavesItsOwnTrace(const absl::Status& refusal) {
  const std::optional<ErrorDetails> details = GetErrorDetails(refusal);
  return details.has_value() && !details->evidence.empty();
}

}  // namespace

ExchangeService::ExchangeService(Door door,
                                 const Admission& admission,
                                 const Registry& registry,
                                 Store& store,
                                 CommitQueue& queue,
                                 std::string tzdata_version)
    : door_(std::move(door)),
      admission_(admission),
      store_(store),
      queue_(queue),
      replayer_(store),
      world_{admission.rules(),
             registry,
             std::move(tzdata_version),
             [this](std::string act_id, SubmitDone done) {
               replayer_.Replay(std::move(act_id), std::move(done));
             }} {}

grpc::ServerUnaryReactor* ExchangeService::SubmitAct(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::StatusOr<Caller> caller = door_.identify(*context);
  if (!caller.ok()) {
    reactor->Finish(rpc::ToGrpcStatus(caller.status(), *context));
    return reactor;
  }
  absl::StatusOr<v1::SubmitActRequest> message = Parse(*request);
  const std::string act_id =
      message.ok() ? MakeActId(caller->authority, message->request_id()) : "";
  // The context lives until Finish.
  const auto answer = [this, context, response, reactor, caller = *caller, act_id](
                          const absl::StatusOr<v1::SubmitActResponse>& outcome) {
    if (outcome.ok()) Serialize(*outcome, *response);
    if (rpc::IsRefusal(outcome.status()) && !LeavesItsOwnTrace(outcome.status())) {
      door_.report_refusal(caller, kSubmitAct, IsActId(act_id) ? act_id : "", outcome.status());
    }
    reactor->Finish(rpc::ToGrpcStatus(outcome.status(), *context));
  };
  if (!message.ok()) {
    answer(message.status());
    return reactor;
  }
  absl::StatusOr<AdmittedAct> admitted = admission_.Admit(*caller, *std::move(message));
  if (!admitted.ok()) {
    answer(admitted.status());
    return reactor;
  }
  queue_.Submit(std::make_unique<SubmitCommand>(
      world_, *std::move(admitted), [context] { return context->IsCancelled(); }, answer));
  return reactor;
}

// Answers only once the record of the read is on disk (decisions.md 12).
template <typename Request, typename Response, typename Find>
grpc::ServerUnaryReactor* ExchangeService::ReadAudited(grpc::CallbackServerContext* context,
                                                       absl::string_view method,
                                                       const std::string& object,
                                                       const Request* request,
                                                       Response* response,
                                                       Find find) {
  return rpc::RunUnary(
      door_, context, method, object, [=, this](const Caller& caller) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(auto read, find(*snapshot, caller, *request));
        snapshot.reset();
        AuditRecord record;
        record.operation = AuditOperation::kConsultation;
        record.principal = caller.identity;
        record.method = std::string(method);
        record.object = object;
        record.outcome = "OK";
        ROG_RETURN_IF_ERROR(AuditAndWait(queue_, std::move(record), read.key_id, caller.authority));
        *response = std::move(read.response);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* ExchangeService::GetAct(grpc::CallbackServerContext* context,
                                                  const v1::GetActRequest* request,
                                                  v1::GetActResponse* response) {
  return ReadAudited(context, kGetAct, request->act_id(), request, response, exchange::GetAct);
}

grpc::ServerUnaryReactor* ExchangeService::GetCase(grpc::CallbackServerContext* context,
                                                   const v1::GetCaseRequest* request,
                                                   v1::GetCaseResponse* response) {
  return ReadAudited(context, kGetCase, request->case_id(), request, response, exchange::GetCase);
}

grpc::ServerUnaryReactor* ExchangeService::ListCases(grpc::CallbackServerContext* context,
                                                     const v1::ListCasesRequest* request,
                                                     v1::ListCasesResponse* response) {
  return ReadAudited(context, kListCases, "", request, response, exchange::ListCases);
}

grpc::ServerUnaryReactor* ExchangeService::ListActs(grpc::CallbackServerContext* context,
                                                    const v1::ListActsRequest* request,
                                                    v1::ListActsResponse* response) {
  return ReadAudited(context, kListActs, request->case_id(), request, response, exchange::ListActs);
}

}  // namespace rogatoria::exchange
