// What instruments, designations and competences say of a route, and what a way of sending counts
// as.
#include <string>

#include "common/directory/route_rules.h"
#include "common/directory/stated_effect.h"
#include "tests/unit/directory/routing_fixture.h"

namespace rogatoria {
namespace {

// What a rule says; empty when it was not looked at.
const RuleResult* Find(const RouteExplanation& why, const std::string& rule) {
  for (const RuleResult& result : why.rules) {
    if (result.rule == rule) return &result;
  }
  return nullptr;
}

TEST_F(RoutingTest, AMeasureThatTheInstrumentDoesNotCover) {
  FileSet files(CompleteFiles());
  files.Replace("instruments/united-nations.toml",
                "id = \"UN-TIP-2000\"\n",
                "id = \"UN-TIP-2000\"\nmeasures = [\"SEARCH\", \"SEIZURE\"]\n");
  Load(files);
  query_.measures = {"SEARCH", "VIDEO_HEARING"};
  EXPECT_THAT(Ask(), HasReason(Reason::MEASURE_NOT_COVERED));
  EXPECT_EQ(GetErrorDetails(Ask().status())->accepted,
            "UN-TIP-2000 does not cover the measure VIDEO_HEARING.");
  EXPECT_EQ(GetErrorDetails(Ask().status())->field, "measures");
  EXPECT_EQ(Unmet(), "INSTRUMENT_COVERS_MEASURE");
  EXPECT_THAT(Why().alternatives, testing::Contains("Under UN-UNTOC-2000."));
  query_.measures = {"SEIZURE"};
  EXPECT_THAT(Ask(), IsOk());
  // What a case opened runs to its end; what is added to it is looked at.
  query_.measures = {"VIDEO_HEARING"};
  query_.case_goes_on = true;
  query_.kind = v1::ACT_KIND_DECISION;
  EXPECT_THAT(Ask(), IsOk());
  query_.kind = v1::ACT_KIND_SUPPLEMENT;
  EXPECT_THAT(Ask(), HasReason(Reason::MEASURE_NOT_COVERED));
  // Outside the formal channel an instrument is only mentioned.
  query_.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  EXPECT_THAT(Ask(), IsOk());
}

TEST_F(RoutingTest, ADesignationForOtherMeasuresIsNone) {
  FileSet files(CompleteFiles());
  files.Replace("authorities/co-fgn.toml",
                "instrument = \"UN-TIP-2000\"\n",
                "instrument = \"UN-TIP-2000\"\nmeasures = [\"SEARCH\"]\n");
  Load(files);
  query_.measures = {"SEARCH"};
  EXPECT_THAT(Ask(), IsOk());
  query_.measures = {"SEARCH", "VIDEO_HEARING"};
  EXPECT_THAT(Ask(), HasReason(Reason::NOT_DESIGNATED));
  EXPECT_EQ(Unmet(), "RECIPIENT_DESIGNATED");
  query_.sender = "co-fgn";
  query_.authority = "pt-pgr";
  EXPECT_EQ(Unmet(), "SENDER_DESIGNATED");
}

TEST_F(RoutingTest, AnInstrumentThatOnlyWarnsLetsPassAndSaysSo) {
  const std::string file = "instruments/united-nations.toml";
  FileSet files(CompleteFiles());
  files.Replace(file,
                "id = \"UN-TIP-2000\"\n",
                "id = \"UN-TIP-2000\"\nmode = \"WARN\"\nmeasures = [\"SEARCH\"]\n");
  Load(files);
  query_.authority = "br-pgr";  // not designated
  query_.channel_basis.clear();
  query_.measures = {"VIDEO_HEARING"};
  query_.now = *Instant::FromString("2026-11-24T12:00:00.000Z");
  auto route = Ask();
  ASSERT_THAT(route, IsOk());
  EXPECT_THAT(route->warned,
              testing::ElementsAre("INSTRUMENT_COVERS_MEASURE", "RECIPIENT_DESIGNATED"));
  const RouteExplanation why = Why();
  EXPECT_TRUE(why.possible);
  const RuleResult* warned = Find(why, "INSTRUMENT_COVERS_MEASURE");
  ASSERT_NE(warned, nullptr);
  EXPECT_FALSE(warned->met);
  EXPECT_TRUE(warned->warned);
  EXPECT_FALSE(Find(why, "SENDER_DESIGNATED")->warned);
  EXPECT_TRUE(route->effect_unsettled);
  EXPECT_EQ(why.effect, StatedEffect::kFormalUnsettled);
  EXPECT_EQ(why.effects[0],
            "Sent as a formal act, but a rule of its instrument is not met and did not stop it: "
            "the parties say what it counts as.");
  // Identity and the rest are no rules of the instrument: they refuse as ever.
  query_.authority = "xx-none";
  EXPECT_THAT(Ask(), HasReason(Reason::RECIPIENT_UNKNOWN));
  files.Replace(file, "mode = \"WARN\"", "mode = \"ENFORCE\"");
  Load(files);
  query_.authority = "br-pgr";
  EXPECT_THAT(Ask(), HasReason(Reason::MEASURE_NOT_COVERED));
}

// Who is told what would work instead is not sent from one refusal to the next.
TEST_F(RoutingTest, AnInstrumentThatOnlyWarnsIsNoAlternative) {
  query_.channel_basis.clear();
  query_.instrument = "AIAMP-TIP-2011";  // carries no request
  EXPECT_THAT(Why().alternatives, testing::Contains("Under UN-TIP-2000."));
  EXPECT_THAT(Why().alternatives, testing::Contains("Under UN-UNTOC-2000."));
  FileSet files(CompleteFiles());
  files.Put("instruments/later.toml",
            "[[instrument]]\nid = \"LATER-2030\"\ntitle = \"t\"\nlegal_basis = true\n"
            "mode = \"WARN\"\n[instrument.parties]\nPT = 2030-01-01\nCO = 2030-01-01\n");
  files.Replace("instruments/united-nations.toml",
                "id = \"UN-TIP-2000\"\n",
                "id = \"UN-TIP-2000\"\nmode = \"WARN\"\n");
  Load(files);
  EXPECT_THAT(Why().alternatives, testing::Not(testing::Contains("Under LATER-2030.")));
  EXPECT_THAT(Why().alternatives, testing::Contains("Under UN-TIP-2000."))
      << "in force, and every rule of it is met";
}

// Entitlement is what no sender can say for itself; what an instrument covers is read by both.
TEST_F(RoutingTest, InsistingPassesAMeasureNotCoveredInACaseAndNoOtherRule) {
  FileSet files(CompleteFiles());
  files.Replace("instruments/united-nations.toml",
                "id = \"UN-TIP-2000\"\n",
                "id = \"UN-TIP-2000\"\nmeasures = [\"SEARCH\"]\n");
  Load(files);
  query_.kind = v1::ACT_KIND_SUPPLEMENT;
  query_.measures = {"VIDEO_HEARING"};
  query_.insists = true;
  EXPECT_THAT(Ask(), HasReason(Reason::MEASURE_NOT_COVERED)) << "it would open a case";
  query_.case_goes_on = true;
  const auto route = Ask();
  ASSERT_THAT(route, IsOk());
  EXPECT_THAT(route->insisted, HasReason(Reason::MEASURE_NOT_COVERED));
  EXPECT_TRUE(route->effect_unsettled);
  EXPECT_TRUE(route->warned.empty());
  for (const RouteRuleRow& row : AllRouteRules()) {
    EXPECT_EQ(row.insisting_passes, row.name == "INSTRUMENT_COVERS_MEASURE") << row.name;
  }
  query_.insists = false;
  EXPECT_THAT(Ask(), HasReason(Reason::MEASURE_NOT_COVERED));
}

TEST_F(RoutingTest, AChannelBasisWarnsByItsOwnMode) {
  FileSet files(CompleteFiles());
  files.Replace("instruments/ibero-american.toml",
                "id = \"COMJIB-MEDELLIN-2019\"\n",
                "id = \"COMJIB-MEDELLIN-2019\"\nmode = \"WARN\"\n");
  Load(files);
  query_.now = *Instant::FromString("2024-05-14T12:00:00.000Z");
  query_.channel_class = v1::CHANNEL_CLASS_FORMAL;
  const RuleResult* rule = nullptr;
  const RouteExplanation why = Why();
  rule = Find(why, "CHANNEL_BASIS_IN_FORCE");
  ASSERT_NE(rule, nullptr);
  EXPECT_TRUE(rule->warned);
  EXPECT_EQ(why.effect, StatedEffect::kFormalUnsettled) << "not the original";
}

// Treaty of Medellin article 12: an accession counts only with those who did not object.
TEST_F(RoutingTest, AnObjectionKeepsAPairApartForEver) {
  FileSet files(CompleteFiles());
  files.Replace("instruments/ibero-american.toml",
                "[instrument.parties]\nCO = 2024-05-15\nPT = 2024-02-11\n",
                "[[instrument.relation]]\nbetween = [\"CO\", \"PT\"]\nstatus = \"OBJECTED\"\n"
                "[instrument.parties]\nCO = 2024-05-15\nPT = 2024-02-11\n");
  Load(files);
  EXPECT_THAT(Ask(), HasReason(Reason::INSTRUMENT_NOT_IN_FORCE));
  query_.case_goes_on = true;
  EXPECT_THAT(Ask(), HasReason(Reason::INSTRUMENT_NOT_IN_FORCE));
  query_.case_goes_on = false;
  EXPECT_THAT(Why().alternatives,
              testing::Contains("Without a channel basis; then paper may have to follow."));
}

TEST_F(RoutingTest, NotYetInForceSaysFromWhen) {
  FileSet files(CompleteFiles());
  files.Replace("instruments/united-nations.toml",
                "[[instrument]]\nid = \"UN-TIP-2000\"",
                "[[instrument]]\nid = \"OTHER-2030\"\ntitle = \"t\"\nlegal_basis = true\n"
                "[instrument.parties]\nCO = 2027-01-01\nPT = 2026-01-01\n"
                "[[instrument]]\nid = \"UN-TIP-2000\"");
  Load(files);
  query_.instrument = "OTHER-2030";
  EXPECT_THAT(Ask(), HasReason(Reason::INSTRUMENT_NOT_IN_FORCE));
  EXPECT_EQ(Why().alternatives[0],
            "Under OTHER-2030 from 2027-01-01 on, when it enters into force between PT and CO.");
  EXPECT_EQ(Why(Language::kPortuguese).alternatives[0],
            "Com base em OTHER-2030 a partir de 2027-01-01, quando entrar em vigor entre PT e CO.");
}

TEST_F(RoutingTest, SuspendedSaysWhichCasesGoOn) {
  FileSet files(CompleteFiles());
  files.Replace(
      "instruments/united-nations.toml",
      "title = \"Protocol to Prevent",
      "relation = [{between = [\"CO\", \"PT\"], status = \"IN_FORCE\", from = 2004-09-03, "
      "to = 2026-10-31}, {between = [\"CO\", \"PT\"], status = \"SUSPENDED\", from = "
      "2026-11-01}]\ntitle = \"Protocol to Prevent");
  Load(files);
  EXPECT_THAT(Ask(), HasReason(Reason::INSTRUMENT_NOT_IN_FORCE));
  EXPECT_THAT(
      Why().alternatives,
      testing::Contains("Under UN-TIP-2000 in a case that began before 2026-11-01: those run "
                        "to their end."));
  query_.case_goes_on = true;
  EXPECT_THAT(Ask(), IsOk());
}

// Three of one country, each competent for something.
class CompetenceTest : public RoutingTest {
 protected:
  void SetUp() override {
    FileSet files(CompleteFiles());
    files.Put("authorities/br-more.toml",
              Service("br-sp", "territories = [\"BR-SP\"]") +
                  Service("br-cyber", "measures = [\"SUBSCRIBER_DATA\"]") +
                  Service("br-es", "languages = [\"es-419\"]"));
    Load(files);
    query_.authority.clear();
    query_.country = "BR";
    query_.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
    query_.channel_basis.clear();
  }
  static std::string Service(const std::string& id, const std::string& competence) {
    return "[[authority]]\nid = \"" + id +
           "\"\ncountry = \"BR\"\nkinds = [\"PROSECUTION_SERVICE\"]\nname = \"" + id +
           "\"\ntime_zone = \"America/Sao_Paulo\"\ncalendar = \"br-national\"\n"
           "languages = [\"pt-BR\"]\ndata_class_ceiling = \"SENSITIVE\"\n"
           "technical_contact = \"x@br.example\"\n[[authority.competence]]\n" +
           competence + "\n";
  }
  // Whom it would go to, and by which rule.
  std::string Chosen() const {
    const RouteExplanation why = Why();
    for (const char* rule : {"PROSECUTION_SERVICE_OF_COUNTRY",
                             "COMPETENT_FOR_TERRITORY",
                             "COMPETENT_FOR_MEASURE",
                             "COMPETENT_FOR_LANGUAGE"}) {
      if (Find(why, rule) != nullptr) return why.authority + " " + rule;
    }
    return why.authority;
  }
};

TEST_F(CompetenceTest, TheMostSpecificWinsAndTheRuleIsNamed) {
  query_.territory = "BR-SP";
  EXPECT_EQ(Chosen(), "br-sp COMPETENT_FOR_TERRITORY");
  query_.measure = "SUBSCRIBER_DATA";  // territory goes before measure
  EXPECT_EQ(Chosen(), "br-sp COMPETENT_FOR_TERRITORY");
  query_.territory = "BR-RJ";
  EXPECT_EQ(Chosen(), "br-cyber COMPETENT_FOR_MEASURE");
  query_.measure.clear();
  query_.language = "es";
  EXPECT_EQ(Chosen(), "br-es COMPETENT_FOR_LANGUAGE");
}

TEST_F(CompetenceTest, WhoIsNotCompetentIsNotFound) {
  query_.territory = "BR-RJ";
  query_.measure = "SEARCH";
  query_.language = "fr";
  EXPECT_EQ(Chosen(), "br-pgr PROSECUTION_SERVICE_OF_COUNTRY");  // for all of the country
}

TEST_F(CompetenceTest, WithoutATerritorySeveralAreTooMany) {
  EXPECT_EQ(Unmet(), "COMPETENT_UNIQUE");
  EXPECT_THAT(
      Why().alternatives,
      testing::Contains("Naming the territory (ISO 3166-2): several authorities of BR share "
                        "it."));
}

TEST_F(CompetenceTest, AnAddressSaysSo) {
  query_.authority = "br-sp";
  const RouteExplanation why = Why();
  ASSERT_NE(Find(why, "ADDRESSED_BY_ID"), nullptr);
  EXPECT_EQ(Find(why, "ADDRESSED_BY_ID")->explanation, "br-sp was addressed by its id.");
}

TEST_F(RoutingTest, DataThatWereNotAttestedForSixMonthsWarn) {
  const auto warned = [this](const std::string& day) {
    FileSet files(CompleteFiles());
    files.Replace("authorities/co-fgn.toml",
                  "calendar = \"co-national\"\n",
                  "calendar = \"co-national\"\nattested = " + day + "\n");
    Load(files);
    return Ask()->warned;
  };
  EXPECT_THAT(warned("2026-05-24"), testing::IsEmpty());
  EXPECT_THAT(warned("2026-05-23"), testing::ElementsAre("RECIPIENT_ATTESTED"));
  EXPECT_FALSE(Ask()->effect_unsettled);
  EXPECT_TRUE(Why().possible);
}

TEST(RouteRulesTest, OnlyTheAgeOfDataNeverRefuses) {
  for (const RouteRuleRow& row : AllRouteRules()) {
    EXPECT_EQ(RefusesOnceEnforced(row.name), row.name != "RECIPIENT_ATTESTED") << row.name;
  }
  EXPECT_TRUE(RefusesOnceEnforced("RULE_OF_A_LATER_VERSION"));
}

// domain.md 1.4: Eurojust and Interpol exchange no operational personal data over this network.
TEST_F(RoutingTest, APartnerBarredFromOperationalDataCannotBeAddressedWithThem) {
  FileSet files(CompleteFiles());
  files.Replace("authorities/br-pgr.toml", "\"SENSITIVE\"", "\"ADMINISTRATIVE\"");
  Load(files);
  query_.authority = "br-pgr";
  query_.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  query_.channel_basis.clear();
  for (v1::DataClass barred : {v1::DATA_CLASS_OPERATIONAL, v1::DATA_CLASS_SENSITIVE}) {
    query_.data_class = barred;
    EXPECT_THAT(Ask(), HasReason(Reason::DATA_CLASS_EXCEEDED));
    EXPECT_EQ(Unmet(), "DATA_CLASS_WITHIN_CEILING");
  }
  query_.data_class = v1::DATA_CLASS_ADMINISTRATIVE;
  EXPECT_THAT(Ask(), IsOk());
}

// Each channel basis that is known, and none: the table and the example's data say the same.
TEST(StatedEffectTest, EachChannelBasisAndNone) {
  const auto directory = CompleteDirectory();
  const struct {
    const char* basis;
    StatedEffect formal;
  } rows[] = {{"COMJIB-MEDELLIN-2019", StatedEffect::kFormalOriginal},
              {"AIAMP-TIP-2011", StatedEffect::kFormal},
              {"AIAMP-TIP-REV", StatedEffect::kFormal},
              {"AIAMP-COOP-2018", StatedEffect::kFormal},
              {"", StatedEffect::kFormal}};
  for (const auto& row : rows) {
    EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_FORMAL, row.basis), row.formal) << row.basis;
    EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_INTERINSTITUTIONAL, row.basis),
              StatedEffect::kInterinstitutional);
    EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_INFORMAL, row.basis), StatedEffect::kNone);
    EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_FORMAL, directory->FindInstrument(row.basis)),
              row.formal)
        << row.basis;
  }
}

TEST(StatedEffectTest, OtherBasesGiveWhatTheirDataSay) {
  v1::Instrument basis;
  basis.set_effect(v1::CHANNEL_EFFECT_FORMAL_ORIGINAL);
  EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_FORMAL, &basis), StatedEffect::kFormalOriginal);
  EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_INFORMAL, &basis), StatedEffect::kNone);
  basis.set_effect(v1::CHANNEL_EFFECT_INTERINSTITUTIONAL);
  EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_FORMAL, &basis), StatedEffect::kFormal);
}

TEST(StatedEffectTest, OnlyAFormalActCanBeUnsettled) {
  EXPECT_EQ(Unsettled(StatedEffect::kFormal), StatedEffect::kFormalUnsettled);
  EXPECT_EQ(Unsettled(StatedEffect::kFormalOriginal), StatedEffect::kFormalUnsettled);
  EXPECT_EQ(Unsettled(StatedEffect::kInterinstitutional), StatedEffect::kInterinstitutional);
  EXPECT_EQ(Unsettled(StatedEffect::kNone), StatedEffect::kNone);
  // What the channel basis says of itself is then not said.
  v1::Instrument basis;
  basis.set_effect(v1::CHANNEL_EFFECT_FORMAL_ORIGINAL);
  basis.mutable_effect_words()->set_es("palabras suyas");
  const auto words =
      DescribeEffects(v1::CHANNEL_CLASS_FORMAL, nullptr, &basis, Language::kSpanish, true);
  EXPECT_NE(words[0], "palabras suyas");
  EXPECT_EQ(DescribeEffects(
                v1::CHANNEL_CLASS_INTERINSTITUTIONAL, nullptr, &basis, Language::kSpanish, true)[0],
            "palabras suyas");
}

TEST(StatedEffectTest, WordsSayPaperConsultationAndSpeciality) {
  v1::Instrument luis;
  luis.set_id("MERCOSUR-CMC-2-96");
  luis.set_paper_follows(true);
  luis.set_confirm_within("10 DAYS");
  luis.set_consult_before_refusal(true);
  luis.set_speciality(true);
  v1::Instrument medellin;
  medellin.set_effect(v1::CHANNEL_EFFECT_FORMAL_ORIGINAL);
  const auto formal = v1::CHANNEL_CLASS_FORMAL;
  const auto english = DescribeEffects(formal, &luis, nullptr, Language::kEnglish);
  ASSERT_EQ(english.size(), 4U);
  EXPECT_EQ(english[1],
            "MERCOSUR-CMC-2-96 wants the originals on paper to follow within 10 calendar days.");
  // Where the transmission is the original, no paper follows.
  EXPECT_EQ(DescribeEffects(formal, &luis, &medellin, Language::kSpanish).size(), 3U);
  EXPECT_EQ(
      DescribeEffects(v1::CHANNEL_CLASS_INFORMAL, &luis, &medellin, Language::kPortuguese).size(),
      1U);
  medellin.mutable_effect_words()->set_pt("palavras suas");
  EXPECT_EQ(DescribeEffects(formal, nullptr, &medellin, Language::kPortuguese)[0], "palavras suas");
}

}  // namespace
}  // namespace rogatoria
