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

class AuditService final : public v1::AuditService::CallbackService {
 public:
  // `verifier_key` is the current log's (Ledger::verifier_key). References must outlive the server.
  AuditService(Door door, Store& store, Cosignatures& cosignatures, std::string verifier_key)
      : door_(std::move(door)),
        store_(store),
        cosignatures_(cosignatures),
        verifier_key_(std::move(verifier_key)) {}

  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::GetCheckpointRequest* request,
                                          v1::GetCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const v1::GetInclusionProofRequest* request,
                                              v1::GetInclusionProofResponse* response) override;
  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const v1::GetConsistencyProofRequest* request,
                                                v1::GetConsistencyProofResponse* response) override;
  grpc::ServerUnaryReactor* ListReceipts(grpc::CallbackServerContext* context,
                                         const v1::ListReceiptsRequest* request,
                                         v1::ListReceiptsResponse* response) override;
  grpc::ServerUnaryReactor* ListEntries(grpc::CallbackServerContext* context,
                                        const v1::ListEntriesRequest* request,
                                        v1::ListEntriesResponse* response) override;
  grpc::ServerUnaryReactor* AddCosignature(grpc::CallbackServerContext* context,
                                           const v1::AddCosignatureRequest* request,
                                           v1::AddCosignatureResponse* response) override;

 private:
  const Door door_;
  Store& store_;
  Cosignatures& cosignatures_;
  const std::string verifier_key_;
};

}  // namespace rogatoria::audit
