// Goal: what was given to the agent is there in the next run, encrypted, and says by being there
// what it is; documents go with their jobs.
#include "services/agent/jobs.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "services/agent/composition.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/agent/records.h"

namespace rogatoria::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class JobsTest : public AgentTest {
 protected:
  JobsTest() : documents_(*records_), jobs_(*records_, documents_) {}
  static v1::SendRequest WithLetter() {
    v1::SendRequest request = PlainRequest();
    request.mutable_letter()->set_name("a.pdf");
    request.mutable_letter()->set_content("letter bytes");
    return request;
  }

  Documents documents_;
  Jobs jobs_;
};

TEST_F(JobsTest, AJobIsThereInTheNextRunWithItsFiles) {
  ASSERT_THAT(jobs_.Put(WithLetter(), {}), IsOk());
  Reopen();
  const Documents documents(*records_);
  const Jobs jobs(*records_, documents);
  EXPECT_THAT(jobs.List(), ElementsAre(kId));
  const auto job = jobs.Find(kId);
  ASSERT_THAT(job, IsOk());
  ASSERT_TRUE(job->request.has_value());
  EXPECT_EQ(job->request->subject(), "Audição");
  EXPECT_TRUE(job->request->letter().has_document_id());
  EXPECT_THAT(jobs.NamedDocuments(), ElementsAre(job->request->letter().document_id()));
  // The same act, for who asks again with the file inline.
  EXPECT_EQ(*Fingerprint(*job->request, documents), *Fingerprint(WithLetter(), documents));
}

TEST_F(JobsTest, NothingOfItLiesInClear) {
  ASSERT_THAT(jobs_.Put(WithLetter(), {}), IsOk());
  const auto file = ReadFile(records_->PathOf(std::string("agent/jobs/") + kId), 1 << 20);
  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(*file, Not(HasSubstr("pedido")));
  for (const std::string& name : records_->List("agent/documents")) {
    EXPECT_THAT(*ReadFile(records_->PathOf(name), 1 << 20), Not(HasSubstr("letter bytes")));
  }
}

TEST_F(JobsTest, ARemovedJobTakesItsDocumentsAndWhatWaitedForASignatureWithIt) {
  ASSERT_THAT(jobs_.Put(WithLetter(), {}), IsOk());
  const std::string document = jobs_.Find(kId)->request->letter().document_id();
  hub::SubmitActRequest request;
  request.set_request_id(kId);
  ASSERT_THAT(jobs_.PutUnsigned(request, "in words"), IsOk());
  EXPECT_TRUE(jobs_.IsUnsigned(kId));
  EXPECT_EQ(jobs_.UnsignedInWords(kId), "in words");
  ASSERT_THAT(jobs_.Remove(kId), IsOk());
  EXPECT_FALSE(jobs_.Holds(kId));
  EXPECT_FALSE(jobs_.IsUnsigned(kId));
  EXPECT_THAT(documents_.OpenClear(document), Not(IsOk()));
  EXPECT_THAT(documents_.Find(document), IsOk());  // a retry is still known
}

TEST_F(JobsTest, ADocumentThatTwoJobsNameStaysForTheSecond) {
  const auto document = documents_.Put("a.pdf", "letter bytes");
  ASSERT_THAT(document, IsOk());
  for (const char* id : {kId, kOtherId}) {
    v1::SendRequest request = PlainRequest(id);
    request.add_enclosures()->set_name("a.pdf");
    request.mutable_enclosures(0)->set_document_id(*document);
    ASSERT_THAT(jobs_.Put(request, {}), IsOk());
  }
  ASSERT_THAT(jobs_.Remove(kId), IsOk());
  EXPECT_THAT(documents_.OpenClear(*document), IsOk());
  ASSERT_THAT(jobs_.Remove(kOtherId), IsOk());
  EXPECT_THAT(documents_.OpenClear(*document), Not(IsOk()));
}

TEST_F(JobsTest, AJobWhoseDocumentWentMeanwhileIsNotTaken) {
  const auto document = documents_.Put("a.pdf", "letter bytes");
  ASSERT_THAT(document, IsOk());
  documents_.Forget(*document);
  v1::SendRequest request = PlainRequest();
  request.mutable_letter()->set_name("a.pdf");
  request.mutable_letter()->set_document_id(*document);
  EXPECT_THAT(jobs_.Put(request, {}), HasReason(Reason::DOCUMENT_NOT_FOUND));
  EXPECT_FALSE(jobs_.Holds(kId));
}

TEST_F(JobsTest, FactsAreKeptAndAJobOfAnEarlierVersionHasThoseOfItsFields) {
  client::ActDraft draft;
  draft.kind = hub::ACT_KIND_DECISION;
  draft.to.emplace_back().set_authority("co-fgn");
  draft.to.emplace_back();  // found by its competence
  draft.case_id = "pt-pgr/x";
  v1::SendRequest request;
  request.set_request_id(kId);
  request.set_act_json("{}");
  ASSERT_THAT(jobs_.Put(request, FactsOf(draft)), IsOk());
  const auto job = jobs_.Find(kId);
  ASSERT_THAT(job, IsOk());
  EXPECT_EQ(job->request->act_json(), "{}");
  EXPECT_EQ(job->facts.kind(), "DECISION");
  EXPECT_THAT(job->facts.to(), ElementsAre("co-fgn"));
  EXPECT_EQ(job->facts.case_id(), "pt-pgr/x");

  const std::string name = std::string("agent/jobs/") + kOtherId;
  ASSERT_THAT(records_->Write(name, "request\n" + PlainRequest(kOtherId).SerializeAsString()),
              IsOk());
  const auto earlier = jobs_.Find(kOtherId);
  ASSERT_THAT(earlier, IsOk());
  EXPECT_EQ(earlier->facts.kind(), "REQUEST");
  EXPECT_THAT(earlier->facts.to(), ElementsAre("co-fgn"));
}

TEST_F(JobsTest, AnActToBeSealedAnewIsAJobToo) {
  hub::Act act;
  act.set_header("header");
  ASSERT_THAT(jobs_.PutAgain(kId, act), IsOk());
  const auto job = jobs_.Find(kId);
  ASSERT_THAT(job, IsOk());
  ASSERT_TRUE(job->sealed.has_value());
  EXPECT_EQ(job->sealed->header(), "header");
}

TEST_F(JobsTest, AJobUnderAnotherNameOrDamagedIsNone) {
  ASSERT_THAT(jobs_.Put(PlainRequest(), {}), IsOk());
  const std::string path = records_->PathOf(std::string("agent/jobs/") + kId);
  std::filesystem::copy(path, records_->PathOf(std::string("agent/jobs/") + kOtherId));
  EXPECT_THAT(jobs_.Find(kOtherId), Not(IsOk()));
  std::filesystem::resize_file(path, 20);
  EXPECT_THAT(jobs_.Find(kId), Not(IsOk()));
}

TEST_F(JobsTest, FactsThatWereNotedLooselyAreThereOrAsIfTheyWereNot) {
  EXPECT_EQ(jobs_.Asked(kId), "");
  jobs_.NoteAsked(kId, "fingerprint");
  EXPECT_EQ(jobs_.Asked(kId), "fingerprint");
  std::filesystem::resize_file(records_->PathOf(std::string("agent/asked/") + kId), 3);
  EXPECT_EQ(jobs_.Asked(kId), "");
  jobs_.ForgetAsked(kId);
  ASSERT_THAT(jobs_.NoteWarned(kId, {"ONE", "TWO"}), IsOk());
  EXPECT_THAT(jobs_.Warned(kId), ElementsAre("ONE", "TWO"));
  EXPECT_THAT(jobs_.Warned(kOtherId), IsEmpty());
}

TEST_F(JobsTest, WhatWasNotedOfAnActThatEndedLongAgoGoesAndItsAnswerStays) {
  jobs_.NoteAsked(kId, "fingerprint");
  jobs_.NoteTold(kId, "6");
  ASSERT_THAT(jobs_.NoteAnswered(kId, "co-fgn/x"), IsOk());
  jobs_.ForgetNotes(kId);
  EXPECT_EQ(jobs_.Asked(kId), "");
  EXPECT_EQ(jobs_.Told(kId), "");
  EXPECT_TRUE(jobs_.IsAnswered(kId));
}

TEST_F(JobsTest, DocumentsLiveAWeekOrAsLongAsTheirJob) {
  const auto loose = documents_.Put("a.pdf", "x");
  const auto named = documents_.Put("b.pdf", "y");
  const auto fresh = documents_.Put("c.pdf", "z");
  ASSERT_THAT(fresh, IsOk());
  const auto old = std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 8);
  for (const auto& id : {*loose, *named}) {
    for (const char* suffix : {"", ".info"}) {
      std::filesystem::last_write_time(records_->PathOf("agent/documents/" + id + suffix), old);
    }
  }
  documents_.Collect({*named});
  EXPECT_THAT(documents_.Find(*loose), Not(IsOk()));
  EXPECT_THAT(documents_.Find(*named), IsOk());
  EXPECT_THAT(documents_.Find(*fresh), IsOk());
}

}  // namespace
}  // namespace rogatoria::agent
