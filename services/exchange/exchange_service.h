// rogatoria.v1.ExchangeService on the wire. SubmitAct is a raw callback call: malformed bytes get
// our own refusal (decisions.md 13), nothing in it blocks, and the answer is sent from the
// completion of the commit. The other calls read the store and wait for the commit of their audit
// leaf; they are sync and bounded.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "common/ledger/commit_queue.h"
#include "common/rpc/door.h"
#include "common/rpc/unary.h"
#include "common/storage/store.h"
#include "services/exchange/admission.h"
#include "services/exchange/replayer.h"
#include "services/exchange/submit.h"
#include "services/exchange/warned_rules.h"

#include "rogatoria/v1/exchange_service.grpc.pb.h"

namespace rogatoria::exchange {

// Every message is read by us, so that what is none of protobuf is refused like all else.
using RawExchangeService = v1::ExchangeService::WithRawCallbackMethod_SubmitAct<
    v1::ExchangeService::WithRawCallbackMethod_GetAct<
        v1::ExchangeService::WithRawCallbackMethod_GetCase<
            v1::ExchangeService::WithRawCallbackMethod_ListCases<
                v1::ExchangeService::WithRawCallbackMethod_ListActs<
                    v1::ExchangeService::WithRawCallbackMethod_GetIdentityShare<
                        v1::ExchangeService::Service>>>>>>;

class ExchangeService final : public RawExchangeService {
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
                                      const grpc::ByteBuffer* in,
                                      grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetAct(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* in,
                                   grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetCase(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* in,
                                    grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListCases(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in,
                                      grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListActs(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* in,
                                     grpc::ByteBuffer* out) override;

  grpc::ServerUnaryReactor* GetIdentityShare(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* in,
                                             grpc::ByteBuffer* out) override;

  const WarnedRules& warned_rules() const { return warned_rules_; }

  // Whether one was submitted in the last tenth of a second. Thread-safe, never waits.
  bool ActsCome() const;

 private:
  template <typename Request, typename Response, typename Object, typename Find>
  grpc::ServerUnaryReactor* ReadAudited(const rpc::RawCall& call,
                                        absl::string_view method,
                                        Object object,
                                        Find find);

  absl::StatusOr<AdmittedAct> Admit(const Caller& caller,
                                    const grpc::ByteBuffer& in,
                                    std::string& act_id);

  const Door door_;
  const Admission& admission_;
  Store& store_;
  CommitQueue& queue_;
  Replayer replayer_;
  WarnedRules warned_rules_;
  std::atomic<int64_t> submitted_ns_ = 0;  // the last act
  const SubmitWorld world_;
};

}  // namespace rogatoria::exchange
