#include "common/client/redraft.h"

#include <algorithm>

#include <google/protobuf/util/message_differencer.h>

#include "common/client/attached.h"

namespace rogatoria::client {
namespace {

using google::protobuf::util::MessageDifferencer;

// A text that was left out is filled in later.
bool Fits(const std::string& said, const std::string& sealed) {
  return said.empty() || said == sealed;
}

bool Fits(const v1::MeasureRef& said, const v1::MeasureRef& sealed) {
  v1::MeasureRef filled = said;
  if (filled.code().empty()) filled.set_code(sealed.code());
  if (filled.ordinal() == 0) filled.set_ordinal(sealed.ordinal());
  return MessageDifferencer::Equals(filled, sealed);
}

bool Fits(const v1::Addressee& said, const v1::Addressee& sealed) {
  return said.authority() == sealed.authority();
}

template <typename Item>
bool AllFit(const std::vector<Item>& said, const std::vector<Item>& sealed) {
  const auto fit = [](const Item& a, const Item& b) { return Fits(a, b); };
  return std::equal(said.begin(), said.end(), sealed.begin(), sealed.end(), fit);
}

bool SameAddressing(const ActDraft& said, const ActDraft& sealed) {
  const bool left_out = said.to.empty() && !said.case_id.empty();
  return (left_out || AllFit(said.to, sealed.to)) && said.case_id == sealed.case_id &&
         said.in_reply_to == sealed.in_reply_to && said.related_cases == sealed.related_cases &&
         (said.channel_class == v1::CHANNEL_CLASS_UNSPECIFIED ||
          said.channel_class == sealed.channel_class);
}

bool SameInLaw(const ActDraft& said, const ActDraft& sealed) {
  const bool basis_left_out = said.legal_basis.instrument().empty();
  return said.kind == sealed.kind &&
         (basis_left_out || MessageDifferencer::Equals(said.legal_basis, sealed.legal_basis)) &&
         Fits(said.channel_basis, sealed.channel_basis) && AllFit(said.measures, sealed.measures) &&
         MessageDifferencer::Equals(said.urgency, sealed.urgency) &&
         said.deadline_effect == sealed.deadline_effect && said.data_class == sealed.data_class &&
         said.insist == sealed.insist && said.originals_follow == sealed.originals_follow &&
         said.confirmation_due == sealed.confirmation_due;
}

// Handling codes that were left out were filled in.
bool SameSlip(content::v1::CoverSlip said, const content::v1::CoverSlip& sealed) {
  if (said.handling().empty()) *said.mutable_handling() = sealed.handling();
  return MessageDifferencer::Equals(said, sealed);
}

// A key is of one document alone: that it is the same says that the bytes are. The manifest is made
// for each sealing of the act.
content::v1::ActContent WithoutManifests(content::v1::ActContent content) {
  for (const content::v1::Document* document : AttachedIn(content)) {
    const uint32_t number = document->attached().number();
    MutableAttached(content, number)->mutable_attached()->clear_manifest();
  }
  return content;
}

bool SameContent(const ActDraft& said, const ActDraft& sealed) {
  return Fits(said.language, sealed.language) && SameSlip(said.cover_slip, sealed.cover_slip) &&
         MessageDifferencer::Equals(WithoutManifests(said.content),
                                    WithoutManifests(sealed.content));
}

}  // namespace

ActDraft DraftOf(const OpenedAct& opened) {
  const v1::ActHeader& header = opened.header;
  ActDraft draft;
  draft.request_id = header.act_id().substr(header.act_id().find('/') + 1);
  draft.kind = header.kind();
  for (const v1::Recipient& recipient : header.recipients()) {
    draft.to.emplace_back().set_authority(recipient.authority());
  }
  draft.channel_class = header.channel_class();
  draft.legal_basis = header.legal_basis();
  draft.channel_basis = header.channel_basis();
  if (header.case_id() != header.act_id()) draft.case_id = header.case_id();
  draft.in_reply_to = header.in_reply_to();
  draft.measures.assign(header.measures().begin(), header.measures().end());
  draft.urgency = header.urgency();
  draft.deadline_effect = header.deadline_effect();
  draft.data_class = header.data_class();
  draft.language = header.language();
  draft.insist = header.insist();
  draft.related_cases.assign(header.related_cases().begin(), header.related_cases().end());
  draft.originals_follow = header.originals_follow();
  draft.confirmation_due = header.confirmation_due();
  draft.cover_slip = opened.cover_slip;
  draft.content = opened.content;
  draft.attached = AttachedOf(opened);
  return draft;
}

ActDraft DraftObjection(const OpenedAct& opened) {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_DISCREPANCY_NOTICE;
  draft.to.emplace_back().set_authority(opened.header.sender());
  draft.case_id = opened.header.case_id();
  draft.in_reply_to = opened.header.act_id();
  draft.data_class = v1::DATA_CLASS_NONE;
  content::v1::DiscrepancyNotice& notice = *draft.content.mutable_discrepancy_notice();
  notice.set_act_id(opened.header.act_id());
  notice.mutable_discrepancies()->Assign(opened.contradictions.begin(),
                                         opened.contradictions.end());
  return draft;
}

bool SaysTheSame(const ActDraft& draft, const ActDraft& sealed) {
  return SameAddressing(draft, sealed) && SameInLaw(draft, sealed) && SameContent(draft, sealed);
}

}  // namespace rogatoria::client
