#include "services/cli/agent_words.h"

#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/cli/command_line.h"
#include "services/cli/content_text.h"
#include "services/cli/messages.h"
#include "services/cli/notice_view.h"
#include "services/cli/slip.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {

std::string AgentWords::State(agent::v1::ActState state) const {
  const std::string code = agent::v1::ActState_Name(state).substr(sizeof("ACT_STATE_") - 1);
  return WordFor(absl::StrCat("AGENT_", code), language_);
}

// As the command line says it, on lines of its own.
std::string AgentWords::Reason(const absl::Status& why) const {
  std::ostringstream text;
  PrintError(text, language_, why);
  return std::string(absl::StripTrailingAsciiWhitespace(text.str()));
}

std::string AgentWords::Prepared(const v1::ActHeader& header, const client::ActDraft& draft) const {
  return DescribePrepared(header, draft, language_);
}

std::string AgentWords::Opened(const client::OpenedAct& opened, const std::string& effect) const {
  return DescribeOpened(opened, language_, effect);
}

std::string AgentWords::Notice(const v1::Notice& notice) const {
  return NoticeSentence(notice, language_);
}

std::string AgentWords::Receipt(const Evidence& evidence) const {
  std::string text;
  const auto add = [&](Message label, const std::string& value) {
    if (!value.empty()) absl::StrAppend(&text, Say(language_, label), ": ", Printable(value), "\n");
  };
  add(Message::COL_EVENT, WordFor(EventCodeName(evidence.event), language_));
  add(Message::COL_ACT, evidence.act_id);
  add(Message::COL_CASE, evidence.case_id);
  add(Message::COL_FROM, evidence.sender);
  add(Message::COL_TO, evidence.recipient);
  add(Message::COL_WHEN, evidence.instant.ToString());
  add(Message::COL_LEGAL_DATE, evidence.legal_date.date);
  add(Message::COL_EFFECT,
      WordFor(absl::StrCat("EFFECT_", StatedEffectName(evidence.effect)), language_));
  add(Message::COL_REASON, evidence.reason);
  return text;
}

std::string AgentWords::Contradiction(const content::v1::Discrepancy& discrepancy) const {
  return std::string(
      absl::StripTrailingAsciiWhitespace(DescribeContradictions({discrepancy}, language_)));
}

}  // namespace rogatoria::cli
