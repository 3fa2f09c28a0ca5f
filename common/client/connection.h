// A connection to a hub: channel, stubs, deadlines and retries. Thread-safe.
//
// A call is tried again only when that can help: UNAVAILABLE, ABORTED without a reason of ours, and
// RESOURCE_EXHAUSTED with RetryInfo, with full jitter, until the overall deadline (trust.md 2.8).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/client/profile.h"

#include "rogatoria/v1/admin_service.grpc.pb.h"
#include "rogatoria/v1/audit_service.grpc.pb.h"
#include "rogatoria/v1/directory_service.grpc.pb.h"
#include "rogatoria/v1/document_service.grpc.pb.h"
#include "rogatoria/v1/exchange_service.grpc.pb.h"
#include "rogatoria/v1/mailbox_service.grpc.pb.h"

namespace rogatoria::client {

// The status that a call or stream ended with. CANCELLED that says nothing is what gRPC answers for
// a server that is shutting down: UNAVAILABLE here, so that it is tried again.
absl::Status StatusOf(const grpc::Status& end);

// What gRPC says by itself when no hub answers, with a sentence of ours before it, in the reader's
// language; any other status as it is.
absl::Status InWords(const absl::Status& status);

class Connection {
 public:
  // Connects lazily; errors in key files show here, also a certificate that names another authority
  // than the profile (CheckIdentity).
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const OfficeProfile& profile);
  // The admin listener of an operator's profile.
  static absl::StatusOr<std::unique_ptr<Connection>> OpenAdmin(const OfficeProfile& profile);

  // Calls stub.method(context, request, response) with a deadline and retries.
  //   ROG_ASSIGN_OR_RETURN(auto found, connection.Call(*connection.exchange(),
  //       &v1::ExchangeService::Stub::GetCase, request));
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                             const Request&,
                                                             Response*),
                                const Request& request) {
    return Call(stub, method, request, Patience{kAttemptTimeout, overall_deadline_});
  }

  // The same, with its own patience: for calls that carry much over a slow line.
  struct Patience {
    absl::Duration attempt;  // of each try
    absl::Duration overall;
    // Before each pause: what the try ended with, and until when there are others.
    std::function<void(const absl::Status& why, absl::Time until)> on_retry = {};
    // Null: `overall` counts from the call's beginning, and cuts the last try short. Else it counts
    // from the first try that failed, which puts its end here unless an earlier one is: no try
    // begins after it, but each may take all of `attempt`. So a slow line is not one that is cut.
    absl::Time* end = nullptr;
  };
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                             const Request&,
                                                             Response*),
                                const Request& request,
                                const Patience& patience) {
    Response response;
    absl::Status status = Retry(patience, [&](grpc::ClientContext& context) {
      response.Clear();
      return (stub.*method)(&context, request, &response);
    });
    if (!status.ok()) return status;
    return response;
  }

  v1::ExchangeService::Stub& exchange() { return *exchange_; }
  v1::MailboxService::Stub& mailbox() { return *mailbox_; }
  v1::DirectoryService::Stub& directory() { return *directory_; }
  v1::AuditService::Stub& audit() { return *audit_; }
  v1::AdminService::Stub& admin() { return *admin_; }
  v1::DocumentService::Stub& documents() { return *documents_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // For each call in all, retries included. Default 60 s.
  void set_overall_deadline(absl::Duration deadline) { overall_deadline_ = deadline; }
  absl::Duration overall_deadline() const { return overall_deadline_; }
  // Sets language and deadline on a context, for streams.
  void Prepare(grpc::ClientContext& context, absl::Duration deadline) const;

 private:
  Connection(std::shared_ptr<grpc::Channel> channel, std::string language);
  static constexpr absl::Duration kAttemptTimeout = absl::Seconds(20);
  absl::Status Retry(const Patience& patience,
                     const std::function<grpc::Status(grpc::ClientContext&)>& attempt) const;

  // Waits before another try after `status`.
  void Pause(const absl::Status& status, absl::Duration wait) const;

  std::shared_ptr<grpc::Channel> channel_;
  std::string language_;
  absl::Duration overall_deadline_ = absl::Seconds(60);
  std::unique_ptr<v1::ExchangeService::Stub> exchange_;
  std::unique_ptr<v1::MailboxService::Stub> mailbox_;
  std::unique_ptr<v1::DirectoryService::Stub> directory_;
  std::unique_ptr<v1::AuditService::Stub> audit_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
  std::unique_ptr<v1::DocumentService::Stub> documents_;
};

}  // namespace rogatoria::client
