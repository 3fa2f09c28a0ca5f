#include "services/agent/sender.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/redraft.h"
#include "common/crypto/digest.h"
#include "common/model/header.h"
#include "common/model/ids.h"
#include "services/agent/agent_limits.h"
#include "services/agent/findings.h"

namespace rogatoria::agent {
namespace {

// What the hub's directory said serves lint for so long.
constexpr absl::Duration kLintLife = absl::Minutes(10);
// How long the sender sleeps when nobody wakes it.
constexpr absl::Duration kIdle = absl::Seconds(1);
constexpr absl::Duration kCollectEvery = absl::Hours(1);

bool IsFormal(const hub::Act& act) {
  const auto header = ParseHeader(act.header());
  return !header.ok() || header->channel_class() == hub::CHANNEL_CLASS_FORMAL;
}

hub::SubmitActRequest RequestFor(const client::PreparedAct& prepared) {
  hub::SubmitActRequest request;
  request.set_request_id(prepared.request_id);
  *request.mutable_act() = prepared.act;
  return request;
}

absl::Status CheckRequestId(const std::string& id) {
  if (IsUuid(id)) return absl::OkStatus();
  return Explained(Error(Reason::FIELD_INVALID).Field("request_id"), Sentence::UUID_LOWER_CASE);
}

// What this machine may have again later: a token, a file that could not be read. Until then a
// job waits, and says why.
bool MayPass(const absl::Status& status) {
  return client::StaysInOutbox(status) || client::KeyIsAway(status) ||
         HasReason(status, Reason::FILE_UNREADABLE);
}

int64_t SignBy(int64_t created_unix_ms) {
  return created_unix_ms + absl::ToInt64Milliseconds(limits::kHeaderLife);
}

}  // namespace

Sender::Sender(AgentParts parts, std::function<void(const std::string& request_id)> moved)
    : parts_(parts), moved_(std::move(moved)) {}

Sender::~Sender() {
  Stop();
}

void Sender::Start() {
  thread_ = std::thread([this] { Work(); });
}

void Sender::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<std::unique_ptr<Composition>> Sender::Compose(const v1::SendRequest& request) const {
  SystemRandom random;
  const std::string folder = absl::StrCat(
      parts_.office.profile().state, "/agent/open/", GenerateUuid(random, SystemClock().Now()));
  return Composition::Make(request, parts_.words.language(), parts_.documents, folder);
}

absl::StatusOr<v1::ActStatus> Sender::StatusOf(const std::string& id) {
  const auto status = parts_.states.Of(id);
  if (status.has_value()) return *status;
  return Error(Reason::ACT_NOT_FOUND).Field("request_id").ToStatus();
}

absl::StatusOr<v1::ActStatus> Sender::Send(const v1::SendRequest& request) {
  const std::string& id = request.request_id();
  ROG_RETURN_IF_ERROR(CheckRequestId(id));
  IdLocks::Guard guard(locks_, id);
  if (!parts_.states.Of(id).has_value()) return SendNew(request);
  ROG_ASSIGN_OR_RETURN(const Bytes fingerprint, Fingerprint(request, parts_.documents));
  ROG_RETURN_IF_ERROR(CheckKnown(request, fingerprint));
  return StatusOf(id);
}

// By what was asked; where a power cut lost that, by what was made of it.
absl::Status Sender::CheckKnown(const v1::SendRequest& request, const std::string& fingerprint) {
  const std::string& id = request.request_id();
  const absl::Status reused =
      Explained(Error(Reason::ACT_ID_REUSED).Field("request_id"), Sentence::NEW_ID);
  const std::string asked = parts_.jobs.Asked(id);
  if (!asked.empty()) return asked == fingerprint ? absl::OkStatus() : reused;
  const auto job = parts_.jobs.Find(id);
  if (job.ok() && job->request.has_value()) {
    ROG_ASSIGN_OR_RETURN(const Bytes known, Fingerprint(*job->request, parts_.documents));
    return known == fingerprint ? absl::OkStatus() : reused;
  }
  const auto sealed = parts_.states.FindSealed(id);
  if (!sealed.has_value() || sealed->act().signature().empty()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(const auto files, Compose(request));
  return parts_.office.CheckSame(files->draft(), sealed->act());
}

absl::StatusOr<v1::ActStatus> Sender::SendNew(const v1::SendRequest& request) {
  const std::string& id = request.request_id();
  ROG_ASSIGN_OR_RETURN(const auto files, Compose(request));
  if (!request.force()) ROG_RETURN_IF_ERROR(CheckLint(files->draft()));
  ROG_ASSIGN_OR_RETURN(const Bytes fingerprint, Fingerprint(request, parts_.documents));
  parts_.jobs.NoteAsked(id, fingerprint);
  const auto keep_job = [&]() -> absl::Status {
    return parts_.jobs.Holds(id) ? absl::OkStatus()
                                 : parts_.jobs.Put(request, FactsOf(files->draft()));
  };
  const bool later = files->bytes() > limits::kMaxBytesAtOnce || parts_.hub.IsAwayNow();
  absl::Status tried = later ? parts_.hub.report().why : Try(id, files->draft(), keep_job);
  const bool waits = later || (client::StaysInOutbox(tried) && !parts_.states.IsInOutbox(id));
  if (waits) {
    ROG_RETURN_IF_ERROR(keep_job());
    Postpone(id, tried);
  } else {
    tried = Settle(id, tried);
    if (!tried.ok() && !parts_.states.Of(id).has_value()) Forget(id);
  }
  moved_(id);
  if (!waits) ROG_RETURN_IF_ERROR(tried);
  return StatusOf(id);
}

absl::StatusOr<std::vector<client::Finding>> Sender::Lint(const v1::SendRequest& request) {
  ROG_ASSIGN_OR_RETURN(const auto files, Compose(request));
  return parts_.office.Lint(
      files->draft(), parts_.words.language(), /*ask_hub=*/!parts_.hub.IsAwayNow());
}

absl::Status Sender::CheckLint(const client::ActDraft& draft) {
  const std::string about =
      absl::StrCat(draft.to.empty() ? "" : draft.to[0].authority(), " ", draft.channel_class);
  bool ask = !draft.case_id.empty();
  {
    absl::MutexLock lock(&mutex_);
    absl::Time& asked = linted_.emplace(about, absl::InfinitePast()).first->second;
    ask = ask || asked + kLintLife < absl::Now();
    if (ask && !parts_.hub.IsAwayNow()) asked = absl::Now();
  }
  const auto findings =
      parts_.office.Lint(draft, parts_.words.language(), ask && !parts_.hub.IsAwayNow());
  absl::Status refusal = client::RefusalBy(findings);
  if (refusal.ok()) return refusal;
  return WithFindings(std::move(refusal), ToMessages(findings));
}

absl::Status Sender::Try(const std::string& id,
                         client::ActDraft& draft,
                         const std::function<absl::Status()>& keep_job) {
  const client::ActDraft asked = draft;
  absl::Status tried = SealAndSend(id, draft, keep_job);
  if (!tried.ok()) tried = parts_.office.SendRecorded(asked, tried).status();
  parts_.hub.Note(tried);
  return tried;
}

absl::Status Sender::SealAndSend(const std::string& id,
                                 client::ActDraft& draft,
                                 const std::function<absl::Status()>& keep_job) {
  client::TransferOptions options;
  options.patience = limits::kHubPatience;
  ROG_ASSIGN_OR_RETURN(client::PreparedAct prepared, parts_.office.Prepare(draft, options));
  if (prepared.header.channel_class() == hub::CHANNEL_CLASS_FORMAL) {
    ROG_RETURN_IF_ERROR(keep_job());
    return parts_.jobs.PutUnsigned(RequestFor(prepared),
                                   parts_.words.Prepared(prepared.header, draft));
  }
  ROG_ASSIGN_OR_RETURN(const hub::SubmitActResponse sent,
                       parts_.office.SignAndDeliver(draft, std::move(prepared), options));
  if (sent.warned_rules().empty()) return absl::OkStatus();
  return parts_.jobs.NoteWarned(id, {sent.warned_rules().begin(), sent.warned_rules().end()});
}

absl::Status Sender::Recorded(const std::string& id, const absl::Status& tried) {
  if (!HasReason(tried, Reason::ACT_ID_REUSED)) return tried;
  std::unique_ptr<Composition> files;
  const auto asked = DraftOfJob(id, files);
  return asked.ok() ? parts_.office.SendRecorded(*asked, tried).status() : tried;
}

absl::Status Sender::Settle(const std::string& id, const absl::Status& tried) {
  parts_.states.NoteTry(id, tried);
  if (!parts_.states.IsPastJob(id)) return tried;
  if (!tried.ok() && !parts_.states.IsInOutbox(id)) {
    ROG_RETURN_IF_ERROR(GiveUp(id, v1::ACT_STATE_REFUSED, tried));
    return tried;
  }
  if (tried.ok()) {
    ForgetTries(id);
  } else {
    Postpone(id, tried);
  }
  return parts_.jobs.Holds(id) ? parts_.jobs.Remove(id) : absl::OkStatus();
}

// Nothing of it was taken.
void Sender::Forget(const std::string& id) {
  parts_.jobs.ForgetAsked(id);
  ForgetTries(id);
}

void Sender::ForgetTries(const std::string& id) {
  parts_.states.NoteTry(id, absl::OkStatus());
  absl::MutexLock lock(&mutex_);
  retries_.erase(id);
}

absl::Status Sender::GiveUp(const std::string& id, v1::ActState state, const absl::Status& why) {
  ROG_ASSIGN_OR_RETURN(v1::ActStatus end, StatusOf(id));
  end.set_state(state);
  end.set_state_text(parts_.words.State(state));
  end.set_since_unix_ms(SystemClock().Now().unix_ms);
  end.set_reason(ReasonOf(why));
  end.set_reason_text(why.ok() ? "" : parts_.words.Reason(why));
  ROG_RETURN_IF_ERROR(parts_.jobs.GiveUp(end));
  ForgetTries(id);
  return parts_.jobs.Holds(id) ? parts_.jobs.Remove(id) : absl::OkStatus();
}

absl::StatusOr<v1::ActStatus> Sender::Sign(const v1::SubmitSignatureRequest& request) {
  const std::string& id = request.request_id();
  ROG_RETURN_IF_ERROR(CheckRequestId(id));
  IdLocks::Guard guard(locks_, id);
  ROG_ASSIGN_OR_RETURN(auto waiting, parts_.jobs.FindUnsigned(id));
  if (!waiting.has_value()) {
    ROG_ASSIGN_OR_RETURN(const v1::ActStatus status, StatusOf(id));
    if (parts_.states.IsPastJob(id)) return status;
    return Error(Reason::ACT_NOT_WAITING).Field("request_id").ToStatus();
  }
  // Signed, and a kill kept us from noting it.
  if (parts_.states.IsInOutbox(id)) return StatusOf(id);
  const Bytes& header = waiting->act().header();
  if (request.header_sha256() != Sha256(header)) {
    return Explained(Error(Reason::FIELD_INVALID).Field("header_sha256"), Sentence::NEWEST_HEADER);
  }
  ROG_RETURN_IF_ERROR(parts_.office.SignerOf(request.signature(), header).status());
  waiting->mutable_act()->set_signature(request.signature());
  absl::Status settled = Recorded(id, parts_.office.Deliver(*waiting).status());
  parts_.hub.Note(settled);
  if (client::NeedsSealingAnew(settled)) {
    ROG_RETURN_IF_ERROR(parts_.office.DropFromOutbox(*waiting));
    ROG_RETURN_IF_ERROR(parts_.jobs.RemoveUnsigned(id));
  } else if (client::IsSignersFault(settled)) {
    ROG_RETURN_IF_ERROR(parts_.office.DropFromOutbox(*waiting));
  } else {
    settled = Settle(id, settled);
  }
  moved_(id);
  ROG_RETURN_IF_ERROR(settled);
  return StatusOf(id);
}

absl::StatusOr<v1::ActStatus> Sender::Withhold(const std::string& request_id) {
  ROG_RETURN_IF_ERROR(CheckRequestId(request_id));
  IdLocks::Guard guard(locks_, request_id);
  ROG_ASSIGN_OR_RETURN(const v1::ActStatus status, StatusOf(request_id));
  if (status.state() == v1::ACT_STATE_WITHHELD) return status;
  if (parts_.states.IsPastJob(request_id) || !parts_.jobs.Holds(request_id)) {
    return Error(Reason::ACT_NOT_WAITING).Field("request_id").ToStatus();
  }
  ROG_RETURN_IF_ERROR(GiveUp(request_id, v1::ACT_STATE_WITHHELD, absl::OkStatus()));
  parts_.office.AbandonUploadsOf(request_id);
  moved_(request_id);
  return StatusOf(request_id);
}

std::vector<v1::UnsignedAct> Sender::Unsigned() {
  std::vector<v1::UnsignedAct> acts;
  for (const std::string& id : parts_.jobs.List()) {
    auto act = Describe(id);
    if (act.ok()) acts.push_back(*std::move(act));
  }
  std::stable_sort(acts.begin(), acts.end(), [](const auto& a, const auto& b) {
    return a.status().since_unix_ms() < b.status().since_unix_ms();
  });
  return acts;
}

absl::StatusOr<v1::UnsignedAct> Sender::Describe(const std::string& id) {
  ROG_ASSIGN_OR_RETURN(const auto waiting, parts_.jobs.FindUnsigned(id));
  if (!waiting.has_value() || parts_.states.IsPastJob(id)) {
    return Error(Reason::ACT_NOT_FOUND).ToStatus();
  }
  v1::UnsignedAct act;
  ROG_ASSIGN_OR_RETURN(*act.mutable_status(), StatusOf(id));
  ROG_ASSIGN_OR_RETURN(const hub::ActHeader header, ParseHeader(waiting->act().header()));
  act.set_header(waiting->act().header());
  act.set_in_words(parts_.jobs.UnsignedInWords(id));
  act.set_sign_by_unix_ms(SignBy(header.created_unix_ms()));
  return act;
}

absl::StatusOr<client::ActDraft> Sender::DraftOfJob(const std::string& id,
                                                    std::unique_ptr<Composition>& files) {
  ROG_ASSIGN_OR_RETURN(const Job job, parts_.jobs.Find(id));
  if (job.request.has_value()) {
    ROG_ASSIGN_OR_RETURN(files, Compose(*job.request));
    return files->draft();
  }
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, parts_.office.OpenAct(*job.sealed));
  // Never without it: the recipient would take the act for one that names nobody.
  if (opened.header.has_identity_part()) return Error(Reason::IDENTITY_PART_NOT_KEPT).ToStatus();
  return client::DraftOf(opened);
}

void Sender::Work() {
  absl::Time collected = absl::Now();  // at the start
  while (WaitForWork()) {
    WorkOnce();
    if (absl::Now() - collected < kCollectEvery) continue;
    parts_.jobs.CollectDocuments();
    collected = absl::Now();
  }
}

bool Sender::WaitForWork() {
  absl::MutexLock lock(&mutex_);
  const auto wanted = [this]()
                          ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || woken_; };
  mutex_.AwaitWithTimeout(absl::Condition(&wanted), kIdle);
  woken_ = false;
  return !stopping_;
}

void Sender::WorkOnce() {
  for (const std::string& id : ActFilesIn(parts_.states.OutboxFolder())) {
    if (parts_.hub.IsAwayNow()) return;
    if (IsDue(id)) TryOutbox(id);
  }
  for (const std::string& id : parts_.jobs.List()) {
    if (parts_.hub.IsAwayNow()) return;
    if (IsDue(id)) TryJob(id);
  }
}

bool Sender::IsDue(const std::string& id) {
  absl::MutexLock lock(&mutex_);
  const auto found = retries_.find(id);
  return !stopping_ && (found == retries_.end() || found->second.next <= absl::Now());
}

void Sender::Postpone(const std::string& id, const absl::Status& tried) {
  parts_.states.NoteTry(id, tried);
  absl::MutexLock lock(&mutex_);
  if (tried.ok()) {
    retries_.erase(id);
    woken_ = true;
    return;
  }
  Retry& retry = retries_[id];
  retry.pause = std::clamp(2 * retry.pause, limits::kFirstPause, limits::kLongestPause);
  retry.next = absl::Now() + Jittered(retry.pause);
}

// A formal act that has to be sealed anew was one person's will as it was: it waits for the
// signature again.
absl::Status Sender::SignAnew(const hub::SubmitActRequest& request) {
  const std::string& id = request.request_id();
  if (!parts_.jobs.Holds(id)) ROG_RETURN_IF_ERROR(parts_.jobs.PutAgain(id, request.act()));
  ROG_RETURN_IF_ERROR(parts_.jobs.RemoveUnsigned(id));
  return parts_.office.DropFromOutbox(request);
}

// Another has to sign it, as it is.
absl::Status Sender::AskAnother(hub::SubmitActRequest request) {
  const std::string& id = request.request_id();
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, parts_.office.OpenAct(request.act()));
  if (!parts_.jobs.Holds(id)) ROG_RETURN_IF_ERROR(parts_.jobs.PutAgain(id, request.act()));
  const std::string words = parts_.words.Prepared(opened.header, client::DraftOf(opened));
  request.mutable_act()->clear_signature();
  ROG_RETURN_IF_ERROR(parts_.jobs.PutUnsigned(request, words));
  return parts_.office.DropFromOutbox(request);
}

void Sender::TryOutbox(const std::string& id) {
  IdLocks::Guard guard(locks_, id);
  const auto request = parts_.office.FindInOutbox(id);
  if (!request.ok()) parts_.office.SetDamagedAside().IgnoreError();
  if (!request.ok() || !request->has_value()) return moved_(id);
  const bool formal = IsFormal((*request)->act());
  bool signed_again = false;
  const auto sent = formal ? parts_.office.Deliver(**request)
                           : parts_.office.DeliverOrRenew(**request, signed_again);
  absl::Status tried = Recorded(id, sent.status());
  parts_.hub.Note(tried);
  const bool anew = formal && client::NeedsSealingAnew(tried);
  if (anew || (formal && client::IsSignersFault(tried))) {
    Postpone(id, tried);
    const absl::Status asked = anew ? SignAnew(**request) : AskAnother(**request);
    if (asked.ok() || anew || client::StaysInOutbox(asked)) return moved_(id);
    // What cannot be shown to anybody is signed by nobody: the refusal stands.
    tried = parts_.office.DeliverOrRenew(**request, signed_again).status();
  }
  Settle(id, tried).IgnoreError();
  moved_(id);
}

// The signature may have been asked for again since.
int64_t Sender::PreparedAt(const std::string& id) const {
  const int64_t since = parts_.jobs.UnsignedSince(id);
  const auto waiting = parts_.jobs.FindUnsigned(id);
  if (!waiting.ok() || !waiting->has_value()) return since;
  const auto header = ParseHeader((*waiting)->act().header());
  return header.ok() ? std::min<int64_t>(since, header->created_unix_ms()) : since;
}

void Sender::TryJob(const std::string& id) {
  IdLocks::Guard guard(locks_, id);
  if (parts_.states.IsPastJob(id)) {
    parts_.jobs.Remove(id).IgnoreError();
    return moved_(id);  // a kill may have kept an earlier run from telling
  }
  if (!parts_.jobs.Holds(id)) return;
  if (parts_.jobs.IsUnsigned(id) && SystemClock().Now().unix_ms < SignBy(PreparedAt(id))) return;
  std::unique_ptr<Composition> files;
  auto draft = DraftOfJob(id, files);
  const absl::Status tried =
      draft.ok() ? Try(id, *draft, [] { return absl::OkStatus(); }) : draft.status();
  if (tried.ok() || parts_.states.IsPastJob(id)) {
    Settle(id, tried).IgnoreError();
  } else if (MayPass(tried)) {
    Postpone(id, tried);
  } else {
    GiveUp(id, v1::ACT_STATE_REFUSED, tried).IgnoreError();
  }
  moved_(id);
}

}  // namespace rogatoria::agent
