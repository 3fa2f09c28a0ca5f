#include "services/cli/attached_documents.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/client/attached.h"
#include "common/client/document_download.h"
#include "common/client/safe_name.h"
#include "common/client/scanner.h"
#include "common/client/typed_content.h"
#include "services/cli/received.h"
#include "services/cli/transfer_bar.h"

namespace rogatoria::cli {

namespace fs = std::filesystem;

absl::StatusOr<client::OpenedAct> OpenKnown(client::Office& office, const std::string& act_id) {
  if (IsKept(office, act_id)) return office.OpenKept(act_id);
  ROG_ASSIGN_OR_RETURN(const v1::Act act, office.FetchAct(act_id));
  return office.OpenAct(act);
}

Json AttachedView(const client::OpenedAct& opened) {
  Json rows = Json::array();
  for (const content::v1::Document* document : client::AttachedIn(opened.content)) {
    const auto manifest = client::ManifestOf(document->attached(), opened.header);
    rows.push_back({{"number", document->attached().number()},
                    {"file", document->file_name()},
                    {"title", document->title()},
                    {"media_type", document->media_type()},
                    {"size", manifest.ok() ? manifest->clear_size : 0},
                    {"document", document->attached().document_id()}});
  }
  return rows;
}

namespace {

// The others come all the same.
bool IsOfDocumentAlone(const absl::Status& status) {
  return client::IsLost(status) || HasReason(status, Reason::SCAN_NOT_CLEAN) ||
         HasReason(status, Reason::DOWNLOAD_BUSY);
}

absl::Status SaveDocument(Session& session,
                          client::Office& office,
                          const client::OpenedAct& opened,
                          const content::v1::Document& document,
                          const std::string& path) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) return absl::OkStatus();
  if (document.has_attached()) {
    return FetchDocument(session, office, opened, document.attached().number(), path);
  }
  ROG_RETURN_IF_ERROR(
      client::WriteLookedAt(path, document.content(), client::ScanWith(office.profile().scanner)));
  session.Note(Message::NOTE_DOCUMENT_SAVED, path);
  return absl::OkStatus();
}

}  // namespace

absl::Status FetchDocument(Session& session,
                           client::Office& office,
                           const client::OpenedAct& opened,
                           uint32_t number,
                           const std::string& target) {
  {
    TransferBar bar(session);
    client::DownloadOptions options;
    options.transfer = bar.options();
    options.after_open = client::ScanWith(office.profile().scanner);
    options.keep_up_to = client::kKeptDocumentBytes;
    ROG_RETURN_IF_ERROR(office.Download(opened, number, target, options));
  }
  session.Note(Message::NOTE_DOCUMENT_SAVED, target);
  return absl::OkStatus();
}

absl::Status SaveDocuments(Session& session,
                           client::Office& office,
                           const client::OpenedAct& opened,
                           const std::string& folder) {
  ROG_RETURN_IF_ERROR(CreateFolders(folder));
  size_t number = 0;
  absl::Status last;
  for (const auto& found : client::All<content::v1::Document>(opened.content, "")) {
    ++number;
    if (!client::HasBytes(*found.message)) continue;
    const std::string name = client::SafeFileName(found.message->file_name(), number);
    const absl::Status saved = SaveDocument(
        session, office, opened, *found.message, absl::StrCat(folder, "/", number, "-", name));
    if (saved.ok()) continue;
    if (!last.ok()) PrintError(session, last);
    last = WithFieldPrefix(saved, found.path);
    if (!IsOfDocumentAlone(saved)) break;
  }
  return last;
}

}  // namespace rogatoria::cli
