// The law as data, over the wire: measures covered, instruments that only warn, a party that
// suspends, a duty desk's keys, deadlines that are over.
#include "common/crypto/seal.h"
#include "tests/integration/bad_input.h"

namespace rogatoria {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class InstrumentsTest : public BadInputTest {
 protected:
  // Loads the directory with `from` replaced by `to` in the file of the hub's own tables.
  absl::StatusOr<v1::LoadDirectoryResponse> LoadWith(const std::string& from,
                                                     const std::string& to) {
    v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
    std::string& law = *request.mutable_files(0)->mutable_content();
    const size_t at = law.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    law.replace(at, from.size(), to);
    return CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request);
  }
  // More keys of the instrument UN-TIP-2000.
  void LoadLaw(const std::string& keys) {
    ASSERT_THAT(LoadWith("legal_basis = true\n", "legal_basis = true\n" + keys), IsOk());
  }
};

TEST_F(InstrumentsTest, AMeasureThatIsNotCoveredIsRefusedInLaw) {
  LoadLaw("measures = [\"SEARCH\"]\n");
  const auto refused = pt().Send({});
  ExpectRefused(refused, Reason::MEASURE_NOT_COVERED, "act.header.measures");
  const ErrorDetails details = GetErrorDetails(refused.status()).value();
  EXPECT_FALSE(details.evidence.empty());  // an A.2
  EXPECT_THAT(details.accepted, HasSubstr("VIDEO_HEARING"));

  v1::ExplainRouteRequest question;
  question.mutable_addressee()->set_authority("co-fgn");
  question.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
  question.set_instrument("UN-TIP-2000");
  question.set_kind(v1::ACT_KIND_REQUEST);
  question.add_measures("VIDEO_HEARING");
  question.set_language("en");
  const auto why = CallStub(*pt().directory, &v1::DirectoryService::Stub::ExplainRoute, question);
  ASSERT_THAT(why, IsOk());
  EXPECT_FALSE(why->possible());
  EXPECT_EQ(why->stated_effect(), "FORMAL");
  EXPECT_FALSE(why->effects().empty());
  EXPECT_THAT(why->alternatives(), ::testing::Contains(HasSubstr("INFORMAL")));
}

TEST_F(InstrumentsTest, OneThatOnlyWarnsLetsPassSaysSoAndIsCounted) {
  LoadLaw("mode = \"WARN\"\nmeasures = [\"SEARCH\"]\n");
  const auto sent = pt().Send({});
  ASSERT_THAT(sent, IsOk());
  EXPECT_EQ(sent->disposition(), v1::ACT_DISPOSITION_IN_SEQUENCE);
  EXPECT_THAT(sent->warned_rules(), ElementsAre("INSTRUMENT_COVERS_MEASURE"));
  EXPECT_EQ(broker_.app().stats().warned_rules.at("INSTRUMENT_COVERS_MEASURE"), 1U);
  // Nobody promises the effect; the receipts say so, to both sides and for ever.
  ASSERT_EQ(sent->receipts_size(), 2);
  for (const v1::Receipt& receipt : sent->receipts()) {
    EXPECT_THAT(receipt.content(), HasSubstr("effect FORMAL_UNSETTLED\n"));
  }
}

TEST_F(InstrumentsTest, AResolutionNamesTheRuleAndTheWarnings) {
  LoadLaw("mode = \"WARN\"\nmeasures = [\"SEARCH\"]\n");
  v1::ResolveRecipientsRequest question;
  question.add_addressees()->mutable_competence()->set_country("CO");
  question.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
  question.set_instrument("UN-TIP-2000");
  question.set_kind(v1::ACT_KIND_REQUEST);
  question.add_measures("VIDEO_HEARING");
  const auto found =
      CallStub(*pt().directory, &v1::DirectoryService::Stub::ResolveRecipients, question);
  ASSERT_THAT(found, IsOk());
  const v1::Route& route = found->routes(0);
  EXPECT_EQ(route.rule(), "DESIGNATED_FOR_INSTRUMENT");
  EXPECT_EQ(route.explanation(), "co-fgn is designated for UN-TIP-2000.");
  ASSERT_EQ(route.warnings_size(), 1);
  EXPECT_EQ(route.warnings(0).rule(), "INSTRUMENT_COVERS_MEASURE");
  EXPECT_TRUE(route.warnings(0).warned());
  v1::ExplainRouteRequest why;
  *why.mutable_addressee() = question.addressees(0);
  why.set_channel_class(question.channel_class());
  why.set_instrument(question.instrument());
  why.set_kind(question.kind());
  why.add_measures("VIDEO_HEARING");
  why.set_language("pt");
  const auto explained = CallStub(*pt().directory, &v1::DirectoryService::Stub::ExplainRoute, why);
  ASSERT_THAT(explained, IsOk());
  EXPECT_EQ(explained->stated_effect(), "FORMAL_UNSETTLED");
  EXPECT_THAT(explained->effects(0), HasSubstr("não se cumpre uma regra"));
  question.set_channel_basis("COMJIB-MEDELLIN-2019");  // not in this directory
  EXPECT_THAT(CallStub(*pt().directory, &v1::DirectoryService::Stub::ResolveRecipients, question),
              HasReason(Reason::INSTRUMENT_UNKNOWN));
}

// Treaty of Medellin article 14: what is pending runs to its end, nothing new begins.
TEST_F(InstrumentsTest, APartySuspendsWhileCasesAreOpen) {
  const std::string case_id = OpenCase();
  const std::string suspended =
      "[[instrument.relation]]\nbetween = [\"CO\", \"PT\"]\nstatus = \"SUSPENDED\"\n"
      "from = \"2004-09-03\"\n[instrument.parties]\n";
  ASSERT_THAT(LoadWith("[instrument.parties]\n", suspended), IsOk());
  EXPECT_THAT(pt().Send({}), HasReason(Reason::INSTRUMENT_NOT_IN_FORCE));
  ActPlan decision{.kind = v1::ACT_KIND_DECISION,
                   .case_id = case_id,
                   .to = {"pt-pgr"},
                   .measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ADMITTED)},
                   .seen = 1};
  EXPECT_THAT(co().Send(decision), IsOk());
  ActPlan result{.kind = v1::ACT_KIND_EXECUTION_RESULT,
                 .case_id = case_id,
                 .to = {"pt-pgr"},
                 .measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_EXECUTED)},
                 .seen = 2};
  EXPECT_THAT(co().Send(result), IsOk());
  ActPlan other;
  other.to = {"br-mpf"};
  EXPECT_THAT(pt().Send(other), IsOk());  // with whom nothing was suspended
}

TEST_F(InstrumentsTest, OverlappingDesignationsAreNamedAndNothingIsLoaded) {
  v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
  request.mutable_files(1)->mutable_content()->append(
      "\n[[authority]]\nid = \"br-mj\"\ncountry = \"BR\"\nname = \"n\"\n"
      "kinds = [\"CENTRAL_AUTHORITY\"]\ntime_zone = \"UTC\"\ncalendar = \"test\"\n"
      "languages = [\"pt-BR\"]\ndata_class_ceiling = \"NONE\"\ntechnical_contact = "
      "\"x@y.example\"\n"
      "[[authority.designation]]\ninstrument = \"UN-TIP-2000\"\n");
  MarkState();
  const auto refused = CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request);
  ASSERT_THAT(refused, HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_THAT(
      GetErrorDetails(refused.status())->accepted,
      ::testing::ContainsRegex("toml:[0-9]+:1: designation: br-mj and br-mpf are designated "
                               "at once for UN-TIP-2000, as is said at "
                               "authorities/br-mpf.toml:[0-9]+:1"));
  ExpectNothingChanged();
}

TEST_F(InstrumentsTest, AnUrgentActIsSealedToDutyDeskAndSubstituteToo) {
  const auto stale = pt().Compose({});
  ASSERT_THAT(stale, IsOk());
  co().AddKey(broker_.pki(), v1::KEY_PURPOSE_SEALING_DUTY);
  co().AddKey(broker_.pki(), v1::KEY_PURPOSE_SEALING_SUBSTITUTE);
  broker_.LoadDirectory();
  // What was sealed before it could not be read by them.
  EXPECT_THAT(pt().Submit(*stale), HasReason(Reason::ROUTE_CHANGED));

  ActPlan plan;
  plan.urgency = v1::URGENCY_LEVEL_URGENT;
  v1::ActHeader header;
  auto request = pt().Prepare(plan, &header);
  ASSERT_THAT(request, IsOk());
  ASSERT_EQ(header.recipients(0).sealed_to_size(), 3);
  EXPECT_EQ(header.recipients(0).sealed_to(0).purpose(), v1::SEALING_PURPOSE_PRIMARY);
  EXPECT_EQ(header.recipients(0).sealed_to(1).purpose(), v1::SEALING_PURPOSE_DUTY);
  EXPECT_EQ(header.recipients(0).sealed_to(2).purpose(), v1::SEALING_PURPOSE_SUBSTITUTE);
  for (const auto& [key, purpose] : co().more_keys) {
    EXPECT_THAT(OpenKek(request->act().key_envelopes(0), key.key, key.certificate), IsOk())
        << v1::KeyPurpose_Name(purpose);
  }
  pt().Sign(header, pt().user, *request);
  EXPECT_THAT(pt().Submit(*request), IsOk());
}

TEST_F(InstrumentsTest, ADeadlineThatIsOverWhenTheActIsMade) {
  MarkState();
  const auto late = SendWith([](v1::ActHeader& header) {
    header.mutable_urgency()->set_wished_by_unix_ms(header.created_unix_ms() - 1);
  });
  ExpectRefusedWithLeaf(late, Reason::DEADLINE_IN_PAST, "act.header.urgency.wished_by_unix_ms");
  EXPECT_EQ(GetErrorDetails(late.status())->accepted, "a time after the act was made");
  ExpectRefusedWithLeaf(SendWith([](v1::ActHeader& header) {
                          header.set_originals_follow(true);
                          header.set_confirmation_due("2020-01-31");
                        }),
                        Reason::DEADLINE_IN_PAST,
                        "act.header.confirmation_due");
  EXPECT_THAT(SendWith([](v1::ActHeader& header) {
                header.mutable_urgency()->set_wished_by_unix_ms(header.created_unix_ms() + 1);
                header.set_originals_follow(true);
                header.set_confirmation_due("2099-12-31");
              }),
              IsOk());
}

// domain.md 1.4: Eurojust and Interpol.
TEST_F(InstrumentsTest, APartnerBarredFromOperationalDataIsNotAddressedWithThem) {
  v1::LoadDirectoryRequest request = broker_.DirectoryFiles();
  for (v1::DirectoryFile& file : *request.mutable_files()) {
    if (file.name() != "authorities/co-fgn.toml") continue;
    const size_t at = file.content().find("\"SENSITIVE\"");
    file.mutable_content()->replace(at, 11, "\"ADMINISTRATIVE\"");
  }
  ASSERT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::LoadDirectory, request), IsOk());
  const auto refused = pt().Send({});  // OPERATIONAL
  ExpectRefused(refused, Reason::DATA_CLASS_EXCEEDED, "act.header.data_class");
  EXPECT_FALSE(GetErrorDetails(refused.status())->evidence.empty());
  EXPECT_THAT(
      SendWith([](v1::ActHeader& header) { header.set_data_class(v1::DATA_CLASS_ADMINISTRATIVE); }),
      IsOk());
}

}  // namespace
}  // namespace rogatoria
