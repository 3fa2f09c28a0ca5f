#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/addressee_rules.h"
#include "common/directory/load.h"
#include "services/cli/commands.h"
#include "services/cli/directory_files.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

namespace fs = std::filesystem;

const std::vector<Column> kStepColumns = {{Message::COL_RULE, "rule"},
                                          {Message::COL_MET, "met"},
                                          {Message::COL_EXPLANATION, "explanation"}};

// A misspelt field would allow nothing, and the hub does not know what a content has. Other faults
// of the files are the hub's to tell, all of them at once.
absl::Status CheckAllowedFields(const std::vector<DirectoryFile>& files,
                                const std::string& trust_domain) {
  const auto directory = ParseDirectory(files, trust_domain);
  if (!directory.ok()) return absl::OkStatus();
  for (const AuthorityEntry& entry : (*directory)->authorities()) {
    for (const std::string& field : entry.record.allowed_fields()) {
      const std::string where = absl::StrCat("authority.", entry.record.id(), ".allowed_fields");
      ROG_RETURN_IF_ERROR(WithFieldPrefix(client::CheckAllowedField(field), where));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::LoadDirectoryRequest> ReadFolder(const Session& session,
                                                    const std::string& folder) {
  if (!fs::is_directory(folder)) return Error(Reason::FILE_UNREADABLE).Field(folder);
  ROG_ASSIGN_OR_RETURN(std::vector<DirectoryFile> files, ReadDirectoryFiles(folder));
  ROG_ASSIGN_OR_RETURN(const client::OfficeProfile profile, session.Profile());
  ROG_RETURN_IF_ERROR(CheckAllowedFields(files, profile.trust_domain));
  v1::LoadDirectoryRequest request;
  for (DirectoryFile& read : files) {
    v1::DirectoryFile& file = *request.add_files();
    file.set_name(std::move(read.name));
    file.set_content(std::move(read.content));
  }
  return request;
}

absl::Status Load(Session& session, const std::string& folder, bool check_only) {
  ROG_ASSIGN_OR_RETURN(v1::LoadDirectoryRequest request, ReadFolder(session, folder));
  SystemRandom random;
  request.set_request_id(GenerateUuid(random, SystemClock().Now()));
  request.set_validate_only(check_only);
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  ROG_ASSIGN_OR_RETURN(
      v1::LoadDirectoryResponse loaded,
      connection->Call(connection->admin(), &v1::AdminService::Stub::LoadDirectory, request));
  Json changes = Json::array();
  for (const std::string& change : loaded.changes()) {
    changes.push_back(change);
    if (session.format != OutputFormat::kTable) continue;
    session.MarkOutput();
    session.out << change << "\n";
  }
  if (session.format != OutputFormat::kTable) {
    session.Object({{"version", loaded.directory_version()}, {"changes", changes}}, {}, "version");
  }
  session.Note(check_only ? Message::NOTE_DIRECTORY_CHECKED : Message::NOTE_DIRECTORY_LOADED,
               loaded.directory_version());
  return absl::OkStatus();
}

// A name that a hub gives stays below the folder that the operator chose.
absl::Status CheckRelative(const std::string& name) {
  const fs::path path(name);
  const bool climbs = std::find(path.begin(), path.end(), fs::path("..")) != path.end();
  if (!name.empty() && path.is_relative() && !climbs) return absl::OkStatus();
  return Explained(Error(Reason::FIELD_INVALID).Field(name), Sentence::FILE_BELOW_FOLDER);
}

absl::Status ShowDirectory(Session& session, const std::string& folder) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  ROG_ASSIGN_OR_RETURN(
      v1::GetDirectoryResponse found,
      connection->Call(
          connection->admin(), &v1::AdminService::Stub::GetDirectory, v1::GetDirectoryRequest()));
  Json rows = Json::array();
  for (const v1::DirectoryFile& file : found.files()) {
    rows.push_back({{"file", file.name()}, {"bytes", file.content().size()}});
    if (folder.empty()) continue;
    ROG_RETURN_IF_ERROR(CheckRelative(file.name()));
    const fs::path target = fs::path(folder) / file.name();
    ROG_RETURN_IF_ERROR(CreateFolders(target.parent_path().string()));
    ROG_RETURN_IF_ERROR(WriteFileDurably(target.string(), file.content()));
  }
  session.Note(Message::NOTE_DIRECTORY_VERSION, found.directory_version());
  session.Rows(rows, {{Message::COL_FILE, "file"}, {Message::COL_SIZE, "bytes"}}, "file");
  return absl::OkStatus();
}

struct RouteQuestion {
  std::string to, country, measure, territory, language, channel = "FORMAL", instrument;
  std::string channel_basis, kind = "REQUEST", sender;
};

Message MetWord(const v1::RouteStep& step) {
  if (step.warned()) return Message::WORD_WARNS;
  return step.met() ? Message::WORD_YES : Message::WORD_NO;
}

absl::Status Explain(Session& session, const RouteQuestion& question) {
  v1::ExplainRouteRequest request;
  request.set_sender(question.sender);
  request.set_instrument(question.instrument);
  request.set_channel_basis(question.channel_basis);
  request.set_language(LanguageTag(session.language));
  if (!question.measure.empty()) request.add_measures(question.measure);
  if (!question.to.empty()) request.mutable_addressee()->set_authority(question.to);
  if (!question.country.empty()) {
    v1::Competence& competence = *request.mutable_addressee()->mutable_competence();
    competence.set_country(question.country);
    competence.set_measure(question.measure);
    competence.set_territory(question.territory);
    competence.set_language(question.language);
  }
  v1::ChannelClass channel = v1::CHANNEL_CLASS_UNSPECIFIED;
  v1::ActKind kind = v1::ACT_KIND_UNSPECIFIED;
  if (!v1::ChannelClass_Parse(absl::StrCat("CHANNEL_CLASS_", question.channel), &channel)) {
    return Explained(Error(Reason::FIELD_INVALID).Field("--channel"), Sentence::CHANNELS);
  }
  if (!v1::ActKind_Parse(absl::StrCat("ACT_KIND_", question.kind), &kind)) {
    return Explained(Error(Reason::FIELD_INVALID).Field("--kind"), Sentence::KIND_IN_CAPITALS);
  }
  request.set_channel_class(channel);
  request.set_kind(kind);
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  ROG_ASSIGN_OR_RETURN(
      v1::ExplainRouteResponse found,
      connection->Call(
          connection->directory(), &v1::DirectoryService::Stub::ExplainRoute, request));
  Json steps = Json::array();
  for (const v1::RouteStep& step : found.steps()) {
    steps.push_back({{"rule", step.rule()},
                     {"met", session.Text(MetWord(step))},
                     {"explanation", step.explanation()}});
  }
  session.Rows(steps, kStepColumns, "rule");
  if (found.possible()) session.Note(Message::NOTE_ROUTE_POSSIBLE, found.authority());
  for (const std::string& effect : found.effects()) {
    session.Note(Message::NOTE_ROUTE_EFFECT, effect);
  }
  for (const std::string& alternative : found.alternatives()) {
    session.Note(Message::NOTE_ROUTE_ALTERNATIVE, alternative);
  }
  return absl::OkStatus();
}

}  // namespace

void AddDirectoryCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("directory", Message::CMD_DIRECTORY);
  auto folder = std::make_shared<std::string>();
  auto check_only = std::make_shared<bool>(false);
  CLI::App& load = tree.Verb(noun, "load", Message::CMD_DIRECTORY_LOAD, [=](Session& session) {
    return Load(session, *folder, *check_only);
  });
  load.add_option("folder", *folder, tree.Text(Message::OPT_FOLDER))->required();
  load.add_flag("--dry-run", *check_only, tree.Text(Message::OPT_DRY_RUN));

  auto target = std::make_shared<std::string>();
  CLI::App& show = tree.Verb(noun, "show", Message::CMD_DIRECTORY_SHOW, [=](Session& session) {
    return ShowDirectory(session, *target);
  });
  show.add_option("--save", *target, tree.Text(Message::OPT_SAVE));

  CLI::App& route = tree.Noun("route", Message::CMD_ROUTE);
  auto question = std::make_shared<RouteQuestion>();
  CLI::App& explain =
      tree.Verb(route, "explain", Message::CMD_ROUTE_EXPLAIN, [=](Session& session) {
        return Explain(session, *question);
      });
  explain.add_option("--to", question->to, tree.Text(Message::OPT_TO));
  explain.add_option("--country", question->country, tree.Text(Message::OPT_COUNTRY));
  explain.add_option("--measure", question->measure, tree.Text(Message::OPT_MEASURE_CODE));
  explain.add_option("--channel", question->channel, tree.Text(Message::OPT_CHANNEL));
  explain.add_option("--basis", question->instrument, tree.Text(Message::OPT_BASIS));
  explain.add_option(
      "--channel-basis", question->channel_basis, tree.Text(Message::OPT_CHANNEL_BASIS));
  explain.add_option("--territory", question->territory, tree.Text(Message::OPT_TERRITORY));
  explain.add_option("--speaks", question->language, tree.Text(Message::OPT_SPEAKS));
  explain.add_option("--kind", question->kind, tree.Text(Message::OPT_KIND));
  explain.add_option("--sender", question->sender, tree.Text(Message::OPT_SENDER));
}

}  // namespace rogatoria::cli
