#include "services/agent/hub_standing.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/random.h"
#include "common/base/sentence.h"

namespace rogatoria::agent {
namespace {

bool NeverReached(const absl::Status& outcome) {
  return absl::IsUnavailable(outcome) || absl::IsDeadlineExceeded(outcome);
}

// Says nothing of the hub: another program of this machine has what was wanted.
bool IsBusyHere(const absl::Status& outcome) {
  return HasReason(outcome, Reason::UPLOAD_BUSY) || HasReason(outcome, Reason::DOWNLOAD_BUSY) ||
         HasReason(outcome, Reason::OUTBOX_BUSY) || HasReason(outcome, Reason::INBOX_BUSY);
}

}  // namespace

absl::Duration Jittered(absl::Duration longest) {
  const Bytes random = SystemRandom().Generate(1);
  const double part = static_cast<unsigned char>(random[0]) / 255.0;
  return longest * (0.5 + 0.5 * part);
}

void HubStanding::Note(const absl::Status& outcome) {
  if (IsBusyHere(outcome)) return;
  absl::MutexLock lock(&mutex_);
  const absl::Time now = absl::Now();
  report_.reached = !NeverReached(outcome);
  if (report_.reached) {
    report_.reached_unix_ms = absl::ToUnixMillis(now);
    report_.why = absl::OkStatus();
    report_.next_try = now;
    pause_ = limits::kFirstPause;
    return;
  }
  report_.why = outcome;
  report_.next_try = now + Jittered(pause_);
  pause_ = std::min(2 * pause_, limits::kLongestPause);
}

bool HubStanding::IsAwayNow() {
  const grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
  absl::MutexLock lock(&mutex_);
  if (state == GRPC_CHANNEL_READY) return false;
  if (state != GRPC_CHANNEL_TRANSIENT_FAILURE) {
    return !report_.why.ok() && absl::Now() < report_.next_try;
  }
  report_.reached = false;
  if (report_.why.ok()) {
    report_.why = Failure(absl::StatusCode::kUnavailable, Sentence::HUB_LATE);
  }
  return true;
}

bool HubStanding::MayBeBack() {
  if (IsAwayNow()) return false;
  absl::MutexLock lock(&mutex_);
  return !report_.why.ok() && absl::Now() >= report_.next_try;
}

HubStanding::Report HubStanding::report() const {
  // Of a hub that was connected to and not called yet, the connection is the answer.
  const bool connected = channel_->GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_READY;
  absl::MutexLock lock(&mutex_);
  Report report = report_;
  if (connected && report.why.ok() && report.reached_unix_ms == 0) {
    report.reached = true;
    report.reached_unix_ms = absl::ToUnixMillis(absl::Now());
  }
  return report;
}

}  // namespace rogatoria::agent
