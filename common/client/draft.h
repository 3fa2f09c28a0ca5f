// What an office wants to send, in its own words, before it is routed, sealed and signed. Read from
// an act file (TOML or JSON, docs/act-files.md) or filled by a program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/crypto/manifest.h"

#include "rogatoria/content/v1/content.pb.h"
#include "rogatoria/content/v1/identity.pb.h"
#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::client {

// A document whose bytes do not stand in the content: sealed apart, uploaded, and named in the
// header by its digest. Its Document in the content has its place in ActDraft.attached.
struct AttachedDocument {
  std::string path;         // of the file; uploading it fills in the rest
  v1::SealedDigest sealed;  // as in the header; empty until it is uploaded
  Manifest manifest;        // the act and its readers are put in when the act is prepared

  bool uploaded() const { return sealed.sealed_size() != 0; }
};

struct ActDraft {
  std::string request_id;  // uuid; made when empty
  v1::ActKind kind = v1::ACT_KIND_UNSPECIFIED;
  std::vector<v1::Addressee> to;  // empty inside a case: the other party
  v1::ChannelClass channel_class = v1::CHANNEL_CLASS_UNSPECIFIED;  // inside a case: the case's own
  v1::LegalBasis legal_basis;
  std::string channel_basis;
  std::string case_id;  // empty when this act opens a case
  std::string in_reply_to;
  std::vector<v1::MeasureRef> measures;
  v1::Urgency urgency;
  v1::DeadlineEffect deadline_effect = v1::DEADLINE_EFFECT_UNSPECIFIED;
  v1::DataClass data_class = v1::DATA_CLASS_OPERATIONAL;
  std::string language;
  v1::InsistReason insist = v1::INSIST_REASON_UNSPECIFIED;
  std::vector<std::string> related_cases;
  bool originals_follow = false;
  std::string confirmation_due;
  content::v1::CoverSlip cover_slip;
  content::v1::ActContent content;
  // Who the persons are that the content calls by a pseudonym: sealed apart, for two custodians.
  content::v1::IdentityPart identity;      // act id filled in when the act is prepared
  std::vector<AttachedDocument> attached;  // `attached.number` of a Document counts here, from 1
};

// Reads an act file; `path` ends in .toml or .json. Files named in it are relative to it.
// Errors name line and column, or the field.
absl::StatusOr<ActDraft> ReadActFile(const std::string& path);

// Puts a file into a draft as `document`, which is one of its content: with its bytes where they
// fit into an act, else attached; always attached when `apart`. Media type by its ending; in the
// draft's language. FILE_UNREADABLE; LIMIT_EXCEEDED above limits::kMaxDocumentBytes or for more
// than limits::kMaxDocuments.
absl::Status AddFile(const std::string& path,
                     bool apart,
                     ActDraft& draft,
                     content::v1::Document& document);

// Whether a document says something: its bytes are here or attached.
bool HasBytes(const content::v1::Document& document);

// What lint found: something that is missing or would be refused, and what to do.
struct Finding {
  bool error = false;  // else advice
  std::string field;
  std::string message;        // in the language asked for
  std::string source = {};    // instrument and article, where the message does not name them
  std::string guidance = {};  // the practice note that explains it: co-fgn/bank-records v2
  bool wrong = false;         // an error about what is there, not about what is missing
};

// OK where none of them is an error. Else FIELD_INVALID with the field of the first, where that is
// about what is there, and what would be accepted; FIELD_REQUIRED where something is missing.
absl::Status RefusalBy(const std::vector<Finding>& findings);

// Looks at a draft before it is sent. An empty result does not promise acceptance.
std::vector<Finding> Lint(const ActDraft& draft, const std::string& language);

}  // namespace rogatoria::client
