#include "services/training/cast.h"

#include <algorithm>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/client/precautions.h"

namespace rogatoria::training {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(500);

// By what the counterpart itself asked for, whatever the trainee's own library knew.
bool LeavesOut(const client::OpenedAct& opened) {
  const auto& told = opened.contradictions;
  return client::AnswersPrecautions(opened.header.kind()) &&
         std::any_of(told.begin(), told.end(), [](const content::v1::Discrepancy& one) {
           return one.discrepancy_code() == content::v1::DISCREPANCY_CODE_PRECAUTIONS;
         });
}

bool LeavesOut(client::Office& office, const client::KeptAct& act) {
  if (!client::AnswersPrecautions(act.kind)) return false;
  const auto opened = office.OpenKept(act.act_id);
  return opened.ok() && LeavesOut(*opened);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Cast>> Cast::Open(std::vector<client::OfficeProfile> profiles) {
  Offices offices;
  for (client::OfficeProfile& profile : profiles) {
    if (!profile.training) return Error(Reason::PROFILE_INVALID).Field("training").ToStatus();
    const std::string authority = profile.authority;
    ROG_ASSIGN_OR_RETURN(offices[authority], client::Office::Open(std::move(profile)));
    ROG_RETURN_IF_ERROR(offices[authority]->Folder().status());
  }
  return std::unique_ptr<Cast>(new Cast(std::move(offices)));
}

Cast::~Cast() {
  Stop();
}

void Cast::Start() {
  for (const auto& [authority, office] : offices_) {
    client::Arrivals& arrivals =
        *mailboxes_.emplace_back(std::make_unique<client::Arrivals>(*office));
    threads_.emplace_back([this, &authority = authority, &office = *office, &arrivals] {
      Receive(authority, office, arrivals);
    });
  }
}

void Cast::Stop() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (const auto& mailbox : mailboxes_) mailbox->Stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Cast::Receive(const std::string& authority,
                   client::Office& office,
                   client::Arrivals& arrivals) {
  for (;;) {
    const auto arrival = arrivals.Next(absl::InfiniteDuration());
    absl::Status taken = arrival.status();
    if (arrival.ok() && arrival->has_value()) taken = Take(authority, office, arrivals, **arrival);
    const absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    if (!taken.ok()) mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kPause);
  }
}

// An act that cannot be opened is given back: nothing in a training hub is worth to be kept for.
absl::Status Cast::Take(const std::string& authority,
                        client::Office& office,
                        client::Arrivals& arrivals,
                        const client::Arrival& arrival) {
  if (arrival.is_notice()) return arrivals.Acknowledge(arrival);
  const auto opened = office.OpenAct(arrival.act());
  if (!opened.ok()) {
    const auto reason = client::RejectReasonFor(opened.status());
    return reason.has_value() ? arrivals.Reject(arrival, *reason) : opened.status();
  }
  ROG_ASSIGN_OR_RETURN(client::CaseFolder * folder, office.Folder());
  ROG_RETURN_IF_ERROR(folder->Keep(arrival.act()));
  ROG_RETURN_IF_ERROR(arrivals.Acknowledge(arrival));
  const v1::ActHeader& header = arrival.header;
  const absl::MutexLock lock(&mutex_);
  arrived_.push_back({authority,
                      header.act_id(),
                      header.case_id(),
                      header.sender(),
                      header.kind(),
                      LeavesOut(*opened)});
  return absl::OkStatus();
}

bool Cast::Holds(const std::string& authority, const std::string& act_id) {
  const auto folder = office(authority).Folder();
  return folder.ok() && (*folder)->Holds(act_id);
}

std::vector<Arrived> Cast::Kept() {
  std::vector<std::pair<int64_t, Arrived>> kept;
  for (const auto& [authority, office] : offices_) {
    const auto folder = office->Folder();
    if (!folder.ok()) continue;
    for (const client::KeptAct& act : (*folder)->FindActs({}).acts) {
      if (act.sender == authority) continue;
      kept.push_back(
          {act.kept_unix_ms,
           {authority, act.act_id, act.case_id, act.sender, act.kind, LeavesOut(*office, act)}});
    }
  }
  std::stable_sort(
      kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Arrived> acts;
  for (auto& [at, act] : kept) acts.push_back(std::move(act));
  return acts;
}

std::optional<Arrived> Cast::Next(absl::Duration wait) {
  const auto any = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !arrived_.empty();
  };
  const absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&any), wait);
  if (arrived_.empty()) return std::nullopt;
  Arrived next = std::move(arrived_.front());
  arrived_.pop_front();
  return next;
}

}  // namespace rogatoria::training
