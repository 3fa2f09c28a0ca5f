#include "common/client/precautions.h"

#include <algorithm>
#include <functional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/client/measure_codes.h"
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

constexpr char kInMeasure[] = "precautions";
constexpr char kInResult[] = "execution_result.measures";

bool AsksForMeasures(v1::ActKind kind) {
  return kind == v1::ACT_KIND_REQUEST || kind == v1::ACT_KIND_SUPPLEMENT;
}

bool IsReferral(v1::ActKind kind) {
  switch (kind) {
    case v1::ACT_KIND_DETECTION_REPORT:
    case v1::ACT_KIND_VICTIM_REFERRAL:
    case v1::ACT_KIND_INTERSECTORAL_REFERRAL:
    case v1::ACT_KIND_SHELTER_PLACEMENT:
    case v1::ACT_KIND_PROTECTION_REQUEST:
    case v1::ACT_KIND_RETURN_COORDINATION:
      return true;
    default:
      return false;
  }
}

// ---- what is asked

// A measure that is asked for: by the header, by the content, or by both.
struct AskedMeasure {
  uint32_t ordinal;
  bool is_hearing;
  const MeasureDetail* detail;  // nullptr where the content says nothing of it
};

bool IsHearing(const std::string& code) {
  const auto& groups = MeasureGroups();
  return std::any_of(groups.begin(), groups.end(), [&](const MeasureGroup& group) {
    return group.detail == "hearing" &&
           std::find(group.codes.begin(), group.codes.end(), code) != group.codes.end();
  });
}

// By its number; a content that leaves that out is understood by the code.
template <typename Described>
uint32_t OrdinalOf(const Described& described, const std::vector<v1::MeasureRef>& named) {
  if (described.ordinal() != 0 || described.code().empty()) return described.ordinal();
  for (const v1::MeasureRef& measure : named)
    if (measure.code() == described.code()) return measure.ordinal();
  return 0;
}

void Merge(const std::vector<v1::MeasureRef>& named, std::vector<AskedMeasure>& measures) {
  for (const v1::MeasureRef& one : named) {
    const auto known = std::find_if(measures.begin(), measures.end(), [&](const auto& measure) {
      return measure.ordinal == one.ordinal();
    });
    if (known == measures.end()) {
      measures.push_back({one.ordinal(), IsHearing(one.code()), nullptr});
    } else {
      known->is_hearing |= IsHearing(one.code());
    }
  }
}

// An act that names none means those of its case; a case that asked for none is a referral.
std::vector<AskedMeasure> MeasuresOf(const ActInView& act,
                                     const std::vector<v1::MeasureRef>& of_case) {
  const std::vector<v1::MeasureRef>& known = act.measures.empty() ? of_case : act.measures;
  std::vector<AskedMeasure> measures;
  for (const auto& found : All<MeasureDetail>(act.content, "")) {
    const MeasureDetail& detail = *found.message;
    measures.push_back(
        {OrdinalOf(detail, known), detail.has_hearing() || IsHearing(detail.code()), &detail});
  }
  Merge(measures.empty() ? known : act.measures, measures);
  if (measures.empty()) measures.push_back({kWholeReferral, false, nullptr});
  return measures;
}

// Precautions are of hearings; where nobody is heard they are of whatever is done.
std::vector<AskedMeasure> WithPrecautions(const ActInView& act,
                                          const std::vector<v1::MeasureRef>& of_case) {
  std::vector<AskedMeasure> measures = MeasuresOf(act, of_case);
  const auto hears = [](const AskedMeasure& one) { return one.is_hearing; };
  if (std::any_of(measures.begin(), measures.end(), hears))
    measures.erase(std::remove_if(measures.begin(), measures.end(), std::not_fn(hears)),
                   measures.end());
  return measures;
}

void Add(const AskedPrecaution& one, std::vector<AskedPrecaution>& asked) {
  if (one.precaution == content::v1::PRECAUTION_UNSPECIFIED) return;
  if (std::find(asked.begin(), asked.end(), one) == asked.end()) asked.push_back(one);
}

void AddAll(uint32_t ordinal,
            const google::protobuf::RepeatedField<int>& precautions,
            std::vector<AskedPrecaution>& asked) {
  for (const int number : precautions)
    Add({ordinal, static_cast<content::v1::Precaution>(number)}, asked);
}

bool IsNamed(const MeasureDetail* measure, const Person& person) {
  if (measure == nullptr || measure->person_references().empty()) return true;
  const auto& named = measure->person_references();
  return std::find(named.begin(), named.end(), person.reference()) != named.end();
}

// Its own, and those of the persons whom it is about.
void AddOfMeasure(const AskedMeasure& measure,
                  const std::vector<Found<Person>>& persons,
                  std::vector<AskedPrecaution>& asked) {
  if (measure.detail != nullptr)
    AddAll(measure.ordinal, measure.detail->hearing().precautions(), asked);
  for (const auto& person : persons) {
    if (IsNamed(measure.detail, *person.message))
      AddAll(measure.ordinal, person.message->vulnerability().precautions(), asked);
  }
}

// At a glance the slip repeats what stands in the content; what it alone has is asked for as well.
void AddOfSlip(const ActInView& act,
               const std::vector<uint32_t>& ordinals,
               std::vector<AskedPrecaution>& asked) {
  const std::vector<AskedPrecaution> inside = asked;
  for (const int number : act.cover_slip.precautions()) {
    const bool repeated = std::any_of(
        inside.begin(), inside.end(), [&](const auto& one) { return one.precaution == number; });
    if (repeated) continue;
    for (const uint32_t ordinal : ordinals)
      Add({ordinal, static_cast<content::v1::Precaution>(number)}, asked);
  }
}

std::vector<AskedPrecaution> AskedByRequest(const ActInView& act,
                                            const std::vector<v1::MeasureRef>& of_case) {
  std::vector<AskedPrecaution> asked;
  std::vector<uint32_t> ordinals;
  const auto persons = All<Person>(act.content, "");
  for (const AskedMeasure& measure : WithPrecautions(act, of_case)) {
    AddOfMeasure(measure, persons, asked);
    ordinals.push_back(measure.ordinal);
  }
  AddOfSlip(act, ordinals, asked);
  return asked;
}

std::vector<AskedPrecaution> AskedByReferral(const ActInView& act) {
  std::vector<AskedPrecaution> asked;
  for (const auto& profile : All<VulnerabilityProfile>(act.content, ""))
    AddAll(kWholeReferral, profile.message->precautions(), asked);
  AddOfSlip(act, {kWholeReferral}, asked);
  return asked;
}

// ---- what is answered

bool IsAnswered(const Answers& answers, content::v1::Precaution precaution) {
  return std::any_of(answers.begin(), answers.end(), [&](const PrecautionAnswer& answer) {
    if (answer.precaution() != precaution) return false;
    if (answer.precaution_outcome() == content::v1::PRECAUTION_OUTCOME_APPLIED) return true;
    return answer.precaution_outcome() == content::v1::PRECAUTION_OUTCOME_NOT_POSSIBLE &&
           !absl::StripAsciiWhitespace(answer.reasons()).empty();
  });
}

// Where nothing was done no precaution was either.
bool IsCarriedOut(v1::MeasureOutcome outcome) {
  return outcome == v1::MEASURE_OUTCOME_EXECUTED ||
         outcome == v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED;
}

// By the header, which nobody can leave open, and by what the content adds to it.
std::vector<uint32_t> CarriedOut(const ActInView& act) {
  std::vector<uint32_t> ordinals;
  const auto add = [&](uint32_t ordinal, v1::MeasureOutcome outcome) {
    const bool known = std::find(ordinals.begin(), ordinals.end(), ordinal) != ordinals.end();
    if (IsCarriedOut(outcome) && !known) ordinals.push_back(ordinal);
  };
  for (const v1::MeasureRef& measure : act.measures) add(measure.ordinal(), measure.outcome());
  for (const MeasureResult& measure : act.content.execution_result().measures())
    add(OrdinalOf(measure, act.measures), measure.outcome());
  return ordinals;
}

// What a result says of one measure, and where; the place to say it where it says nothing.
struct Given {
  std::string field = absl::StrCat(kInResult, "[].", kInMeasure);
  Answers answers = {};
};

Given GivenFor(uint32_t ordinal, const ActInView& act) {
  Given given;
  const auto& measures = act.content.execution_result().measures();
  for (int i = measures.size() - 1; i >= 0; --i) {
    if (OrdinalOf(measures[i], act.measures) != ordinal) continue;
    given.field = absl::StrCat(kInResult, "[", i, "].", kInMeasure);
    given.answers.MergeFrom(measures[i].precautions());
  }
  return given;
}

void LookFor(const std::vector<AskedPrecaution>& asked,
             uint32_t ordinal,
             const Given& given,
             std::vector<UnansweredPrecaution>& left_out) {
  for (const AskedPrecaution& one : asked) {
    if (one.ordinal == ordinal && !IsAnswered(given.answers, one.precaution))
      left_out.push_back({one, given.field});
  }
}

bool IsDeclined(const ActInView& act) {
  return act.kind == v1::ACT_KIND_REFERRAL_ANSWER && !act.measures.empty() &&
         std::all_of(act.measures.begin(), act.measures.end(), [](const v1::MeasureRef& measure) {
           return measure.outcome() == v1::MEASURE_OUTCOME_DECLINED;
         });
}

std::string CodeOfPrecaution(content::v1::Precaution precaution) {
  const auto* value = content::v1::Precaution_descriptor()->FindValueByNumber(precaution);
  return value == nullptr ? "?" : CodeOf(*value);
}

}  // namespace

ActInView InView(const ActDraft& draft) {
  return {draft.kind, draft.measures, draft.cover_slip, draft.content};
}

ActInView InView(const OpenedAct& opened) {
  return {opened.header.kind(),
          {opened.header.measures().begin(), opened.header.measures().end()},
          opened.cover_slip,
          opened.content};
}

std::vector<AskedPrecaution> AskedBy(const ActInView& act,
                                     const std::vector<v1::MeasureRef>& of_case) {
  if (AsksForMeasures(act.kind)) return AskedByRequest(act, of_case);
  return IsReferral(act.kind) ? AskedByReferral(act) : std::vector<AskedPrecaution>();
}

bool AskedInCase::Changes(v1::ActKind kind, bool by_answerer) {
  return by_answerer ? kind == v1::ACT_KIND_REFERRAL_ANSWER
                     : AsksForMeasures(kind) || IsReferral(kind);
}

void AskedInCase::Take(const ActInView& act) {
  if (IsDeclined(act)) {
    std::erase_if(precautions_,
                  [](const AskedPrecaution& one) { return one.ordinal == kWholeReferral; });
  }
  for (const AskedPrecaution& one : AskedBy(act, measures_)) Add(one, precautions_);
  if (AsksForMeasures(act.kind))
    measures_.insert(measures_.end(), act.measures.begin(), act.measures.end());
}

bool AnswersPrecautions(v1::ActKind kind) {
  return kind == v1::ACT_KIND_EXECUTION_RESULT || kind == v1::ACT_KIND_REFERRAL_FEEDBACK;
}

std::vector<UnansweredPrecaution> Unanswered(const std::vector<AskedPrecaution>& asked,
                                             const ActInView& answer) {
  std::vector<UnansweredPrecaution> left_out;
  if (answer.kind == v1::ACT_KIND_EXECUTION_RESULT) {
    for (const uint32_t ordinal : CarriedOut(answer))
      LookFor(asked, ordinal, GivenFor(ordinal, answer), left_out);
  }
  if (answer.kind == v1::ACT_KIND_REFERRAL_FEEDBACK) {
    LookFor(asked,
            kWholeReferral,
            {kFieldOfFeedback, answer.content.referral_feedback().precautions()},
            left_out);
  }
  return left_out;
}

bool IsInBalance(v1::ActKind kind) {
  return IsReferral(kind) || kind == v1::ACT_KIND_REFERRAL_ANSWER ||
         kind == v1::ACT_KIND_REFERRAL_FEEDBACK;
}

void TakeIntoBalance(const ActInView& act, std::vector<AskedPrecaution>& open) {
  if (IsReferral(act.kind)) {
    for (const AskedPrecaution& one : AskedBy(act)) Add(one, open);
    return;
  }
  if (IsDeclined(act)) return open.clear();
  const bool feedback = act.kind == v1::ACT_KIND_REFERRAL_FEEDBACK;
  const Answers& answers = feedback ? act.content.referral_feedback().precautions()
                                    : act.content.referral_answer().precautions();
  open.erase(std::remove_if(
                 open.begin(),
                 open.end(),
                 [&](const AskedPrecaution& one) { return IsAnswered(answers, one.precaution); }),
             open.end());
}

std::string NameOf(const AskedPrecaution& asked) {
  const std::string code = CodeOfPrecaution(asked.precaution);
  return asked.ordinal == kWholeReferral ? code : absl::StrCat(code, " (", asked.ordinal, ")");
}

std::string NamesOf(const std::vector<UnansweredPrecaution>& left_out) {
  return absl::StrJoin(left_out, ", ", [](std::string* out, const UnansweredPrecaution& one) {
    absl::StrAppend(out, NameOf(one.asked));
  });
}

std::string LinesToAnswer(v1::ActKind kind, const std::vector<UnansweredPrecaution>& left_out) {
  if (left_out.empty()) return "";
  const bool feedback = kind == v1::ACT_KIND_REFERRAL_FEEDBACK;
  const AskedPrecaution& first = left_out.front().asked;
  const std::string measure =
      feedback ? "" : absl::StrCat("[[", kInResult, "]] ordinal = ", first.ordinal, ", ");
  const std::string table = feedback ? kFieldOfFeedback : absl::StrCat(kInResult, ".", kInMeasure);
  return absl::StrCat(measure,
                      "[[",
                      table,
                      "]] precaution = \"",
                      CodeOfPrecaution(first.precaution),
                      "\", precaution_outcome = \"APPLIED\" | \"NOT_POSSIBLE\", reasons = \"...\" "
                      "(rogatoria act new --template ",
                      feedback ? "REFERRAL_FEEDBACK" : "EXECUTION_RESULT",
                      ")");
}

}  // namespace rogatoria::client
