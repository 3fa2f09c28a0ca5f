#include "services/delivery/dispatcher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace rogatoria::delivery {
namespace {

// By rank: the order in which urgencies are served.
constexpr std::array<v1::UrgencyLevel, 3> kUrgencies = {
    v1::URGENCY_LEVEL_EMERGENCY, v1::URGENCY_LEVEL_URGENT, v1::URGENCY_LEVEL_UNSPECIFIED};

size_t RankOf(v1::UrgencyLevel urgency) {
  const auto* found = std::find(kUrgencies.begin(), kUrgencies.end(), urgency);
  return std::min<size_t>(static_cast<size_t>(found - kUrgencies.begin()), kUrgencies.size() - 1);
}

// What a row stands in line for: its case, a notice for nothing but itself.
std::string LineOf(const std::string& case_id, uint64_t position) {
  return case_id.empty() ? absl::StrCat("notice ", position) : case_id;
}

std::string LineOf(const DeliveryRecord& row) {
  return LineOf(row.case_id, row.position);
}

}  // namespace

void Dispatcher::AddPrimary(StreamId stream) {
  streams_[stream] = Stream{};
  Wake();
}

void Dispatcher::AddObserver(StreamId stream, uint64_t after_position) {
  Stream& added = streams_[stream] = Stream{};
  added.observer = true;
  added.after = after_position;
}

void Dispatcher::Remove(StreamId stream, Instant now) {
  if (streams_.erase(stream) == 0) return;
  std::vector<uint64_t> prompt;
  for (auto& [position, lease] : leases_) {
    if (lease.stream != stream) continue;
    lease.stream = 0;
    if (!lease.settling && lease.row.attempts <= kPromptReturns) prompt.push_back(position);
  }
  for (uint64_t position : prompt) GiveBack(position, now);
  const bool primaries = std::any_of(
      streams_.begin(), streams_.end(), [](const auto& entry) { return !entry.second.observer; });
  if (!primaries) ForgetCandidates();
}

absl::Status Dispatcher::GrantCredits(StreamId stream, uint32_t count) {
  auto found = streams_.find(stream);
  if (found == streams_.end()) return absl::OkStatus();
  const uint64_t unspent = uint64_t{found->second.credits} + count;
  if (count == 0 || unspent > options_.max_in_flight) {
    return Error(Reason::STREAM_PROTOCOL)
        .Field("credit.count")
        .Accepted(absl::StrCat("1 or more, and at most ", options_.max_in_flight, " unspent"));
  }
  found->second.credits = static_cast<uint32_t>(unspent);
  return absl::OkStatus();
}

void Dispatcher::SetWritable(StreamId stream, bool writable) {
  auto found = streams_.find(stream);
  if (found != streams_.end()) found->second.writable = writable;
}

void Dispatcher::Wake() {
  for (Cursor& cursor : cursors_) cursor.at_end = false;
  for (auto& [id, stream] : streams_) stream.at_end = false;
  for (auto& [case_id, known] : known_cases_) known.alone = false;
}

bool Dispatcher::AreNextCandidates(const std::vector<DeliveryRecord>& rows) const {
  const bool all_read =
      std::all_of(cursors_.begin(), cursors_.end(), [](const Cursor& each) { return each.at_end; });
  const bool all_first = std::all_of(rows.begin(), rows.end(), [](const DeliveryRecord& row) {
    return row.case_position == 1 || row.IsNotice();
  });
  return all_read && all_first && candidates_.size() + rows.size() <= options_.page;
}

void Dispatcher::Arrived(const std::vector<DeliveryRecord>& rows, Instant now) {
  if (rows.empty() || !AreNextCandidates(rows)) return Wake();
  for (auto& [id, stream] : streams_) stream.at_end = false;
  for (const DeliveryRecord& row : rows) {
    Cursor& cursor = cursors_[RankOf(row.urgency)];
    // Read, and perhaps settled, before it was told.
    if (row.position <= cursor.furthest) continue;
    cursor.MoveTo(row.position);
    AddCandidate(row, now, true);
  }
}

void Dispatcher::Cursor::MoveTo(uint64_t position) {
  after = position;
  furthest = std::max(furthest, position);
}

void Dispatcher::Rescan() {
  for (Cursor& cursor : cursors_) {
    cursor.after = 0;
    cursor.at_end = false;
  }
  for (auto& [case_id, known] : known_cases_) known.alone = false;
}

size_t Dispatcher::Expire(Instant now) {
  size_t ended = 0;
  while (!lease_ends_.empty() && lease_ends_.begin()->first <= now) {
    GiveBack(lease_ends_.begin()->second, now);
    ++ended;
  }
  return ended;
}

std::optional<MailboxRead> Dispatcher::NextRead() {
  if (NextPrimary() == streams_.end()) return NextObserverRead();
  if (!next_of_case_.empty()) {
    MailboxRead read = std::move(next_of_case_.front());
    next_of_case_.pop_front();
    return read;
  }
  for (size_t rank = 0; rank < cursors_.size(); ++rank) {
    if (!candidates_.empty() && candidates_.begin()->first.rank <= static_cast<int>(rank)) break;
    if (cursors_[rank].at_end) continue;
    return MailboxRead{.kind = MailboxRead::Kind::kDeliverable,
                       .urgency = kUrgencies[rank],
                       .after = cursors_[rank].after,
                       .limit = options_.page};
  }
  return NextObserverRead();
}

std::optional<MailboxRead> Dispatcher::NextObserverRead() const {
  for (const auto& [id, stream] : streams_) {
    if (!stream.observer || !CanTake(stream) || stream.at_end || !stream.page.empty()) continue;
    return MailboxRead{.kind = MailboxRead::Kind::kObserved,
                       .after = stream.after,
                       .limit = std::min<size_t>(stream.credits, options_.page),
                       .stream = id};
  }
  return std::nullopt;
}

void Dispatcher::Took(const MailboxRead& read,
                      const std::vector<DeliveryRecord>& rows,
                      Instant now) {
  if (read.kind == MailboxRead::Kind::kObserved) {
    auto found = streams_.find(read.stream);
    if (found == streams_.end()) return;
    found->second.at_end = rows.size() < read.limit;
    found->second.page.assign(rows.begin(), rows.end());
    if (!rows.empty()) found->second.after = rows.back().position;
    return;
  }
  for (const DeliveryRecord& row : rows) AddCandidate(row, now);
  if (read.kind == MailboxRead::Kind::kNextOfCase) return;
  Cursor& cursor = cursors_[RankOf(read.urgency)];
  cursor.at_end = rows.size() < read.limit;
  if (!rows.empty()) cursor.MoveTo(rows.back().position);
}

std::optional<Assignment> Dispatcher::Assign(Instant now) {
  auto taker = NextPrimary();
  if (taker == streams_.end() || candidates_.empty()) return AssignObserved();
  DeliveryRecord row = std::move(candidates_.begin()->second);
  candidates_.erase(candidates_.begin());
  row.attempts += 1;
  Remember(row);
  taker->second.credits -= 1;
  Assignment assignment{.stream = taker->first, .row = row, .attempt = row.attempts};
  PutLease({.stream = taker->first, .row = std::move(row), .ends = now + options_.lease});
  return assignment;
}

std::optional<Assignment> Dispatcher::AssignObserved() {
  for (auto& [id, stream] : streams_) {
    if (!stream.observer || !CanTake(stream) || stream.page.empty()) continue;
    Assignment assignment{
        .stream = id, .row = std::move(stream.page.front()), .attempt = 1, .leased = false};
    stream.page.pop_front();
    stream.credits -= 1;
    return assignment;
  }
  return std::nullopt;
}

void Dispatcher::Undo(const Assignment& assignment) {
  auto stream = streams_.find(assignment.stream);
  if (stream != streams_.end()) stream->second.credits += 1;
  auto found = leases_.find(assignment.row.position);
  if (!assignment.leased || found == leases_.end() || found->second.settling) return;
  Lease lease = std::move(found->second);
  Detach(lease);
  leases_.erase(found);
  lease.stream = 0;
  lease.row.attempts -= 1;
  tried_[lease.row.position] = lease.row.attempts;
  PutLease(std::move(lease));
}

std::vector<DeliveryRecord> Dispatcher::TakeExhausted() {
  return std::exchange(exhausted_, {});
}

void Dispatcher::BeginSettle(uint64_t position) {
  if (auto found = leases_.find(position); found != leases_.end()) {
    if (found->second.settling) return;
    Detach(found->second);
    found->second.settling = true;
    return;
  }
  // Its lease ended: a late settlement of a row that waits to be delivered again.
  auto candidate = std::find_if(candidates_.begin(), candidates_.end(), [&](const auto& entry) {
    return entry.first.position == position;
  });
  if (candidate == candidates_.end()) return;
  leases_[position] = {.row = std::move(candidate->second), .settling = true};
  candidates_.erase(candidate);
}

void Dispatcher::Settled(uint64_t position, const std::string& case_id) {
  if (auto found = leases_.find(position); found != leases_.end()) {
    if (!found->second.settling) Detach(found->second);
    if (found->second.rescan) Rescan();
    leases_.erase(found);
  } else {
    RemoveCandidate(position);
  }
  tried_.erase(position);
  if (auto known = known_cases_.find(LineOf(case_id, position));
      known != known_cases_.end() && known->second.position == position) {
    const bool alone = known->second.alone;
    known_cases_.erase(known);
    if (alone) return;
  }
  if (case_id.empty()) return;
  next_of_case_.push_back({.kind = MailboxRead::Kind::kNextOfCase, .limit = 1, .case_id = case_id});
}

void Dispatcher::SettleFailed(uint64_t position, Instant now) {
  auto found = leases_.find(position);
  if (found == leases_.end() || !found->second.settling) return;
  Lease lease = std::move(found->second);
  leases_.erase(found);
  lease.settling = false;
  if (lease.stream == 0) lease.ends = now + options_.lease;
  PutLease(std::move(lease));
}

bool Dispatcher::IsOut(uint64_t position) const {
  auto found = leases_.find(position);
  return found != leases_.end() && !found->second.settling;
}

bool Dispatcher::CanTake(const Stream& stream) const {
  return stream.writable && stream.credits > 0 && stream.in_flight < options_.max_in_flight;
}

std::map<StreamId, Dispatcher::Stream>::iterator Dispatcher::NextPrimary() {
  auto best = streams_.end();
  for (auto it = streams_.begin(); it != streams_.end(); ++it) {
    if (it->second.observer || !CanTake(it->second)) continue;
    if (best == streams_.end() || it->second.in_flight < best->second.in_flight) best = it;
  }
  return best;
}

void Dispatcher::AddCandidate(DeliveryRecord row, Instant now, bool alone) {
  auto known = known_cases_.find(LineOf(row));
  if (known != known_cases_.end()) {
    if (known->second.position == row.position) return;
    auto leased = leases_.find(known->second.position);
    if (leased != leases_.end()) {
      // An earlier row of the case was put back while this one is out: after it, look again.
      leased->second.rescan = true;
      return;
    }
    if (known->second.position < row.position) {
      known->second.alone = false;
      return;
    }
    RemoveCandidate(known->second.position);
  }
  known_cases_[LineOf(row)] = {row.position, alone};
  if (auto tried = tried_.find(row.position); tried != tried_.end()) {
    row.attempts = std::max(row.attempts, tried->second);
  }
  if (row.attempts >= options_.max_attempts) {
    exhausted_.push_back(row);
    leases_[row.position] = {.row = row, .ends = now, .settling = true};
    return;
  }
  const CandidateKey key{static_cast<int>(RankOf(row.urgency)), row.position};
  candidates_.emplace(key, std::move(row));
}

void Dispatcher::Remember(const DeliveryRecord& row) {
  if (tried_.size() >= kMaxRemembered) tried_.clear();
  tried_[row.position] = row.attempts;
}

void Dispatcher::RemoveCandidate(uint64_t position) {
  std::erase_if(candidates_, [&](const auto& entry) { return entry.first.position == position; });
}

void Dispatcher::PutLease(Lease lease) {
  const uint64_t position = lease.row.position;
  lease_ends_.emplace(lease.ends, position);
  if (auto stream = streams_.find(lease.stream); stream != streams_.end()) {
    stream->second.in_flight += 1;
  }
  leases_[position] = std::move(lease);
}

void Dispatcher::Detach(Lease& lease) {
  lease_ends_.erase({lease.ends, lease.row.position});
  auto stream = streams_.find(lease.stream);
  if (stream != streams_.end()) stream->second.in_flight -= 1;
}

void Dispatcher::GiveBack(uint64_t position, Instant now) {
  auto found = leases_.find(position);
  if (found == leases_.end()) return;
  Lease lease = std::move(found->second);
  Detach(lease);
  leases_.erase(found);
  known_cases_.erase(LineOf(lease.row));
  if (lease.rescan) Rescan();
  AddCandidate(lease.row, now);
}

void Dispatcher::ForgetCandidates() {
  for (const auto& [key, row] : candidates_) known_cases_.erase(LineOf(row));
  candidates_.clear();
  next_of_case_.clear();
  Rescan();
}

}  // namespace rogatoria::delivery
