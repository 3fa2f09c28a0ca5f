// Office: its local case folder.
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/client/office.h"

namespace rogatoria::client {

absl::StatusOr<CaseFolder*> Office::Folder() {
  absl::MutexLock lock(&mutex_);
  if (folder_ == nullptr) {
    std::vector<KeyPair> keys = sealing_;
    ROG_ASSIGN_OR_RETURN(folder_,
                         CaseFolder::Open(profile_.state, profile_.authority, std::move(keys)));
  }
  return folder_.get();
}

// Before it leaves the outbox: after a crash in between it is sent once more, and kept then. An
// office without sealing keys cannot read what it sent, and keeps nothing.
absl::Status Office::KeepSent(const v1::Act& act) {
  if (sealing_.empty()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(CaseFolder * folder, Folder());
  const absl::Status kept = folder->Keep(act);
  // Sealed when the profile had other keys: it is recorded all the same.
  if (HasReason(kept, Reason::NOT_SEALED_TO_US)) return absl::OkStatus();
  return kept;
}

absl::StatusOr<OpenedAct> Office::OpenKept(const std::string& act_id) {
  ROG_ASSIGN_OR_RETURN(CaseFolder * folder, Folder());
  ROG_ASSIGN_OR_RETURN(const v1::Act act, folder->Load(act_id));
  return OpenAct(act);
}

}  // namespace rogatoria::client
