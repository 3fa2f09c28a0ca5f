// SpoolOut: what it tells of items, in the words of the profile's language.
#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "services/agent/agent_limits.h"
#include "services/agent/spool_out.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

bool IsRefusal(v1::ActState state) {
  return state == v1::ACT_STATE_REFUSED || state == v1::ACT_STATE_WITHHELD;
}

// Nothing more is expected that a person should look for.
bool IsEnd(v1::ActState state) {
  return state == v1::ACT_STATE_TAKEN_OVER || state == v1::ACT_STATE_ANSWERED;
}

bool HubHasIt(v1::ActState state) {
  return IsEnd(state) || state == v1::ACT_STATE_RECEIVED_BY_HUB ||
         state == v1::ACT_STATE_IN_THEIR_MAILBOX || state == v1::ACT_STATE_NOT_TAKEN_OVER ||
         state == v1::ACT_STATE_REFUSED;
}

std::string WhyOf(const v1::ActStatus& status) {
  std::string why = status.state_text();
  if (!status.reason_text().empty()) absl::StrAppend(&why, "\n", status.reason_text());
  for (const v1::Finding& finding : status.findings())
    absl::StrAppend(&why, "\n- ", finding.message());
  return why;
}

std::string StatusJson(const v1::ActStatus& status) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = true;
  std::string json;
  return google::protobuf::util::MessageToJsonString(status, &json, options).ok() ? json : "{}";
}

}  // namespace

absl::Status SpoolOut::Moved(const v1::ActStatus& status) {
  const auto item = ReadItem(absl::StrCat(folders_.items(), "/", status.request_id()));
  if (!item.ok()) return absl::OkStatus();
  if (HubHasIt(status.state())) ROG_RETURN_IF_ERROR(SaveReceipts(*item, status));
  if (IsRefusal(status.state())) return FailLater(*item, status);
  return WriteStatus(*item, status);
}

absl::Status SpoolOut::WriteStatus(const SpoolItem& item, const v1::ActStatus& status) {
  const std::string folder = absl::StrCat(folders_.receipts, "/", item.FolderName());
  ROG_RETURN_IF_ERROR(MakeSharedFolder(folder));
  const std::string text = absl::StrCat(WhyOf(status),
                                        "\n\n",
                                        Say(language_, SpoolText::ACT_IS, status.act_id()),
                                        "\n",
                                        Say(language_, SpoolText::CASE_IS, status.case_id()),
                                        "\n",
                                        Say(language_, SpoolText::FOLDER_IS, folder),
                                        "\n");
  ROG_RETURN_IF_ERROR(WriteSharedFile(folder + "/status.txt", text));
  ROG_RETURN_IF_ERROR(WriteSharedFile(folder + "/status.json", StatusJson(status)));
  std::error_code error;
  const std::string beside = item.StatusPath(folders_);
  told_.erase(beside);
  fs::remove(Elsewhere(beside), error);
  if (IsEnd(status.state())) {
    status_files_.Remove(beside);
    return absl::OkStatus();
  }
  // The office may have removed the folder, or have a file of that name: what counts is in
  // receipts.
  if (fs::is_directory(item.Source(folders_), error)) {
    status_files_.Write(beside, text).IgnoreError();
  }
  return absl::OkStatus();
}

absl::Status SpoolOut::SaveReceipts(const SpoolItem& item, const v1::ActStatus& status) {
  const auto found = agent_.GetReceipt(status.act_id());
  if (!found.ok()) return MayBeOverLater(found.status()) ? found.status() : absl::OkStatus();
  const std::string folder = absl::StrCat(folders_.receipts, "/", item.FolderName());
  ROG_RETURN_IF_ERROR(MakeSharedFolder(folder));
  std::string words;
  for (const v1::Receipt& receipt : found->receipts()) {
    absl::StrAppend(&words, receipt.file_name(), "\n", receipt.in_words(), "\n\n");
    const std::string path = absl::StrCat(folder, "/", receipt.file_name());
    std::error_code error;
    if (!IsPlainName(receipt.file_name()) || fs::exists(path, error)) continue;
    ROG_RETURN_IF_ERROR(WriteSharedFile(path, receipt.content()));
  }
  return words.empty() ? absl::OkStatus() : WriteSharedFile(folder + "/receipts.txt", words);
}

// An act that was taken before may be this one: sent again as a new one it would be there twice.
std::string SpoolOut::WhyFile(const std::string& why, bool taken_before) const {
  const std::string refused = absl::StrCat(Say(language_, SpoolText::REFUSED), "\n\n", why, "\n");
  if (taken_before) return refused;
  return absl::StrCat(refused, "\n", Say(language_, SpoolText::WHAT_TO_DO), "\n");
}

// It had been taken; the hub, or a person, said no later.
absl::Status SpoolOut::FailLater(const SpoolItem& item, const v1::ActStatus& status) {
  const std::string kept = absl::StrCat(folders_.receipts, "/", item.FolderName());
  const std::string target = absl::StrCat(folders_.failed, "/", item.RefusedName());
  std::error_code error;
  if (fs::exists(kept, error)) {
    ROG_RETURN_IF_ERROR(WriteStatus(item, status));
    const bool before = status.reason() == ReasonName(Reason::ACT_ID_REUSED);
    const std::string why = before ? Say(language_, SpoolText::TAKEN_BEFORE) : WhyOf(status);
    ROG_RETURN_IF_ERROR(WriteSharedFile(absl::StrCat(kept, "/", kWhyFile), WhyFile(why, before)));
    ROG_RETURN_IF_ERROR(MoveDurably(kept, target));
  }
  status_files_.Remove(item.StatusPath(folders_));
  fs::remove_all(absl::StrCat(folders_.items(), "/", item.request_id), error);
  return absl::OkStatus();
}

absl::Status SpoolOut::Tell(const std::string& path, const std::string& text) {
  told_now_.insert(path);
  std::string& told = told_[path];
  if (told == text && FileExists(path)) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(status_files_.Write(path, text + "\n"));
  told = text;
  return absl::OkStatus();
}

// `failed/co-fgn-letter.pdf.status.txt` for `out/co-fgn/letter.pdf.status.txt`.
std::string SpoolOut::Elsewhere(const std::string& path) const {
  const fs::path status(path);
  const fs::path folder = status.parent_path();
  std::string name = status.filename().string();
  if (folder != fs::path(folders_.out)) name = folder.filename().string() + "-" + name;
  return absl::StrCat(folders_.failed, "/", StatusName(StemOf(StemOf(name))));
}

// Where nothing can be written beside a file its owner would wait for it forever.
void SpoolOut::TellElsewhere(const std::string& path,
                             const std::string& file,
                             const std::string& text) {
  const std::string words =
      absl::StrCat(Say(language_, SpoolText::TOLD_HERE, file), "\n\n", text, "\n");
  const absl::Status written = WriteSharedFile(Elsewhere(path), words);
  if (written.ok()) told_[path] = text;
}

void SpoolOut::ForgetWaiting(const std::string& path) {
  waiting_since_.erase(path);
  untold_.erase(path);
  std::error_code error;
  fs::remove(Elsewhere(path), error);
}

void SpoolOut::ForgetTold(const std::string& path) {
  told_.erase(path);
  waiting_since_.erase(path);
}

void SpoolOut::TellWaiting(const std::string& folder,
                           const std::string& name,
                           const std::string& text) {
  const std::string status = absl::StrCat(folder, "/", StatusName(name));
  told_now_.insert(status);
  // Not of each file that comes: only of what stays.
  const auto [first, fresh] = waiting_since_.try_emplace(status, absl::Now());
  if (absl::Now() - first->second < options_.tell_after) return;
  const absl::Status told = Tell(status, text);
  std::error_code error;
  if (told.ok() || !fs::is_directory(folder, error)) return;
  if (IsFullDisk(told)) return LogFullDisk(told);             // nor is there room elsewhere
  const bool taken = HasReason(told, Reason::FIELD_INVALID);  // by a file of the office's
  if (!taken && untold_.insert(status).second) fault_(Error(Reason::FILE_UNREADABLE).Field(folder));
  TellElsewhere(status, absl::StrCat(folder, "/", name), text);
}

void SpoolOut::ShowHeld() {
  std::vector<v1::HeldFile> oldest;
  for (const auto& [id, retry] : retries_)
    if (!retry.sent) oldest.push_back(retry.shown);
  const size_t count = oldest.size();
  std::sort(oldest.begin(), oldest.end(), [](const v1::HeldFile& a, const v1::HeldFile& b) {
    return a.since_unix_ms() < b.since_unix_ms();
  });
  oldest.resize(std::min(oldest.size(), limits::kMaxShownHeld));
  agent_.SetHeld(std::move(oldest), count);
}

void SpoolOut::LogFullDisk(const absl::Status& status) {
  const bool full = IsFullDisk(status);
  if (full && !disk_was_full_) fault_(status);
  disk_was_full_ = full;
}

// What waited and is gone, by its owner's hand, leaves no status behind.
void SpoolOut::SweepTold() {
  std::error_code error;
  for (auto told = told_.begin(); told != told_.end();) {
    const bool gone = !told_now_.contains(told->first) && waiting_since_.contains(told->first);
    if (gone) {
      status_files_.Remove(told->first);
      fs::remove(Elsewhere(told->first), error);
      untold_.erase(told->first);
    }
    told = gone ? told_.erase(told) : std::next(told);
  }
  std::erase_if(waiting_since_, [&](const auto& one) { return !told_now_.contains(one.first); });
  told_now_.clear();
}

}  // namespace rogatoria::agent
