// The receiving half of a spool: each act, and each notice of the hub, becomes one folder in `in`,
// whole or not there, once: it is made aside, synced, noted, and moved. The office may take the
// folder away at once. Thread-safe, for different events.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "services/agent/spool_agent.h"
#include "services/agent/spool_files.h"
#include "services/agent/spool_texts.h"

namespace rogatoria::agent {

class SpoolIn {
 public:
  // Both must outlive it. Nobody else delivers into these folders.
  SpoolIn(const SpoolFolders& folders, SpoolAgent& agent);

  // An error: nothing was delivered; to be done again. Of an act that was delivered before, nothing
  // is done. Events of other kinds are left alone. `waits`: for a scanner that cannot look; else
  // the act comes without what was not looked at.
  absl::Status Deliver(const v1::WatchResponse& event, bool waits);
  // Events up to this place do not come again.
  void Forget(uint64_t position);

 private:
  absl::Status Make(const v1::WatchResponse& event, bool waits, const std::string& folder);
  absl::Status MakeAct(const v1::ReceivedAct& act, bool waits, const std::string& folder);
  absl::Status SaveDocument(const v1::ReceivedAct& act,
                            const v1::DocumentInfo& document,
                            bool waits,
                            const std::string& folder);

  const SpoolFolders& folders_;
  SpoolAgent& agent_;
  const std::string language_;
};

}  // namespace rogatoria::agent
