// The reference for uploads: one bare gRPC stream over the same mutual TLS, whose other end writes
// what comes to a file and fsyncs it. No chunks, no digests, no database.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/client/profile.h"

namespace rogatoria::bench {

// Serves until standard input ends; prints the port it chose, alone on a line. `pki`: the folder
// that `rogatoria pki init` made.
absl::Status ServeSink(const std::string& pki, const std::string& folder);

// Calls `make` with a function that sends bytes, and returns when all of them are on the other
// end's disk. Sending waits only for the piece before.
absl::Status SendToSink(
    const client::OfficeProfile& profile,
    int port,
    const std::function<absl::Status(const std::function<absl::Status(absl::string_view)>& send)>&
        make);

}  // namespace rogatoria::bench
