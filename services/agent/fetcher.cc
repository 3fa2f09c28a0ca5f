#include "services/agent/fetcher.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/client/attached.h"
#include "common/client/opened_file.h"
#include "common/client/scanner.h"
#include "common/model/ids.h"
#include "services/agent/agent_limits.h"
#include "services/agent/room.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

std::string NameOf(const std::string& act_id, const std::string& number) {
  return absl::StrCat(ParseActId(act_id)->uuid, "-", number);
}

}  // namespace

Fetcher::Fetcher(client::Office& office, client::CaseFolder& cases, Room& room)
    : office_(office),
      cases_(cases),
      room_(room),
      folder_(office.profile().state + "/agent/fetched") {
  std::error_code error;
  fs::remove_all(folder_, error);
}

absl::StatusOr<Fetcher::Way> Fetcher::Take(std::string name) {
  absl::MutexLock lock(&mutex_);
  const auto is_free = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !under_way_.contains(name);
  };
  if (!mutex_.AwaitWithTimeout(absl::Condition(&is_free), limits::kHubPatience)) {
    return Error(Reason::DOWNLOAD_BUSY).Field("number").ToStatus();
  }
  under_way_.insert(name);
  return Way(this, std::move(name));
}

void Fetcher::Give(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  std::error_code error;
  fs::remove(FolderOf(name), error);  // unless something of a cut lies in it
  under_way_.erase(name);
}

std::string Fetcher::FolderOf(const std::string& name) const {
  return absl::StrCat(folder_, "/", name);
}

absl::StatusOr<std::string> Fetcher::Way::Path() const {
  const std::string folder = fetcher_->FolderOf(name_);
  ROG_RETURN_IF_ERROR(CreateFolders(folder));
  return folder + "/document";
}

client::AfterOpen Fetcher::Scanner() const {
  return client::ScanWith(
      office_.profile().scanner, client::kScanPatience, !client::HasTerminal(), [this] {
        return stopping_.load();
      });
}

absl::Status Fetcher::OrShuttingDown(const absl::Status& status) const {
  if (!stopping_ || !client::CouldNotLook(status)) return status;
  return Error(Reason::SHUTTING_DOWN);
}

absl::Status Fetcher::Fetch(const client::OpenedAct& opened, uint32_t attached_number) {
  ROG_ASSIGN_OR_RETURN(const Way way,
                       Take(NameOf(opened.header.act_id(), absl::StrCat(attached_number))));
  if (cases_.HoldsDocument(opened.header.act_id(), attached_number)) return absl::OkStatus();
  if (stopping_) return Error(Reason::SHUTTING_DOWN);
  const absl::Status fetched = Download(opened, attached_number, way);
  if (IsFullDisk(fetched)) FreeRoom();
  return OrShuttingDown(fetched);
}

absl::Status Fetcher::Download(const client::OpenedAct& opened,
                               uint32_t attached_number,
                               const Way& way) {
  ROG_ASSIGN_OR_RETURN(const std::string path, way.Path());
  ROG_ASSIGN_OR_RETURN(const Room::Promise promise, PromiseRoom(opened, attached_number, path));
  client::DownloadOptions options;
  options.transfer.patience = limits::kHubPatience;
  options.transfer.on_progress = [this](const client::TransferProgress&) -> absl::Status {
    return stopping_ ? Error(Reason::SHUTTING_DOWN).ToStatus() : absl::OkStatus();
  };
  options.after_open = Scanner();
  std::error_code error;
  const absl::Status came = office_.Download(opened, attached_number, path, options);
  // On a full disk what came so far would keep all others from coming.
  if (IsFullDisk(came)) fs::remove_all(FolderOf(way.name()), error);
  ROG_RETURN_IF_ERROR(came);
  const absl::Status kept = cases_.KeepDocument(opened.header.act_id(), attached_number, path);
  fs::remove(path, error);
  return kept;
}

// Its clear text and what is kept of it lie here together for a moment; some of it may lie here
// now.
absl::StatusOr<Room::Promise> Fetcher::PromiseRoom(const client::OpenedAct& opened,
                                                   uint32_t attached_number,
                                                   const std::string& path) {
  const content::v1::Document* document = client::FindAttached(opened.content, attached_number);
  if (document == nullptr) return Room::Promise();
  ROG_ASSIGN_OR_RETURN(const Manifest manifest,
                       client::ManifestOf(document->attached(), opened.header));
  const uint64_t all = 2 * manifest.clear_size;
  const uint64_t here = client::OpenedFile::BytesHere(path, manifest);
  return room_.For(office_.profile().state, all - std::min(all, here));
}

void Fetcher::FreeRoom() {
  absl::MutexLock lock(&mutex_);
  std::error_code error;
  for (const std::string& name : ListFolder(folder_).value_or(std::vector<std::string>())) {
    if (!under_way_.contains(name)) fs::remove_all(FolderOf(name), error);
  }
}

// What came inside the act was never on disk: there is a file for as long as the scanner looks.
absl::Status Fetcher::LookAt(const std::string& act_id,
                             uint32_t number,
                             absl::string_view content) {
  const client::AfterOpen look = Scanner();
  if (!look) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(const Way way, Take(NameOf(act_id, absl::StrCat("inside-", number))));
  ROG_ASSIGN_OR_RETURN(const std::string path, way.Path());
  const absl::Status looked_at = client::WriteLookedAt(path, content, look);
  std::error_code error;
  fs::remove(path, error);
  return OrShuttingDown(looked_at);
}

}  // namespace rogatoria::agent
