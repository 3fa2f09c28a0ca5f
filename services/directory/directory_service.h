// rogatoria.v1.DirectoryService: reads the registry's snapshot in memory. Reads the store for
// practice notes, and for ResolveRecipients of a case that exists: whether an old case may go on
// under an instrument that ended depends on the case.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/directory/registry.h"
#include "common/directory/routing.h"
#include "common/rpc/door.h"
#include "common/storage/store.h"

#include "rogatoria/v1/directory_service.grpc.pb.h"

namespace rogatoria::directory {

struct DirectoryOptions {
  std::string trust_domain;
  Bytes route_key;  // as the exchange service has it: AdmissionRules::route_key
  // Long enough to have a header signed elsewhere; a change of the directory ends a route earlier.
  absl::Duration route_lifetime = absl::Hours(72);
};

// Every message is read by us, so that what is none of protobuf is refused like all else.
using RawDirectoryService = v1::DirectoryService::WithRawCallbackMethod_ResolveRecipients<
    v1::DirectoryService::WithRawCallbackMethod_ExplainRoute<
        v1::DirectoryService::WithRawCallbackMethod_GetAuthority<
            v1::DirectoryService::WithRawCallbackMethod_ListAuthorities<
                v1::DirectoryService::WithRawCallbackMethod_ListInstruments<
                    v1::DirectoryService::WithRawCallbackMethod_ListDeadlines<
                        v1::DirectoryService::WithRawCallbackMethod_ListRequirements<
                            v1::DirectoryService::WithRawCallbackMethod_ListGuidance<
                                v1::DirectoryService::WithRawCallbackMethod_GetGuidance<
                                    v1::DirectoryService::Service>>>>>>>>>;

class DirectoryService final : public RawDirectoryService {
 public:
  // All references must outlive the server that this is registered with.
  DirectoryService(
      Door door, const Registry& registry, Store& store, Clock& clock, DirectoryOptions options)
      : door_(std::move(door)),
        registry_(registry),
        store_(store),
        clock_(clock),
        options_(std::move(options)) {}

  grpc::ServerUnaryReactor* ResolveRecipients(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* in,
                                              grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ExplainRoute(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetAuthority(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListAuthorities(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListInstruments(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListDeadlines(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListRequirements(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* in,
                                             grpc::ByteBuffer* out) override;
  // guidance.cc
  grpc::ServerUnaryReactor* ListGuidance(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetGuidance(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override;

 private:
  // Where each key statement's leaf is, by its digest; read once a directory version.
  struct Places {
    uint64_t directory_version = 0;
    absl::flat_hash_map<std::string, KeyStatementRecord> by_digest;
    uint64_t log_size = 0;  // the smallest that holds them all
  };
  absl::StatusOr<std::shared_ptr<const Places>> FindPlaces(uint64_t directory_version);
  absl::Status Resolve(const Caller& caller,
                       const v1::ResolveRecipientsRequest& request,
                       Language language,
                       v1::ResolveRecipientsResponse& response);
  absl::StatusOr<v1::Route> ResolveOne(const RegistryState& registry,
                                       RouteQuery query,
                                       Language language,
                                       const Places& places) const;
  // The statement with its place in the log, if it has one.
  v1::KeyStatement Placed(const v1::KeyStatement& statement, const Places& places) const;

  const Door door_;
  const Registry& registry_;
  Store& store_;
  Clock& clock_;
  const DirectoryOptions options_;
  absl::Mutex mutex_;
  std::shared_ptr<const Places> places_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::directory
