#include "services/agent/composition.h"

#include <filesystem>
#include <set>
#include <utility>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/act_file.h"
#include "common/client/document_upload.h"
#include "common/client/json_text.h"
#include "common/client/typed_content.h"
#include "common/crypto/digest.h"
#include "services/agent/words.h"

namespace rogatoria::agent {
namespace {

// The act file itself, among the files that it names.
constexpr char kActFile[] = "rogatoria-act.json";

template <typename Enum>
absl::Status SetCode(const std::string& field, const std::string& code, Enum& out) {
  if (code.empty()) return absl::OkStatus();
  const auto& type = *google::protobuf::GetEnumDescriptor<Enum>();
  const std::string prefix = client::PrefixOf(type);
  const auto* value = type.FindValueByName(absl::StrCat(prefix, code));
  if (value != nullptr && value->number() != 0) {
    out = static_cast<Enum>(value->number());
    return absl::OkStatus();
  }
  std::string codes;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;
    absl::StrAppend(&codes, codes.empty() ? "" : ", ", client::CodeOf(*type.value(i)));
  }
  return Explained(Error(Reason::FIELD_INVALID).Field(field), Sentence::ONE_OF, codes);
}

absl::Status SetCodes(const v1::SendRequest& request, client::ActDraft& draft) {
  draft.kind = hub::ACT_KIND_FREE_FORM;
  ROG_RETURN_IF_ERROR(SetCode("kind", request.kind(), draft.kind));
  ROG_RETURN_IF_ERROR(SetCode("channel", request.channel(), draft.channel_class));
  ROG_RETURN_IF_ERROR(SetCode("data_class", request.data_class(), draft.data_class));
  hub::UrgencyLevel level = hub::URGENCY_LEVEL_UNSPECIFIED;
  hub::UrgencyReason reason = hub::URGENCY_REASON_UNSPECIFIED;
  ROG_RETURN_IF_ERROR(SetCode("urgency", request.urgency(), level));
  ROG_RETURN_IF_ERROR(SetCode("urgency_reason", request.urgency_reason(), reason));
  draft.urgency.set_level(level);
  draft.urgency.set_reason(reason);
  return absl::OkStatus();
}

void SetTexts(const v1::SendRequest& request, client::ActDraft& draft) {
  for (const std::string& authority : request.to())
    draft.to.emplace_back().set_authority(authority);
  draft.case_id = request.case_id();
  draft.in_reply_to = request.in_reply_to();
  draft.legal_basis.set_instrument(request.instrument());
  draft.legal_basis.set_article(request.article());
  draft.channel_basis = request.channel_basis();
  for (const std::string& code : request.measures()) {
    hub::MeasureRef& measure = draft.measures.emplace_back();
    measure.set_ordinal(static_cast<uint32_t>(draft.measures.size()));
    measure.set_code(code);
  }
  draft.cover_slip.set_subject(request.subject());
  draft.cover_slip.set_sender_reference(request.reference());
  if (!request.text().empty()) draft.content.mutable_letter()->set_text(request.text());
}

// Nothing of the fields that an act file stands for.
absl::Status CheckOnlyActJson(const v1::SendRequest& request) {
  constexpr int kFirst = 2, kLast = 17;
  std::vector<const google::protobuf::FieldDescriptor*> set;
  request.GetReflection()->ListFields(request, &set);
  for (const auto* field : set) {
    if (field->number() < kFirst || field->number() > kLast) continue;
    return Explained(Error(Reason::FIELD_INVALID).Field(field->name()),
                     Sentence::EMPTY_BESIDE_ACT_JSON);
  }
  return absl::OkStatus();
}

// An act file may name the request's files and no others: a path would be a file of this machine.
absl::Status CheckFilesNamed(const nlohmann::json& value,
                             const std::string& path,
                             const std::set<std::string>& names) {
  if (!value.is_structured()) return absl::OkStatus();
  for (const auto& [key, below] : value.items()) {
    const std::string at = value.is_array() ? absl::StrCat(path, "[", key, "]")
                           : path.empty()   ? key
                                            : absl::StrCat(path, ".", key);
    if (key == "file" && value.is_object() && below.is_string() &&
        names.count(below.get<std::string>()) == 0) {
      return Explained(Error(Reason::ACT_FILE_INVALID).Field(at), Sentence::ONE_OF_THE_FILES);
    }
    ROG_RETURN_IF_ERROR(CheckFilesNamed(below, at, names));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> DigestOf(const v1::File& file, const Documents& documents) {
  if (!file.has_document_id()) return ToHex(Sha256(file.content()));
  ROG_ASSIGN_OR_RETURN(const v1::DocumentInfo info, documents.Find(file.document_id()));
  return info.sha256();
}

std::string InFixedOrder(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

std::vector<NamedFile> FilesOf(v1::SendRequest& request) {
  std::vector<NamedFile> files;
  if (request.has_letter()) files.push_back({request.mutable_letter(), "letter"});
  for (int i = 0; i < request.enclosures_size(); ++i) {
    files.push_back({request.mutable_enclosures(i), absl::StrCat("enclosures[", i, "]")});
  }
  return files;
}

absl::StatusOr<Bytes> Fingerprint(const v1::SendRequest& request, const Documents& documents) {
  v1::SendRequest said = request;
  said.clear_force();
  for (const NamedFile& named : FilesOf(said)) {
    ROG_ASSIGN_OR_RETURN(*named.file->mutable_document_id(), DigestOf(*named.file, documents));
  }
  return Sha256(InFixedOrder(said));
}

Composition::~Composition() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

absl::StatusOr<std::unique_ptr<Composition>> Composition::Make(const v1::SendRequest& request,
                                                               const std::string& language,
                                                               const Documents& documents,
                                                               std::string folder) {
  std::unique_ptr<Composition> made(new Composition(std::move(folder)));
  made->draft_.language = request.language().empty() ? language : request.language();
  ROG_RETURN_IF_ERROR(request.act_json().empty() ? made->ReadFields(request, documents)
                                                 : made->ReadActJson(request, documents));
  made->draft_.request_id = request.request_id();
  if (made->draft_.language.empty()) made->draft_.language = language;
  return made;
}

absl::Status Composition::ReadFields(const v1::SendRequest& request, const Documents& documents) {
  ROG_RETURN_IF_ERROR(SetCodes(request, draft_));
  SetTexts(request, draft_);
  return AddLetter(request, documents);
}

absl::Status Composition::AddLetter(const v1::SendRequest& request, const Documents& documents) {
  if (request.has_letter()) {
    ROG_RETURN_IF_ERROR(AddFile(request.letter(),
                                "letter",
                                documents,
                                *draft_.content.mutable_letter()->mutable_document()));
  }
  for (int i = 0; i < request.enclosures_size(); ++i) {
    ROG_RETURN_IF_ERROR(AddFile(request.enclosures(i),
                                absl::StrCat("enclosures[", i, "]"),
                                documents,
                                *draft_.content.mutable_letter()->add_enclosures()));
  }
  return absl::OkStatus();
}

absl::Status Composition::AddFile(const v1::File& file,
                                  const std::string& field,
                                  const Documents& documents,
                                  content::v1::Document& document) {
  // A folder for each: two enclosures may have one name.
  const std::string below = absl::StrCat("/", files_.size());
  ROG_RETURN_IF_ERROR(Open(file, field, below, documents));
  if (!file.media_type().empty() && !IsMediaType(client::BareMediaType(file.media_type()))) {
    return Explained(Error(Reason::FIELD_INVALID).Field(absl::StrCat(field, ".media_type")),
                     Sentence::MEDIA_TYPE);
  }
  ROG_RETURN_IF_ERROR(
      client::AddFile(absl::StrCat(folder_, below, "/", file.name()), false, draft_, document));
  if (!file.media_type().empty()) document.set_media_type(file.media_type());
  if (!file.language().empty()) document.set_language(file.language());
  document.set_title(file.title());
  return absl::OkStatus();
}

absl::Status Composition::Open(const v1::File& file,
                               const std::string& field,
                               const std::string& below,
                               const Documents& documents) {
  ROG_RETURN_IF_ERROR(CheckFileName(file.name(), absl::StrCat(field, ".name")));
  if (file.source_case() == v1::File::SOURCE_NOT_SET) {
    return Explained(Error(Reason::FIELD_REQUIRED).Field(field), Sentence::AGENT_FILE_SOURCE);
  }
  auto opened = file.has_document_id() ? documents.OpenClear(file.document_id())
                                       : ClearInMemory(file.content());
  if (!opened.ok()) return WithFieldPrefix(opened.status(), field);
  struct stat found;
  if (fstat(opened->get(), &found) != 0) return Error(Reason::FILE_UNREADABLE).Field(field);
  if (found.st_size == 0) {
    return Explained(Error(Reason::FIELD_INVALID).Field(field), Sentence::FILE_WITH_SOMETHING);
  }
  bytes_ += static_cast<uint64_t>(found.st_size);
  return Link(*std::move(opened), below, file.name());
}

absl::Status Composition::Link(Descriptor file, const std::string& below, const std::string& name) {
  ROG_RETURN_IF_ERROR(CreateFolders(absl::StrCat(folder_, below)));
  const std::string path = absl::StrCat(folder_, below, "/", name);
  const std::string target = PathOfOpen(file);
  files_.push_back(std::move(file));
  if (symlink(target.c_str(), path.c_str()) == 0) return absl::OkStatus();
  return Explained(Error(Reason::FIELD_INVALID).Field(name), Sentence::FILES_OF_DIFFERENT_NAMES);
}

absl::Status Composition::ReadActJson(const v1::SendRequest& request, const Documents& documents) {
  ROG_RETURN_IF_ERROR(CheckOnlyActJson(request));
  auto parsed = client::ParseJsonObject(request.act_json());
  if (!parsed.ok()) return Explained(Error(Reason::ACT_FILE_INVALID), *Said::Of(parsed.status()));
  std::set<std::string> names;
  v1::SendRequest copy = request;
  for (const NamedFile& named : FilesOf(copy)) {
    ROG_RETURN_IF_ERROR(Open(*named.file, named.field, "", documents));
    names.insert(named.file->name());
  }
  ROG_RETURN_IF_ERROR(CheckFilesNamed(*parsed, "", names));
  ROG_ASSIGN_OR_RETURN(Descriptor text, ClearInMemory(request.act_json()));
  ROG_RETURN_IF_ERROR(Link(std::move(text), "", kActFile));
  ROG_ASSIGN_OR_RETURN(draft_, client::ReadActFile(absl::StrCat(folder_, "/", kActFile)));
  if (draft_.request_id.empty() || draft_.request_id == request.request_id()) {
    return absl::OkStatus();
  }
  return Error(Reason::FIELD_INVALID).Field("request_id").Accepted("that of the call");
}

}  // namespace rogatoria::agent
