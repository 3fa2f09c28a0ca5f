// What a spool asks of its agent. A seam, so that the spool's own files, kills and refusals are
// tested without a hub.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "rogatoria/agent/v1/agent_service.pb.h"

namespace rogatoria::agent {

// Thread-safe. As the calls of these names of Agent say.
class SpoolAgent {
 public:
  virtual ~SpoolAgent() = default;

  virtual absl::StatusOr<v1::ActStatus> Send(const v1::SendRequest& request) = 0;
  // Gives the agent a file to be sent; its id.
  virtual absl::StatusOr<std::string> PutFile(const std::string& name, const std::string& path) = 0;
  // Once nothing more will be asked that names it; one that an act waits for stays.
  virtual void ForgetFile(const std::string& id) = 0;
  virtual absl::StatusOr<v1::GetReceiptResponse> GetReceipt(const std::string& act_id) = 0;
  // Writes a document of an act into a new file, mode 0600, on disk.
  virtual absl::Status SaveDocument(const std::string& act_id,
                                    uint32_t number,
                                    const std::string& target) = 0;

  // The spool's own place in the events.
  virtual absl::StatusOr<std::vector<v1::WatchResponse>> WaitForEvents(uint64_t after_position,
                                                                       size_t limit,
                                                                       absl::Duration patience) = 0;
  // Whether that event is still kept: the oldest of too many go, and damaged ones.
  virtual bool HasEvent(uint64_t position) const = 0;
  virtual uint64_t Acknowledged() const = 0;
  virtual absl::Status Acknowledge(uint64_t position) = 0;
  // What of the events the spool keeps back from now on, for the status to show: the oldest of so
  // many.
  virtual void SetKeptBack(std::vector<v1::KeptBack> oldest, uint64_t count) = 0;
  // The same of what was taken out of `out` and cannot be sent now.
  virtual void SetHeld(std::vector<v1::HeldFile> oldest, uint64_t count) = 0;

  // Why something was refused and what to do next, with what lint found, in the profile's language.
  virtual std::string Explain(const absl::Status& why) const = 0;
  virtual std::string language() const = 0;  // en, es or pt
  // Authorities that the profile knows the identity of.
  virtual std::set<std::string> contacts() const = 0;
};

}  // namespace rogatoria::agent
