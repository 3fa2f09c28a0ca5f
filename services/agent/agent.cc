#include "services/agent/agent.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/file_lock.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/client/attached.h"
#include "common/crypto/digest.h"
#include "common/directory/stated_effect.h"
#include "common/model/ids.h"
#include "common/receipt/receipt.h"
#include "services/agent/agent_limits.h"
#include "services/agent/findings.h"
#include "services/agent/kept_receipts.h"
#include "services/agent/shown_act.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

// As many of the latest as there is room for.
void AppendNewest(std::vector<v1::ActStatus> ended, std::vector<v1::ActStatus>& acts) {
  const size_t room = limits::kMaxStatusActs - acts.size();
  const size_t left_out = ended.size() > room ? ended.size() - room : 0;
  std::move(
      ended.begin() + static_cast<ptrdiff_t>(left_out), ended.end(), std::back_inserter(acts));
}

// A key in a file that cannot be used is told of at the start, not by the first act that needs it.
// A token may come later.
absl::Status CheckKeyFiles(const client::OfficeProfile& profile) {
  for (const auto& key : {profile.user, profile.seal}) {
    if (!key.has_value() || key->token.has_value()) continue;
    ROG_RETURN_IF_ERROR(client::LoadKeyPair(key->files).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Descriptor> LockAgent(const std::string& state) {
  ROG_RETURN_IF_ERROR(CreateFolders(state + "/agent"));
  // Who only asks whether an agent runs holds it for an instant.
  return LockFile(
      client::AgentLockPath(state), LockUse::kAlone, Reason::AGENT_BUSY, absl::Milliseconds(200));
}

absl::StatusOr<std::unique_ptr<Agent>> Agent::Open(client::OfficeProfile profile,
                                                   const Words& words,
                                                   std::function<void(const absl::Status&)> fault) {
  ROG_RETURN_IF_ERROR(CheckKeyFiles(profile));
  ROG_ASSIGN_OR_RETURN(Descriptor lock, LockAgent(profile.state));
  ROG_ASSIGN_OR_RETURN(auto office, client::Office::Open(std::move(profile)));
  ROG_ASSIGN_OR_RETURN(client::CaseFolder* const cases, office->Folder());
  const bool serves_programs = !office->profile().agent.listen.empty();
  ROG_ASSIGN_OR_RETURN(auto events,
                       Events::Open(cases->records(), fault, serves_programs ? kApiFollower : ""));
  std::unique_ptr<Agent> agent(new Agent(
      std::move(lock), std::move(office), *cases, std::move(events), words, std::move(fault)));
  ROG_RETURN_IF_ERROR(agent->Prepare());
  return agent;
}

Agent::Agent(Descriptor lock,
             std::unique_ptr<client::Office> office,
             client::CaseFolder& cases,
             std::unique_ptr<Events> events,
             const Words& words,
             std::function<void(const absl::Status&)> fault)
    : lock_(std::move(lock)),
      started_unix_ms_(SystemClock().Now().unix_ms),
      words_(words),
      fault_(std::move(fault)),
      office_(std::move(office)),
      cases_(cases),
      events_(std::move(events)),
      hub_(office_->connection().channel()),
      fetcher_(*office_, cases_, room_),
      documents_(cases_.records()),
      jobs_(cases_.records(), documents_),
      states_(office_->profile().state, office_->profile().authority, jobs_, words_),
      follow_up_(std::make_unique<FollowUp>(Parts(), *events_)),
      sender_(std::make_unique<Sender>(Parts(),
                                       [this](const std::string& id) { follow_up_->Moved(id); })),
      receiver_(std::make_unique<Receiver>(Parts(), cases_, *events_, *follow_up_, fault_)) {}

AgentParts Agent::Parts() {
  return {*office_, documents_, jobs_, states_, hub_, words_};
}

Agent::~Agent() {
  Stop();
}

absl::Status Agent::Prepare() {
  const std::string& state = office_->profile().state;
  for (const std::string& folder :
       {states_.SentFolder(), states_.EndedFolder(), state + "/agent/documents"}) {
    ROG_RETURN_IF_ERROR(CreateFolders(folder));
  }
  // Links to open files of a run that is over.
  std::error_code error;
  fs::remove_all(state + "/agent/open", error);
  office_->connection().set_overall_deadline(limits::kHubPatience);
  ROG_RETURN_IF_ERROR(office_->HoldOutbox(states_.SentFolder()));
  ROG_RETURN_IF_ERROR(office_->HoldInbox());
  ROG_RETURN_IF_ERROR(office_->SetDamagedAside());
  jobs_.CollectDocuments();
  return absl::OkStatus();
}

void Agent::Start() {
  follow_up_->Start();
  sender_->Start();
  receiver_->Start();
}

void Agent::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  events_->Close();
  fetcher_.Stop();
  receiver_->Stop();
  sender_->Stop();
  follow_up_->Stop();
}

bool Agent::stopping() const {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

absl::StatusOr<v1::SendResponse> Agent::Send(const v1::SendRequest& request) {
  auto sent = sender_->Send(request);
  ROG_RETURN_IF_ERROR(NameFields(request, sent.status()));
  v1::SendResponse response;
  *response.mutable_status() = *std::move(sent);
  return response;
}

absl::StatusOr<v1::ActStatus> Agent::StatusOf(const std::string& request_id) {
  auto status = IsUuid(request_id) ? states_.Of(request_id) : std::nullopt;
  if (status.has_value()) return *std::move(status);
  return Error(Reason::ACT_NOT_FOUND).Field("request_id").ToStatus();
}

absl::StatusOr<client::OpenedAct> Agent::OpenKept(const std::string& act_id) {
  if (!IsActId(act_id)) return Error(Reason::ACT_NOT_FOUND).Field("act_id").ToStatus();
  return office_->OpenKept(act_id);
}

v1::ReceivedAct Agent::Shown(const client::OpenedAct& opened) const {
  v1::ReceivedAct act = ShownAct(opened, office_->profile().state, words_);
  for (v1::DocumentInfo& info : *act.mutable_documents()) {
    const content::v1::Document* document = DocumentOf(opened, info.number());
    if (document == nullptr || !document->has_attached()) continue;
    info.set_here(cases_.HoldsDocument(act.act_id(), document->attached().number()));
  }
  return act;
}

absl::StatusOr<v1::GetActResponse> Agent::GetAct(const v1::GetActRequest& request) {
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, OpenKept(request.act_id()));
  v1::GetActResponse response;
  *response.mutable_act() = Shown(opened);
  if (!request.whole()) LeaveOut(*response.mutable_act(), limits::kMaxShownBytes);
  if (opened.header.sender() == profile().authority) {
    const auto status = states_.Of(ParseActId(request.act_id())->uuid);
    if (status.has_value()) *response.mutable_status() = *status;
  }
  return response;
}

bool Agent::WaitsHere(const std::string& act_id) const {
  const auto id = ParseActId(act_id);
  if (!id.ok() || states_.ActIdOf(id->uuid) != act_id) return false;
  const auto status = states_.Of(id->uuid);
  return status.has_value() && (status->state() == v1::ACT_STATE_QUEUED ||
                                status->state() == v1::ACT_STATE_WAITING_FOR_SIGNATURE ||
                                status->state() == v1::ACT_STATE_SENT);
}

absl::StatusOr<v1::GetReceiptResponse> Agent::GetReceipt(const v1::GetReceiptRequest& request) {
  if (!IsActId(request.act_id())) return Error(Reason::ACT_NOT_FOUND).Field("act_id").ToStatus();
  v1::GetReceiptResponse response;
  absl::Status asked = absl::UnavailableError("");
  if (!hub_.IsAwayNow()) {
    asked = office_->FetchReceipts(request.act_id()).status();
    hub_.Note(asked);
  }
  response.set_asked_hub(asked.ok());
  const std::vector<std::string> keys = {profile().log_key};
  for (const KeptReceipt& kept : ReceiptsOf(profile().state, request.act_id())) {
    const auto verified =
        VerifyReceipt(kept.content, KeysForLogOf(kept.content, keys), profile().witness_keys);
    if (!verified.ok()) continue;
    v1::Receipt& receipt = *response.add_receipts();
    receipt.set_event(
        hub::TransportEvent_Name(verified->evidence.event).substr(sizeof("TRANSPORT_EVENT_") - 1));
    receipt.set_recipient(verified->evidence.recipient);
    receipt.set_instant_unix_ms(verified->evidence.instant.unix_ms);
    receipt.set_file_name(kept.file_name);
    receipt.set_content(kept.content);
    receipt.set_in_words(words_.Receipt(verified->evidence));
  }
  if (response.receipts().empty() && WaitsHere(request.act_id())) {
    return Error(Reason::ACT_NOT_SENT_YET).Field("act_id").ToStatus();
  }
  if (response.receipts().empty() && absl::IsNotFound(asked)) return asked;
  if (response.receipts().empty() && !cases_.Holds(request.act_id())) {
    return Error(Reason::ACT_NOT_FOUND).Field("act_id").ToStatus();
  }
  return response;
}

absl::StatusOr<v1::LintResponse> Agent::Lint(const v1::LintRequest& request) {
  const auto found = sender_->Lint(request.act());
  ROG_RETURN_IF_ERROR(NameFields(request.act(), found.status()));
  std::vector<v1::Finding> findings = ToMessages(*found);
  NameFields(request.act(), findings);
  v1::LintResponse response;
  response.mutable_findings()->Add(findings.begin(), findings.end());
  return response;
}

absl::StatusOr<v1::ResolveResponse> Agent::Resolve(const v1::ResolveRequest& request) {
  ROG_ASSIGN_OR_RETURN(const auto files, sender_->Compose(request.act()));
  auto resolution = office_->Resolve(files->draft());
  hub_.Note(resolution.status());
  ROG_RETURN_IF_ERROR(NameFields(request.act(), resolution.status()));
  v1::ResolveResponse response;
  for (const hub::Route& found : resolution->routes.routes()) {
    v1::Route& route = *response.add_routes();
    route.set_authority(found.authority().id());
    route.set_name(found.authority().name());
    route.set_country(found.authority().country());
    route.set_effect(std::string(StatedEffectName(
        StatedEffectOf(files->draft().channel_class, files->draft().channel_basis))));
    for (const hub::RouteStep& warning : found.warnings()) route.add_warned_rules(warning.rule());
  }
  return response;
}

v1::ListUnsignedResponse Agent::ListUnsigned(const v1::ListUnsignedRequest& request) {
  v1::ListUnsignedResponse response;
  size_t bytes = 0;
  for (v1::UnsignedAct& act : sender_->Unsigned()) {
    const v1::ActStatus& status = act.status();
    const bool wanted = request.id().empty() || request.id() == status.request_id() ||
                        request.id() == status.act_id();
    if (!wanted) continue;
    bytes += act.ByteSizeLong();
    if (bytes > limits::kMaxShownBytes && request.id().empty()) {
      act.clear_header();
      act.clear_in_words();
    }
    *response.add_acts() = std::move(act);
  }
  return response;
}

absl::StatusOr<v1::SubmitSignatureResponse> Agent::SubmitSignature(
    const v1::SubmitSignatureRequest& request) {
  v1::SubmitSignatureResponse response;
  ROG_ASSIGN_OR_RETURN(*response.mutable_status(), sender_->Sign(request));
  return response;
}

absl::StatusOr<v1::WithholdResponse> Agent::Withhold(const v1::WithholdRequest& request) {
  v1::WithholdResponse response;
  ROG_ASSIGN_OR_RETURN(*response.mutable_status(), sender_->Withhold(request.request_id()));
  return response;
}

v1::GetStatusResponse Agent::GetStatus(const v1::GetStatusRequest& request) {
  v1::GetStatusResponse response;
  response.set_authority(profile().authority);
  const HubStanding::Report hub = hub_.report();
  response.set_hub_reached(hub.reached);
  response.set_hub_reached_unix_ms(hub.reached_unix_ms);
  if (!hub.why.ok()) response.set_hub_reason(words_.Reason(hub.why));
  const Receiver::Trouble trouble = receiver_->trouble();
  if (!trouble.why.ok()) response.set_not_taken_reason(words_.Reason(trouble.why));
  response.set_not_taken_unix_ms(trouble.unix_ms);
  std::vector<v1::ActStatus> acts = states_.Open();
  if (acts.size() > limits::kMaxStatusActs) acts.resize(limits::kMaxStatusActs);
  AppendNewest(EndedToShow(request.ended_days()), acts);
  for (v1::ActStatus& act : acts) *response.add_acts() = std::move(act);
  response.set_events_waiting(events_->Waiting(kApiFollower));
  response.set_version(ROGATORIA_VERSION);
  response.set_started_unix_ms(started_unix_ms_);
  response.set_spool(profile().agent.spool);
  response.set_events_set_aside(events_->SetAside());
  absl::MutexLock lock(&mutex_);
  response.mutable_kept_back()->Add(kept_back_.begin(), kept_back_.end());
  response.set_all_kept_back(kept_back_count_);
  response.mutable_held()->Add(held_.begin(), held_.end());
  response.set_all_held(held_count_);
  return response;
}

void Agent::SetKeptBack(std::vector<v1::KeptBack> oldest, uint64_t count) {
  absl::MutexLock lock(&mutex_);
  kept_back_ = std::move(oldest);
  kept_back_count_ = count;
}

void Agent::SetHeld(std::vector<v1::HeldFile> oldest, uint64_t count) {
  absl::MutexLock lock(&mutex_);
  held_ = std::move(oldest);
  held_count_ = count;
}

// What failed lately is shown unasked: a person has to do something about it.
std::vector<v1::ActStatus> Agent::EndedToShow(uint32_t days) const {
  if (days == 0) return states_.FailedSince(absl::ToUnixMillis(absl::Now() - limits::kFailedShown));
  return states_.EndedSince(absl::ToUnixMillis(absl::Now() - absl::Hours(24) * days));
}

bool Agent::Complete(v1::WatchResponse& event) {
  if (!event.has_received()) return true;
  const std::string act_id = event.received().act_id();
  const auto opened = OpenKept(act_id);
  if (HasReason(opened.status(), Reason::ACT_NOT_FOUND)) return false;
  if (!opened.ok()) {
    fault_(opened.status());
    return true;  // with its id, for a person to look at
  }
  *event.mutable_received() = Shown(*opened);
  return true;
}

absl::StatusOr<std::vector<v1::WatchResponse>> Agent::WaitForEvents(uint64_t after_position,
                                                                    size_t limit,
                                                                    absl::Duration patience) {
  ROG_ASSIGN_OR_RETURN(auto events, events_->After(after_position, limit, patience));
  std::vector<v1::WatchResponse> shown;
  for (v1::WatchResponse& event : events) {
    if (!Complete(event)) break;  // it is being kept at this moment
    shown.push_back(std::move(event));
  }
  return shown;
}

absl::Status Agent::Acknowledge(const std::string& follower, uint64_t position) {
  return events_->Acknowledge(follower, position);
}

absl::StatusOr<Agent::OpenDocument> Agent::GetDocument(const v1::GetDocumentRequest& request) {
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, OpenKept(request.act_id()));
  const content::v1::Document* document = DocumentOf(opened, request.number());
  if (document == nullptr) return Error(Reason::DOCUMENT_NOT_FOUND).Field("number").ToStatus();
  OpenDocument result{ShownDocument(opened, request.number()), {}};
  if (!document->has_attached()) {
    ROG_RETURN_IF_ERROR(fetcher_.LookAt(request.act_id(), request.number(), document->content()));
    result.read = [content = document->content()](uint64_t offset) -> absl::StatusOr<Bytes> {
      if (offset >= content.size()) return Bytes();
      return content.substr(offset, limits::kMaxPartBytes);
    };
    return result;
  }
  const uint32_t number = document->attached().number();
  ROG_RETURN_IF_ERROR(fetcher_.Fetch(opened, number));
  ROG_ASSIGN_OR_RETURN(std::shared_ptr<client::EncryptedFileReader> reader,
                       cases_.OpenDocument(request.act_id(), number));
  result.read = [reader](uint64_t offset) { return reader->Read(offset, limits::kMaxPartBytes); };
  Sha256Hasher sha256;
  for (uint64_t offset = 0; offset < reader->size();) {
    ROG_ASSIGN_OR_RETURN(const Bytes piece, result.read(offset));
    sha256.Update(piece);
    offset += piece.size();
  }
  result.info.set_sha256(ToHex(sha256.Finish()));
  result.info.set_here(true);
  return result;
}

}  // namespace rogatoria::agent
