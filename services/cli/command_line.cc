#include "services/cli/command_line.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/base/suggestions.h"
#include "common/crypto/tls_policy.h"
#include "services/cli/commands.h"
#include "services/cli/contexts.h"
#include "services/cli/pin_prompt.h"

namespace rogatoria::cli {
namespace {

constexpr int kUsageExit = 2;

struct ExitRow {
  absl::StatusCode code;
  int exit;
};
// 0 OK and 2 usage as everywhere; 10 and up by kind of failure, so that scripts can tell them
// apart.
constexpr std::array kExits = {
    ExitRow{absl::StatusCode::kOk, 0},
    ExitRow{absl::StatusCode::kInvalidArgument, 10},
    ExitRow{absl::StatusCode::kNotFound, 11},
    ExitRow{absl::StatusCode::kPermissionDenied, 12},
    ExitRow{absl::StatusCode::kUnauthenticated, 13},
    ExitRow{absl::StatusCode::kFailedPrecondition, 14},
    ExitRow{absl::StatusCode::kAborted, 15},
    ExitRow{absl::StatusCode::kAlreadyExists, 16},
    ExitRow{absl::StatusCode::kOutOfRange, 17},
    ExitRow{absl::StatusCode::kResourceExhausted, 20},
    ExitRow{absl::StatusCode::kUnavailable, 21},
    ExitRow{absl::StatusCode::kDeadlineExceeded, 22},
    ExitRow{absl::StatusCode::kDataLoss, 30},
};
constexpr int kOtherFailure = 1;

void LabelHelp(CLI::App& app, const Session& session) {
  auto formatter = app.get_formatter();
  formatter->column_width(34);
  formatter->label("Usage", session.Text(Message::HELP_USAGE));
  formatter->label("OPTIONS", session.Text(Message::HELP_OPTIONS));
  formatter->label("SUBCOMMAND", session.Text(Message::HELP_COMMAND));
  formatter->label("REQUIRED", session.Text(Message::HELP_REQUIRED));
  formatter->label("Positionals", session.Text(Message::HELP_ARGUMENTS_TITLE));
  formatter->label("TEXT", session.Text(Message::HELP_TEXT));
  for (const char* number : {"INT", "UINT", "FLOAT"}) {
    formatter->label(number, session.Text(Message::HELP_NUMBER));
  }
  app.option_defaults()->group(session.Text(Message::HELP_OPTIONS_TITLE));
  app.set_help_flag("-h,--help", session.Text(Message::OPT_HELP));
}

void AddGlobalOptions(CLI::App& app, Session& session) {
  app.add_option("--profile", session.profile_path, session.Text(Message::OPT_PROFILE));
  app.add_option("-o,--output", session.format_name, session.Text(Message::OPT_OUTPUT));
  app.add_option_function<std::string>(
      "--language", [](const std::string&) {}, session.Text(Message::OPT_LANGUAGE));
  app.add_option("--timeout", session.timeout_seconds, session.Text(Message::OPT_TIMEOUT))
      ->check(CLI::PositiveNumber)
      ->each([&session](const std::string&) { session.timeout_given = true; });
  app.add_flag("-q,--quiet", session.quiet, session.Text(Message::OPT_QUIET));
  app.set_version_flag(
      "--version", "rogatoria " ROGATORIA_VERSION, session.Text(Message::OPT_VERSION));
  app.fallthrough();
}

// What the parser found wrong, in words of ours; its own text is English and only the name in it is
// kept.
struct UsageRow {
  CLI::ExitCodes error;
  Message message;
  absl::string_view before, after;  // what stands around the name in the parser's text
};
constexpr std::array kUsage = {
    UsageRow{CLI::ExitCodes::RequiredError, Message::USAGE_REQUIRED, "", " is required"},
    UsageRow{CLI::ExitCodes::ExtrasError, Message::USAGE_UNEXPECTED, ": ", ""},
    UsageRow{CLI::ExitCodes::ArgumentMismatch, Message::USAGE_VALUE, "", ": "},
    UsageRow{CLI::ExitCodes::ValidationError, Message::USAGE_VALUE, "", ": "},
    UsageRow{CLI::ExitCodes::ConversionError, Message::USAGE_VALUE, "Could not convert: ", ""},
};

// The deepest command that was understood: rogatoria, or rogatoria act.
const CLI::App& Understood(const CLI::App& app) {
  const CLI::App* deepest = &app;
  while (!deepest->get_subcommands().empty()) deepest = deepest->get_subcommands().front();
  return *deepest;
}

std::vector<std::string> CommandsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(child->get_name());
  }
  return names;
}

// How the parser begins to say that a subcommand is required.
constexpr absl::string_view kNoCommand = "A subcommand";

// Nothing was said, or something that is no command.
std::string NoCommandText(const CLI::App& app, const Session& session) {
  const std::vector<std::string> others = app.remaining(/*recurse=*/true);
  const CLI::App& understood = Understood(app);
  const std::string line = &understood == &app
                               ? app.get_name()
                               : absl::StrCat(app.get_name(), " ", understood.get_name());
  const std::string all = session.Text(Message::USAGE_COMMANDS, line);
  if (others.empty()) return absl::StrCat(session.Text(Message::USAGE_COMMAND_MISSING), " ", all);
  if (others.front().front() == '-') {
    return absl::StrCat(
        session.Text(Message::USAGE_UNEXPECTED, Printable(others.front())), " ", all);
  }
  std::string text = session.Text(Message::USAGE_NO_COMMAND, Printable(others.front()));
  const std::vector<std::string> close = CloseTo(others.front(), CommandsOf(understood));
  if (!close.empty()) {
    absl::StrAppend(&text, " ", session.Text(Message::USAGE_CLOSE, absl::StrJoin(close, ", ")));
  }
  return absl::StrCat(text, " ", all);
}

std::string UsageText(const CLI::ParseError& error, const Session& session) {
  const std::string text = error.what();
  for (const UsageRow& row : kUsage) {
    if (static_cast<int>(row.error) != error.get_exit_code()) continue;
    const size_t before = row.before.empty() ? 0 : text.find(std::string(row.before));
    if (before == std::string::npos) break;  // said otherwise than we know
    const size_t begin = before + row.before.size();
    const size_t end = row.after.empty() ? text.size() : text.find(std::string(row.after), begin);
    return session.Text(row.message, Printable(text.substr(begin, end - begin)));
  }
  return session.Text(Message::USAGE_OTHER, Printable(text));
}

int ReportUsage(const CLI::App& app, const CLI::ParseError& error, const Session& session) {
  if (error.get_exit_code() == 0) return app.exit(error, session.out, session.err);
  if (absl::string_view(error.what()).substr(0, kNoCommand.size()) == kNoCommand) {
    session.err << NoCommandText(app, session) << "\n";
    return kUsageExit;
  }
  session.err << UsageText(error, session) << " " << session.Text(Message::USAGE_HELP) << "\n";
  return kUsageExit;
}

absl::StatusOr<std::unique_ptr<client::Connection>> WithTimeout(
    const Session& session, absl::StatusOr<std::unique_ptr<client::Connection>> connection) {
  if (connection.ok()) {
    (*connection)->set_overall_deadline(absl::Seconds(session.timeout_seconds));
  }
  return connection;
}

// The profile that a command would use, before anything is parsed; empty: none.
std::string ProfileInUse(int argc, const char* const* argv) {
  if (const auto said = ProfileOption(argc, argv); said.has_value()) return *said;
  return CurrentProfile().value_or("");
}

// Whether this profile is of a training domain. What cannot be read is left to the command.
bool IsForTraining(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  const auto profile = client::LoadProfile(path);
  return profile.ok() && profile->training;
}

// The same value with the mark that programs look at.
Json Marked(const Json& value) {
  Json marked = value;
  if (marked.is_object()) marked["training"] = true;
  if (!marked.is_array()) return marked;
  for (Json& item : marked) {
    if (item.is_object()) item["training"] = true;
  }
  return marked;
}

// A hub that does not let us in does not say why; in training this may be it.
void TellOfTraining(const Session& session, const absl::Status& status) {
  const bool not_let_in = absl::IsUnavailable(status) || absl::IsUnauthenticated(status) ||
                          absl::IsDeadlineExceeded(status);
  if (session.training && not_let_in)
    session.err << session.Text(Message::TRAINING_NOT_LET_IN) << "\n";
}

int RunChosen(const CommandTree& tree, Session& session) {
  auto format = ParseOutputFormat(session.format_name);
  if (!format.ok()) {
    PrintError(session, format.status());
    return kUsageExit;
  }
  session.format = *format;
  const absl::Status status = tree.chosen()(session);
  if (!status.ok()) PrintError(session, status);
  TellOfTraining(session, status);
  return status.ok() ? session.exit_code : ExitCode(status);
}

// Refusals whose text tells what is, not what would be accepted. Also every text that is a whole
// sentence, as the rules of routing and of the lifecycle give them.
constexpr Reason kExplained[] = {Reason::HEADER_MALFORMED,
                                 Reason::SIGNATURE_INVALID,
                                 Reason::CERTIFICATE_UNTRUSTED,
                                 Reason::MANIFEST_MISMATCH,
                                 Reason::DIRECTORY_INVALID,
                                 Reason::CONFIGURATION_INVALID,
                                 Reason::PUBLISHED_LOG_AHEAD,
                                 Reason::KEY_NOT_TRUSTED,
                                 Reason::DELIVERY_NOT_FOUND,
                                 Reason::INTERNAL};

// A text of a hub or an agent, which came without its translations. Codes and numbers are of no
// language: INFORMAL, FORMAL.
bool IsEnglishProse(absl::string_view text) {
  return absl::StrContains(text, ' ') && std::any_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(static_cast<unsigned char>(c));
         });
}

bool IsExplanation(const ErrorDetails& details) {
  return absl::EndsWith(details.accepted, ".") ||
         std::find(std::begin(kExplained), std::end(kExplained), details.reason) !=
             std::end(kExplained);
}

Message LabelOf(const ErrorDetails& details, bool translated) {
  if (IsExplanation(details)) return translated ? Message::ERROR_WHY : Message::ERROR_EXPLANATION;
  return translated || !IsEnglishProse(details.accepted) ? Message::ERROR_ACCEPTED
                                                         : Message::ERROR_ACCEPTED_ENGLISH;
}

}  // namespace

void Session::BeginTraining() {
  if (!training) err << Text(Message::TRAINING_MARK) << "\n";
  training = true;
}

void Session::MarkOutput() const {
  if (!training || output_marked || format == OutputFormat::kName) return;
  output_marked = true;
  if (!IsForPrograms(format)) out << Text(Message::TRAINING_MARK) << "\n";
}

void Session::Rows(const Json& rows,
                   const std::vector<Column>& columns,
                   const std::string& name) const {
  MarkOutput();
  PrintRows(out, format, language, training ? Marked(rows) : rows, columns, name);
}

void Session::Row(const Json& row,
                  const std::vector<Column>& columns,
                  const std::string& name) const {
  MarkOutput();
  PrintRow(out, format, language, training ? Marked(row) : row, columns, name);
  out.flush();
}

void Session::Object(const Json& object,
                     const std::vector<Column>& members,
                     const std::string& name) const {
  MarkOutput();
  PrintObject(out, format, language, training ? Marked(object) : object, members, name);
}

absl::StatusOr<client::OfficeProfile> Session::Profile() const {
  std::string path = profile_path;
  if (path.empty()) {
    ROG_ASSIGN_OR_RETURN(path, CurrentProfile());
  }
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, client::LoadProfile(path));
  profile.language = LanguageTag(language);
  return profile;
}

absl::StatusOr<std::unique_ptr<client::Office>> Session::Office() const {
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, Profile());
  if (profile.authority.empty()) return Error(Reason::OFFICE_PROFILE_NEEDED);
  ROG_ASSIGN_OR_RETURN(
      auto office, client::Office::Open(std::move(profile), {.ask_pin = AskPinOnTerminal(*this)}));
  office->connection().set_overall_deadline(absl::Seconds(timeout_seconds));
  return office;
}

absl::StatusOr<std::unique_ptr<client::Connection>> Session::Connect() const {
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, Profile());
  if (profile.authority.empty()) return Error(Reason::OFFICE_PROFILE_NEEDED);
  return WithTimeout(*this, client::Connection::Open(profile));
}

absl::StatusOr<std::unique_ptr<client::Connection>> Session::ConnectAdmin() const {
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, Profile());
  if (!profile.authority.empty() && profile.admin_endpoint.empty()) {
    return Error(Reason::OPERATOR_PROFILE_NEEDED);
  }
  return WithTimeout(*this, client::Connection::OpenAdmin(profile));
}

absl::StatusOr<std::unique_ptr<client::Connection>> Session::ConnectAny() const {
  ROG_ASSIGN_OR_RETURN(client::OfficeProfile profile, Profile());
  return WithTimeout(*this,
                     profile.authority.empty() ? client::Connection::OpenAdmin(profile)
                                               : client::Connection::Open(profile));
}

CLI::App& CommandTree::Noun(const std::string& name, Message help) {
  CLI::App& noun = *root_.add_subcommand(name, Text(help));
  noun.require_subcommand(1)->group(Text(Message::HELP_COMMANDS_TITLE));
  LabelHelp(noun, session_);
  return noun;
}

CLI::App& CommandTree::Verb(CLI::App& noun, const std::string& name, Message help, Action action) {
  CLI::App& verb = *noun.add_subcommand(name, Text(help));
  verb.group(Text(Message::HELP_COMMANDS_TITLE));
  LabelHelp(verb, session_);
  verb.callback([this, action = std::move(action)] { chosen_ = action; });
  return verb;
}

CLI::Option* AddRepeated(CLI::App& command,
                         const std::string& name,
                         std::vector<std::string>& values,
                         const std::string& help) {
  return command.add_option(name, values, help)->allow_extra_args(false);
}

int ExitCode(const absl::Status& status) {
  for (const ExitRow& row : kExits) {
    if (row.code == status.code()) return row.exit;
  }
  return kOtherFailure;
}

void PrintError(const Session& session, const absl::Status& status) {
  PrintError(session.err, session.language, status);
}

void PrintError(std::ostream& err, Language language, const absl::Status& status) {
  const auto details = GetErrorDetails(status);
  const auto said = Said::Of(status);
  if (!details.has_value()) {
    err << (said.has_value() ? Say(language, Message::ERROR_PLAIN, Printable(said->In(language)))
                             : Say(language, Message::ERROR_ENGLISH, Printable(status.message())))
        << "\n";
    return;
  }
  err << Say(language,
             Message::ERROR_REASON,
             ReasonText(details->reason, language),
             ReasonName(details->reason))
      << "\n";
  if (!details->field.empty()) {
    err << Say(language, Message::ERROR_FIELD, Printable(details->field)) << "\n";
  }
  const Message label = LabelOf(*details, said.has_value());
  const std::string& text = said.has_value() ? said->In(language) : details->accepted;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    err << Say(language, label, Printable(line)) << "\n";
  }
}

int Run(int argc, const char* const* argv) {
  Session session;
  session.language = ChooseLanguage(argc, argv, LanguageInProfile(ProfileInUse(argc, argv)));
  session.training = IsForTraining(ProfileInUse(argc, argv));
  if (session.training) session.err << session.Text(Message::TRAINING_MARK) << "\n";
  if (absl::Status tls = RequireTls13(); !tls.ok()) {
    PrintError(session, tls);
    return ExitCode(tls);
  }
  if (const auto said = LanguageOption(argc, argv); said && !LanguageFromTag(*said)) {
    session.err << session.Text(Message::USAGE_LANGUAGE, Printable(*said)) << "\n";
    return kUsageExit;
  }
  CLI::App app(session.Text(Message::APP_DESCRIPTION), "rogatoria");
  LabelHelp(app, session);
  AddGlobalOptions(app, session);
  app.require_subcommand(1);
  CommandTree tree(app, session);
  AddAllCommands(tree);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return ReportUsage(app, error, session);
  }
  return RunChosen(tree, session);
}

}  // namespace rogatoria::cli
