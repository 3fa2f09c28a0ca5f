#include "services/cli/act_sending.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/client/lint.h"
#include "common/client/outbox_list.h"
#include "common/directory/routing.h"
#include "common/model/header.h"
#include "common/model/ids.h"
#include "services/cli/draft_options.h"
#include "services/cli/training_notes.h"
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

absl::Status ShowSent(const Session& session,
                      const client::Office& office,
                      const v1::ActHeader& header,
                      const v1::SubmitActResponse& sent) {
  const std::vector<std::string> warned(sent.warned_rules().begin(), sent.warned_rules().end());
  Json receipts = Json::array();
  for (const v1::Receipt& receipt : sent.receipts())
    receipts.push_back(EventCodeName(receipt.event()));
  session.Object({{"act", header.act_id()},
                  {"case", header.case_id()},
                  {"standing", DispositionCode(sent.disposition())},
                  {"position", sent.case_position()},
                  {"receipts", receipts},
                  {"warned_rules", warned},
                  {"folder", client::ReceiptFolder(office.profile().state, header.act_id())}},
                 kSentMembers,
                 "act");
  if (WouldRefuse(warned)) session.Note(Message::NOTE_WARNED);
  return absl::OkStatus();
}

// Whether the same command goes on with the upload.
bool GoesOn(const absl::Status& why) {
  return !HasReason(why, Reason::UPLOAD_SOURCE_CHANGED) &&
         !HasReason(why, Reason::UPLOAD_KEY_MISSING);
}

// Says where the upload of an act is that was not sent; whether there is one.
bool NoteUpload(const Session& session,
                const client::Office& office,
                const std::string& request_id,
                const absl::Status& why) {
  const bool lies = office.HasUploadOf(request_id);
  if (lies)
    session.Note(GoesOn(why) ? Message::NOTE_UPLOAD_KEPT : Message::NOTE_UPLOAD_LIES, request_id);
  return lies;
}

// By an earlier command.
bool WasSent(const client::Office& office, const std::string& request_id) {
  const client::OfficeProfile& profile = office.profile();
  return client::WasSent(profile.state, MakeActId(profile.authority, request_id));
}

// Whom it names is then said by what was sealed first; nobody here can compare it.
bool WasSealedBefore(client::Office& office, const std::string& act_id, Instant begun) {
  const auto act = office.FetchAct(act_id);
  const auto header = act.ok() ? ParseHeader(act->header()) : act.status();
  return header.ok() && header->created_unix_ms() < begun.unix_ms;
}

// Where it lies if this is why it was set aside, and not another try before; else empty.
std::string AsideBy(const client::Office& office,
                    const std::string& request_id,
                    const absl::Status& why) {
  const std::string path = office.SetAsidePath(request_id);
  const auto noted = GetErrorDetails(client::WhyNotSent(path)), now = GetErrorDetails(why);
  const bool same =
      noted.has_value() == now.has_value() && (!noted.has_value() || noted->reason == now->reason);
  return same ? path : "";
}

// Says where an act is that could not be sent: in the outbox, set aside, or nowhere.
absl::StatusOr<v1::SubmitActResponse> Told(const Session& session,
                                           client::Office& office,
                                           const std::string& request_id,
                                           absl::StatusOr<v1::SubmitActResponse> sent) {
  if (sent.ok()) return sent;
  const bool id_taken = HasReason(sent.status(), Reason::ACT_ID_REUSED);
  const std::string aside = AsideBy(office, request_id, sent.status());
  if (office.IsInOutbox(request_id)) {
    session.Note(id_taken ? Message::NOTE_WAITS_ANOTHER : Message::NOTE_IN_OUTBOX);
  } else if (id_taken) {
    session.Note(Message::NOTE_ID_TAKEN, MakeActId(office.profile().authority, request_id));
  } else if (aside.empty()) {
    const bool uploaded = NoteUpload(session, office, request_id, sent.status());
    // What failed where it was sent is to hear of it again.
    if (!uploaded && !WasSent(office, request_id)) session.Note(Message::NOTE_NOT_SENT);
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
  return office.Send(draft, bar.options(draft.request_id));
}

// A trainee's refusals are noted.
absl::StatusOr<v1::SubmitActResponse> SendNoted(const Session& session,
                                                client::Office& office,
                                                const client::ActDraft& draft) {
  auto sent = SendWithBar(session, office, draft);
  NoteRefusal(office.profile(), draft.kind, sent.status());
  return sent;
}

}  // namespace

bool WouldRefuse(const std::vector<std::string>& warned_rules) {
  return std::any_of(warned_rules.begin(), warned_rules.end(), [](const std::string& rule) {
    return RefusesOnceEnforced(rule);
  });
}

absl::StatusOr<client::PreparedAct> PrepareWithBar(const Session& session,
                                                   client::Office& office,
                                                   client::ActDraft& draft) {
  SystemRandom random;
  if (draft.request_id.empty()) draft.request_id = GenerateUuid(random, SystemClock().Now());
  TransferBar bar(session);
  auto prepared = office.Prepare(draft, bar.options(draft.request_id));
  if (!prepared.ok()) NoteUpload(session, office, draft.request_id, prepared.status());
  return prepared;
}

absl::Status SendDraft(Session& session, client::Office& office, client::ActDraft draft) {
  SystemRandom random;
  if (draft.request_id.empty()) draft.request_id = GenerateUuid(random, SystemClock().Now());
  const Instant begun = SystemClock().Now();
  ROG_ASSIGN_OR_RETURN(v1::SubmitActResponse sent,
                       Told(session, office, draft.request_id, SendNoted(session, office, draft)));
  v1::ActHeader header;
  header.set_act_id(absl::StrCat(office.profile().authority, "/", draft.request_id));
  header.set_case_id(draft.case_id.empty() ? header.act_id() : draft.case_id);
  session.Note(Message::NOTE_SENT);
  if (!draft.identity.records().empty() && WasSealedBefore(office, header.act_id(), begun))
    session.Note(Message::NOTE_NAMES_OF_BEFORE);
  return ShowSent(session, office, header, sent);
}

absl::Status SendPrepared(Session& session,
                          client::Office& office,
                          const client::PreparedAct& prepared) {
  auto answer = office.Submit(prepared);
  if (client::IsSignersFault(answer.status())) {
    // What was prepared lies where it was, and is good.
    session.Note(Message::NOTE_ANOTHER_SIGNS);
    return answer.status();
  }
  ROG_ASSIGN_OR_RETURN(v1::SubmitActResponse sent,
                       Told(session, office, prepared.request_id, std::move(answer)));
  session.Note(Message::NOTE_SENT);
  return ShowSent(session, office, prepared.header, sent);
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
  const auto findings = Findings(session, draft, known);
  if (known != nullptr) NoteLint(known->profile(), draft.kind, findings);
  const absl::Status lint = ReportLint(findings, session);
  if (!lint.ok() && !force) return lint;
  return office;
}

}  // namespace rogatoria::cli
