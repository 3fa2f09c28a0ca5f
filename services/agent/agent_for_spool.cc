#include "services/agent/agent_for_spool.h"

#include <cerrno>
#include <filesystem>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/descriptor.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "services/agent/findings.h"
#include "services/agent/room.h"

namespace rogatoria::agent {
namespace {

absl::Status WriteAll(int file, absl::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(file, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return CannotWrite(path);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return absl::OkStatus();
}

absl::Status Copy(const Agent::OpenDocument& document, const std::string& target, Room& room) {
  ROG_ASSIGN_OR_RETURN(
      const Room::Promise promise,
      room.For(std::filesystem::path(target).parent_path().string(), document.info.size()));
  const Descriptor file(open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid()) return CannotWrite(target);
  for (uint64_t done = 0;;) {
    ROG_ASSIGN_OR_RETURN(const Bytes piece, document.read(done));
    if (piece.empty()) break;
    ROG_RETURN_IF_ERROR(WriteAll(file.get(), piece, target));
    done += piece.size();
  }
  if (fsync(file.get()) != 0) return CannotWrite(target);
  return SyncFolder(std::filesystem::path(target).parent_path().string());
}

}  // namespace

absl::StatusOr<std::unique_ptr<AgentForSpool>> AgentForSpool::Create(Agent& agent) {
  ROG_RETURN_IF_ERROR(agent.Acknowledge(kSpoolFollower, agent.Acknowledged(kSpoolFollower)));
  return std::unique_ptr<AgentForSpool>(new AgentForSpool(agent));
}

absl::StatusOr<v1::ActStatus> AgentForSpool::Send(const v1::SendRequest& request) {
  ROG_ASSIGN_OR_RETURN(v1::SendResponse response, agent_.Send(request));
  return std::move(*response.mutable_status());
}

absl::StatusOr<std::string> AgentForSpool::PutFile(const std::string& name,
                                                   const std::string& path) {
  return agent_.documents().PutFile(name, path);
}

void AgentForSpool::ForgetFile(const std::string& id) {
  agent_.ForgetFile(id);
}

absl::StatusOr<v1::GetReceiptResponse> AgentForSpool::GetReceipt(const std::string& act_id) {
  v1::GetReceiptRequest request;
  request.set_act_id(act_id);
  return agent_.GetReceipt(request);
}

absl::Status AgentForSpool::SaveDocument(const std::string& act_id,
                                         uint32_t number,
                                         const std::string& target) {
  v1::GetDocumentRequest request;
  request.set_act_id(act_id);
  request.set_number(number);
  ROG_ASSIGN_OR_RETURN(const Agent::OpenDocument document, agent_.GetDocument(request));
  const absl::Status copied = Copy(document, target, agent_.room());
  if (!copied.ok()) unlink(target.c_str());
  return copied;
}

absl::StatusOr<std::vector<v1::WatchResponse>> AgentForSpool::WaitForEvents(
    uint64_t after_position, size_t limit, absl::Duration patience) {
  return agent_.WaitForEvents(after_position, limit, patience);
}

bool AgentForSpool::HasEvent(uint64_t position) const {
  return agent_.HasEvent(position);
}

uint64_t AgentForSpool::Acknowledged() const {
  return agent_.Acknowledged(kSpoolFollower);
}

absl::Status AgentForSpool::Acknowledge(uint64_t position) {
  return agent_.Acknowledge(kSpoolFollower, position);
}

void AgentForSpool::SetKeptBack(std::vector<v1::KeptBack> oldest, uint64_t count) {
  agent_.SetKeptBack(std::move(oldest), count);
}

void AgentForSpool::SetHeld(std::vector<v1::HeldFile> oldest, uint64_t count) {
  agent_.SetHeld(std::move(oldest), count);
}

std::string AgentForSpool::Explain(const absl::Status& why) const {
  std::string text = agent_.words().Reason(why);
  for (const v1::Finding& finding : FindingsOf(why))
    absl::StrAppend(&text, "\n- ", finding.field(), ": ", finding.message());
  return text;
}

std::string AgentForSpool::language() const {
  return agent_.words().language();
}

std::set<std::string> AgentForSpool::contacts() const {
  std::set<std::string> ids;
  for (const auto& [authority, fingerprint] : agent_.profile().identities)
    if (authority != agent_.profile().authority) ids.insert(authority);
  return ids;
}

}  // namespace rogatoria::agent
