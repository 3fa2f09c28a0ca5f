// A hub whose scheduler the test moves by hand: cases of pt-pgr with co-fgn, whose duty desk br-mpf
// stands in for, and who was told what.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/ledger/notices.h"
#include "services/deadlines/scheduler.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::deadlines {

inline constexpr Instant kStart{1795521600000};  // 2026-11-24T12:00:00Z

class SomeSink final : public AlertSink {
 public:
  bool Knows(const std::string& name) const override { return name != "unknown"; }
  void Send(Alert alert) override { alerts.push_back(std::move(alert)); }
  std::vector<Alert> alerts;
};

inline Directory::Contents SomeContents() {
  Directory::Contents contents;
  for (const char* id : {"pt-pgr", "co-fgn", "br-mpf"}) {
    AuthorityEntry& entry = contents.authorities.emplace_back();
    entry.record.set_id(id);
    entry.record.set_time_zone("America/Bogota");
    entry.record.set_calendar("cal");
  }
  v1::DutyDesk& duty = *contents.authorities[1].record.mutable_duty();
  duty.set_telephone("+57 601 000");
  duty.set_minutes(20);
  duty.set_substitute("br-mpf");
  duty.set_alert("desk");
  contents.authorities[2].record.mutable_duty()->set_alert("other-desk");
  Calendar calendar;
  calendar.id = "cal";
  calendar.weekly_rest = {absl::Weekday::saturday, absl::Weekday::sunday};
  calendar.years = {2026};
  contents.calendars = {calendar};
  return contents;
}

inline std::shared_ptr<const Directory> Make(Directory::Contents contents) {
  return std::make_shared<const Directory>(std::move(contents));
}

class SchedulerTest : public testing::Test {
 protected:
  SchedulerTest() {
    hub_.clock.Set(kStart);
    registry_.SetDirectory(Make(SomeContents()), 1);
    Restart();
  }

  // A process that dies and starts again.
  void Restart() {
    hub_.disk.set_fault_plan(nullptr);
    waiting_.clear();
    scheduler_.reset();
    ASSERT_THAT(hub_.Start(), IsOk());
    scheduler_ = std::make_unique<Scheduler>(
        *hub_.store,
        registry_,
        hub_.clock,
        [this](std::unique_ptr<Command> command) { waiting_.push_back(std::move(command)); },
        sink_);
  }

  // One look, and the commit of what it found.
  absl::Status TryTick() {
    scheduler_->Tick();
    const auto commands = std::exchange(waiting_, {});
    return hub_.ledger->CommitBatch(commands);
  }
  void Tick() { ASSERT_THAT(TryTick(), IsOk()); }
  void TickAt(Instant now) {
    hub_.clock.Set(now);
    Tick();
  }

  // A case that pt-pgr opened, with its act in the mailbox of co-fgn.
  std::string AddCase(std::vector<ClockRecord> clocks,
                      std::optional<Instant> retrieve_by = std::nullopt) {
    const std::string id = TestActId(++cases_);
    for (ClockRecord& clock : clocks) clock.act_id = id;
    auto command = std::make_unique<LambdaCommand>();
    command->declare = [id](BatchKeys& keys) {
      keys.acts.push_back(id);
      keys.cases.push_back(id);
      keys.mailboxes.push_back("co-fgn");
    };
    command->decide = [=](Draft& draft) { Record(id, clocks, retrieve_by, draft); };
    EXPECT_THAT(hub_.Commit(std::move(command)), IsOk());
    return id;
  }

  static void Record(const std::string& id,
                     const std::vector<ClockRecord>& clocks,
                     std::optional<Instant> retrieve_by,
                     Draft& draft) {
    const uint64_t key = draft.TakeKey();
    const EntryAddress address = draft.AppendEvidence(SomeEvidence(id), key, "pt-pgr");
    ActRecord act;
    act.act_id = act.case_id = id;
    act.case_position = 1;
    act.sender = "pt-pgr";
    act.recipients = {"co-fgn"};
    act.log = address.log;
    act.first_entry = address.index;
    act.key_id = key;
    CaseRecord record;
    record.case_id = id;
    record.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {"co-fgn", v1::CASE_ROLE_REQUESTED}};
    record.act_count = 1;
    record.key_id = key;
    record.clocks = clocks;
    draft.PutCase(record);
    draft.AddAct(act);
    DeliveryRecord row;
    row.authority = "co-fgn";
    row.act_id = row.case_id = id;
    row.case_position = 1;
    row.log = address.log;
    row.consigned_entry = address.index;
    row.key_id = key;
    row.retrieve_by = retrieve_by;
    draft.AddDelivery(std::move(row));
  }

  std::vector<v1::Notice> Notices(const std::string& authority) {
    std::vector<v1::Notice> notices;
    const auto snapshot = hub_.Read();
    const auto rows = snapshot->ListDeliveries(authority, 0, 10000);
    for (const DeliveryRecord& row : *rows) {
      if (!row.IsNotice()) continue;
      const auto whole = snapshot->GetDelivery({authority, row.position});
      EXPECT_TRUE(notices.emplace_back().ParseFromString(whole->notice));
    }
    return notices;
  }
  std::vector<std::string> Told(const std::string& authority) {
    std::vector<std::string> told;
    for (const v1::Notice& notice : Notices(authority))
      told.push_back(NoticeKindName(notice.kind()));
    return told;
  }
  // Events in the log about an act, after its A.1.
  std::vector<v1::TransportEvent> Events(const std::string& act_id) {
    std::vector<v1::TransportEvent> events;
    const auto entries = hub_.Read()->ListEntriesOfAct(act_id);
    for (const EntryRecord& entry : *entries) {
      events.push_back(ParseEvidence(entry.record)->event);
    }
    return events;
  }
  std::vector<ClockRecord> ClocksOf(const std::string& id) {
    return hub_.Read()->GetCase(id)->clocks;
  }

  TestHub hub_;
  Registry registry_;
  SomeSink sink_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<std::unique_ptr<Command>> waiting_;
  int cases_ = 0;
};

// Of the one measure, for co-fgn: a warning an hour before.
inline ClockRecord Decide(Instant due) {
  ClockRecord clock;
  clock.clock = v1::DEADLINE_CLOCK_DECIDE;
  clock.measure = 1;
  clock.side = v1::CASE_ROLE_REQUESTED;
  clock.authority = "co-fgn";
  clock.counterpart = "pt-pgr";
  clock.profile = "decide";
  clock.started = kStart;
  clock.due = due;
  clock.next_event = due + absl::Hours(-1);
  return clock;
}

inline constexpr auto kAccepted = v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE;
inline constexpr auto kMissed = v1::TRANSPORT_EVENT_DEADLINE_MISSED;
inline constexpr auto kHandoverFailed = v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE;

}  // namespace rogatoria::deadlines
