// How soon a risk alert is in its addressee's stream: from the moment at which its sender has the
// receipt, while 64 senders load the hub with acts of others, and while nobody does.
//
//   alerts_bench run SENDER ADDRESSEE OTHER [ALERTS ROUNDS ACTS]     profiles; figures in
//   milliseconds
//
// ACTS: how many acts the load has ready a round; it has to last. Started by
// tests/bench/alerts_under_load, which has the hub. The mode `load` is for its own child.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/base/check.h"
#include "common/base/turns.h"
#include "services/cli/bench/report.h"
#include "services/cli/bench/workload.h"
#include "tests/bench/child/child.h"

namespace rogatoria::bench {
namespace {

constexpr size_t kSenders = 64;
constexpr size_t kPiece = 1024;    // of the load, between two looks at whether it shall end
constexpr uint32_t kCredits = 64;  // of a desk that has its hands free
constexpr absl::Duration kPace = absl::Milliseconds(10);  // from one alert to the next
constexpr absl::Duration kSettle = absl::Milliseconds(500);
constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr double kMostMs = 50;

template <typename T>
T Need(absl::StatusOr<T> made) {
  ROG_CHECK(made.ok(), made.status().ToString().c_str());
  return *std::move(made);
}

client::ActDraft Alert(const std::string& to) {
  client::ActDraft draft;
  draft.kind = v1::ACT_KIND_RISK_ALERT;
  draft.to.emplace_back().set_authority(to);
  draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  draft.urgency.set_level(v1::URGENCY_LEVEL_EMERGENCY);
  draft.urgency.set_reason(v1::URGENCY_REASON_RISK_TO_PERSON);
  draft.language = "pt-PT";
  draft.content.mutable_risk_alert()->set_text(std::string(500, 'x'));
  return draft;
}

// The addressee's stream: notes when each act is there, and acknowledges it.
class Desk {
 public:
  Desk(const client::OfficeProfile& profile, const std::vector<ReadyAct>& alerts)
      : connection_(Need(client::Connection::Open(profile))) {
    for (const ReadyAct& alert : alerts) alerts_[alert.request.act().header()] = &alert;
    connection_->Prepare(context_, absl::Hours(1));
    stream_ = connection_->mailbox().Receive(&context_);
    v1::ReceiveRequest open;
    open.mutable_open()->set_role(v1::SUBSCRIPTION_ROLE_PRIMARY);
    stream_->Write(open);
    v1::ReceiveResponse opened;
    ROG_CHECK(stream_->Read(&opened) && opened.has_opened(), "the stream is open");
    GiveCredit(kCredits);
    reader_ = std::thread([this] { Read(); });
  }
  ~Desk() {
    context_.TryCancel();
    reader_.join();
    stream_->Finish();
  }

  // When it was there.
  absl::Time CameAt(const ReadyAct& alert) {
    const absl::MutexLock lock(&mutex_);
    const auto came = [&] {
      mutex_.AssertReaderHeld();
      return came_.contains(&alert);
    };
    ROG_CHECK(mutex_.AwaitWithTimeout(absl::Condition(&came), kPatience), "the alert comes");
    return came_[&alert];
  }

 private:
  void GiveCredit(uint32_t count) {
    v1::ReceiveRequest message;
    message.mutable_credit()->set_count(count);
    stream_->Write(message);
  }
  void Read() {
    v1::ReceiveResponse message;
    while (stream_->Read(&message)) {
      const absl::Time now = absl::Now();
      if (!message.has_delivery()) continue;
      const auto found = alerts_.find(message.delivery().act().header());
      if (found == alerts_.end()) continue;
      v1::ReceiveRequest acknowledgement = found->second->acknowledgement;
      acknowledgement.mutable_acknowledge()->set_position(message.delivery().position());
      stream_->Write(acknowledgement);
      GiveCredit(1);
      const absl::MutexLock lock(&mutex_);
      came_[found->second] = now;
    }
  }

  std::unique_ptr<client::Connection> connection_;
  absl::flat_hash_map<std::string, const ReadyAct*> alerts_;  // by header bytes
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReceiveRequest, v1::ReceiveResponse>> stream_;
  absl::Mutex mutex_;
  absl::flat_hash_map<const ReadyAct*, absl::Time> came_ ABSL_GUARDED_BY(mutex_);
  std::thread reader_;
};

// Of one alert, milliseconds.
struct Times {
  double after_receipt = 0;
  double after_sending = 0;
};

class Bench {
 public:
  Bench(const std::string& sender, const std::string& addressee, size_t alerts, size_t rounds)
      : office_(Need(client::Office::Open(Need(client::LoadProfile(sender))))),
        alerts_each_(alerts) {
    const auto profile = Need(client::LoadProfile(addressee));
    alerts_ = Need(
        MakeActs(*office_, profile, Alert(profile.authority), alerts_each_ * (2 * rounds + 1)));
    submitter_ = Need(Submitter::Open(office_->profile(), 1));
    desk_ = std::make_unique<Desk>(profile, alerts_);
    Send();  // warm
  }

  // A round of alerts, one after the other at an even pace.
  std::vector<Times> Send() {
    std::vector<absl::Time> begun(alerts_each_), receipts(alerts_each_);
    std::atomic<size_t> answered{0};
    const absl::Time start = absl::Now();
    for (size_t i = 0; i < alerts_each_; ++i) {
      absl::SleepFor(start + static_cast<double>(i) * kPace - absl::Now());
      begun[i] = absl::Now();
      submitter_->Submit(alerts_[next_ + i], [&, i](bool ok) {
        ROG_CHECK(ok, "every alert is recorded");
        receipts[i] = absl::Now();
        ++answered;
      });
    }
    while (answered < alerts_each_) absl::SleepFor(absl::Milliseconds(1));
    std::vector<Times> times;
    for (size_t i = 0; i < alerts_each_; ++i) {
      const absl::Time came = desk_->CameAt(alerts_[next_ + i]);
      times.push_back({absl::ToDoubleMilliseconds(came - receipts[i]),
                       absl::ToDoubleMilliseconds(came - begun[i])});
    }
    next_ += alerts_each_;
    return times;
  }

 private:
  std::unique_ptr<client::Office> office_;
  const size_t alerts_each_;
  std::vector<ReadyAct> alerts_;
  size_t next_ = 0;
  std::unique_ptr<Submitter> submitter_;
  std::unique_ptr<Desk> desk_;
};

double Percentile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         static_cast<size_t>(part * static_cast<double>(values.size())))];
}

// Figures of one situation, a value a round.
class Figures {
 public:
  void Note(const std::vector<Times>& times) {
    std::vector<double> after_receipt, after_sending;
    for (const Times& one : times) {
      after_receipt.push_back(one.after_receipt);
      after_sending.push_back(one.after_sending);
    }
    receipt_p50_.push_back(Percentile(after_receipt, 0.50));
    receipt_p99_.push_back(Percentile(after_receipt, 0.99));
    sending_p50_.push_back(Percentile(after_sending, 0.50));
    sending_p99_.push_back(Percentile(after_sending, 0.99));
  }
  void Print(const std::string& when) {
    absl::PrintF(
        "%-30s receipt -> stream p50 %6.2f ms  p99 %6.2f ms   sent -> stream p50 %6.2f ms  p99 "
        "%6.2f ms\n",
        when,
        Median(receipt_p50_),
        P99(),
        Median(sending_p50_),
        Median(sending_p99_));
  }
  double P99() const { return Median(receipt_p99_); }
  double EndToEndP99() const { return Median(sending_p99_); }

 private:
  std::vector<double> receipt_p50_, receipt_p99_, sending_p50_, sending_p99_;
};

bool InputEnded() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, 0) != 0;
}

// 64 acts under way at a time, submitted, delivered, acknowledged, until standard input ends or
// none is left. Prints "ready", then how many a second, 0 when they did not last.
int Load(const std::string& sender, const std::string& recipient, size_t count) {
  const auto office = Need(client::Office::Open(Need(client::LoadProfile(sender))));
  const auto profile = Need(client::LoadProfile(recipient));
  const std::vector<ReadyAct> acts = Need(MakeActs(*office, profile, count, 2048));
  const auto submitter = Need(Submitter::Open(office->profile(), 2));
  const auto receiver = Need(Receiver::Open(profile, acts));
  std::cout << "ready" << std::endl;
  const absl::Time begun = absl::Now();
  size_t done = 0;
  while (!InputEnded() && done < count) {
    const size_t piece = std::min(kPiece, count - done);
    const LoadResult result = RunExchanges(*submitter, *receiver, acts, done, piece, kSenders);
    ROG_CHECK(result.failed == 0, "every act is handed over");
    done += piece;
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begun);
  std::cout << (InputEnded() ? static_cast<double>(done) / seconds : 0) << std::endl;
  return 0;
}

struct Options {
  std::string sender, addressee, other;
  size_t alerts = 100, rounds = 1, acts = 4000;
};

int Run(const Options& options) {
  AskForShortTurns();  // the duty desk has a machine of its own
  Bench bench(options.sender, options.addressee, options.alerts, options.rounds);
  Figures quiet, loaded;
  std::vector<double> rates;
  for (size_t round = 0; round < options.rounds; ++round) {
    quiet.Note(bench.Send());
    const auto load =
        Need(Child::Start({"load", options.sender, options.other, absl::StrCat(options.acts)}));
    ROG_CHECK(load->ReadLine() == "ready", "the load is ready");
    absl::SleepFor(kSettle);
    loaded.Note(bench.Send());
    double rate = 0;
    ROG_CHECK(absl::SimpleAtod(load->Stop(), &rate) && rate > 0, "the load lasted");
    rates.push_back(rate);
  }
  quiet.Print("with nobody else");
  loaded.Print("while 64 senders load the hub");
  absl::PrintF(
      "64 senders: %.0f exchanges/s. An alert is in the stream %.1f ms after its receipt at p99 "
      "(at most %.0f); end to end %.1f times as late as on a quiet hub\n",
      Median(rates),
      loaded.P99(),
      kMostMs,
      loaded.EndToEndP99() / quiet.EndToEndP99());
  return 0;
}

void Take(const std::vector<std::string>& words, size_t index, size_t& value) {
  if (index < words.size()) ROG_CHECK(absl::SimpleAtoi(words[index], &value), "a number");
}

int Main(const std::vector<std::string>& words) {
  if (words.size() == 4 && words[0] == "load") {
    size_t count = 0;
    Take(words, 3, count);
    return Load(words[1], words[2], count);
  }
  if (words.size() < 4 || words[0] != "run") return 64;
  Options options{words[1], words[2], words[3]};
  Take(words, 4, options.alerts);
  Take(words, 5, options.rounds);
  Take(words, 6, options.acts);
  return Run(options);
}

}  // namespace
}  // namespace rogatoria::bench

int main(int argc, char** argv) {
  return rogatoria::bench::Main(std::vector<std::string>(argv + 1, argv + argc));
}
