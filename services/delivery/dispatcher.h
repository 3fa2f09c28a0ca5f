// Who gets what next from one authority's mailbox: leases, credits, order. Pure: no I/O, no clock
// of its own, no threads. One dispatcher an authority; its owner (mailboxes.h) calls it under a
// lock, reads from the store what NextRead asks for, and carries out what Assign decides.
//
// Rules (proto/rogatoria/v1/mailbox_service.proto):
// - Only the first open row of a case is ever a candidate; the next one after that is settled.
// - A notice waits for nothing and keeps nothing waiting: it is of no case, whatever it is about.
// - Emergency before urgent before routine; inside one urgency by position.
// - The primary streams of an authority compete: the one with the fewest leases takes the next row.
// - A row is leased to one stream at a time. When the lease ends it is a candidate again, with one
//   attempt more. A stream that is cut gives its rows back at once the first kPromptReturns times;
//   later only when the lease would have ended, so that a consumer that dies of a row does not use
//   up all attempts within seconds.
// - Observers see every row in order from where they begin, without leases.
//
// It holds no queue: of what lies in the mailbox it knows a page of candidates and what is leased.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/storage/store.h"

namespace rogatoria::delivery {

using StreamId = uint64_t;

struct DispatcherOptions {
  absl::Duration lease = absl::Milliseconds(limits::kLeaseMs);
  uint32_t max_attempts = limits::kMaxDeliveryAttempts;
  uint32_t max_in_flight = limits::kMaxInFlight;  // leases a stream, and its unspent credits
  size_t page = 64;                               // rows read at a time
};

// How often the rows of a cut stream go back at once, counted by the row's attempts.
inline constexpr uint32_t kPromptReturns = 2;

// Something to read from the store before more can be assigned.
struct MailboxRead {
  enum class Kind {
    kDeliverable,  // Snapshot::ListDeliverable(urgency, after, limit)
    kNextOfCase,   // Snapshot::ListOpenOfCase(case_id, limit)
    kObserved,     // Snapshot::ListDeliveries(after, limit), for one observer
  };
  Kind kind = Kind::kDeliverable;
  v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED;
  uint64_t after = 0;
  size_t limit = 0;
  std::string case_id = {};
  StreamId stream = 0;
};

// A row to be sent on a stream now.
struct Assignment {
  StreamId stream = 0;
  DeliveryRecord row = {};
  uint32_t attempt = 1;  // this one included; to be persisted from the second on
  bool leased = true;    // false for observers
};

class Dispatcher {
 public:
  explicit Dispatcher(DispatcherOptions options) : options_(options) {}

  // Streams. An id is used once.
  void AddPrimary(StreamId stream);
  void AddObserver(StreamId stream, uint64_t after_position);
  void Remove(StreamId stream, Instant now);
  // STREAM_PROTOCOL unless 1 <= count and no more than max_in_flight are unspent then.
  absl::Status GrantCredits(StreamId stream, uint32_t count);
  // Whether the stream can take another message now.
  void SetWritable(StreamId stream, bool writable);

  // Rows that one commit has put into the mailbox, in the order of their positions; told in the
  // order of commits, for every commit while a stream is there. What need not be looked for is a
  // candidate at once; the rest, and all of it when `rows` is empty, is found by reading.
  void Arrived(const std::vector<DeliveryRecord>& rows, Instant now);
  // There may be rows before the cursors: one was put back.
  void Rescan();
  // Gives leases that ended back. Returns how many.
  size_t Expire(Instant now);

  // The next thing to read, as long as a stream waits for a row and none is known for it. More
  // urgent rows are looked for before less urgent ones are assigned: call until nullopt, then
  // Assign.
  std::optional<MailboxRead> NextRead();
  // What that read gave, from a snapshot opened after the last call of Settled. For kNextOfCase
  // none or one row.
  void Took(const MailboxRead& read, const std::vector<DeliveryRecord>& rows, Instant now);

  // The next row to send, leased from now on. nullopt when nobody waits or nothing is known.
  std::optional<Assignment> Assign(Instant now);
  // The assigned row could not be sent: it is tried again when its lease would have ended, and this
  // attempt does not count.
  void Undo(const Assignment& assignment);
  // Rows that were given out as often as allowed, to be made dead letters. Each is told once and
  // then settling.
  std::vector<DeliveryRecord> TakeExhausted();

  // A settlement of the row is on its way to the disk: it is not delivered again meanwhile, and no
  // longer counts against its stream.
  void BeginSettle(uint64_t position);
  // It is settled on disk: the next one of its case may follow. `case_id`: empty for a notice.
  void Settled(uint64_t position, const std::string& case_id);
  // It was refused: the lease goes on as before.
  void SettleFailed(uint64_t position, Instant now);

  // Whether the row is leased to somebody and not being settled: it is surely open.
  bool IsOut(uint64_t position) const;
  size_t leases() const { return leases_.size(); }
  size_t streams() const { return streams_.size(); }

 private:
  struct Stream {
    bool observer = false;
    uint32_t credits = 0;
    uint32_t in_flight = 0;  // its leases that are not settling
    bool writable = true;
    // Observers only.
    uint64_t after = 0;
    bool at_end = false;
    std::deque<DeliveryRecord> page;
  };
  struct Lease {
    StreamId stream = 0;      // 0: nobody's; it waits for its end or its settlement
    DeliveryRecord row = {};  // row.attempts counts this attempt
    Instant ends = {};
    bool settling = false;
    bool rescan = false;  // an earlier row of its case was put back meanwhile
  };
  struct Cursor {
    uint64_t after = 0;
    bool at_end = false;
    uint64_t furthest =
        0;  // the last row that was ever a candidate; a rescan does not go back here

    void MoveTo(uint64_t position);
  };
  // Most urgent first, then by position.
  struct CandidateKey {
    int rank = 0;
    uint64_t position = 0;
    auto operator<=>(const CandidateKey&) const = default;
  };

  // The one row of a case that is leased or a candidate.
  struct Known {
    uint64_t position = 0;
    bool alone = false;  // surely no later row of the case is in the mailbox
  };

  bool CanTake(const Stream& stream) const;
  // There may be new rows behind the cursors.
  void Wake();
  // Whether nothing but these rows can lie behind the cursors, and no case holds them back.
  bool AreNextCandidates(const std::vector<DeliveryRecord>& rows) const;
  // The primary that takes the next row; streams_.end() for none.
  std::map<StreamId, Stream>::iterator NextPrimary();
  std::optional<MailboxRead> NextObserverRead() const;
  std::optional<Assignment> AssignObserved();
  void AddCandidate(DeliveryRecord row, Instant now, bool alone = false);
  void Remember(const DeliveryRecord& row);
  void RemoveCandidate(uint64_t position);
  void PutLease(Lease lease);
  // Takes the lease off its stream's count and out of the ends.
  void Detach(Lease& lease);
  void GiveBack(uint64_t position, Instant now);
  void ForgetCandidates();

  const DispatcherOptions options_;
  std::map<StreamId, Stream> streams_;
  std::map<uint64_t, Lease> leases_;                   // by position
  std::set<std::pair<Instant, uint64_t>> lease_ends_;  // (end, position) of those not settling
  std::map<CandidateKey, DeliveryRecord> candidates_;
  absl::flat_hash_map<std::string, Known> known_cases_;  // by LineOf a row
  std::array<Cursor, 3> cursors_;                        // by rank
  std::deque<MailboxRead> next_of_case_;
  std::vector<DeliveryRecord> exhausted_;
  // Attempts of open rows, which the store knows only from the second on and a little later. When
  // there are too many they are forgotten, and those rows get more attempts than allowed.
  static constexpr size_t kMaxRemembered = 16384;
  absl::flat_hash_map<uint64_t, uint32_t> tried_;
};

}  // namespace rogatoria::delivery
