// rogatoria.v1.ExchangeService on the wire. SubmitAct is a raw callback call: malformed bytes get
// our own refusal (decisions.md 13), nothing in it blocks, and the answer is sent from the
// completion of the commit. The other calls read the store and wait for the commit of their audit
// leaf; they are sync and bounded.
#pragma once

#include <string>
#include <utility>

#include "common/ledger/commit_queue.h"
#include "common/rpc/door.h"
#include "common/storage/store.h"
#include "services/exchange/admission.h"
#include "services/exchange/replayer.h"
#include "services/exchange/submit.h"

#include "rogatoria/v1/exchange_service.grpc.pb.h"

namespace rogatoria::exchange {

class ExchangeService final : public v1::ExchangeService::WithRawCallbackMethod_SubmitAct<
                                  v1::ExchangeService::CallbackService> {
 public:
  // All references must outlive this, and this the servers' shutdown and the queue's last command.
  // `tzdata_version`: ReadTzdataVersion (legal_dates.h).
  ExchangeService(Door door,
                  const Admission& admission,
                  const Registry& registry,
                  Store& store,
                  CommitQueue& queue,
                  std::string tzdata_version);

  grpc::ServerUnaryReactor* SubmitAct(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetAct(grpc::CallbackServerContext* context,
                                   const v1::GetActRequest* request,
                                   v1::GetActResponse* response) override;
  grpc::ServerUnaryReactor* GetCase(grpc::CallbackServerContext* context,
                                    const v1::GetCaseRequest* request,
                                    v1::GetCaseResponse* response) override;
  grpc::ServerUnaryReactor* ListCases(grpc::CallbackServerContext* context,
                                      const v1::ListCasesRequest* request,
                                      v1::ListCasesResponse* response) override;
  grpc::ServerUnaryReactor* ListActs(grpc::CallbackServerContext* context,
                                     const v1::ListActsRequest* request,
                                     v1::ListActsResponse* response) override;

 private:
  template <typename Request, typename Response, typename Find>
  grpc::ServerUnaryReactor* ReadAudited(grpc::CallbackServerContext* context,
                                        absl::string_view method,
                                        const std::string& object,
                                        const Request* request,
                                        Response* response,
                                        Find find);

  const Door door_;
  const Admission& admission_;
  Store& store_;
  CommitQueue& queue_;
  Replayer replayer_;
  const SubmitWorld world_;
};

}  // namespace rogatoria::exchange
