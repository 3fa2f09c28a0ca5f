// What the agent adds to a send: the same informal request by Office::Send, and through the agent's
// socket, in turns, against one hub. Both seal, sign, keep the act in the outbox and its receipts
// on disk; the agent lints as well, and tells what stands.
//
//   agent_bench PROFILE [sends] [rounds]
//
// Prints the medians of each round, and of all of them; nobody else may use the profile's state.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/create_channel.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/client/office.h"
#include "services/agent/agent.h"
#include "services/agent/agent_server.h"

namespace rogatoria {
namespace {

class NoWords final : public agent::Words {
 public:
  std::string language() const override { return "pt"; }
  std::string State(agent::v1::ActState) const override { return ""; }
  std::string Reason(const absl::Status& why) const override { return std::string(why.message()); }
  std::string Prepared(const v1::ActHeader&, const client::ActDraft&) const override { return ""; }
  std::string Opened(const client::OpenedAct&, const std::string&) const override { return ""; }
  std::string Notice(const v1::Notice&) const override { return ""; }
  std::string Receipt(const Evidence&) const override { return ""; }
  std::string Contradiction(const content::v1::Discrepancy&) const override { return ""; }
};

std::string NewId() {
  SystemRandom random;
  return GenerateUuid(random, SystemClock().Now());
}

constexpr char kText[] = "Segue o pedido.";
constexpr char kSubject[] = "Audição";

client::ActDraft Draft() {
  client::ActDraft draft;
  draft.request_id = NewId();
  draft.kind = v1::ACT_KIND_REQUEST;
  draft.to.emplace_back().set_authority("co-fgn");
  draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  draft.legal_basis.set_instrument("UN-TIP-2000");
  draft.legal_basis.set_article("10");
  v1::MeasureRef& measure = draft.measures.emplace_back();
  measure.set_ordinal(1);
  measure.set_code("VIDEO_HEARING");
  draft.language = "pt-PT";
  draft.cover_slip.set_subject(kSubject);
  draft.content.mutable_letter()->set_text(kText);
  return draft;
}

agent::v1::SendRequest Request() {
  agent::v1::SendRequest request;
  request.set_request_id(NewId());
  request.set_kind("REQUEST");
  request.add_to("co-fgn");
  request.set_channel("INFORMAL");
  request.set_instrument("UN-TIP-2000");
  request.set_article("10");
  request.add_measures("VIDEO_HEARING");
  request.set_language("pt-PT");
  request.set_subject(kSubject);
  request.set_text(kText);
  return request;
}

void Expect(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

template <typename Work>
double Milliseconds(Work work) {
  const absl::Time begin = absl::Now();
  work();
  return absl::ToDoubleMilliseconds(absl::Now() - begin);
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Rig {
  std::unique_ptr<client::Office> office;
  std::unique_ptr<agent::Agent> agent;
  std::unique_ptr<agent::AgentServer> server;
  std::unique_ptr<agent::v1::AgentService::Stub> stub;
};

// The office's own state, and the agent's below it.
Rig Open(const std::string& path, const agent::Words& words) {
  auto profile = client::LoadProfile(path);
  Expect(profile.status());
  client::OfficeProfile other = *profile;
  other.state += "/through-agent";
  other.agent.socket = other.state + "/agent/socket";
  Rig rig;
  auto office = client::Office::Open(*profile);
  Expect(office.status());
  rig.office = *std::move(office);
  auto opened = agent::Agent::Open(other, words);
  Expect(opened.status());
  rig.agent = *std::move(opened);
  auto server = agent::AgentServer::Start(*rig.agent);
  Expect(server.status());
  rig.server = *std::move(server);
  rig.stub = agent::v1::AgentService::NewStub(
      grpc::CreateChannel("unix:" + other.agent.socket, grpc::InsecureChannelCredentials()));
  return rig;
}

void SendDirectly(Rig& rig) {
  Expect(rig.office->Send(Draft()).status());
}

void SendThroughAgent(Rig& rig) {
  grpc::ClientContext context;
  agent::v1::SendResponse response;
  const grpc::Status status = rig.stub->Send(&context, Request(), &response);
  if (!status.ok() || response.status().state() != agent::v1::ACT_STATE_IN_THEIR_MAILBOX) {
    std::fprintf(stderr, "not sent: %s\n", status.error_message().c_str());
    std::exit(1);
  }
}

int Run(const std::string& profile, int sends, int rounds) {
  const NoWords words;
  Rig rig = Open(profile, words);
  SendDirectly(rig);
  SendThroughAgent(rig);
  std::vector<double> added;
  std::vector<double> ratios;
  std::printf("%-6s %10s %10s %10s\n", "round", "direct ms", "agent ms", "added ms");
  for (int round = 1; round <= rounds; ++round) {
    std::vector<double> direct;
    std::vector<double> through;
    for (int i = 0; i < sends; ++i) {
      direct.push_back(Milliseconds([&] { SendDirectly(rig); }));
      through.push_back(Milliseconds([&] { SendThroughAgent(rig); }));
    }
    const double a = Median(direct);
    const double b = Median(through);
    added.push_back(b - a);
    ratios.push_back(b / a);
    std::printf("%-6d %10.2f %10.2f %10.2f\n", round, a, b, b - a);
  }
  std::printf("the agent adds %.2f ms to a send (median of %d rounds), %.2f times the direct one\n",
              Median(added),
              rounds,
              Median(ratios));
  rig.agent->Stop();
  rig.server->Stop();
  return 0;
}

}  // namespace
}  // namespace rogatoria

int main(int count, char** words) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  if (count < 2) {
    std::fprintf(stderr, "agent_bench PROFILE [sends] [rounds]\n");
    return 64;
  }
  const int sends = count > 2 ? std::atoi(words[2]) : 200;
  const int rounds = count > 3 ? std::atoi(words[3]) : 5;
  return rogatoria::Run(words[1], std::max(sends, 1), std::max(rounds, 1));
}
