// What happened in a case, by time, as one tells it to a person: acts both ways, the receipts and
// notices that this machine keeps, what became of documents, and the deadlines, those to come too.
#pragma once

#include <string>
#include <vector>

#include "common/client/connection.h"
#include "common/client/profile.h"
#include "services/cli/command_line.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::cli {

struct CaseEvent {
  int64_t at_unix_ms = 0;
  std::string sort;       // ACT, RECEIPT, NOTICE, DEADLINE, DOCUMENT
  std::string direction;  // of an act: SENT, RECEIVED, OTHERS
  std::string act;        // that it is about
  std::string code;       // kind, event, clock or custody event
  std::string authority;  // sender, or whom it concerns
  std::string text;       // in the reader's language
};

// `acts`: the summaries of the case, in its order. Of documents the chains of custody are asked
// for, of the first limits of them; what the hub does not answer is left out.
std::vector<CaseEvent> CaseTimeline(const Session& session,
                                    client::Connection& hub,
                                    const client::OfficeProfile& profile,
                                    const v1::GetCaseResponse& found,
                                    const std::vector<v1::ActSummary>& acts);

// The receipts of an act that were verified and are kept on this machine, in the order in which
// they come about.
std::vector<CaseEvent> ReceiptEvents(const client::OfficeProfile& profile,
                                     const std::string& act_id,
                                     Language language);

// As lines under their days, with a mark where now is; ids too when `wide`.
void PrintTimeline(const Session& session, const std::vector<CaseEvent>& events, bool wide);
Json TimelineView(const std::vector<CaseEvent>& events);

}  // namespace rogatoria::cli
