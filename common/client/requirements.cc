#include "common/client/requirements.h"

#include <algorithm>
#include <memory>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/sentence.h"

namespace rogatoria::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

struct Step {
  std::string name;
  bool each = false;  // followed by []
};
using Steps = std::vector<Step>;

Steps StepsOf(absl::string_view path) {
  Steps steps;
  for (absl::string_view text : absl::StrSplit(path, '.')) {
    const bool each = absl::EndsWith(text, "[]");
    if (each) text.remove_suffix(2);
    steps.push_back({std::string(text), each});
  }
  return steps;
}

// What the first step means: a root of its own, or a field of the content.
const google::protobuf::Descriptor* RootOf(const Steps& steps, size_t& next) {
  next = 1;
  if (steps[0].name == "header") return v1::ActHeader::descriptor();
  if (steps[0].name == "cover_slip") return content::v1::CoverSlip::descriptor();
  next = 0;
  return content::v1::ActContent::descriptor();
}

// The draft's words as the header will have them.
v1::ActHeader HeaderOf(const ActDraft& draft) {
  v1::ActHeader header;
  header.set_channel_class(draft.channel_class);
  *header.mutable_legal_basis() = draft.legal_basis;
  header.set_channel_basis(draft.channel_basis);
  header.set_kind(draft.kind);
  for (const v1::MeasureRef& measure : draft.measures) *header.add_measures() = measure;
  *header.mutable_urgency() = draft.urgency;
  header.set_deadline_effect(draft.deadline_effect);
  header.set_data_class(draft.data_class);
  header.set_language(draft.language);
  header.set_in_reply_to(draft.in_reply_to);
  for (const std::string& related : draft.related_cases) header.add_related_cases(related);
  header.set_originals_follow(draft.originals_follow);
  header.set_confirmation_due(draft.confirmation_due);
  return header;
}

// Follows the steps through one draft and notes where something is missing.
class Search {
 public:
  Search(const Steps& steps, const v1::Requirement& requirement)
      : steps_(steps), requirement_(requirement) {}

  void Look(const Message& message, size_t at, const std::string& place);
  std::vector<std::string> missing;

 private:
  void LookAtEach(const Message& message,
                  const FieldDescriptor& field,
                  size_t at,
                  const std::string& place);
  bool IsAboutElement(const Message& element) const;

  const Steps& steps_;
  const v1::Requirement& requirement_;
};

bool HasValue(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

std::string Below(const std::string& place, const std::string& name) {
  return place.empty() ? name : absl::StrCat(place, ".", name);
}

void Search::Look(const Message& message, size_t at, const std::string& place) {
  const Step& step = steps_[at];
  const FieldDescriptor& field = *message.GetDescriptor()->FindFieldByName(step.name);
  const std::string here = Below(place, step.name);
  if (step.each) return LookAtEach(message, field, at, here);
  if (!HasValue(message, field)) {
    std::string whole = here;
    for (size_t i = at + 1; i < steps_.size(); ++i) whole = Below(whole, steps_[i].name);
    missing.push_back(whole);
  } else if (at + 1 < steps_.size()) {
    Look(message.GetReflection()->GetMessage(message, &field), at + 1, here);
  }
}

// A list of details of measures, which each have their code, is looked at for the measures that the
// requirement is about.
bool Search::IsAboutElement(const Message& element) const {
  const FieldDescriptor* code = element.GetDescriptor()->FindFieldByName("code");
  if (code == nullptr || code->type() != FieldDescriptor::TYPE_STRING) return true;
  const std::string value = element.GetReflection()->GetString(element, code);
  const auto names = [&](const auto& list) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  return (requirement_.measures().empty() || names(requirement_.measures())) &&
         !names(requirement_.except_measures());
}

void Search::LookAtEach(const Message& message,
                        const FieldDescriptor& field,
                        size_t at,
                        const std::string& place) {
  const Reflection& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, &field);
  int looked_at = 0;
  for (int i = 0; i < size; ++i) {
    const Message& element = reflection.GetRepeatedMessage(message, &field, i);
    if (!IsAboutElement(element)) continue;
    ++looked_at;
    if (at + 1 < steps_.size()) Look(element, at + 1, absl::StrCat(place, "[", i, "]"));
  }
  if (looked_at == 0) missing.push_back(place);
}

absl::Status NoSuchStep(absl::string_view path, const Step& step) {
  return Explained(Error(Reason::FIELD_INVALID).Field(path), Sentence::STEP_OF_PATH, step.name);
}

bool IsListOfMessages(const FieldDescriptor& field) {
  return field.is_repeated() && field.type() == FieldDescriptor::TYPE_MESSAGE;
}

bool HasMeasure(const ActDraft& draft,
                const google::protobuf::RepeatedPtrField<std::string>& codes) {
  return std::any_of(draft.measures.begin(), draft.measures.end(), [&](const v1::MeasureRef& m) {
    return std::find(codes.begin(), codes.end(), m.code()) != codes.end();
  });
}

// Whether every measure of the act is among these.
bool HasOnly(const ActDraft& draft, const google::protobuf::RepeatedPtrField<std::string>& codes) {
  return !draft.measures.empty() &&
         std::all_of(draft.measures.begin(), draft.measures.end(), [&](const v1::MeasureRef& m) {
           return std::find(codes.begin(), codes.end(), m.code()) != codes.end();
         });
}

}  // namespace

absl::Status CheckRequirementPath(absl::string_view path) {
  const Steps steps = StepsOf(path);
  size_t next = 0;
  const google::protobuf::Descriptor* type = RootOf(steps, next);
  if (next == steps.size()) return NoSuchStep(path, steps[0]);
  for (size_t i = next; i < steps.size(); ++i) {
    const FieldDescriptor* field = type == nullptr ? nullptr : type->FindFieldByName(steps[i].name);
    if (field == nullptr) return NoSuchStep(path, steps[i]);
    const bool last = i + 1 == steps.size();
    if (steps[i].each ? !IsListOfMessages(*field) : field->is_repeated() && !last) {
      return NoSuchStep(path, steps[i]);
    }
    type = field->type() == FieldDescriptor::TYPE_MESSAGE ? field->message_type() : nullptr;
  }
  return absl::OkStatus();
}

bool Concerns(const v1::Requirement& requirement,
              const ActDraft& draft,
              const std::string& country) {
  const auto& kinds = requirement.kinds();
  return std::find(kinds.begin(), kinds.end(), draft.kind) != kinds.end() &&
         (requirement.instrument().empty() ||
          requirement.instrument() == draft.legal_basis.instrument()) &&
         (requirement.country().empty() || requirement.country() == country) &&
         (requirement.measures().empty() || HasMeasure(draft, requirement.measures())) &&
         !HasOnly(draft, requirement.except_measures());
}

std::vector<std::string> MissingFields(const v1::Requirement& requirement, const ActDraft& draft) {
  const Steps steps = StepsOf(requirement.field());
  size_t next = 0;
  const google::protobuf::Descriptor* root = RootOf(steps, next);
  Search search(steps, requirement);
  if (root == v1::ActHeader::descriptor()) {
    search.Look(HeaderOf(draft), next, "header");
  } else if (root == content::v1::CoverSlip::descriptor()) {
    search.Look(draft.cover_slip, next, "cover_slip");
  } else {
    search.Look(draft.content, next, "");
  }
  return search.missing;
}

}  // namespace rogatoria::client
