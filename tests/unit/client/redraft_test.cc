#include "common/client/redraft.h"

#include <functional>

#include <gtest/gtest.h>

namespace rogatoria::client {
namespace {

constexpr char kCase[] = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";

ActDraft SealedDraft() {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_DECISION;
  draft.to.emplace_back().set_authority("co-fgn");
  draft.channel_class = v1::CHANNEL_CLASS_FORMAL;
  draft.legal_basis.set_instrument("UN-TIP-2000");
  draft.channel_basis = "COMJIB-MEDELLIN-2019";
  draft.case_id = kCase;
  draft.in_reply_to = kCase;
  v1::MeasureRef& measure = draft.measures.emplace_back();
  measure.set_ordinal(1);
  measure.set_code("VIDEO_HEARING");
  measure.set_outcome(v1::MEASURE_OUTCOME_ADMITTED);
  draft.urgency.set_level(v1::URGENCY_LEVEL_URGENT);
  draft.deadline_effect = v1::DEADLINE_EFFECT_SUSPENDS;
  draft.data_class = v1::DATA_CLASS_SENSITIVE;
  draft.language = "pt-PT";
  draft.insist = v1::INSIST_REASON_CROSSED;
  draft.related_cases.push_back(kCase);
  draft.originals_follow = true;
  draft.confirmation_due = "2026-12-31";
  draft.cover_slip.set_subject("Audição");
  draft.content.mutable_letter()->set_text("Segue a decisão.");
  return draft;
}

using Change = std::function<void(ActDraft&)>;

TEST(SaysTheSameTest, WhatItWasMadeFromAndWhatWasLeftToBeFilledIn) {
  const ActDraft sealed = SealedDraft();
  EXPECT_TRUE(SaysTheSame(sealed, sealed));
  const Change left_out[] = {
      [](ActDraft& draft) { draft.to.clear(); },
      [](ActDraft& draft) { draft.channel_class = v1::CHANNEL_CLASS_UNSPECIFIED; },
      [](ActDraft& draft) { draft.legal_basis.Clear(); },
      [](ActDraft& draft) { draft.channel_basis.clear(); },
      [](ActDraft& draft) { draft.measures.front().clear_code(); },
      [](ActDraft& draft) { draft.language.clear(); },
  };
  for (size_t i = 0; i < std::size(left_out); ++i) {
    ActDraft draft = sealed;
    left_out[i](draft);
    EXPECT_TRUE(SaysTheSame(draft, sealed)) << i;
  }
}

TEST(SaysTheSameTest, AnythingElseIsAnotherAct) {
  const ActDraft sealed = SealedDraft();
  const Change changes[] = {
      [](ActDraft& draft) { draft.kind = v1::ACT_KIND_PROGRESS; },
      [](ActDraft& draft) { draft.to.front().set_authority("br-pgr"); },
      [](ActDraft& draft) { draft.to.front().clear_authority(); },
      [](ActDraft& draft) { draft.to.emplace_back().set_authority("br-pgr"); },
      [](ActDraft& draft) { draft.channel_class = v1::CHANNEL_CLASS_INFORMAL; },
      [](ActDraft& draft) { draft.legal_basis.set_article("10"); },
      [](ActDraft& draft) { draft.channel_basis = "OTHER"; },
      [](ActDraft& draft) { draft.case_id.clear(); },
      [](ActDraft& draft) { draft.in_reply_to.clear(); },
      [](ActDraft& draft) { draft.measures.clear(); },
      [](ActDraft& draft) { draft.measures.front().set_ordinal(2); },
      [](ActDraft& draft) { draft.measures.front().set_outcome(v1::MEASURE_OUTCOME_REFUSED); },
      [](ActDraft& draft) { draft.urgency.set_level(v1::URGENCY_LEVEL_EMERGENCY); },
      [](ActDraft& draft) { draft.deadline_effect = v1::DEADLINE_EFFECT_UNSPECIFIED; },
      [](ActDraft& draft) { draft.data_class = v1::DATA_CLASS_NONE; },
      [](ActDraft& draft) { draft.language = "es-CO"; },
      [](ActDraft& draft) { draft.insist = v1::INSIST_REASON_UNSPECIFIED; },
      [](ActDraft& draft) { draft.related_cases.clear(); },
      [](ActDraft& draft) { draft.originals_follow = false; },
      [](ActDraft& draft) { draft.confirmation_due.clear(); },
      [](ActDraft& draft) { draft.cover_slip.set_subject("Outra"); },
      [](ActDraft& draft) { draft.content.mutable_letter()->set_text("Outra."); },
  };
  for (size_t i = 0; i < std::size(changes); ++i) {
    ActDraft draft = sealed;
    changes[i](draft);
    EXPECT_FALSE(SaysTheSame(draft, sealed)) << i;
  }
}

}  // namespace
}  // namespace rogatoria::client
