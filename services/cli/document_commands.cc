#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/attached.h"
#include "common/client/custody.h"
#include "common/client/document_upload.h"
#include "common/client/safe_name.h"
#include "common/client/upload_state.h"
#include "services/cli/attached_documents.h"
#include "services/cli/commands.h"
#include "services/cli/custody_page.h"
#include "services/cli/printing.h"
#include "services/cli/transfer_bar.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kDocumentColumns = {{Message::COL_NUMBER, "number"},
                                              {Message::COL_FILE, "file"},
                                              {Message::COL_SIZE, "size"},
                                              {Message::COL_STATE, "state", false, "DOCUMENT_"},
                                              {Message::COL_DOCUMENT, "document"},
                                              {Message::COL_MEDIA_TYPE, "media_type", true}};

const std::vector<Column> kCustodyColumns = {{Message::COL_WHEN, "at"},
                                             {Message::COL_EVENT, "event", false, "CUSTODY_"},
                                             {Message::COL_AUTHORITY, "authority"},
                                             {Message::COL_PROOF, "proof", false, "PROOF_"},
                                             {Message::COL_BY, "by", true},
                                             {Message::COL_LOG, "log", true},
                                             {Message::COL_INDEX, "index", true}};

const std::vector<Column> kUploadMembers = {{Message::COL_DOCUMENT, "document"},
                                            {Message::COL_REQUEST_ID, "request_id"},
                                            {Message::COL_NUMBER, "number"},
                                            {Message::COL_FILE, "file"},
                                            {Message::COL_SIZE, "size"}};

const std::vector<Column> kOwnUploadColumns = {{Message::COL_REQUEST_ID, "request_id"},
                                               {Message::COL_FILE, "file"},
                                               {Message::COL_SIZE, "size"},
                                               {Message::COL_DOCUMENT, "document"}};

std::string StateCode(v1::DocumentState state) {
  return v1::DocumentState_Name(state).substr(sizeof("DOCUMENT_STATE_") - 1);
}

// Their states are the hub's to tell; without it the rest is shown all the same.
void AddStates(client::Office& office, const std::string& act_id, Json& rows) {
  v1::ListDocumentsRequest request;
  request.set_act_id(act_id);
  client::Connection& connection = office.connection();
  const auto listed =
      connection.Call(connection.documents(), &v1::DocumentService::Stub::ListDocuments, request);
  for (Json& row : rows) {
    row["state"] = "";
    if (!listed.ok()) continue;
    for (const v1::DocumentInfo& document : listed->documents()) {
      if (document.number() == row["number"]) row["state"] = StateCode(document.state());
    }
  }
}

absl::Status ListDocuments(Session& session, const std::string& act_id) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, OpenKnown(*office, act_id));
  Json rows = AttachedView(opened);
  AddStates(*office, act_id, rows);
  session.Rows(rows, kDocumentColumns, "document");
  return absl::OkStatus();
}

absl::Status Get(Session& session,
                 const std::string& act_id,
                 uint32_t number,
                 const std::string& out_file) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, OpenKnown(*office, act_id));
  const content::v1::Document* document = client::FindAttached(opened.content, number);
  const std::string name =
      document == nullptr ? "" : client::SafeFileName(document->file_name(), number);
  return FetchDocument(session, *office, opened, number, out_file.empty() ? name : out_file);
}

absl::Status Put(Session& session,
                 const std::string& path,
                 std::string request_id,
                 uint32_t number) {
  SystemRandom random;
  if (request_id.empty()) request_id = GenerateUuid(random, SystemClock().Now());
  if (!IsUuid(request_id)) {
    return Explained(Error(Reason::FIELD_INVALID).Field("--request-id"), Sentence::UUID_LOWER_CASE);
  }
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  client::ActDraft draft;
  draft.request_id = request_id;
  draft.attached.resize(number);
  content::v1::Document document;
  ROG_RETURN_IF_ERROR(client::AddFile(path, true, draft, document));
  TransferBar bar(session);
  ROG_ASSIGN_OR_RETURN(const client::UploadedDocument uploaded,
                       client::UploadDocument(office->connection(),
                                              {path,
                                               client::BareMediaType(document.media_type()),
                                               office->profile().authority,
                                               office->profile().state,
                                               request_id,
                                               number},
                                              bar.options(request_id),
                                              random));
  session.Object({{"document", uploaded.document_id},
                  {"request_id", request_id},
                  {"number", number},
                  {"file", path},
                  {"size", uploaded.manifest.clear_size}},
                 kUploadMembers,
                 "document");
  session.Note(Message::NOTE_UPLOADED, request_id);
  return absl::OkStatus();
}

// What is under way, or uploaded for an act that is not sent yet: with the id that goes on.
absl::Status ListOwnUploads(Session& session) {
  ROG_ASSIGN_OR_RETURN(const client::OfficeProfile profile, session.Profile());
  Json rows = Json::array();
  for (const client::UploadBeginning& upload : client::ListUploads(profile.state)) {
    rows.push_back({{"request_id", upload.request_id},
                    {"file", upload.path},
                    {"size", upload.clear_size},
                    {"document", upload.document_id}});
  }
  session.Rows(rows, kOwnUploadColumns, "request_id");
  return absl::OkStatus();
}

absl::Status Abandon(Session& session, const std::string& document_id) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_RETURN_IF_ERROR(office->AbandonUpload(document_id));
  session.Note(Message::NOTE_ABANDONED, document_id);
  return absl::OkStatus();
}

absl::StatusOr<v1::DocumentInfo> FetchInfo(client::Office& office, const std::string& document_id) {
  v1::ListCustodyRequest request;
  request.set_document_id(document_id);
  client::Connection& hub = office.connection();
  ROG_ASSIGN_OR_RETURN(const v1::ListCustodyResponse found,
                       hub.Call(hub.documents(), &v1::DocumentService::Stub::ListCustody, request));
  return found.document();
}

absl::Status PrintSteps(Session& session,
                        client::Office& office,
                        const std::string& document_id,
                        const PrintOptions& options,
                        const std::vector<client::CustodyStep>& steps) {
  return PrintPage(session,
                   office.profile(),
                   options,
                   [&](const Imprint& imprint) -> absl::StatusOr<std::string> {
                     ROG_ASSIGN_OR_RETURN(const v1::DocumentInfo document,
                                          FetchInfo(office, document_id));
                     return CustodyPage({document, steps}, imprint, session.language);
                   });
}

// A step whose proof does not hold makes a command end as doctor does; a page says so too.
absl::StatusOr<std::vector<client::CustodyStep>> FetchSteps(Session& session,
                                                            client::Office& office,
                                                            const std::string& document_id) {
  ROG_ASSIGN_OR_RETURN(std::vector<client::CustodyStep> steps, office.FetchCustody(document_id));
  for (const client::CustodyStep& step : steps) {
    if (step.status.ok()) continue;
    PrintError(session, step.status);
    session.exit_code = kAttentionExit;
  }
  return steps;
}

absl::Status Custody(Session& session,
                     const std::string& document_id,
                     const PrintOptions& options) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(const auto steps, FetchSteps(session, *office, document_id));
  Json rows = Json::array();
  for (const client::CustodyStep& step : steps) rows.push_back(StepView(step));
  session.Rows(rows, kCustodyColumns, "event");
  session.Note(session.exit_code == 0 ? Message::NOTE_CUSTODY_HOLDS : Message::NOTE_CUSTODY_FAILS);
  if (options.out_file.empty()) return absl::OkStatus();
  return PrintSteps(session, *office, document_id, options, steps);
}

absl::Status Print(Session& session, const std::string& document_id, const PrintOptions& options) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(const auto steps, FetchSteps(session, *office, document_id));
  return PrintSteps(session, *office, document_id, options, steps);
}

void AddCustody(CLI::App& document, CommandTree& tree) {
  auto id = std::make_shared<std::string>();
  auto options = std::make_shared<PrintOptions>();
  CLI::App& custody =
      tree.Verb(document, "custody", Message::CMD_DOCUMENT_CUSTODY, [=](Session& session) {
        return Custody(session, *id, *options);
      });
  custody.add_option("id", *id, tree.Text(Message::OPT_DOCUMENT_ID))->required();
  AddPrintOptions(custody, tree, *options);
  custody.get_option("--out")->required(false);
}

void AddPrint(CLI::App& document, CommandTree& tree) {
  auto id = std::make_shared<std::string>();
  auto options = std::make_shared<PrintOptions>();
  CLI::App& print =
      tree.Verb(document, "print", Message::CMD_DOCUMENT_PRINT, [=](Session& session) {
        return Print(session, *id, *options);
      });
  print.add_option("id", *id, tree.Text(Message::OPT_DOCUMENT_ID))->required();
  AddPrintOptions(print, tree, *options);
}

void AddPut(CLI::App& document, CommandTree& tree) {
  auto path = std::make_shared<std::string>();
  auto request_id = std::make_shared<std::string>();
  auto number = std::make_shared<uint32_t>(1);
  CLI::App& put = tree.Verb(document, "put", Message::CMD_DOCUMENT_PUT, [=](Session& session) {
    return Put(session, *path, *request_id, *number);
  });
  put.add_option("file", *path, tree.Text(Message::OPT_UPLOAD_FILE))->required();
  put.add_option("--request-id", *request_id, tree.Text(Message::OPT_REQUEST_ID));
  const auto most = static_cast<uint32_t>(limits::kMaxDocuments);
  put.add_option("--number", *number, tree.Text(Message::OPT_DOCUMENT_NUMBER))
      ->type_name(tree.Text(Message::HELP_NUMBER))
      ->check(CLI::Range(1u, most, absl::StrCat("1-", most)));  // the words shown in help
}

void AddGet(CLI::App& document, CommandTree& tree) {
  auto act_id = std::make_shared<std::string>();
  auto number = std::make_shared<uint32_t>(0);
  auto out_file = std::make_shared<std::string>();
  CLI::App& get = tree.Verb(document, "get", Message::CMD_DOCUMENT_GET, [=](Session& session) {
    return Get(session, *act_id, *number, *out_file);
  });
  get.add_option("act", *act_id, tree.Text(Message::OPT_ACT))->required();
  get.add_option("number", *number, tree.Text(Message::OPT_DOCUMENT_NUMBER))->required();
  get.add_option("--out", *out_file, tree.Text(Message::OPT_DOCUMENT_OUT));
}

// A verb with one id.
void AddOne(CLI::App& document,
            CommandTree& tree,
            const std::string& verb,
            Message help,
            Message id_help,
            absl::Status (*run)(Session&, const std::string&)) {
  auto id = std::make_shared<std::string>();
  CLI::App& command =
      tree.Verb(document, verb, help, [=](Session& session) { return run(session, *id); });
  command.add_option("id", *id, tree.Text(id_help))->required();
}

}  // namespace

void AddDocumentCommands(CommandTree& tree) {
  CLI::App& document = tree.Noun("document", Message::CMD_DOCUMENT);
  AddOne(document, tree, "list", Message::CMD_DOCUMENT_LIST, Message::OPT_ACT, ListDocuments);
  AddGet(document, tree);
  AddPut(document, tree);
  tree.Verb(document, "uploads", Message::CMD_DOCUMENT_UPLOADS, ListOwnUploads);
  AddOne(
      document, tree, "abandon", Message::CMD_DOCUMENT_ABANDON, Message::OPT_DOCUMENT_ID, Abandon);
  AddCustody(document, tree);
  AddPrint(document, tree);
}

}  // namespace rogatoria::cli
