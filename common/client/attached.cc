#include "common/client/attached.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/typed_content.h"
#include "common/crypto/seal.h"

namespace rogatoria::client {

std::vector<const content::v1::Document*> AttachedIn(const content::v1::ActContent& content) {
  std::vector<const content::v1::Document*> documents;
  for (const auto& found : All<content::v1::Document>(content, "")) {
    if (found.message->has_attached()) documents.push_back(found.message);
  }
  std::stable_sort(documents.begin(), documents.end(), [](const auto* a, const auto* b) {
    return a->attached().number() < b->attached().number();
  });
  return documents;
}

const content::v1::Document* FindAttached(const content::v1::ActContent& content, uint32_t number) {
  for (const content::v1::Document* document : AttachedIn(content)) {
    if (document->attached().number() == number) return document;
  }
  return nullptr;
}

// What was found in a content that may be changed may be changed.
content::v1::Document* MutableAttached(content::v1::ActContent& content, uint32_t number) {
  return const_cast<content::v1::Document*>(FindAttached(content, number));
}

absl::StatusOr<content::v1::ActContent> BindDocuments(
    const ActDraft& draft,
    const std::string& act_id,
    const std::vector<ManifestRecipient>& readers) {
  content::v1::ActContent content = draft.content;
  for (size_t i = 0; i < draft.attached.size(); ++i) {
    content::v1::Document* document = MutableAttached(content, static_cast<uint32_t>(i + 1));
    if (document == nullptr || !draft.attached[i].uploaded()) {
      return Explained(
          Error(Reason::DOCUMENT_NOT_UPLOADED).Field(absl::StrCat("documents[", i, "]")),
          Sentence::UPLOADED_FIRST);
    }
    Manifest manifest = draft.attached[i].manifest;
    manifest.act_id = act_id;
    SetRecipients(readers, manifest);
    ROG_ASSIGN_OR_RETURN(*document->mutable_attached()->mutable_manifest(),
                         FormatManifest(manifest));
  }
  return content;
}

std::vector<AttachedDocument> AttachedOf(const OpenedAct& opened) {
  std::vector<AttachedDocument> attached;
  for (const v1::SealedDigest& sealed : opened.header.documents()) {
    AttachedDocument& one = attached.emplace_back();
    one.sealed = sealed;
    const auto* document = FindAttached(opened.content, static_cast<uint32_t>(attached.size()));
    if (document == nullptr) continue;
    if (auto manifest = ParseManifest(document->attached().manifest()); manifest.ok()) {
      one.manifest = *std::move(manifest);
    }
  }
  return attached;
}

absl::StatusOr<Manifest> ManifestOf(const content::v1::AttachedFile& file,
                                    const v1::ActHeader& header) {
  const std::string field = absl::StrCat("documents[", file.number(), "]");
  const auto unreadable = [&](Sentence why) {
    return Explained(Error(Reason::CONTENT_NOT_READABLE).Field(field), why);
  };
  if (file.number() == 0 || static_cast<int>(file.number()) > header.documents_size() ||
      file.kek().size() != kKekBytes) {
    return unreadable(Sentence::DOCUMENT_OF_HEADER);
  }
  const v1::SealedDigest& sealed = header.documents(static_cast<int>(file.number()) - 1);
  ROG_ASSIGN_OR_RETURN(Manifest manifest, ParseManifest(file.manifest()));
  ROG_RETURN_IF_ERROR(CheckManifest(manifest, header, sealed));
  uint64_t sealed_size = 0;
  for (const ManifestSegment& segment : manifest.segments) sealed_size += segment.sealed_size;
  if (sealed_size != sealed.sealed_size()) return unreadable(Sentence::SIZE_OF_HEADER);
  return manifest;
}

}  // namespace rogatoria::client
