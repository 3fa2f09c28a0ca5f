// Goal: a formal act goes only as its user signed it; until a signature is the right one it waits
// for it, whatever the hub said of another and wherever a run ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/client/outbox.h"
#include "tests/unit/agent/agent_at_hub.h"

namespace rogatoria::agent {
namespace {

using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class SigningTest : public AgentAtHubTest {};

const absl::Status kTooOld = Error(Reason::FIELD_INVALID)
                                 .Field("act.header.created_unix_ms")
                                 .Accepted("within a day of the hub's clock");

TEST_F(SigningTest, AFormalActWaitsForItsUserThoughTheProfileHasTheKey) {
  const auto sent = agent_->Send(Formal());
  ASSERT_THAT(sent, IsOk());
  EXPECT_EQ(sent->status().state(), v1::ACT_STATE_WAITING_FOR_SIGNATURE);
  EXPECT_THAT(hub_.submitted(), IsEmpty());
  Open();
  const auto done = agent_->SubmitSignature(Signature());
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(done->status().state(), v1::ACT_STATE_IN_THEIR_MAILBOX);
  EXPECT_THAT(agent_->ListUnsigned({}).acts(), IsEmpty());
  EXPECT_THAT(hub_.submitted(), SizeIs(1));
}

TEST_F(SigningTest, ASignatureOverAnotherHeaderOrByAStrangerChangesNothing) {
  ASSERT_THAT(agent_->Send(Formal()), IsOk());
  v1::SubmitSignatureRequest other = Signature();
  other.set_header_sha256("other");
  EXPECT_THAT(agent_->SubmitSignature(other), HasReason(Reason::FIELD_INVALID));
  v1::SubmitSignatureRequest broken = Signature();
  broken.mutable_signature()->back() ^= 1;
  EXPECT_THAT(agent_->SubmitSignature(broken), Not(IsOk()));
  Answer(Error(Reason::SIGNER_NOT_ACCREDITED));
  EXPECT_THAT(agent_->SubmitSignature(Signature()), HasReason(Reason::SIGNER_NOT_ACCREDITED));
  EXPECT_EQ(StateOf(), v1::ACT_STATE_WAITING_FOR_SIGNATURE);
  AnswerHonestly();
  EXPECT_THAT(agent_->SubmitSignature(Signature()), IsOk());
}

TEST_F(SigningTest, AHeaderThatWasSignedTooLateIsSealedAnewAndSignedAgain) {
  ASSERT_THAT(agent_->Send(Formal()), IsOk());
  Answer(kTooOld);
  const v1::SubmitSignatureRequest late = Signature();
  EXPECT_THAT(agent_->SubmitSignature(late), HasReason(Reason::FIELD_INVALID));
  AnswerHonestly();
  agent_->Start();
  Await([&] { return !agent_->ListUnsigned({}).acts().empty(); });
  EXPECT_THAT(agent_->SubmitSignature(late), HasReason(Reason::FIELD_INVALID));
  ASSERT_THAT(agent_->SubmitSignature(Signature()), IsOk());
  EXPECT_EQ(StateOf(), v1::ACT_STATE_IN_THEIR_MAILBOX);
}

// Signed, and the line was dead for more than a day: nobody else's hand seals it anew under the
// user's name.
TEST_F(SigningTest, ASignedActThatGrewTooOldInTheOutboxIsSignedAgain) {
  ASSERT_THAT(agent_->Send(Formal()), IsOk());
  Answer(absl::InternalError("down"));
  const auto signed_once = agent_->SubmitSignature(Signature());
  ASSERT_THAT(signed_once, IsOk());
  EXPECT_EQ(signed_once->status().state(), v1::ACT_STATE_SENT);
  Answer(kTooOld);
  Open();
  agent_->Start();
  AwaitState(v1::ACT_STATE_WAITING_FOR_SIGNATURE);
  EXPECT_FALSE(IsIn("outbox"));
  AnswerHonestly();
  ASSERT_THAT(agent_->SubmitSignature(Signature()), IsOk());
  EXPECT_EQ(StateOf(), v1::ACT_STATE_IN_THEIR_MAILBOX);
}

TEST_F(SigningTest, ASignatureThatIsRefusedOnceTheHubIsBackIsAskedForAgain) {
  ASSERT_THAT(agent_->Send(Formal()), IsOk());
  const v1::UnsignedAct before = agent_->ListUnsigned({}).acts(0);
  Answer(absl::InternalError("down"));
  ASSERT_THAT(agent_->SubmitSignature(Signature()), IsOk());
  Answer(Error(Reason::SIGNER_NOT_ACCREDITED));
  Open();
  agent_->Start();
  AwaitState(v1::ACT_STATE_WAITING_FOR_SIGNATURE);
  EXPECT_FALSE(IsIn("outbox"));
  EXPECT_FALSE(IsIn("failed"));
  const v1::ListUnsignedResponse waiting = agent_->ListUnsigned({});
  ASSERT_THAT(waiting.acts(), SizeIs(1));
  EXPECT_EQ(waiting.acts(0).header(), before.header()) << "it is good as it is";
  EXPECT_EQ(waiting.acts(0).in_words(), before.in_words());
  EXPECT_EQ(waiting.acts(0).status().reason(), "SIGNER_NOT_ACCREDITED");
  AnswerHonestly();
  ASSERT_THAT(agent_->SubmitSignature(Signature()), IsOk());
  EXPECT_EQ(StateOf(), v1::ACT_STATE_IN_THEIR_MAILBOX);
  EXPECT_FALSE(IsTold(v1::ACT_STATE_REFUSED));
}

// It was prepared and refused once before, by hand, and lies in failed/ too.
TEST_F(SigningTest, WhatAnEarlierTryLeftIsNoEndEither) {
  ASSERT_THAT(agent_->Send(Formal()), IsOk());
  Answer(absl::InternalError("down"));
  ASSERT_THAT(agent_->SubmitSignature(Signature()), IsOk());
  agent_.reset();
  const std::string file = absl::StrCat("/", kId, ".act");
  std::filesystem::copy(state() + "/outbox" + file, state() + "/failed" + file);
  Answer(Error(Reason::SIGNER_NOT_REGISTERED));
  Open();
  agent_->Start();
  AwaitState(v1::ACT_STATE_WAITING_FOR_SIGNATURE);
  AnswerHonestly();
  Await([&] { return !agent_->ListUnsigned({}).acts().empty(); });
  ASSERT_THAT(agent_->SubmitSignature(Signature()), IsOk());
  EXPECT_EQ(StateOf(), v1::ACT_STATE_IN_THEIR_MAILBOX);
}

// Who is to sign has to see what.
TEST_F(SigningTest, WhatCannotBeShownToAnotherIsRefused) {
  ASSERT_THAT(agent_->Send(Formal()), IsOk());
  Answer(absl::InternalError("down"));
  ASSERT_THAT(agent_->SubmitSignature(Signature()), IsOk());
  Answer(Error(Reason::SIGNER_NOT_ACTIVE));
  agent_.reset();
  const std::string path = absl::StrCat(state(), "/outbox/", kId, ".act");
  auto request = client::ReadRequestFile(path);
  ASSERT_THAT(request, IsOk());
  request->mutable_act()->set_body("not to be opened");
  ASSERT_THAT((*client::Outbox::Open(state()))->Put(*request), IsOk());
  Open();
  agent_->Start();
  AwaitState(v1::ACT_STATE_REFUSED);
  EXPECT_TRUE(IsIn("failed"));
}

// A kill in the middle of a signature: what lies in the outbox beside the job is not signed again.
TEST_F(SigningTest, WhatIsOnItsWayIsNotSignedAgain) {
  namespace fs = std::filesystem;
  ASSERT_THAT(agent_->Send(Formal()), IsOk());
  const v1::SubmitSignatureRequest signature = Signature();
  fs::copy(state() + "/agent", state() + "/before", fs::copy_options::recursive);
  Answer(absl::InternalError("down"));
  ASSERT_THAT(agent_->SubmitSignature(signature), IsOk());
  agent_.reset();
  fs::copy(state() + "/before",
           state() + "/agent",
           fs::copy_options::recursive | fs::copy_options::skip_existing);
  Open();
  AnswerHonestly();
  const size_t submitted = hub_.submitted().size();
  const auto again = agent_->SubmitSignature(signature);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->status().state(), v1::ACT_STATE_SENT);
  EXPECT_THAT(hub_.submitted(), SizeIs(submitted));
}

}  // namespace
}  // namespace rogatoria::agent
