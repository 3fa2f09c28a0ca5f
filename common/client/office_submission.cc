// The sending half of Office: the outbox, what the hub's answer means for an act, and its receipts.
#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/inbox_lock.h"
#include "common/client/office.h"
#include "common/client/redraft.h"
#include "common/client/seen_positions.h"
#include "common/model/header.h"
#include "common/model/ids.h"

namespace rogatoria::client {
namespace {

constexpr int kMaxResolutions = 3;

v1::SubmitActRequest RequestFor(const PreparedAct& prepared) {
  v1::SubmitActRequest request;
  request.set_request_id(prepared.request_id);
  *request.mutable_act() = prepared.act;
  return request;
}

// Nothing reaches the hub: the acts behind this one would fare no better.
bool HubIsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

// It cannot be sealed and signed again here.
bool KeyIsElsewhere(const absl::Status& status) {
  return HasReason(status, Reason::SIGNING_KEY_MISSING) ||
         HasReason(status, Reason::NOT_SEALED_TO_US);
}

absl::StatusOr<v1::GetActResponse> FetchRecorded(Connection& connection,
                                                 const std::string& act_id) {
  v1::GetActRequest request;
  request.set_act_id(act_id);
  return connection.Call(connection.exchange(), &v1::ExchangeService::Stub::GetAct, request);
}

// What the hub answered when it recorded the act.
v1::SubmitActResponse FirstAnswer(const v1::GetActResponse& recorded) {
  v1::SubmitActResponse answer;
  answer.set_disposition(recorded.summary().disposition());
  answer.set_case_position(recorded.summary().case_position());
  for (const v1::Receipt& receipt : recorded.receipts()) {
    if (receipt.event() == v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE ||
        receipt.event() == v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT) {
      *answer.add_receipts() = receipt;
    }
  }
  return answer;
}

bool WasRefused(const v1::GetActResponse& recorded) {
  return recorded.summary().disposition() == v1::ACT_DISPOSITION_REFUSED;
}

// Its shares are not here: the hub hands out none.
bool LacksShares(const v1::Act& act) {
  return !act.identity_part().empty() && act.identity_shares().empty();
}

// What the hub has, if anything, is another act than the one in question.
bool IsAnother(const absl::Status& status) {
  return HasReason(status, Reason::ACT_NOT_FOUND) || HasReason(status, Reason::ACT_ID_REUSED);
}

absl::Status IdIsTaken() {
  return Explained(Error(Reason::ACT_ID_REUSED).Field("request_id"), Sentence::NEW_ID);
}

// The act of that id as the hub recorded it, where we keep the receipts of its acceptance.
absl::StatusOr<std::optional<v1::SubmitActRequest>> FindSent(Connection& connection,
                                                             const OfficeProfile& profile,
                                                             const std::string& request_id) {
  std::optional<v1::SubmitActRequest> sent;
  const std::string act_id = MakeActId(profile.authority, request_id);
  if (!WasSent(profile.state, act_id)) return sent;
  auto found = FetchRecorded(connection, act_id);
  if (HasReason(found.status(), Reason::ACT_NOT_FOUND))
    return sent;  // the hub was restored to before it
  ROG_RETURN_IF_ERROR(found.status());
  sent.emplace().set_request_id(request_id);
  *sent->mutable_act() = std::move(*found->mutable_act());
  return sent;
}

FlushedAct NotSent(const BadOutboxFile& bad, const std::string& authority) {
  const std::string request_id = std::filesystem::path(bad.name).stem().string();
  FlushedAct act;
  act.request_id = request_id;
  act.act_id = IsUuid(request_id) ? MakeActId(authority, request_id) : bad.name;
  act.status = bad.status;
  act.in_outbox = std::filesystem::path(bad.path).parent_path().filename() == "outbox";
  act.bad_file = bad.path;
  return act;
}

}  // namespace

bool StaysInOutbox(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
      return !GetErrorDetails(status).has_value();
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

bool NeedsSealingAnew(const absl::Status& status) {
  const auto details = GetErrorDetails(status);
  if (!details.has_value()) return false;
  return details->reason == Reason::ROUTE_CHANGED ||
         details->reason == Reason::SHARE_NOT_FOR_CUSTODIANS ||
         (details->reason == Reason::FIELD_INVALID &&
          details->field == "act.header.created_unix_ms");
}

bool IsSignersFault(const absl::Status& status) {
  const auto details = GetErrorDetails(status);
  if (!details.has_value()) return false;
  switch (details->reason) {
    case Reason::SIGNER_NOT_REGISTERED:
    case Reason::SIGNER_NOT_ACTIVE:
    case Reason::SIGNER_NOT_ACCREDITED:
    case Reason::SIGNATURE_INVALID:
    case Reason::SIGNATURE_MALFORMED:
    case Reason::SIGNER_KEY_TOO_WEAK:
    case Reason::SIGNER_CERTIFICATE_MISSING:
      return true;
    default:
      return false;
  }
}

bool KeyIsAway(const absl::Status& status) {
  constexpr Reason kAway[] = {Reason::TOKEN_MODULE_UNUSABLE,
                              Reason::TOKEN_NOT_PRESENT,
                              Reason::TOKEN_KEY_MISSING,
                              Reason::TOKEN_PIN_MISSING,
                              Reason::TOKEN_PIN_WRONG,
                              Reason::TOKEN_PIN_LOCKED,
                              Reason::KEY_FILE_UNSAFE,
                              Reason::TOKEN_FAILED,
                              Reason::SIGNER_FAILED};
  const auto details = GetErrorDetails(status);
  return details.has_value() &&
         std::find(std::begin(kAway), std::end(kAway), details->reason) != std::end(kAway);
}

absl::StatusOr<v1::SubmitActResponse> Office::Send(ActDraft draft, const TransferOptions& options) {
  if (!draft.request_id.empty()) {
    ROG_ASSIGN_OR_RETURN(const auto earlier, FindEarlier(draft.request_id));
    if (earlier.has_value()) {
      auto sent = SendAgain(draft, *earlier);
      if (sent.ok() || IsInOutbox(draft.request_id)) return sent;
      return SendIfRecorded(draft, sent.status());
    }
  }
  const ActDraft asked = draft;
  // Said before hours of uploading, where it is known by then.
  if (draft.channel_class != v1::CHANNEL_CLASS_UNSPECIFIED) {
    const absl::Status key = signing_.For(draft.channel_class).status();
    if (!key.ok()) return SendIfRecorded(asked, key);
  }
  auto prepared = Prepare(draft, options);
  if (!prepared.ok()) return SendIfRecorded(asked, prepared.status());
  auto sent = SignAndDeliver(draft, *std::move(prepared), options);
  return sent.ok() ? sent : SendIfRecorded(asked, sent.status());
}

absl::StatusOr<v1::SubmitActResponse> Office::SendIfRecorded(const ActDraft& draft,
                                                             const absl::Status& why) {
  absl::Status not_compared;
  auto sent = SendRecorded(draft, why, not_compared);
  return not_compared.ok() ? sent : IdIsTaken();
}

absl::StatusOr<v1::SubmitActResponse> Office::SendRecorded(const ActDraft& draft,
                                                           const absl::Status& why) {
  absl::Status not_compared;
  auto sent = SendRecorded(draft, why, not_compared);
  return not_compared.ok() ? sent : not_compared;
}

absl::StatusOr<v1::SubmitActResponse> Office::SendRecorded(const ActDraft& draft,
                                                           const absl::Status& why,
                                                           absl::Status& not_compared) {
  const std::string& id = draft.request_id;
  if (id.empty() || StaysInOutbox(why) || IsInOutbox(id)) return why;
  auto recorded = FetchRecorded(*connection_, MakeActId(profile_.authority, id));
  if (!recorded.ok()) return OrLater(id, why, recorded.status());
  if (WasRefused(*recorded)) return why;
  v1::SubmitActRequest earlier;
  earlier.set_request_id(id);
  *earlier.mutable_act() = std::move(*recorded->mutable_act());
  auto sent = SendAgain(draft, earlier);
  if (sent.ok() || IsInOutbox(id)) return sent;
  if (HasReason(sent.status(), Reason::FILE_UNREADABLE)) not_compared = sent.status();
  return StaysInOutbox(sent.status()) ? OrLater(id, why, sent.status()) : IdIsTaken();
}

// Told as not sent is who may then send another: not before the hub has said that it has none. But
// that an act has this id is looked at first, what was set aside stays so, and who only lacked a
// token or a PIN sends the same again.
absl::Status Office::OrLater(const std::string& request_id,
                             const absl::Status& why,
                             const absl::Status& asked) const {
  const bool known =
      HasReason(why, Reason::ACT_ID_REUSED) || KeyIsAway(why) || !SetAsidePath(request_id).empty();
  return StaysInOutbox(asked) && !known ? asked : why;
}

absl::StatusOr<v1::SubmitActResponse> Office::SignAndDeliver(ActDraft& draft,
                                                             PreparedAct prepared,
                                                             const TransferOptions& options) {
  for (int resolution = 1;; ++resolution) {
    ROG_ASSIGN_OR_RETURN(const CmsSigner signer, signing_.For(draft.channel_class));
    ROG_RETURN_IF_ERROR(Sign(prepared, signer));
    auto sent = DeliverOurs(RequestFor(prepared));
    if (sent.ok() || !NeedsSealingAnew(sent.status()) || resolution == kMaxResolutions) return sent;
    ROG_ASSIGN_OR_RETURN(prepared, Prepare(draft, options));
  }
}

// A new seal would make other bytes, which the hub would have to refuse under the same id. So the
// act as it was made then is what is sent again, and the hub answers as it did.
absl::StatusOr<std::optional<v1::SubmitActRequest>> Office::FindEarlier(
    const std::string& request_id) {
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  ROG_ASSIGN_OR_RETURN(auto waiting, outbox->Find(request_id));
  if (waiting.has_value()) return waiting;
  ROG_ASSIGN_OR_RETURN(auto sent, FindSent(*connection_, profile_, request_id));
  if (sent.has_value()) return sent;
  return outbox->FindRefused(MakeActId(profile_.authority, request_id));
}

// By the directory as it is now: who is competent for a country and a measure.
absl::Status Office::NameAddressees(ActDraft& draft) {
  const bool named = std::all_of(draft.to.begin(), draft.to.end(), [](const v1::Addressee& to) {
    return !to.authority().empty();
  });
  if (named) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(const Resolution found, Resolve(draft));
  for (size_t i = 0; i < draft.to.size(); ++i) {
    draft.to[i].set_authority(found.routes.routes(static_cast<int>(i)).authority().id());
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::SubmitActResponse> Office::SendAgain(const ActDraft& draft,
                                                        const v1::SubmitActRequest& earlier) {
  ROG_RETURN_IF_ERROR(CheckSame(draft, earlier.act()));
  bool signed_again = false;
  return DeliverOrRenew(earlier, signed_again);
}

absl::Status Office::CheckSame(const ActDraft& draft, const v1::Act& earlier) {
  const auto opened = OpenAct(earlier);
  ActDraft addressed = draft;
  ROG_RETURN_IF_ERROR(NameAddressees(addressed));
  if (opened.ok()) ROG_RETURN_IF_ERROR(TakeUploaded(*opened, addressed));
  // Whether it says the same of whom, only the custodians could tell.
  const bool same_parts =
      opened.ok() && opened->header.has_identity_part() == !draft.identity.records().empty();
  if (!same_parts || !SaysTheSame(addressed, DraftOf(*opened))) {
    return IdIsTaken();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<v1::SubmitActRequest>> Office::FindInOutbox(
    const std::string& request_id) {
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  return outbox->Find(request_id);
}

absl::Status Office::DropFromOutbox(const v1::SubmitActRequest& request) {
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  return outbox->Drop(request);
}

absl::Status Office::HoldOutbox(const std::string& sent_folder) {
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  outbox->KeepSent(sent_folder);
  return absl::OkStatus();
}

absl::Status Office::HoldInbox() {
  if (HoldsInbox()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(inbox_, LockInbox(profile_.state, LockUse::kAlone));
  return absl::OkStatus();
}

absl::Status Office::SetDamagedAside() {
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  return outbox->Pending().status();
}

absl::StatusOr<Certificate> Office::SignerOf(absl::string_view signature,
                                             absl::string_view header) {
  return verifier_.VerifyDetached(signature, header, anchors_, SystemClock().Now());
}

// Signed by a person, maybe elsewhere: what has to be signed again is for that person to see, and
// what another has to sign is where it was prepared.
absl::StatusOr<v1::SubmitActResponse> Office::Submit(const PreparedAct& prepared) {
  const v1::SubmitActRequest request = RequestFor(prepared);
  // What waits there is as good as this may be, until the hub has answered it.
  const auto waiting = FindInOutbox(request.request_id());
  if (waiting.ok() && waiting->has_value() &&
      (*waiting)->act().signature() != request.act().signature()) {
    return IdIsTaken();
  }
  auto sent = Deliver(request);
  const bool signers = IsSignersFault(sent.status());
  if (sent.ok() || (!signers && !NeedsSealingAnew(sent.status()))) return sent;
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  ROG_RETURN_IF_ERROR(signers ? outbox->Drop(request) : outbox->Fail(request, sent.status()));
  return sent;
}

std::string Office::SetAsidePath(const std::string& request_id) const {
  const std::string path = absl::StrCat(profile_.state, "/failed/", request_id, ".act");
  std::error_code error;
  return std::filesystem::exists(path, error) ? path : "";
}

bool Office::IsInOutbox(const std::string& request_id) {
  const auto outbox = OpenOutbox();
  return outbox.ok() && (*outbox)->Holds(request_id);
}

// A training act never leaves for a real hub, nor the reverse, whoever put it here. A header that
// cannot be read is for the hub to refuse.
absl::Status Office::CheckTraining(const v1::SubmitActRequest& request) const {
  const auto header = ParseHeader(request.act().header());
  if (!header.ok() || header->training() == profile_.training) return absl::OkStatus();
  return Error(Reason::TRAINING_MISMATCH).Field("act.header.training");
}

absl::StatusOr<v1::SubmitActResponse> Office::Deliver(const v1::SubmitActRequest& request) {
  ROG_RETURN_IF_ERROR(CheckTraining(request));
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  ROG_RETURN_IF_ERROR(outbox->Put(request));
  auto sent = SubmitOrSettle(request);
  if (!sent.ok()) outbox->NoteWhy(request, sent.status());
  return sent;
}

absl::StatusOr<v1::SubmitActResponse> Office::SubmitOrSettle(const v1::SubmitActRequest& request) {
  // It came from the hub, which would refuse the same act without its shares.
  if (LacksShares(request.act())) {
    auto sent = SettleRecorded(request);
    if (!IsAnother(sent.status())) return sent;
  }
  auto answer =
      connection_->Call(connection_->exchange(), &v1::ExchangeService::Stub::SubmitAct, request);
  return answer.ok() ? Settle(request, *answer) : SettleUnanswered(request, answer.status());
}

// An answer whose receipts do not hold proves nothing: the act stays where it is.
absl::StatusOr<v1::SubmitActResponse> Office::Settle(const v1::SubmitActRequest& request,
                                                     const v1::SubmitActResponse& answer) {
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  const KnownAct known = Know(request.act(), answer.receipts());
  ROG_RETURN_IF_ERROR(CheckSubmission(answer.receipts(), known, {profile_.log_key}));
  ROG_RETURN_IF_ERROR(KeepSent(request.act()));
  // Before the outbox forgets the act: behind that, a crash would leave their keys here for good.
  ForgetUploads(request);
  ROG_RETURN_IF_ERROR(outbox->Settle(request, answer));
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(request.act().header()));
  // The act is sent: where this cannot be noted, we state to have seen less than we have.
  NoteSent(profile_.state,
           header.case_id(),
           AcceptedPosition(answer.receipts(), known, {profile_.log_key}))
      .IgnoreError();
  return answer;
}

// An act that the hub has already is sent, whatever it says of these bytes.
absl::StatusOr<v1::SubmitActResponse> Office::SettleUnanswered(const v1::SubmitActRequest& request,
                                                               const absl::Status& why) {
  if (!HasReason(why, Reason::ACT_ID_REUSED)) return SettleRefusal(request, why);
  auto sent = SettleRecorded(request);
  return IsAnother(sent.status()) ? SettleRefusal(request, why) : sent;
}

// Under another signature, or sealed anew by us, who did not remember it: restored from a backup,
// or on another machine.
absl::StatusOr<v1::SubmitActResponse> Office::SettleRecorded(const v1::SubmitActRequest& request) {
  ROG_ASSIGN_OR_RETURN(
      const v1::GetActResponse recorded,
      FetchRecorded(*connection_, MakeActId(profile_.authority, request.request_id())));
  if (WasRefused(recorded)) return IdIsTaken();
  v1::SubmitActRequest sent = request;
  if (recorded.act().header() == request.act().header()) {
    sent.mutable_act()->set_signature(recorded.act().signature());
  } else {
    const auto ours = OpenAct(request.act());
    if (!ours.ok() || ours->header.has_identity_part()) return IdIsTaken();
    ROG_RETURN_IF_ERROR(CheckSame(DraftOf(*ours), recorded.act()));
    *sent.mutable_act() = recorded.act();
  }
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  ROG_RETURN_IF_ERROR(outbox->Put(sent));  // it is what was sent, whatever lay there
  return Settle(sent, FirstAnswer(recorded));
}

absl::Status Office::SettleRefusal(const v1::SubmitActRequest& request, const absl::Status& why) {
  if (StaysInOutbox(why) || NeedsSealingAnew(why) || IsSignersFault(why)) return why;
  ROG_RETURN_IF_ERROR(CheckRefusal(why, Know(request.act(), {}), {profile_.log_key}));
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  ROG_RETURN_IF_ERROR(outbox->Fail(request, why));
  return why;
}

// A key that may not sign is no better the next time.
absl::StatusOr<v1::SubmitActResponse> Office::DeliverOurs(const v1::SubmitActRequest& request) {
  auto sent = Deliver(request);
  if (!IsSignersFault(sent.status())) return sent;
  ROG_RETURN_IF_ERROR(CheckRefusal(sent.status(), Know(request.act(), {}), {profile_.log_key}));
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  ROG_RETURN_IF_ERROR(outbox->Fail(request, sent.status()));
  return sent;
}

absl::StatusOr<v1::SubmitActResponse> Office::DeliverOrRenew(const v1::SubmitActRequest& request,
                                                             bool& signed_again) {
  auto sent = DeliverOurs(request);
  if (sent.ok() || !NeedsSealingAnew(sent.status())) return sent;
  const auto renewed = Renew(request);
  if (renewed.ok()) {
    signed_again = true;
    return DeliverOurs(*renewed);
  }
  if (StaysInOutbox(renewed.status()) || KeyIsAway(renewed.status())) return renewed.status();
  const absl::Status why = KeyIsElsewhere(renewed.status()) ? sent.status() : renewed.status();
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  ROG_RETURN_IF_ERROR(outbox->Fail(request, why));
  return why;
}

// Only with the key that signed it the first time: nobody else's name is put under it.
absl::StatusOr<v1::SubmitActRequest> Office::Renew(const v1::SubmitActRequest& request) {
  ROG_ASSIGN_OR_RETURN(const OpenedAct opened, OpenAct(request.act()));
  if (opened.header.has_identity_part()) {
    return Error(Reason::IDENTITY_PART_NOT_KEPT).Field("identity");
  }
  ROG_ASSIGN_OR_RETURN(const CmsSigner signer, signing_.For(opened.header.channel_class()));
  if (signer.certificate().fingerprint_sha256() != opened.signer.fingerprint_sha256()) {
    return Explained(Error(Reason::SIGNING_KEY_MISSING).Field("user"), Sentence::FIRST_SIGNERS_KEY);
  }
  ActDraft draft = DraftOf(opened);
  ROG_ASSIGN_OR_RETURN(PreparedAct prepared, Prepare(draft));
  ROG_RETURN_IF_ERROR(Sign(prepared, signer));
  return RequestFor(prepared);
}

absl::StatusOr<std::vector<FlushedAct>> Office::Flush() {
  ROG_ASSIGN_OR_RETURN(Outbox * outbox, OpenOutbox());
  ROG_ASSIGN_OR_RETURN(const PendingActs pending, outbox->Pending());
  std::vector<FlushedAct> flushed;
  for (const BadOutboxFile& bad : pending.bad) flushed.push_back(NotSent(bad, profile_.authority));
  absl::Status away;
  for (const v1::SubmitActRequest& request : pending.requests) {
    FlushedAct& act = flushed.emplace_back();
    act.request_id = request.request_id();
    act.act_id = absl::StrCat(profile_.authority, "/", request.request_id());
    const auto sent = away.ok() ? DeliverOrRenew(request, act.signed_again)
                                : absl::StatusOr<v1::SubmitActResponse>(away);
    act.status = sent.status();
    if (sent.ok())
      act.warned_rules.assign(sent->warned_rules().begin(), sent->warned_rules().end());
    act.in_outbox = outbox->Holds(request.request_id());
    if (HubIsAway(act.status)) away = act.status;
  }
  return flushed;
}

// Whether the A.1 names that signer is for CheckReceipts to say: it is not yet known here.
KnownAct Office::Know(const v1::Act& act, const Receipts& receipts) {
  const auto accepted = AcceptedAt(receipts, {act.header(), ""}, {profile_.log_key});
  const auto signer = verifier_.VerifyDetached(
      act.signature(), act.header(), anchors_, accepted.value_or(SystemClock().Now()));
  return {act.header(), signer.ok() ? signer->fingerprint_sha256() : ""};
}

// What was recorded is at the hub, a refused act on this machine only.
absl::StatusOr<KnownAct> Office::FindAct(const std::string& act_id, const Receipts& receipts) {
  const auto found = FetchRecorded(*connection_, act_id);
  if (found.ok()) return Know(found->act(), receipts);
  const std::string request_id = act_id.substr(act_id.find('/') + 1);
  v1::SubmitActRequest refused;
  if (!IsUuid(request_id)) return found.status();
  ROG_ASSIGN_OR_RETURN(const Bytes file,
                       ReadFile(absl::StrCat(profile_.state, "/failed/", request_id, ".act"),
                                2 * limits::kMaxMessageBytes));
  if (!refused.ParseFromString(file)) return found.status();
  return Know(refused.act(), receipts);
}

absl::StatusOr<FetchedReceipt> Office::Keep(const v1::Receipt& receipt,
                                            const std::string& act_id,
                                            const absl::StatusOr<KnownAct>& known) {
  FetchedReceipt fetched{receipt, CheckReceiptOf(receipt, act_id, {profile_.log_key}), ""};
  Receipts one;
  *one.Add() = receipt;
  if (fetched.status.ok() && known.ok()) {
    fetched.status = CheckReceipts(one, *known, {profile_.log_key});
  }
  if (!fetched.status.ok()) return fetched;
  ROG_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                       SaveReceipts(ReceiptFolder(profile_.state, act_id), one));
  fetched.file = paths.front();
  return fetched;
}

absl::StatusOr<std::vector<FetchedReceipt>> Office::FetchReceipts(const std::string& act_id) {
  v1::ListReceiptsRequest request;
  request.set_act_id(act_id);
  ROG_ASSIGN_OR_RETURN(
      v1::ListReceiptsResponse found,
      connection_->Call(connection_->audit(), &v1::AuditService::Stub::ListReceipts, request));
  const absl::StatusOr<KnownAct> known = FindAct(act_id, found.receipts());
  std::vector<FetchedReceipt> fetched;
  for (const v1::Receipt& receipt : found.receipts()) {
    ROG_ASSIGN_OR_RETURN(fetched.emplace_back(), Keep(receipt, act_id, known));
  }
  return fetched;
}

}  // namespace rogatoria::client
