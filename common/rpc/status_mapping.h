// Our errors on the wire and back: absl::Status with ErrorDetails <-> grpc::Status whose details
// are the bytes of a google.rpc.Status (the standard error model, which every gRPC library reads):
//
//   ErrorInfo          reason of the catalogue, domain "rogatoria"
//   BadRequest         the field and what would be accepted, when there is a field
//   RetryInfo          when to try again
//   LocalizedMessage   the catalogue's text in the caller's language
//   Receipt            the A.2 that proves a refusal in law
//
// A status that is not one of ours, or whose reason is INTERNAL, leaves as a fixed text and a
// reference: what went wrong inside is told to the hub's own log only.
#pragma once

#include <functional>
#include <string>

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"

#include "google/rpc/status.pb.h"

namespace rogatoria::rpc {

// ErrorInfo.domain of everything we say.
inline constexpr absl::string_view kErrorDomain = "rogatoria";
// Metadata key in which a caller names its language, as in HTTP (RFC 9110 section 12.5.4).
inline constexpr char kLanguageKey[] = "accept-language";

// The first of en, es, pt that the value names (any region); English when it names none.
Language ParseLanguage(absl::string_view accept_language);
Language LanguageOf(const grpc::ServerContextBase& context);
// en, es or pt.
absl::string_view LanguageTag(Language language);

// For the wire. OK stays OK.
google::rpc::Status ToStatusProto(const absl::Status& status, Language language);
grpc::Status ToGrpcStatus(const absl::Status& status, Language language = Language::kEnglish);
// In the language of the caller.
grpc::Status ToGrpcStatus(const absl::Status& status, const grpc::ServerContextBase& context);

// The gate's refusals travel without details (gRPC's authentication hook carries a code and a text
// only): "REASON: text". FromGrpcStatus finds the reason in it again.
grpc::Status ToPlainGrpcStatus(const absl::Status& status, Language language);

// From the wire: an Error of ours when it names a reason that this program knows; else the code and
// text as received. Never trusts the details further than that: they only inform.
absl::Status FromStatusProto(const google::rpc::Status& status);
absl::Status FromGrpcStatus(const grpc::Status& status);

// Told of each internal fault that was hidden from a caller. The default writes nothing. Set once,
// before serving; called on any thread.
using InternalFaultSink = std::function<void(const std::string& reference, const absl::Status&)>;
void SetInternalFaultSink(InternalFaultSink sink);

}  // namespace rogatoria::rpc
