#include "services/training/player.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/lint.h"

namespace rogatoria::training {
namespace {

// An act file is read from a file. Nothing in it is anybody's.
absl::StatusOr<client::ActDraft> ReadDraft(const std::string& text, const std::string& state) {
  const std::string path = absl::StrCat(state, "/scenario-act.toml");
  ROG_RETURN_IF_ERROR(CreateFolders(state));
  ROG_RETURN_IF_ERROR(WriteFileDurably(path, text, 0600));
  return client::ReadActFile(path);
}

bool WasSentTo(const Run& run, const Step& step, const std::string& authority) {
  return std::any_of(step.to.begin(), step.to.end(), [&](const std::string& role) {
    return run.authority_of(role) == authority;
  });
}

absl::Status NotAsTold(const Step& step, const std::string& expected) {
  return Error(Reason::WRONG_STATE).Field(step.name).Accepted(expected).ToStatus();
}

}  // namespace

bool Player::IsDue(const Run& run, const Step& step) {
  const std::string& authority = run.authority_of(step.by);
  if (!cast_.Plays(authority)) return false;
  for (const Step& other : run.scenario().steps) {
    const DoneStep* const done = run.Find(other.name);
    if (done == nullptr || other.is_stopped() || !WasSentTo(run, other, authority)) continue;
    if (!cast_.Holds(authority, done->act_id)) return false;
  }
  return true;
}

absl::StatusOr<DoneStep> Player::Play(const Run& run,
                                      const Step& step,
                                      const std::string& request_id) {
  client::Office& office = cast_.office(run.authority_of(step.by));
  ROG_ASSIGN_OR_RETURN(client::ActDraft draft,
                       ReadDraft(ActTextOf(run, step, Today()), office.profile().state));
  draft.request_id = request_id;
  if (step.is_stopped()) {
    ROG_RETURN_IF_ERROR(SeeStopped(office, step, std::move(draft)));
    return DoneStep{};
  }
  const std::string act_id = absl::StrCat(office.profile().authority, "/", request_id);
  const std::string case_id = draft.case_id.empty() ? act_id : draft.case_id;
  ROG_RETURN_IF_ERROR(office.Send(std::move(draft)).status());
  return DoneStep{act_id, case_id};
}

absl::Status Player::SeeStopped(client::Office& office, const Step& step, client::ActDraft draft) {
  if (!step.lint.empty()) {
    const auto findings = office.Lint(draft, office.profile().language);
    const bool named = std::any_of(findings.begin(), findings.end(), [&](const auto& finding) {
      return finding.field == step.lint;
    });
    return named ? absl::OkStatus() : NotAsTold(step, step.lint);
  }
  const auto sent = office.Send(std::move(draft));
  const auto details = GetErrorDetails(sent.status());
  const bool refused = details.has_value() && ReasonName(details->reason) == step.refused;
  if (refused) return absl::OkStatus();
  return sent.ok() ? NotAsTold(step, step.refused) : sent.status();
}

absl::Status Player::CheckState(const Run& run, const Step& step, const DoneStep& done) {
  if (step.state.empty() || step.is_stopped()) return absl::OkStatus();
  client::Office& office = cast_.office(run.authority_of(step.by));
  ROG_ASSIGN_OR_RETURN(const v1::GetCaseResponse found, office.FetchCase(done.case_id));
  const auto& measures = found.case_().measures();
  const std::string wanted = absl::StrCat("MEASURE_STATE_", step.state);
  if (!measures.empty() && v1::MeasureState_Name(measures[0].state()) == wanted)
    return absl::OkStatus();
  return NotAsTold(step, step.state);
}

absl::Status Player::PlayAll(Run& run, absl::Duration patience, const Tell& tell) {
  while (const Step* const step = run.Next()) {
    while (!IsDue(run, *step)) {
      if (!cast_.Next(patience).has_value())
        return Error(Reason::DELIVERY_NOT_FOUND).Field(step->name);
    }
    ROG_ASSIGN_OR_RETURN(const DoneStep done, Play(run, *step, NewRequestId()));
    ROG_RETURN_IF_ERROR(CheckState(run, *step, done));
    Entry entry;
    entry.what = kStep;
    entry.exercise = run.scenario().name;
    entry.step = step->name;
    entry.act = done.act_id;
    entry.case_id = done.case_id;
    run.Take(entry);
    tell(*step, done);
  }
  return absl::OkStatus();
}

std::string Player::NewRequestId() {
  return GenerateUuid(random_, clock_.Now());
}

absl::CivilDay Player::Today() const {
  return absl::ToCivilDay(clock_.Now().ToTime(), absl::UTCTimeZone());
}

}  // namespace rogatoria::training
