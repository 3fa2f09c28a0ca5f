#include "common/client/case_export.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/draft.h"
#include "common/client/outbox.h"
#include "common/client/safe_name.h"
#include "common/client/scanner.h"
#include "common/client/typed_content.h"
#include "common/model/header.h"
#include "common/receipt/receipt.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxPemBytes = 1024 * 1024;
constexpr int kForOwner = 0600;

std::string KindCode(v1::ActKind kind) {
  return std::string(absl::StripPrefix(v1::ActKind_Name(kind), "ACT_KIND_"));
}

// Sorted by time in every file browser. Of ids and codes only.
std::string FolderOf(const KeptAct& act, size_t number) {
  const absl::Time made = absl::FromUnixMillis(act.created_unix_ms);
  return absl::StrFormat("%02d-%s-%s-%s",
                         number,
                         absl::FormatTime("%Y-%m-%d", made, absl::UTCTimeZone()),
                         KindCode(act.kind),
                         act.sender);
}

// The export while it is made, in a folder beside its target.
class Exporter {
 public:
  Exporter(Office& office,
           std::string folder,
           const ExportWords& words,
           const DownloadOptions& options)
      : office_(office), folder_(std::move(folder)), words_(words), options_(options) {}

  absl::Status Act(const KeptAct& act);
  absl::Status Keys();
  void Miss(const std::string& name, const absl::Status& why) {
    exported_.missing.push_back({name, why});
  }
  absl::Status Readme() { return Write("README.txt", words_.readme(exported_)); }
  const ExportedCase& exported() const { return exported_; }

 private:
  absl::Status Write(const std::string& name, absl::string_view bytes, int mode = kForOwner) {
    return WriteFileDurably(absl::StrCat(folder_, "/", name), bytes, mode);
  }
  absl::Status Documents(const OpenedAct& opened, const std::string& name);
  absl::Status Receipts(const std::string& act_id, const std::string& name);

  Office& office_;
  const std::string folder_;
  const ExportWords& words_;
  const DownloadOptions& options_;
  ExportedCase exported_;
  size_t number_ = 0;
  std::set<std::string> log_keys_;
};

absl::Status Exporter::Act(const KeptAct& act) {
  const std::string name = FolderOf(act, ++number_);
  ROG_RETURN_IF_ERROR(CreateFolders(absl::StrCat(folder_, "/", name)));
  ROG_RETURN_IF_ERROR(Receipts(act.act_id, name));
  ROG_ASSIGN_OR_RETURN(CaseFolder * folder, office_.Folder());
  const auto loaded = folder->Load(act.act_id);
  if (!loaded.ok()) {
    Miss(name, loaded.status());
    return absl::OkStatus();
  }
  ROG_RETURN_IF_ERROR(Write(name + "/header.bin", loaded->header()));
  ROG_RETURN_IF_ERROR(Write(name + "/signature.p7s", loaded->signature()));
  ROG_RETURN_IF_ERROR(Write(name + "/sealed.act", loaded->SerializeAsString()));
  const auto opened = office_.OpenAct(*loaded);
  if (!opened.ok()) {
    Miss(name, opened.status());
    return absl::OkStatus();
  }
  ++exported_.acts;
  ROG_RETURN_IF_ERROR(Write(name + "/act.txt", words_.act(*opened)));
  return Documents(*opened, name);
}

bool IsNotClean(const absl::Status& status) {
  return HasReason(status, Reason::SCAN_NOT_CLEAN) || CouldNotLook(status);
}

absl::Status Exporter::Documents(const OpenedAct& opened, const std::string& name) {
  size_t number = 0;
  for (const auto& found : All<content::v1::Document>(opened.content, "")) {
    const content::v1::Document& document = *found.message;
    ++number;
    if (!HasBytes(document)) continue;
    ROG_RETURN_IF_ERROR(CreateFolders(absl::StrCat(folder_, "/", name, "/documents")));
    const std::string file =
        absl::StrCat(name, "/documents/", number, "-", SafeFileName(document.file_name(), number));
    const std::string path = absl::StrCat(folder_, "/", file);
    const absl::Status saved =
        document.has_attached()
            ? office_.Download(opened, document.attached().number(), path, options_)
            : WriteLookedAt(path, document.content(), options_.after_open);
    if (saved.ok()) {
      ++exported_.documents;
    } else if (document.has_attached() || IsNotClean(saved)) {
      if (IsFullDisk(saved)) return saved;
      Miss(file, saved);
    } else {
      return saved;
    }
  }
  return absl::OkStatus();
}

// As they are kept, and the key of each log that one of them is of.
absl::Status Exporter::Receipts(const std::string& act_id, const std::string& name) {
  const std::string kept = ReceiptFolder(office_.profile().state, act_id);
  for (const std::string& file : ListFolder(kept).value_or(std::vector<std::string>())) {
    if (fs::path(file).extension() != ".receipt") continue;
    const auto receipt = ReadFile(absl::StrCat(kept, "/", file), limits::kMaxReceiptBytes);
    const std::string target = absl::StrCat(name, "/receipts/", file);
    if (!receipt.ok()) {
      Miss(target, receipt.status());
      continue;
    }
    for (const std::string& key : KeysForLogOf(*receipt, {office_.profile().log_key}))
      log_keys_.insert(key);
    ROG_RETURN_IF_ERROR(CreateFolders(absl::StrCat(folder_, "/", name, "/receipts")));
    ROG_RETURN_IF_ERROR(Write(target, *receipt));
    ++exported_.receipts;
  }
  return absl::OkStatus();
}

absl::Status Exporter::Keys() {
  log_keys_.insert(office_.profile().log_key);
  ROG_RETURN_IF_ERROR(Write("log-keys.txt", absl::StrCat(absl::StrJoin(log_keys_, "\n"), "\n")));
  ROG_ASSIGN_OR_RETURN(const Bytes anchors, ReadFile(office_.profile().signer_ca, kMaxPemBytes));
  ROG_RETURN_IF_ERROR(Write("signers-ca.pem", anchors));
  return Write("verify-receipt.sh", words_.verify_receipt, 0700);
}

std::string ParentOf(const std::string& target) {
  const std::string parent = fs::path(target).parent_path().string();
  return parent.empty() ? "." : parent;
}

absl::StatusOr<ExportedCase> ExportInto(Office& office,
                                        const FoundActs& found,
                                        const std::string& folder,
                                        const ExportWords& words,
                                        const DownloadOptions& options) {
  Exporter exporter(office, folder, words, options);
  for (const KeptAct& act : found.acts) ROG_RETURN_IF_ERROR(exporter.Act(act));
  // Of which case they were cannot be known any more.
  for (const BadKeptFile& bad : found.bad) exporter.Miss(bad.path, bad.status);
  ROG_RETURN_IF_ERROR(exporter.Keys());
  ROG_RETURN_IF_ERROR(exporter.Readme());
  return exporter.exported();
}

}  // namespace

absl::StatusOr<ExportedCase> ExportCase(Office& office,
                                        const std::string& case_id,
                                        const std::string& target,
                                        const ExportWords& words,
                                        const DownloadOptions& options) {
  std::string clean = target;
  while (clean.size() > 1 && clean.back() == '/') clean.pop_back();
  std::error_code error;
  if (clean.empty() || fs::exists(fs::symlink_status(clean, error))) {
    return Explained(Error(Reason::FIELD_INVALID).Field(target), Sentence::NEW_FOLDER);
  }
  ROG_ASSIGN_OR_RETURN(CaseFolder * folder, office.Folder());
  CaseQuery query;
  query.case_id = case_id;
  const FoundActs found = folder->FindActs(query);
  if (case_id.empty() || found.acts.empty()) return Error(Reason::CASE_NOT_FOUND).Field(case_id);
  ROG_RETURN_IF_ERROR(CreateFolders(ParentOf(clean)));
  std::string work = ParentOf(clean) + "/.rogatoria-export-XXXXXX";
  if (mkdtemp(work.data()) == nullptr) return CannotWrite(work);
  absl::Cleanup remove_work = [&] { fs::remove_all(work, error); };
  ROG_ASSIGN_OR_RETURN(const ExportedCase exported,
                       ExportInto(office, found, work, words, options));
  ROG_RETURN_IF_ERROR(RenameToNew(work, clean));
  ROG_RETURN_IF_ERROR(SyncFolder(ParentOf(clean)));
  return exported;
}

}  // namespace rogatoria::client
