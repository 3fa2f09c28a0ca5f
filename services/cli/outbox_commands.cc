#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/client/office.h"
#include "common/client/outbox_list.h"
#include "common/model/header.h"
#include "services/cli/act_sending.h"
#include "services/cli/commands.h"
#include "services/cli/slip.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kOutboxColumns = {{Message::COL_SINCE, "since"},
                                            {Message::COL_KIND, "kind"},
                                            {Message::COL_TO, "to"},
                                            {Message::COL_STANDING, "standing"},
                                            {Message::COL_WHY, "why"},
                                            {Message::COL_NEXT, "next"},
                                            {Message::COL_ACT, "act"}};

const std::vector<Column> kFlushedColumns = {
    {Message::COL_ACT, "act"},
    {Message::COL_STANDING, "standing"},
    {Message::COL_REASON, "reason"},
    {Message::COL_WARNED, "warned_rules", false, "WARNED_"},
    {Message::COL_NEXT, "next"}};

struct Outcome {
  std::string standing;  // a code of words.inc
  std::string next;      // what is to be done about it
};

// What was refused as a second act of its id may say what the hub has: that is looked at first.
Outcome SetAside(const Session& session,
                 bool id_taken,
                 const std::string& act_id,
                 const std::string& path) {
  return {"SET_ASIDE",
          id_taken ? session.Text(Message::NEXT_ID_TAKEN, act_id, path)
                   : session.Text(Message::NEXT_REFUSED, path)};
}

Outcome OutcomeOf(const Session& session,
                  const client::OfficeProfile& profile,
                  const client::FlushedAct& act) {
  if (act.status.ok()) return {act.signed_again ? "SENT_SIGNED_AGAIN" : "SENT", ""};
  if (HasReason(act.status, Reason::OUTBOX_FILE_DAMAGED)) {
    return {"DAMAGED", session.Text(Message::NEXT_DAMAGED, act.bad_file)};
  }
  if (!act.bad_file.empty()) {
    return {"WAITS", session.Text(Message::NEXT_UNREADABLE, act.bad_file)};
  }
  if (act.in_outbox) {
    const bool bad_receipt = HasReason(act.status, Reason::RECEIPT_NOT_VALID);
    return {"WAITS", session.Text(bad_receipt ? Message::NEXT_RECEIPT : Message::NEXT_SEND)};
  }
  if (client::NeedsSealingAnew(act.status)) {
    return {"SIGN_AGAIN", session.Text(Message::NEXT_SIGN_AGAIN)};
  }
  return SetAside(session,
                  HasReason(act.status, Reason::ACT_ID_REUSED),
                  act.act_id,
                  absl::StrCat(profile.state, "/failed/", act.request_id, ".act"));
}

Json FlushedView(const Session& session,
                 const client::OfficeProfile& profile,
                 const client::FlushedAct& act) {
  const auto details = GetErrorDetails(act.status);
  const Outcome outcome = OutcomeOf(session, profile, act);
  return {{"act", act.act_id},
          {"standing", outcome.standing},
          {"reason", details.has_value() ? std::string(ReasonName(details->reason)) : ""},
          {"warned_rules", act.warned_rules},
          {"next", outcome.next}};
}

// What stands for an act that lies there, without trying to send it.
Outcome StandingOf(const Session& session, const client::OutboxItem& item) {
  if (item.reason == Reason::OUTBOX_FILE_DAMAGED) {
    return {"DAMAGED", session.Text(Message::NEXT_DAMAGED, item.path)};
  }
  if (item.waits && !item.request.has_value()) {
    return {"WAITS", session.Text(Message::NEXT_UNREADABLE, item.path)};
  }
  if (item.waits) {
    const bool bad_receipt = item.reason == Reason::RECEIPT_NOT_VALID;
    return {"WAITS", session.Text(bad_receipt ? Message::NEXT_RECEIPT : Message::NEXT_SEND)};
  }
  if (client::NeedsNewSignature(item)) {
    return {"SIGN_AGAIN", session.Text(Message::NEXT_SIGN_AGAIN)};
  }
  return SetAside(session, item.reason == Reason::ACT_ID_REUSED, item.id, item.path);
}

std::string WhyText(const Session& session, const client::OutboxItem& item) {
  if (!item.reason.has_value()) {
    return item.waits ? session.Text(Message::WHY_NOT_TRIED) : std::string();
  }
  return std::string(ReasonText(*item.reason, session.language));
}

Json ItemView(const Session& session, const client::OutboxItem& item) {
  v1::ActHeader header;
  if (item.request.has_value()) {
    if (auto parsed = ParseHeader(item.request->act().header()); parsed.ok()) header = *parsed;
  }
  Json to = Json::array();
  for (const v1::Recipient& recipient : header.recipients()) to.push_back(recipient.authority());
  const Outcome outcome = StandingOf(session, item);
  return {{"act", item.id},
          {"case", header.case_id()},
          {"kind", KindCode(header.kind())},
          {"to", to},
          {"since", item.since.ToString()},
          {"standing", outcome.standing},
          {"reason", item.reason.has_value() ? std::string(ReasonName(*item.reason)) : ""},
          {"why", WhyText(session, item)},
          {"next", outcome.next},
          {"file", item.path}};
}

absl::Status ListItems(Session& session) {
  ROG_ASSIGN_OR_RETURN(const client::OfficeProfile profile, session.Profile());
  if (profile.authority.empty()) return Error(Reason::OFFICE_PROFILE_NEEDED);
  Json rows = Json::array();
  for (const client::OutboxItem& item : client::ListOutbox(profile.state, profile.authority)) {
    rows.push_back(ItemView(session, item));
  }
  if (rows.empty() && !IsForPrograms(session.format)) {
    session.Note(Message::NOTE_OUTBOX_EMPTY);
    return absl::OkStatus();
  }
  session.Rows(rows, kOutboxColumns, "act");
  return absl::OkStatus();
}

const std::vector<Column> kItemMembers = {{Message::COL_ACT, "act"},
                                          {Message::COL_SINCE, "since"},
                                          {Message::COL_STANDING, "standing"},
                                          {Message::COL_WHY, "why"},
                                          {Message::COL_NEXT, "next"},
                                          {Message::COL_FILE, "file"}};

absl::Status ShowItem(Session& session, const std::string& id) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  const client::OfficeProfile& profile = office->profile();
  for (const client::OutboxItem& item : client::ListOutbox(profile.state, profile.authority)) {
    if (item.id != id) continue;
    session.Object(ItemView(session, item), kItemMembers, "act");
    if (!item.request.has_value() || IsForPrograms(session.format)) return absl::OkStatus();
    ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, office->OpenAct(item.request->act()));
    session.MarkOutput();
    session.out << "\n" << DescribeOpened(opened, session.language);
    return absl::OkStatus();
  }
  return Error(Reason::NOT_FOUND).Field(id);
}

// Sends what waits. Fails as the first act that could not be sent.
absl::Status SendOutbox(Session& session) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(const std::vector<client::FlushedAct> flushed, office->Flush());
  Json rows = Json::array();
  size_t sent = 0;
  bool warned = false;
  absl::Status first_failure;
  for (const client::FlushedAct& act : flushed) {
    rows.push_back(FlushedView(session, office->profile(), act));
    first_failure.Update(act.status);
    sent += act.status.ok() ? 1 : 0;
    warned = warned || WouldRefuse(act.warned_rules);
  }
  session.Rows(rows, kFlushedColumns, "act");
  session.Note(Message::NOTE_FLUSHED, sent);
  if (warned) session.Note(Message::NOTE_WARNED);
  return first_failure;
}

}  // namespace

void AddOutboxCommands(CommandTree& tree) {
  CLI::App& outbox = tree.Noun("outbox", Message::CMD_OUTBOX);
  tree.Verb(outbox, "list", Message::CMD_OUTBOX_LIST, ListItems);
  auto id = std::make_shared<std::string>();
  CLI::App& show = tree.Verb(outbox, "show", Message::CMD_OUTBOX_SHOW, [=](Session& session) {
    return ShowItem(session, *id);
  });
  show.add_option("act", *id, tree.Text(Message::OPT_ACT))->required();
  tree.Verb(outbox, "send", Message::CMD_OUTBOX_SEND, SendOutbox);
}

}  // namespace rogatoria::cli
