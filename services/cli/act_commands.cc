#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/lint.h"
#include "common/client/redraft.h"
#include "common/directory/routing.h"
#include "common/model/act_kind.h"
#include "common/model/header.h"
#include "services/cli/commands.h"
#include "services/cli/content_text.h"
#include "services/cli/draft_options.h"
#include "services/cli/received.h"
#include "services/cli/slip.h"
#include "services/cli/transfer_bar.h"
#include "services/cli/views.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kSentMembers = {{Message::COL_ACT, "act"},
                                          {Message::COL_CASE, "case"},
                                          {Message::COL_STANDING, "standing"},
                                          {Message::COL_POSITION, "position"},
                                          {Message::COL_RECEIPTS, "receipts"},
                                          {Message::COL_WARNED, "warned_rules", false, "WARNED_"},
                                          {Message::COL_FOLDER, "folder"}};

const std::vector<Column> kFlushedColumns = {
    {Message::COL_ACT, "act"},
    {Message::COL_STANDING, "standing"},
    {Message::COL_REASON, "reason"},
    {Message::COL_WARNED, "warned_rules", false, "WARNED_"},
    {Message::COL_NEXT, "next"}};

template <typename Texts>
Json ListOf(const Texts& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

// Of the rules that would refuse once enforced; what else was warned of stands in the answer.
template <typename Texts>
bool WouldRefuse(const Texts& warned_rules) {
  return std::any_of(warned_rules.begin(), warned_rules.end(), [](const std::string& rule) {
    return RefusesOnceEnforced(rule);
  });
}

absl::Status ShowSent(const Session& session,
                      const client::Office& office,
                      const v1::ActHeader& header,
                      const v1::SubmitActResponse& sent) {
  Json receipts = Json::array();
  for (const v1::Receipt& receipt : sent.receipts())
    receipts.push_back(EventCodeName(receipt.event()));
  session.Object({{"act", header.act_id()},
                  {"case", header.case_id()},
                  {"standing", DispositionCode(sent.disposition())},
                  {"position", sent.case_position()},
                  {"receipts", receipts},
                  {"warned_rules", ListOf(sent.warned_rules())},
                  {"folder", client::ReceiptFolder(office.profile().state, header.act_id())}},
                 kSentMembers,
                 "act");
  if (WouldRefuse(sent.warned_rules())) session.Note(Message::NOTE_WARNED);
  return absl::OkStatus();
}

bool HasReason(const absl::Status& status, Reason reason) {
  const auto details = GetErrorDetails(status);
  return details.has_value() && details->reason == reason;
}

// Whether an upload was cut that the same command goes on with.
bool GoesOn(const client::Office& office, const std::string& request_id, const absl::Status& why) {
  return office.HasUploadOf(request_id) && !HasReason(why, Reason::UPLOAD_SOURCE_CHANGED) &&
         !HasReason(why, Reason::UPLOAD_KEY_MISSING);
}

// Says where an act is that could not be sent: in the outbox, set aside, or nowhere.
absl::StatusOr<v1::SubmitActResponse> Told(const Session& session,
                                           client::Office& office,
                                           const std::string& request_id,
                                           absl::StatusOr<v1::SubmitActResponse> sent) {
  if (sent.ok()) return sent;
  const std::string aside = office.SetAsidePath(request_id);
  if (office.IsInOutbox(request_id)) {
    session.Note(Message::NOTE_IN_OUTBOX);
  } else if (aside.empty() && GoesOn(office, request_id, sent.status())) {
    session.Note(Message::NOTE_UPLOAD_KEPT, request_id);
  } else if (aside.empty()) {
    session.Note(Message::NOTE_NOT_SENT);
  } else if (client::NeedsSealingAnew(sent.status())) {
    session.Note(Message::NOTE_SIGN_AGAIN, aside);
  } else {
    session.Note(Message::NOTE_SET_ASIDE, aside);
  }
  return sent;
}

// The bar ends before anything else is said.
absl::StatusOr<v1::SubmitActResponse> SendWithBar(const Session& session,
                                                  client::Office& office,
                                                  const client::ActDraft& draft) {
  TransferBar bar(session);
  return office.Send(draft, {bar.callback()});
}

absl::StatusOr<client::PreparedAct> PrepareWithBar(const Session& session,
                                                   client::Office& office,
                                                   client::ActDraft& draft) {
  SystemRandom random;
  if (draft.request_id.empty()) draft.request_id = GenerateUuid(random, SystemClock().Now());
  TransferBar bar(session);
  auto prepared = office.Prepare(draft, {bar.callback()});
  if (!prepared.ok() && GoesOn(office, draft.request_id, prepared.status())) {
    session.Note(Message::NOTE_UPLOAD_KEPT, draft.request_id);
  }
  return prepared;
}

absl::Status SendDraft(Session& session, client::Office& office, client::ActDraft draft) {
  SystemRandom random;
  if (draft.request_id.empty()) draft.request_id = GenerateUuid(random, SystemClock().Now());
  ROG_ASSIGN_OR_RETURN(
      v1::SubmitActResponse sent,
      Told(session, office, draft.request_id, SendWithBar(session, office, draft)));
  v1::ActHeader header;
  header.set_act_id(absl::StrCat(office.profile().authority, "/", draft.request_id));
  header.set_case_id(draft.case_id.empty() ? header.act_id() : draft.case_id);
  session.Note(Message::NOTE_SENT);
  return ShowSent(session, office, header, sent);
}

// By what the hub's directory says; without an office, by what holds for every act.
std::vector<client::Finding> Findings(const Session& session,
                                      const client::ActDraft& draft,
                                      client::Office* office) {
  const std::string language = LanguageTag(session.language);
  return office == nullptr ? client::Lint(draft, client::LintBasis(), language)
                           : office->Lint(draft, language);
}

// What is missing stops an act, before anything else is tried.
absl::StatusOr<std::unique_ptr<client::Office>> OpenLinted(Session& session,
                                                           const client::ActDraft& draft,
                                                           bool force) {
  auto office = session.Office();
  client::Office* const known = office.ok() ? office->get() : nullptr;
  const absl::Status lint = ReportLint(Findings(session, draft, known), session);
  if (!lint.ok() && !force) return lint;
  return office;
}

absl::Status SendAct(Session& session, const DraftOptions& options, bool force) {
  ROG_ASSIGN_OR_RETURN(client::ActDraft draft, MakeDraft(options, session));
  ROG_ASSIGN_OR_RETURN(auto office, OpenLinted(session, draft, force));
  return SendDraft(session, *office, std::move(draft));
}

absl::Status ForwardActs(Session& session, const client::ForwardingOrder& order) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(client::ActDraft draft, office->DraftForwarding(order));
  draft.language = LanguageTag(session.language);
  return SendDraft(session, *office, std::move(draft));
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
};
PreparedFolder FilesIn(const std::string& folder) {
  return {
      folder + "/header.bin", folder + "/slip.txt", folder + "/content.txt", folder + "/act.pb"};
}

absl::Status PrepareAct(Session& session,
                        const DraftOptions& options,
                        bool force,
                        const std::string& folder) {
  ROG_ASSIGN_OR_RETURN(client::ActDraft draft, MakeDraft(options, session));
  ROG_ASSIGN_OR_RETURN(auto office, OpenLinted(session, draft, force));
  ROG_ASSIGN_OR_RETURN(client::PreparedAct prepared, PrepareWithBar(session, *office, draft));
  v1::SubmitActRequest request;
  request.set_request_id(prepared.request_id);
  *request.mutable_act() = prepared.act;
  const PreparedFolder files = FilesIn(folder);
  const std::string content = DescribePrepared(prepared.header, draft, session.language);
  ROG_RETURN_IF_ERROR(CreateFolders(folder));
  ROG_RETURN_IF_ERROR(WriteFileDurably(files.header, prepared.act.header()));
  ROG_RETURN_IF_ERROR(
      WriteFileDurably(files.slip, DescribeHeader(prepared.header, session.language)));
  ROG_RETURN_IF_ERROR(WriteFileDurably(files.content, content, 0600));
  ROG_RETURN_IF_ERROR(WriteFileDurably(files.request, request.SerializeAsString(), 0600));
  session.out << content;
  session.Note(Message::NOTE_PREPARED, files.header, folder);
  return absl::OkStatus();
}

absl::Status SubmitAct(Session& session, const std::string& folder, const std::string& signature) {
  ROG_ASSIGN_OR_RETURN(Bytes bytes, ReadFile(FilesIn(folder).request, limits::kMaxMessageBytes));
  v1::SubmitActRequest request;
  if (!request.ParseFromString(bytes)) {
    return Error(Reason::MALFORMED_MESSAGE).Field(FilesIn(folder).request);
  }
  ROG_ASSIGN_OR_RETURN(*request.mutable_act()->mutable_signature(),
                       ReadFile(signature, limits::kMaxSignatureBytes));
  ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(request.act().header()));
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(v1::SubmitActResponse sent,
                       Told(session,
                            *office,
                            request.request_id(),
                            office->Submit({request.request_id(), request.act(), header})));
  session.Note(Message::NOTE_SENT);
  return ShowSent(session, *office, header, sent);
}

absl::Status NewAct(Session& session, const std::string& kind, const std::string& out_file) {
  const ActKindTraits* traits = FindActKind(kind);
  if (traits == nullptr) {
    return Explained(Error(Reason::FIELD_INVALID).Field("KIND"), Sentence::KIND_SUCH_AS);
  }
  const std::string text = ActTemplate(*traits, session.language);
  if (out_file.empty()) {
    session.out << text;
    return absl::OkStatus();
  }
  if (std::filesystem::exists(out_file))
    return Explained(Error(Reason::FIELD_INVALID).Field(out_file), Sentence::NEW_FILE);
  ROG_RETURN_IF_ERROR(WriteFileDurably(out_file, text));
  session.Note(Message::NOTE_TEMPLATE_WRITTEN, out_file);
  return absl::OkStatus();
}

struct Outcome {
  std::string standing;  // a code of words.inc
  std::string next;      // what is to be done about it
};

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
    return {"WAITS", session.Text(bad_receipt ? Message::NEXT_RECEIPT : Message::NEXT_FLUSH)};
  }
  if (client::NeedsSealingAnew(act.status)) {
    return {"SIGN_AGAIN", session.Text(Message::NEXT_SIGN_AGAIN)};
  }
  return {"SET_ASIDE",
          session.Text(Message::NEXT_REFUSED,
                       absl::StrCat(profile.state, "/failed/", act.request_id, ".act"))};
}

Json FlushedView(const Session& session,
                 const client::OfficeProfile& profile,
                 const client::FlushedAct& act) {
  const auto details = GetErrorDetails(act.status);
  const Outcome outcome = OutcomeOf(session, profile, act);
  return {{"act", act.act_id},
          {"standing", outcome.standing},
          {"reason", details.has_value() ? std::string(ReasonName(details->reason)) : ""},
          {"warned_rules", ListOf(act.warned_rules)},
          {"next", outcome.next}};
}

// Sends what waits. Fails as the first act that could not be sent.
absl::Status FlushOutbox(Session& session) {
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

  auto kind = std::make_shared<std::string>();
  auto out_file = std::make_shared<std::string>();
  CLI::App& fresh = tree.Verb(act, "new", Message::CMD_ACT_NEW, [=](Session& session) {
    return NewAct(session, *kind, *out_file);
  });
  fresh.add_option("KIND", *kind, tree.Text(Message::OPT_KIND))->required();
  fresh.add_option("--out", *out_file, tree.Text(Message::OPT_OUT_FILE));

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

  tree.Verb(act, "flush", Message::CMD_ACT_FLUSH, FlushOutbox);
  AddForward(act, tree);
  AddObject(act, tree);
}

}  // namespace rogatoria::cli
