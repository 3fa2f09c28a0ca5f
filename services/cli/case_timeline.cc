#include "services/cli/case_timeline.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/client/kept_notices.h"
#include "common/client/outbox.h"
#include "common/model/evidence.h"
#include "common/model/header.h"
#include "common/receipt/receipt.h"
#include "services/cli/custody_page.h"
#include "services/cli/notice_view.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

constexpr int kMaxChains = 50;  // of documents that are asked for, to show one case

std::string MeasureText(const v1::MeasureRef& measure, Language language) {
  std::string text = absl::StrCat(measure.ordinal(), ".");
  if (!measure.code().empty()) absl::StrAppend(&text, " ", WordFor(measure.code(), language));
  const std::string outcome = OutcomeCode(measure.outcome());
  if (!outcome.empty()) absl::StrAppend(&text, ": ", WordFor(outcome, language));
  return text;
}

// "decision (1. hearing by video link: admitted); out of sequence".
std::string ActText(const v1::ActSummary& act, const v1::ActHeader& header, Language language) {
  std::string text = WordFor(KindCode(header.kind()), language);
  std::vector<std::string> parts;
  for (const v1::MeasureRef& measure : header.measures()) {
    parts.push_back(MeasureText(measure, language));
  }
  if (!parts.empty()) absl::StrAppend(&text, " (", absl::StrJoin(parts, "; "), ")");
  std::vector<std::string> remarks;
  if (act.disposition() == v1::ACT_DISPOSITION_OUT_OF_SEQUENCE)
    remarks.push_back("OUT_OF_SEQUENCE");
  if (act.disposition() == v1::ACT_DISPOSITION_CROSSED) remarks.push_back("UNAPPLIED");
  if (act.crossed() > 0) remarks.push_back("CROSSED");
  for (const std::string& remark : remarks) {
    absl::StrAppend(&text, "; ", WordFor(remark, language));
  }
  return text;
}

std::string Recipients(const v1::ActHeader& header) {
  std::vector<std::string> names;
  for (const v1::Recipient& recipient : header.recipients()) names.push_back(recipient.authority());
  return absl::StrJoin(names, ", ");
}

CaseEvent ActEvent(const v1::ActSummary& act,
                   const v1::ActHeader& header,
                   const std::string& us,
                   Language language) {
  const std::string what = ActText(act, header, language);
  const std::string to = Recipients(header);
  const auto is_us = [&](const v1::Recipient& recipient) { return recipient.authority() == us; };
  CaseEvent event{act.recorded_unix_ms(),
                  "ACT",
                  "OTHERS",
                  header.act_id(),
                  KindCode(header.kind()),
                  header.sender(),
                  Say(language, Message::EVENT_OF_OTHERS, header.sender(), to, what)};
  if (header.sender() == us) {
    event.direction = "SENT";
    event.text = Say(language, Message::EVENT_SENT, what, to);
  } else if (std::any_of(header.recipients().begin(), header.recipients().end(), is_us)) {
    event.direction = "RECEIVED";
    event.text = Say(language, Message::EVENT_RECEIVED, header.sender(), what);
  }
  if (!act.handed_over_to().empty()) {
    absl::StrAppend(
        &event.text,
        "; ",
        Say(language, Message::EVENT_HANDED, absl::StrJoin(act.handed_over_to(), ", ")));
  }
  return event;
}

void AddNotices(const client::OfficeProfile& profile,
                const std::string& case_id,
                Language language,
                std::vector<CaseEvent>& events) {
  for (const client::KeptNotice& kept : client::ListNotices(profile.state)) {
    if (kept.notice.case_id() != case_id) continue;
    events.push_back({kept.notice.issued_unix_ms(),
                      "NOTICE",
                      "",
                      kept.notice.act_id(),
                      NoticeKindCode(kept.notice.kind()),
                      kept.notice.authority(),
                      Say(language, Message::EVENT_NOTICE, NoticeSentence(kept.notice, language))});
  }
}

// Those of several measures that end together are one line.
void AddDeadlines(const v1::GetCaseResponse& found,
                  Language language,
                  std::vector<CaseEvent>& events) {
  using Same = std::tuple<int64_t, std::string, std::string, std::string>;
  std::map<Same, std::vector<std::string>> measures;
  for (const v1::CaseClock& clock : found.clocks()) {
    if (clock.due_unix_ms() == 0) continue;
    const std::string standing =
        v1::ClockStanding_Name(clock.standing()).substr(sizeof("CLOCK_STANDING_") - 1);
    auto& named =
        measures[{clock.due_unix_ms(), ClockCode(clock.clock()), clock.authority(), standing}];
    if (clock.measure() != 0) named.push_back(absl::StrCat(clock.measure()));
  }
  for (const auto& [same, named] : measures) {
    const auto& [due, code, authority, standing] = same;
    std::string text = Say(language,
                           Message::EVENT_DEADLINE,
                           authority,
                           WordFor(absl::StrCat("CLOCK_", code), language),
                           WordFor(absl::StrCat("CLOCK_IS_", standing), language));
    if (!named.empty()) {
      absl::StrAppend(
          &text, ". ", Say(language, Message::NOTICE_MEASURES, absl::StrJoin(named, ", ")));
    }
    events.push_back({due, "DEADLINE", "", "", code, authority, std::move(text)});
  }
}

void AddChain(const v1::DocumentInfo& document,
              const v1::ListCustodyResponse& custody,
              Language language,
              std::vector<CaseEvent>& events) {
  for (const v1::CustodyEntry& entry : custody.entries()) {
    const std::string code =
        v1::CustodyEvent_Name(entry.event()).substr(sizeof("CUSTODY_EVENT_") - 1);
    std::string text = WordFor(absl::StrCat("CUSTODY_", code), language);
    const bool to = entry.event() == v1::CUSTODY_EVENT_FORWARDED;
    if (!entry.authority().empty())
      absl::StrAppend(
          &text, " ", Say(language, to ? Message::EVENT_TO : Message::EVENT_BY, entry.authority()));
    events.push_back({entry.instant_unix_ms(),
                      "DOCUMENT",
                      "",
                      document.act_id(),
                      code,
                      entry.authority(),
                      Say(language, Message::EVENT_DOCUMENT, document.number(), text)});
  }
}

void AddDocuments(client::Connection& hub,
                  const std::vector<std::string>& acts,
                  Language language,
                  std::vector<CaseEvent>& events) {
  int chains = 0;
  for (const std::string& act_id : acts) {
    v1::ListDocumentsRequest request;
    request.set_act_id(act_id);
    const auto listed =
        hub.Call(hub.documents(), &v1::DocumentService::Stub::ListDocuments, request);
    if (!listed.ok()) continue;
    for (const v1::DocumentInfo& document : listed->documents()) {
      if (++chains > kMaxChains) return;
      v1::ListCustodyRequest ask;
      ask.set_document_id(document.document_id());
      const auto custody = hub.Call(hub.documents(), &v1::DocumentService::Stub::ListCustody, ask);
      if (custody.ok()) AddChain(document, *custody, language, events);
    }
  }
}

// "2026-11-27" and "10:30:12" of "2026-11-27T10:30:12.123Z".
std::string DayOf(int64_t unix_ms) {
  return InstantText(unix_ms).substr(0, 10);
}
std::string HourOf(int64_t unix_ms) {
  return InstantText(unix_ms).substr(11, 8);
}

}  // namespace

std::vector<CaseEvent> ReceiptEvents(const client::OfficeProfile& profile,
                                     const std::string& act_id,
                                     Language language) {
  std::vector<std::pair<v1::TransportEvent, CaseEvent>> kept;
  std::error_code error;
  for (const auto& file :
       std::filesystem::directory_iterator(client::ReceiptFolder(profile.state, act_id), error)) {
    if (file.path().extension() != ".receipt") continue;
    const auto bytes = ReadFile(file.path().string(), limits::kMaxReceiptBytes);
    if (!bytes.ok()) continue;
    const auto parts = ParseReceipt(*bytes);
    if (!parts.ok()) continue;
    const auto said = ParseEvidence(parts->evidence);
    if (!said.ok()) continue;
    const std::string code = EventCodeName(said->event);
    const std::string word = WordFor(code, language);
    std::string text = said->recipient.empty()
                           ? Say(language, Message::EVENT_RECEIPT, word)
                           : Say(language, Message::EVENT_RECEIPT_TO, word, said->recipient);
    if (!said->legal_date.date.empty()) {
      absl::StrAppend(&text, "; ", Say(language, Message::EVENT_LEGAL_DATE, said->legal_date.date));
    }
    kept.emplace_back(
        said->event,
        CaseEvent{
            said->instant.unix_ms, "RECEIPT", "", act_id, code, said->recipient, std::move(text)});
  }
  // Several are of one instant: in the order in which they come about.
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first, a.second.authority) < std::pair(b.first, b.second.authority);
  });
  std::vector<CaseEvent> events;
  for (auto& [event, told] : kept) events.push_back(std::move(told));
  return events;
}

std::vector<CaseEvent> CaseTimeline(const Session& session,
                                    client::Connection& hub,
                                    const client::OfficeProfile& profile,
                                    const v1::GetCaseResponse& found,
                                    const std::vector<v1::ActSummary>& acts) {
  const Language language = session.language;
  std::vector<CaseEvent> events;
  std::vector<std::string> with_documents;
  for (const v1::ActSummary& act : acts) {
    const auto header = ParseHeader(act.header());
    if (!header.ok()) continue;
    events.push_back(ActEvent(act, *header, profile.authority, language));
    for (CaseEvent& receipt : ReceiptEvents(profile, header->act_id(), language))
      events.push_back(std::move(receipt));
    if (!header->documents().empty()) with_documents.push_back(header->act_id());
  }
  AddNotices(profile, found.case_().case_id(), language, events);
  AddDeadlines(found, language, events);
  AddDocuments(hub, with_documents, language, events);
  std::stable_sort(events.begin(), events.end(), [](const CaseEvent& a, const CaseEvent& b) {
    return a.at_unix_ms < b.at_unix_ms;
  });
  return events;
}

void PrintTimeline(const Session& session, const std::vector<CaseEvent>& events, bool wide) {
  session.out << "\n"
              << session.Text(Message::HEADING_TIMELINE) << " (" << session.Text(Message::LINE_UTC)
              << ")\n";
  const int64_t now = absl::ToUnixMillis(absl::Now());
  std::string day;
  bool future = false;
  for (const CaseEvent& event : events) {
    if (!future && event.at_unix_ms > now) {
      future = true;
      session.out << "---- " << session.Text(Message::LINE_NOW) << " ----\n";
    }
    if (DayOf(event.at_unix_ms) != day) {
      day = DayOf(event.at_unix_ms);
      session.out << day << "\n";
    }
    session.out << "  " << HourOf(event.at_unix_ms) << "  " << Printable(event.text);
    if (wide && !event.act.empty()) session.out << "  [" << Printable(event.act) << "]";
    session.out << "\n";
  }
}

Json TimelineView(const std::vector<CaseEvent>& events) {
  Json rows = Json::array();
  for (const CaseEvent& event : events) {
    rows.push_back({{"at", InstantText(event.at_unix_ms)},
                    {"sort", event.sort},
                    {"direction", event.direction},
                    {"act", event.act},
                    {"code", event.code},
                    {"authority", event.authority},
                    {"text", event.text}});
  }
  return rows;
}

}  // namespace rogatoria::cli
