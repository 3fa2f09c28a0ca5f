// The agent as a spool asks it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "services/agent/agent.h"
#include "services/agent/spool_agent.h"

namespace rogatoria::agent {

class AgentForSpool final : public SpoolAgent {
 public:
  // `agent` must outlive it. From now on the spool has a place of its own in the events: none of
  // them is dropped before it was delivered.
  static absl::StatusOr<std::unique_ptr<AgentForSpool>> Create(Agent& agent);

  absl::StatusOr<v1::ActStatus> Send(const v1::SendRequest& request) override;
  absl::StatusOr<std::string> PutFile(const std::string& name, const std::string& path) override;
  void ForgetFile(const std::string& id) override;
  absl::StatusOr<v1::GetReceiptResponse> GetReceipt(const std::string& act_id) override;
  absl::Status SaveDocument(const std::string& act_id,
                            uint32_t number,
                            const std::string& target) override;
  absl::StatusOr<std::vector<v1::WatchResponse>> WaitForEvents(uint64_t after_position,
                                                               size_t limit,
                                                               absl::Duration patience) override;
  bool HasEvent(uint64_t position) const override;
  uint64_t Acknowledged() const override;
  absl::Status Acknowledge(uint64_t position) override;
  void SetKeptBack(std::vector<v1::KeptBack> oldest, uint64_t count) override;
  void SetHeld(std::vector<v1::HeldFile> oldest, uint64_t count) override;
  std::string Explain(const absl::Status& why) const override;
  std::string language() const override;
  std::set<std::string> contacts() const override;

 private:
  explicit AgentForSpool(Agent& agent) : agent_(agent) {}

  Agent& agent_;
};

}  // namespace rogatoria::agent
