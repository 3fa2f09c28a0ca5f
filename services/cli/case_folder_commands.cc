// What this machine keeps of cases: found and exported, without the hub.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/case_export.h"
#include "common/client/scanner.h"
#include "services/cli/commands.h"
#include "services/cli/received.h"
#include "services/cli/slip.h"
#include "services/cli/verify_receipt_script.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kFoundColumns = {{Message::COL_UPDATED, "updated"},
                                           {Message::COL_WITH, "with"},
                                           {Message::COL_SUBJECT, "subject"},
                                           {Message::COL_REFERENCE, "reference"},
                                           {Message::COL_ACTS, "acts"},
                                           {Message::COL_CASE, "case"},
                                           {Message::COL_OPENED, "opened", true}};

const std::vector<Column> kExportMembers = {{Message::COL_CASE, "case"},
                                            {Message::COL_EXPORT_FOLDER, "folder"},
                                            {Message::COL_ACTS, "acts"},
                                            {Message::COL_EXPORT_DOCUMENTS, "documents"},
                                            {Message::COL_RECEIPTS, "receipts"}};

struct FindOptions {
  std::string case_id, with, from, to, text;
};

// Midnight UTC of a day, and of the day after it.
absl::StatusOr<absl::CivilDay> ParseDay(const std::string& text, const std::string& option) {
  absl::CivilDay day;
  if (absl::ParseCivilTime(text, &day)) return day;
  return Explained(Error(Reason::FIELD_INVALID).Field(option), Sentence::DAY_SUCH_AS);
}

int64_t MidnightOf(absl::CivilDay day) {
  return absl::ToUnixMillis(absl::FromCivil(day, absl::UTCTimeZone()));
}

absl::StatusOr<client::CaseQuery> QueryOf(const FindOptions& options) {
  client::CaseQuery query;
  query.case_id = options.case_id;
  query.counterpart = options.with;
  query.text = options.text;
  if (!options.from.empty()) {
    ROG_ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDay(options.from, "--from"));
    query.from_unix_ms = MidnightOf(day);
  }
  if (!options.to.empty()) {
    ROG_ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDay(options.to, "--to"));
    query.until_unix_ms = MidnightOf(day + 1);
  }
  return query;
}

void TellOfBad(Session& session, const std::vector<client::BadKeptFile>& bad) {
  for (const client::BadKeptFile& file : bad) {
    session.Note(Message::NOTE_NOT_OPENED, Printable(file.path));
    PrintError(session, file.status);
  }
}

Json FoundView(const client::KeptCase& found) {
  return {{"case", found.case_id},
          {"with", found.counterparts},
          {"subject", found.subject},
          {"reference", found.reference},
          {"acts", found.act_count},
          {"opened", Instant{found.opened_unix_ms}.ToString()},
          {"updated", Instant{found.updated_unix_ms}.ToString()}};
}

absl::Status Find(Session& session, const FindOptions& options) {
  ROG_ASSIGN_OR_RETURN(const client::CaseQuery query, QueryOf(options));
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(client::CaseFolder * folder, office->Folder());
  const client::FoundCases found = folder->Find(query);
  Json rows = Json::array();
  for (const client::KeptCase& one : found.cases) rows.push_back(FoundView(one));
  session.Rows(rows, kFoundColumns, "case");
  TellOfBad(session, found.bad);
  return absl::OkStatus();
}

std::string Readme(const Session& session,
                   const std::string& case_id,
                   const client::ExportedCase& exported) {
  std::string text = session.Text(Message::EXPORT_README,
                                  case_id,
                                  SystemClock().Now().ToString(),
                                  exported.acts,
                                  exported.documents,
                                  exported.receipts);
  if (exported.missing.empty()) return text;
  absl::StrAppend(&text, session.Text(Message::EXPORT_MISSING));
  for (const client::BadKeptFile& missing : exported.missing) {
    const auto details = GetErrorDetails(missing.status);
    absl::StrAppend(
        &text,
        "  ",
        Printable(missing.path),
        ": ",
        details.has_value() ? ReasonText(details->reason, session.language) : absl::string_view(),
        "\n");
  }
  return text;
}

absl::Status Export(Session& session, const std::string& case_id, const std::string& target) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  client::ExportWords words;
  words.act = [&](const client::OpenedAct& opened) {
    return DescribeOpened(
        opened, session.language, KeptEffectCode(office->profile(), opened.header));
  };
  words.readme = [&](const client::ExportedCase& exported) {
    return Readme(session, case_id, exported);
  };
  words.verify_receipt = kVerifyReceiptScript;
  client::DownloadOptions options;
  options.after_open = client::ScanWith(office->profile().scanner);
  ROG_ASSIGN_OR_RETURN(const client::ExportedCase exported,
                       client::ExportCase(*office, case_id, target, words, options));
  session.Object(Json{{"case", case_id},
                      {"folder", target},
                      {"acts", exported.acts},
                      {"documents", exported.documents},
                      {"receipts", exported.receipts}},
                 kExportMembers,
                 "folder");
  TellOfBad(session, exported.missing);
  if (!exported.missing.empty()) session.exit_code = kAttentionExit;
  return absl::OkStatus();
}

}  // namespace

void AddCaseFolderVerbs(CommandTree& tree, CLI::App& noun) {
  auto options = std::make_shared<FindOptions>();
  CLI::App& find = tree.Verb(noun, "find", Message::CMD_CASE_FIND, [=](Session& session) {
    return Find(session, *options);
  });
  find.add_option("--case", options->case_id, tree.Text(Message::OPT_CASE));
  find.add_option("--with", options->with, tree.Text(Message::OPT_WITH));
  find.add_option("--from", options->from, tree.Text(Message::OPT_FROM_DAY));
  find.add_option("--to", options->to, tree.Text(Message::OPT_TO_DAY));
  find.add_option("--text", options->text, tree.Text(Message::OPT_FIND_TEXT));

  auto case_id = std::make_shared<std::string>();
  auto folder = std::make_shared<std::string>();
  CLI::App& exported = tree.Verb(noun, "export", Message::CMD_CASE_EXPORT, [=](Session& session) {
    return Export(session, *case_id, *folder);
  });
  exported.add_option("case", *case_id, tree.Text(Message::OPT_CASE))->required();
  exported.add_option("--out", *folder, tree.Text(Message::OPT_EXPORT_OUT))->required();
}

}  // namespace rogatoria::cli
