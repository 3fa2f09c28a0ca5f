// rogatoria.v1.ExchangeService on the wire. SubmitAct is a raw callback call: malformed bytes get
// our own refusal (decisions.md 13), nothing in it blocks, and the answer is sent from the
// completion of the commit. The other calls read the store and wait for the commit of their audit
// leaf; they are sync and bounded.
#pragma once

#include "common/base/clock.h"
#include "common/crypto/cms_signature.h"
#include "common/ledger/commit_queue.h"
#include "common/rpc/door.h"
#include "common/storage/store.h"

#include "rogatoria/v1/exchange_service.grpc.pb.h"

namespace rogatoria {
class Registry;
}

namespace rogatoria::exchange {

struct ExchangeOptions {
  std::string trust_domain;
  std::string governing_law;  // of the hub, ISO 3166-1 (Treaty of Medellin article 6.8)
  bool training = false;      // whether this is a hub for training
};

class ExchangeService final
    : public v1::ExchangeService::WithRawCallbackMethod_SubmitAct<v1::ExchangeService::Service> {
 public:
  // All references must outlive the server that this is registered with.
  ExchangeService(Door door,
                  Store& store,
                  CommitQueue& queue,
                  Registry& registry,
                  SignatureVerifier& verifier,
                  Clock& clock,
                  ExchangeOptions options);

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
  Store& store_;
  CommitQueue& queue_;
  Registry& registry_;
  SignatureVerifier& verifier_;
  Clock& clock_;
  const ExchangeOptions options_;
};

}  // namespace rogatoria::exchange
