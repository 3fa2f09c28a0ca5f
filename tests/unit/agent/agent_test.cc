// Goal: an act is where its files say it is, whatever the hub answers and wherever a run ended:
// nothing is lost, sent twice or announced twice, and a formal act goes only as its user signed it.
#include "services/agent/agent.h"

#include <algorithm>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/outbox.h"
#include "common/client/scanner.h"
#include "common/crypto/digest.h"
#include "common/model/header.h"
#include "services/agent/findings.h"
#include "services/agent/room.h"
#include "services/agent/shown_act.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/agent/agent_at_hub.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

template <typename Findings>
std::vector<std::string> FieldsOf(const Findings& findings) {
  std::vector<std::string> fields;
  for (const v1::Finding& finding : findings) fields.push_back(finding.field());
  return fields;
}

TEST_F(AgentAtHubTest, AnInformalActGoesAtOnceAndOnce) {
  const auto sent = agent_->Send(PlainRequest());
  ASSERT_THAT(sent, IsOk());
  EXPECT_EQ(sent->status().state(), v1::ACT_STATE_IN_THEIR_MAILBOX);
  EXPECT_EQ(sent->status().kind(), "REQUEST");
  EXPECT_THAT(sent->status().to(), ElementsAre("co-fgn"));
  EXPECT_TRUE(sent->status().opens_case());
  EXPECT_TRUE(IsIn("agent/sent"));
  EXPECT_FALSE(IsIn("outbox"));
  EXPECT_TRUE(agent_->cases().Holds(sent->status().act_id()));
  ASSERT_THAT(agent_->Send(PlainRequest()), IsOk());
  EXPECT_THAT(hub_.submitted(), SizeIs(1));
}

TEST_F(AgentAtHubTest, TheIdOfAnotherActIsRefusedAlsoAfterAPowerCut) {
  ASSERT_THAT(agent_->Send(PlainRequest()), IsOk());
  v1::SendRequest other = PlainRequest();
  other.set_text("Outra coisa.");
  EXPECT_THAT(agent_->Send(other), HasReason(Reason::ACT_ID_REUSED));
  // What was asked is lost; what was made of it is not.
  fs::remove_all(state() + "/agent/asked");
  EXPECT_THAT(agent_->Send(other), HasReason(Reason::ACT_ID_REUSED));
  EXPECT_THAT(agent_->Send(PlainRequest()), IsOk());
  EXPECT_THAT(hub_.submitted(), SizeIs(1));
}

TEST_F(AgentAtHubTest, WhatTheHubDidNotAnswerWaitsInTheOutboxAndGoesByItself) {
  Answer(absl::InternalError("down"));
  const auto sent = agent_->Send(PlainRequest());
  ASSERT_THAT(sent, IsOk());
  EXPECT_EQ(sent->status().state(), v1::ACT_STATE_SENT);
  AnswerHonestly();
  Open();
  agent_->Start();
  AwaitState(v1::ACT_STATE_IN_THEIR_MAILBOX);
  const auto submitted = hub_.submitted();
  EXPECT_EQ(submitted.front().SerializeAsString(), submitted.back().SerializeAsString());
}

TEST_F(AgentAtHubTest, AHubThatIsAwayMakesAJobThatOutlivesTheRun) {
  hub_.Stop();
  v1::SendRequest request = PlainRequest();
  request.mutable_letter()->set_name("a.txt");
  request.mutable_letter()->set_content("letter");
  const auto sent = agent_->Send(request);
  ASSERT_THAT(sent, IsOk());
  EXPECT_EQ(sent->status().state(), v1::ACT_STATE_QUEUED);
  Open();
  EXPECT_EQ(StateOf(), v1::ACT_STATE_QUEUED);
  hub_.Start();
  agent_->Start();
  AwaitState(v1::ACT_STATE_IN_THEIR_MAILBOX);
  const auto act = agent_->GetAct([] {
    v1::GetActRequest get;
    get.set_act_id(absl::StrCat("pt-pgr/", kId));
    return get;
  }());
  ASSERT_THAT(act, IsOk());
  EXPECT_EQ(act->act().documents(0).name(), "a.txt");
  EXPECT_THAT(agent_->Send(request), IsOk());  // the caller asks again, with the file inline
}

TEST_F(AgentAtHubTest, AHubThatIsThereAgainIsToldWhereNothingCrosses) {
  const auto reached = [this] { return agent_->GetStatus({}).hub_reached(); };
  agent_->Start();
  Await(reached);
  for (int i = 0; i < 2; ++i) {
    hub_.Stop();
    Await([this] { return !agent_->GetStatus({}).hub_reason().empty(); });
    EXPECT_FALSE(reached());
    hub_.Start();
    Await(reached);
    EXPECT_EQ(agent_->GetStatus({}).hub_reason(), "");
  }
}

// What was accepted is not refused because a card is not in its reader, or a file not to be read.
TEST_F(AgentAtHubTest, AnAcceptedActWaitsForWhatThisMachineLacks) {
  hub_.Stop();
  ASSERT_THAT(agent_->Send(PlainRequest()), IsOk());
  token_ = TokenKey{"/nowhere/module.so", "Sala 8", "user", "", "/nowhere/pin", "user"};
  Open();
  hub_.Start();
  agent_->Start();
  Await([&] { return agent_->StatusOf(kId)->reason() == "TOKEN_MODULE_UNUSABLE"; });
  EXPECT_EQ(StateOf(), v1::ACT_STATE_QUEUED);
  EXPECT_FALSE(IsTold(v1::ACT_STATE_REFUSED));
  token_.reset();
  Open();
  agent_->Start();
  AwaitState(v1::ACT_STATE_IN_THEIR_MAILBOX);
}

TEST_F(AgentAtHubTest, WhatIsTooLargeForAMessageIsLeftOutAndCanBeAskedFor) {
  v1::SendRequest request = PlainRequest();
  request.set_text(std::string(900000, '<'));  // six times as long in JSON
  ASSERT_THAT(agent_->Send(request), IsOk());
  v1::GetActRequest get;
  get.set_act_id(absl::StrCat("pt-pgr/", kId));
  const auto shown = agent_->GetAct(get);
  ASSERT_THAT(shown, IsOk());
  EXPECT_THAT(shown->act().left_out(), ElementsAre("content_json"));
  EXPECT_THAT(shown->act().content_json(), IsEmpty());
  EXPECT_EQ(shown->act().text(), request.text());
  EXPECT_LT(shown->ByteSizeLong(), size_t{4} << 20);
  get.set_whole(true);
  const auto whole = agent_->GetAct(get);
  ASSERT_THAT(whole, IsOk());
  EXPECT_THAT(whole->act().left_out(), IsEmpty());
  EXPECT_GT(whole->act().content_json().size(), size_t{5} << 20);
}

TEST_F(AgentAtHubTest, TheScannerLooksAtADocumentThatCameInsideTheAct) {
  scanner_ = {
      "sh", "-c", "grep -q letter \"$0\" || exit 2; test -e \"$(dirname \"$0\")/../../clean\""};
  Open();
  v1::SendRequest request = PlainRequest();
  request.mutable_letter()->set_name("a.txt");
  request.mutable_letter()->set_content("letter");
  ASSERT_THAT(agent_->Send(request), IsOk());
  v1::GetDocumentRequest get;
  get.set_act_id(absl::StrCat("pt-pgr/", kId));
  get.set_number(1);
  const auto found = agent_->GetDocument(get);
  EXPECT_THAT(found, HasReason(Reason::SCAN_NOT_CLEAN));
  EXPECT_FALSE(client::CouldNotLook(found.status()));
  EXPECT_TRUE(fs::is_empty(state() + "/agent/fetched"));
  ASSERT_THAT(WriteFileDurably(state() + "/agent/clean", ""), IsOk());
  const auto passed = agent_->GetDocument(get);
  ASSERT_THAT(passed, IsOk());
  EXPECT_EQ(passed->read(0).value_or("none"), "letter");
  EXPECT_TRUE(fs::is_empty(state() + "/agent/fetched"));
}

TEST_F(AgentAtHubTest, AScannerThatHangsKeepsNoOtherDocumentAndEndsWithTheAgent) {
  const std::string looking = state() + "/looking";
  scanner_ = {"sh",
              "-c",
              absl::StrCat("grep -q hangs \"$0\" || exit 0; touch ", looking, "; exec sleep 600")};
  Open();
  v1::SendRequest request = PlainRequest();
  request.mutable_letter()->set_name("a.txt");
  request.mutable_letter()->set_content("hangs");
  v1::File& enclosure = *request.add_enclosures();
  enclosure.set_name("b.txt");
  enclosure.set_content("enclosure");
  ASSERT_THAT(agent_->Send(request), IsOk());
  v1::GetDocumentRequest get;
  get.set_act_id(absl::StrCat("pt-pgr/", kId));
  get.set_number(1);
  absl::Status hung;
  std::thread first([&, get] { hung = agent_->GetDocument(get).status(); });
  Await([&] { return FileExists(looking); });
  get.set_number(2);
  EXPECT_THAT(agent_->GetDocument(get), IsOk());
  agent_->Stop();
  first.join();
  EXPECT_THAT(hung, HasReason(Reason::SHUTTING_DOWN)) << "the next run has it";
}

TEST(RoomTest, SomethingLargeIsNotBegunThatDoesNotFit) {
  const TemporaryFolder folder;
  EXPECT_THAT(CheckRoom(folder.path(), uint64_t{1} << 50), HasReason(Reason::LOCAL_DISK_FULL));
  EXPECT_THAT(CheckRoom(folder.path(), 1000), IsOk());
}

TEST(LeaveOutTest, TheFirstThatMakeItSmallEnough) {
  v1::ReceivedAct act;
  act.set_subject("s");
  act.set_text(std::string(100, 't'));
  act.set_in_words(std::string(100, 'w'));
  act.set_content_json(std::string(100, 'j'));
  LeaveOut(act, 1000);
  EXPECT_THAT(act.left_out(), IsEmpty());
  LeaveOut(act, 200);
  EXPECT_THAT(act.left_out(), ElementsAre("content_json", "in_words"));
  EXPECT_THAT(act.text(), SizeIs(100));
  EXPECT_THAT(act.in_words(), IsEmpty());
  EXPECT_EQ(act.subject(), "s");
}

// A code is a byte on the wire and many as a word.
TEST(LeaveOutTest, ACodeThatIsSaidAMillionTimesFillsNoMessage) {
  client::TestOffices offices;
  client::OpenedAct opened{{}, offices.pt().user.certificate, {}, {}, {}};
  for (int i = 0; i < 1'000'000; ++i) {
    opened.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
    opened.cover_slip.add_handling(content::v1::HANDLING_CODE_H3);
    opened.cover_slip.add_do_not_contact(content::v1::CONTACT_MANNER_FAMILY);
  }
  for (int i = 0; i < 2000; ++i)
    opened.content.mutable_letter()->add_enclosures()->set_content("x");
  PlainWords words;
  const v1::ReceivedAct act = ShownAct(opened, "", words);
  EXPECT_THAT(act.precautions(), ElementsAre("BREAKS"));
  EXPECT_THAT(act.handling(), ElementsAre("H3"));
  EXPECT_THAT(act.do_not_contact(), ElementsAre("FAMILY"));
  EXPECT_THAT(act.documents(), SizeIs(1000));
  EXPECT_THAT(act.left_out(), ElementsAre("documents"));
}

TEST(LeaveOutTest, WhatIsSeenBeforeTheContentStays) {
  client::TestOffices offices;
  client::OpenedAct opened{{}, offices.pt().user.certificate, {}, {}, {}};
  opened.cover_slip.add_handling(content::v1::HANDLING_CODE_H3);
  opened.cover_slip.set_handling_restriction("Only the prosecutor of the case.");
  opened.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  opened.cover_slip.add_do_not_contact(content::v1::CONTACT_MANNER_FAMILY);
  opened.content.mutable_letter()->set_text(std::string(1000, 't'));
  PlainWords words;
  v1::ReceivedAct act = ShownAct(opened, "", words);
  LeaveOut(act, 100);
  EXPECT_THAT(act.left_out(), SizeIs(3));
  EXPECT_THAT(act.handling(), ElementsAre("H3"));
  EXPECT_EQ(act.handling_restriction(), "Only the prosecutor of the case.");
  EXPECT_THAT(act.precautions(), ElementsAre("BREAKS"));
  EXPECT_THAT(act.do_not_contact(), ElementsAre("FAMILY"));
}

TEST_F(AgentAtHubTest, ARefusalIsToldAndStays) {
  AnswerWithProof(Reason::NOT_DESIGNATED);
  EXPECT_THAT(agent_->Send(PlainRequest()), HasReason(Reason::NOT_DESIGNATED));
  Open();
  const auto status = agent_->StatusOf(kId);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->state(), v1::ACT_STATE_REFUSED);
  EXPECT_EQ(status->reason(), "NOT_DESIGNATED");
  // Unasked, among those that wait: somebody has to do something about it.
  const v1::GetStatusResponse shown = agent_->GetStatus({});
  ASSERT_EQ(shown.acts_size(), 1);
  EXPECT_EQ(shown.acts(0).state(), v1::ACT_STATE_REFUSED);
}

TEST_F(AgentAtHubTest, AJobThatAKillLeftBesideWhatWasSentIsDropped) {
  ASSERT_THAT(agent_->Send(PlainRequest()), IsOk());
  {
    const Documents documents(agent_->cases().records());
    ASSERT_THAT(Jobs(agent_->cases().records(), documents).Put(PlainRequest(), {}), IsOk());
  }
  EXPECT_EQ(StateOf(), v1::ACT_STATE_IN_THEIR_MAILBOX);
  Open();
  agent_->Start();
  Await([&] { return !fs::exists(absl::StrCat(state(), "/agent/jobs/", kId)); });
  EXPECT_THAT(hub_.submitted(), SizeIs(1));
}

TEST_F(AgentAtHubTest, OnlyWhatWasNotSentCanBeWithheld) {
  ASSERT_THAT(agent_->Send(Formal()), IsOk());
  v1::WithholdRequest request;
  request.set_request_id(kId);
  ASSERT_THAT(agent_->Withhold(request), IsOk());
  EXPECT_EQ(StateOf(), v1::ACT_STATE_WITHHELD);
  EXPECT_THAT(agent_->Withhold(request), IsOk());
  EXPECT_THAT(agent_->Send(Formal()), IsOk());  // how it stands
  EXPECT_EQ(StateOf(), v1::ACT_STATE_WITHHELD);
  ASSERT_THAT(agent_->Send(PlainRequest(kOtherId)), IsOk());
  request.set_request_id(kOtherId);
  EXPECT_THAT(agent_->Withhold(request), HasReason(Reason::ACT_NOT_WAITING));
  request.set_request_id("0193a2b4-0000-7000-8000-000000000003");
  EXPECT_THAT(agent_->Withhold(request), HasReason(Reason::ACT_NOT_FOUND));
}

TEST_F(AgentAtHubTest, WhatLintFindsIsInTheRefusalAndNothingWasTaken) {
  v1::SendRequest request = PlainRequest();
  request.clear_instrument();
  request.clear_measures();
  const auto refused = agent_->Send(request);
  EXPECT_THAT(refused, HasReason(Reason::FIELD_REQUIRED));
  EXPECT_THAT(FieldsOf(FindingsOf(refused.status())), IsSupersetOf({"instrument", "measures"}));
  EXPECT_EQ(GetErrorDetails(refused.status())->field, "instrument");
  EXPECT_EQ(StateOf(), v1::ACT_STATE_UNSPECIFIED);
  // The same id may then be used for what was mended.
  EXPECT_THAT(agent_->Send(PlainRequest()), IsOk());
}

TEST_F(AgentAtHubTest, FieldsAreNamedByTheWordsOfTheRequest) {
  v1::LintRequest request;
  *request.mutable_act() = PlainRequest();
  request.mutable_act()->clear_instrument();
  request.mutable_act()->clear_subject();
  const auto of_fields = agent_->Lint(request);
  ASSERT_THAT(of_fields, IsOk());
  EXPECT_THAT(FieldsOf(of_fields->findings()), IsSupersetOf({"instrument", "subject"}));

  request.mutable_act()->Clear();
  request.mutable_act()->set_request_id(kId);
  request.mutable_act()->set_act_json(R"({"kind": "REQUEST", "to": ["co-fgn"]})");
  const auto of_file = agent_->Lint(request);
  ASSERT_THAT(of_file, IsOk());
  EXPECT_THAT(FieldsOf(of_file->findings()),
              IsSupersetOf({"legal_basis", "measure", "cover_slip.subject"}));
}

TEST_F(AgentAtHubTest, WhatIsWrongIsNotToldAsMissing) {
  v1::SendRequest language = PlainRequest();
  language.set_language("portuguese please");
  auto refused = agent_->Send(language).status();
  EXPECT_THAT(refused, HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(GetErrorDetails(refused)->field, "language");
  EXPECT_THAT(GetErrorDetails(refused)->accepted, testing::HasSubstr("pt-PT"));
  v1::SendRequest doubled = PlainRequest();
  doubled.add_to("co-fgn");
  refused = agent_->Send(doubled).status();
  EXPECT_THAT(refused, HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(GetErrorDetails(refused)->field, "to");
  EXPECT_THAT(GetErrorDetails(refused)->accepted, testing::HasSubstr("co-fgn"));
}

TEST_F(AgentAtHubTest, AnActThatWaitsHasNoReceiptYetAndIsNotUnknown) {
  v1::GetReceiptRequest request;
  request.set_act_id(absl::StrCat("pt-pgr/", kId));
  EXPECT_THAT(agent_->GetReceipt(request), HasReason(Reason::ACT_NOT_FOUND));
  ASSERT_THAT(agent_->Send(Formal()), IsOk());
  ASSERT_EQ(StateOf(), v1::ACT_STATE_WAITING_FOR_SIGNATURE);
  EXPECT_THAT(agent_->GetReceipt(request), HasReason(Reason::ACT_NOT_SENT_YET));
  ASSERT_THAT(agent_->SubmitSignature(Signature()), IsOk());
  EXPECT_THAT(agent_->GetReceipt(request), IsOk());
}

TEST_F(AgentAtHubTest, AnActIsKeptAndAnnouncedOnceHoweverOftenItComes) {
  client::TestOffices& offices = offices_;
  auto opened = Agent::Open(hub_.ProfileOf(offices.co()), words_, [](const absl::Status& fault) {
    ADD_FAILURE() << fault;
  });
  ASSERT_THAT(opened, IsOk());
  agent_ = *std::move(opened);
  const client::PreparedAct act = offices.Signed(offices.Request());
  hub_.Put(hub_.DeliveryOf(act, 1));
  hub_.Put(hub_.DeliveryOf(act, 2));
  agent_->Start();
  Await([&] { return hub_.settlements().size() == 2; });
  EXPECT_TRUE(hub_.settlements()[1].has_acknowledge());
  const auto events = Events();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].received().act_id(), act.header.act_id());
  EXPECT_EQ(events[0].received().subject(), "assunto reservado");
}

TEST_F(AgentAtHubTest, WhatTheSpoolHasStaysForAProgramThatHasNotWatchedYet) {
  agent_.reset();
  client::OfficeProfile profile = hub_.ProfileOf(offices_.co());
  profile.agent.listen = "127.0.0.1:0";
  auto opened = Agent::Open(std::move(profile), words_);
  ASSERT_THAT(opened, IsOk());
  agent_ = *std::move(opened);
  ASSERT_THAT(agent_->Acknowledge(kSpoolFollower, 0), IsOk());
  hub_.Put(hub_.DeliveryOf(offices_.Signed(offices_.Request()), 1));
  agent_->Start();
  Await([&] { return hub_.settlements().size() == 1; });
  ASSERT_THAT(agent_->Acknowledge(kSpoolFollower, 1), IsOk());
  EXPECT_THAT(Events(), SizeIs(1));
  EXPECT_EQ(agent_->Waiting(kApiFollower), 1U);
}

TEST_F(AgentAtHubTest, AQueuedActFileShowsItsOwnKindRecipientAndCase) {
  hub_.Stop();
  v1::SendRequest request;
  request.set_request_id(kId);
  request.set_force(true);
  request.set_act_json(
      R"({"kind": "FREE_FORM", "to": "co-fgn", "case": "co-fgn/0193a2b4-0000-7000-8000-000000000009"})");
  const auto sent = agent_->Send(request);
  ASSERT_THAT(sent, IsOk());
  EXPECT_EQ(sent->status().state(), v1::ACT_STATE_QUEUED);
  Open();
  const auto status = agent_->StatusOf(kId);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->kind(), "FREE_FORM");
  EXPECT_THAT(status->to(), ElementsAre("co-fgn"));
  EXPECT_EQ(status->case_id(), "co-fgn/0193a2b4-0000-7000-8000-000000000009");
  EXPECT_FALSE(status->opens_case());
}

TEST_F(AgentAtHubTest, WhatWasAnnouncedAndNotKeptIsNeverShown) {
  auto events = Events::Open(agent_->cases().records());
  ASSERT_THAT(events, IsOk());
  v1::WatchResponse event;
  event.mutable_received()->set_act_id(absl::StrCat("co-fgn/", kId));
  ASSERT_THAT((*events)->Append(event), IsOk());
  Open();
  EXPECT_THAT(Events(), IsEmpty());
  agent_->Start();
  EXPECT_EQ(agent_->Waiting(kApiFollower), 0U);
}

TEST_F(AgentAtHubTest, AKeyFileThatCannotBeUsedIsToldOfAtTheStart) {
  agent_.reset();
  const client::OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  ASSERT_TRUE(profile.user.has_value());
  fs::permissions(profile.user->files.key, fs::perms(0644));
  EXPECT_THAT(Agent::Open(profile, words_), HasReason(Reason::KEY_FILE_UNSAFE));
}

TEST_F(AgentAtHubTest, OneAgentAStateFolder) {
  EXPECT_THAT(Agent::Open(hub_.ProfileOf(offices_.pt()), words_), HasReason(Reason::AGENT_BUSY));
  EXPECT_TRUE(client::AgentRuns(state()));
  const auto outbox = client::Outbox::Open(state(), absl::ZeroDuration());
  EXPECT_THAT(outbox, HasReason(Reason::OUTBOX_BUSY));
  const auto beside = *client::Office::Open(hub_.ProfileOf(offices_.pt()));
  const auto take = [](const auto&) { return absl::OkStatus(); };
  EXPECT_THAT(beside->Receive(1, absl::Seconds(1), take), HasReason(Reason::INBOX_BUSY));
  agent_.reset();
  EXPECT_FALSE(client::AgentRuns(state()));
  EXPECT_THAT(client::Outbox::Open(state(), absl::ZeroDuration()), IsOk());
}

// The receipt comes while the state before it is being told: as soon as that event is on disk.
TEST_F(AgentAtHubTest, TheEndOfAnActIsToldWheneverItsLastReceiptComes) {
  const std::string events = state() + "/agent/events";
  const std::string receipt = state() + "/handover.receipt";
  const auto count = [&] { return ListFolder(events).value_or(std::vector<std::string>()).size(); };
  agent_->Start();
  hub_.set_answer([&](const hub::SubmitActRequest& request) {
    EXPECT_THAT(WriteFileDurably(receipt, HandoverReceipt(), 0600), IsOk());
    return hub_.Honest(request);
  });
  const auto id_of = [](int i) { return absl::StrCat("0193a2b4-0000-7000-8000-00000000010", i); };
  for (int i = 0; i < 5; ++i) {
    const size_t before = count();
    std::thread other_call([&, id = id_of(i)] {
      while (count() == before) std::this_thread::yield();
      fs::rename(receipt, client::ReceiptFolder(state(), "pt-pgr/" + id) + "/handover.receipt");
    });
    EXPECT_THAT(agent_->Send(PlainRequest(id_of(i))), IsOk());
    other_call.join();
    Await([&] { return IsTold(v1::ACT_STATE_TAKEN_OVER, id_of(i)); });
  }
}

TEST_F(AgentAtHubTest, AnEndThatARunDidNotComeToTellIsToldByTheNext) {
  hub_.set_answer(
      [&](const hub::SubmitActRequest& request) -> absl::StatusOr<hub::SubmitActResponse> {
        return Error(Reason::NOT_DESIGNATED)
            .Evidence(hub_.Refusal(request, Reason::NOT_DESIGNATED).content());
      });
  EXPECT_THAT(agent_->Send(PlainRequest()), HasReason(Reason::NOT_DESIGNATED));
  EXPECT_EQ(StateOf(), v1::ACT_STATE_REFUSED);
  Open();
  agent_->Start();
  Await([&] { return IsTold(v1::ACT_STATE_REFUSED); });
}

// Killed when the outbox had set the act aside, before the job was given up.
TEST_F(AgentAtHubTest, ARefusalThatAKillCutShortIsToldWithItsReason) {
  hub_.Stop();
  ASSERT_THAT(agent_->Send(PlainRequest()), IsOk());
  const std::string aside = absl::StrCat(state(), "/failed/", kId, ".act");
  const absl::Status why = Error(Reason::NOT_DESIGNATED).Field("act.header.to");
  ASSERT_THAT(WriteFileDurably(aside + ".why", why.ToString(), 0600), IsOk());
  ASSERT_THAT(WriteFileDurably(aside, "an act", 0600), IsOk());
  hub_.Start();
  Open();
  agent_->Start();
  Await([&] { return IsTold(v1::ACT_STATE_REFUSED); });
  EXPECT_EQ(agent_->StatusOf(kId)->reason(), "NOT_DESIGNATED");
}

// By the command line, while no agent ran.
TEST_F(AgentAtHubTest, WhatOthersWereRefusedIsNobodysEvent) {
  const std::string aside = absl::StrCat(state(), "/failed/", kId, ".act");
  ASSERT_THAT(WriteFileDurably(aside, "an act", 0600), IsOk());
  Open();
  agent_->Start();
  absl::SleepFor(absl::Milliseconds(500));
  EXPECT_FALSE(IsTold(v1::ACT_STATE_REFUSED));
}

TEST_F(AgentAtHubTest, AnEndThatCouldNotBeToldIsToldLater) {
  const auto sent = agent_->Send(PlainRequest());
  ASSERT_THAT(sent, IsOk());
  ASSERT_THAT(WriteFileDurably(absl::StrCat(client::ReceiptFolder(state(), sent->status().act_id()),
                                            "/handover.receipt"),
                               HandoverReceipt(),
                               0600),
              IsOk());
  Open();
  const std::string events = state() + "/agent/events";
  fs::remove_all(events);
  ASSERT_THAT(WriteFileDurably(events, "no folder", 0600), IsOk());
  agent_->Start();
  absl::SleepFor(absl::Milliseconds(500));
  EXPECT_TRUE(IsIn("agent/sent"));
  fs::remove(events);
  Await([&] { return IsIn("agent/ended"); });
  EXPECT_TRUE(IsTold(v1::ACT_STATE_TAKEN_OVER));
}

}  // namespace
}  // namespace rogatoria::agent
