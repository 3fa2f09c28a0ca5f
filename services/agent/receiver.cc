#include "services/agent/receiver.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "common/model/header.h"
#include "common/model/ids.h"
#include "services/agent/agent_limits.h"
#include "services/agent/code_of.h"

namespace rogatoria::agent {
namespace {

constexpr int kManyActs = 1'000'000'000;

}  // namespace

Receiver::Receiver(AgentParts parts,
                   client::CaseFolder& cases,
                   Events& events,
                   FollowUp& follow_up,
                   std::function<void(const absl::Status&)> fault)
    : parts_(parts),
      cases_(cases),
      events_(events),
      follow_up_(follow_up),
      fault_(std::move(fault)) {}

Receiver::~Receiver() {
  Stop();
}

void Receiver::Start() {
  DropUnkept();
  thread_ = std::thread([this] { Work(); });
}

void Receiver::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  parts_.office.StopReceiving();
  if (thread_.joinable()) thread_.join();
}

bool Receiver::stopping() const {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

uint64_t Receiver::taken() const {
  absl::MutexLock lock(&mutex_);
  return taken_;
}

Receiver::Trouble Receiver::trouble() const {
  absl::MutexLock lock(&mutex_);
  return trouble_;
}

// A hub that is away says nothing of what could be taken.
void Receiver::NoteEnd(const absl::Status& ended) {
  fault_(ended);
  if (ended.ok() || absl::IsUnavailable(ended) || absl::IsDeadlineExceeded(ended)) return;
  absl::MutexLock lock(&mutex_);
  trouble_ = {ended, absl::ToUnixMillis(absl::Now())};
}

void Receiver::NoteTaken() {
  absl::MutexLock lock(&mutex_);
  trouble_ = {};
}

void Receiver::Work() {
  absl::Duration pause = limits::kFirstPause;
  while (!stopping()) {
    const uint64_t before = taken();
    const absl::Status ended = parts_.office.Receive(
        kManyActs,
        absl::InfiniteDuration(),
        [this](const client::Subscription::Delivery& delivery) { return Take(delivery.act()); },
        [this](const client::KeptNotice& notice) { return TakeNotice(notice); });
    if (stopping()) return;
    NoteEnd(ended);
    pause = taken() > before ? limits::kFirstPause : std::min(2 * pause, limits::kLongestPause);
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), Jittered(pause));
  }
}

absl::Status Receiver::Take(const hub::Act& act) {
  parts_.hub.Note(absl::OkStatus());
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, parts_.office.OpenAct(act));
  const absl::Status kept = Keep(opened, act);
  // This machine's fault, and not the act's, which must come again: no reason of ours.
  if (!kept.ok()) return absl::InternalError(kept.message());
  TakeForwarded(opened);
  NoteTaken();
  absl::MutexLock lock(&mutex_);
  ++taken_;
  return absl::OkStatus();
}

// Announced before it is kept: an act that is there has its event, one that is not has an event
// that nobody is shown. What fails in between is taken back, and the hub gives the act again.
absl::Status Receiver::Keep(const client::OpenedAct& opened, const hub::Act& act) {
  const std::string& act_id = opened.header.act_id();
  if (cases_.Holds(act_id)) return NoteAnswer(opened.header);
  ROG_RETURN_IF_ERROR(NoteAnswer(opened.header));
  v1::WatchResponse event;
  event.mutable_received()->set_act_id(act_id);
  ROG_ASSIGN_OR_RETURN(const uint64_t position, events_.Append(std::move(event)));
  const absl::Status kept = cases_.Keep(act);
  if (!kept.ok()) events_.Remove(position).IgnoreError();
  return kept;
}

absl::Status Receiver::NoteAnswer(const hub::ActHeader& header) {
  const auto ours = ParseActId(header.in_reply_to());
  if (!ours.ok() || ours->authority != parts_.office.profile().authority) return absl::OkStatus();
  if (parts_.jobs.IsAnswered(ours->uuid)) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(parts_.jobs.NoteAnswered(ours->uuid, header.act_id()));
  LookAt(header.in_reply_to());
  return absl::OkStatus();
}

void Receiver::LookAt(const std::string& act_id) {
  const auto ours = ParseActId(act_id);
  if (!ours.ok() || ours->authority != parts_.office.profile().authority) return;
  follow_up_.Moved(ours->uuid);
  if (std::filesystem::exists(parts_.states.SentFolder() + "/" + ours->uuid + ".act")) {
    follow_up_.LookSoon(ours->uuid);
  }
}

absl::Status Receiver::TakeNotice(const client::KeptNotice& kept) {
  parts_.hub.Note(absl::OkStatus());
  const hub::Notice& notice = kept.notice;
  const std::string mark = absl::StrCat("notice-", kept.position);
  if (parts_.jobs.Told(mark).empty()) {
    v1::WatchResponse event;
    v1::Notice& shown = *event.mutable_notice();
    shown.set_kind(CodeOf(notice.kind()));
    shown.set_case_id(notice.case_id());
    shown.set_act_id(notice.act_id());
    shown.set_text(parts_.words.Notice(notice));
    shown.set_due_unix_ms(notice.due_unix_ms());
    ROG_RETURN_IF_ERROR(events_.Append(std::move(event)).status());
    parts_.jobs.NoteTold(mark, "told");
  }
  NoteTaken();
  LookAt(notice.act_id());
  if (notice.kind() != hub::NOTICE_KIND_DUTY_SUBSTITUTE) return absl::OkStatus();
  // The notice is taken all the same: the telephone is left.
  const auto act = parts_.office.FetchAsSubstitute(notice);
  const auto opened = act.ok() ? parts_.office.OpenAct(*act) : act.status();
  const absl::Status taken = opened.ok() ? Keep(*opened, *act) : opened.status();
  if (!taken.ok()) fault_(taken);
  return absl::OkStatus();
}

// What cannot be fetched now is no fault of the notice. Kept only if it opens: the key in the
// notice is the other side's word.
void Receiver::TakeForwarded(const client::OpenedAct& notice) {
  const content::v1::ForwardingNotice& content = notice.content.forwarding_notice();
  if (content.competent_authority() != parts_.office.profile().authority) return;
  for (const content::v1::ForwardedAct& forwarded : content.forwarded_acts()) {
    if (cases_.Holds(forwarded.act_id())) continue;
    const auto act = parts_.office.FetchForwarded(forwarded);
    const auto opened = act.ok() ? parts_.office.OpenAct(*act) : act.status();
    const absl::Status taken = opened.ok() ? Keep(*opened, *act) : opened.status();
    if (!taken.ok()) fault_(taken);
  }
}

void Receiver::DropUnkept() {
  for (const v1::WatchResponse& event : events_.All()) {
    if (event.has_received() && !cases_.Holds(event.received().act_id())) {
      events_.Remove(event.position()).IgnoreError();
    }
  }
}

}  // namespace rogatoria::agent
