// rogatoria.v1.ExchangeService on the wire. SubmitAct is a raw callback call: malformed bytes get
// our own refusal (decisions.md 13), nothing in it blocks, and the answer is sent from the
// completion of the commit. The other calls read the store and wait for the commit of their audit
// leaf; they are sync and bounded.
#pragma once

#include <utility>

#include "common/ledger/commit_queue.h"
#include "common/rpc/door.h"
#include "common/storage/store.h"
#include "services/exchange/admission.h"

#include "rogatoria/v1/exchange_service.grpc.pb.h"

namespace rogatoria::exchange {

class ExchangeService final
    : public v1::ExchangeService::WithRawCallbackMethod_SubmitAct<v1::ExchangeService::Service> {
 public:
  // All references must outlive the server that this is registered with, and the queue's last
  // command.
  ExchangeService(Door door, const Admission& admission, Store& store, CommitQueue& queue)
      : door_(std::move(door)), admission_(admission), store_(store), queue_(queue) {}

  grpc::ServerUnaryReactor* SubmitAct(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::Status GetAct(grpc::ServerContext* context,
                      const v1::GetActRequest* request,
                      v1::GetActResponse* response) override;
  grpc::Status GetCase(grpc::ServerContext* context,
                       const v1::GetCaseRequest* request,
                       v1::GetCaseResponse* response) override;
  grpc::Status ListCases(grpc::ServerContext* context,
                         const v1::ListCasesRequest* request,
                         v1::ListCasesResponse* response) override;
  grpc::Status ListActs(grpc::ServerContext* context,
                        const v1::ListActsRequest* request,
                        v1::ListActsResponse* response) override;

 private:
  const Door door_;
  const Admission& admission_;
  Store& store_;
  CommitQueue& queue_;
};

}  // namespace rogatoria::exchange
