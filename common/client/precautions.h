// Precautions that were asked for, and answers that leave one out. What is asked is in the content
// of an earlier act of the case, so that only the parties can look: the sender's library stops an
// answer that omits one, the recipient's tells of it if it comes anyway
// (office_precautions.cc). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rogatoria/content/v1/content.pb.h"

namespace rogatoria::client {

// A precaution, and the measure it was asked for; 0: the whole referral.
struct AskedPrecaution {
  uint32_t ordinal = 0;
  content::v1::Precaution precaution = content::v1::PRECAUTION_UNSPECIFIED;

  bool operator==(const AskedPrecaution&) const = default;
};

// Those that a content asks for, each once: of its hearings, and of the persons that a measure
// names (all persons, where it names none); of a referral, of the person it is about.
std::vector<AskedPrecaution> AskedBy(const content::v1::ActContent& content);

// Those of `asked` that `answer` leaves out or answers without saying what became of them, and why
// where it was not possible. An EXECUTION_RESULT answers for the measures that it says were carried
// out, a REFERRAL_FEEDBACK for the referral; nothing else has to.
struct UnansweredPrecaution {
  AskedPrecaution asked;
  std::string field;  // where the answer belongs: execution_result.measures[0].precautions
};
std::vector<UnansweredPrecaution> Unanswered(const std::vector<AskedPrecaution>& asked,
                                             const content::v1::ActContent& answer);
// Whether such a content has to answer for precautions at all.
bool AnswersPrecautions(const content::v1::ActContent& content);

// "WOMAN_INTERPRETER (1), BREAKS (1)": code and measure of each, in one line.
std::string NamesOf(const std::vector<UnansweredPrecaution>& left_out);

}  // namespace rogatoria::client
