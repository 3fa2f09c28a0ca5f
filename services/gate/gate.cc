#include "services/gate/gate.h"

#include <ctime>
#include <map>
#include <utility>
#include <vector>

#include <grpc/grpc_security_constants.h>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/status_mapping.h"

namespace rogatoria::gate {
namespace {

constexpr absl::string_view kUnknownMethod = "unknown";

absl::Time SteadyNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::TimeFromTimespec(now);
}

absl::string_view View(grpc::string_ref text) {
  return {text.data(), text.size()};
}

absl::string_view Find(const grpc::AuthMetadataProcessor::InputMetadata& metadata,
                       const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? absl::string_view() : View(found->second);
}

size_t SizeOf(const grpc::AuthMetadataProcessor::InputMetadata& metadata) {
  size_t size = 0;
  for (const auto& [name, value] : metadata) size += name.size() + value.size();
  return size;
}

Reason ReasonOf(const absl::Status& refusal) {
  const auto details = GetErrorDetails(refusal);
  return details.has_value() ? details->reason : Reason::INTERNAL;
}

class Processor final : public grpc::AuthMetadataProcessor {
 public:
  Processor(Gate& gate, Listener listener, MethodTable methods)
      : gate_(gate), listener_(listener), methods_(std::move(methods)) {}

  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& metadata,
                       grpc::AuthContext* peer,
                       OutputMetadata*,
                       OutputMetadata*) override {
    const IncomingCall call{Find(metadata, ":path"), SizeOf(metadata)};
    const absl::Status admitted = gate_.Admit(*peer, call, listener_, methods_);
    if (admitted.ok()) return grpc::Status::OK;
    return rpc::ToPlainGrpcStatus(admitted, rpc::ParseLanguage(Find(metadata, rpc::kLanguageKey)));
  }

 private:
  Gate& gate_;
  const Listener listener_;
  const MethodTable methods_;
};

}  // namespace

Gate::Gate(const Registry& registry, RefusalRecorder& refusals, Clock& clock, GateOptions options)
    : registry_(registry),
      refusals_(refusals),
      clock_(clock),
      options_(std::move(options)),
      rates_(options_.calls_per_second) {}

std::shared_ptr<grpc::AuthMetadataProcessor> Gate::MakeProcessor(Listener listener,
                                                                 MethodTable methods) {
  return std::make_shared<Processor>(*this, listener, std::move(methods));
}

Door Gate::MakeDoor(BlockingCalls& blocking) {
  return Door{
      .identify = [this](const grpc::ServerContextBase& context) { return CallerOf(context); },
      .report_refusal =
          [this](const Caller& caller,
                 absl::string_view method,
                 absl::string_view object,
                 const absl::Status& refusal) { Record(caller, method, object, refusal); },
      .blocking = &blocking,
      .unsent = nullptr,
      .response_bytes = 0};
}

absl::StatusOr<Caller> Gate::CallerOf(const grpc::ServerContextBase& context) {
  const auto peer = context.auth_context();
  if (peer == nullptr) return Error(Reason::CLIENT_CERTIFICATE_UNKNOWN);
  return CallerOf(*peer);
}

absl::StatusOr<Caller> Gate::CallerOf(const grpc::AuthContext& peer) {
  const std::vector<grpc::string_ref> pem =
      peer.FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (pem.size() != 1) return Error(Reason::CLIENT_CERTIFICATE_UNKNOWN);
  ROG_ASSIGN_OR_RETURN(const Certificate certificate, certificates_.Get(View(pem.front())));
  return ResolveCaller(
      certificate, options_.trust_domain, registry_.Get(), options_.bootstrap, clock_.Now());
}

absl::Status Gate::Admit(const grpc::AuthContext& peer,
                         const IncomingCall& call,
                         Listener listener,
                         const MethodTable& methods) {
  const absl::StatusOr<Caller> caller = CallerOf(peer);
  if (!caller.ok()) {
    ++refused_identity_;
    refusals_.RecordUnauthenticated(ReasonOf(caller.status()));
    return caller.status();
  }
  const absl::Status checked = CheckCall(*caller, call, listener, methods);
  if (checked.ok()) {
    ++admitted_;
  } else {
    // A path of nobody's is the caller's own text: it does not go into the log.
    const bool known = methods.PermissionOf(call.path) != v1::PERMISSION_UNSPECIFIED;
    Record(*caller, known ? call.path : kUnknownMethod, "", checked);
  }
  return checked;
}

absl::Status Gate::CheckCall(const Caller& caller,
                             const IncomingCall& call,
                             Listener listener,
                             const MethodTable& methods) {
  if (!Permit(caller.kind, methods.PermissionOf(call.path), listener)) {
    ++refused_permission_;
    return Error(Reason::PERMISSION_DENIED);
  }
  // gRPC 1.51 counts each frame of a header block for itself, so more than its limit can arrive.
  if (call.metadata_bytes > limits::kMaxMetadataBytes) {
    ++refused_permission_;
    return Error(Reason::LIMIT_EXCEEDED).Field("metadata");
  }
  const std::string& principal = caller.authority.empty() ? caller.identity : caller.authority;
  ROG_RETURN_IF_ERROR(rates_.Take(principal, SteadyNow()));
  return absl::OkStatus();
}

void Gate::Record(const Caller& caller,
                  absl::string_view method,
                  absl::string_view object,
                  const absl::Status& refusal) {
  const Reason reason = ReasonOf(refusal);
  if (reason == Reason::OVERLOADED) ++refused_rate_;
  refusals_.Record({.principal = caller.identity,
                    .authority = caller.authority,
                    .method = std::string(method),
                    .object = std::string(object),
                    .reason = reason});
}

void Gate::RecordRefusedCertificate(Reason reason) {
  ++refused_identity_;
  refusals_.RecordUnauthenticated(reason);
}

GateStats Gate::stats() const {
  return {admitted_, refused_identity_, refused_permission_, refused_rate_};
}

}  // namespace rogatoria::gate
