// A report from a border post on a bad line: docs/scenarios/border-post.md. Persons and places are
// invented.
#include <algorithm>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/scenarios/stage.h"
#include "tests/support/slow_line.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::Contains;
using testing::IsEmpty;

constexpr char kClocks[] = R"(
[[deadline]]
id = "acknowledge"
clock = "ACKNOWLEDGE"
within = "4 HOURS"
source = "invented"
[[deadline]]
id = "feedback"
clock = "FEEDBACK"
within = "15 WORKING_DAYS"
source = "invented"
)";
constexpr int kLoseOneIn = 20;  // 5 %
constexpr int kRuns = 12;       // a run takes a dozen segments each way
constexpr absl::Duration kWithin = absl::Seconds(30);
constexpr size_t kReportBytes = 8 * 1024;

// What one sending cost.
struct Sending {
  absl::StatusOr<v1::SubmitActResponse> answer = absl::UnknownError("not sent");
  absl::Duration took;
  SlowLine::Cost cost;
};

class BorderPostScenario : public testing::Test {
 protected:
  // The hub waits longer for a handshake than it does unless told: a lost segment takes four
  // seconds.
  BorderPostScenario()
      : stage_(kClocks,
               [](daemon::Config& config) { config.limits.handshake_timeout_ms = 15'000; }) {
    stage_.Join("gh-aflao", "GH", "PUBLIC_BODY");
    stage_.Join("gh-oag", "GH");
    stage_.Load(kClocks);
  }

  // The post's report. It has no prosecutor: its organisation's seal is all that signs there.
  client::ActDraft Report() {
    client::ActDraft draft = stage_.Example("detection-report", {"gh-oag"});
    draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
    draft.channel_basis.clear();
    draft.language = "en-GH";
    draft.cover_slip.set_subject("Detection at a border post");
    auto& report = *draft.content.mutable_detection_report();
    report.set_place_locode("GHAFL");
    report.set_officer_function("Immigration officer, first line");
    return draft;
  }
  std::unique_ptr<client::Office> PostBehind(const SlowLine& line, const std::string& name) {
    return stage_.OpenMachine("gh-aflao", name, [&](client::OfficeProfile& profile) {
      profile.endpoints = {absl::StrCat("127.0.0.1:", line.port())};
      profile.user.reset();
    });
  }
  // A whole run of a post's program: connect, ask for the route, check keys, seal, sign, send, take
  // the receipt and verify it.
  Sending SendOver(const SlowLine::Nature& nature) {
    SlowLine line(stage_.hub().public_port(), nature);
    const auto post = PostBehind(line, absl::StrCat("line-", nature.first_lost));
    Sending sending;
    const absl::Time begun = absl::Now();
    sending.answer = post->Send(Report());
    sending.took = absl::Now() - begun;
    sending.cost = line.cost();
    return sending;
  }

  // For docs/performance.md.
  void RecordCosts(std::vector<Sending> sendings) {
    std::sort(sendings.begin(), sendings.end(), [](const Sending& a, const Sending& b) {
      return a.took < b.took;
    });
    const Sending& slowest = sendings.back();
    const auto record = [](const char* name, int64_t value) {
      RecordProperty(name, absl::StrCat(value));
    };
    record("median_ms", absl::ToInt64Milliseconds(sendings[sendings.size() / 2].took));
    record("slowest_ms", absl::ToInt64Milliseconds(slowest.took));
    record("bytes_up", slowest.cost.bytes_up);
    record("bytes_down", slowest.cost.bytes_down);
  }
  std::vector<v1::NoticeKind> NoticesOf(const std::string& at, const std::string& case_id) {
    std::vector<v1::NoticeKind> kinds;
    for (const v1::Notice& notice : stage_.Notices(at, absl::Seconds(5))) {
      if (notice.case_id() == case_id) kinds.push_back(notice.kind());
    }
    return kinds;
  }

  Stage stage_;
};

// Whichever segment is the first of each twenty that is lost.
TEST_F(BorderPostScenario, AReportOverABadLineIsReceiptedWithinThirtySeconds) {
  std::vector<Sending> sendings(kRuns);
  std::vector<std::thread> posts;
  for (int lost = 0; lost < kRuns; ++lost) {
    posts.emplace_back([this, lost, &sending = sendings.at(static_cast<size_t>(lost))] {
      sending = SendOver({.lose_one_in = kLoseOneIn, .first_lost = lost});
    });
  }
  for (std::thread& post : posts) post.join();
  for (const Sending& sending : sendings) {
    EXPECT_THAT(sending.answer, IsOk());
    EXPECT_LT(sending.took, kWithin);
    EXPECT_GT(sending.took, absl::Seconds(9)) << "six round trips: the line is as long as it says";
    EXPECT_GT(sending.cost.lost, 0);
    EXPECT_EQ(sending.cost.connections, 1) << "no handshake was given up";
  }
  RecordCosts(sendings);
}

TEST_F(BorderPostScenario, TheReportIsSmallAndUnderThePostsOwnSeal) {
  SlowLine line(stage_.hub().public_port(), {.bits_per_second = 1'000'000'000, .delay = {}});
  const auto post = PostBehind(line, "quick");
  ASSERT_THAT(post->Send(Report()), IsOk());
  const ReceivedAct received = stage_.Take("gh-oag");
  EXPECT_LE(received.delivery.act().ByteSizeLong(), kReportBytes);
  EXPECT_EQ(received.opened.signer.fingerprint_sha256(),
            stage_.hub().office("gh-aflao").seal.certificate.fingerprint_sha256());
  EXPECT_EQ(received.opened.content.detection_report().place_locode(), "GHAFL");
}

TEST_F(BorderPostScenario, WhoDoesNotAcknowledgeInTimeIsToldAndThePostHasProof) {
  const std::string report = stage_.Send("gh-aflao", Report());
  EXPECT_THAT(NoticesOf("gh-aflao", report), IsEmpty());
  stage_.hub().clock().Advance(absl::Hours(5));
  EXPECT_THAT(NoticesOf("gh-aflao", report), Contains(v1::NOTICE_KIND_DEADLINE_OVERDUE));
  EXPECT_THAT(stage_.EvidenceOf("gh-aflao", report),
              Contains(testing::Field(&Evidence::event, v1::TRANSPORT_EVENT_DEADLINE_MISSED)));
}

TEST_F(BorderPostScenario, TheOfficerHearsWhatCameOfIt) {
  const std::string id = stage_.Send("gh-aflao", Report());
  stage_.Take("gh-oag");
  for (const char* name : {"referral-answer", "referral-feedback"}) {
    client::ActDraft draft = stage_.Example(name, id, {"gh-aflao"});
    if (draft.content.has_referral_feedback()) {
      auto& armed = *draft.content.mutable_referral_feedback()->add_precautions();
      armed.set_precaution(content::v1::PRECAUTION_NO_ARMED_CONTACT);
      armed.set_precaution_outcome(content::v1::PRECAUTION_OUTCOME_APPLIED);
    }
    stage_.Send("gh-oag", draft);
  }
  stage_.Take("gh-aflao");
  const ReceivedAct received = stage_.Take("gh-aflao");
  const auto& feedback = received.opened.content.referral_feedback();
  EXPECT_FALSE(feedback.text().empty());
  EXPECT_FALSE(feedback.report_quality().empty());
  EXPECT_THAT(received.opened.contradictions, IsEmpty());
  EXPECT_EQ(stage_.States("gh-aflao", id).at(0), v1::MEASURE_STATE_FEEDBACK_GIVEN);
  EXPECT_THAT(stage_.office("gh-aflao").FetchCase(id)->clocks(), IsEmpty()) << "nothing is owed";
}

}  // namespace
}  // namespace rogatoria
