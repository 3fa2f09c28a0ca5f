// The receiving half of a spool: each act, and each notice of the hub, becomes one folder in `in`,
// whole or not there, once: it is made aside, synced, noted, and moved. The office may take the
// folder away at once. Thread-safe, for different events.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/agent/spool_agent.h"
#include "services/agent/spool_files.h"
#include "services/agent/spool_texts.h"

namespace rogatoria::agent {

class SpoolIn {
 public:
  // Both must outlive it. Nobody else delivers into these folders.
  SpoolIn(const SpoolFolders& folders, SpoolAgent& agent);

  // An error: nothing was delivered; to be done again. Of an act that was delivered before, nothing
  // is done. Events of other kinds are left alone. `until`: so long the act waits for a scanner
  // that cannot look; then it comes without what was not looked at.
  absl::Status Deliver(const v1::WatchResponse& event, absl::Time until);
  // Events up to this place do not come again.
  void Forget(uint64_t position);

 private:
  absl::Status Make(const v1::WatchResponse& event, absl::Time until, const std::string& folder);
  absl::Status MakeAct(const v1::ReceivedAct& act, absl::Time until, const std::string& folder);
  absl::Status SaveDocument(const v1::ReceivedAct& act,
                            const v1::DocumentInfo& document,
                            absl::Time until,
                            const std::string& folder);

  const SpoolFolders& folders_;
  SpoolAgent& agent_;
  const std::string language_;
};

}  // namespace rogatoria::agent
