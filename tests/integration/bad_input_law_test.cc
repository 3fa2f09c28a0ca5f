// What must be refused in law, of others' cases, of acknowledgements and of operators' files: as
// bad_input_test.cc.
#include "tests/integration/bad_input.h"

namespace rogatoria {
namespace {

using ::testing::HasSubstr;

// --- Law ---

TEST_F(BadInputTest, AnActInTheWrongState) {
  const std::string case_id = OpenCase();
  ActPlan plan{.kind = v1::ACT_KIND_EXECUTION_RESULT,
               .case_id = case_id,
               .to = {"pt-pgr"},
               .measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_EXECUTED)},
               .seen = 1};
  MarkState();
  const auto request = co().Compose(plan);
  const auto refused = co().Submit(*request);
  ExpectRefused(refused, Reason::WRONG_STATE, "act.header");
  const ErrorDetails details = GetErrorDetails(refused.status()).value();
  EXPECT_FALSE(details.accepted.empty());
  EXPECT_FALSE(details.evidence.empty());
  EXPECT_EQ(broker_.Status().open_deliveries(), before_.open_deliveries());

  // Final: the same act gets the same refusal, with the same A.2.
  const auto again = co().Submit(*request);
  EXPECT_EQ(GetErrorDetails(again.status())->evidence, details.evidence);

  plan.insist = v1::INSIST_REASON_OTHER_CHANNEL;
  const auto insisted = co().Send(plan);
  ASSERT_THAT(insisted, IsOk());
  EXPECT_EQ(insisted->disposition(), v1::ACT_DISPOSITION_OUT_OF_SEQUENCE);
}

TEST_F(BadInputTest, AnActFromTheWrongSide) {
  const std::string case_id = OpenCase();
  ActPlan plan{.kind = v1::ACT_KIND_DECISION,
               .case_id = case_id,
               .measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ADMITTED)},
               .seen = 1};
  const auto refused = pt().Send(plan);
  ExpectRefused(refused, Reason::WRONG_SIDE, "act.header.kind");
  EXPECT_FALSE(GetErrorDetails(refused.status())->evidence.empty());
  EXPECT_FALSE(GetErrorDetails(refused.status())->accepted.empty());
  plan.insist = v1::INSIST_REASON_CORRECTION;
  const auto insisted = pt().Send(plan);
  ASSERT_THAT(insisted, IsOk());
  EXPECT_EQ(insisted->disposition(), v1::ACT_DISPOSITION_OUT_OF_SEQUENCE);
}

// Refused with an A.2 that both the field and the sentence of the rule go with.
class BasisTest : public BadInputTest {
 protected:
  // As far as the header: the route was asked for another instrument.
  void ExpectRefusedUnder(const std::string& instrument,
                          Reason reason,
                          const std::string& field,
                          const std::string& accepted) {
    const auto refused = SendWith(
        [&](v1::ActHeader& header) { header.mutable_legal_basis()->set_instrument(instrument); });
    ExpectRefused(refused, reason, field);
    EXPECT_THAT(GetErrorDetails(refused.status())->accepted, HasSubstr(accepted));
  }
  void Load(const std::string& instruments) {
    v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
    request.mutable_files(0)->mutable_content()->append(instruments);
    ASSERT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request), IsOk());
  }
  static std::string Instrument(const std::string& use, const std::string& from) {
    return "\n[[instrument]]\nid = \"UN-UNTOC-2000\"\ntitle = \"t\"\n" + use +
           " = true\n[instrument.parties]\nPT = \"" + from + "\"\nCO = \"" + from + "\"\n";
  }
};

TEST_F(BasisTest, ABasisThatIsNone) {
  MarkState();
  ExpectRefusedUnder("UN-UNTOC-2000",
                     Reason::INSTRUMENT_UNKNOWN,
                     "act.header.legal_basis.instrument",
                     "The directory has no instrument UN-UNTOC-2000.");
  ExpectNothingChanged();
  ExpectLeaf(pt(), Reason::INSTRUMENT_UNKNOWN);
}

TEST_F(BasisTest, ABasisThatCannotCarryARequest) {
  Load(Instrument("channel_basis", "2004-01-01"));
  ExpectRefusedUnder("UN-UNTOC-2000",
                     Reason::FIELD_INVALID,
                     "act.header.legal_basis.instrument",
                     "name it as channel basis");
  ExpectLeaf(pt(), Reason::FIELD_INVALID);
}

TEST_F(BasisTest, ABasisThatIsNotInForceOnTheDay) {
  Load(Instrument("legal_basis", "2099-01-01"));
  ExpectRefusedUnder("UN-UNTOC-2000",
                     Reason::INSTRUMENT_NOT_IN_FORCE,
                     "act.header.legal_basis.instrument",
                     "UN-UNTOC-2000 is not in force between PT and CO for a new case.");
}

TEST_F(BasisTest, ADesignationThatIsMissingOnEitherSide) {
  const std::string law = Instrument("legal_basis", "2004-01-01");
  Load(law);
  ExpectRefusedUnder("UN-UNTOC-2000",
                     Reason::NOT_DESIGNATED,
                     "act.header.sender",
                     "The sender pt-pgr is not designated for UN-UNTOC-2000.");
  pt().further_tables = "[[authority.designation]]\ninstrument = \"UN-UNTOC-2000\"\n";
  Load(law);
  ExpectRefusedUnder("UN-UNTOC-2000",
                     Reason::NOT_DESIGNATED,
                     "act.header.recipients[0]",
                     "The recipient co-fgn is not designated for UN-UNTOC-2000.");
}

TEST_F(BadInputTest, ARecipientWhoseCalendarEnds) {
  Office& es = broker_.AddOffice("es-fge", "ES");
  es.calendar = "out-of-date";
  broker_.LoadDirectory();
  MarkState();
  ActPlan plan;
  plan.to = {"es-fge"};
  const auto refused = pt().Send(plan);
  ExpectRefusedWithLeaf(refused, Reason::CALENDAR_YEAR_MISSING, "calendar out-of-date");
  EXPECT_THAT(GetErrorDetails(refused.status())->accepted,
              HasSubstr("a calendar that covers the year 20"));
}

// --- Cases of others ---

TEST_F(BadInputTest, AStrangersCaseIsLikeOneThatNobodyOpened) {
  const std::string case_id = OpenCase();
  MarkState();
  const auto ask = [&](const std::string& id) {
    grpc::ClientContext context;
    v1::GetCaseRequest request;
    v1::GetCaseResponse response;
    request.set_case_id(id);
    return br().exchange->GetCase(&context, request, &response);
  };
  const grpc::Status strangers = ask(case_id);
  const grpc::Status nobodys = ask("pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  EXPECT_EQ(strangers.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(strangers.error_code(), nobodys.error_code());
  EXPECT_EQ(strangers.error_message(), nobodys.error_message());
  EXPECT_EQ(strangers.error_details(), nobodys.error_details());
  ExpectNothingChanged();
  ExpectLeaf(br(), Reason::CASE_NOT_FOUND);
}

TEST_F(BadInputTest, AnActIntoAStrangersCase) {
  const std::string case_id = OpenCase();
  MarkState();
  ActPlan plan{.kind = v1::ACT_KIND_FREE_FORM, .to = {"co-fgn"}, .measures = {}, .seen = 1};
  v1::ActHeader header;
  auto request = br().Prepare(plan, &header);
  ASSERT_THAT(request, IsOk());
  header.set_case_id(case_id);
  br().Sign(header, br().user, *request);
  EXPECT_THAT(br().Submit(*request), HasReason(Reason::CASE_NOT_FOUND));
  ExpectNothingChanged();
  ExpectLeaf(br(), Reason::CASE_NOT_FOUND);
}

TEST_F(BadInputTest, AStrangersActAndItsReceipts) {
  const std::string act_id = OpenCase();
  MarkState();
  v1::GetActRequest get;
  get.set_act_id(act_id);
  EXPECT_THAT(CallStub(*br().exchange, &v1::ExchangeService::Stub::GetAct, get),
              HasReason(Reason::ACT_NOT_FOUND));
  v1::ListReceiptsRequest list;
  list.set_act_id(act_id);
  EXPECT_THAT(CallStub(*br().audit, &v1::AuditService::Stub::ListReceipts, list),
              HasReason(Reason::ACT_NOT_FOUND));
  ExpectNothingChanged();
  ExpectLeaf(br(), Reason::ACT_NOT_FOUND);
}

TEST_F(BadInputTest, APageTokenOfAnotherQuery) {
  for (int i = 0; i < 3; ++i) OpenCase();
  MarkState();
  v1::ListCasesRequest request;
  request.set_page_size(1);
  const auto page = CallStub(*pt().exchange, &v1::ExchangeService::Stub::ListCases, request);
  ASSERT_THAT(page, IsOk());
  ASSERT_FALSE(page->next_page_token().empty());
  request.set_page_token(page->next_page_token());
  EXPECT_THAT(CallStub(*pt().exchange, &v1::ExchangeService::Stub::ListCases, request), IsOk());
  EXPECT_THAT(CallStub(*co().exchange, &v1::ExchangeService::Stub::ListCases, request),
              HasReason(Reason::PAGE_TOKEN_INVALID));
  request.set_state(v1::CASE_STATE_ENDED);
  ExpectRefused(CallStub(*pt().exchange, &v1::ExchangeService::Stub::ListCases, request),
                Reason::PAGE_TOKEN_INVALID,
                "page_token");
  ExpectNothingChanged();
  ExpectLeaf(pt(), Reason::PAGE_TOKEN_INVALID);
}

// --- Acknowledgements ---

TEST_F(BadInputTest, AcknowledgementsThatAreNotTheRecipientsWord) {
  OpenCase();
  MarkState();
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(5);
  const auto delivery = mailbox.NextDelivery();
  const auto say = [&](const v1::ReceiveRequest::Acknowledge& acknowledgement) {
    v1::ReceiveRequest message;
    *message.mutable_acknowledge() = acknowledgement;
    mailbox.Say(message);
    return rpc::FromStatusProto(mailbox.Next().acknowledged().error());
  };
  auto good = mailbox.MakeAcknowledgement(delivery, &co().seal);
  auto foreign = good;
  foreign.set_position(delivery.position() + 7);
  EXPECT_THAT(say(foreign), HasReason(Reason::DELIVERY_NOT_FOUND));
  EXPECT_THAT(say(mailbox.MakeAcknowledgement(delivery, nullptr)),
              HasReason(Reason::ACKNOWLEDGEMENT_UNSIGNED));
  EXPECT_THAT(say(mailbox.MakeAcknowledgement(delivery, &co().user)),
              HasReason(Reason::SIGNER_NOT_REGISTERED));
  EXPECT_THAT(say(mailbox.MakeAcknowledgement(delivery, &pt().seal)),
              HasReason(Reason::SIGNER_NOT_REGISTERED));
  auto altered = good;
  altered.mutable_statement()->append("\x98\x06\x01", 3);
  EXPECT_THAT(say(altered), HasReason(Reason::ACKNOWLEDGEMENT_INVALID));
  ExpectNothingChanged();
  ExpectLeaf(co(), Reason::ACKNOWLEDGEMENT_UNSIGNED);
  EXPECT_THAT(say(good), IsOk());
}

TEST_F(BadInputTest, AnAcknowledgementOfAnothersDelivery) {
  OpenCase();
  MailStream to_co(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  to_co.Credit(1);
  const auto delivery = to_co.NextDelivery();
  MarkState();
  MailStream to_br(br(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  const auto answer = to_br.Acknowledge(delivery);
  EXPECT_THAT(rpc::FromStatusProto(answer.error()), HasReason(Reason::DELIVERY_NOT_FOUND));
  ExpectNothingChanged();
  ExpectLeaf(br(), Reason::DELIVERY_NOT_FOUND);
}

TEST_F(BadInputTest, AStreamAgainstTheProtocol) {
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(257);
  EXPECT_EQ(mailbox.Next().message_case(), v1::ReceiveResponse::MESSAGE_NOT_SET);
  const absl::Status end = mailbox.End();
  EXPECT_THAT(end, HasReason(Reason::STREAM_PROTOCOL));
  EXPECT_EQ(GetErrorDetails(end)->field, "credit.count");
}

// --- Operators' files ---

TEST_F(BadInputTest, ADirectoryWithErrorsSaysWhereAndLoadsNothing) {
  v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
  request.mutable_files(1)->mutable_content()->append("\n[[system]]\nauthority = 7\n");
  const auto refused = CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request);
  ASSERT_THAT(refused, HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_THAT(GetErrorDetails(refused.status())->accepted,
              ::testing::ContainsRegex("authorities/[a-z-]+\\.toml:[0-9]+:[0-9]+: "));
  ExpectNothingChanged();
  EXPECT_THAT(pt().Send({}), IsOk());
}

TEST_F(BadInputTest, ADirectoryThatLeavesAKeyStatementOut) {
  v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
  for (v1::DirectoryFile& file : *request.mutable_files()) {
    if (file.name() != "authorities/co-fgn.toml") continue;
    const size_t last = file.content().rfind("[[key_statement]]");
    file.mutable_content()->resize(last);
  }
  const auto refused = CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request);
  ASSERT_THAT(refused, HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_THAT(GetErrorDetails(refused.status())->accepted, HasSubstr("co-fgn"));
  ExpectNothingChanged();
}

}  // namespace
}  // namespace rogatoria
