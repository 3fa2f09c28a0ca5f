// The dispatcher under random streams, credits, cuts, settlements, lapses and rows put back:
// whatever happens, among acts and notices, the rules of dispatcher.h hold, and once everything
// calms down everything is delivered.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "services/delivery/dispatcher.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/delivery/model_mailbox.h"

namespace rogatoria::delivery {
namespace {

constexpr uint32_t kMaxInFlight = 5;

class RandomRun {
 public:
  explicit RandomRun(uint64_t seed)
      : random_(seed), dispatcher_({.max_attempts = 6, .max_in_flight = kMaxInFlight, .page = 3}) {}

  void Step() {
    using Action = void (RandomRun::*)();
    static constexpr Action kActions[] = {&RandomRun::AddRows,
                                          &RandomRun::OpenStream,
                                          &RandomRun::GrantCredits,
                                          &RandomRun::GrantCredits,
                                          &RandomRun::CutStream,
                                          &RandomRun::SettleOne,
                                          &RandomRun::SettleOne,
                                          &RandomRun::FailToSettleOne,
                                          &RandomRun::LetTimePass,
                                          &RandomRun::PutBack};
    (this->*kActions[random_.Below(std::size(kActions))])();
    Deliver();
  }

  // One stream that takes and settles everything; then nothing may be open.
  void CalmDown() {
    while (!streams_.empty()) CutStream();
    const StreamId last = Open();
    TellAll();
    for (int round = 0; round < 10'000 && Open() != 0 && AnythingOpen(); ++round) {
      if (dispatcher_.GrantCredits(last, 1).ok()) Deliver();
      while (!out_.empty()) SettleOne();
      now_ = now_ + absl::Milliseconds(limits::kLeaseMs);
      dispatcher_.Expire(now_);
      TakeExhausted();
    }
    EXPECT_FALSE(AnythingOpen());
  }

 private:
  struct Out {
    StreamId stream;
    Instant ends;
  };

  void AddRows() {
    static const std::vector<v1::UrgencyLevel> kLevels = {v1::URGENCY_LEVEL_UNSPECIFIED,
                                                          v1::URGENCY_LEVEL_UNSPECIFIED,
                                                          v1::URGENCY_LEVEL_URGENT,
                                                          v1::URGENCY_LEVEL_EMERGENCY};
    std::vector<uint64_t>& commit = untold_.emplace_back();
    for (uint64_t i = 0; i < 1 + random_.Below(4); ++i) {
      const uint64_t position =
          random_.Below(4) == 0
              ? mailbox_.AddNotice(random_.Pick(kLevels))
              : mailbox_.Add("case" + std::to_string(NextCase()), random_.Pick(kLevels));
      as_committed_[position] = mailbox_.row(position);
      commit.push_back(position);
    }
    if (streams_.empty()) untold_.clear();  // nobody is told while no stream is there
    if (random_.Below(3) != 0) TellAll();
  }
  // Some cases are old ones, some are begun by this act.
  uint64_t NextCase() { return random_.Below(2) == 0 ? random_.Below(8) : ++last_case_; }
  // Commits are told in their order, some of them late.
  void TellAll() {
    for (const std::vector<uint64_t>& commit : std::exchange(untold_, {})) {
      std::vector<DeliveryRecord> rows;
      for (uint64_t position : commit) rows.push_back(as_committed_.at(position));
      dispatcher_.Arrived(random_.Below(8) == 0 ? std::vector<DeliveryRecord>() : rows, now_);
    }
  }
  StreamId Open() {
    if (streams_.size() >= 3) return *streams_.begin();
    const StreamId stream = ++last_stream_;
    dispatcher_.AddPrimary(stream);
    streams_.insert(stream);
    return stream;
  }
  void OpenStream() { Open(); }
  StreamId AnyStream() {
    return *std::next(streams_.begin(), static_cast<long>(random_.Below(streams_.size())));
  }
  void GrantCredits() {
    if (streams_.empty()) return;
    const bool granted =
        dispatcher_.GrantCredits(AnyStream(), static_cast<uint32_t>(random_.Below(4))).ok();
    static_cast<void>(granted);  // too many, or none: refused, and nothing changes
  }
  void CutStream() {
    if (streams_.empty()) return;
    const StreamId stream = AnyStream();
    streams_.erase(stream);
    dispatcher_.Remove(stream, now_);
    std::erase_if(out_, [&](const auto& entry) { return entry.second.stream == stream; });
    TakeExhausted();
  }
  uint64_t AnyOut() {
    return std::next(out_.begin(), static_cast<long>(random_.Below(out_.size())))->first;
  }
  void SettleOne() {
    if (out_.empty()) return;
    const uint64_t position = AnyOut();
    mailbox_.Settle(dispatcher_, position);
    settled_.insert(position);
    out_.erase(position);
  }
  void FailToSettleOne() {
    if (out_.empty()) return;
    const uint64_t position = AnyOut();
    dispatcher_.BeginSettle(position);
    dispatcher_.SettleFailed(position, now_);
  }
  void LetTimePass() {
    now_ = now_ + absl::Milliseconds(random_.Below(limits::kLeaseMs));
    dispatcher_.Expire(now_);
    std::erase_if(out_, [&](const auto& entry) { return entry.second.ends <= now_; });
    TakeExhausted();
  }
  void TakeExhausted() {
    for (const DeliveryRecord& row : dispatcher_.TakeExhausted()) {
      EXPECT_GE(row.attempts, 6u);
      mailbox_.SetState(row.position, DeliveryState::kDead);
      dispatcher_.Settled(row.position, row.case_id);
      dead_.insert(row.position);
    }
  }
  void PutBack() {
    if (dead_.empty()) return;
    const uint64_t position = *dead_.begin();
    dead_.erase(position);
    mailbox_.row(position).attempts = 0;
    mailbox_.SetState(position, DeliveryState::kOpen);
    dispatcher_.Rescan();
  }
  void Deliver() {
    while (auto next = mailbox_.Next(dispatcher_, now_)) {
      Check(*next);
      out_[next->row.position] = {next->stream, now_ + absl::Milliseconds(limits::kLeaseMs)};
    }
    TakeExhausted();
  }
  void Check(const Assignment& next) {
    EXPECT_FALSE(settled_.contains(next.row.position)) << "offered after it was acknowledged";
    EXPECT_EQ(mailbox_.row(next.row.position).state, DeliveryState::kOpen);
    EXPECT_FALSE(out_.contains(next.row.position)) << "leased twice";
    EXPECT_TRUE(streams_.contains(next.stream));
    EXPECT_LE(next.attempt, 6u);
    uint32_t in_flight = 1;
    for (const auto& [position, out] : out_) {
      in_flight += out.stream == next.stream;
      if (next.row.IsNotice()) continue;
      EXPECT_NE(mailbox_.row(position).case_id, next.row.case_id) << "two of one case at once";
    }
    EXPECT_LE(in_flight, kMaxInFlight);
  }
  bool AnythingOpen() const {
    for (uint64_t position = 1; position <= mailbox_.size(); ++position) {
      if (mailbox_.row(position).state == DeliveryState::kOpen) return true;
    }
    return false;
  }

  SeededRandom random_;
  Dispatcher dispatcher_;
  ModelMailbox mailbox_;
  Instant now_{1'000'000};
  uint64_t last_case_ = 100;
  std::vector<std::vector<uint64_t>> untold_;  // commits, by positions
  std::map<uint64_t, DeliveryRecord> as_committed_;
  StreamId last_stream_ = 0;
  std::set<StreamId> streams_;
  std::map<uint64_t, Out> out_;
  std::set<uint64_t> settled_;
  std::set<uint64_t> dead_;
};

TEST(DispatcherPropertyTest, RulesHoldInRandomRuns) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    RandomRun run(seed);
    for (int step = 0; step < 200; ++step) run.Step();
    run.CalmDown();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace rogatoria::delivery
