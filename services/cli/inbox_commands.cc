#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/document_download.h"
#include "common/client/typed_content.h"
#include "common/model/header.h"
#include "services/cli/attached_documents.h"
#include "services/cli/commands.h"
#include "services/cli/content_text.h"
#include "services/cli/notice_view.h"
#include "services/cli/received.h"
#include "services/cli/slip.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

namespace fs = std::filesystem;

const std::vector<Column> kInboxColumns = {{Message::COL_RECEIVED, "created"},
                                           {Message::COL_FROM, "from"},
                                           {Message::COL_KIND, "kind"},
                                           {Message::COL_URGENCY, "urgency"},
                                           {Message::COL_SUBJECT, "subject"},
                                           {Message::COL_ACT, "act"},
                                           {Message::COL_CASE, "case", true},
                                           {Message::COL_CHANNEL, "channel", true}};

const std::vector<Column> kNoticeMembers = {{Message::COL_KIND, "kind"},
                                            {Message::COL_RECEIVED, "created"},
                                            {Message::COL_SUBJECT, "subject"},
                                            {Message::COL_CASE, "case"},
                                            {Message::COL_ACT, "concerned_act"},
                                            {Message::COL_CONCERNED, "concerned"},
                                            {Message::COL_MEASURE, "measures"},
                                            {Message::COL_CLOCK, "clock", false, "CLOCK_"},
                                            {Message::COL_DEADLINE_PROFILE, "profile"},
                                            {Message::COL_DUE, "due"}};

constexpr int kManyDeliveries = 1'000'000;

Json OpenedView(const client::OfficeProfile& profile, const client::OpenedAct& opened) {
  Json view = HeaderView(opened.header);
  view["effect"] = KeptEffectCode(profile, opened.header);
  view["subject"] = opened.cover_slip.subject();
  view["victims"] = opened.cover_slip.victims();
  view["minors"] = opened.cover_slip.minors();
  view["documents"] = AttachedView(opened);
  return view;
}

// What of the cover slip has to be seen before the content is; empty where nothing is said.
Json LimitsView(const content::v1::CoverSlip& slip) {
  const Json said = MessageView(slip);
  Json view = Json::object();
  for (const char* name : {"do_not_contact", "handling", "precautions"})
    view[name] = said.value(name, Json::array());
  view["handling_restriction"] = slip.handling_restriction();
  return view;
}

// With what is inside, for programs: limits first, as people see them.
Json WholeView(const client::OfficeProfile& profile, const client::OpenedAct& opened) {
  Json view = LimitsView(opened.cover_slip);
  view.update(OpenedView(profile, opened));
  view["content"] = MessageView(opened.content);
  view["contradictions"] = Json::array();
  for (const content::v1::Discrepancy& one : opened.contradictions)
    view["contradictions"].push_back(MessageView(one));
  return view;
}

// Says that an act was not taken; the first one's reason is the command's exit code.
absl::Status NotTaken(Session& session, const v1::Act& act, const absl::Status& why) {
  PrintError(session, why);
  if (const auto header = ParseHeader(act.header()); header.ok()) {
    session.Note(Message::NOTE_ACT_NOT_TAKEN, header->act_id());
  }
  if (session.exit_code == 0) session.exit_code = ExitCode(why);
  return why;
}

void WarnOfContradictions(Session& session, const client::OpenedAct& opened) {
  if (opened.contradictions.empty()) return;
  session.err << DescribeContradictions(opened.contradictions, session.language);
  session.Note(Message::NOTE_CONTRADICTION, opened.header.act_id());
}

void TellOfDocuments(Session& session, const client::OpenedAct& opened) {
  if (opened.header.documents().empty()) return;
  session.Note(Message::NOTE_ATTACHED, opened.header.documents_size(), opened.header.act_id());
}

// The act was taken: documents that do not come now are fetched later.
void SaveTaken(Session& session,
               client::Office& office,
               const client::OpenedAct& opened,
               const std::string& folder) {
  if (folder.empty()) return TellOfDocuments(session, opened);
  const std::string& act_id = opened.header.act_id();
  const std::string of_act = absl::StrCat(folder, "/", absl::StrReplaceAll(act_id, {{"/", "_"}}));
  const absl::Status saved = SaveDocuments(session, office, opened, of_act);
  if (saved.ok()) return;
  PrintError(session, saved);
  session.Note(client::IsLost(saved) ? Message::NOTE_LOST : Message::NOTE_NOT_FETCHED, act_id);
  if (session.exit_code == 0) session.exit_code = ExitCode(saved);
}

// Takes one delivery: opens it, keeps it, shows it. An error gives it back.
absl::Status Take(Session& session,
                  client::Office& office,
                  const client::Subscription::Delivery& delivery,
                  const std::string& folder) {
  auto opened = office.OpenAct(delivery.act());
  if (!opened.ok()) return NotTaken(session, delivery.act(), opened.status());
  ROG_RETURN_IF_ERROR(KeepReceived(office, delivery.act()));
  if (delivery.gap_before()) session.Note(Message::NOTE_GAP_BEFORE);
  session.Row(OpenedView(office.profile(), *opened), kInboxColumns, "act");
  WarnOfContradictions(session, *opened);
  SaveTaken(session, office, *opened, folder);
  TakeForwarded(session, office, *opened);
  return absl::OkStatus();
}

absl::Status TakeNotice(Session& session,
                        client::Office& office,
                        const client::KeptNotice& notice) {
  session.Row(NoticeView(notice, session.language), kInboxColumns, "act");
  if (notice.notice.kind() == v1::NOTICE_KIND_DUTY_SUBSTITUTE) {
    TakeAsSubstitute(session, office, notice.notice);
  }
  return absl::OkStatus();
}

void TellAway(Session& session, absl::Time until) {
  if (until == absl::InfiniteFuture()) return session.Note(Message::NOTE_WATCH_AWAY);
  session.Note(Message::PROGRESS_NOT_REACHED,
               absl::FormatTime("%H:%M:%S", until, absl::LocalTimeZone()));
}

absl::Status Watch(Session& session, int limit, double idle_seconds, const std::string& folder) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  const absl::Duration idle =
      idle_seconds > 0 ? absl::Seconds(idle_seconds) : absl::InfiniteDuration();
  const absl::Status status = office->Receive(
      limit > 0 ? limit : kManyDeliveries,
      idle,
      [&](const client::Subscription::Delivery& delivery) {
        return Take(session, *office, delivery, folder);
      },
      [&](const client::KeptNotice& notice) { return TakeNotice(session, *office, notice); },
      [&](const absl::Status&, absl::Time until) { TellAway(session, until); });
  if (HasReason(status, Reason::RECEIPT_NOT_VALID)) session.Note(Message::NOTE_NOT_TAKEN);
  return status;
}

void TellNotOpened(Session& session, const std::string& name, const absl::Status& why) {
  session.Note(Message::NOTE_NOT_OPENED, name);
  PrintError(session, why);
}

// Of the case folder those that we did not send.
void AddReceived(Session& session, client::Office& office, Json& rows) {
  const auto folder = office.Folder();
  if (!folder.ok()) return PrintError(session, folder.status());
  const client::FoundActs found = (*folder)->FindActs({});
  for (const client::BadKeptFile& bad : found.bad) {
    TellNotOpened(session, fs::path(bad.path).filename().string(), bad.status);
  }
  for (const client::KeptAct& act : found.acts) {
    if (act.sender == office.profile().authority) continue;
    const auto opened = office.OpenKept(act.act_id);
    if (opened.ok()) {
      rows.push_back(OpenedView(office.profile(), *opened));
    } else {
      TellNotOpened(session, act.act_id, opened.status());
    }
  }
}

absl::Status ListInbox(Session& session) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  Json rows = Json::array();
  if (!office->profile().sealing.empty()) AddReceived(session, *office, rows);
  for (const client::KeptNotice& notice : client::ListNotices(office->profile().state)) {
    rows.push_back(NoticeView(notice, session.language));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Json& a, const Json& b) {
    return a["created"] < b["created"];
  });
  session.Rows(rows, kInboxColumns, "act");
  return absl::OkStatus();
}

absl::Status OpenNotice(Session& session, const std::string& id) {
  ROG_ASSIGN_OR_RETURN(const client::OfficeProfile profile, session.Profile());
  for (const client::KeptNotice& notice : client::ListNotices(profile.state)) {
    if (NoticeId(notice.position) != id) continue;
    session.Object(NoticeView(notice, session.language), kNoticeMembers, "act");
    if (notice.notice.kind() != v1::NOTICE_KIND_DUTY_SUBSTITUTE) return absl::OkStatus();
    ROG_ASSIGN_OR_RETURN(auto office, session.Office());
    TakeAsSubstitute(session, *office, notice.notice);
    return absl::OkStatus();
  }
  return Error(Reason::NOT_FOUND).Field(id);
}

absl::Status OpenCommand(Session& session, const std::string& act_id, const std::string& folder) {
  if (absl::StartsWith(act_id, "notice-")) return OpenNotice(session, act_id);
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(client::OpenedAct opened, office->OpenKept(act_id));
  if (session.format == OutputFormat::kJson || session.format == OutputFormat::kYaml) {
    session.Object(WholeView(office->profile(), opened), {}, "act");
  } else {
    session.MarkOutput();
    session.out << DescribeOpened(
        opened, session.language, KeptEffectCode(office->profile(), opened.header));
  }
  if (!opened.contradictions.empty())
    session.Note(Message::NOTE_CONTRADICTION, opened.header.act_id());
  TakeForwarded(session, *office, opened);
  if (!folder.empty()) return SaveDocuments(session, *office, opened, folder);
  TellOfDocuments(session, opened);
  return absl::OkStatus();
}

}  // namespace

void AddInboxCommands(CommandTree& tree) {
  CLI::App& inbox = tree.Noun("inbox", Message::CMD_INBOX);
  tree.Verb(inbox, "list", Message::CMD_INBOX_LIST, ListInbox);

  auto limit = std::make_shared<int>(0);
  auto idle = std::make_shared<double>(0);
  auto watch_folder = std::make_shared<std::string>();
  CLI::App& watch = tree.Verb(inbox, "watch", Message::CMD_INBOX_WATCH, [=](Session& session) {
    return Watch(session, *limit, *idle, *watch_folder);
  });
  watch.add_option("--limit", *limit, tree.Text(Message::OPT_LIMIT));
  watch.add_option("--idle", *idle, tree.Text(Message::OPT_IDLE));
  watch.add_option("--save", *watch_folder, tree.Text(Message::OPT_WATCH_SAVE));

  auto act_id = std::make_shared<std::string>();
  auto folder = std::make_shared<std::string>();
  CLI::App& open = tree.Verb(inbox, "open", Message::CMD_INBOX_OPEN, [=](Session& session) {
    return OpenCommand(session, *act_id, *folder);
  });
  open.add_option("act", *act_id, tree.Text(Message::OPT_ACT))->required();
  open.add_option("--save", *folder, tree.Text(Message::OPT_SAVE));
}

}  // namespace rogatoria::cli
