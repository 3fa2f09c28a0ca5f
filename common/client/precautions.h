// Precautions that were asked for, and answers that leave one out. What is asked is in the content
// and on the cover slip of an earlier act of the case, so that only the parties can look: the
// sender's library stops an answer that omits one, the recipient's tells of it if it comes anyway
// (office_precautions.cc). Who asks and who answers goes by the kind of act and by the outcomes of
// its header, never by which part of a content was filled in. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/client/draft.h"
#include "common/client/opener.h"

#include "rogatoria/content/v1/content.pb.h"

namespace rogatoria::client {

// An act as it is looked at here, of a draft or of what was opened, which outlives it.
struct ActInView {
  v1::ActKind kind;
  std::vector<v1::MeasureRef> measures;  // as its header names them
  const content::v1::CoverSlip& cover_slip;
  const content::v1::ActContent& content;
};
ActInView InView(const ActDraft& draft);
ActInView InView(const OpenedAct& opened);

// In the place of a measure's number: what is asked is of the referral, which has none.
inline constexpr uint32_t kWholeReferral = 0;

// A precaution, and the measure it was asked for.
struct AskedPrecaution {
  uint32_t ordinal = kWholeReferral;
  content::v1::Precaution precaution = content::v1::PRECAUTION_UNSPECIFIED;

  bool operator==(const AskedPrecaution&) const = default;
};

// Where a referral's are answered.
inline constexpr char kFieldOfFeedback[] = "referral_feedback.precautions";

// Those that an act asks for, each once. A request: for its hearings, by their code or their
// detail, and where it has none for all its measures; what the measure says, what the persons need
// that it names (all persons, where it names none), and what the cover slip alone has. A SUPPLEMENT
// the same; one that names no measure means `of_case`, those that its case asked for before it, and
// where there are none the referral. A referral: what the person needs that it is about, and the
// cover slip. Other kinds ask for nothing.
std::vector<AskedPrecaution> AskedBy(const ActInView& act,
                                     const std::vector<v1::MeasureRef>& of_case = {});

// What the acts of one case ask one of its sides for, the answerer. They are taken in the order in
// which they were made: what a later one asks for may be of a measure that an earlier one named,
// and a referral that the answerer declined asks for nothing any more.
class AskedInCase {
 public:
  // Whether an act of this kind changes anything, by who made it; others need not be taken.
  static bool Changes(v1::ActKind kind, bool by_answerer);
  // REQUIRES: such an act.
  void Take(const ActInView& act);

  const std::vector<AskedPrecaution>& precautions() const { return precautions_; }

 private:
  std::vector<AskedPrecaution> precautions_;  // each once
  std::vector<v1::MeasureRef> measures_;      // asked for so far
};

// Those of `asked` that `answer` leaves out or answers without saying what became of them, and why
// where it was not possible. An EXECUTION_RESULT answers for the measures that its header or its
// content says were carried out, a REFERRAL_FEEDBACK for the referral; nothing else has to.
struct UnansweredPrecaution {
  AskedPrecaution asked;
  std::string field;  // where the answer belongs: execution_result.measures[0].precautions
};
std::vector<UnansweredPrecaution> Unanswered(const std::vector<AskedPrecaution>& asked,
                                             const ActInView& answer);
// Whether an act of this kind has to answer for precautions at all.
bool AnswersPrecautions(v1::ActKind kind);

// What of a referral is open after one more act of its case: what it asks for comes to `open`, what
// it answers goes; all goes when the referral is declined, for then nothing is done.
void TakeIntoBalance(const ActInView& act, std::vector<AskedPrecaution>& open);
// Whether an act of this kind changes the balance.
bool IsInBalance(v1::ActKind kind);

// "WOMAN_INTERPRETER (1), BREAKS (1)": code and measure of each, in one line.
std::string NamesOf(const std::vector<UnansweredPrecaution>& left_out);
std::string NameOf(const AskedPrecaution& asked);

// How the first of them is answered in an act file, and which command writes one: names of fields,
// codes and the command, which are the same in every language.
std::string LinesToAnswer(v1::ActKind kind, const std::vector<UnansweredPrecaution>& left_out);

}  // namespace rogatoria::client
