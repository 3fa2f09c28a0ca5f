// What the hub of a simulation says on its own: notices, and evidence of what was not fetched.
#include "common/ledger/notices.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/simulation.h"

namespace rogatoria::simulation {
namespace {

class NoticeCommand final : public Command {
 public:
  using Done = std::function<void(const DeliveryKey&, const Bytes&)>;

  NoticeCommand(std::string authority, v1::Notice notice, Done done)
      : authority_(std::move(authority)), notice_(std::move(notice)), done_(std::move(done)) {}

  void Declare(BatchKeys& keys) const override {
    keys.mailboxes.push_back(authority_);
    if (!notice_.case_id().empty()) keys.cases.push_back(notice_.case_id());
  }
  void Decide(Draft& draft) override {
    if (!notice_.case_id().empty() && draft.FindCase(notice_.case_id()) == nullptr) return;
    position_ = PutNotice(draft, authority_, notice_);
    bytes_ = draft.changes().new_deliveries.back().notice;
  }
  void Committed(const BatchReceipts&) override {
    if (position_ != 0) done_({authority_, position_}, bytes_);
  }
  void Failed(const absl::Status&) override {}

 private:
  const std::string authority_;
  const v1::Notice notice_;
  const Done done_;
  uint64_t position_ = 0;
  Bytes bytes_;
};

class NotRetrievedCommand final : public Command {
 public:
  NotRetrievedCommand(Undelivered undelivered, uint64_t& recorded)
      : undelivered_(std::move(undelivered)), recorded_(recorded) {}

  void Declare(BatchKeys& keys) const override { DeclareUndelivered(undelivered_, keys); }
  void Decide(Draft& draft) override { address_ = RecordNotRetrieved(draft, undelivered_); }
  void Committed(const BatchReceipts&) override { recorded_ += address_.has_value() ? 1 : 0; }
  void Failed(const absl::Status&) override {}

 private:
  const Undelivered undelivered_;
  uint64_t& recorded_;
  std::optional<EntryAddress> address_;
};

}  // namespace

void Simulation::IssueNotice() {
  v1::Notice notice;
  notice.set_kind(chance_.Chance(20) ? v1::NOTICE_KIND_DUTY_NOT_ACKNOWLEDGED
                                     : v1::NOTICE_KIND_DEADLINE_WARNING);
  if (chance_.Chance(70)) notice.set_case_id(AnyCase());
  hub_.Enqueue(std::make_unique<NoticeCommand>(
      AnyMember().id, notice, [this](const DeliveryKey& key, const Bytes& bytes) {
        ++tally_.notices;
        notes_.notices[key] = bytes;
      }));
}

void Simulation::MissRetrieval() {
  if (deliveries_.empty()) return;
  const KnownDelivery known = chance_.Pick(deliveries_);
  hub_.Enqueue(std::make_unique<NotRetrievedCommand>(Undelivered{known.key, known.acceptance, {}},
                                                     tally_.not_retrieved));
}

void Simulation::ConsumeNotice() {
  const CastMember& member = AnyMember();
  const auto snapshot = Look();
  if (snapshot == nullptr) return;
  std::vector<DeliveryRecord> notices;
  for (const v1::UrgencyLevel urgency :
       {v1::URGENCY_LEVEL_EMERGENCY, v1::URGENCY_LEVEL_UNSPECIFIED}) {
    const auto rows = snapshot->ListDeliverable(member.id, urgency, 0, 100);
    if (!rows.ok()) continue;
    for (const DeliveryRecord& row : *rows) {
      if (row.IsNotice()) notices.push_back(row);
    }
  }
  if (!notices.empty()) SettleNotice(*snapshot, chance_.Pick(notices));
}

void Simulation::SettleNotice(Snapshot& snapshot, const DeliveryRecord& row) {
  const DeliveryKey key{row.authority, row.position};
  const auto whole = snapshot.GetDelivery(key);
  v1::Notice notice;
  if (!whole.ok() || whole->notice.empty() || !notice.ParseFromString(whole->notice)) {
    return notes_.Violation(absl::StrCat("a notice without its text: ", row.authority));
  }
  if (notes_.taken_notices.contains(key)) {
    notes_.Violation(absl::StrCat("taken and offered as new: ", row.authority, " ", row.position));
  }
  const auto issued = notes_.notices.find(key);
  if (issued != notes_.notices.end() && issued->second != whole->notice) {
    notes_.Violation("another notice than was issued");
  }
  const bool take = chance_.Chance(80);
  hub_.Enqueue(
      delivery::SettleNoticeCommand(key,
                                    notice,
                                    take ? DeliveryState::kHandedOver : DeliveryState::kDead,
                                    take ? "" : std::string(kTooManyAttempts),
                                    [this, key, take](const absl::StatusOr<v1::Receipt>& answer) {
                                      if (!answer.ok() || !take) return;
                                      ++tally_.notices_taken;
                                      notes_.taken_notices.insert(key);
                                    }));
}

}  // namespace rogatoria::simulation
