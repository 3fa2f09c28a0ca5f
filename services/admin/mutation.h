// An operator's change of the hub's own state, done once a request id: asked again it answers as it
// did, and nothing more happens (AIP-155). Leaves an audit record in the hub's own register.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes.h"
#include "common/ledger/command.h"
#include "common/ledger/commit_queue.h"
#include "common/model/caller.h"

namespace rogatoria::admin {

// What is changed, on the pipeline's thread. Checks first, then writes; gives the serialised
// response. `object`: what the audit record shall name.
using Change = std::function<absl::StatusOr<Bytes>(Draft& draft, std::string& object)>;

struct MutationRequest {
  std::string principal;
  std::string method;  // full name
  std::string request_id;
  Bytes content;  // serialised request: the same id with other content is refused
  std::vector<std::string> mailboxes = {};  // into which the change puts notices
  std::vector<std::string> guidance = {};   // ids of the practice notes that the change looks at
};

// Commits and waits: for calls that may block. The serialised response, or REQUEST_ID_REUSED, or
// what the change was refused for, or the failures of the pipeline (ledger/command.h).
absl::StatusOr<Bytes> CommitMutation(CommitQueue& queue,
                                     const MutationRequest& request,
                                     Change change);

// FIELD_REQUIRED or FIELD_INVALID unless it is a UUID.
absl::Status CheckRequestId(const std::string& request_id);

}  // namespace rogatoria::admin
