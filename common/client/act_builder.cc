#include "common/client/act_builder.h"

#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"

namespace rogatoria::client {
namespace {

absl::Status Missing(absl::string_view field) {
  return Error(Reason::FIELD_REQUIRED).Field(field);
}

// What only the hub can fill in from the case is not missing.
absl::Status CheckComplete(const ActDraft& draft) {
  const ActKindTraits& kind = *act_kinds::Find(draft.kind);
  const bool opens = draft.case_id.empty();
  if (opens && draft.to.size() < kind.min_recipients) return Missing("to");
  if (draft.to.size() > MostRecipients(kind, opens ? kind.opens_type : v1::CASE_TYPE_JIT)) {
    return Explained(Error(Reason::FIELD_INVALID).Field("to"), Sentence::ONE_ADDRESSEE_OF_KIND);
  }
  if (opens && draft.channel_class == v1::CHANNEL_CLASS_UNSPECIFIED) return Missing("channel");
  if (opens && kind.needs_legal_basis && draft.legal_basis.instrument().empty()) {
    return Missing("legal_basis");
  }
  if (kind.needs_measures && draft.measures.empty()) return Missing("measures");
  return absl::OkStatus();
}

}  // namespace

ActBuilderBase::ActBuilderBase(v1::ActKind kind) {
  draft_.kind = kind;
}

void ActBuilderBase::SetPlace(CasePlace place) {
  if (place.case_id.empty()) fault_.Update(Missing("case"));
  draft_.case_id = std::move(place.case_id);
  draft_.in_reply_to = std::move(place.in_reply_to);
}

void ActBuilderBase::AddRecipient(std::string authority) {
  draft_.to.emplace_back().set_authority(std::move(authority));
}

void ActBuilderBase::AddCompetent(std::string country, std::string measure) {
  v1::Competence& competence = *draft_.to.emplace_back().mutable_competence();
  competence.set_country(std::move(country));
  competence.set_measure(std::move(measure));
}

void ActBuilderBase::AddMeasure(uint32_t ordinal, std::string code, v1::MeasureOutcome outcome) {
  v1::MeasureRef& measure = draft_.measures.emplace_back();
  measure.set_ordinal(ordinal);
  measure.set_code(std::move(code));
  measure.set_outcome(outcome);
}

void ActBuilderBase::AddLetter(const std::string& path) {
  fault_.Update(AddFile(path, false, draft_, *draft_.content.mutable_letter()->mutable_document()));
}

void ActBuilderBase::AddEnclosure(const std::string& path) {
  fault_.Update(AddFile(path, false, draft_, *draft_.content.mutable_letter()->add_enclosures()));
}

absl::StatusOr<ActDraft> ActBuilderBase::Finish() const {
  ROG_RETURN_IF_ERROR(fault_);
  ROG_RETURN_IF_ERROR(CheckComplete(draft_));
  return draft_;
}

}  // namespace rogatoria::client
