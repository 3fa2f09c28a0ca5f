// The documents that an act attaches, as its content speaks of them: key and manifest of each stand
// inside the seal of the act, so that who opens the act can open them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/client/draft.h"
#include "common/client/opener.h"
#include "common/crypto/manifest.h"

#include "rogatoria/content/v1/content.pb.h"
#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

// The attached ones, by their numbers.
std::vector<const content::v1::Document*> AttachedIn(const content::v1::ActContent& content);
// nullptr when the content attaches none under this number.
const content::v1::Document* FindAttached(const content::v1::ActContent& content, uint32_t number);
// The same, to be changed; nullptr likewise.
content::v1::Document* MutableAttached(content::v1::ActContent& content, uint32_t number);

// The content of a draft as it is sealed: each manifest names the act and its readers.
// DOCUMENT_NOT_UPLOADED while one is only a file.
absl::StatusOr<content::v1::ActContent> BindDocuments(
    const ActDraft& draft,
    const std::string& act_id,
    const std::vector<ManifestRecipient>& readers);

// An act's attached documents as its draft has them.
std::vector<AttachedDocument> AttachedOf(const OpenedAct& opened);

// The manifest of an attached document, held against the header: its act, its readers, digest and
// size. CONTENT_NOT_READABLE, MANIFEST_MALFORMED.
absl::StatusOr<Manifest> ManifestOf(const content::v1::AttachedFile& file,
                                    const v1::ActHeader& header);

}  // namespace rogatoria::client
