// rogatoria.v1.AuditService: heads, proofs, receipts, and each authority's own register. Everything
// is read from the database, never from tiles (decisions.md 9). These reads leave no leaf
// (decisions.md 12).
#pragma once

#include <string>

#include "common/rpc/door.h"
#include "common/storage/store.h"
#include "services/audit/cosignatures.h"

#include "rogatoria/v1/audit_service.grpc.pb.h"

namespace rogatoria::audit {

// Every message is read by us, so that what is none of protobuf is refused like all else.
using RawAuditService = v1::AuditService::WithRawCallbackMethod_GetCheckpoint<
    v1::AuditService::WithRawCallbackMethod_GetInclusionProof<
        v1::AuditService::WithRawCallbackMethod_GetConsistencyProof<
            v1::AuditService::WithRawCallbackMethod_ListReceipts<
                v1::AuditService::WithRawCallbackMethod_ListEntries<
                    v1::AuditService::WithRawCallbackMethod_AddCosignature<
                        v1::AuditService::Service>>>>>>;

class AuditService final : public RawAuditService {
 public:
  // `verifier_key` is the current log's (Ledger::verifier_key). References must outlive the server.
  AuditService(Door door, Store& store, Cosignatures& cosignatures, std::string verifier_key)
      : door_(std::move(door)),
        store_(store),
        cosignatures_(cosignatures),
        verifier_key_(std::move(verifier_key)) {}

  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* in,
                                              grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer* in,
                                                grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListReceipts(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListEntries(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* AddCosignature(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;

 private:
  const Door door_;
  Store& store_;
  Cosignatures& cosignatures_;
  const std::string verifier_key_;
};

}  // namespace rogatoria::audit
