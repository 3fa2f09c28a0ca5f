// What the offices of a simulation send.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/model/canonical.h"
#include "services/exchange/reads.h"
#include "tests/simulation/simulation.h"

namespace rogatoria::simulation {
namespace {

const std::vector<std::string> kCodes = {"VIDEO_HEARING", "BANK_TRANSACTIONS", "IDENTIFICATION"};
const std::vector<v1::MeasureOutcome> kOutcomes = {v1::MEASURE_OUTCOME_ADMITTED,
                                                   v1::MEASURE_OUTCOME_REFUSED,
                                                   v1::MEASURE_OUTCOME_POSTPONED,
                                                   v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED,
                                                   v1::MEASURE_OUTCOME_EXECUTED,
                                                   v1::MEASURE_OUTCOME_NOT_EXECUTABLE};

bool NeedsOutcomes(v1::ActKind kind) {
  return kind == v1::ACT_KIND_DECISION || kind == v1::ACT_KIND_EXECUTION_RESULT;
}

v1::ActHeader HeaderOf(const v1::SubmitActRequest& request) {
  v1::ActHeader header;
  FromSignedBytes(kHeaderFirstLine, request.act().header(), header).IgnoreError();
  return header;
}

v1::MeasureOutcome OutcomeFor(v1::ActKind kind, SeededRandom& chance) {
  const size_t first = kind == v1::ACT_KIND_DECISION ? 0 : 3;
  return kOutcomes[first + chance.Below(3)];
}

}  // namespace

std::string Simulation::AnyCase() {
  std::vector<std::string> cases;
  for (const auto& [act_id, sent] : notes_.acts) {
    if (sent.header.case_id() == act_id && sent.accepted.has_value()) cases.push_back(act_id);
  }
  return cases.empty() ? "" : chance_.Pick(cases);
}

void Simulation::OpenCase() {
  const CastMember& sender = AnyMember();
  ActPlan plan;
  plan.recipients = OthersThan(sender.id, 1);
  const size_t count = 1 + chance_.Below(3);
  for (uint32_t i = 1; i <= count; ++i) plan.measures.push_back(MeasureOf(i, kCodes[i - 1]));
  if (chance_.Chance(20)) plan.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
  if (chance_.Chance(10)) plan.deadline_effect = v1::DEADLINE_EFFECT_SUSPENDS;
  if (chance_.Chance(20)) plan.urgency = v1::URGENCY_LEVEL_URGENT;
  if (const std::string related = AnyCase(); !related.empty() && chance_.Chance(20)) {
    plan.related_cases.push_back(related);
  }
  Send(sender, plan);
}

void Simulation::InformSpontaneously() {
  const CastMember& sender = AnyMember();
  ActPlan plan;
  plan.kind = v1::ACT_KIND_SPONTANEOUS_INFORMATION;
  plan.case_type = v1::CASE_TYPE_SPONTANEOUS;
  plan.recipients = OthersThan(sender.id, 1 + chance_.Below(3));
  Send(sender, plan);
}

// An act in a case by one of its parties to another, of a kind that is left open. The sender's own
// view of how far the case is may be old: that is how acts cross.
ActPlan Simulation::PlanFollowUp(const std::string& case_id, std::string& sender) {
  const v1::ActHeader& opening = notes_.acts.at(case_id).header;
  std::vector<std::string> parties = {opening.sender()};
  for (const v1::Recipient& to : opening.recipients()) parties.push_back(to.authority());
  if (sender.empty()) sender = chance_.Pick(parties);
  parties.erase(std::remove(parties.begin(), parties.end(), sender), parties.end());
  ActPlan plan;
  plan.case_id = case_id;
  plan.case_type = opening.case_type();
  if (!parties.empty()) plan.recipients = {chance_.Pick(parties)};
  plan.channel_class = opening.channel_class();
  plan.case_position_seen = 1;
  if (chance_.Chance(10)) plan.insist = v1::INSIST_REASON_CROSSED;
  if (chance_.Chance(20)) plan.in_reply_to = case_id;
  if (chance_.Chance(10)) plan.urgency = v1::URGENCY_LEVEL_EMERGENCY;
  return plan;
}

// What the hub says may be sent now; by the time it is committed it may no longer fit.
void Simulation::SendAllowed() {
  const std::string case_id = AnyCase();
  const auto snapshot = case_id.empty() ? nullptr : Look();
  if (snapshot == nullptr) return;
  const v1::ActHeader& opening = notes_.acts.at(case_id).header;
  v1::GetCaseRequest request;
  request.set_case_id(case_id);
  const auto read =
      exchange::GetCase(*snapshot, Cast::Get().Member(opening.sender()).caller(), request);
  if (!read.ok() || read->response.allowed_acts().empty()) return;
  const auto& allowed = read->response.allowed_acts(
      static_cast<int>(chance_.Below(static_cast<uint64_t>(read->response.allowed_acts_size()))));
  std::string sender = allowed.role() == v1::CASE_ROLE_REQUESTING
                           ? opening.sender()
                           : opening.recipients(0).authority();
  ActPlan plan = PlanFollowUp(case_id, sender);
  plan.kind = allowed.kind();
  plan.case_position_seen = 1 + chance_.Below(read->response.case_().act_count());
  const bool named =
      NeedsOutcomes(plan.kind) || (chance_.Chance(30) && !allowed.measures().empty());
  for (const v1::Measure& measure : read->response.case_().measures()) {
    const bool fits =
        std::find(allowed.measures().begin(), allowed.measures().end(), measure.ordinal()) !=
        allowed.measures().end();
    if (!named || !fits || chance_.Chance(30)) continue;
    plan.measures.push_back(MeasureOf(measure.ordinal(),
                                      measure.code(),
                                      NeedsOutcomes(plan.kind) ? OutcomeFor(plan.kind, chance_)
                                                               : v1::MEASURE_OUTCOME_UNSPECIFIED));
  }
  Send(Cast::Get().Member(sender), plan);
}

// Any kind, from anybody, fitting or not.
void Simulation::SendAnything() {
  const std::string case_id = AnyCase();
  if (case_id.empty()) return;
  std::string sender = chance_.Chance(20) ? AnyMember().id : "";
  ActPlan plan = PlanFollowUp(case_id, sender);
  if (plan.recipients.empty()) return;
  plan.kind = static_cast<v1::ActKind>(2 + chance_.Below(10));
  if (plan.kind == v1::ACT_KIND_SPONTANEOUS_INFORMATION) plan.kind = v1::ACT_KIND_WITHDRAWAL;
  if (NeedsOutcomes(plan.kind)) {
    const auto ordinal = static_cast<uint32_t>(1 + chance_.Below(3));
    const std::string& code = chance_.Chance(80) ? kCodes[ordinal - 1] : chance_.Pick(kCodes);
    plan.measures = {MeasureOf(ordinal, code, OutcomeFor(plan.kind, chance_))};
  }
  Send(Cast::Get().Member(sender), plan);
}

// One thing wrong with an act that is otherwise right.
void Simulation::SendBroken() {
  const CastMember& sender = AnyMember();
  const CastMember& other = Cast::Get().Member(OthersThan(sender.id, 1).front());
  ActPlan plan;
  plan.recipients = {other.id};
  plan.measures = {MeasureOf(1, kCodes[0])};
  const uint64_t fault = chance_.Below(7);
  if (fault == 0) plan.signed_by = &other.user;
  if (fault == 1) plan.signed_by = &sender.seal;
  if (fault == 2) plan.signed_by = &Cast::Get().stranger();
  v1::SubmitActRequest request = Cast::Get().Compose(
      sender, plan, hub_.registry().Get(), hub_.rules().route_key, hub_.clock.Now(), chance_);
  v1::Act& act = *request.mutable_act();
  if (fault == 3) act.mutable_header()->at(act.header().size() / 2) ^= 1;
  if (fault == 4) act.mutable_body()->at(0) ^= 1;
  if (fault == 5) act.mutable_signature()->resize(act.signature().size() / 2);
  Submit(fault == 6 ? other : sender, request);
}

void Simulation::Resend() {
  if (notes_.acts.empty()) return;
  auto it = notes_.acts.begin();
  std::advance(it, static_cast<ptrdiff_t>(chance_.Below(notes_.acts.size())));
  const v1::SubmitActRequest request = it->second.request;
  const std::string sender = HeaderOf(request).sender();
  if (!sender.empty()) Submit(Cast::Get().Member(sender), request);
}

void Simulation::ReuseId() {
  std::vector<std::string> answered;
  for (const auto& [act_id, sent] : notes_.acts) {
    if (sent.answered()) answered.push_back(act_id);
  }
  if (answered.empty()) return;
  const std::string act_id = chance_.Pick(answered);
  v1::SubmitActRequest other = notes_.acts.at(act_id).request;
  other.mutable_act()->add_key_envelopes("another");
  hub_.Submit(
      Cast::Get().Member(notes_.acts.at(act_id).header.sender()).caller(),
      other,
      [this, act_id](const auto& answer) { notes_.AnsweredReuse(act_id, answer.status()); });
}

void Simulation::Send(const CastMember& sender, const ActPlan& plan) {
  Submit(
      sender,
      Cast::Get().Compose(
          sender, plan, hub_.registry().Get(), hub_.rules().route_key, hub_.clock.Now(), chance_));
}

void Simulation::Submit(const CastMember& caller, const v1::SubmitActRequest& request) {
  v1::ActHeader header = HeaderOf(request);
  header.set_act_id(absl::StrCat(header.sender(), "/", request.request_id()));
  const std::string act_id = header.act_id();
  const bool retry = notes_.WillSend(request, header).sends > 1;
  const bool reply_lost = chance_.Chance(10);
  hub_.Submit(caller.caller(), request, [=, this](const auto& answer) {
    if (reply_lost) return;
    notes_.Answered(act_id, answer);
    const auto details = GetErrorDetails(answer.status());
    if (answer.ok()) {
      ++tally_.accepted;
      tally_.retries_answered += retry ? 1 : 0;
      tally_.out_of_sequence +=
          answer->disposition() == v1::ACT_DISPOSITION_OUT_OF_SEQUENCE ? 1 : 0;
    } else if (details.has_value() && !details->evidence.empty()) {
      ++tally_.refused_in_law;
    } else {
      ++tally_.refused_plainly;
    }
  });
}

}  // namespace rogatoria::simulation
