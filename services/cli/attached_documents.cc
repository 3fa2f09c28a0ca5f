#include "services/cli/attached_documents.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/client/attached.h"
#include "common/client/scanner.h"
#include "common/client/typed_content.h"
#include "services/cli/received.h"
#include "services/cli/transfer_bar.h"

namespace rogatoria::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFileName = 120;

// As many whole characters as fit.
std::string FirstBytes(std::string text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

absl::StatusOr<client::OpenedAct> OpenKnown(client::Office& office, const std::string& act_id) {
  if (IsReceived(office.profile(), act_id)) return LoadReceived(office, act_id);
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

std::string SafeName(const std::string& name, size_t number) {
  const fs::path last = fs::path(absl::StrReplaceAll(name, {{"\\", "_"}})).filename();
  const std::string extension = FirstBytes(Printable(last.extension().string()), 16);
  std::string safe = absl::StrCat(
      FirstBytes(Printable(last.stem().string()), kMaxFileName - extension.size()), extension);
  std::replace(safe.begin(), safe.end(), '?', '_');
  if (safe.empty() || safe[0] == '.') safe = absl::StrCat("document-", number);
  return safe;
}

absl::Status FetchDocument(Session& session,
                           client::Office& office,
                           const client::OpenedAct& opened,
                           uint32_t number,
                           const std::string& target) {
  {
    TransferBar bar(session);
    client::DownloadOptions options;
    options.transfer.on_progress = bar.callback();
    options.after_open = client::ScanWith(office.profile().scanner);
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
  for (const auto& found : client::All<content::v1::Document>(opened.content, "")) {
    const content::v1::Document& document = *found.message;
    ++number;
    if (!client::HasBytes(document)) continue;
    const std::string path =
        absl::StrCat(folder, "/", number, "-", SafeName(document.file_name(), number));
    if (document.has_attached()) {
      if (fs::exists(path)) continue;
      ROG_RETURN_IF_ERROR(
          FetchDocument(session, office, opened, document.attached().number(), path));
      continue;
    }
    ROG_RETURN_IF_ERROR(WriteFileDurably(path, document.content(), 0600));
    session.Note(Message::NOTE_DOCUMENT_SAVED, path);
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::cli
