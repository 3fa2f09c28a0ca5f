#include "common/client/inbox_lock.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/outbox.h"

namespace rogatoria::client {

absl::StatusOr<Descriptor> LockInbox(const std::string& state, LockUse use) {
  ROG_RETURN_IF_ERROR(CreateFolders(state));
  const std::string path = absl::StrCat(state, "/inbox.lock");
  auto lock = LockFile(path, use, Reason::INBOX_BUSY);
  if (HasReason(lock.status(), Reason::INBOX_BUSY) && use == LockUse::kShared && AgentRuns(state)) {
    return Explained(Error(Reason::INBOX_BUSY).Field(path), Sentence::AGENT_HAS_INBOX);
  }
  return lock;
}

}  // namespace rogatoria::client
