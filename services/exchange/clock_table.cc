// The table of clock_rules.h, and its text.
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "services/exchange/clock_rules.h"
#include "services/exchange/lifecycle.h"

namespace rogatoria {
namespace {

constexpr StateSet Bit(v1::MeasureState state) {
  return StateSet{1} << static_cast<uint32_t>(state);
}

// Every state there is, that has not ended.
StateSet NotEnded() {
  StateSet states = 0;
  for (int number = 1; number < v1::MeasureState_ARRAYSIZE; ++number) {
    const auto state = static_cast<v1::MeasureState>(number);
    if (v1::MeasureState_IsValid(number) && !IsEnded(state)) states |= Bit(state);
  }
  return states;
}

constexpr auto kMla = v1::CASE_TYPE_MLA;
constexpr auto kConsultation = v1::CASE_TYPE_CONSULTATION;
constexpr auto kPreservation = v1::CASE_TYPE_PRESERVATION;
constexpr auto kJit = v1::CASE_TYPE_JIT;
constexpr auto kReferral = v1::CASE_TYPE_REFERRAL;
constexpr auto kRequesting = v1::CASE_ROLE_REQUESTING;
constexpr auto kRequested = v1::CASE_ROLE_REQUESTED;
constexpr auto kNoState = v1::MEASURE_STATE_UNSPECIFIED;

constexpr StateSet kReceived = Bit(v1::MEASURE_STATE_RECEIVED);
constexpr StateSet kForwarded = Bit(v1::MEASURE_STATE_FORWARDED);
constexpr StateSet kInfoRequested = Bit(v1::MEASURE_STATE_INFO_REQUESTED);
constexpr StateSet kInConsultation = Bit(v1::MEASURE_STATE_IN_CONSULTATION);
constexpr StateSet kConditionsProposed = Bit(v1::MEASURE_STATE_CONDITIONS_PROPOSED);
constexpr StateSet kPostponed = Bit(v1::MEASURE_STATE_POSTPONED);
constexpr StateSet kExecutionPostponed = Bit(v1::MEASURE_STATE_EXECUTION_POSTPONED);
constexpr StateSet kExtensionRequested = Bit(v1::MEASURE_STATE_EXTENSION_REQUESTED);
// Whoever has the act in hand owes the next word.
constexpr StateSet kInHand =
    kReceived | kForwarded | Bit(v1::MEASURE_STATE_ACKNOWLEDGED) |
    Bit(v1::MEASURE_STATE_UNDER_ASSESSMENT) | Bit(v1::MEASURE_STATE_INFO_SUPPLIED) |
    Bit(v1::MEASURE_STATE_CONDITIONS_ACCEPTED) | Bit(v1::MEASURE_STATE_CONDITIONS_DECLINED);
// The other side owes it, or it is put off.
constexpr StateSet kNotInHand = kInfoRequested | kInConsultation | kConditionsProposed | kPostponed;
constexpr StateSet kCarriedOut =
    Bit(v1::MEASURE_STATE_ADMITTED) | Bit(v1::MEASURE_STATE_IN_EXECUTION) |
    Bit(v1::MEASURE_STATE_PARTIALLY_EXECUTED) | Bit(v1::MEASURE_STATE_ORDERED);
constexpr StateSet kPreserved =
    Bit(v1::MEASURE_STATE_PRESERVED) | Bit(v1::MEASURE_STATE_EXTENDED) | kExtensionRequested;

constexpr StateSet kTakenUp = Bit(v1::MEASURE_STATE_ACCEPTED) | Bit(v1::MEASURE_STATE_OFFERED);
constexpr StateSet kBegun = Bit(v1::MEASURE_STATE_PLACED) | Bit(v1::MEASURE_STATE_IN_SERVICES);
constexpr StateSet kFeedbackGiven = Bit(v1::MEASURE_STATE_FEEDBACK_GIVEN);
constexpr StateSet kFirstFollowUp = Bit(v1::MEASURE_STATE_FIRST_FOLLOW_UP);
constexpr StateSet kSecondFollowUp = Bit(v1::MEASURE_STATE_SECOND_FOLLOW_UP);

// clang-format off
std::vector<ClockRule> MakeRules() {
  return {
      // clock, case types (none: all), runs in, held in, whose, starts anew on entering
      {v1::DEADLINE_CLOCK_ACKNOWLEDGE, {}, kReceived | kForwarded, 0, kRequested, kNoState},
      {v1::DEADLINE_CLOCK_DECIDE, {kMla, kPreservation, kJit, kReferral}, kInHand, kNotInHand, kRequested, kNoState},
      {v1::DEADLINE_CLOCK_EXECUTE, {kMla, kPreservation}, kCarriedOut, kExecutionPostponed, kRequested, kNoState},
      // What the executing side asked.
      {v1::DEADLINE_CLOCK_ANSWER, {}, kInfoRequested | kInConsultation, 0, kRequesting, kNoState},
      // What the case itself asks.
      {v1::DEADLINE_CLOCK_ANSWER, {kConsultation}, kInHand, kInfoRequested, kRequested, kNoState},
      {v1::DEADLINE_CLOCK_ANSWER, {kPreservation}, kExtensionRequested, 0, kRequested, kNoState},
      {v1::DEADLINE_CLOCK_REPLY_TO_CONDITIONS, {}, kConditionsProposed, 0, kRequesting, kNoState},
      // Who wants the data has to ask for longer, or to follow up.
      {v1::DEADLINE_CLOCK_PRESERVE_UNTIL, {kPreservation}, kPreserved, 0, kRequesting,
       v1::MEASURE_STATE_EXTENDED},
      {v1::DEADLINE_CLOCK_TRANSFER, {kMla}, Bit(v1::MEASURE_STATE_EXECUTED), 0, kRequested, kNoState},
      {v1::DEADLINE_CLOCK_FEEDBACK, {kReferral}, kTakenUp | kBegun, 0, kRequested, kNoState},
      // All three from the day on which the services began.
      {v1::DEADLINE_CLOCK_FIRST_FOLLOW_UP, {kReferral}, kBegun | kFeedbackGiven, 0, kRequested, kNoState},
      {v1::DEADLINE_CLOCK_SECOND_FOLLOW_UP, {kReferral}, kBegun | kFeedbackGiven | kFirstFollowUp, 0, kRequested,
       kNoState},
      {v1::DEADLINE_CLOCK_THIRD_FOLLOW_UP, {kReferral},
       kBegun | kFeedbackGiven | kFirstFollowUp | kSecondFollowUp, 0, kRequested, kNoState},
      {v1::DEADLINE_CLOCK_WISHED_DATE, {}, NotEnded(), 0, kRequested, kNoState},
  };
}
// clang-format on

std::string Short(absl::string_view name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

std::string StatesText(StateSet states) {
  if (states == 0) return "—";
  if (states == NotEnded()) return "every state that has not ended";
  std::vector<std::string> names;
  for (int number = 1; number < v1::MeasureState_ARRAYSIZE; ++number) {
    const auto state = static_cast<v1::MeasureState>(number);
    if (!Contains(states, state)) continue;
    names.push_back(Short(v1::MeasureState_Name(state), "MEASURE_STATE_"));
  }
  return absl::StrJoin(names, ", ");
}

std::string TypesText(const std::vector<v1::CaseType>& types) {
  if (types.empty()) return "all";
  return absl::StrJoin(types, ", ", [](std::string* out, v1::CaseType type) {
    absl::StrAppend(out, Short(v1::CaseType_Name(type), "CASE_TYPE_"));
  });
}

}  // namespace

bool Contains(StateSet states, v1::MeasureState state) {
  return (states & Bit(state)) != 0;
}

absl::Span<const ClockRule> ClockTable() {
  static const auto& table = *new std::vector<ClockRule>(MakeRules());
  return table;
}

std::string DescribeClocks() {
  std::string text =
      "| clock | case types | runs while the measure is | is held while it is | whose deadline |\n"
      "|---|---|---|---|---|\n";
  for (const ClockRule& rule : ClockTable()) {
    absl::StrAppend(&text,
                    "| ",
                    Short(v1::DeadlineClock_Name(rule.clock), "DEADLINE_CLOCK_"),
                    " | ",
                    TypesText(rule.case_types),
                    " | ",
                    StatesText(rule.runs),
                    " | ",
                    StatesText(rule.held),
                    " | ",
                    rule.side == kRequesting ? "requesting" : "requested",
                    " |\n");
  }
  return text;
}

}  // namespace rogatoria
