#include "services/agent/act_states.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/client/outbox.h"
#include "common/client/outbox_list.h"
#include "common/model/header.h"
#include "common/model/ids.h"
#include "services/agent/agent_limits.h"
#include "services/agent/code_of.h"
#include "services/agent/kept_receipts.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

std::string FileIn(const std::string& folder, const std::string& id) {
  return absl::StrCat(folder, "/", id, ".act");
}

void FillFromHeader(const hub::ActHeader& header, v1::ActStatus& status) {
  status.set_kind(CodeOf(header.kind()));
  status.set_case_id(header.case_id());
  status.set_opens_case(header.case_id() == header.act_id());
  status.clear_to();
  for (const hub::Recipient& recipient : header.recipients()) status.add_to(recipient.authority());
}

bool IsAtEnd(v1::ActState state) {
  return state == v1::ACT_STATE_TAKEN_OVER || state == v1::ACT_STATE_ANSWERED ||
         state == v1::ACT_STATE_REFUSED || state == v1::ACT_STATE_NOT_TAKEN_OVER ||
         state == v1::ACT_STATE_WITHHELD;
}

void SortBySince(std::vector<v1::ActStatus>& acts) {
  std::stable_sort(acts.begin(), acts.end(), [](const v1::ActStatus& a, const v1::ActStatus& b) {
    return a.since_unix_ms() < b.since_unix_ms();
  });
}

}  // namespace

std::string ReasonOf(const absl::Status& status) {
  const auto details = GetErrorDetails(status);
  if (details.has_value()) return std::string(ReasonName(details->reason));
  const bool away = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  return away ? std::string(ReasonName(Reason::HUB_NOT_REACHED)) : "";
}

std::vector<std::string> ActFilesIn(const std::string& folder) {
  std::vector<std::pair<int64_t, std::string>> files;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    const std::string id = file.path().stem().string();
    if (file.path().extension() != ".act" || !IsUuid(id)) continue;
    files.emplace_back(ChangedUnixMs(file.path().string()), id);
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> ids;
  for (const auto& [changed, id] : files) ids.push_back(id);
  return ids;
}

bool ActStates::IsInOutbox(const std::string& request_id) const {
  return fs::exists(FileIn(OutboxFolder(), request_id));
}

bool ActStates::IsPastJob(const std::string& request_id) const {
  return fs::exists(FileIn(SentFolder(), request_id)) ||
         fs::exists(FileIn(EndedFolder(), request_id)) ||
         fs::exists(FileIn(state_ + "/failed", request_id)) || IsInOutbox(request_id);
}

std::optional<hub::SubmitActRequest> ActStates::FindSealed(const std::string& request_id) const {
  for (const std::string& folder :
       {SentFolder(), EndedFolder(), OutboxFolder(), state_ + "/failed"}) {
    auto request = client::ReadRequestFile(FileIn(folder, request_id));
    if (request.ok()) return *std::move(request);
  }
  auto unsigned_act = jobs_.FindUnsigned(request_id);
  return unsigned_act.ok() ? *std::move(unsigned_act) : std::nullopt;
}

void ActStates::NoteTry(const std::string& request_id, const absl::Status& outcome) {
  absl::MutexLock lock(&mutex_);
  if (outcome.ok()) {
    tries_.erase(request_id);
  } else {
    tries_[request_id] = outcome;
  }
}

void ActStates::Explain(const absl::Status& why, v1::ActStatus& status) const {
  status.set_reason(ReasonOf(why));
  status.set_reason_text(words_.Reason(why));
}

void ActStates::FillFromReceipts(v1::ActStatus& status) const {
  const Progress progress = ProgressOf(ReceiptsOf(state_, status.act_id()));
  if (progress.refused) status.set_state(v1::ACT_STATE_REFUSED);
  if (progress.accepted) status.set_state(v1::ACT_STATE_RECEIVED_BY_HUB);
  if (progress.in_mailboxes) status.set_state(v1::ACT_STATE_IN_THEIR_MAILBOX);
  if (progress.not_taken) status.set_state(v1::ACT_STATE_NOT_TAKEN_OVER);
  if (progress.taken_over) status.set_state(v1::ACT_STATE_TAKEN_OVER);
  if (status.state() == v1::ACT_STATE_UNSPECIFIED) return;
  status.set_since_unix_ms(progress.since.unix_ms);
  status.set_kind(CodeOf(progress.first.kind));
  status.set_case_id(progress.first.case_id);
  status.set_opens_case(progress.first.case_id == status.act_id());
  for (const std::string& recipient : progress.to) status.add_to(recipient);
  if (progress.refused || progress.not_taken) {
    const auto reason = ReasonFromName(progress.reason);
    status.set_reason(progress.reason);
    if (reason.has_value()) status.set_reason_text(words_.Reason(Error(*reason)));
  }
}

bool ActStates::FillFromJob(v1::ActStatus& status) const {
  const std::string& id = status.request_id();
  if (!jobs_.Holds(id)) return false;
  const bool waits = jobs_.IsUnsigned(id);
  status.set_state(waits ? v1::ACT_STATE_WAITING_FOR_SIGNATURE : v1::ACT_STATE_QUEUED);
  status.set_since_unix_ms(waits ? jobs_.UnsignedSince(id) : jobs_.JobSince(id));
  const auto job = jobs_.Find(id);
  if (!job.ok()) {
    Explain(job.status(), status);
    return true;
  }
  if (job->sealed.has_value()) {
    const auto header = ParseHeader(job->sealed->header());
    if (header.ok()) FillFromHeader(*header, status);
    return true;
  }
  const v1::ActStatus& facts = job->facts;
  status.set_kind(facts.kind());
  *status.mutable_to() = facts.to();
  status.set_case_id(facts.case_id().empty() ? status.act_id() : facts.case_id());
  status.set_opens_case(facts.case_id().empty());
  return true;
}

// What the header says of an act that has one, and why the last try was none.
void ActStates::FillFacts(v1::ActStatus& status) const {
  const auto sealed = FindSealed(status.request_id());
  if (sealed.has_value()) {
    const auto header = ParseHeader(sealed->act().header());
    if (header.ok()) FillFromHeader(*header, status);
  }
  absl::MutexLock lock(&mutex_);
  const auto found = tries_.find(status.request_id());
  if (found != tries_.end()) Explain(found->second, status);
}

std::optional<v1::ActStatus> ActStates::Of(const std::string& request_id) const {
  v1::ActStatus status;
  status.set_request_id(request_id);
  status.set_act_id(ActIdOf(request_id));
  FillFromReceipts(status);
  const bool recorded = status.state() != v1::ACT_STATE_UNSPECIFIED;
  if (recorded) {
    for (const std::string& rule : jobs_.Warned(request_id)) status.add_warned_rules(rule);
  } else if (IsInOutbox(request_id)) {
    status.set_state(v1::ACT_STATE_SENT);
    status.set_since_unix_ms(ChangedUnixMs(FileIn(OutboxFolder(), request_id)));
    FillFacts(status);
  } else if (FillFromJob(status)) {
    FillFacts(status);
  } else if (auto end = jobs_.FindGivenUp(request_id); end.has_value()) {
    status = *end;
  } else if (fs::exists(FileIn(state_ + "/failed", request_id))) {
    status.set_state(v1::ACT_STATE_REFUSED);
    status.set_since_unix_ms(ChangedUnixMs(FileIn(state_ + "/failed", request_id)));
    FillFacts(status);
    // An earlier run set it aside.
    const absl::Status why = client::WhyNotSent(FileIn(state_ + "/failed", request_id));
    if (status.reason().empty() && !why.ok()) Explain(why, status);
  } else {
    return std::nullopt;
  }
  if (recorded && jobs_.IsAnswered(request_id)) {
    status.set_state(v1::ACT_STATE_ANSWERED);
    status.set_since_unix_ms(jobs_.AnsweredSince(request_id));
  }
  status.set_state_text(words_.State(status.state()));
  return status;
}

std::vector<v1::ActStatus> ActStates::Those(
    std::initializer_list<std::vector<std::string>> ids_of,
    const std::function<bool(const v1::ActStatus&)>& wanted) const {
  std::vector<v1::ActStatus> acts;
  std::set<std::string> seen;
  for (const std::vector<std::string>& ids : ids_of) {
    for (const std::string& id : ids) {
      if (!seen.insert(id).second) continue;
      auto status = Of(id);
      if (status.has_value() && wanted(*status)) acts.push_back(*std::move(status));
    }
  }
  SortBySince(acts);
  return acts;
}

std::vector<v1::ActStatus> ActStates::Open() const {
  return Those({ActFilesIn(OutboxFolder()), jobs_.List(), ActFilesIn(SentFolder())},
               [](const v1::ActStatus& act) { return !IsAtEnd(act.state()); });
}

std::vector<v1::ActStatus> ActStates::EndedSince(int64_t unix_ms) const {
  return Those({ActFilesIn(SentFolder()),
                ActFilesIn(EndedFolder()),
                ActFilesIn(state_ + "/failed"),
                jobs_.ListGivenUp()},
               [&](const v1::ActStatus& act) {
                 return IsAtEnd(act.state()) && act.since_unix_ms() >= unix_ms;
               });
}

std::vector<v1::ActStatus> ActStates::FailedSince(int64_t unix_ms) const {
  std::vector<std::string> ended = ActFilesIn(EndedFolder());
  if (ended.size() > limits::kMaxStatusActs) {
    ended.erase(ended.begin(), ended.end() - static_cast<ptrdiff_t>(limits::kMaxStatusActs));
  }
  return Those({ActFilesIn(SentFolder()),
                std::move(ended),
                ActFilesIn(state_ + "/failed"),
                jobs_.ListGivenUp()},
               [&](const v1::ActStatus& act) {
                 return (act.state() == v1::ACT_STATE_REFUSED ||
                         act.state() == v1::ACT_STATE_NOT_TAKEN_OVER) &&
                        act.since_unix_ms() >= unix_ms;
               });
}

}  // namespace rogatoria::agent
