#include <algorithm>
#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/receipt/receipt.h"
#include "services/cli/commands.h"
#include "services/cli/receipt_page.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

constexpr size_t kMaxReceiptBytes = 1024 * 1024;

const std::vector<Column> kReceiptMembers = {{Message::COL_EVENT, "event"},
                                             {Message::COL_ACT, "act"},
                                             {Message::COL_CASE, "case"},
                                             {Message::COL_KIND, "kind"},
                                             {Message::COL_FROM, "from"},
                                             {Message::COL_TO, "to"},
                                             {Message::COL_WHEN, "instant"},
                                             {Message::COL_LEGAL_DATE, "legal_date"},
                                             {Message::COL_LEGAL_RULE, "legal_rule"},
                                             {Message::COL_TIME_ZONE, "time_zone"},
                                             {Message::COL_CALENDAR, "calendar"},
                                             {Message::COL_BASIS, "legal_basis"},
                                             {Message::COL_CHANNEL_BASIS, "channel_basis"},
                                             {Message::COL_EFFECT, "effect", false, "EFFECT_"},
                                             {Message::COL_REASON, "reason"},
                                             {Message::COL_CLOCK, "clock", false, "CLOCK_"},
                                             {Message::COL_DEADLINE_PROFILE, "profile"},
                                             {Message::COL_DUE, "due"},
                                             {Message::COL_MEASURE, "measures"},
                                             {Message::COL_CONCERNED, "concerned"},
                                             {Message::COL_CONTENT, "content_sha256"},
                                             {Message::COL_LOG, "log"},
                                             {Message::COL_INDEX, "index"},
                                             {Message::COL_LEVEL, "level"}};

const std::vector<Column> kReceiptColumns = {
    {Message::COL_EVENT, "event"}, {Message::COL_TO, "to"}, {Message::COL_FILE, "file"}};

const std::vector<Column> kVerifiedColumns = {{Message::COL_WHEN, "instant"},
                                              {Message::COL_EVENT, "event"},
                                              {Message::COL_KIND, "kind"},
                                              {Message::COL_FROM, "from"},
                                              {Message::COL_TO, "to"},
                                              {Message::COL_LEGAL_DATE, "legal_date"},
                                              {Message::COL_INDEX, "index"},
                                              {Message::COL_ACT, "act", true},
                                              {Message::COL_EFFECT, "effect", true, "EFFECT_"},
                                              {Message::COL_LEVEL, "level", true},
                                              {Message::COL_FILE, "file", true}};

std::string LevelCode(v1::ReceiptLevel level) {
  return v1::ReceiptLevel_Name(level).substr(sizeof("RECEIPT_LEVEL_") - 1);
}

void AddMissed(const MissedDeadline& missed, Json& view) {
  view["clock"] = missed.clock;
  view["profile"] = missed.profile;
  view["due"] = missed.due.ToString();
  view["measures"] = missed.measures;
  view["concerned"] = missed.concerned;
}

Json EvidenceView(const Evidence& evidence) {
  Json calendar = "";
  if (!evidence.legal_date.calendar.empty()) {
    calendar = absl::StrCat(evidence.legal_date.calendar,
                            " v",
                            evidence.legal_date.calendar_version,
                            ", tzdata ",
                            evidence.legal_date.tzdata_version);
  }
  Json view = {{"event", EventCodeName(evidence.event)},
               {"act", evidence.act_id},
               {"case", evidence.case_id},
               {"kind", KindCode(evidence.kind)},
               {"from", evidence.sender},
               {"to", evidence.recipient},
               {"instant", evidence.instant.ToString()},
               {"legal_date", evidence.legal_date.date},
               {"legal_rule", evidence.legal_date.rule},
               {"time_zone", evidence.legal_date.time_zone},
               {"calendar", calendar},
               {"legal_basis", evidence.legal_basis},
               {"channel_basis", evidence.channel_basis},
               {"effect", StatedEffectName(evidence.effect)},
               {"reason", evidence.reason},
               {"content_sha256", evidence.content_sha256}};
  if (evidence.event == v1::TRANSPORT_EVENT_DEADLINE_MISSED) AddMissed(evidence.missed, view);
  return view;
}

// What a reader must know beside the lines of an evidence of what did not happen.
void ExplainNegative(const Session& session, const Evidence& evidence) {
  if (LeavesOpen(evidence)) session.Note(Message::NOTE_STILL_OPEN);
  if (evidence.event == v1::TRANSPORT_EVENT_DEADLINE_MISSED) session.Note(Message::NOTE_MISSED);
}

// Every *.receipt file below a folder, or the file itself.
std::vector<std::string> ReceiptFiles(const std::string& path) {
  std::vector<std::string> files;
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  for (const auto& file : std::filesystem::recursive_directory_iterator(path, error)) {
    if (file.path().extension() == ".receipt") files.push_back(file.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Whether a receipt is an E.1 on the same act for the same recipient.
bool IsHandoverOf(const std::string& path, const Evidence& evidence) {
  const auto file = ReadFile(path, kMaxReceiptBytes);
  if (!file.ok()) return false;
  const auto parts = ParseReceipt(*file);
  const auto said = parts.ok() ? ParseEvidence(parts->evidence) : parts.status();
  return said.ok() && said->event == v1::TRANSPORT_EVENT_CONTENT_HANDOVER &&
         said->act_id == evidence.act_id && said->recipient == evidence.recipient;
}

// Says so when the E.1 that overrules an E.2 lies beside it.
void NoteOverruled(const Session& session, const std::string& path, const Evidence& evidence) {
  if (!LeavesOpen(evidence)) return;
  const std::string folder = std::filesystem::path(path).parent_path().string();
  for (const std::string& other : ReceiptFiles(folder.empty() ? "." : folder)) {
    if (!IsHandoverOf(other, evidence)) continue;
    return session.Note(Message::NOTE_OVERRULED, Printable(evidence.recipient));
  }
}

absl::Status ShowReceipt(Session& session, const std::string& path) {
  ROG_ASSIGN_OR_RETURN(Bytes file, ReadFile(path, kMaxReceiptBytes));
  ROG_ASSIGN_OR_RETURN(ReceiptParts parts, ParseReceipt(file));
  ROG_ASSIGN_OR_RETURN(Evidence evidence, ParseEvidence(parts.evidence));
  session.Object(EvidenceView(evidence), kReceiptMembers, "act");
  ExplainNegative(session, evidence);
  NoteOverruled(session, path, evidence);
  session.Note(Message::NOTE_NOT_VERIFIED);
  return absl::OkStatus();
}

struct VerifyKeys {
  std::vector<std::string> log;
  std::vector<std::string> witness;
  bool for_every_log = false;
};

// --key, else the profile's, which stands for each of the hub's logs.
absl::StatusOr<VerifyKeys> KeysFor(const Session& session, const std::vector<std::string>& given) {
  if (!given.empty()) return VerifyKeys{given, {}, false};
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, session.Profile());
  return VerifyKeys{{profile.log_key}, profile.witness_keys, true};
}

absl::StatusOr<Json> VerifyOne(const Session& session,
                               ReceiptVerifier& verifier,
                               const VerifyKeys& keys,
                               const std::string& path) {
  ROG_ASSIGN_OR_RETURN(Bytes file, ReadFile(path, kMaxReceiptBytes));
  auto verified = verifier.Verify(
      file, keys.for_every_log ? KeysForLogOf(file, keys.log) : keys.log, keys.witness);
  if (!verified.ok()) {
    session.err << session.Text(Message::RECEIPT_BAD, path) << "\n";
    return verified.status();
  }
  Json view = EvidenceView(verified->evidence);
  view["log"] = verified->log_origin;
  view["index"] = verified->index;
  view["level"] = LevelCode(verified->level);
  view["file"] = path;
  session.Note(Message::RECEIPT_GOOD, path);
  return view;
}

// A file that was named alone is one thing, everything else a list, in the order of the log and
// however many it has. People get what there is only one of in full.
void ShowVerified(const Session& session, bool is_one_file, Json views) {
  std::sort(views.begin(), views.end(), [](const Json& a, const Json& b) {
    return std::pair(a["log"], a["index"]) < std::pair(b["log"], b["index"]);
  });
  if (views.size() == 1 && (is_one_file || !IsForPrograms(session.format))) {
    session.Object(views[0], kReceiptMembers, "act");
  } else if (!is_one_file && (!views.empty() || IsForPrograms(session.format))) {
    session.Rows(views, kVerifiedColumns, "file");
  }
}

// The lines of a receipt in words, as people get them of one receipt.
std::vector<PageFact> LinesOf(const Json& view, Language language) {
  std::vector<PageFact> lines;
  for (const Column& column : kReceiptMembers) {
    const std::string words = MemberText(view, column, language);
    const bool is_code = column.member == "act" || column.member == "case" ||
                         column.member == "content_sha256" || column.member == "log";
    lines.push_back(
        {Say(language, column.title),
         {column.member == "instant" || column.member == "due" ? ReadableInstant(words) : words,
          is_code ? PageText::Kind::kCode : PageText::Kind::kWords}});
  }
  return lines;
}

// A receipt that does not hold is not printed.
absl::Status Print(Session& session, const std::string& path, const PrintOptions& options) {
  ROG_ASSIGN_OR_RETURN(const client::OfficeProfile profile, session.Profile());
  ROG_ASSIGN_OR_RETURN(const VerifyKeys keys, KeysFor(session, {}));
  ROG_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxReceiptBytes));
  ReceiptVerifier verifier;
  ROG_ASSIGN_OR_RETURN(const Json view, VerifyOne(session, verifier, keys, path));
  ROG_ASSIGN_OR_RETURN(const ReceiptParts parts, ParseReceipt(file));
  ROG_ASSIGN_OR_RETURN(const Evidence evidence, ParseEvidence(parts.evidence));
  NoteOverruled(session, path, evidence);
  return PrintPage(
      session, profile, options, [&](const Imprint& imprint) -> absl::StatusOr<std::string> {
        return ReceiptPage(
            {evidence, LinesOf(view, session.language), file}, imprint, session.language);
      });
}

void AddPrint(CLI::App& noun, CommandTree& tree) {
  auto path = std::make_shared<std::string>();
  auto options = std::make_shared<PrintOptions>();
  CLI::App& print = tree.Verb(noun, "print", Message::CMD_RECEIPT_PRINT, [=](Session& session) {
    return Print(session, *path, *options);
  });
  print.add_option("file", *path, tree.Text(Message::OPT_ONE_RECEIPT))->required();
  AddPrintOptions(print, tree, *options);
}

bool IsOneFile(const std::vector<std::string>& paths) {
  std::error_code error;
  return paths.size() == 1 && !std::filesystem::is_directory(paths.front(), error);
}

absl::Status Verify(Session& session,
                    const std::vector<std::string>& paths,
                    const std::vector<std::string>& given_keys) {
  ROG_ASSIGN_OR_RETURN(VerifyKeys keys, KeysFor(session, given_keys));
  ReceiptVerifier verifier;
  Json views = Json::array();
  absl::Status first_failure;
  for (const std::string& path : paths) {
    for (const std::string& file : ReceiptFiles(path)) {
      auto view = VerifyOne(session, verifier, keys, file);
      first_failure.Update(view.status());
      if (view.ok()) views.push_back(*std::move(view));
    }
  }
  ShowVerified(session, IsOneFile(paths), views);
  ROG_RETURN_IF_ERROR(first_failure);
  if (views.empty()) {
    return Explained(Error(Reason::NOT_FOUND).Field(paths.front()), Sentence::RECEIPT_FILES);
  }
  session.Note(Message::RECEIPTS_ALL_GOOD, views.size());
  return absl::OkStatus();
}

// Recipients of which an E.2 and then an E.1 is among them: they come in the log's order.
std::set<std::string> Overruled(const std::vector<client::FetchedReceipt>& fetched) {
  std::set<std::string> failed, overruled;
  for (const client::FetchedReceipt& one : fetched) {
    const std::string& recipient = one.receipt.recipient();
    if (one.receipt.event() == v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE) {
      failed.insert(recipient);
    }
    if (one.receipt.event() == v1::TRANSPORT_EVENT_CONTENT_HANDOVER && failed.contains(recipient)) {
      overruled.insert(recipient);
    }
  }
  return overruled;
}

// Fetches and keeps those that hold; fails when one does not.
absl::Status ListReceipts(Session& session, const std::string& act_id) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(const std::vector<client::FetchedReceipt> fetched,
                       office->FetchReceipts(act_id));
  Json rows = Json::array();
  absl::Status first_failure;
  for (const client::FetchedReceipt& one : fetched) {
    if (!one.status.ok()) {
      first_failure.Update(one.status);
      session.err << session.Text(Message::NOTE_RECEIPT_NOT_KEPT,
                                  Printable(EventCodeName(one.receipt.event())))
                  << "\n";
      continue;
    }
    rows.push_back({{"event", EventCodeName(one.receipt.event())},
                    {"to", one.receipt.recipient()},
                    {"file", one.file}});
  }
  session.Rows(rows, kReceiptColumns, "file");
  for (const std::string& recipient : Overruled(fetched)) {
    session.Note(Message::NOTE_OVERRULED, Printable(recipient));
  }
  return first_failure;
}

}  // namespace

void AddReceiptCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("receipt", Message::CMD_RECEIPT);

  auto path = std::make_shared<std::string>();
  CLI::App& show = tree.Verb(noun, "show", Message::CMD_RECEIPT_SHOW, [=](Session& session) {
    return ShowReceipt(session, *path);
  });
  show.add_option("file", *path, tree.Text(Message::OPT_RECEIPT))->required();

  auto paths = std::make_shared<std::vector<std::string>>();
  auto keys = std::make_shared<std::vector<std::string>>();
  CLI::App& verify = tree.Verb(noun, "verify", Message::CMD_RECEIPT_VERIFY, [=](Session& session) {
    return Verify(session, *paths, *keys);
  });
  verify.add_option("files", *paths, tree.Text(Message::OPT_RECEIPT))->required();
  AddRepeated(verify, "--key", *keys, tree.Text(Message::OPT_LOG_KEY));

  auto act_id = std::make_shared<std::string>();
  CLI::App& list = tree.Verb(noun, "list", Message::CMD_RECEIPT_LIST, [=](Session& session) {
    return ListReceipts(session, *act_id);
  });
  list.add_option("act", *act_id, tree.Text(Message::OPT_ACT))->required();
  AddPrint(noun, tree);
}

}  // namespace rogatoria::cli
