// What an Office knows of the precautions of a case: by the acts that its case folder keeps, since
// the hub cannot see them.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/client/office.h"
#include "common/client/precautions.h"

namespace rogatoria::client {
namespace {

// What NoteUnanswered and CheckAnswered say: codes only.
content::v1::Discrepancy LeftOut(const std::vector<UnansweredPrecaution>& left_out) {
  content::v1::Discrepancy discrepancy;
  discrepancy.set_discrepancy_code(content::v1::DISCREPANCY_CODE_PRECAUTIONS);
  discrepancy.set_field(left_out.front().field);
  discrepancy.set_stated(NamesOf(left_out));
  return discrepancy;
}

// Whoever opened the case takes no referral on, and does not decline it: what it declines is an
// offer, after which others may come.
bool IsOfOpener(const KeptAct& act) {
  return absl::StartsWith(act.case_id, absl::StrCat(act.sender, "/"));
}

}  // namespace

// An act that cannot be read asks for nothing, and a folder that is not here knows of none. What
// has to answer for precautions changes nothing of what is asked and is not opened here, for
// opening it comes here again (NoteUnanswered).
std::vector<AskedPrecaution> Office::AskedOf(const std::string& answerer,
                                             const std::string& case_id) {
  AskedInCase asked;
  const auto folder = Folder();
  if (!folder.ok() || case_id.empty()) return {};
  for (const KeptAct& act : (*folder)->FindActs({.case_id = case_id}).acts) {
    if (!AskedInCase::Changes(act.kind, act.sender == answerer)) continue;
    const auto opened = OpenKept(act.act_id);
    if (opened.ok()) asked.Take(InView(*opened));
  }
  return asked.precautions();
}

// Answers are opened as well, and look at AskedOf; what looks here, a closure, is in no balance.
std::vector<AskedPrecaution> Office::OpenInReferral(const std::string& case_id) {
  std::vector<AskedPrecaution> open;
  const auto folder = Folder();
  if (!folder.ok() || case_id.empty()) return open;
  for (const KeptAct& act : (*folder)->FindActs({.case_id = case_id}).acts) {
    if (!IsInBalance(act.kind)) continue;
    if (act.kind == v1::ACT_KIND_REFERRAL_ANSWER && IsOfOpener(act)) continue;
    const auto opened = OpenKept(act.act_id);
    if (opened.ok()) TakeIntoBalance(InView(*opened), open);
  }
  return open;
}

absl::Status Office::CheckAnswered(const ActDraft& draft) {
  if (!AnswersPrecautions(draft.kind)) return absl::OkStatus();
  const auto left_out = Unanswered(AskedOf(profile_.authority, draft.case_id), InView(draft));
  if (left_out.empty()) return absl::OkStatus();
  return Explained(Error(Reason::PRECAUTION_UNANSWERED).Field(left_out.front().field),
                   Sentence::PRECAUTIONS_TO_ANSWER,
                   absl::StrCat(NamesOf(left_out), ": ", LinesToAnswer(draft.kind, left_out)));
}

void Office::NoteUnanswered(OpenedAct& opened) {
  const v1::ActHeader& header = opened.header;
  std::vector<UnansweredPrecaution> left_out;
  if (AnswersPrecautions(header.kind()))
    left_out = Unanswered(AskedOf(header.sender(), header.case_id()), InView(opened));
  if (header.kind() == v1::ACT_KIND_CLOSURE) {
    for (const AskedPrecaution& one : OpenInReferral(header.case_id()))
      left_out.push_back({one, kFieldOfFeedback});
  }
  if (!left_out.empty()) opened.contradictions.push_back(LeftOut(left_out));
}

}  // namespace rogatoria::client
