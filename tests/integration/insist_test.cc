// What insisting passes and what it does not (docs/decisions/0016), one rule of each sort, over the
// wire: the state and the side are in bad_input_law_test.cc.
#include <gmock/gmock.h>

#include "common/receipt/receipt.h"
#include "tests/integration/bad_input.h"

namespace rogatoria {
namespace {

using ::testing::HasSubstr;

class InsistTest : public BadInputTest {
 protected:
  // The law of the hub with more keys of UN-TIP-2000.
  void LoadLaw(const std::string& keys) {
    v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
    std::string& law = *request.mutable_files(0)->mutable_content();
    const std::string at = "legal_basis = true\n";
    law.replace(law.find(at), at.size(), at + keys);
    ASSERT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request), IsOk());
  }
  ActPlan Supplement(const std::string& case_id, v1::InsistReason insist) {
    return {.kind = v1::ACT_KIND_SUPPLEMENT,
            .case_id = case_id,
            .measures = {MeasureOf(2, "SEARCH")},
            .insist = insist,
            .seen = 1};
  }
  v1::Case Read(const std::string& case_id) {
    v1::GetCaseRequest request;
    request.set_case_id(case_id);
    return CallStub(*pt().exchange, &v1::ExchangeService::Stub::GetCase, request)->case_();
  }
  static std::string EvidenceIn(const v1::Receipt& receipt) {
    return ParseReceipt(receipt.content())->evidence;
  }
};

TEST_F(InsistTest, PassesAMeasureThatTheInstrumentDoesNotCover) {
  const std::string case_id = OpenCase();
  LoadLaw("measures = [\"VIDEO_HEARING\"]\n");
  const auto refused = pt().Send(Supplement(case_id, v1::INSIST_REASON_UNSPECIFIED));
  ExpectRefused(refused, Reason::MEASURE_NOT_COVERED, "act.header.measures");
  EXPECT_FALSE(GetErrorDetails(refused.status())->evidence.empty());

  const auto insisted = pt().Send(Supplement(case_id, v1::INSIST_REASON_LEGAL_DUTY));
  ASSERT_THAT(insisted, IsOk());
  EXPECT_EQ(insisted->disposition(), v1::ACT_DISPOSITION_OUT_OF_SEQUENCE);
  EXPECT_TRUE(insisted->warned_rules().empty()) << "nothing warned";
  for (const v1::Receipt& receipt : insisted->receipts()) {
    EXPECT_THAT(EvidenceIn(receipt), HasSubstr("effect FORMAL_UNSETTLED\n"));
  }
  EXPECT_EQ(Read(case_id).measures_size(), 1) << "delivered, and no state changed";
}

// Or nothing could be sealed.
TEST_F(InsistTest, ARouteIsGivenToWhomInsistsInACase) {
  const std::string case_id = OpenCase();
  LoadLaw("measures = [\"VIDEO_HEARING\"]\n");
  v1::ResolveRecipientsRequest question;
  question.add_addressees()->set_authority("co-fgn");
  question.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
  question.set_instrument("UN-TIP-2000");
  question.set_kind(v1::ACT_KIND_SUPPLEMENT);
  question.set_case_id(case_id);
  question.add_measures("SEARCH");
  const auto resolve = [&] {
    return CallStub(*pt().directory, &v1::DirectoryService::Stub::ResolveRecipients, question);
  };
  EXPECT_THAT(resolve(), HasReason(Reason::MEASURE_NOT_COVERED));
  question.set_insists(true);
  EXPECT_THAT(resolve(), IsOk());
  question.set_kind(v1::ACT_KIND_REQUEST);
  question.clear_case_id();
  EXPECT_THAT(resolve(), HasReason(Reason::MEASURE_NOT_COVERED)) << "of no case yet";
}

TEST_F(InsistTest, PassesATimeLimitThatIsOver) {
  const std::string case_id = OpenCase();
  ActPlan plan{.kind = v1::ACT_KIND_FREE_FORM, .case_id = case_id, .measures = {}, .seen = 1};
  const auto late = [](v1::ActHeader& header) {
    header.mutable_urgency()->set_wished_by_unix_ms(header.created_unix_ms() - 1);
  };
  MarkState();
  ExpectRefusedWithLeaf(
      SendWith(late, plan), Reason::DEADLINE_IN_PAST, "act.header.urgency.wished_by_unix_ms");
  plan.insist = v1::INSIST_REASON_CORRECTION;
  const auto insisted = SendWith(late, plan);
  ASSERT_THAT(insisted, IsOk());
  EXPECT_EQ(insisted->disposition(), v1::ACT_DISPOSITION_OUT_OF_SEQUENCE);
  EXPECT_THAT(EvidenceIn(insisted->receipts(0)), HasSubstr("effect FORMAL\n"));
}

// Who is let in, what may be sent to whom, by which channel, under what is in force: entitlement.
TEST_F(InsistTest, DoesNotPassAnInstrumentThatIsNotInForce) {
  const std::string case_id = OpenCase();
  v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
  std::string& law = *request.mutable_files(0)->mutable_content();
  const std::string parties = "[instrument.parties]\n";
  law.insert(law.find(parties),
             "[[instrument.relation]]\nbetween = [\"CO\", \"PT\"]\nstatus = \"OBJECTED\"\n"
             "from = \"2004-09-03\"\n");
  ASSERT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request), IsOk());
  const ActPlan plan{.kind = v1::ACT_KIND_FREE_FORM,
                     .case_id = case_id,
                     .measures = {},
                     .insist = v1::INSIST_REASON_LEGAL_DUTY,
                     .seen = 1};
  ExpectRefused(pt().Send(plan), Reason::INSTRUMENT_NOT_IN_FORCE, "addressees[0]");
}

TEST_F(InsistTest, DoesNotPassADesignationThatIsMissing) {
  co().central = false;
  broker_.LoadDirectory();
  const ActPlan plan{.insist = v1::INSIST_REASON_LEGAL_DUTY};
  ExpectRefused(pt().Send(plan), Reason::NOT_DESIGNATED, "addressees[0].recipients");
}

TEST_F(InsistTest, DoesNotPassTheChannelOfTheCase) {
  ActPlan informal{.channel_class = v1::CHANNEL_CLASS_INFORMAL};
  const auto opened = pt().Compose(informal);
  ASSERT_THAT(pt().Submit(*opened), IsOk());
  const ActPlan formal{.kind = v1::ACT_KIND_FREE_FORM,
                       .case_id = pt().ActIdOf(*opened),
                       .measures = {},
                       .insist = v1::INSIST_REASON_LEGAL_DUTY,
                       .seen = 1};
  ExpectRefused(pt().Send(formal), Reason::FIELD_INVALID, "act.header.channel_class");
}

TEST_F(InsistTest, DoesNotPassTheCeilingOfDataClasses) {
  const std::string case_id = OpenCase();
  v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
  for (v1::DirectoryFile& file : *request.mutable_files()) {
    if (file.name() != "authorities/co-fgn.toml") continue;
    file.mutable_content()->replace(file.content().find("\"SENSITIVE\""), 11, "\"NONE\"");
  }
  ASSERT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request), IsOk());
  const ActPlan plan{.kind = v1::ACT_KIND_FREE_FORM,
                     .case_id = case_id,
                     .measures = {},
                     .insist = v1::INSIST_REASON_SAFETY,
                     .seen = 1};
  ExpectRefused(pt().Send(plan), Reason::DATA_CLASS_EXCEEDED, "act.header.data_class");
}

TEST_F(InsistTest, HasNothingToPassInAnActThatOpensACase) {
  const ActPlan plan{.insist = v1::INSIST_REASON_LEGAL_DUTY};
  ExpectRefused(pt().Send(plan), Reason::FIELD_INVALID, "act.header.insist");
}

// A notice of forwarding brings in another authority: that is never insisted on.
TEST_F(InsistTest, DoesNotLetALateNoticeBringSomebodyIn) {
  broker_.AddOffice("co-delegada", "CO").central = false;
  broker_.LoadDirectory();
  const std::string case_id = OpenCase();
  const ActPlan plan{.kind = v1::ACT_KIND_FORWARDING_NOTICE,
                     .case_id = case_id,
                     .to = {"co-delegada", "pt-pgr"},
                     .measures = {},
                     .channel_class = v1::CHANNEL_CLASS_INFORMAL,
                     .insist = v1::INSIST_REASON_LEGAL_DUTY,
                     .in_reply_to = case_id,
                     .seen = 1};
  v1::ActHeader header;
  auto request = co().Prepare(plan, &header);
  ASSERT_THAT(request, IsOk());
  header.mutable_urgency()->set_wished_by_unix_ms(header.created_unix_ms() - 1);
  co().Sign(header, co().user, *request);
  EXPECT_THAT(co().Submit(*request), HasReason(Reason::DEADLINE_IN_PAST));
}

}  // namespace
}  // namespace rogatoria
