#include "common/client/precautions.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/client/typed_content.h"

namespace rogatoria::client {
namespace {

using content::v1::ActContent;
using content::v1::MeasureDetail;
using content::v1::MeasureResult;
using content::v1::Person;
using content::v1::PrecautionAnswer;
using content::v1::VulnerabilityProfile;
using Answers = google::protobuf::RepeatedPtrField<PrecautionAnswer>;

void AddAll(uint32_t ordinal,
            const google::protobuf::RepeatedField<int>& precautions,
            std::vector<AskedPrecaution>& asked) {
  for (const int number : precautions) {
    const AskedPrecaution one{ordinal, static_cast<content::v1::Precaution>(number)};
    if (std::find(asked.begin(), asked.end(), one) == asked.end()) asked.push_back(one);
  }
}

bool IsNamed(const MeasureDetail& measure, const Person& person) {
  const auto& named = measure.person_references();
  return named.empty() || std::find(named.begin(), named.end(), person.reference()) != named.end();
}

// A hearing's own, and those of the persons who are heard.
void AddOfMeasure(const MeasureDetail& measure,
                  const std::vector<Found<Person>>& persons,
                  std::vector<AskedPrecaution>& asked) {
  if (!measure.has_hearing()) return;
  AddAll(measure.ordinal(), measure.hearing().precautions(), asked);
  for (const auto& person : persons) {
    if (IsNamed(measure, *person.message))
      AddAll(measure.ordinal(), person.message->vulnerability().precautions(), asked);
  }
}

bool IsReferral(const ActContent& content) {
  switch (content.content_case()) {
    case ActContent::kDetectionReport:
    case ActContent::kVictimReferral:
    case ActContent::kIntersectoralReferral:
    case ActContent::kShelterPlacement:
    case ActContent::kProtectionRequest:
    case ActContent::kReturnCoordination:
      return true;
    default:
      return false;
  }
}

bool IsAnswered(const Answers& answers, content::v1::Precaution precaution) {
  return std::any_of(answers.begin(), answers.end(), [&](const PrecautionAnswer& answer) {
    if (answer.precaution() != precaution) return false;
    if (answer.precaution_outcome() == content::v1::PRECAUTION_OUTCOME_APPLIED) return true;
    return answer.precaution_outcome() == content::v1::PRECAUTION_OUTCOME_NOT_POSSIBLE &&
           !absl::StripAsciiWhitespace(answer.reasons()).empty();
  });
}

// Where nothing was done no precaution was either.
bool WasCarriedOut(const MeasureResult& measure) {
  return measure.outcome() == v1::MEASURE_OUTCOME_EXECUTED ||
         measure.outcome() == v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED;
}

void LookFor(const std::vector<AskedPrecaution>& asked,
             uint32_t ordinal,
             const Answers& answers,
             const std::string& field,
             std::vector<UnansweredPrecaution>& left_out) {
  for (const AskedPrecaution& one : asked) {
    if (one.ordinal == ordinal && !IsAnswered(answers, one.precaution))
      left_out.push_back({one, field});
  }
}

}  // namespace

std::vector<AskedPrecaution> AskedBy(const ActContent& content) {
  std::vector<AskedPrecaution> asked;
  const auto persons = All<Person>(content, "");
  for (const auto& measure : All<MeasureDetail>(content, ""))
    AddOfMeasure(*measure.message, persons, asked);
  if (!IsReferral(content)) return asked;
  for (const auto& profile : All<VulnerabilityProfile>(content, ""))
    AddAll(0, profile.message->precautions(), asked);
  return asked;
}

bool AnswersPrecautions(const ActContent& content) {
  return content.has_execution_result() || content.has_referral_feedback();
}

std::vector<UnansweredPrecaution> Unanswered(const std::vector<AskedPrecaution>& asked,
                                             const ActContent& answer) {
  std::vector<UnansweredPrecaution> left_out;
  const auto& measures = answer.execution_result().measures();
  for (int i = 0; i < measures.size(); ++i) {
    if (!WasCarriedOut(measures[i])) continue;
    const std::string field = absl::StrCat("execution_result.measures[", i, "].precautions");
    LookFor(asked, measures[i].ordinal(), measures[i].precautions(), field, left_out);
  }
  if (answer.has_referral_feedback()) {
    LookFor(asked,
            0,
            answer.referral_feedback().precautions(),
            "referral_feedback.precautions",
            left_out);
  }
  return left_out;
}

std::string NamesOf(const std::vector<UnansweredPrecaution>& left_out) {
  return absl::StrJoin(left_out, ", ", [](std::string* out, const UnansweredPrecaution& one) {
    const auto* value =
        content::v1::Precaution_descriptor()->FindValueByNumber(one.asked.precaution);
    absl::StrAppend(out, value == nullptr ? "?" : CodeOf(*value));
    if (one.asked.ordinal != 0) absl::StrAppend(out, " (", one.asked.ordinal, ")");
  });
}

}  // namespace rogatoria::client
