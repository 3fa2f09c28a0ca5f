#include "common/ledger/commit_queue.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "absl/synchronization/notification.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

void StopOnBroken(const absl::Status& status) {
  ADD_FAILURE() << "the queue broke: " << status;
}

TEST(CommitQueueTest, TellsEveryCommandOnceFromManyThreads) {
  TestHub hub;
  std::atomic<int> committed = 0;
  std::atomic<int> failed = 0;
  {
    CommitQueue queue(*hub.ledger, {}, StopOnBroken);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          auto command = std::make_unique<LambdaCommand>();
          command->decide = [](Draft& draft) { draft.AppendAudit({}, 0, ""); };
          command->committed = [&](const BatchReceipts&) { ++committed; };
          command->failed = [&](const absl::Status&) { ++failed; };
          queue.Submit(std::move(command));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    queue.Drain();
    EXPECT_EQ(queue.stats().commands, 200u);
    EXPECT_LE(queue.stats().batches, 200u);
  }
  EXPECT_EQ(committed, 200);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(hub.Read()->GetHead()->log_size, 201u);
}

TEST(CommitQueueTest, RefusesWhatComesAfterDraining) {
  TestHub hub;
  CommitQueue queue(*hub.ledger, {}, StopOnBroken);
  queue.Drain();
  absl::Status status;
  auto command = std::make_unique<LambdaCommand>();
  command->failed = [&](const absl::Status& told) { status = told; };
  queue.Submit(std::move(command));
  EXPECT_THAT(status, HasReason(Reason::SHUTTING_DOWN));
  queue.Drain();
}

// Holds the writer inside a batch until the test lets it go.
class Gate {
 public:
  std::unique_ptr<Command> Blocking() {
    auto command = std::make_unique<LambdaCommand>();
    command->decide = [this](Draft&) {
      entered_.Notify();
      release_.WaitForNotification();
    };
    return command;
  }
  void WaitUntilEntered() { entered_.WaitForNotification(); }
  void Release() { release_.Notify(); }

 private:
  absl::Notification entered_, release_;
};

TEST(CommitQueueTest, OverTheBoundIsRefusedWithAHintToComeBack) {
  TestHub hub;
  Gate gate;
  CommitQueue queue(*hub.ledger, {.max_commands = 2, .max_bytes = 1 << 20}, StopOnBroken);
  queue.Submit(gate.Blocking());
  gate.WaitUntilEntered();
  std::vector<absl::Status> refused;
  for (int i = 0; i < 3; ++i) {
    auto command = std::make_unique<LambdaCommand>();
    command->failed = [&](const absl::Status& status) { refused.push_back(status); };
    queue.Submit(std::move(command));
  }
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_THAT(refused[0], HasReason(Reason::OVERLOADED));
  EXPECT_GT(GetErrorDetails(refused[0])->retry_after, absl::ZeroDuration());
  EXPECT_EQ(queue.stats().refused_full, 1u);
  EXPECT_EQ(queue.stats().waiting, 2u);
  gate.Release();
}

TEST(CommitQueueTest, BytesAreBoundedToo) {
  TestHub hub;
  Gate gate;
  CommitQueue queue(*hub.ledger, {.max_commands = 100, .max_bytes = 1000}, StopOnBroken);
  queue.Submit(gate.Blocking());
  gate.WaitUntilEntered();
  int refused = 0;
  for (const size_t size :
       {size_t{2000}, size_t{100}}) {  // the first is larger than all, and nothing else waits
    auto command = std::make_unique<LambdaCommand>();
    command->size = size;
    command->failed = [&](const absl::Status&) { ++refused; };
    queue.Submit(std::move(command));
  }
  EXPECT_EQ(refused, 1);
  gate.Release();
}

TEST(CommitQueueTest, WhatWaitsTogetherIsCommittedTogether) {
  TestHub hub;
  Gate gate;
  CommitQueue queue(*hub.ledger, {}, StopOnBroken);
  queue.Submit(gate.Blocking());
  gate.WaitUntilEntered();
  std::atomic<int> committed = 0;
  for (int i = 0; i < 30; ++i) {
    auto command = std::make_unique<LambdaCommand>();
    command->decide = [](Draft& draft) { draft.AppendAudit({}, 0, ""); };
    command->committed = [&](const BatchReceipts& receipts) {
      ++committed;
      EXPECT_EQ(receipts.changes().entries.size(), 30u);
    };
    queue.Submit(std::move(command));
  }
  gate.Release();
  queue.Drain();
  EXPECT_EQ(committed, 30);
  EXPECT_EQ(queue.stats().batches, 2u);
}

TEST(CommitQueueTest, AnUnknownOutcomeStopsTheQueueAndTellsThoseBehindTheTruth) {
  TestHub hub;
  Gate gate;
  absl::Notification broken;
  CommitQueue queue(*hub.ledger, {}, [&](const absl::Status&) { broken.Notify(); });
  queue.Submit(gate.Blocking());
  gate.WaitUntilEntered();
  hub.disk.set_fault_plan(FaultAt(StoreStep::kCommit, 1, StoreFault::kUnavailable));
  std::atomic<int> told = 0;
  auto lost = std::make_unique<LambdaCommand>();
  lost->size = 8 * 1024 * 1024;  // fills a batch by itself
  lost->decide = [](Draft& draft) { draft.AppendAudit({}, 0, ""); };
  lost->committed = [&](const BatchReceipts&) { ++told; };
  lost->failed = [&](const absl::Status&) { ++told; };
  queue.Submit(std::move(lost));
  absl::Status behind;
  auto command = std::make_unique<LambdaCommand>();
  command->failed = [&](const absl::Status& status) { behind = status; };
  queue.Submit(std::move(command));
  gate.Release();
  broken.WaitForNotification();
  EXPECT_EQ(told, 0) << "nobody knows what became of it";
  EXPECT_THAT(behind, HasReason(Reason::SHUTTING_DOWN));
  queue.Drain();
}

}  // namespace
}  // namespace rogatoria
