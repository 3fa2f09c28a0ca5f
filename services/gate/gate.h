// The one door for every call of both listeners: who is calling, and may they call this at all.
//
//   TLS let the certificate in -> one SPIFFE URI, registered, pinned, valid, in good standing
//   -> the method's declared permission, for this kind of principal, on this listener -> rate
//
// Runs as gRPC's AuthMetadataProcessor, in memory, for every call, before its handler: a refused
// call never reaches a handler. gRPC carries only a code and a text from there, so the reason leads
// the text ("PERMISSION_DENIED: ...", rpc/status_mapping.h). Every refusal is recorded
// (ledger/refusal_recorder.h).
//
// An open stream is not a new call: its handler asks Identify again after each change of the
// registry, and ends the stream of whoever is no longer admitted.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/auth_metadata_processor.h>
#include <grpcpp/server_context.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/directory/registry.h"
#include "common/ledger/refusal_recorder.h"
#include "common/model/caller.h"
#include "common/rpc/door.h"
#include "services/gate/identity.h"
#include "services/gate/method_table.h"
#include "services/gate/permit.h"
#include "services/gate/rate_limiter.h"

namespace rogatoria::gate {

struct GateOptions {
  std::string trust_domain;
  BootstrapOperator bootstrap;
  int calls_per_second = limits::kMaxCallsPerSecond;  // an authority
};

// Calls since the start.
struct GateStats {
  uint64_t admitted = 0;
  uint64_t refused_identity = 0;    // not who they should be, or not in good standing
  uint64_t refused_permission = 0;  // may not call this
  uint64_t refused_rate = 0;        // called too often
};

// What is known of a call before its handler.
struct IncomingCall {
  absl::string_view path;
  size_t metadata_bytes = 0;  // names and values
};

// Thread-safe.
class Gate {
 public:
  // All references must outlive the gate.
  Gate(const Registry& registry, RefusalRecorder& refusals, Clock& clock, GateOptions options);

  // For the credentials of a listener that serves the methods of `methods`. The gate must outlive
  // the server.
  std::shared_ptr<grpc::AuthMetadataProcessor> MakeProcessor(Listener listener,
                                                             MethodTable methods);

  // What services are given: who is calling, and record this refusal. The gate must outlive them.
  Door MakeDoor(BlockingCalls& blocking);

  // Who is calling, by the registry as it is now; no permission is asked and no refusal recorded.
  absl::StatusOr<Caller> CallerOf(const grpc::ServerContextBase& context);
  absl::StatusOr<Caller> CallerOf(const grpc::AuthContext& peer);

  // The whole decision for a call, with its record.
  absl::Status Admit(const grpc::AuthContext& peer,
                     const IncomingCall& call,
                     Listener listener,
                     const MethodTable& methods);

  // What TLS's second look refused: no call, so only counted and put in an aggregate.
  void RecordRefusedCertificate(Reason reason);

  GateStats stats() const;

 private:
  absl::Status CheckCall(const Caller& caller,
                         const IncomingCall& call,
                         Listener listener,
                         const MethodTable& methods);
  void Record(const Caller& caller,
              absl::string_view method,
              absl::string_view object,
              const absl::Status& refusal);

  const Registry& registry_;
  RefusalRecorder& refusals_;
  Clock& clock_;
  const GateOptions options_;
  CertificateCache certificates_;
  RateLimiter rates_;
  std::atomic<uint64_t> admitted_ = 0, refused_identity_ = 0, refused_permission_ = 0,
                        refused_rate_ = 0;
};

}  // namespace rogatoria::gate
