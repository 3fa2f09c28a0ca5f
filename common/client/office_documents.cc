// Office: the documents of acts, to the hub and back.
#include <algorithm>
#include <filesystem>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/attached.h"
#include "common/client/document_download.h"
#include "common/client/document_upload.h"
#include "common/client/office.h"
#include "common/client/scanner.h"
#include "common/client/source_file.h"
#include "common/client/upload_state.h"
#include "common/crypto/digest.h"

namespace rogatoria::client {
namespace {

// Whether a file has the clear text of a manifest.
absl::StatusOr<bool> IsClearText(const std::string& path, const Manifest& manifest) {
  ROG_ASSIGN_OR_RETURN(auto file, SourceFile::Open(path));
  if (file->size() != manifest.clear_size) return false;
  HmacHasher hmac(manifest.salt);
  Bytes clear;
  for (uint64_t offset = 0; offset < file->size(); offset += clear.size()) {
    ROG_RETURN_IF_ERROR(file->Read(offset, SegmentBytesOf(file->size()), clear));
    hmac.Update(clear);
  }
  return EqualInConstantTime(hmac.Value(), manifest.clear_hmac_sha256);
}

// What the manifests will take in the content: told before hours of uploading, not after.
absl::Status CheckRoom(const ActDraft& draft) {
  constexpr uint64_t kSegmentLine = 92;
  constexpr uint64_t kRest = 1024;
  uint64_t bytes = draft.content.ByteSizeLong();
  for (const AttachedDocument& document : draft.attached) {
    if (document.uploaded()) continue;
    ROG_ASSIGN_OR_RETURN(const auto file, SourceFile::Open(document.path));
    bytes += kRest + kSegmentLine * (file->size() / SegmentBytesOf(file->size()) + 1);
  }
  if (bytes <= limits::kMaxContentBytes) return absl::OkStatus();
  return Explained(Error(Reason::LIMIT_EXCEEDED).Field("content"),
                   Sentence::CONTENT_AT_MOST,
                   limits::kMaxContentBytes);
}

bool IsKeptFileDamaged(const absl::Status& status) {
  return HasReason(status, Reason::KEPT_FILE_DAMAGED);
}

// A scanner may know more today than when the document was fetched, and looks before anybody else
// can.
absl::Status SaveKept(const CaseFolder& folder,
                      const std::string& act_id,
                      uint32_t number,
                      const std::string& target,
                      const AfterOpen& after_open) {
  if (!after_open) return folder.SaveDocument(act_id, number, target);
  std::error_code error;
  const std::filesystem::path place(target);
  if (std::filesystem::exists(std::filesystem::symlink_status(place, error))) {
    return Explained(Error(Reason::FIELD_INVALID).Field(target), Sentence::NEW_FILE);
  }
  const Bytes name = Sha256(absl::StrCat(act_id, " ", number));
  const std::string part =
      (place.parent_path() /
       absl::StrCat(".rogatoria-", ToHex(absl::string_view(name).substr(0, 16)), ".part"))
          .string();
  unlink(part.c_str());
  ROG_RETURN_IF_ERROR(folder.SaveDocument(act_id, number, part));
  return PublishLookedAt(part, target, after_open);
}

}  // namespace

absl::Status Office::Upload(ActDraft& draft, const TransferOptions& options) {
  ROG_RETURN_IF_ERROR(CheckRoom(draft));
  SystemRandom random;
  if (draft.request_id.empty()) draft.request_id = GenerateUuid(random, SystemClock().Now());
  for (size_t i = 0; i < draft.attached.size(); ++i) {
    AttachedDocument& attached = draft.attached[i];
    if (attached.uploaded()) continue;
    const auto number = static_cast<uint32_t>(i + 1);
    content::v1::Document* document = MutableAttached(draft.content, number);
    if (document == nullptr) {
      return Explained(Error(Reason::FIELD_INVALID).Field(absl::StrCat("documents[", i, "]")),
                       Sentence::DOCUMENT_OF_HEADER);
    }
    const UploadSource source{attached.path,
                              BareMediaType(document->media_type()),
                              profile_.authority,
                              profile_.state,
                              draft.request_id,
                              number};
    ROG_ASSIGN_OR_RETURN(UploadedDocument uploaded,
                         UploadDocument(*connection_, source, options, random));
    document->mutable_attached()->set_document_id(uploaded.document_id);
    document->mutable_attached()->set_kek(std::string(uploaded.kek.RevealForUse()));
    attached.sealed = std::move(uploaded.sealed);
    attached.manifest = std::move(uploaded.manifest);
  }
  return absl::OkStatus();
}

bool Office::HasUploadOf(const std::string& request_id) const {
  const std::vector<UploadBeginning> uploads = ListUploads(profile_.state);
  return std::any_of(uploads.begin(), uploads.end(), [&](const UploadBeginning& upload) {
    return upload.request_id == request_id;
  });
}

// Forgotten here only once the hub has given it up: till then it can still go on.
absl::Status Office::AbandonUpload(const std::string& document_id) {
  v1::AbandonUploadRequest request;
  request.set_document_id(document_id);
  const absl::Status given_up =
      connection_
          ->Call(connection_->documents(), &v1::DocumentService::Stub::AbandonUpload, request)
          .status();
  // One that never began at the hub, as for a quota, is only here.
  const std::vector<UploadBeginning> here = ListUploads(profile_.state);
  const bool only_here = absl::IsNotFound(given_up) &&
                         std::any_of(here.begin(), here.end(), [&](const UploadBeginning& upload) {
                           return upload.document_id == document_id;
                         });
  if (!given_up.ok() && !only_here) return given_up;
  ForgetUpload(profile_.state, document_id);
  return absl::OkStatus();
}

void Office::AbandonUploadsOf(const std::string& request_id) {
  for (const UploadBeginning& upload : ListUploads(profile_.state)) {
    if (upload.request_id != request_id) continue;
    AbandonUpload(upload.document_id).IgnoreError();
    ForgetUpload(profile_.state, upload.document_id);
  }
}

absl::Status Office::Download(const OpenedAct& opened,
                              uint32_t number,
                              const std::string& target,
                              const DownloadOptions& options) {
  const content::v1::Document* document = FindAttached(opened.content, number);
  if (document == nullptr) {
    return Explained(
        Error(Reason::DOCUMENT_NOT_FOUND).Field(absl::StrCat("documents[", number, "]")),
        Sentence::DOCUMENT_OF_HEADER);
  }
  const std::string& act_id = opened.header.act_id();
  const absl::StatusOr<CaseFolder*> folder = Folder();
  if (folder.ok() && (*folder)->HoldsDocument(act_id, number)) {
    const absl::Status saved = SaveKept(**folder, act_id, number, target, options.after_open);
    if (!IsKeptFileDamaged(saved)) return saved;  // else it is fetched anew
  }
  ROG_ASSIGN_OR_RETURN(const Manifest manifest, ManifestOf(document->attached(), opened.header));
  ROG_RETURN_IF_ERROR(
      DownloadDocument(*connection_, document->attached(), manifest, target, options));
  if (!folder.ok() || manifest.clear_size > options.keep_up_to) return absl::OkStatus();
  // The document is there all the same.
  (*folder)->KeepDocument(act_id, number, target).IgnoreError();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<CustodyStep>> Office::FetchCustody(const std::string& document_id) {
  v1::ListCustodyRequest request;
  request.set_document_id(document_id);
  ROG_ASSIGN_OR_RETURN(
      const v1::ListCustodyResponse custody,
      connection_->Call(
          connection_->documents(), &v1::DocumentService::Stub::ListCustody, request));
  if (custody.document().document_id() != document_id) {
    return Explained(Error(Reason::RECEIPT_NOT_VALID).Field(document_id),
                     Sentence::CUSTODY_OF_RECORD);
  }
  return CheckCustody(custody, profile_.log_key);
}

// Files that are what the earlier act attached stand for that; others make it another act.
absl::Status Office::TakeUploaded(const OpenedAct& earlier, ActDraft& draft) const {
  const std::vector<AttachedDocument> sealed = AttachedOf(earlier);
  if (sealed.size() != draft.attached.size()) return absl::OkStatus();
  for (size_t i = 0; i < sealed.size(); ++i) {
    const auto number = static_cast<uint32_t>(i + 1);
    const content::v1::Document* was = FindAttached(earlier.content, number);
    content::v1::Document* is = MutableAttached(draft.content, number);
    if (draft.attached[i].uploaded() || was == nullptr || is == nullptr) continue;
    ROG_ASSIGN_OR_RETURN(const bool same, IsClearText(draft.attached[i].path, sealed[i].manifest));
    if (!same) continue;
    draft.attached[i] = sealed[i];
    *is->mutable_attached() = was->attached();
  }
  return absl::OkStatus();
}

// The act is recorded with its documents: nothing of them is uploaded again.
void Office::ForgetUploads(const v1::SubmitActRequest& request) {
  const auto opened = OpenAct(request.act());
  if (!opened.ok()) return;
  for (const content::v1::Document* document : AttachedIn(opened->content)) {
    ForgetUpload(profile_.state, document->attached().document_id());
  }
}

}  // namespace rogatoria::client
