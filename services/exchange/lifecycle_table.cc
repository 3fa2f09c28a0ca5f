// The table of lifecycle.h. A row stands for one transition from each of its states.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/exchange/lifecycle.h"

namespace rogatoria {
namespace {

// Sets of states, as bits.
using States = uint64_t;
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
constexpr States kForwarded = Bit(v1::MEASURE_STATE_FORWARDED);
constexpr States kReturned = Bit(v1::MEASURE_STATE_RETURNED);
constexpr States kUnderAssessment = Bit(v1::MEASURE_STATE_UNDER_ASSESSMENT);
constexpr States kInConsultation = Bit(v1::MEASURE_STATE_IN_CONSULTATION);
constexpr States kConditionsProposed = Bit(v1::MEASURE_STATE_CONDITIONS_PROPOSED);
constexpr States kConditionsAccepted = Bit(v1::MEASURE_STATE_CONDITIONS_ACCEPTED);
constexpr States kConditionsDeclined = Bit(v1::MEASURE_STATE_CONDITIONS_DECLINED);
constexpr States kResultTransmitted = Bit(v1::MEASURE_STATE_RESULT_TRANSMITTED);
constexpr States kResultReceived = Bit(v1::MEASURE_STATE_RESULT_RECEIVED);
constexpr States kReturnOfItemsDue = Bit(v1::MEASURE_STATE_RETURN_OF_ITEMS_DUE);
constexpr States kItemsReturned = Bit(v1::MEASURE_STATE_ITEMS_RETURNED);
constexpr States kAnswered = Bit(v1::MEASURE_STATE_ANSWERED);
constexpr States kOrdered = Bit(v1::MEASURE_STATE_ORDERED);
constexpr States kPreserved = Bit(v1::MEASURE_STATE_PRESERVED);
constexpr States kExtensionRequested = Bit(v1::MEASURE_STATE_EXTENSION_REQUESTED);
constexpr States kExtended = Bit(v1::MEASURE_STATE_EXTENDED);
constexpr States kExpired = Bit(v1::MEASURE_STATE_EXPIRED);
constexpr States kFollowedByRequest = Bit(v1::MEASURE_STATE_FOLLOWED_BY_REQUEST);
constexpr States kAgreed = Bit(v1::MEASURE_STATE_AGREED);
constexpr States kExecutionPostponed = Bit(v1::MEASURE_STATE_EXECUTION_POSTPONED);
constexpr States kAccepted = Bit(v1::MEASURE_STATE_ACCEPTED);
constexpr States kDeclined = Bit(v1::MEASURE_STATE_DECLINED);
constexpr States kOffered = Bit(v1::MEASURE_STATE_OFFERED);
constexpr States kPlaced = Bit(v1::MEASURE_STATE_PLACED);
constexpr States kInServices = Bit(v1::MEASURE_STATE_IN_SERVICES);
constexpr States kFeedbackGiven = Bit(v1::MEASURE_STATE_FEEDBACK_GIVEN);
constexpr States kFirstFollowUp = Bit(v1::MEASURE_STATE_FIRST_FOLLOW_UP);
constexpr States kSecondFollowUp = Bit(v1::MEASURE_STATE_SECOND_FOLLOW_UP);
constexpr States kThirdFollowUp = Bit(v1::MEASURE_STATE_THIRD_FOLLOW_UP);

// Asked and answered, offered on terms: all that lies between the reception and a decision.
constexpr States kQuestion = kInfoRequested | kInfoSupplied;
constexpr States kTerms = kConditionsProposed | kConditionsAccepted | kConditionsDeclined;
constexpr States kWaiting = kReceived | kAcknowledged | kForwarded;
constexpr States kUndecided =
    kWaiting | kUnderAssessment | kQuestion | kInConsultation | kTerms | kPostponed;
constexpr States kCarriedOut = kAdmitted | kInExecution | kPartiallyExecuted | kExecutionPostponed;
constexpr States kNotDone = kUndecided | kCarriedOut;
constexpr States kResult = kResultTransmitted | kResultReceived;
constexpr States kEnded = kRefused | kExecuted | kNotExecutable | kWithdrawn | kClosed | kReturned |
                          kResult | kItemsReturned | kExpired | kFollowedByRequest | kDeclined;
constexpr States kAnyMla = kNotDone | kRefused | kReturned | kExecuted | kNotExecutable |
                           kWithdrawn | kClosed | kResult | kReturnOfItemsDue | kItemsReturned;

// Spontaneous information is neither decided nor carried out.
constexpr States kInformationOpen = kReceived | kAcknowledged | kQuestion;
constexpr States kAnySpontaneous = kInformationOpen | kWithdrawn | kClosed;

// A consultation is answered, and may go on after the answer until it is closed.
constexpr States kConsultationOpen = kWaiting | kQuestion | kAnswered;
constexpr States kAnyConsultation = kConsultationOpen | kReturned | kWithdrawn | kClosed;

// Data: ordered, then preserved, perhaps for longer, until the request for them comes.
constexpr States kNotPreservedYet = kWaiting | kQuestion | kOrdered;
constexpr States kHeld = kPreserved | kExtended | kExtensionRequested;
constexpr States kAnyPreservation = kNotPreservedYet | kHeld | kRefused | kReturned |
                                    kNotExecutable | kExpired | kFollowedByRequest | kWithdrawn |
                                    kClosed;

// An invited authority has joined, or not yet.
constexpr States kInvited = kReceived | kAcknowledged | kQuestion | kTerms;
constexpr States kTeamOpen = kInvited | kAgreed;
constexpr States kAnyJit = kTeamOpen | kRefused | kWithdrawn | kClosed;

// A person referred: answered, placed perhaps, cared for, and followed for months.
constexpr States kUnanswered = kWaiting | kQuestion;
constexpr States kBegun = kPlaced | kInServices;
constexpr States kFollowed = kFirstFollowUp | kSecondFollowUp | kThirdFollowUp;
constexpr States kTakenUp = kAccepted | kOffered | kBegun | kFeedbackGiven | kFollowed;
constexpr States kReferralOpen = kUnanswered | kTakenUp;
constexpr States kAnyReferral = kReferralOpen | kDeclined | kReturned | kWithdrawn | kClosed;

constexpr auto kMla = v1::CASE_TYPE_MLA;
constexpr auto kSpontaneous = v1::CASE_TYPE_SPONTANEOUS;
constexpr auto kConsultation = v1::CASE_TYPE_CONSULTATION;
constexpr auto kPreservation = v1::CASE_TYPE_PRESERVATION;
constexpr auto kJit = v1::CASE_TYPE_JIT;
constexpr auto kReferral = v1::CASE_TYPE_REFERRAL;
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
  {kMla, v1::ACT_KIND_REQUEST, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},

  // A supplement may ask for further measures.
  {kMla, v1::ACT_KIND_SUPPLEMENT, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},

  // Taken in hand; and, from the other side, what was transmitted came.
  {kMla, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome,
   kReceived | kForwarded, v1::MEASURE_STATE_ACKNOWLEDGED},
  {kMla, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequesting, kNoOutcome,
   kResultTransmitted, v1::MEASURE_STATE_RESULT_RECEIVED},
  {kMla, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequesting, kNoOutcome,
   kReturnOfItemsDue | kResultReceived, kSame},
  {kMla, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome,
   kItemsReturned, kSame},

  // Not competent: to whom it concerns, or back.
  {kMla, v1::ACT_KIND_FORWARDING_NOTICE, kRequested, kNoOutcome,
   kUndecided, v1::MEASURE_STATE_FORWARDED},
  {kMla, v1::ACT_KIND_RETURN, kRequested, kNoOutcome,
   kUndecided, v1::MEASURE_STATE_RETURNED},

  // A question before the decision stops the measure until it is answered; one during a consultation,
  // about terms, or during the execution does not.
  {kMla, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kWaiting | kUnderAssessment | kInfoSupplied | kPostponed, v1::MEASURE_STATE_INFO_REQUESTED},
  {kMla, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kInfoRequested | kInConsultation | kTerms | kCarriedOut, kSame},
  {kMla, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoRequested, v1::MEASURE_STATE_INFO_SUPPLIED},
  {kMla, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoSupplied | kUnderAssessment | kInConsultation | kTerms | kCarriedOut, kSame},

  // Before refusing or postponing the sides consult (UNTOC article 18.26).
  {kMla, v1::ACT_KIND_CONSULTATION, kRequested, kNoOutcome,
   kUndecided & ~kInConsultation, v1::MEASURE_STATE_IN_CONSULTATION},
  {kMla, v1::ACT_KIND_CONSULTATION, kRequested, kNoOutcome,
   kInConsultation | kCarriedOut, kSame},
  {kMla, v1::ACT_KIND_CONSULTATION_REPLY, kRequesting, kNoOutcome,
   kInConsultation, v1::MEASURE_STATE_UNDER_ASSESSMENT},
  {kMla, v1::ACT_KIND_CONSULTATION_REPLY, kRequesting, kNoOutcome,
   kUnderAssessment | kTerms | kCarriedOut, kSame},
  {kMla, v1::ACT_KIND_CONDITIONS, kRequested, kNoOutcome,
   kUndecided, v1::MEASURE_STATE_CONDITIONS_PROPOSED},
  {kMla, v1::ACT_KIND_CONDITIONS_REPLY, kRequesting, v1::MEASURE_OUTCOME_ACCEPTED,
   kConditionsProposed, v1::MEASURE_STATE_CONDITIONS_ACCEPTED},
  {kMla, v1::ACT_KIND_CONDITIONS_REPLY, kRequesting, v1::MEASURE_OUTCOME_DECLINED,
   kConditionsProposed, v1::MEASURE_STATE_CONDITIONS_DECLINED},

  // A question that stays without an answer does not keep anybody from deciding. What was admitted
  // can still be postponed (UNTOC article 18.25), but no longer refused, returned or forwarded.
  {kMla, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_ADMITTED,
   kUndecided | kExecutionPostponed, v1::MEASURE_STATE_ADMITTED},
  {kMla, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_REFUSED,
   kUndecided, v1::MEASURE_STATE_REFUSED},
  {kMla, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_POSTPONED,
   kUndecided, v1::MEASURE_STATE_POSTPONED},
  {kMla, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_POSTPONED,
   kCarriedOut, v1::MEASURE_STATE_EXECUTION_POSTPONED},

  // Somebody looks into it; a postponement is over; the execution has begun.
  {kMla, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome,
   kWaiting | kInfoSupplied | kConditionsDeclined | kPostponed, v1::MEASURE_STATE_UNDER_ASSESSMENT},
  {kMla, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome,
   kAdmitted | kExecutionPostponed, v1::MEASURE_STATE_IN_EXECUTION},
  {kMla, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome,
   kUnderAssessment | kInfoRequested | kInConsultation | kConditionsProposed | kConditionsAccepted |
   kInExecution | kPartiallyExecuted, kSame},

  {kMla, v1::ACT_KIND_EXECUTION_RESULT, kRequested, v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED,
   kCarriedOut, v1::MEASURE_STATE_PARTIALLY_EXECUTED},
  {kMla, v1::ACT_KIND_EXECUTION_RESULT, kRequested, v1::MEASURE_OUTCOME_EXECUTED,
   kCarriedOut, v1::MEASURE_STATE_EXECUTED},
  {kMla, v1::ACT_KIND_EXECUTION_RESULT, kRequested, v1::MEASURE_OUTCOME_NOT_EXECUTABLE,
   kCarriedOut, v1::MEASURE_STATE_NOT_EXECUTABLE},

  // The evidence itself, in parts or at the end; and back what was only lent.
  {kMla, v1::ACT_KIND_EVIDENCE_TRANSFER, kRequested, v1::MEASURE_OUTCOME_TRANSMITTED,
   kExecuted | kResult, v1::MEASURE_STATE_RESULT_TRANSMITTED},
  {kMla, v1::ACT_KIND_EVIDENCE_TRANSFER, kRequested, v1::MEASURE_OUTCOME_TRANSMITTED,
   kPartiallyExecuted | kExecutionPostponed | kReturnOfItemsDue, kSame},
  {kMla, v1::ACT_KIND_EVIDENCE_TRANSFER, kRequested, v1::MEASURE_OUTCOME_ITEMS_TO_RETURN,
   kExecuted | kResult, v1::MEASURE_STATE_RETURN_OF_ITEMS_DUE},
  {kMla, v1::ACT_KIND_EVIDENCE_TRANSFER, kRequested, v1::MEASURE_OUTCOME_ITEMS_TO_RETURN,
   kPartiallyExecuted | kExecutionPostponed | kReturnOfItemsDue, kSame},
  {kMla, v1::ACT_KIND_RETURN_OF_ITEMS, kRequesting, kNoOutcome,
   kReturnOfItemsDue, v1::MEASURE_STATE_ITEMS_RETURNED},
  {kMla, v1::ACT_KIND_RETURN_OF_ITEMS, kRequesting, kNoOutcome,
   kPartiallyExecuted | kExecutionPostponed, kSame},

  // Any time before it is executed (UNTOC article 18.24).
  {kMla, v1::ACT_KIND_WITHDRAWAL, kRequesting, kNoOutcome,
   kNotDone, v1::MEASURE_STATE_WITHDRAWN},

  // What was done in part may be all that the requesting side needs.
  {kMla, v1::ACT_KIND_CLOSURE, kRequesting, kNoOutcome,
   kPartiallyExecuted | kExecuted | kNotExecutable | kRefused | kReturned | kResult | kItemsReturned, v1::MEASURE_STATE_CLOSED},

  {kSpontaneous, v1::ACT_KIND_SPONTANEOUS_INFORMATION, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kSpontaneous, v1::ACT_KIND_RISK_ALERT, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kSpontaneous, v1::ACT_KIND_SPONTANEOUS_INFORMATION, kRequesting, kNoOutcome,
   kInformationOpen, kSame},

  // Several may have been told: each acknowledges.
  {kSpontaneous, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome,
   kReceived, v1::MEASURE_STATE_ACKNOWLEDGED},
  {kSpontaneous, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome,
   kAcknowledged | kQuestion, kSame},
  {kSpontaneous, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kReceived | kAcknowledged | kInfoSupplied, v1::MEASURE_STATE_INFO_REQUESTED},
  {kSpontaneous, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kInfoRequested, kSame},
  {kSpontaneous, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoRequested, v1::MEASURE_STATE_INFO_SUPPLIED},
  {kSpontaneous, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoSupplied, kSame},

  // What became of the information.
  {kSpontaneous, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome,
   kInformationOpen, kSame},
  {kSpontaneous, v1::ACT_KIND_WITHDRAWAL, kRequesting, kNoOutcome,
   kInformationOpen, v1::MEASURE_STATE_WITHDRAWN},
  {kSpontaneous, v1::ACT_KIND_CLOSURE, kRequesting, kNoOutcome,
   kInformationOpen, v1::MEASURE_STATE_CLOSED},

  {kConsultation, v1::ACT_KIND_INFORMAL_CONSULTATION, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kConsultation, v1::ACT_KIND_DRAFT_REQUEST_REVIEW, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},

  // Asks further, or shows the next draft.
  {kConsultation, v1::ACT_KIND_INFORMAL_CONSULTATION, kRequesting, kNoOutcome,
   kAnswered, v1::MEASURE_STATE_RECEIVED},
  {kConsultation, v1::ACT_KIND_DRAFT_REQUEST_REVIEW, kRequesting, kNoOutcome,
   kAnswered, v1::MEASURE_STATE_RECEIVED},
  {kConsultation, v1::ACT_KIND_INFORMAL_CONSULTATION, kRequesting, kNoOutcome,
   kWaiting | kQuestion, kSame},
  {kConsultation, v1::ACT_KIND_DRAFT_REQUEST_REVIEW, kRequesting, kNoOutcome,
   kWaiting | kQuestion, kSame},
  {kConsultation, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome,
   kReceived | kForwarded, v1::MEASURE_STATE_ACKNOWLEDGED},
  {kConsultation, v1::ACT_KIND_FORWARDING_NOTICE, kRequested, kNoOutcome,
   kWaiting | kQuestion, v1::MEASURE_STATE_FORWARDED},
  {kConsultation, v1::ACT_KIND_RETURN, kRequested, kNoOutcome,
   kWaiting | kQuestion, v1::MEASURE_STATE_RETURNED},
  {kConsultation, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kWaiting | kInfoSupplied, v1::MEASURE_STATE_INFO_REQUESTED},
  {kConsultation, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kInfoRequested, kSame},
  {kConsultation, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoRequested, v1::MEASURE_STATE_INFO_SUPPLIED},
  {kConsultation, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoSupplied, kSame},
  {kConsultation, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome,
   kWaiting | kQuestion, kSame},
  {kConsultation, v1::ACT_KIND_CONSULTATION_REPLY, kRequested, kNoOutcome,
   kWaiting | kQuestion, v1::MEASURE_STATE_ANSWERED},
  {kConsultation, v1::ACT_KIND_CONSULTATION_REPLY, kRequested, kNoOutcome,
   kAnswered, kSame},
  {kConsultation, v1::ACT_KIND_WITHDRAWAL, kRequesting, kNoOutcome,
   kWaiting | kQuestion, v1::MEASURE_STATE_WITHDRAWN},
  {kConsultation, v1::ACT_KIND_CLOSURE, kRequesting, kNoOutcome,
   kAnswered | kReturned, v1::MEASURE_STATE_CLOSED},

  {kPreservation, v1::ACT_KIND_DATA_PRESERVATION, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kPreservation, v1::ACT_KIND_SUPPLEMENT, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kPreservation, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome,
   kReceived | kForwarded, v1::MEASURE_STATE_ACKNOWLEDGED},
  {kPreservation, v1::ACT_KIND_FORWARDING_NOTICE, kRequested, kNoOutcome,
   kNotPreservedYet, v1::MEASURE_STATE_FORWARDED},
  {kPreservation, v1::ACT_KIND_RETURN, kRequested, kNoOutcome,
   kNotPreservedYet, v1::MEASURE_STATE_RETURNED},
  {kPreservation, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kWaiting | kInfoSupplied, v1::MEASURE_STATE_INFO_REQUESTED},
  {kPreservation, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kInfoRequested | kOrdered | kHeld, kSame},
  {kPreservation, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoRequested, v1::MEASURE_STATE_INFO_SUPPLIED},
  {kPreservation, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoSupplied | kOrdered | kHeld, kSame},
  {kPreservation, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_ADMITTED,
   kWaiting | kQuestion, v1::MEASURE_STATE_ORDERED},
  {kPreservation, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_REFUSED,
   kWaiting | kQuestion, v1::MEASURE_STATE_REFUSED},

  // An extension that is refused leaves the data preserved until the date that stands.
  {kPreservation, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_REFUSED,
   kExtensionRequested, v1::MEASURE_STATE_PRESERVED},
  {kPreservation, v1::ACT_KIND_EXECUTION_RESULT, kRequested, v1::MEASURE_OUTCOME_NOT_EXECUTABLE,
   kNotPreservedYet, v1::MEASURE_STATE_NOT_EXECUTABLE},
  {kPreservation, v1::ACT_KIND_PRESERVATION_CONFIRMATION, kRequested, kNoOutcome,
   kNotPreservedYet, v1::MEASURE_STATE_PRESERVED},
  {kPreservation, v1::ACT_KIND_PRESERVATION_CONFIRMATION, kRequested, kNoOutcome,
   kExtensionRequested, v1::MEASURE_STATE_EXTENDED},
  {kPreservation, v1::ACT_KIND_PRESERVATION_CONFIRMATION, kRequested, kNoOutcome,
   kPreserved | kExtended, kSame},
  {kPreservation, v1::ACT_KIND_PRESERVATION_EXTENSION, kRequesting, kNoOutcome,
   kPreserved | kExtended, v1::MEASURE_STATE_EXTENSION_REQUESTED},
  {kPreservation, v1::ACT_KIND_PRESERVATION_EXTENSION, kRequesting, kNoOutcome,
   kExtensionRequested, kSame},
  {kPreservation, v1::ACT_KIND_PRESERVATION_EXPIRY, kRequested, kNoOutcome,
   kHeld, v1::MEASURE_STATE_EXPIRED},
  {kPreservation, v1::ACT_KIND_PRESERVATION_FOLLOW_UP, kRequesting, kNoOutcome,
   kOrdered | kHeld, v1::MEASURE_STATE_FOLLOWED_BY_REQUEST},
  {kPreservation, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome,
   kNotPreservedYet | kHeld, kSame},
  {kPreservation, v1::ACT_KIND_WITHDRAWAL, kRequesting, kNoOutcome,
   kNotPreservedYet | kHeld, v1::MEASURE_STATE_WITHDRAWN},
  {kPreservation, v1::ACT_KIND_CLOSURE, kRequesting, kNoOutcome,
   kRefused | kReturned | kNotExecutable | kExpired | kFollowedByRequest, v1::MEASURE_STATE_CLOSED},

  {kJit, v1::ACT_KIND_JIT_PROPOSAL, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},

  // A proposal changed, before or after some have joined. Who refused or left can be invited again.
  {kJit, v1::ACT_KIND_JIT_PROPOSAL, kRequesting, kNoOutcome,
   kTeamOpen, kSame},
  {kJit, v1::ACT_KIND_JIT_PROPOSAL, kRequesting, kNoOutcome,
   kRefused | kWithdrawn, v1::MEASURE_STATE_RECEIVED},
  {kJit, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome,
   kReceived, v1::MEASURE_STATE_ACKNOWLEDGED},
  {kJit, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kReceived | kAcknowledged | kInfoSupplied, v1::MEASURE_STATE_INFO_REQUESTED},
  {kJit, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kInfoRequested | kTerms | kAgreed, kSame},
  {kJit, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoRequested, v1::MEASURE_STATE_INFO_SUPPLIED},
  {kJit, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoSupplied | kTerms | kAgreed, kSame},
  {kJit, v1::ACT_KIND_CONDITIONS, kRequested, kNoOutcome,
   kInvited, v1::MEASURE_STATE_CONDITIONS_PROPOSED},
  {kJit, v1::ACT_KIND_CONDITIONS_REPLY, kRequesting, v1::MEASURE_OUTCOME_ACCEPTED,
   kConditionsProposed, v1::MEASURE_STATE_CONDITIONS_ACCEPTED},
  {kJit, v1::ACT_KIND_CONDITIONS_REPLY, kRequesting, v1::MEASURE_OUTCOME_DECLINED,
   kConditionsProposed, v1::MEASURE_STATE_CONDITIONS_DECLINED},
  {kJit, v1::ACT_KIND_JIT_AGREEMENT, kRequested, kNoOutcome,
   kInvited, v1::MEASURE_STATE_AGREED},
  {kJit, v1::ACT_KIND_JIT_AGREEMENT, kRequested, kNoOutcome,
   kAgreed, kSame},
  {kJit, v1::ACT_KIND_JIT_AGREEMENT, kRequesting, kNoOutcome,
   kAgreed, kSame},
  {kJit, v1::ACT_KIND_DECISION, kRequested, v1::MEASURE_OUTCOME_REFUSED,
   kInvited, v1::MEASURE_STATE_REFUSED},
  {kJit, v1::ACT_KIND_JIT_EXTENSION, kRequesting, kNoOutcome,
   kAgreed, kSame},
  {kJit, v1::ACT_KIND_JIT_EXTENSION, kRequested, kNoOutcome,
   kAgreed, kSame},
  {kJit, v1::ACT_KIND_PROGRESS, kRequesting, kNoOutcome,
   kAgreed, kSame},
  {kJit, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome,
   kAgreed, kSame},
  {kJit, v1::ACT_KIND_EVIDENCE_TRANSFER, kRequesting, v1::MEASURE_OUTCOME_TRANSMITTED,
   kAgreed, kSame},
  {kJit, v1::ACT_KIND_EVIDENCE_TRANSFER, kRequested, v1::MEASURE_OUTCOME_TRANSMITTED,
   kAgreed, kSame},

  // Who proposed takes an invitation back or ends the team; whoever joined may leave it.
  {kJit, v1::ACT_KIND_WITHDRAWAL, kRequesting, kNoOutcome,
   kTeamOpen, v1::MEASURE_STATE_WITHDRAWN},
  {kJit, v1::ACT_KIND_WITHDRAWAL, kRequested, kNoOutcome,
   kTeamOpen, v1::MEASURE_STATE_WITHDRAWN},
  {kJit, v1::ACT_KIND_CLOSURE, kRequesting, kNoOutcome,
   kAgreed | kRefused, v1::MEASURE_STATE_CLOSED},

  {kSpontaneous, v1::ACT_KIND_SMUGGLING_REPORT, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kSpontaneous, v1::ACT_KIND_SMUGGLING_REPORT, kRequesting, kNoOutcome,
   kInformationOpen, kSame},

  {kReferral, v1::ACT_KIND_DETECTION_REPORT, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kReferral, v1::ACT_KIND_VICTIM_IDENTIFICATION_NOTICE, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kReferral, v1::ACT_KIND_VICTIM_REFERRAL, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kReferral, v1::ACT_KIND_PROTECTION_REQUEST, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kReferral, v1::ACT_KIND_SHELTER_PLACEMENT, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kReferral, v1::ACT_KIND_RETURN_COORDINATION, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},
  {kReferral, v1::ACT_KIND_INTERSECTORAL_REFERRAL, kRequesting, kNoOutcome,
   kOpening, v1::MEASURE_STATE_RECEIVED},

  // What is found later, or asked for besides, goes into the same case.
  {kReferral, v1::ACT_KIND_DETECTION_REPORT, kRequesting, kNoOutcome,
   kUnanswered, kSame},
  {kReferral, v1::ACT_KIND_VICTIM_REFERRAL, kRequesting, kNoOutcome,
   kReferralOpen, kSame},
  {kReferral, v1::ACT_KIND_PROTECTION_REQUEST, kRequesting, kNoOutcome,
   kReferralOpen, kSame},
  {kReferral, v1::ACT_KIND_INTERSECTORAL_REFERRAL, kRequesting, kNoOutcome,
   kReferralOpen, kSame},

  {kReferral, v1::ACT_KIND_ACKNOWLEDGEMENT, kRequested, kNoOutcome,
   kReceived | kForwarded, v1::MEASURE_STATE_ACKNOWLEDGED},
  {kReferral, v1::ACT_KIND_FORWARDING_NOTICE, kRequested, kNoOutcome,
   kUnanswered, v1::MEASURE_STATE_FORWARDED},
  {kReferral, v1::ACT_KIND_RETURN, kRequested, kNoOutcome,
   kUnanswered, v1::MEASURE_STATE_RETURNED},
  {kReferral, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kWaiting | kInfoSupplied, v1::MEASURE_STATE_INFO_REQUESTED},
  {kReferral, v1::ACT_KIND_CLARIFICATION_REQUEST, kRequested, kNoOutcome,
   kInfoRequested | kTakenUp, kSame},
  {kReferral, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoRequested, v1::MEASURE_STATE_INFO_SUPPLIED},
  {kReferral, v1::ACT_KIND_CLARIFICATION_REPLY, kRequesting, kNoOutcome,
   kInfoSupplied | kTakenUp, kSame},

  {kReferral, v1::ACT_KIND_REFERRAL_ANSWER, kRequested, v1::MEASURE_OUTCOME_ACCEPTED,
   kUnanswered, v1::MEASURE_STATE_ACCEPTED},
  {kReferral, v1::ACT_KIND_REFERRAL_ANSWER, kRequested, v1::MEASURE_OUTCOME_DECLINED,
   kUnanswered | kAccepted | kOffered, v1::MEASURE_STATE_DECLINED},

  // A place is offered, then taken, or declined: then another can be offered.
  {kReferral, v1::ACT_KIND_SHELTER_PLACEMENT, kRequesting, kNoOutcome,
   kUnanswered | kAccepted, kSame},
  {kReferral, v1::ACT_KIND_SHELTER_PLACEMENT, kRequested, kNoOutcome,
   kUnanswered | kAccepted, v1::MEASURE_STATE_OFFERED},
  {kReferral, v1::ACT_KIND_SHELTER_PLACEMENT, kRequested, kNoOutcome,
   kOffered, kSame},
  {kReferral, v1::ACT_KIND_SHELTER_PLACEMENT, kRequesting, kNoOutcome,
   kOffered, v1::MEASURE_STATE_PLACED},
  {kReferral, v1::ACT_KIND_REFERRAL_ANSWER, kRequesting, v1::MEASURE_OUTCOME_DECLINED,
   kOffered, v1::MEASURE_STATE_ACKNOWLEDGED},

  // Services begin; what came of them is told; months later somebody asks how the person is.
  {kReferral, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome,
   kAccepted | kPlaced, v1::MEASURE_STATE_IN_SERVICES},
  {kReferral, v1::ACT_KIND_PROGRESS, kRequested, kNoOutcome,
   kUnanswered | kOffered | kInServices | kFeedbackGiven | kFollowed, kSame},
  {kReferral, v1::ACT_KIND_REFERRAL_FEEDBACK, kRequested, kNoOutcome,
   kAccepted | kBegun, v1::MEASURE_STATE_FEEDBACK_GIVEN},
  {kReferral, v1::ACT_KIND_REFERRAL_FEEDBACK, kRequested, kNoOutcome,
   kDeclined | kFeedbackGiven | kFollowed, kSame},
  {kReferral, v1::ACT_KIND_FOLLOW_UP, kRequested, kNoOutcome,
   kBegun | kFeedbackGiven, v1::MEASURE_STATE_FIRST_FOLLOW_UP},
  {kReferral, v1::ACT_KIND_FOLLOW_UP, kRequested, kNoOutcome,
   kFirstFollowUp, v1::MEASURE_STATE_SECOND_FOLLOW_UP},
  {kReferral, v1::ACT_KIND_FOLLOW_UP, kRequested, kNoOutcome,
   kSecondFollowUp, v1::MEASURE_STATE_THIRD_FOLLOW_UP},
  {kReferral, v1::ACT_KIND_FOLLOW_UP, kRequested, kNoOutcome,
   kThirdFollowUp, kSame},

  {kReferral, v1::ACT_KIND_WITHDRAWAL, kRequesting, kNoOutcome,
   kReferralOpen, v1::MEASURE_STATE_WITHDRAWN},
  {kReferral, v1::ACT_KIND_CLOSURE, kRequesting, kNoOutcome,
   kDeclined | kReturned | kFeedbackGiven | kFollowed, v1::MEASURE_STATE_CLOSED},
};

// What fits in any state and changes none: kind, from the requesting side, from the requested side.
struct Always {
  v1::ActKind kind;
  bool requesting, requested;
};
constexpr Always kAlways[] = {
  {v1::ACT_KIND_SUPPLEMENT, true, false},
  {v1::ACT_KIND_PROGRESS_QUERY, true, false},
  {v1::ACT_KIND_USE_CONSENT_REQUEST, true, true},
  {v1::ACT_KIND_USE_CONSENT_REPLY, true, true},
  {v1::ACT_KIND_EXCULPATORY_DISCLOSURE_NOTICE, true, true},
  {v1::ACT_KIND_CONFIDENTIALITY_IMPOSSIBLE, true, true},
  {v1::ACT_KIND_CHANNEL_CHANGE_NOTICE, true, true},
  {v1::ACT_KIND_SUSPENSION, true, true},
  {v1::ACT_KIND_RISK_ALERT, true, true},
  {v1::ACT_KIND_COORDINATION_MEETING, true, true},
  {v1::ACT_KIND_VICTIM_IDENTIFICATION_NOTICE, true, true},
  {v1::ACT_KIND_RETURN_COORDINATION, true, true},
  {v1::ACT_KIND_REPARATION_STATUS, true, true},
  {v1::ACT_KIND_OPENING, true, true},
  {v1::ACT_KIND_DISCREPANCY_NOTICE, true, true},
  {v1::ACT_KIND_FREE_FORM, true, true},
};
struct AnyState {
  v1::CaseType case_type;
  States states;
};
constexpr AnyState kAnyStates[] = {
  {kMla, kAnyMla}, {kSpontaneous, kAnySpontaneous}, {kConsultation, kAnyConsultation},
  {kPreservation, kAnyPreservation}, {kJit, kAnyJit}, {kReferral, kAnyReferral},
};
// clang-format on

void ExpandRow(const Row& row, std::vector<Transition>& table) {
  for (int number = 0; number < v1::MeasureState_ARRAYSIZE; ++number) {
    const auto from = static_cast<v1::MeasureState>(number);
    if ((row.from & Bit(from)) == 0) continue;
    const v1::MeasureState to = row.to == kSame ? from : row.to;
    table.push_back({row.case_type, row.kind, row.role, row.outcome, from, to});
  }
}

void ExpandAlways(const AnyState& any, std::vector<Transition>& table) {
  for (const Always& row : kAlways) {
    if (row.requesting) {
      ExpandRow({any.case_type, row.kind, kRequesting, kNoOutcome, any.states, kSame}, table);
    }
    if (row.requested) {
      ExpandRow({any.case_type, row.kind, kRequested, kNoOutcome, any.states, kSame}, table);
    }
  }
}

std::vector<Transition> Expand() {
  std::vector<Transition> table;
  for (const AnyState& any : kAnyStates) {
    for (const Row& row : kRows) {
      if (row.case_type == any.case_type) ExpandRow(row, table);
    }
    ExpandAlways(any, table);
  }
  return table;
}

// The place of a cell in a dense array of all.
constexpr size_t kTypes = v1::CaseType_ARRAYSIZE, kKinds = v1::ActKind_ARRAYSIZE,
                 kRoles = v1::CaseRole_ARRAYSIZE, kOutcomes = v1::MeasureOutcome_ARRAYSIZE,
                 kStates = v1::MeasureState_ARRAYSIZE;
constexpr size_t kNoCell = kTypes * kKinds * kRoles * kOutcomes * kStates;

bool IsBelow(int number, size_t bound) {
  return number >= 0 && static_cast<size_t>(number) < bound;
}

size_t CellOf(const Transition& row) {
  if (!IsBelow(row.case_type, kTypes) || !IsBelow(row.kind, kKinds) || !IsBelow(row.role, kRoles) ||
      !IsBelow(row.outcome, kOutcomes) || !IsBelow(row.from, kStates)) {
    return kNoCell;
  }
  size_t cell = static_cast<size_t>(row.case_type);
  cell = cell * kKinds + static_cast<size_t>(row.kind);
  cell = cell * kRoles + static_cast<size_t>(row.role);
  cell = cell * kOutcomes + static_cast<size_t>(row.outcome);
  return cell * kStates + static_cast<size_t>(row.from);
}

std::vector<const Transition*> IndexTable() {
  std::vector<const Transition*> cells(kNoCell + 1, nullptr);
  for (const Transition& row : LifecycleTable()) cells[CellOf(row)] = &row;
  return cells;
}

}  // namespace

absl::Span<const Transition> LifecycleTable() {
  static const auto& table = *new std::vector<Transition>(Expand());
  return table;
}

const Transition* FindTransition(v1::CaseType type,
                                 v1::ActKind kind,
                                 v1::CaseRole role,
                                 v1::MeasureOutcome outcome,
                                 v1::MeasureState from) {
  static const auto& cells = *new std::vector<const Transition*>(IndexTable());
  return cells[CellOf({type, kind, role, outcome, from, from})];
}

bool IsEnded(v1::MeasureState state) {
  return (Bit(state) & kEnded) != 0;
}

}  // namespace rogatoria
