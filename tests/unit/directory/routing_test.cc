#include "common/directory/routing.h"

#include <chrono>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "common/directory/route_rules.h"
#include "common/directory/signer.h"
#include "common/directory/stated_effect.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/directory/routing_fixture.h"
#include "tests/unit/directory/test_directory.h"

namespace rogatoria {
namespace {

const std::string kKey(32, 'k');

TEST_F(RoutingTest, FormalBetweenCentralAuthorities) {
  const auto route = Ask();
  ASSERT_THAT(route, IsOk());
  EXPECT_EQ(route->authority->record.id(), "co-fgn");
  EXPECT_EQ(route->rule, "ADDRESSED_BY_ID");
  ASSERT_EQ(route->sealing.size(), 2U);
  EXPECT_EQ(route->sealing[0]->certificate, Colombia().sealing);
  EXPECT_EQ(route->sealing[1]->certificate, Colombia().archive);
  const RouteExplanation why = Why();
  EXPECT_TRUE(why.possible);
  EXPECT_TRUE(why.alternatives.empty());
  EXPECT_EQ(Unmet(), "");
}

TEST_F(RoutingTest, ExplanationsNameWhatTheySpeakOf) {
  std::string in_force;
  for (const RuleResult& rule : Why().rules) {
    if (rule.rule == "INSTRUMENT_IN_FORCE") in_force = rule.explanation;
  }
  EXPECT_EQ(in_force, "UN-TIP-2000 is in force between PT and CO, or the case began while it was.");
  query_.now = *Instant::FromString("2004-09-02T12:00:00.000Z");
  EXPECT_EQ(GetErrorDetails(Ask().status())->accepted,
            "UN-TIP-2000 is not in force between PT and CO for a new case.");
  query_.sender = "xx-none";
  EXPECT_EQ(GetErrorDetails(Ask().status())->accepted,
            "The sender xx-none is not in the directory.");
}

TEST_F(RoutingTest, FormalNeedsAnInstrument) {
  query_.instrument.clear();
  EXPECT_THAT(Ask(), HasReason(Reason::INSTRUMENT_UNKNOWN));
  query_.instrument = "UN-NONE";
  EXPECT_THAT(Ask(), HasReason(Reason::INSTRUMENT_UNKNOWN));
  query_.instrument = "COMJIB-MEDELLIN-2019";  // carries no request (article 8)
  EXPECT_THAT(Ask(), HasReason(Reason::FIELD_INVALID));
}

TEST_F(RoutingTest, FormalNeedsDesignationsOnBothSides) {
  query_.authority = "br-pgr";
  query_.channel_basis.clear();
  EXPECT_THAT(Ask(), HasReason(Reason::NOT_DESIGNATED));
  EXPECT_EQ(Unmet(), "RECIPIENT_DESIGNATED");
  query_.sender = "br-pgr";
  query_.authority = "pt-pgr";
  EXPECT_THAT(Ask(), HasReason(Reason::NOT_DESIGNATED));
  EXPECT_EQ(Unmet(), "SENDER_DESIGNATED");
}

TEST_F(RoutingTest, TheChannelBasisMustBeInForceToo) {
  query_.authority = "br-pgr";  // Brazil is no party to the Treaty of Medellin
  EXPECT_EQ(Unmet(), "RECIPIENT_DESIGNATED CHANNEL_BASIS_IN_FORCE");
  query_.authority = "co-fgn";
  query_.channel_basis = "UN-TIP-2000";
  EXPECT_THAT(Ask(), HasReason(Reason::INSTRUMENT_UNKNOWN));
  EXPECT_EQ(Unmet(), "CHANNEL_BASIS_KNOWN");
}

TEST_F(RoutingTest, BeforeTheTreatyCounted) {
  query_.now = *Instant::FromString("2024-05-14T23:59:59.999Z");
  EXPECT_NE(Unmet().find("CHANNEL_BASIS_IN_FORCE"), std::string::npos);
  query_.now = *Instant::FromString("2024-05-15T00:00:00.000Z");
  EXPECT_EQ(Unmet().find("CHANNEL_BASIS_IN_FORCE"), std::string::npos);
}

// Treaty of Medellin articles 13.3 and 14: pending requests run to their end.
TEST_F(RoutingTest, OldCasesGoOnWhenAnInstrumentEnds) {
  for (const char* status : {"WINDING_DOWN", "SUSPENDED"}) {
    FileSet files(CompleteFiles());
    files.Replace("instruments/united-nations.toml", "[instrument.parties]\nBR = 2004-02-28\n", "");
    files.Put(
        "instruments/united-nations.toml",
        std::string("[[instrument]]\nid = \"UN-UNTOC-2000\"\ntitle = \"t\"\nlegal_basis = true\n"
                    "[[instrument]]\nid = \"UN-TIP-2000\"\ntitle = \"t\"\nlegal_basis = true\n"
                    "[[instrument.relation]]\nbetween = [\"PT\", \"CO\"]\nstatus = \"IN_FORCE\"\n"
                    "from = 2004-09-03\nto = 2026-10-31\n"
                    "[[instrument.relation]]\nbetween = [\"CO\", \"PT\"]\nstatus = \"") +
            status + "\"\nfrom = 2026-11-01\n");
    Load(files);
    query_.case_goes_on = false;
    EXPECT_THAT(Ask(), HasReason(Reason::INSTRUMENT_NOT_IN_FORCE)) << status;
    query_.case_goes_on = true;
    EXPECT_THAT(Ask(), IsOk()) << status;
    query_.case_goes_on = false;
    query_.now = *Instant::FromString("2026-10-31T12:00:00.000Z");
    EXPECT_THAT(Ask(), IsOk()) << status;
    query_.now = kNow;
  }
}

TEST_F(RoutingTest, ADesignationThatEndedStillServesItsCases) {
  FileSet files(CompleteFiles());
  files.Replace("authorities/co-fgn.toml",
                "instrument = \"UN-TIP-2000\"\nfrom = 2004-09-03\n",
                "instrument = \"UN-TIP-2000\"\nfrom = 2004-09-03\nto = 2026-01-31\n");
  Load(files);
  EXPECT_THAT(Ask(), HasReason(Reason::NOT_DESIGNATED));
  query_.case_goes_on = true;
  EXPECT_THAT(Ask(), IsOk());
}

TEST_F(RoutingTest, InterinstitutionalIsBetweenProsecutionServices) {
  query_.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
  query_.channel_basis = "AIAMP-TIP-2011";
  query_.authority = "br-pgr";
  EXPECT_THAT(Ask(), IsOk());
  FileSet files(CompleteFiles());
  files.Replace("authorities/br-pgr.toml", "\"PROSECUTION_SERVICE\", ", "");
  Load(files);
  EXPECT_THAT(Ask(), HasReason(Reason::NO_ROUTE));
  EXPECT_EQ(Unmet(), "RECIPIENT_PROSECUTION_SERVICE");
}

TEST_F(RoutingTest, InformalIsOpenToAny) {
  query_.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  query_.instrument.clear();
  query_.channel_basis.clear();
  query_.authority = "br-pgr";
  EXPECT_THAT(Ask(), IsOk());
  query_.instrument = "UN-NONE";
  EXPECT_THAT(Ask(), HasReason(Reason::INSTRUMENT_UNKNOWN));
}

TEST_F(RoutingTest, ACompetenceFindsItsAuthority) {
  query_.authority.clear();
  query_.country = "CO";
  query_.measure = "VIDEO_HEARING";
  const auto route = Ask();
  ASSERT_THAT(route, IsOk());
  EXPECT_EQ(route->authority->record.id(), "co-fgn");
  EXPECT_EQ(route->rule, "DESIGNATED_FOR_INSTRUMENT");
  query_.country = "BR";
  EXPECT_THAT(Ask(), HasReason(Reason::NO_ROUTE));
  query_.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
  query_.channel_basis.clear();
  EXPECT_EQ(Ask()->rule, "PROSECUTION_SERVICE_OF_COUNTRY");
  query_.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  EXPECT_EQ(Ask()->rule, "CONTACT_OF_COUNTRY");
  query_.country = "UY";
  EXPECT_THAT(Ask(), HasReason(Reason::NO_ROUTE));
}

TEST_F(RoutingTest, ADesignationForTheMeasureGoesFirstAndTwoAreTooMany) {
  FileSet files(CompleteFiles());
  std::string ministry = R"([[authority]]
id = "co-minjus"
country = "CO"
kinds = ["CENTRAL_AUTHORITY"]
name = "Ministerio de Justicia y del Derecho"
time_zone = "America/Bogota"
calendar = "co-national"
languages = ["es-CO"]
data_class_ceiling = "OPERATIONAL"
technical_contact = "rogatoria@co-minjus.example"
[[authority.designation]]
instrument = "UN-TIP-2000"
)";
  files.Put("authorities/co-minjus.toml",
            ministry + "[[authority.competence]]\nterritories = [\"CO-ANT\"]\n");
  files.Replace("authorities/co-fgn.toml",
                "[[authority.designation]]\ninstrument = \"UN-TIP-2000\"\n",
                "[[authority.competence]]\nterritories = [\"CO-DC\"]\n"
                "[[authority.designation]]\ninstrument = \"UN-TIP-2000\"\n");
  Load(files);
  query_.authority.clear();
  query_.country = "CO";
  query_.measure = "SERVICE_OF_DOCUMENTS";
  EXPECT_THAT(Ask(), HasReason(Reason::NO_ROUTE));
  EXPECT_EQ(Unmet(), "COMPETENT_UNIQUE");
  EXPECT_THAT(Why().alternatives, testing::Contains("To co-fgn (CO)."));

  files.Put("authorities/co-minjus.toml", ministry + "measures = [\"SERVICE_OF_DOCUMENTS\"]\n");
  Load(files);
  const RouteExplanation why = Why();
  EXPECT_EQ(why.authority, "co-minjus");
  EXPECT_EQ(why.refusal, Reason::NO_ROUTE);  // it has stated no sealing key
  EXPECT_EQ(Unmet(), "SEALING_KEY");
}

TEST_F(RoutingTest, NobodySendsToItself) {
  query_.authority = "pt-pgr";
  EXPECT_THAT(Ask(), HasReason(Reason::NO_ROUTE));
}

TEST_F(RoutingTest, StrangersAreUnknown) {
  query_.authority = "xx-none";
  EXPECT_THAT(Ask(), HasReason(Reason::RECIPIENT_UNKNOWN));
  query_.sender = "xx-none";
  EXPECT_THAT(Ask(), HasReason(Reason::AUTHORITY_NOT_FOUND));
}

TEST_F(RoutingTest, TheSuspendedNeitherSendNorReceive) {
  standings_.Set(v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_SUSPENDED);
  EXPECT_THAT(Ask(), HasReason(Reason::RECIPIENT_SUSPENDED));
  standings_.Set(v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_ACTIVE);
  EXPECT_THAT(Ask(), IsOk());
  standings_.Set(v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr", v1::STANDING_SUSPENDED);
  EXPECT_THAT(Ask(), HasReason(Reason::AUTHORITY_SUSPENDED));
}

TEST_F(RoutingTest, KeysThatDoNotHoldAreLeftOut) {
  standings_.Set(v1::STANDING_SUBJECT_CERTIFICATE,
                 Colombia().archive.fingerprint_sha256(),
                 v1::STANDING_REVOKED);
  EXPECT_EQ(Ask()->sealing.size(), 1U);
  query_.now = {kNow.unix_ms + 800 * kDayMs};  // after the statements' time
  EXPECT_THAT(Ask(), HasReason(Reason::NO_ROUTE));
}

TEST_F(RoutingTest, TheDataClassCeilingIsKept) {
  FileSet files(CompleteFiles());
  files.Replace("authorities/co-fgn.toml", "\"SENSITIVE\"", "\"ADMINISTRATIVE\"");
  Load(files);
  query_.data_class = v1::DATA_CLASS_ADMINISTRATIVE;
  EXPECT_THAT(Ask(), IsOk());
  query_.data_class = v1::DATA_CLASS_OPERATIONAL;
  EXPECT_THAT(Ask(), HasReason(Reason::DATA_CLASS_EXCEEDED));
}

TEST_F(RoutingTest, AnUnknownChannelGoesNowhere) {
  query_.channel_class = v1::CHANNEL_CLASS_UNSPECIFIED;
  EXPECT_THAT(Ask(), HasReason(Reason::FIELD_INVALID));
  EXPECT_FALSE(Why().possible);
}

TEST_F(RoutingTest, DirectInstrumentsNeedNoDesignation) {
  FileSet files(CompleteFiles());
  files.Replace("instruments/united-nations.toml",
                "id = \"UN-TIP-2000\"",
                "central_authorities_only = false\nid = \"UN-TIP-2000\"");
  Load(files);
  query_.authority = "br-pgr";
  query_.channel_basis.clear();
  EXPECT_THAT(Ask(), IsOk());
}

TEST_F(RoutingTest, ExplanationsSpeakThreeLanguagesAndOfferWhatWorks) {
  query_.authority = "br-pgr";
  for (Language language : {Language::kEnglish, Language::kSpanish, Language::kPortuguese}) {
    const RouteExplanation why = Why(language);
    EXPECT_FALSE(why.possible);
    EXPECT_EQ(why.refusal, Reason::NOT_DESIGNATED);
    EXPECT_EQ(why.alternatives.size(), 2U);  // INTERINSTITUTIONAL and INFORMAL
    for (const RuleResult& rule : why.rules) {
      EXPECT_EQ(rule.explanation.find('$'), std::string::npos) << rule.explanation;
    }
  }
  EXPECT_NE(Why(Language::kSpanish).rules[0].explanation,
            Why(Language::kEnglish).rules[0].explanation);
  EXPECT_EQ(Why(Language::kPortuguese).alternatives[0],
            "Como INTERINSTITUTIONAL, entre Ministérios Públicos, sem efeito formal.");
}

TEST(RouteRulesTest, EveryTextIsThereInEveryLanguage) {
  const RouteWords words{"a", "b", "c", "d", "e", "f", "g", "h"};
  for (int i = 0; i <= static_cast<int>(RouteRule::kSealingKey); ++i) {
    const RouteRuleRow& row = RowOf(static_cast<RouteRule>(i));
    EXPECT_FALSE(row.name.empty());
    for (Language language : {Language::kEnglish, Language::kSpanish, Language::kPortuguese}) {
      EXPECT_FALSE(Say(row.met, words, language).empty());
      EXPECT_FALSE(Say(row.unmet, words, language).empty());
    }
  }
}

class RouteIdTest : public RoutingTest {
 protected:
  // What a sender makes of a route.
  v1::Recipient Recipient(Instant expires) {
    const auto route = Ask();
    v1::Recipient recipient;
    recipient.set_authority(route->authority->record.id());
    for (const StatedKey* key : route->sealing) {
      v1::SealedTo& to = *recipient.add_sealed_to();
      to.set_certificate_sha256(key->certificate.fingerprint_bytes());
      to.set_purpose(SealingPurposeOf(key->purpose));
    }
    recipient.set_route_id(MakeRouteId(kKey, query_, *route, expires));
    return recipient;
  }
  absl::Status Check(const v1::Recipient& recipient, const std::string& key = kKey) {
    return CheckRoute(key, *directory_, standings_, query_, recipient).status();
  }
  static constexpr Instant kLater{kNow.unix_ms + 3600000};
};

TEST_F(RouteIdTest, HoldsUntilItExpires) {
  const v1::Recipient recipient = Recipient(kLater);
  EXPECT_THAT(Check(recipient), IsOk());
  query_.now = {kLater.unix_ms - 1};
  EXPECT_THAT(Check(recipient), IsOk());
  query_.now = kLater;
  EXPECT_THAT(Check(recipient), HasReason(Reason::ROUTE_CHANGED));
}

TEST_F(RouteIdTest, HoldsWhenTheCompetenceChoseAndTheHeaderNames) {
  query_.authority.clear();
  query_.country = "CO";
  const v1::Recipient recipient = Recipient(kLater);
  query_.authority = "co-fgn";
  query_.country.clear();
  EXPECT_THAT(Check(recipient), IsOk());
}

TEST_F(RouteIdTest, CannotBeLentOrMadeUp) {
  const v1::Recipient good = Recipient(kLater);
  EXPECT_THAT(Check(good, std::string(32, 'x')), HasReason(Reason::ROUTE_CHANGED));
  v1::Recipient bad = good;
  bad.set_route_id("9" + good.route_id());
  EXPECT_THAT(Check(bad), HasReason(Reason::ROUTE_CHANGED));
  bad.set_route_id("");
  EXPECT_THAT(Check(bad), HasReason(Reason::ROUTE_CHANGED));
  bad = good;
  bad.mutable_sealed_to()->RemoveLast();
  EXPECT_THAT(Check(bad), HasReason(Reason::ROUTE_CHANGED));
  query_.instrument = "UN-UNTOC-2000";
  EXPECT_THAT(Check(good), HasReason(Reason::ROUTE_CHANGED));
  query_.instrument = "UN-TIP-2000";
  query_.sender = "br-pgr";
  query_.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  query_.channel_basis.clear();
  EXPECT_THAT(Check(good), HasReason(Reason::ROUTE_CHANGED));
}

TEST_F(RouteIdTest, TheOrderOfCertificatesDoesNotMatter) {
  v1::Recipient recipient = Recipient(kLater);
  recipient.mutable_sealed_to()->SwapElements(0, 1);
  EXPECT_THAT(Check(recipient), IsOk());
}

TEST_F(RouteIdTest, AChangeThatMattersAndOneThatDoesNot) {
  const v1::Recipient recipient = Recipient(kLater);
  FileSet files(CompleteFiles());
  files.Replace("authorities/co-fgn.toml", "rogatoria@co-fgn.example", "it@co-fgn.example");
  Load(files);
  EXPECT_THAT(Check(recipient), IsOk());
  standings_.Set(v1::STANDING_SUBJECT_CERTIFICATE,
                 Colombia().archive.fingerprint_sha256(),
                 v1::STANDING_SUSPENDED);
  EXPECT_THAT(Check(recipient), HasReason(Reason::ROUTE_CHANGED));
}

TEST_F(RouteIdTest, ALegalRefusalIsNotAChangedRoute) {
  const v1::Recipient recipient = Recipient(kLater);
  FileSet files(CompleteFiles());
  files.Replace("instruments/united-nations.toml", "id = \"UN-TIP-2000\"", "id = \"UN-TIP-2001\"");
  files.Replace("authorities/pt-pgr.toml", "UN-TIP-2000", "UN-TIP-2001");
  files.Remove("instruments/requirements.toml");  // which speak of it
  files.Replace("authorities/co-fgn.toml", "UN-TIP-2000", "UN-TIP-2001");
  Load(files);
  EXPECT_THAT(Check(recipient), HasReason(Reason::INSTRUMENT_UNKNOWN));
}

TEST_F(RouteIdTest, CheckingIsQuick) {
  const v1::Recipient recipient = Recipient(kLater);
  constexpr int kRounds = 2000;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) ASSERT_TRUE(Check(recipient).ok());
  const auto nanoseconds =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start)
          .count() /
      kRounds;
  std::cout << "CheckRoute: " << nanoseconds << " ns\n";
  EXPECT_LT(nanoseconds, 1000000);
}

class SignerTest : public RoutingTest {
 protected:
  absl::StatusOr<ActSigner> Signer(const std::string& authority,
                                   v1::ChannelClass channel,
                                   const Certificate& certificate) {
    return ResolveSigner(
        *directory_, standings_, authority, channel, certificate.fingerprint_sha256(), query_.now);
  }
};

TEST_F(SignerTest, UsersSignAllAndSealsWhatIsNotFormal) {
  const auto user = Signer("pt-pgr", v1::CHANNEL_CLASS_FORMAL, Portugal().user);
  ASSERT_THAT(user, IsOk());
  EXPECT_TRUE(user->is_user);
  EXPECT_EQ(user->user_id, "pt-pgr/u-1");
  EXPECT_THAT(Signer("pt-pgr", v1::CHANNEL_CLASS_FORMAL, Portugal().seal),
              HasReason(Reason::SIGNER_NOT_ACCREDITED));
  const auto seal = Signer("pt-pgr", v1::CHANNEL_CLASS_INFORMAL, Portugal().seal);
  ASSERT_THAT(seal, IsOk());
  EXPECT_FALSE(seal->is_user);
}

TEST_F(SignerTest, OthersDoNotSign) {
  constexpr auto kFormal = v1::CHANNEL_CLASS_FORMAL;
  EXPECT_THAT(Signer("pt-pgr", kFormal, Colombia().user), HasReason(Reason::SIGNER_NOT_REGISTERED));
  EXPECT_THAT(Signer("pt-pgr", kFormal, Colombia().seal), HasReason(Reason::SIGNER_NOT_REGISTERED));
  EXPECT_THAT(Signer("pt-pgr", kFormal, Portugal().system),
              HasReason(Reason::SIGNER_NOT_REGISTERED));
  EXPECT_THAT(Signer("pt-pgr", kFormal, Portugal().sealing),
              HasReason(Reason::SIGNER_NOT_REGISTERED));
}

TEST_F(SignerTest, SuspensionAndTimeCount) {
  constexpr auto kFormal = v1::CHANNEL_CLASS_FORMAL;
  standings_.Set(v1::STANDING_SUBJECT_USER, "pt-pgr/u-1", v1::STANDING_SUSPENDED);
  EXPECT_THAT(Signer("pt-pgr", kFormal, Portugal().user), HasReason(Reason::SIGNER_NOT_ACTIVE));
  standings_.Set(v1::STANDING_SUBJECT_USER, "pt-pgr/u-1", v1::STANDING_ACTIVE);
  standings_.Set(
      v1::STANDING_SUBJECT_CERTIFICATE, Portugal().user.fingerprint_sha256(), v1::STANDING_REVOKED);
  EXPECT_THAT(Signer("pt-pgr", kFormal, Portugal().user), HasReason(Reason::SIGNER_NOT_ACTIVE));
  query_.now = *Instant::FromString("2025-12-31T23:59:59.999Z");  // a day before the accreditation
  EXPECT_THAT(Signer("co-fgn", kFormal, Colombia().user), HasReason(Reason::SIGNER_NOT_ACTIVE));
  query_.now = {kNow.unix_ms + 800 * kDayMs};
  EXPECT_THAT(Signer("co-fgn", v1::CHANNEL_CLASS_INFORMAL, Colombia().seal),
              HasReason(Reason::SIGNER_NOT_ACTIVE));
}

TEST_F(SignerTest, OnlyTheOwnSealAcknowledges) {
  const auto check = [this](const std::string& authority, const Certificate& certificate) {
    return CheckSealSigner(
        *directory_, standings_, authority, certificate.fingerprint_sha256(), kNow);
  };
  EXPECT_THAT(check("co-fgn", Colombia().seal), IsOk());
  EXPECT_THAT(check("co-fgn", Colombia().user), HasReason(Reason::SIGNER_NOT_REGISTERED));
  EXPECT_THAT(check("co-fgn", Portugal().seal), HasReason(Reason::SIGNER_NOT_REGISTERED));
}

TEST(StatedEffectTest, TheTable) {
  EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_FORMAL, "COMJIB-MEDELLIN-2019"),
            StatedEffect::kFormalOriginal);
  EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_FORMAL, ""), StatedEffect::kFormal);
  EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_FORMAL, "AIAMP-TIP-2011"), StatedEffect::kFormal);
  EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_INTERINSTITUTIONAL, "COMJIB-MEDELLIN-2019"),
            StatedEffect::kInterinstitutional);
  EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_INFORMAL, "COMJIB-MEDELLIN-2019"),
            StatedEffect::kNone);
  EXPECT_EQ(StatedEffectOf(v1::CHANNEL_CLASS_UNSPECIFIED, ""), StatedEffect::kNone);
}

}  // namespace
}  // namespace rogatoria
