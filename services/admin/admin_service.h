// rogatoria.v1.AdminService: operators' calls, on a server of their own. None shows content or
// makes a transition of a case. Every mutation names a request_id: asked again it answers the same
// and does nothing more; asked again with another content it is refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/directory/registry.h"
#include "common/ledger/commit_queue.h"
#include "common/rpc/door.h"
#include "common/storage/store.h"
#include "services/admin/guidance_publication.h"

#include "rogatoria/v1/admin_service.grpc.pb.h"

namespace rogatoria::admin {

struct AdminOptions {
  std::string version;  // of the program
  std::string trust_domain;
  std::string verifier_key;   // of the current log
  std::string backup_folder;  // backups are made in folders below it
  Instant started;
};

// What other services know or do, as functions.
struct AdminSeams {
  std::function<uint32_t()> open_streams;
  std::function<std::vector<std::string>()> warnings;
  // Makes the command that puts a dead letter back; `done` is told how it went, on the pipeline's
  // thread.
  std::function<std::unique_ptr<Command>(const Caller& caller,
                                         const v1::RequeueDeadLetterRequest& request,
                                         std::function<void(absl::Status)> done)>
      requeue;
  // A dead letter was put back in this authority's mailbox.
  std::function<void(const std::string& authority)> requeued;
  VerifySignature verify_signature;
  std::function<Instant()> now;
};

// Every message is read by us, so that what is none of protobuf is refused like all else.
using RawAdminService = v1::AdminService::WithRawCallbackMethod_GetStatus<
    v1::AdminService::WithRawCallbackMethod_LoadDirectory<
        v1::AdminService::WithRawCallbackMethod_GetDirectory<
            v1::AdminService::WithRawCallbackMethod_SetStanding<
                v1::AdminService::WithRawCallbackMethod_ListStandings<
                    v1::AdminService::WithRawCallbackMethod_ListDeadLetters<
                        v1::AdminService::WithRawCallbackMethod_RequeueDeadLetter<
                            v1::AdminService::WithRawCallbackMethod_PublishGuidance<
                                v1::AdminService::WithRawCallbackMethod_CreateBackup<
                                    v1::AdminService::Service>>>>>>>>>;

class AdminService final : public RawAdminService {
 public:
  // All references must outlive the server that this is registered with.
  AdminService(Door door,
               Store& store,
               CommitQueue& queue,
               const Registry& registry,
               AdminOptions options,
               AdminSeams seams);

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in,
                                      grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* LoadDirectory(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetDirectory(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* SetStanding(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListStandings(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListDeadLetters(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* RequeueDeadLetter(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* in,
                                              grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* PublishGuidance(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* CreateBackup(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;

 private:
  absl::Status Load(const Caller& caller,
                    const v1::LoadDirectoryRequest& request,
                    v1::LoadDirectoryResponse& response);
  absl::Status Publish(const Caller& caller,
                       const v1::PublishGuidanceRequest& request,
                       v1::PublishGuidanceResponse& response);
  absl::Status Backup(const Caller& caller,
                      const v1::CreateBackupRequest& request,
                      v1::CreateBackupResponse& response);

  const Door door_;
  Store& store_;
  CommitQueue& queue_;
  const Registry& registry_;
  const AdminOptions options_;
  const AdminSeams seams_;
  absl::Mutex loading_;
};

}  // namespace rogatoria::admin
