// The table of lifecycle.h. A row stands for one transition from each of its states.
#include <vector>

#include "services/exchange/lifecycle.h"

namespace rogatoria {
namespace {

// Sets of states, as bits.
using States = uint32_t;
constexpr States Bit(v1::MeasureState state) {
  return States{1} << static_cast<uint32_t>(state);
}

constexpr States kOpening = Bit(v1::MEASURE_STATE_UNSPECIFIED);
constexpr States kReceived = Bit(v1::MEASURE_STATE_RECEIVED);
constexpr States kAcknowledged = Bit(v1::MEASURE_STATE_ACKNOWLEDGED);
constexpr States kInfoRequested = Bit(v1::MEASURE_STATE_INFO_REQUESTED);
constexpr States kInfoSupplied = Bit(v1::MEASURE_STATE_INFO_SUPPLIED);
constexpr States kAdmitted = Bit(v1::MEASURE_STATE_ADMITTED);
constexpr States kRefused = Bit(v1::MEASURE_STATE_REFUSED);
constexpr States kPostponed = Bit(v1::MEASURE_STATE_POSTPONED);
constexpr States kInExecution = Bit(v1::MEASURE_STATE_IN_EXECUTION);
constexpr States kPartiallyExecuted = Bit(v1::MEASURE_STATE_PARTIALLY_EXECUTED);
constexpr States kExecuted = Bit(v1::MEASURE_STATE_EXECUTED);
constexpr States kNotExecutable = Bit(v1::MEASURE_STATE_NOT_EXECUTABLE);
constexpr States kWithdrawn = Bit(v1::MEASURE_STATE_WITHDRAWN);
constexpr States kClosed = Bit(v1::MEASURE_STATE_CLOSED);

// Nobody has decided yet; the measure is being carried out; either of them.
constexpr States kUndecided =
    kReceived | kAcknowledged | kInfoRequested | kInfoSupplied | kPostponed;
constexpr States kCarriedOut = kAdmitted | kInExecution | kPartiallyExecuted;
constexpr States kNotEnded = kUndecided | kCarriedOut;
constexpr States kAnyMla = kNotEnded | kRefused | kExecuted | kNotExecutable | kWithdrawn | kClosed;
// Spontaneous information is neither decided nor carried out.
constexpr States kInformationOpen = kReceived | kAcknowledged | kInfoRequested | kInfoSupplied;
constexpr States kAnySpontaneous = kInformationOpen | kWithdrawn | kClosed;

constexpr auto kMla = v1::CASE_TYPE_MLA;
constexpr auto kSpontaneous = v1::CASE_TYPE_SPONTANEOUS;
constexpr auto kRequesting = v1::CASE_ROLE_REQUESTING;
constexpr auto kRequested = v1::CASE_ROLE_REQUESTED;
constexpr auto kNoOutcome = v1::MEASURE_OUTCOME_UNSPECIFIED;
constexpr auto kSame = v1::MEASURE_STATE_UNSPECIFIED;  // fits, and changes nothing

struct Row {
  v1::CaseType case_type;
  v1::ActKind kind;
  v1::CaseRole role;
  v1::MeasureOutcome outcome;
  States from;
  v1::MeasureState to;
};

// clang-format off
constexpr Row kRows[] = {
  {kMla, v1::ACT_KIND_REQUEST, kRequesting, kNoOutcome, kOpening, v1::MEASURE_STATE_RECEIVED},

  {kMla, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome, kReceived, v1::MEASURE_STATE_ACKNOWLEDGED},

  // A question before the decision stops the measure until it is answered; one during the execution
  // does not.
  {kMla, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kReceived | kAcknowledged | kInfoSupplied | kPostponed, v1::MEASURE_STATE_INFO_REQUESTED},
  {kMla, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome, kInfoRequested | kCarriedOut, kSame},
  {kMla, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome, kInfoRequested,
   v1::MEASURE_STATE_INFO_SUPPLIED},
  {kMla, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome, kInfoSupplied | kCarriedOut, kSame},

  // A question that stays without an answer does not keep anybody from deciding. What was admitted
  // can still be postponed (UNTOC article 18.25), but no longer refused.
  {kMla, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_ADMITTED, kUndecided,
   v1::MEASURE_STATE_ADMITTED},
  {kMla, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_REFUSED, kUndecided,
   v1::MEASURE_STATE_REFUSED},
  {kMla, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_POSTPONED, kNotEnded,
   v1::MEASURE_STATE_POSTPONED},

  {kMla, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome, kAdmitted, v1::MEASURE_STATE_IN_EXECUTION},
  {kMla, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome, kUndecided | kInExecution | kPartiallyExecuted,
   kSame},

  {kMla, v1::ACT_KIND_EXECUTION_RESULT, kRequested, v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED, kCarriedOut,
   v1::MEASURE_STATE_PARTIALLY_EXECUTED},
  {kMla, v1::ACT_KIND_EXECUTION_RESULT, kRequested, v1::MEASURE_OUTCOME_EXECUTED, kCarriedOut,
   v1::MEASURE_STATE_EXECUTED},
  {kMla, v1::ACT_KIND_EXECUTION_RESULT, kRequested, v1::MEASURE_OUTCOME_NOT_EXECUTABLE, kCarriedOut,
   v1::MEASURE_STATE_NOT_EXECUTABLE},

  {kMla, v1::ACT_KIND_WITHDRAWAL, kRequesting, kNoOutcome, kNotEnded, v1::MEASURE_STATE_WITHDRAWN},

  // What was done in part may be all that the requesting side needs.
  {kMla, v1::ACT_KIND_CLOSURE, kRequesting, kNoOutcome,
   kPartiallyExecuted | kExecuted | kNotExecutable | kRefused, v1::MEASURE_STATE_CLOSED},

  {kMla, v1::ACT_KIND_FREE_FORM, kRequesting, kNoOutcome, kAnyMla, kSame},
  {kMla, v1::ACT_KIND_FREE_FORM, kRequested, kNoOutcome, kAnyMla, kSame},

  {kSpontaneous, v1::ACT_KIND_SPONTANEOUS_INFORMATION, kRequesting, kNoOutcome, kOpening,
   v1::MEASURE_STATE_RECEIVED},
  {kSpontaneous, v1::ACT_KIND_SPONTANEOUS_INFORMATION, kRequesting, kNoOutcome, kInformationOpen, kSame},

  // Several may have been told: each acknowledges.
  {kSpontaneous, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome, kReceived,
   v1::MEASURE_STATE_ACKNOWLEDGED},
  {kSpontaneous, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome,
   kAcknowledged | kInfoRequested | kInfoSupplied, kSame},

  {kSpontaneous, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kReceived | kAcknowledged | kInfoSupplied, v1::MEASURE_STATE_INFO_REQUESTED},
  {kSpontaneous, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome, kInfoRequested, kSame},
  {kSpontaneous, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome, kInfoRequested,
   v1::MEASURE_STATE_INFO_SUPPLIED},
  {kSpontaneous, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome, kInfoSupplied, kSame},

  // What became of the information.
  {kSpontaneous, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome, kInformationOpen, kSame},

  {kSpontaneous, v1::ACT_KIND_WITHDRAWAL, kRequesting, kNoOutcome, kInformationOpen,
   v1::MEASURE_STATE_WITHDRAWN},
  {kSpontaneous, v1::ACT_KIND_CLOSURE, kRequesting, kNoOutcome, kInformationOpen,
   v1::MEASURE_STATE_CLOSED},

  {kSpontaneous, v1::ACT_KIND_FREE_FORM, kRequesting, kNoOutcome, kAnySpontaneous, kSame},
  {kSpontaneous, v1::ACT_KIND_FREE_FORM, kRequested, kNoOutcome, kAnySpontaneous, kSame},
};
// clang-format on

std::vector<Transition> Expand() {
  std::vector<Transition> table;
  for (const Row& row : kRows) {
    for (int number = 0; number < v1::MeasureState_ARRAYSIZE; ++number) {
      const auto from = static_cast<v1::MeasureState>(number);
      if ((row.from & Bit(from)) == 0) continue;
      const v1::MeasureState to = row.to == kSame ? from : row.to;
      table.push_back({row.case_type, row.kind, row.role, row.outcome, from, to});
    }
  }
  return table;
}

constexpr States kEnded = kRefused | kExecuted | kNotExecutable | kWithdrawn | kClosed;

}  // namespace

absl::Span<const Transition> LifecycleTable() {
  static const auto& table = *new std::vector<Transition>(Expand());
  return table;
}

bool IsEnded(v1::MeasureState state) {
  return (Bit(state) & kEnded) != 0;
}

}  // namespace rogatoria
