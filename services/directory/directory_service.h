// rogatoria.v1.DirectoryService: reads the registry's snapshot in memory. Never blocks on the
// store, except ResolveRecipients for a case that exists: whether an old case may go on under an
// instrument that ended depends on the case.
#pragma once

#include "common/base/clock.h"
#include "common/rpc/door.h"
#include "common/storage/store.h"

#include "rogatoria/v1/directory_service.grpc.pb.h"

namespace rogatoria {
class Registry;
}

namespace rogatoria::directory {

class DirectoryService final : public v1::DirectoryService::Service {
 public:
  // All references must outlive the server that this is registered with.
  DirectoryService(Door door, Registry& registry, Store& store, Clock& clock)
      : door_(std::move(door)), registry_(registry), store_(store), clock_(clock) {}

  grpc::Status ResolveRecipients(grpc::ServerContext* context,
                                 const v1::ResolveRecipientsRequest* request,
                                 v1::ResolveRecipientsResponse* response) override;
  grpc::Status ExplainRoute(grpc::ServerContext* context,
                            const v1::ExplainRouteRequest* request,
                            v1::ExplainRouteResponse* response) override;
  grpc::Status GetAuthority(grpc::ServerContext* context,
                            const v1::GetAuthorityRequest* request,
                            v1::GetAuthorityResponse* response) override;
  grpc::Status ListAuthorities(grpc::ServerContext* context,
                               const v1::ListAuthoritiesRequest* request,
                               v1::ListAuthoritiesResponse* response) override;
  grpc::Status ListInstruments(grpc::ServerContext* context,
                               const v1::ListInstrumentsRequest* request,
                               v1::ListInstrumentsResponse* response) override;

 private:
  const Door door_;
  Registry& registry_;
  Store& store_;
  Clock& clock_;
};

}  // namespace rogatoria::directory
