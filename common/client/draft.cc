#include "common/client/draft.h"

#include <array>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/act_file.h"
#include "common/client/check_act_file.h"
#include "common/client/content_reader.h"
#include "common/client/typed_content.h"

namespace rogatoria::client {
namespace {

struct MediaType {
  absl::string_view ending;
  absl::string_view media_type;
};
constexpr std::array kMediaTypes = {
    MediaType{".pdf", "application/pdf"},
    MediaType{".txt", "text/plain; charset=utf-8"},
    MediaType{".xml", "application/xml"},
    MediaType{".p7m", "application/pkcs7-mime"},
    MediaType{".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    MediaType{".odt", "application/vnd.oasis.opendocument.text"},
    MediaType{".jpg", "image/jpeg"},
    MediaType{".png", "image/png"},
    MediaType{".zip", "application/zip"},
    MediaType{".asice", "application/vnd.etsi.asic-e+zip"},
};

std::string MediaTypeOf(const std::string& path) {
  const std::string ending =
      absl::AsciiStrToLower(std::filesystem::path(path).extension().string());
  for (const MediaType& row : kMediaTypes) {
    if (row.ending == ending) return std::string(row.media_type);
  }
  return "application/octet-stream";
}

// The rest of an act's content is for its texts, which may come after its files.
constexpr size_t kMaxInlineBytes = limits::kMaxContentBytes - limits::kContentReserveBytes;

absl::StatusOr<uint64_t> FileSize(const std::string& path) {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  if (error) return Error(Reason::FILE_UNREADABLE).Field(path);
  return size;
}

template <typename Enum>
Enum ReadEnum(ActFileReader& reader,
              const std::string& key,
              const google::protobuf::EnumDescriptor* descriptor,
              const std::string& prefix) {
  return static_cast<Enum>(reader.Enum(key, *descriptor, prefix));
}

// An empty text names nobody: a template that nobody filled in has one.
void AddAuthority(const std::string& authority, ActDraft& draft) {
  if (!authority.empty()) draft.to.emplace_back().set_authority(authority);
}

absl::Status ReadAddressee(ActFileReader& reader, const ActFile& file, ActDraft& draft) {
  const nlohmann::json* to = reader.Find("to");
  if (to == nullptr) return absl::OkStatus();
  if (to->is_string()) {
    AddAuthority(to->get<std::string>(), draft);
    return absl::OkStatus();
  }
  if (to->is_array()) {
    for (const std::string& authority : reader.Strings("to")) AddAuthority(authority, draft);
    return absl::OkStatus();
  }
  if (!to->is_object()) {
    reader.Complain("to", Said(Sentence::ADDRESSEE));
    return reader.status();
  }
  ActFileReader competence(file, *to, "to");
  auto& wanted = *draft.to.emplace_back().mutable_competence();
  wanted.set_country(competence.String("country"));
  wanted.set_measure(competence.String("measure"));
  wanted.set_territory(competence.String("territory"));
  wanted.set_language(competence.String("language"));
  return competence.Finish();
}

absl::Status ReadLegalBasis(ActFileReader& reader, const ActFile& file, ActDraft& draft) {
  const nlohmann::json* basis = reader.Find("legal_basis");
  if (basis == nullptr) return absl::OkStatus();
  if (basis->is_string()) {
    draft.legal_basis.set_instrument(basis->get<std::string>());
    return absl::OkStatus();
  }
  if (!basis->is_object()) {
    reader.Complain("legal_basis", Said(Sentence::LEGAL_BASIS));
    return reader.status();
  }
  ActFileReader table(file, *basis, "legal_basis");
  draft.legal_basis.set_instrument(table.String("instrument"));
  draft.legal_basis.set_article(table.String("article"));
  return table.Finish();
}

absl::Status ReadMeasures(ActFileReader& reader, const ActFile& file, ActDraft& draft) {
  uint32_t next = 1;
  for (const nlohmann::json* item : reader.Tables("measure")) {
    ActFileReader table(file, *item, absl::StrCat("measure[", next - 1, "]"));
    v1::MeasureRef& measure = draft.measures.emplace_back();
    const uint32_t ordinal = table.Number("number");
    measure.set_ordinal(ordinal == 0 ? next : ordinal);
    measure.set_code(table.String("code"));
    measure.set_outcome(ReadEnum<v1::MeasureOutcome>(
        table, "outcome", v1::MeasureOutcome_descriptor(), "MEASURE_OUTCOME_"));
    ROG_RETURN_IF_ERROR(table.Finish());
    ++next;
  }
  return absl::OkStatus();
}

absl::Status ReadUrgency(ActFileReader& reader, const ActFile& file, ActDraft& draft) {
  const nlohmann::json* urgency = reader.Table("urgency");
  if (urgency == nullptr) return reader.status();
  ActFileReader table(file, *urgency, "urgency");
  draft.urgency.set_level(
      ReadEnum<v1::UrgencyLevel>(table, "level", v1::UrgencyLevel_descriptor(), "URGENCY_LEVEL_"));
  draft.urgency.set_reason(ReadEnum<v1::UrgencyReason>(
      table, "reason", v1::UrgencyReason_descriptor(), "URGENCY_REASON_"));
  if (const std::string wished = table.String("wished_by"); !wished.empty()) {
    const auto instant = Instant::FromString(wished);
    if (instant.ok()) draft.urgency.set_wished_by_unix_ms(instant->unix_ms);
    if (!instant.ok()) table.Complain("wished_by", Said(Sentence::INSTANT_SUCH_AS));
  }
  return table.Finish();
}

absl::Status ReadCoverSlip(ActFileReader& reader, const ActFile& file, ActDraft& draft) {
  const nlohmann::json* slip = reader.Table("cover_slip");
  if (slip == nullptr) return reader.status();
  ActFileReader table(file, *slip, "cover_slip");
  for (const std::string& code : table.Strings("offences"))
    draft.cover_slip.add_offence_codes(code);
  draft.cover_slip.set_victims(table.Bool("victims"));
  draft.cover_slip.set_minors(table.Bool("minors"));
  for (const int code :
       table.Enums("handling", *content::v1::HandlingCode_descriptor(), "HANDLING_CODE_"))
    draft.cover_slip.add_handling(static_cast<content::v1::HandlingCode>(code));
  draft.cover_slip.set_handling_restriction(table.String("handling_restriction"));
  draft.cover_slip.set_source_evaluation(ReadEnum<content::v1::SourceEvaluation>(
      table, "source", content::v1::SourceEvaluation_descriptor(), "SOURCE_EVALUATION_"));
  draft.cover_slip.set_information_evaluation(
      ReadEnum<content::v1::InformationEvaluation>(table,
                                                   "information",
                                                   content::v1::InformationEvaluation_descriptor(),
                                                   "INFORMATION_EVALUATION_"));
  for (const int code :
       table.Enums("precautions", *content::v1::Precaution_descriptor(), "PRECAUTION_"))
    draft.cover_slip.add_precautions(static_cast<content::v1::Precaution>(code));
  for (const int code :
       table.Enums("do_not_contact", *content::v1::ContactManner_descriptor(), "CONTACT_MANNER_"))
    draft.cover_slip.add_do_not_contact(static_cast<content::v1::ContactManner>(code));
  draft.cover_slip.set_sender_reference(table.String("reference"));
  draft.cover_slip.set_subject(table.String("subject"));
  return table.Finish();
}

absl::Status ReadDocuments(ActFileReader& table,
                           const ActFile& file,
                           const std::string& key,
                           ActDraft& draft,
                           google::protobuf::RepeatedPtrField<content::v1::Document>& out) {
  const std::vector<const nlohmann::json*> items = table.Tables(key);
  for (size_t i = 0; i < items.size(); ++i) {
    ROG_RETURN_IF_ERROR(ReadMessage(
        file, *items[i], absl::StrCat(table.PathOf(key), "[", i, "]"), draft, *out.Add()));
  }
  return table.status();
}

absl::Status ReadLetter(ActFileReader& reader, const ActFile& file, ActDraft& draft) {
  const nlohmann::json* letter = reader.Table("letter");
  if (letter == nullptr) return reader.status();
  ActFileReader table(file, *letter, "letter");
  content::v1::Letter& out = *draft.content.mutable_letter();
  out.set_text(table.String("text"));
  const std::string title = table.String("title");
  if (const std::string name = table.String("file"); !name.empty()) {
    ROG_RETURN_IF_ERROR(
        AddFile(PathFrom(file, name), table.Bool("attach"), draft, *out.mutable_document()));
    out.mutable_document()->set_title(title);
  }
  if (const nlohmann::json* limits = table.Table("use_limitation"); limits != nullptr) {
    ROG_RETURN_IF_ERROR(ReadMessage(file,
                                    *limits,
                                    "letter.use_limitation",
                                    draft,
                                    *out.mutable_document()->mutable_use_limitation()));
  }
  ROG_RETURN_IF_ERROR(
      ReadDocuments(table, file, "translation", draft, *out.mutable_translations()));
  ROG_RETURN_IF_ERROR(ReadDocuments(table, file, "enclosure", draft, *out.mutable_enclosures()));
  return table.Finish();
}

absl::Status ReadIdentity(ActFileReader& reader, const ActFile& file, ActDraft& draft) {
  const std::vector<const nlohmann::json*> records = reader.Tables("identity");
  for (size_t i = 0; i < records.size(); ++i) {
    ROG_RETURN_IF_ERROR(ReadMessage(file,
                                    *records[i],
                                    absl::StrCat("identity[", i, "]"),
                                    draft,
                                    *draft.identity.add_records()));
  }
  return reader.status();
}

// The table of the kind, which has the kind's name in small letters. Where the file does not name
// the kind, its table does.
absl::Status ReadTyped(ActFileReader& reader, const ActFile& file, ActDraft& draft) {
  for (int number = v1::ActKind_MIN + 1; number <= v1::ActKind_MAX; ++number) {
    const auto kind = static_cast<v1::ActKind>(number);
    const auto* field = ContentFieldOf(kind);
    if (field == nullptr || !file.root.contains(field->name())) continue;
    if (draft.kind == v1::ACT_KIND_UNSPECIFIED) draft.kind = kind;
    if (draft.kind != kind) {
      const auto* own = ContentFieldOf(draft.kind);
      reader.Complain(field->name(), Said(Sentence::ONE_OF, own == nullptr ? "" : own->name()));
      return reader.status();
    }
    const nlohmann::json* table = reader.Table(field->name());
    if (table == nullptr) return reader.status();
    ROG_RETURN_IF_ERROR(
        ReadMessage(file, *table, field->name(), draft, MutableTyped(kind, draft.content)));
  }
  return reader.status();
}

void ReadCodes(ActFileReader& reader, ActDraft& draft) {
  draft.kind = ReadEnum<v1::ActKind>(reader, "kind", v1::ActKind_descriptor(), "ACT_KIND_");
  draft.channel_class = ReadEnum<v1::ChannelClass>(
      reader, "channel", v1::ChannelClass_descriptor(), "CHANNEL_CLASS_");
  draft.deadline_effect = ReadEnum<v1::DeadlineEffect>(
      reader, "deadline_effect", v1::DeadlineEffect_descriptor(), "DEADLINE_EFFECT_");
  draft.insist =
      ReadEnum<v1::InsistReason>(reader, "insist", v1::InsistReason_descriptor(), "INSIST_REASON_");
  const auto data_class =
      ReadEnum<v1::DataClass>(reader, "data_class", v1::DataClass_descriptor(), "DATA_CLASS_");
  if (data_class != v1::DATA_CLASS_UNSPECIFIED) draft.data_class = data_class;
}

// Under another one than it names, an act that is sent again would be a second act.
std::string ReadRequestId(ActFileReader& reader) {
  std::string id = reader.String("request_id");
  if (!id.empty() && !IsUuid(id)) reader.Complain("request_id", Said(Sentence::UUID_LOWER_CASE));
  return id;
}

absl::StatusOr<ActDraft> ReadDraft(const ActFile& file) {
  ActFileReader reader(file, file.root, "");
  ActDraft draft;
  ReadCodes(reader, draft);
  draft.request_id = ReadRequestId(reader);
  draft.channel_basis = reader.String("channel_basis");
  draft.case_id = reader.String("case");
  draft.in_reply_to = reader.String("in_reply_to");
  draft.language = reader.String("language");
  draft.related_cases = reader.Strings("related_cases");
  draft.originals_follow = reader.Bool("originals_follow");
  draft.confirmation_due = reader.String("confirmation_due");
  ROG_RETURN_IF_ERROR(ReadAddressee(reader, file, draft));
  ROG_RETURN_IF_ERROR(ReadLegalBasis(reader, file, draft));
  ROG_RETURN_IF_ERROR(ReadMeasures(reader, file, draft));
  ROG_RETURN_IF_ERROR(ReadUrgency(reader, file, draft));
  ROG_RETURN_IF_ERROR(ReadCoverSlip(reader, file, draft));
  ROG_RETURN_IF_ERROR(ReadLetter(reader, file, draft));
  draft.content.set_written_for(reader.String("written_for"));
  ROG_RETURN_IF_ERROR(ReadTyped(reader, file, draft));
  ROG_RETURN_IF_ERROR(ReadIdentity(reader, file, draft));
  ROG_RETURN_IF_ERROR(reader.Finish());
  return draft;
}

// Each file that is named becomes one that is there.
void NameInstead(const std::string& path, nlohmann::json& value) {
  if (!value.is_structured()) return;
  for (auto& [key, below] : value.items()) {
    if (value.is_object() && key == "file" && below.is_string()) {
      below = path;
    } else {
      NameInstead(path, below);
    }
  }
}

bool IsInvalidActFile(const absl::Status& status) {
  return HasReason(status, Reason::ACT_FILE_INVALID);
}

}  // namespace

absl::Status AddFile(const std::string& path,
                     bool apart,
                     ActDraft& draft,
                     content::v1::Document& document) {
  ROG_ASSIGN_OR_RETURN(const uint64_t size, FileSize(path));
  if (size == 0) {
    return Explained(Error(Reason::FIELD_INVALID).Field(path), Sentence::FILE_WITH_SOMETHING);
  }
  document.set_file_name(std::filesystem::path(path).filename().string());
  document.set_media_type(MediaTypeOf(path));
  document.set_language(draft.language);
  if (!apart && draft.content.ByteSizeLong() + size <= kMaxInlineBytes) {
    ROG_ASSIGN_OR_RETURN(*document.mutable_content(), ReadFile(path, limits::kMaxContentBytes));
    return absl::OkStatus();
  }
  if (size > limits::kMaxDocumentBytes || draft.attached.size() == limits::kMaxDocuments) {
    return Explained(Error(Reason::LIMIT_EXCEEDED).Field(path),
                     Sentence::DOCUMENTS_AT_MOST,
                     limits::kMaxDocuments,
                     limits::kMaxDocumentBytes);
  }
  draft.attached.emplace_back().path = path;
  document.mutable_attached()->set_number(static_cast<uint32_t>(draft.attached.size()));
  return absl::OkStatus();
}

bool HasBytes(const content::v1::Document& document) {
  return !document.content().empty() || document.has_attached();
}

absl::StatusOr<ActDraft> ReadActFile(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const ActFile file, LoadActFile(path));
  return ReadDraft(file);
}

absl::Status CheckActFile(ActFile file, const std::string& path) {
  NameInstead(AbsolutePath(path), file.root);
  const absl::Status read = ReadDraft(file).status();
  return IsInvalidActFile(read) ? read : absl::OkStatus();
}

}  // namespace rogatoria::client
