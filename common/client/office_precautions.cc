// What an Office knows of the precautions of a case: by the acts that its case folder keeps, since
// the hub cannot see them.
#include <utility>

#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/client/office.h"
#include "common/client/precautions.h"

namespace rogatoria::client {
namespace {

using content::v1::ActContent;

// What NoteUnanswered and CheckAnswered say: codes only.
content::v1::Discrepancy LeftOut(const std::vector<UnansweredPrecaution>& left_out) {
  content::v1::Discrepancy discrepancy;
  discrepancy.set_discrepancy_code(content::v1::DISCREPANCY_CODE_PRECAUTIONS);
  discrepancy.set_field(left_out.front().field);
  discrepancy.set_stated(NamesOf(left_out));
  return discrepancy;
}

}  // namespace

// An act that cannot be read asks for nothing, and a folder that is not here knows of none.
std::vector<AskedPrecaution> Office::AskedOf(const std::string& answerer,
                                             const std::string& case_id) {
  std::vector<AskedPrecaution> asked;
  const auto folder = Folder();
  if (!folder.ok() || case_id.empty()) return asked;
  for (const KeptAct& act : (*folder)->FindActs({.case_id = case_id}).acts) {
    if (act.sender == answerer) continue;
    const auto opened = OpenKept(act.act_id);
    if (!opened.ok()) continue;
    for (const AskedPrecaution& one : AskedBy(opened->content)) asked.push_back(one);
  }
  return asked;
}

absl::Status Office::CheckAnswered(const ActDraft& draft) {
  if (!AnswersPrecautions(draft.content)) return absl::OkStatus();
  const auto left_out = Unanswered(AskedOf(profile_.authority, draft.case_id), draft.content);
  if (left_out.empty()) return absl::OkStatus();
  return Explained(Error(Reason::PRECAUTION_UNANSWERED).Field(left_out.front().field),
                   Sentence::PRECAUTIONS_TO_ANSWER,
                   NamesOf(left_out));
}

void Office::NoteUnanswered(OpenedAct& opened) {
  if (!AnswersPrecautions(opened.content)) return;
  const auto left_out =
      Unanswered(AskedOf(opened.header.sender(), opened.header.case_id()), opened.content);
  if (!left_out.empty()) opened.contradictions.push_back(LeftOut(left_out));
}

}  // namespace rogatoria::client
