// instrument: the law as data, looked at before and after it is the hub's. validate and diff work
// on files alone; import puts them into the hub's directory; list and show ask the hub.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/directory/instrument_changes.h"
#include "common/directory/load.h"
#include "services/cli/commands.h"
#include "services/cli/directory_files.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kInstrumentColumns = {{Message::COL_INSTRUMENT, "instrument"},
                                                {Message::COL_VERSION, "version"},
                                                {Message::COL_MARK, "mark"},
                                                {Message::COL_MODE, "mode"},
                                                {Message::COL_PAIRS, "pairs"},
                                                {Message::COL_NAME, "title"}};

const std::vector<Column> kInstrumentMembers = {{Message::COL_INSTRUMENT, "instrument"},
                                                {Message::COL_NAME, "title"},
                                                {Message::COL_VERSION, "version"},
                                                {Message::COL_SOURCE, "source"},
                                                {Message::COL_MARK, "mark"},
                                                {Message::COL_MODE, "mode"},
                                                {Message::COL_TYPE, "use"},
                                                {Message::COL_EFFECT, "effect", false, "GIVES_"},
                                                {Message::COL_MEASURE, "measures"},
                                                {Message::COL_MATTERS, "matters"},
                                                {Message::COL_REQUIRES, "requires"},
                                                {Message::COL_CONFIRM_WITHIN, "confirm_within"},
                                                {Message::COL_PAIRS, "relations"}};

const std::vector<Column> kChangeColumns = {{Message::COL_INSTRUMENT, "instrument"},
                                            {Message::COL_FIELD, "field"},
                                            {Message::COL_BEFORE, "before"},
                                            {Message::COL_AFTER, "after"}};

// The part of an enumerator's name behind its type's; nothing for UNSPECIFIED.
std::string Code(const std::string& name, absl::string_view prefix) {
  const std::string code = name.substr(prefix.size());
  return code == "UNSPECIFIED" ? "" : code;
}

Json ListOf(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

Json ListWhere(const std::vector<std::pair<bool, const char*>>& flags) {
  Json list = Json::array();
  for (const auto& [set, name] : flags) {
    if (set) list.push_back(name);
  }
  return list;
}

Json InstrumentView(const v1::Instrument& instrument) {
  Json relations = Json::array();
  for (const v1::InstrumentRelation& relation : instrument.relations()) {
    relations.push_back(
        {{"between", absl::StrCat(relation.country(), "-", relation.other_country())},
         {"status", Code(v1::InstrumentStatus_Name(relation.status()), "INSTRUMENT_STATUS_")},
         {"from", relation.from()},
         {"to", relation.to()}});
  }
  return {{"instrument", instrument.id()},
          {"title", instrument.title()},
          {"version", instrument.version()},
          {"source", instrument.source()},
          {"mark", Code(v1::DataMark_Name(instrument.mark()), "DATA_MARK_")},
          {"mode", Code(v1::InstrumentMode_Name(instrument.mode()), "INSTRUMENT_MODE_")},
          {"use",
           ListWhere({{instrument.legal_basis(), "LEGAL_BASIS"},
                      {instrument.channel_basis(), "CHANNEL_BASIS"},
                      {instrument.central_authorities_only(), "CENTRAL_AUTHORITIES_ONLY"}})},
          {"effect", Code(v1::ChannelEffect_Name(instrument.effect()), "CHANNEL_EFFECT_")},
          {"measures", ListOf(instrument.measures())},
          {"matters", ListOf(instrument.matters())},
          {"requires",
           ListWhere({{instrument.speciality(), "SPECIALITY"},
                      {instrument.consult_before_refusal(), "CONSULT_BEFORE_REFUSAL"},
                      {instrument.paper_follows(), "PAPER_FOLLOWS"}})},
          {"confirm_within", instrument.confirm_within()},
          {"pairs", instrument.relations_size()},
          {"relations", relations}};
}

using Instruments = std::vector<v1::Instrument>;

absl::StatusOr<Instruments> ReadInstruments(const std::vector<std::string>& paths) {
  std::vector<DirectoryFile> files;
  for (const std::string& path : paths) {
    ROG_ASSIGN_OR_RETURN(const std::vector<DirectoryFile> found, ReadDirectoryFiles(path));
    files.insert(files.end(), found.begin(), found.end());
  }
  return ParseInstruments(files);
}

void ShowInstruments(const Session& session, const Instruments& instruments) {
  Json rows = Json::array();
  for (const v1::Instrument& instrument : instruments) rows.push_back(InstrumentView(instrument));
  session.Rows(rows, kInstrumentColumns, "instrument");
}

void ShowChanges(const Session& session, const Instruments& before, const Instruments& after) {
  Json rows = Json::array();
  for (const InstrumentChange& change : ChangesOfInstruments(before, after)) {
    rows.push_back({{"instrument", change.instrument},
                    {"field", change.field},
                    {"before", change.before},
                    {"after", change.after}});
  }
  session.Rows(rows, kChangeColumns, "instrument");
}

absl::Status Validate(Session& session, const std::vector<std::string>& paths) {
  ROG_ASSIGN_OR_RETURN(const Instruments instruments, ReadInstruments(paths));
  ShowInstruments(session, instruments);
  session.Note(Message::NOTE_INSTRUMENTS_GOOD, instruments.size());
  return absl::OkStatus();
}

absl::Status Diff(Session& session, const std::string& before, const std::string& after) {
  ROG_ASSIGN_OR_RETURN(const Instruments old_ones, ReadInstruments({before}));
  ROG_ASSIGN_OR_RETURN(const Instruments new_ones, ReadInstruments({after}));
  ShowChanges(session, old_ones, new_ones);
  return absl::OkStatus();
}

// Page by page, until `wanted` is among them; all of them when nothing is.
absl::StatusOr<Instruments> AskHub(client::Connection& connection, const std::string& wanted) {
  Instruments all;
  v1::ListInstrumentsRequest request;
  request.set_page_size(limits::kMaxPageSize);
  do {
    ROG_ASSIGN_OR_RETURN(
        const v1::ListInstrumentsResponse page,
        connection.Call(
            connection.directory(), &v1::DirectoryService::Stub::ListInstruments, request));
    for (const v1::Instrument& instrument : page.instruments()) {
      if (instrument.id() == wanted) return Instruments{instrument};
      all.push_back(instrument);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (!wanted.empty()) return Error(Reason::INSTRUMENT_UNKNOWN).Field(wanted);
  return all;
}

absl::Status ListInstruments(Session& session) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  ROG_ASSIGN_OR_RETURN(const Instruments found, AskHub(*connection, ""));
  ShowInstruments(session, found);
  return absl::OkStatus();
}

absl::Status ShowInstrument(Session& session, const std::string& id) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  ROG_ASSIGN_OR_RETURN(const Instruments found, AskHub(*connection, id));
  session.Object(InstrumentView(found.front()), kInstrumentMembers, "instrument");
  return absl::OkStatus();
}

// What the hub has, with the files of the folder in the place of those of the same name.
v1::LoadDirectoryRequest Merge(const v1::GetDirectoryResponse& current,
                               const std::vector<DirectoryFile>& imported) {
  std::map<std::string, std::string> files;
  for (const v1::DirectoryFile& file : current.files()) files[file.name()] = file.content();
  for (const DirectoryFile& file : imported) {
    files[absl::StrCat("instruments/", std::filesystem::path(file.name).filename().string())] =
        file.content;
  }
  v1::LoadDirectoryRequest request;
  for (auto& [name, content] : files) {
    v1::DirectoryFile& file = *request.add_files();
    file.set_name(name);
    file.set_content(content);
  }
  return request;
}

absl::StatusOr<Instruments> InstrumentsOf(
    const google::protobuf::RepeatedPtrField<v1::DirectoryFile>& files) {
  std::vector<DirectoryFile> all;
  for (const v1::DirectoryFile& file : files) all.push_back({file.name(), file.content()});
  return ParseInstruments(all);
}

// A first letter says it in all three languages: yes, sí, sim.
bool Agrees(Session& session) {
  session.err << session.Text(Message::ASK_IMPORT) << " " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  const std::string word = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
  return word == "y" || word == "yes" || word == "s" || word == "si" || word == "sí" ||
         word == "sim";
}

absl::Status Send(client::Connection& connection,
                  v1::LoadDirectoryRequest request,
                  bool check_only,
                  uint64_t& version) {
  SystemRandom random;
  request.set_request_id(GenerateUuid(random, SystemClock().Now()));
  request.set_validate_only(check_only);
  ROG_ASSIGN_OR_RETURN(
      const v1::LoadDirectoryResponse loaded,
      connection.Call(connection.admin(), &v1::AdminService::Stub::LoadDirectory, request));
  version = loaded.directory_version();
  return absl::OkStatus();
}

absl::Status Import(Session& session, const std::string& folder, bool agreed) {
  ROG_ASSIGN_OR_RETURN(const std::vector<DirectoryFile> imported, ReadDirectoryFiles(folder));
  ROG_RETURN_IF_ERROR(ParseInstruments(imported).status());
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAdmin());
  ROG_ASSIGN_OR_RETURN(
      const v1::GetDirectoryResponse current,
      connection->Call(
          connection->admin(), &v1::AdminService::Stub::GetDirectory, v1::GetDirectoryRequest()));
  const v1::LoadDirectoryRequest request = Merge(current, imported);
  uint64_t version = 0;
  ROG_RETURN_IF_ERROR(Send(*connection, request, true, version));
  ROG_ASSIGN_OR_RETURN(const Instruments before, InstrumentsOf(current.files()));
  ROG_ASSIGN_OR_RETURN(const Instruments after, InstrumentsOf(request.files()));
  ShowChanges(session, before, after);
  if (!agreed && !Agrees(session)) {
    session.Note(Message::NOTE_NOTHING_CHANGED);
    session.exit_code = kAttentionExit;
    return absl::OkStatus();
  }
  ROG_RETURN_IF_ERROR(Send(*connection, request, false, version));
  session.Note(Message::NOTE_DIRECTORY_LOADED, version);
  return absl::OkStatus();
}

void AddFileVerbs(CommandTree& tree, CLI::App& noun) {
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App& validate =
      tree.Verb(noun, "validate", Message::CMD_INSTRUMENT_VALIDATE, [=](Session& session) {
        return Validate(session, *files);
      });
  validate.add_option("files", *files, tree.Text(Message::OPT_INSTRUMENT_FILES))->required();

  auto before = std::make_shared<std::string>();
  auto after = std::make_shared<std::string>();
  CLI::App& diff = tree.Verb(noun, "diff", Message::CMD_INSTRUMENT_DIFF, [=](Session& session) {
    return Diff(session, *before, *after);
  });
  diff.add_option("before", *before, tree.Text(Message::OPT_INSTRUMENT_FILES))->required();
  diff.add_option("after", *after, tree.Text(Message::OPT_INSTRUMENT_FILES))->required();
}

}  // namespace

void AddInstrumentCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("instrument", Message::CMD_INSTRUMENT);
  AddFileVerbs(tree, noun);
  auto folder = std::make_shared<std::string>();
  auto agreed = std::make_shared<bool>(false);
  CLI::App& import =
      tree.Verb(noun, "import", Message::CMD_INSTRUMENT_IMPORT, [=](Session& session) {
        return Import(session, *folder, *agreed);
      });
  import.add_option("folder", *folder, tree.Text(Message::OPT_INSTRUMENT_FILES))->required();
  import.add_flag("--yes", *agreed, tree.Text(Message::OPT_YES));
  tree.Verb(noun, "list", Message::CMD_INSTRUMENT_LIST, ListInstruments);
  auto id = std::make_shared<std::string>();
  CLI::App& show = tree.Verb(noun, "show", Message::CMD_INSTRUMENT_SHOW, [=](Session& session) {
    return ShowInstrument(session, *id);
  });
  show.add_option("id", *id, tree.Text(Message::OPT_INSTRUMENT))->required();
}

}  // namespace rogatoria::cli
