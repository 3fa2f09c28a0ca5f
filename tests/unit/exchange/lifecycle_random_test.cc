// Random histories of cases with several on the requested side: single measures are handed on,
// senders have not seen the latest acts, teams grow. Held against a second, slow telling of the
// rules that remembers every state of the case.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/model/act_kind.h"
#include "services/exchange/lifecycle.h"
#include "services/exchange/lifecycle_words.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/exchange/lifecycle_fixture.h"

namespace rogatoria {
namespace {

constexpr uint64_t kSeed = 20261127;
constexpr int kHistories = 250;
constexpr int kStepsBetweenOffers = 5;
constexpr int kSteps = 60;
const std::vector<std::string> kReserve = {"co-delegada", "co-sala", "co-unidad"};

struct Played {
  int in_sequence = 0, crossed = 0, wrong_side = 0, ended = 0, handed_on = 0, invited_again = 0;
};

// One case, and all that it was.
class History {
 public:
  explicit History(SeededRandom& random) : random_(random) {
    const v1::CaseType type = kTypes[random.Below(std::size(kTypes))];
    const size_t measures = HasManyMeasures(type) ? 1 + random.Below(3) : 1;
    record_ = CaseIn(type, std::vector<v1::MeasureState>(measures, v1::MEASURE_STATE_RECEIVED));
    const bool several = type == v1::CASE_TYPE_JIT || type == v1::CASE_TYPE_SPONTANEOUS;
    if (several && random.Chance(60)) {
      record_.parties.push_back({"br-mpf", v1::CASE_ROLE_REQUESTED});
      if (type == v1::CASE_TYPE_JIT) {
        record_.measures.push_back({2, CodeIn(type), v1::MEASURE_STATE_RECEIVED});
      }
    }
    snapshots_ = {{}, record_.measures};
  }

  void Step(Played& played) {
    const v1::ActHeader header = AnyAct();
    const v1::CaseRole role = record_.RoleOf(header.sender());
    const uint64_t answered = header.kind() == v1::ACT_KIND_ACKNOWLEDGEMENT && random_.Chance(50)
                                  ? 1 + random_.Below(record_.act_count)
                                  : 0;
    const Verdict verdict = Judge(&record_, header, role, answered);
    if (verdict.sequence == Sequence::kInSequence) {
      if (answered == 0) {
        EXPECT_TRUE(IsOffered(header)) << KindName(header.kind()) << " by " << header.sender();
      }
      ++played.in_sequence;
      return Take(header, verdict, played);
    }
    EXPECT_FALSE(verdict.explanation.empty());
    EXPECT_FALSE(HaveAll(record_.measures, header)) << KindName(header.kind());
    if (verdict.sequence == Sequence::kUnknownMeasure) return;
    if (verdict.sequence == Sequence::kWrongSide) ++played.wrong_side;
    const bool crossed = verdict.sequence == Sequence::kCrossed;
    EXPECT_EQ(crossed, HaveAll(AsSeen(header), header)) << KindName(header.kind());
    if (!crossed) return;
    ++played.crossed;
    ++record_.act_count;
    snapshots_.push_back(record_.measures);
  }

  // What is offered is accepted, from whoever may send it, with some outcome.
  void TryWhatIsOffered() {
    for (const v1::AllowedAct& allowed : AllowedActs(record_)) {
      for (const Party& party : record_.parties) {
        if (party.role != allowed.role()) continue;
        const bool named = !allowed.authority().empty();
        const bool may = !named || allowed.authority() == party.authority;
        const bool moves = !FindActKind(allowed.kind())->any_state;
        if (may) {
          EXPECT_TRUE(IsTaken(allowed, party.authority)) << Describe(allowed, party);
        }
        // Nobody else of its side may, for these measures.
        if (!may && moves && FindActKind(allowed.kind())->allows_measures) {
          EXPECT_FALSE(IsTaken(allowed, party.authority)) << Describe(allowed, party);
        }
      }
    }
  }

  bool ended() const { return record_.state == v1::CASE_STATE_ENDED; }

 private:
  static std::string Describe(const v1::AllowedAct& allowed, const Party& party) {
    return absl::StrCat(party.authority, ": ", allowed.ShortDebugString());
  }

  bool IsTaken(const v1::AllowedAct& allowed, const std::string& sender) {
    const ActKindTraits& kind = *FindActKind(allowed.kind());
    for (v1::MeasureOutcome outcome : OutcomesWith(kind.kind)) {
      std::vector<uint32_t> named;
      if (kind.allows_measures && !allowed.measures().empty()) named = {allowed.measures(0)};
      v1::ActHeader header = Act(record_, kind.kind, outcome, named);
      header.set_sender(sender);
      Address(header, AddresseeOf(allowed));
      if (kind.kind == v1::ACT_KIND_JIT_PROPOSAL && allowed.measures().empty()) {
        header.mutable_recipients(0)->set_authority("es-fge");
      }
      if (Judge(&record_, header, allowed.role()).sequence == Sequence::kInSequence) return true;
    }
    return false;
  }

  // The competent authority comes first. What the requesting side sends goes to `authority`, where
  // that is said.
  void Address(v1::ActHeader& header, const std::string& authority = "") {
    if (header.kind() != v1::ACT_KIND_FORWARDING_NOTICE) {
      if (authority.empty()) return;
      header.clear_recipients();
      header.add_recipients()->set_authority(authority);
      return;
    }
    header.clear_recipients();
    header.add_recipients()->set_authority(random_.Pick(kReserve));
    header.add_recipients()->set_authority("pt-pgr");
  }

  // Who is responsible for what the requesting side may send about.
  std::string AddresseeOf(const v1::AllowedAct& allowed) const {
    if (allowed.role() != v1::CASE_ROLE_REQUESTING || allowed.measures().empty()) return "";
    return record_.ResponsibleFor(*record_.FindMeasure(allowed.measures(0)));
  }

  // Mostly all, else somebody; empty for all.
  std::string AnyAddressee(const std::string& sender) {
    if (random_.Chance(60)) return "";
    const Party& picked = random_.Pick(record_.parties);
    if (picked.role == record_.RoleOf(sender) && random_.Chance(80)) return "";
    return picked.authority;
  }

  v1::ActHeader AnyAct() {
    const ActKindTraits& kind = AllActKinds()[random_.Below(AllActKinds().size())];
    std::vector<uint32_t> named;
    if (kind.needs_measures || (kind.allows_measures && random_.Chance(50))) {
      named.push_back(1 + static_cast<uint32_t>(random_.Below(record_.measures.size())));
      if (random_.Chance(20) && record_.measures.size() > 1) {
        named.push_back(named[0] == 1 ? 2 : 1);
      }
    }
    v1::ActHeader header = Act(record_, kind.kind, random_.Pick(OutcomesWith(kind.kind)), named);
    header.set_sender(random_.Pick(record_.parties).authority);
    if (random_.Chance(60)) header.set_case_position_seen(1 + random_.Below(record_.act_count));
    Address(header, AnyAddressee(header.sender()));
    if (kind.kind == v1::ACT_KIND_JIT_PROPOSAL && random_.Chance(20)) {
      header.mutable_recipients(0)->set_authority("es-fge");
    }
    return header;
  }

  bool IsOffered(const v1::ActHeader& header) const {
    for (const v1::AllowedAct& allowed : AllowedActs(record_)) {
      if (allowed.kind() != header.kind()) continue;
      if (allowed.role() != record_.RoleOf(header.sender())) continue;
      if (!allowed.authority().empty() && allowed.authority() != header.sender()) continue;
      const bool all = std::all_of(
          header.measures().begin(), header.measures().end(), [&](const v1::MeasureRef& named) {
            return allowed.measures().empty() ||
                   std::count(
                       allowed.measures().begin(), allowed.measures().end(), named.ordinal()) > 0;
          });
      if (all) return true;
    }
    return false;
  }

  // Whether a measure, as it is here, has a row for the act, and the sender speaks for it.
  bool Has(const MeasureRecord& measure, const v1::ActHeader& header, int index) const {
    const auto outcome =
        index < 0 ? v1::MEASURE_OUTCOME_UNSPECIFIED : header.measures(index).outcome();
    const bool open = FindActKind(header.kind())->any_state;
    if (!open && !record_.SpeaksFor(header.sender(), measure)) return false;
    if (header.kind() == v1::ACT_KIND_JIT_PROPOSAL) {
      const std::string part = record_.ResponsibleFor(measure);
      const auto& to = header.recipients();
      if (std::none_of(
              to.begin(), to.end(), [&](const auto& one) { return one.authority() == part; })) {
        return false;
      }
    }
    const Transition* row = FindTransition(
        record_.case_type, header.kind(), record_.RoleOf(header.sender()), outcome, measure.state);
    if (row == nullptr) return false;
    const bool moves = row->from != row->to || header.kind() == v1::ACT_KIND_FORWARDING_NOTICE;
    return !moves || ReachesTheOtherSide(measure, header);
  }

  bool ReachesTheOtherSide(const MeasureRecord& measure, const v1::ActHeader& header) const {
    const bool asks = record_.RoleOf(header.sender()) == v1::CASE_ROLE_REQUESTING;
    const auto& to = header.recipients();
    return std::any_of(to.begin(), to.end(), [&](const v1::Recipient& one) {
      const v1::CaseRole role = record_.RoleOf(one.authority());
      if (!asks) return role == v1::CASE_ROLE_REQUESTING;
      return role == v1::CASE_ROLE_REQUESTED && record_.SpeaksFor(one.authority(), measure);
    });
  }

  bool HaveAll(const std::vector<MeasureRecord>& measures, const v1::ActHeader& header) const {
    if (header.measures().empty()) {
      return std::any_of(measures.begin(), measures.end(), [&](const MeasureRecord& measure) {
        return Has(measure, header, -1);
      });
    }
    for (int i = 0; i < header.measures_size(); ++i) {
      if (!Has(measures[header.measures(i).ordinal() - 1], header, i)) return false;
    }
    return true;
  }

  // From the states that the case really had: at the position that the sender saw, or after the
  // last move that it made itself.
  std::vector<MeasureRecord> AsSeen(const v1::ActHeader& header) const {
    std::vector<MeasureRecord> seen = record_.measures;
    for (size_t i = 0; i < seen.size(); ++i) {
      uint64_t position = header.case_position_seen();
      size_t unseen = 0;
      for (const auto& [at, measure, by] : moves_) {
        if (measure == i && by == header.sender()) position = std::max(position, at);
      }
      for (const auto& [at, measure, by] : moves_) unseen += measure == i && at > position ? 1 : 0;
      const auto& then = snapshots_[position];
      if (i < then.size()) seen[i].state = then[i].state;
      if (i < then.size() && record_.RoleOf(header.sender()) == v1::CASE_ROLE_REQUESTING) {
        seen[i].responsible = then[i].responsible;
      }
      if (unseen >= limits::kMaxMoves) seen[i].state = v1::MEASURE_STATE_UNSPECIFIED;
    }
    return seen;
  }

  void Take(const v1::ActHeader& header, const Verdict& verdict, Played& played) {
    const uint64_t position = ++record_.act_count;
    for (size_t i = 0; i < record_.measures.size(); ++i) {
      const MeasureRecord& before = record_.measures[i];
      const MeasureRecord& after = verdict.measures[i];
      const bool handed_on = before.responsible != after.responsible;
      if (before.state == after.state && !handed_on) {
        if (header.kind() != v1::ACT_KIND_FORWARDING_NOTICE) continue;
        if (after.moves == before.moves) continue;
      }
      EXPECT_TRUE(record_.SpeaksFor(header.sender(), before)) << KindName(header.kind());
      moves_.push_back({position, i, header.sender()});
      played.handed_on += handed_on ? 1 : 0;
      played.invited_again +=
          header.kind() == v1::ACT_KIND_JIT_PROPOSAL && IsEnded(before.state) ? 1 : 0;
    }
    record_.measures = verdict.measures;
    record_.state = verdict.case_state;
    for (const v1::Recipient& to : header.recipients()) {
      if (record_.RoleOf(to.authority()) != v1::CASE_ROLE_UNSPECIFIED) continue;
      Party party{to.authority(), v1::CASE_ROLE_REQUESTED};
      if (header.kind() == v1::ACT_KIND_FORWARDING_NOTICE) {
        party.forwarded_by = header.sender();
        party.joined_at = position;
      }
      record_.parties.push_back(party);
    }
    snapshots_.push_back(record_.measures);
    const bool all_ended = std::all_of(
        record_.measures.begin(), record_.measures.end(), [](const MeasureRecord& measure) {
          return IsEnded(measure.state);
        });
    EXPECT_EQ(ended(), all_ended);
    played.ended += all_ended ? 1 : 0;
  }

  struct Moved {
    uint64_t at;
    size_t measure;
    std::string by;
  };

  SeededRandom& random_;
  CaseRecord record_;
  std::vector<std::vector<MeasureRecord>> snapshots_;  // by position
  std::vector<Moved> moves_;
};

TEST(RandomHistoriesTest, FollowWhatWasAnnouncedAndWhatTheirSendersSaw) {
  SeededRandom random(kSeed);
  Played played;
  for (int number = 0; number < kHistories && !testing::Test::HasFailure(); ++number) {
    SCOPED_TRACE(absl::StrCat("seed ", kSeed, " history ", number));
    History history(random);
    for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) {
      history.Step(played);
      if (step % kStepsBetweenOffers == 0) history.TryWhatIsOffered();
    }
  }
  // Each of what this is about happened, and often.
  EXPECT_GT(played.in_sequence, 1500);
  EXPECT_GT(played.crossed, 50);
  EXPECT_GT(played.wrong_side, 300);
  EXPECT_GT(played.handed_on, 50);
  EXPECT_GT(played.invited_again, 5);
  EXPECT_GT(played.ended, 50);
}

}  // namespace
}  // namespace rogatoria
