#include "common/client/inbox_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/outbox.h"

namespace rogatoria::client {

absl::StatusOr<rpc::Descriptor> LockInbox(const std::string& state, InboxUse use) {
  ROG_RETURN_IF_ERROR(CreateFolders(state));
  const std::string path = absl::StrCat(state, "/inbox.lock");
  rpc::Descriptor lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid()) return Error(Reason::FILE_UNREADABLE).Field(path).ToStatus();
  if (flock(lock.get(), (use == InboxUse::kAlone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return lock;
  const Error busy = Error(Reason::INBOX_BUSY).Field(path);
  if (use == InboxUse::kShared && AgentRuns(state)) {
    return Explained(busy, Sentence::AGENT_HAS_INBOX);
  }
  return busy.ToStatus();
}

}  // namespace rogatoria::client
