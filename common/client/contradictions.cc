// What the content of an act says against its header.
#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/client/content_rules.h"
#include "common/client/measure_codes.h"
#include "common/client/typed_content.h"

namespace rogatoria::client {
namespace {

using content::v1::ActContent;
using content::v1::CoverSlip;
using content::v1::Discrepancy;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A measure as some message of the content names it.
struct NamedMeasure {
  uint32_t ordinal = 0;
  std::string code;
  int outcome = 0;
  std::string path;
};

// What is looked at, and what was found so far.
constexpr size_t kMostContradictions = 100;

struct Look {
  const v1::ActHeader& header;
  const CoverSlip& cover_slip;
  const ActContent& content;
  std::vector<Discrepancy> found;

  // A person reads the first and asks the sender; more would only fill a message.
  bool IsFull() const { return found.size() >= kMostContradictions; }
  void Add(content::v1::DiscrepancyCode code,
           const std::string& field,
           const std::string& stated,
           const std::string& in_content) {
    if (IsFull()) return;
    Discrepancy& discrepancy = found.emplace_back();
    discrepancy.set_discrepancy_code(code);
    discrepancy.set_field(field);
    discrepancy.set_stated(stated);
    discrepancy.set_found(in_content);
  }
};

std::string KindText(v1::ActKind kind) {
  const auto* value = v1::ActKind_descriptor()->FindValueByNumber(kind);
  return value == nullptr ? absl::StrCat(static_cast<int>(kind)) : CodeOf(*value);
}

void LookAtKind(Look& look) {
  const v1::ActKind kind = KindOfContent(look.content);
  if (kind == v1::ACT_KIND_UNSPECIFIED || kind == look.header.kind()) return;
  look.Add(content::v1::DISCREPANCY_CODE_KIND,
           ContentFieldOf(kind)->name(),
           KindText(look.header.kind()),
           KindText(kind));
}

// Messages with number, code and perhaps outcome: details, decisions, results. A draft for review
// asks for nothing yet.
std::vector<NamedMeasure> MeasuresIn(const ActContent& content) {
  std::vector<NamedMeasure> named;
  if (content.has_draft_request_review()) return named;
  EachField(content, "", [&](const Message& message, const FieldDescriptor& field, const auto& at) {
    const auto* ordinal = message.GetDescriptor()->FindFieldByName("ordinal");
    const auto* code = message.GetDescriptor()->FindFieldByName("code");
    if (ordinal == nullptr || code == nullptr) return;
    if (!named.empty() && named.back().path == at) return;  // by an earlier field of it
    const auto* outcome = message.GetDescriptor()->FindFieldByName("outcome");
    const auto& values = *message.GetReflection();
    named.push_back({values.GetUInt32(message, ordinal),
                     values.GetString(message, code),
                     outcome == nullptr ? 0 : values.GetEnumValue(message, outcome),
                     at});
    static_cast<void>(field);
  });
  return named;
}

// The header's measure that a content means: by number, else by code.
const v1::MeasureRef* Meant(const v1::ActHeader& header, const NamedMeasure& named) {
  for (const v1::MeasureRef& measure : header.measures()) {
    if (named.ordinal != 0 ? measure.ordinal() == named.ordinal : measure.code() == named.code)
      return &measure;
  }
  return nullptr;
}

std::string MeasureText(uint32_t ordinal, const std::string& code) {
  return ordinal == 0   ? code
         : code.empty() ? absl::StrCat(ordinal)
                        : absl::StrCat(ordinal, " ", code);
}

std::string MeasuresText(const v1::ActHeader& header) {
  std::vector<std::string> texts;
  for (const v1::MeasureRef& measure : header.measures())
    texts.push_back(MeasureText(measure.ordinal(), measure.code()));
  return absl::StrJoin(texts, ", ");
}

std::string OutcomeText(int outcome) {
  const auto* value = v1::MeasureOutcome_descriptor()->FindValueByNumber(outcome);
  return value == nullptr ? absl::StrCat(outcome) : CodeOf(*value);
}

void LookAtMeasure(const NamedMeasure& named, Look& look) {
  if (named.ordinal == 0 && named.code.empty()) return;
  const v1::MeasureRef* measure = Meant(look.header, named);
  const bool other_code = measure != nullptr && !measure->code().empty() && !named.code.empty() &&
                          measure->code() != named.code;
  if (measure == nullptr || other_code) {
    look.Add(content::v1::DISCREPANCY_CODE_MEASURES,
             named.path,
             MeasuresText(look.header),
             MeasureText(named.ordinal, named.code));
  } else if (named.outcome != 0 && measure->outcome() != named.outcome) {
    look.Add(content::v1::DISCREPANCY_CODE_OUTCOMES,
             named.path,
             OutcomeText(measure->outcome()),
             OutcomeText(named.outcome));
  }
}

void LookAtMeasures(Look& look) {
  if (look.header.measures().empty()) return;
  const std::vector<NamedMeasure> named = MeasuresIn(look.content);
  for (const NamedMeasure& measure : named) LookAtMeasure(measure, look);
  // A request that details some of its measures details all of them.
  if (!look.content.has_request() || look.content.request().measures().empty()) return;
  for (const v1::MeasureRef& measure : look.header.measures()) {
    const bool detailed = std::any_of(named.begin(), named.end(), [&](const NamedMeasure& one) {
      return Meant(look.header, one) == &measure;
    });
    if (detailed) continue;
    look.Add(content::v1::DISCREPANCY_CODE_MEASURES,
             "request.measures",
             MeasureText(measure.ordinal(), measure.code()),
             "");
  }
}

// Numbers of measures by themselves: of questions, of a withdrawal.
void LookAtOrdinals(Look& look) {
  if (look.header.measures().empty()) return;
  const auto check = [&](uint32_t ordinal, const std::string& path) {
    if (ordinal == 0 || look.IsFull() || Meant(look.header, {ordinal, "", 0, ""}) != nullptr)
      return;
    look.Add(content::v1::DISCREPANCY_CODE_MEASURES,
             path,
             MeasuresText(look.header),
             absl::StrCat(ordinal));
  };
  EachField(
      look.content, "", [&](const Message& message, const FieldDescriptor& field, const auto& at) {
        if (field.cpp_type() != FieldDescriptor::CPPTYPE_UINT32) return;
        const std::string path = JoinPath(at, field.name());
        const auto& values = *message.GetReflection();
        if (field.name() == "measure_ordinal") check(values.GetUInt32(message, &field), path);
        if (!field.is_repeated()) return;
        for (int i = 0; i < values.FieldSize(message, &field); ++i)
          check(values.GetRepeatedUInt32(message, &field, i), path);
      });
}

// The code says which detail a measure has.
void LookAtDetails(Look& look) {
  for (const auto& detail : All<content::v1::MeasureDetail>(look.content, "")) {
    const auto* chosen = detail.message->GetReflection()->GetOneofFieldDescriptor(
        *detail.message, content::v1::MeasureDetail::descriptor()->FindOneofByName("detail"));
    const NamedMeasure named{detail.message->ordinal(), detail.message->code(), 0, ""};
    const v1::MeasureRef* measure = Meant(look.header, named);
    const std::string code =
        named.code.empty() && measure != nullptr ? measure->code() : named.code;
    if (chosen == nullptr || code.empty()) continue;
    for (const MeasureGroup& group : MeasureGroups()) {
      const bool mine =
          std::find(group.codes.begin(), group.codes.end(), code) != group.codes.end();
      if (!mine || group.detail == chosen->name()) continue;
      look.Add(
          content::v1::DISCREPANCY_CODE_MEASURES, detail.path, code, std::string(chosen->name()));
    }
  }
}

// Answers to terms, against the outcome of their measure.
void LookAtConditions(Look& look) {
  for (const content::v1::ConditionAnswer& answer : look.content.conditions_reply().answers()) {
    const v1::MeasureRef* measure = Meant(look.header, {answer.measure_ordinal(), "", 0, ""});
    if (measure == nullptr || measure->outcome() != v1::MEASURE_OUTCOME_ACCEPTED) continue;
    if (answer.accepted()) continue;
    look.Add(
        content::v1::DISCREPANCY_CODE_OUTCOMES, "conditions_reply.answers", "ACCEPTED", "DECLINED");
  }
}

// An item that must come back, of a measure whose items do not.
void LookAtItems(Look& look) {
  for (const content::v1::Item& item : look.content.evidence_transfer().items()) {
    const v1::MeasureRef* measure = Meant(look.header, {item.measure_ordinal(), "", 0, ""});
    if (measure == nullptr || measure->outcome() != v1::MEASURE_OUTCOME_TRANSMITTED) continue;
    if (!item.return_required()) continue;
    look.Add(content::v1::DISCREPANCY_CODE_OUTCOMES,
             "evidence_transfer.items",
             "TRANSMITTED",
             "ITEMS_TO_RETURN");
  }
}

void LookAtCase(Look& look) {
  const std::string& written_for = look.content.written_for();
  if (!written_for.empty() && written_for != look.header.case_id()) {
    look.Add(content::v1::DISCREPANCY_CODE_CASE, "written_for", look.header.case_id(), written_for);
  }
  const std::string& request = look.content.preservation_follow_up().request_case();
  const auto& related = look.header.related_cases();
  if (!request.empty() && std::find(related.begin(), related.end(), request) == related.end()) {
    look.Add(content::v1::DISCREPANCY_CODE_CASE,
             "preservation_follow_up.request_case",
             absl::StrJoin(related, ", "),
             request);
  }
}

absl::string_view PrimaryOf(absl::string_view language) {
  return language.substr(0, language.find('-'));
}

// The letter or one of its translations is in the language that the header states.
void LookAtLanguage(Look& look) {
  std::set<std::string> languages;
  const content::v1::Letter& letter = look.content.letter();
  if (!letter.document().language().empty()) languages.insert(letter.document().language());
  for (const auto& translation : letter.translations()) {
    if (!translation.language().empty()) languages.insert(translation.language());
  }
  if (languages.empty() || look.header.language().empty()) return;
  for (const std::string& language : languages) {
    if (PrimaryOf(language) == PrimaryOf(look.header.language())) return;
  }
  look.Add(content::v1::DISCREPANCY_CODE_LANGUAGE,
           "letter",
           look.header.language(),
           absl::StrJoin(languages, ", "));
}

// A document without bytes is one that the header attaches, each under a number of its own.
void LookAtDocuments(Look& look) {
  int attached = 0;
  std::set<uint32_t> numbers;
  for (const auto& document : All<content::v1::Document>(look.content, "")) {
    const content::v1::Document& one = *document.message;
    const bool named = !one.file_name().empty() || !one.title().empty() || one.has_attached();
    attached += named && one.content().empty() ? 1 : 0;
    if (one.has_attached()) numbers.insert(one.attached().number());
  }
  const auto count = static_cast<uint32_t>(look.header.documents_size());
  const bool numbered = numbers.empty() || (numbers.size() == count && *numbers.begin() == 1 &&
                                            *numbers.rbegin() == count);
  if (attached == look.header.documents_size() && numbered) return;
  look.Add(content::v1::DISCREPANCY_CODE_DOCUMENTS,
           "documents",
           absl::StrCat(count),
           absl::StrCat(numbered ? static_cast<size_t>(attached) : numbers.size()));
}

bool IsSensitive(const content::v1::Person& person) {
  return person.role() == content::v1::PERSON_ROLE_VICTIM ||
         person.role() == content::v1::PERSON_ROLE_PRESUMED_VICTIM ||
         person.minority() == content::v1::MINORITY_YES ||
         person.minority() == content::v1::MINORITY_PRESUMED || person.protected_witness() ||
         !person.gender_identity().empty() ||
         person.data_subject() == content::v1::DATA_SUBJECT_CATEGORY_VICTIM;
}

// Whose data a document or a piece of information says it holds.
v1::DataClass ClassOf(const Message& message, const FieldDescriptor& field) {
  const auto& values = *message.GetReflection();
  for (int i = 0; i < values.FieldSize(message, &field); ++i) {
    if (values.GetRepeatedEnumValue(message, &field, i) ==
        content::v1::DATA_SUBJECT_CATEGORY_VICTIM)
      return v1::DATA_CLASS_SENSITIVE;
  }
  return v1::DATA_CLASS_OPERATIONAL;
}

void LookAtDataClass(Look& look) {
  v1::DataClass holds = v1::DATA_CLASS_NONE;
  std::string where;
  const auto raise = [&](v1::DataClass data_class, const std::string& path) {
    if (data_class <= holds) return;
    holds = data_class;
    where = path;
  };
  for (const auto& official : All<content::v1::Official>(look.content, "")) {
    if (!official.message->name().empty()) raise(v1::DATA_CLASS_ADMINISTRATIVE, official.path);
  }
  for (const auto& person : All<content::v1::Person>(look.content, "")) {
    raise(IsSensitive(*person.message) ? v1::DATA_CLASS_SENSITIVE : v1::DATA_CLASS_OPERATIONAL,
          person.path);
  }
  EachField(
      look.content, "", [&](const Message& message, const FieldDescriptor& field, const auto& at) {
        if (field.name() == "data_subjects")
          raise(ClassOf(message, field), JoinPath(at, field.name()));
      });
  if (look.header.data_class() == v1::DATA_CLASS_UNSPECIFIED || holds <= look.header.data_class())
    return;
  look.Add(content::v1::DISCREPANCY_CODE_DATA_CLASS,
           where,
           CodeOf(*v1::DataClass_descriptor()->FindValueByNumber(look.header.data_class())),
           CodeOf(*v1::DataClass_descriptor()->FindValueByNumber(holds)));
}

bool Has(const google::protobuf::RepeatedField<int>& codes, content::v1::HandlingCode code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

bool GivesEvidence(const v1::ActHeader& header) {
  return (header.kind() == v1::ACT_KIND_EXECUTION_RESULT ||
          header.kind() == v1::ACT_KIND_EVIDENCE_TRANSFER) &&
         header.channel_class() != v1::CHANNEL_CLASS_INFORMAL;
}

// Evidence that must not be shown in court is none; H3 and its text go together.
void LookAtHandling(Look& look) {
  const auto check = [&](const google::protobuf::RepeatedField<int>& codes,
                         const std::string& restriction,
                         const std::string& path) {
    if (Has(codes, content::v1::HANDLING_CODE_H1) && GivesEvidence(look.header))
      look.Add(content::v1::DISCREPANCY_CODE_HANDLING, path, KindText(look.header.kind()), "H1");
    if (Has(codes, content::v1::HANDLING_CODE_H3) == restriction.empty())
      look.Add(content::v1::DISCREPANCY_CODE_HANDLING, path, "", "H3");
  };
  check(look.cover_slip.handling(), look.cover_slip.handling_restriction(), "cover_slip.handling");
  for (const auto& limits : All<content::v1::UseLimitation>(look.content, "")) {
    check(limits.message->handling(),
          limits.message->restriction(),
          JoinPath(limits.path, "handling"));
  }
}

// The authority that an act is forwarded to is its first recipient.
void LookAtRecipient(Look& look) {
  const std::string& competent = look.content.forwarding_notice().competent_authority();
  if (competent.empty() || look.header.recipients().empty()) return;
  if (look.header.recipients(0).authority() == competent) return;
  look.Add(content::v1::DISCREPANCY_CODE_RECIPIENT,
           "forwarding_notice.competent_authority",
           look.header.recipients(0).authority(),
           competent);
}

constexpr std::array kLooks = {LookAtKind,
                               LookAtMeasures,
                               LookAtOrdinals,
                               LookAtDetails,
                               LookAtConditions,
                               LookAtItems,
                               LookAtCase,
                               LookAtLanguage,
                               LookAtDocuments,
                               LookAtDataClass,
                               LookAtHandling,
                               LookAtRecipient};

}  // namespace

std::vector<Discrepancy> Contradictions(const v1::ActHeader& header,
                                        const CoverSlip& cover_slip,
                                        const ActContent& content) {
  Look look{header, cover_slip, content, {}};
  for (const auto look_at : kLooks) look_at(look);
  return std::move(look.found);
}

}  // namespace rogatoria::client
