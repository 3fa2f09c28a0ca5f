// The seams through which a service asks the gate: who is calling, and please record that this was
// refused. Functions, so that no service includes the gate and tests can give their own.
#pragma once

#include <functional>

#include <grpcpp/server_context.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/model/caller.h"

namespace rogatoria {

// Who is calling, looked up in the registry as it stands now. Thread-safe, quick, never blocks; may
// be asked again for a stream that is open, to see whether its caller is still admitted.
using Identify = std::function<absl::StatusOr<Caller>(const grpc::ServerContextBase&)>;

// Leaves the audit leaf of a refusal, bounded as decisions.md 13 says. Does not wait for it.
// `method` is the full name, /rogatoria.v1.ExchangeService/GetCase; `object` an id, or empty. The
// refusal of a caller that Identify refused is the gate's own to record: do not report it here.
using ReportRefusal = std::function<void(const Caller& caller,
                                         absl::string_view method,
                                         absl::string_view object,
                                         const absl::Status& refusal)>;

}  // namespace rogatoria
