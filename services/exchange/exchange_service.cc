#include "services/exchange/exchange_service.h"

#include <chrono>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/ledger/audit_and_wait.h"
#include "common/model/ids.h"
#include "common/rpc/unary.h"
#include "services/exchange/identity_shares.h"
#include "services/exchange/placement.h"
#include "services/exchange/reads.h"

namespace rogatoria::exchange {
namespace {

constexpr absl::string_view kSubmitAct = "/rogatoria.v1.ExchangeService/SubmitAct";
constexpr absl::string_view kGetAct = "/rogatoria.v1.ExchangeService/GetAct";
constexpr absl::string_view kGetCase = "/rogatoria.v1.ExchangeService/GetCase";
constexpr absl::string_view kListCases = "/rogatoria.v1.ExchangeService/ListCases";
constexpr absl::string_view kGetIdentityShare = "/rogatoria.v1.ExchangeService/GetIdentityShare";
constexpr absl::string_view kListActs = "/rogatoria.v1.ExchangeService/ListActs";

constexpr absl::Duration kAMoment = absl::Milliseconds(100);

// Of a clock that nobody sets.
int64_t SteadyNs() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A legal refusal has its A.2 in the log already.
bool LeavesItsOwnTrace(const absl::Status& refusal) {
  const std::optional<ErrorDetails> details = GetErrorDetails(refusal);
  return details.has_value() && !details->evidence.empty();
}

// Of the act that opened the case; asked of referrals only, since a place opens nothing else.
absl::StatusOr<v1::ActKind> OpeningOf(Snapshot& snapshot, const v1::Case& found) {
  if (found.case_type() != v1::CASE_TYPE_REFERRAL) return v1::ACT_KIND_UNSPECIFIED;
  ROG_ASSIGN_OR_RETURN(const ActRecord act, snapshot.GetAct(found.case_id()));
  return act.kind;
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

absl::StatusOr<AdmittedAct> ExchangeService::Admit(const Caller& caller,
                                                   const grpc::ByteBuffer& in,
                                                   std::string& act_id) {
  v1::SubmitActRequest request;
  ROG_RETURN_IF_ERROR(rpc::Parse(in, request));
  act_id = MakeActId(caller.authority, request.request_id());
  return admission_.Admit(caller, std::move(request));
}

bool ExchangeService::ActsCome() const {
  return SteadyNs() - submitted_ns_ < absl::ToInt64Nanoseconds(kAMoment);
}

grpc::ServerUnaryReactor* ExchangeService::SubmitAct(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* in,
                                                     grpc::ByteBuffer* out) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::StatusOr<Caller> caller = door_.identify(*context);
  if (!caller.ok()) {
    reactor->Finish(rpc::ToGrpcStatus(caller.status(), *context));
    return reactor;
  }
  submitted_ns_ = SteadyNs();
  std::string act_id;
  absl::StatusOr<AdmittedAct> admitted = Admit(*caller, *in, act_id);
  // The context lives until Finish.
  const auto answer = [this, context, out, reactor, caller = *caller, act_id](
                          const absl::StatusOr<v1::SubmitActResponse>& outcome) {
    if (outcome.ok()) {
      warned_rules_.Count(*outcome);
      rpc::Serialize(*outcome, *out);
    }
    if (rpc::IsRefusal(outcome.status()) && !LeavesItsOwnTrace(outcome.status())) {
      door_.report_refusal(caller, kSubmitAct, IsActId(act_id) ? act_id : "", outcome.status());
    }
    reactor->Finish(rpc::ToGrpcStatus(outcome.status(), *context));
  };
  if (!admitted.ok()) {
    answer(admitted.status());
    return reactor;
  }
  queue_.Submit(std::make_unique<SubmitCommand>(
      world_, *std::move(admitted), [context] { return context->IsCancelled(); }, answer));
  return reactor;
}

// Answers only once the record of the read is on disk (decisions.md 12).
template <typename Request, typename Response, typename Object, typename Find>
grpc::ServerUnaryReactor* ExchangeService::ReadAudited(const rpc::RawCall& call,
                                                       absl::string_view method,
                                                       Object object,
                                                       Find find) {
  return rpc::RunUnary<Request, Response>(
      door_,
      call,
      method,
      object,
      [this, method, object, find](
          const Caller& caller, const Request& request, Response& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(auto read, find(*snapshot, caller, request));
        snapshot.reset();
        AuditRecord record;
        record.operation = AuditOperation::kConsultation;
        record.principal = caller.identity;
        record.method = std::string(method);
        record.object = rpc::ObjectOf(request, object);
        record.outcome = "OK";
        ROG_RETURN_IF_ERROR(AuditAndWait(queue_, std::move(record), read.key_id, caller.authority));
        response = std::move(read.response);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* ExchangeService::GetAct(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* in,
                                                  grpc::ByteBuffer* out) {
  return ReadAudited<v1::GetActRequest, v1::GetActResponse>(
      {context, in, out}, kGetAct, &v1::GetActRequest::act_id, exchange::GetAct);
}

grpc::ServerUnaryReactor* ExchangeService::GetCase(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* in,
                                                   grpc::ByteBuffer* out) {
  return ReadAudited<v1::GetCaseRequest, v1::GetCaseResponse>(
      {context, in, out},
      kGetCase,
      &v1::GetCaseRequest::case_id,
      [this](Snapshot& snapshot,
             const Caller& caller,
             const v1::GetCaseRequest& request) -> absl::StatusOr<Read<v1::GetCaseResponse>> {
        ROG_ASSIGN_OR_RETURN(auto read, exchange::GetCase(snapshot, caller, request));
        const auto directory = world_.registry.Get().directory;
        ROG_ASSIGN_OR_RETURN(const v1::ActKind opening, OpeningOf(snapshot, read.response.case_()));
        WithholdPlacements(*directory, opening, read.response);
        return read;
      });
}

grpc::ServerUnaryReactor* ExchangeService::ListCases(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* in,
                                                     grpc::ByteBuffer* out) {
  return ReadAudited<v1::ListCasesRequest, v1::ListCasesResponse>(
      {context, in, out}, kListCases, "", exchange::ListCases);
}

grpc::ServerUnaryReactor* ExchangeService::ListActs(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return ReadAudited<v1::ListActsRequest, v1::ListActsResponse>(
      {context, in, out}, kListActs, &v1::ListActsRequest::case_id, exchange::ListActs);
}

grpc::ServerUnaryReactor* ExchangeService::GetIdentityShare(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  return ReadAudited<v1::GetIdentityShareRequest, v1::GetIdentityShareResponse>(
      {context, in, out},
      kGetIdentityShare,
      &v1::GetIdentityShareRequest::act_id,
      [this](Snapshot& snapshot, const Caller& caller, const v1::GetIdentityShareRequest& request) {
        return exchange::GetIdentityShare(
            snapshot, world_.registry.Get(), admission_.clock().Now(), caller, request);
      });
}

}  // namespace rogatoria::exchange
