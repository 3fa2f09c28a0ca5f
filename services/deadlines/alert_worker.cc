#include "services/deadlines/alert_worker.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "services/deadlines/run_program.h"
#include "services/deadlines/webhook.h"

namespace rogatoria::deadlines {
namespace {

// So that one desk that does not answer keeps no other waiting.
constexpr int kThreads = 4;

std::vector<std::string> Environment(const std::string& hub, const std::string& authority) {
  return {absl::StrCat("ROGATORIA_HUB=", hub),
          absl::StrCat("ROGATORIA_AUTHORITY=", authority),
          absl::StrCat("ROGATORIA_ALERT=", AlertText(hub, authority))};
}

absl::Status SendMail(const AlertTarget& target,
                      const std::string& hub,
                      const std::string& authority,
                      const Patience& patience) {
  const std::string message = absl::StrCat("From: ",
                                           target.mail_from,
                                           "\nTo: ",
                                           target.mail_to,
                                           "\nSubject: ",
                                           AlertText(hub, authority),
                                           "\nAuto-Submitted: auto-generated\n\n",
                                           AlertText(hub, authority),
                                           "\n");
  return RunProgram(
      {target.sendmail, "-i", "-f", target.mail_from, "--", target.mail_to}, message, {}, patience);
}

}  // namespace

std::string AlertText(const std::string& hub, const std::string& authority) {
  return absl::StrCat("An urgent act waits for ", authority, " at ", hub);
}

absl::Status SendAlert(const AlertTarget& target,
                       const std::string& hub,
                       const std::string& authority,
                       const Patience& patience) {
  const std::string text = AlertText(hub, authority);
  if (!target.program.empty()) {
    return RunProgram(target.program, text + "\n", Environment(hub, authority), patience);
  }
  if (!target.mail_to.empty()) return SendMail(target, hub, authority, patience);
  // Authority ids and trust domains need no escaping.
  const std::string json = absl::StrCat(
      R"({"alert":")", text, R"(","authority":")", authority, R"(","hub":")", hub, R"("})");
  return PostJson(target.webhook, json, target.webhook_ca, patience);
}

AlertWorker::AlertWorker(AlertTargets targets,
                         std::string hub,
                         std::function<void(Alert)> sent,
                         std::function<void(const Alert&, const absl::Status&)> failed)
    : targets_(std::move(targets)),
      hub_(std::move(hub)),
      sent_(std::move(sent)),
      failed_(std::move(failed)) {
  if (targets_.empty()) return;
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Run(); });
}

AlertWorker::~AlertWorker() {
  Stop();
}

void AlertWorker::Send(Alert alert) {
  absl::MutexLock lock(&mutex_);
  if (waiting_.size() >= limits::kMaxAlerts) {
    ++stats_.dropped;
    return;
  }
  waiting_.push_back(std::move(alert));
}

void AlertWorker::Stop() {
  breaks_off_ = true;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    waiting_.clear();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void AlertWorker::Run() {
  const Patience patience{absl::Milliseconds(limits::kAlertTimeoutMs),
                          [this] { return breaks_off_.load(); }};
  for (;;) {
    Alert alert;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(
          +[](AlertWorker* self) ABSL_NO_THREAD_SAFETY_ANALYSIS { return self->HasWork(); }, this));
      if (stopped_) return;
      alert = std::move(waiting_.front());
      waiting_.pop_front();
    }
    const absl::Status status = SendAlert(targets_.at(alert.name), hub_, alert.authority, patience);
    {
      absl::MutexLock lock(&mutex_);
      ++(status.ok() ? stats_.sent : stats_.failed);
    }
    if (status.ok()) {
      sent_(std::move(alert));
    } else {
      failed_(alert, status);
    }
  }
}

AlertStats AlertWorker::stats() const {
  absl::MutexLock lock(&mutex_);
  return stats_;
}

}  // namespace rogatoria::deadlines
