#include <unistd.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/redraft.h"
#include "common/crypto/digest.h"
#include "common/model/header.h"
#include "services/cli/act_sending.h"
#include "services/cli/commands.h"
#include "services/cli/content_text.h"
#include "services/cli/draft_options.h"
#include "services/cli/new_act.h"
#include "services/cli/received.h"
#include "services/cli/slip.h"
#include "services/cli/training_notes.h"

namespace rogatoria::cli {
namespace {

absl::Status SendAct(Session& session, const DraftOptions& options, bool force) {
  ROG_ASSIGN_OR_RETURN(client::ActDraft draft, MakeDraft(options, session));
  ROG_ASSIGN_OR_RETURN(auto office, OpenLinted(session, draft, force));
  return SendDraft(session, *office, std::move(draft));
}

// Whom it is handed on to fetches from the hub.
bool LacksDocuments(client::Connection& hub, const std::string& act_id) {
  v1::ListDocumentsRequest request;
  request.set_act_id(act_id);
  const auto listed = hub.Call(hub.documents(), &v1::DocumentService::Stub::ListDocuments, request);
  return listed.ok() && std::any_of(listed->documents().begin(),
                                    listed->documents().end(),
                                    [](const v1::DocumentInfo& document) {
                                      return document.state() == v1::DOCUMENT_STATE_ERASED;
                                    });
}

absl::Status ForwardActs(Session& session, const client::ForwardingOrder& order) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(client::ActDraft draft, office->DraftForwarding(order));
  draft.language = LanguageTag(session.language);
  ROG_RETURN_IF_ERROR(SendDraft(session, *office, std::move(draft)));
  for (const std::string& act_id : order.act_ids) {
    if (LacksDocuments(office->connection(), act_id))
      session.Note(Message::NOTE_HANDED_ON_WITHOUT, act_id);
  }
  return absl::OkStatus();
}

// What was found when the act was opened, as an act of its own.
absl::Status ObjectToAct(Session& session, const std::string& act_id, const std::string& remarks) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, office->OpenKept(act_id));
  if (opened.contradictions.empty()) {
    return Explained(Error(Reason::FIELD_INVALID).Field(act_id), Sentence::ACT_WITH_CONTRADICTION);
  }
  session.err << DescribeContradictions(opened.contradictions, session.language);
  client::ActDraft draft = client::DraftObjection(opened);
  draft.language = LanguageTag(session.language);
  draft.content.mutable_discrepancy_notice()->set_remarks(remarks);
  return SendDraft(session, *office, std::move(draft));
}

// The findings as data, in the formats for programs; a person reads them as words.
absl::Status LintAct(Session& session, const DraftOptions& options) {
  ROG_ASSIGN_OR_RETURN(client::ActDraft draft, MakeDraft(options, session));
  const auto office = session.Office();
  const auto findings = Findings(session, draft, office.ok() ? office->get() : nullptr);
  if (office.ok()) NoteLint((*office)->profile(), draft.kind, findings);
  if (IsForPrograms(session.format)) session.Rows(LintView(findings), {}, "field");
  ROG_RETURN_IF_ERROR(ReportLint(findings, session));
  session.Note(Message::NOTE_LINT_CLEAN);
  return absl::OkStatus();
}

// The folder of a prepared act: what is to be signed, what it says, and the rest of the act.
struct PreparedFolder {
  std::string header;
  std::string slip;  // may go to the signer with the header: nothing that is sealed
  std::string content;
  std::string request;
  std::string digest;  // of `request`, as sha256sum writes it: the folder travels
};
PreparedFolder FilesIn(const std::string& folder) {
  return {folder + "/header.bin",
          folder + "/slip.txt",
          folder + "/content.txt",
          folder + "/act.pb",
          folder + "/act.pb.sha256"};
}

std::string HexDigest(absl::string_view request) {
  return absl::BytesToHexString(Sha256(request));
}

absl::StatusOr<v1::SubmitActRequest> ReadPrepared(const PreparedFolder& files) {
  ROG_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(files.request, limits::kMaxMessageBytes));
  const auto digest = ReadFile(files.digest, limits::kMaxMessageBytes);
  // Without one an earlier version prepared it.
  const bool whole =
      !FileExists(files.digest) || (digest.ok() && absl::StartsWith(*digest, HexDigest(bytes)));
  v1::SubmitActRequest request;
  if (!whole || !request.ParseFromString(bytes)) {
    return Failure(absl::StatusCode::kDataLoss, Sentence::FILE_DAMAGED, files.request);
  }
  return request;
}

absl::Status WritePrepared(const std::string& folder,
                           const v1::SubmitActRequest& request,
                           const std::string& slip,
                           const std::string& content) {
  const PreparedFolder files = FilesIn(folder);
  const Bytes sealed = request.SerializeAsString();
  ROG_RETURN_IF_ERROR(CreateFolders(folder));
  ROG_RETURN_IF_ERROR(WriteFileDurably(files.slip, slip));
  ROG_RETURN_IF_ERROR(WriteFileDurably(files.content, content, 0600));
  ROG_RETURN_IF_ERROR(WriteFileDurably(files.digest, HexDigest(sealed) + "  act.pb\n", 0600));
  ROG_RETURN_IF_ERROR(WriteFileDurably(files.request, sealed, 0600));
  return WriteFileDurably(files.header, request.act().header());
}

std::vector<std::string> AllOf(const PreparedFolder& files) {
  return {files.header, files.request, files.digest, files.content, files.slip};
}

// What was prepared there before may be with its signer, and a file of somebody's is theirs.
absl::Status CheckFree(const PreparedFolder& files) {
  for (const std::string& file : AllOf(files)) {
    ROG_RETURN_IF_ERROR(CheckNewFile(file));
  }
  return absl::OkStatus();
}

void RemovePrepared(const PreparedFolder& files) {
  for (const std::string& file : AllOf(files)) unlink(file.c_str());
}

absl::Status PrepareAct(Session& session,
                        const DraftOptions& options,
                        bool force,
                        const std::string& folder) {
  const PreparedFolder files = FilesIn(folder);
  ROG_RETURN_IF_ERROR(CheckFree(files));
  ROG_ASSIGN_OR_RETURN(client::ActDraft draft, MakeDraft(options, session));
  ROG_ASSIGN_OR_RETURN(auto office, OpenLinted(session, draft, force));
  ROG_ASSIGN_OR_RETURN(client::PreparedAct prepared, PrepareWithBar(session, *office, draft));
  v1::SubmitActRequest request;
  request.set_request_id(prepared.request_id);
  *request.mutable_act() = prepared.act;
  const std::string content = DescribePrepared(prepared.header, draft, session.language);
  ROG_RETURN_IF_ERROR(CheckFree(files));  // hours may have gone by
  const absl::Status written =
      WritePrepared(folder, request, DescribeHeader(prepared.header, session.language), content);
  if (!written.ok()) {
    RemovePrepared(files);
    return written;
  }
  session.MarkOutput();
  session.out << content;
  session.Note(Message::NOTE_PREPARED, files.header, folder);
  return absl::OkStatus();
}

absl::Status SubmitAct(Session& session, const std::string& folder, const std::string& signature) {
  ROG_ASSIGN_OR_RETURN(v1::SubmitActRequest request, ReadPrepared(FilesIn(folder)));
  ROG_ASSIGN_OR_RETURN(*request.mutable_act()->mutable_signature(),
                       ReadFile(signature, limits::kMaxSignatureBytes));
  ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(request.act().header()));
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  // Before anything is written: what was prepared in training stays there, and the reverse.
  if (header.training() != office->profile().training) {
    return Error(Reason::TRAINING_MISMATCH).Field("act.header.training");
  }
  ROG_RETURN_IF_ERROR(office->SignerOf(request.act().signature(), request.act().header()).status());
  return SendPrepared(session, *office, {request.request_id(), request.act(), header});
}

void AddNew(CLI::App& act, CommandTree& tree) {
  auto options = std::make_shared<NewActOptions>();
  CLI::App& fresh = tree.Verb(act, "new", Message::CMD_ACT_NEW, [=](Session& session) {
    return NewAct(session, *options);
  });
  fresh.add_option("KIND", options->kind, tree.Text(Message::OPT_KIND));
  fresh.add_option("--out", options->out_file, tree.Text(Message::OPT_OUT_FILE));
  fresh.add_flag("--template", options->only_template, tree.Text(Message::OPT_TEMPLATE));
  fresh.add_option("--continue", options->half_made, tree.Text(Message::OPT_CONTINUE));
}

void AddForward(CLI::App& act, CommandTree& tree) {
  auto order = std::make_shared<client::ForwardingOrder>();
  CLI::App& forward = tree.Verb(act, "forward", Message::CMD_ACT_FORWARD, [=](Session& session) {
    return ForwardActs(session, *order);
  });
  forward.add_option("acts", order->act_ids, tree.Text(Message::OPT_ACTS))->required();
  forward.add_option("--to", order->authority, tree.Text(Message::OPT_FORWARD_TO))->required();
  forward.add_option("--reasons", order->reasons, tree.Text(Message::OPT_REASONS))->required();
  forward.add_option("--measure", order->measures, tree.Text(Message::OPT_FORWARD_MEASURE))
      ->allow_extra_args(false);
}

void AddObject(CLI::App& act, CommandTree& tree) {
  auto act_id = std::make_shared<std::string>();
  auto remarks = std::make_shared<std::string>();
  CLI::App& object = tree.Verb(act, "object", Message::CMD_ACT_OBJECT, [=](Session& session) {
    return ObjectToAct(session, *act_id, *remarks);
  });
  object.add_option("act", *act_id, tree.Text(Message::OPT_ACT))->required();
  object.add_option("--text", *remarks, tree.Text(Message::OPT_REASONS));
}

}  // namespace

void AddActCommands(CommandTree& tree) {
  CLI::App& act = tree.Noun("act", Message::CMD_ACT);

  AddNew(act, tree);

  auto folder = std::make_shared<std::string>();
  auto signature = std::make_shared<std::string>();
  CLI::App& submit = tree.Verb(act, "submit", Message::CMD_ACT_SUBMIT, [=](Session& session) {
    return SubmitAct(session, *folder, *signature);
  });
  submit.add_option("folder", *folder, tree.Text(Message::OPT_PREPARED))->required();
  submit.add_option("--signature", *signature, tree.Text(Message::OPT_SIGNATURE))->required();

  auto options = std::make_shared<std::shared_ptr<DraftOptions>>();
  CLI::App& lint = tree.Verb(act, "lint", Message::CMD_ACT_LINT, [=](Session& session) {
    return LintAct(session, **options);
  });
  *options = AddDraftOptions(lint, tree);

  auto send_options = std::make_shared<std::shared_ptr<DraftOptions>>();
  auto send_force = std::make_shared<bool>(false);
  CLI::App& send = tree.Verb(act, "send", Message::CMD_ACT_SEND, [=](Session& session) {
    return SendAct(session, **send_options, *send_force);
  });
  *send_options = AddDraftOptions(send, tree);
  send.add_flag("--force", *send_force, tree.Text(Message::OPT_FORCE));

  auto prepare_options = std::make_shared<std::shared_ptr<DraftOptions>>();
  auto prepare_folder = std::make_shared<std::string>();
  auto prepare_force = std::make_shared<bool>(false);
  CLI::App& prepare = tree.Verb(act, "prepare", Message::CMD_ACT_PREPARE, [=](Session& session) {
    return PrepareAct(session, **prepare_options, *prepare_force, *prepare_folder);
  });
  *prepare_options = AddDraftOptions(prepare, tree);
  prepare.add_flag("--force", *prepare_force, tree.Text(Message::OPT_FORCE));
  prepare.add_option("--out", *prepare_folder, tree.Text(Message::OPT_OUT_FOLDER))->required();

  AddForward(act, tree);
  AddObject(act, tree);
  AddPrintActVerb(tree, act);
}

}  // namespace rogatoria::cli
