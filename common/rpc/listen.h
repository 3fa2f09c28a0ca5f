// Listening sockets from texts, for Acceptor.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/descriptor.h"

namespace rogatoria::rpc {

struct Listener {
  Descriptor socket;  // non-blocking
  int port = 0;
};

// OK if the text is a numeric address and a port. FIELD_INVALID otherwise.
absl::Status CheckListenAddress(absl::string_view address);

// Binds and listens. FIELD_INVALID, or UNAVAILABLE with the system's reason.
absl::StatusOr<Listener> ListenOn(absl::string_view address);

}  // namespace rogatoria::rpc
