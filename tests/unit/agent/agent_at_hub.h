// An agent of pt-pgr's and the hub that it speaks with, which answers what a test wants.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/crypto/digest.h"
#include "services/agent/agent.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/agent/records.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::agent {

class AgentAtHubTest : public testing::Test {
 protected:
  AgentAtHubTest() : hub_(offices_) { Open(); }

  // A run; the one before ended. The hub's receipts name the user as who signed, so the user signs
  // informal acts too, as in an office that has no seal.
  void Open() {
    agent_.reset();
    client::OfficeProfile profile = hub_.ProfileOf(offices_.pt());
    profile.seal.reset();
    profile.user->token = token_;
    profile.scanner = scanner_;
    auto opened = Agent::Open(std::move(profile), words_);
    ASSERT_THAT(opened, IsOk());
    agent_ = *std::move(opened);
  }
  const std::string& state() { return offices_.pt().profile.state; }
  v1::SendRequest Formal() {
    v1::SendRequest request = PlainRequest();
    request.set_channel("FORMAL");
    return request;
  }
  v1::ActState StateOf(const std::string& id = kId) {
    const auto status = agent_->StatusOf(id);
    return status.ok() ? status->state() : v1::ACT_STATE_UNSPECIFIED;
  }
  // Waits for what the agent does by itself.
  template <typename Condition>
  void Await(Condition condition) {
    for (int i = 0; i < 200 && !condition(); ++i) absl::SleepFor(absl::Milliseconds(50));
    EXPECT_TRUE(condition());
  }
  void AwaitState(v1::ActState state) {
    Await([&] { return StateOf() == state; });
  }
  v1::SubmitSignatureRequest Signature() {
    v1::SubmitSignatureRequest request;
    const v1::ListUnsignedResponse waiting = agent_->ListUnsigned({});
    if (waiting.acts().empty()) return request;
    const v1::UnsignedAct& act = waiting.acts(0);
    const client::KeyPair& user = offices_.pt().user;
    request.set_request_id(act.status().request_id());
    request.set_header_sha256(Sha256(act.header()));
    request.set_signature(*SignDetached(user.key, user.certificate, act.header()));
    return request;
  }
  void Answer(const absl::Status& why) {
    hub_.set_answer([why](const hub::SubmitActRequest&) -> absl::StatusOr<hub::SubmitActResponse> {
      return why;
    });
  }
  // Refuses each in law, with its receipt.
  void AnswerWithProof(Reason reason) {
    hub_.set_answer(
        [this,
         reason](const hub::SubmitActRequest& request) -> absl::StatusOr<hub::SubmitActResponse> {
          return Error(reason).Evidence(hub_.Refusal(request, reason).content());
        });
  }
  void AnswerHonestly() {
    hub_.set_answer([this](const hub::SubmitActRequest& request) { return hub_.Honest(request); });
  }
  std::vector<v1::WatchResponse> Events() {
    auto events = agent_->WaitForEvents(0, 100, absl::ZeroDuration());
    EXPECT_THAT(events, IsOk());
    return events.ok() ? *std::move(events) : std::vector<v1::WatchResponse>();
  }
  bool IsIn(const std::string& folder) {
    return std::filesystem::exists(absl::StrCat(state(), "/", folder, "/", kId, ".act"));
  }

  // The receipt of the handover of what was sent last, as another call of the API keeps it.
  std::string HandoverReceipt() {
    return hub_.receipts()
        .Make(client::HonestEvidence(hub_.submitted().back().act(),
                                     offices_.pt().user.certificate,
                                     hub::TRANSPORT_EVENT_CONTENT_HANDOVER,
                                     "co-fgn"))
        .content();
  }
  // Whether this state of an act is among the events.
  bool IsTold(v1::ActState state, const std::string& id = kId) {
    const auto events = Events();
    return std::any_of(events.begin(), events.end(), [&](const v1::WatchResponse& event) {
      return event.status().request_id() == id && event.status().state() == state;
    });
  }

  client::TestOffices offices_;
  client::FakeHub hub_;
  PlainWords words_;
  std::vector<std::string> scanner_;
  std::optional<TokenKey> token_;  // of the user's key
  std::unique_ptr<Agent> agent_;
};

}  // namespace rogatoria::agent
