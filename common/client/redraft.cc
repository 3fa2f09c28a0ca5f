#include "common/client/redraft.h"

namespace rogatoria::client {

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
  return draft;
}

}  // namespace rogatoria::client
