// rogatoria.agent.v1.AgentService over an Agent: who may ask, how much at one time, errors with
// their details. Sync calls: each waits on the agent, on a thread of the server's bounded number.
#pragma once

#include "absl/status/status.h"
#include "common/crypto/secret.h"
#include "services/agent/agent.h"
#include "services/agent/agent_limits.h"
#include "services/agent/call_slots.h"

#include "rogatoria/agent/v1/agent_service.grpc.pb.h"

namespace rogatoria::agent {

class AgentService final : public v1::AgentService::Service {
 public:
  // `token`: of callers that do not come by the socket; empty: nobody else may ask. `agent` must
  // outlive it.
  AgentService(Agent& agent, SecretBytes token) : agent_(agent), token_(std::move(token)) {}

  grpc::Status Send(grpc::ServerContext* context,
                    const v1::SendRequest* request,
                    v1::SendResponse* response) override;
  grpc::Status Watch(grpc::ServerContext* context,
                     const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override;
  grpc::Status Acknowledge(grpc::ServerContext* context,
                           const v1::AcknowledgeRequest* request,
                           v1::AcknowledgeResponse* response) override;
  grpc::Status ListCases(grpc::ServerContext* context,
                         const v1::ListCasesRequest* request,
                         v1::ListCasesResponse* response) override;
  grpc::Status GetCase(grpc::ServerContext* context,
                       const v1::GetCaseRequest* request,
                       v1::GetCaseResponse* response) override;
  grpc::Status GetAct(grpc::ServerContext* context,
                      const v1::GetActRequest* request,
                      v1::GetActResponse* response) override;
  grpc::Status GetDocument(grpc::ServerContext* context,
                           const v1::GetDocumentRequest* request,
                           grpc::ServerWriter<v1::GetDocumentResponse>* writer) override;
  grpc::Status PutDocument(grpc::ServerContext* context,
                           grpc::ServerReader<v1::PutDocumentRequest>* reader,
                           v1::PutDocumentResponse* response) override;
  grpc::Status GetReceipt(grpc::ServerContext* context,
                          const v1::GetReceiptRequest* request,
                          v1::GetReceiptResponse* response) override;
  grpc::Status OpenIdentity(grpc::ServerContext* context,
                            const v1::OpenIdentityRequest* request,
                            v1::OpenIdentityResponse* response) override;
  grpc::Status ShareIdentity(grpc::ServerContext* context,
                             const v1::ShareIdentityRequest* request,
                             v1::ShareIdentityResponse* response) override;
  grpc::Status Lint(grpc::ServerContext* context,
                    const v1::LintRequest* request,
                    v1::LintResponse* response) override;
  grpc::Status Resolve(grpc::ServerContext* context,
                       const v1::ResolveRequest* request,
                       v1::ResolveResponse* response) override;
  grpc::Status ListUnsigned(grpc::ServerContext* context,
                            const v1::ListUnsignedRequest* request,
                            v1::ListUnsignedResponse* response) override;
  grpc::Status SubmitSignature(grpc::ServerContext* context,
                               const v1::SubmitSignatureRequest* request,
                               v1::SubmitSignatureResponse* response) override;
  grpc::Status Withhold(grpc::ServerContext* context,
                        const v1::WithholdRequest* request,
                        v1::WithholdResponse* response) override;
  grpc::Status GetStatus(grpc::ServerContext* context,
                         const v1::GetStatusRequest* request,
                         v1::GetStatusResponse* response) override;

  int calls() const { return calls_.taken() + looks_.taken(); }
  int watches() const { return watches_.taken(); }

 private:
  // By the socket, or with the token.
  absl::Status Admit(const grpc::ServerContext& context) const;
  // One call: may it, is there room, the work, the answer.
  template <typename Response, typename Work>
  grpc::Status Answer(const grpc::ServerContext& context,
                      CallSlots& slots,
                      Response* response,
                      Work work);
  template <typename Work>
  grpc::Status Stream(const grpc::ServerContext& context, CallSlots& slots, Work work);
  absl::Status GoOnWatching(grpc::ServerContext& context,
                            const v1::WatchRequest& request,
                            grpc::ServerWriter<v1::WatchResponse>& writer);
  absl::StatusOr<v1::PutDocumentResponse> TakeDocument(
      grpc::ServerReader<v1::PutDocumentRequest>& reader);
  grpc::Status ToWire(const absl::Status& status, const grpc::ServerContext& context) const;

  Agent& agent_;
  const SecretBytes token_;
  CallSlots calls_{limits::kMaxCalls};
  CallSlots looks_{limits::kMaxLooks};  // so that a hub that is silent does not hide how things are
  CallSlots watches_{limits::kMaxWatches};
  CallSlots transfers_{limits::kMaxTransfers};
};

}  // namespace rogatoria::agent
