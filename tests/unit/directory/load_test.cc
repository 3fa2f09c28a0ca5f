#include "common/directory/load.h"

#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/directory/key_statement.h"
#include "common/model/wire.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/directory/test_directory.h"

namespace rogatoria {
namespace {

TEST(LoadTest, TheExampleLoadsWithoutKeys) {
  const auto directory = ParseDirectory(ExampleFiles(), kTrustDomain);
  ASSERT_THAT(directory, IsOk());
  EXPECT_EQ((*directory)->authorities().size(), 3U);
  EXPECT_EQ((*directory)->calendars().size(), 3U);
  EXPECT_EQ((*directory)->instruments().size(), 7U);
  EXPECT_TRUE((*directory)->FindAuthority("pt-pgr")->keys.empty());
}

TEST(LoadTest, ACompleteDirectoryFindsEverything) {
  const auto directory = CompleteDirectory();
  const AuthorityEntry* portugal = directory->FindAuthority("pt-pgr");
  ASSERT_NE(portugal, nullptr);
  EXPECT_EQ(portugal->record.country(), "PT");
  EXPECT_EQ(portugal->record.party_id(),
            "urn:oasis:names:tc:ebcore:partyid-type:unregistered:rogatoria.example:pt-pgr");
  EXPECT_TRUE(portugal->Is(v1::AUTHORITY_KIND_CENTRAL_AUTHORITY));
  EXPECT_FALSE(portugal->Is(v1::AUTHORITY_KIND_COURT));
  EXPECT_EQ(portugal->identity_sha256, IdentityFingerprint(Portugal().identity.PublicKeyDer()));
  ASSERT_EQ(portugal->statements.size(), 3U);
  EXPECT_EQ(portugal->statements[0].statement(), Portugal().seal_statement.statement());
  EXPECT_EQ(portugal->statements[2].statement(), Portugal().archive_statement.statement());
  ASSERT_EQ(portugal->keys.size(), 3U);
  EXPECT_TRUE(portugal->keys[0].HoldsAt(kNow));

  const std::string identity = "spiffe://rogatoria.example/authority/pt-pgr/system/office";
  ASSERT_NE(directory->FindSystem(identity), nullptr);
  EXPECT_EQ(directory->FindSystemByCertificate(Portugal().system.fingerprint_sha256()),
            directory->FindSystem(identity));
  EXPECT_EQ(directory->FindUserByCertificate(Portugal().user.fingerprint_sha256())->id,
            "pt-pgr/u-1");
  EXPECT_EQ(directory->FindUser("pt-pgr/u-1")->accredited.from, "2026-01-01");
  EXPECT_EQ(directory->FindSealByCertificate(Colombia().seal.fingerprint_sha256())->authority,
            "co-fgn");
  EXPECT_EQ(directory->FindSealByCertificate(Colombia().user.fingerprint_sha256()), nullptr);
  EXPECT_EQ(directory->FindCalendar("co-national")->years, (std::vector<int>{2026, 2027, 2028}));
  EXPECT_EQ(directory->FindAuthority("pt"), nullptr);
  EXPECT_EQ(directory->FindOperator("spiffe://rogatoria.example/operator/op-1"), nullptr);
}

TEST(LoadTest, PartiesBecomePairsFromTheLaterDay) {
  const auto directory = CompleteDirectory();
  const v1::Instrument* instrument = directory->FindInstrument("COMJIB-MEDELLIN-2019");
  ASSERT_NE(instrument, nullptr);
  ASSERT_EQ(instrument->relations_size(), 1);
  EXPECT_EQ(instrument->relations(0).country(), "CO");
  EXPECT_EQ(instrument->relations(0).other_country(), "PT");
  EXPECT_EQ(instrument->relations(0).from(), "2024-05-15");
  EXPECT_EQ(directory->FindInstrument("UN-TIP-2000")->relations_size(), 3);
}

TEST(LoadTest, OperatorsHaveRoles) {
  const Certificate certificate = MakeCertificate(
      CertificateProfile::kTlsClient, "op", "spiffe://rogatoria.example/operator/op-1");
  FileSet files(ExampleFiles());
  files.Put("operators.toml",
            "[[operator]]\nid = \"op-1\"\nrole = \"SECURITY_OFFICER\"\n"
            "certificates = [\"sha256:" +
                certificate.fingerprint_sha256() + "\"]\n");
  const auto directory = files.Parse();
  ASSERT_THAT(directory, IsOk());
  const Operator* found = (*directory)->FindOperatorByCertificate(certificate.fingerprint_sha256());
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->role, PrincipalKind::kSecurityOfficer);
  EXPECT_EQ((*directory)->FindOperator(found->identity), found);
}

// A problem, and where it must be said to be.
struct BadFiles {
  std::string name;
  std::function<void(FileSet&)> spoil;
  std::string expected;  // must begin a line of the problems
};

std::ostream& operator<<(std::ostream& out, const BadFiles& bad) {
  return out << bad.name;
}

constexpr char kPt[] = "authorities/pt-pgr.toml";
constexpr char kKeys[] = "keys/pt-pgr.toml";
constexpr char kCalendar[] = "calendars/pt-national.toml";
constexpr char kInstruments[] = "instruments/united-nations.toml";

using F = FileSet;

const std::string kTip = "id = \"UN-TIP-2000\"\n";
const std::string kDuty = "[authority.duty]\ntelephone = \"+351213921900\"\nminutes = 20\n";

void Append(FileSet& files, const std::string& name, const std::string& text) {
  for (const DirectoryFile& file : files.files()) {
    if (file.name == name) files.Put(name, file.content + "\n" + text);
  }
}

// Another central authority of Portugal for UN-TIP-2000.
std::string Ministry(const std::string& more_of_designation, const std::string& competence = "") {
  return R"([[authority]]
id = "pt-mj"
country = "PT"
kinds = ["CENTRAL_AUTHORITY"]
name = "Ministério da Justiça"
time_zone = "Europe/Lisbon"
calendar = "pt-national"
languages = ["pt-PT"]
data_class_ceiling = "OPERATIONAL"
technical_contact = "x@pt-mj.example"
designation = [{instrument = "UN-TIP-2000")" +
         more_of_designation + "}]\n" + competence;
}

const std::vector<BadFiles> kAllBadFiles = {
    {"NoToml", [](F& f) { f.Put("x.toml", "a = 1\nb = \n"); }, "x.toml:2:5: "},
    {"NotUtf8", [](F& f) { f.Put("x.toml", "a = \"\xff\"\n"); }, "x.toml:1:"},
    {"UnknownTable",
     [](F& f) { f.Put("x.toml", "[[autority]]\n"); },
     "x.toml:1:3: file: unknown key `autority`, known are authority, calendar,"},
    {"UnknownKey",
     [](F& f) { f.Replace(kPt, "calendar = ", "calender = "); },
     "authorities/pt-pgr.toml:11:1: authority: unknown key `calender`, known are "
     "allowed_fields, attested,"},
    {"MissingKey",
     [](F& f) { f.Replace(kPt, "calendar = \"pt-national\"\n", ""); },
     "authorities/pt-pgr.toml:5:1: authority: `calendar` is missing, a text is required"},
    {"WrongKind",
     [](F& f) { f.Replace(kPt, "country = \"PT\"", "country = 351"); },
     "authorities/pt-pgr.toml:7:1: authority: `country` is of the wrong kind, a text is "
     "accepted"},
    {"BadValue",
     [](F& f) { f.Replace(kPt, "country = \"PT\"", "country = \"Portugal\""); },
     "authorities/pt-pgr.toml:7:1: authority: `country` is \"Portugal\", accepted: two letters"},
    {"BadKind",
     [](F& f) { f.Replace(kPt, "PROSECUTION_SERVICE", "PROSECUTOR"); },
     "authorities/pt-pgr.toml:8:10: authority: `kinds` holds \"PROSECUTOR\", accepted: "
     "PROSECUTION"},
    {"BadZone",
     [](F& f) { f.Replace(kPt, "Europe/Lisbon", "Europe/Lisboa"); },
     "authorities/pt-pgr.toml:10:1: authority: `time_zone` is \"Europe/Lisboa\""},
    {"UnknownCalendar",
     [](F& f) { f.Replace(kPt, "pt-national", "pt-lisbon"); },
     "authorities/pt-pgr.toml:11:1: there is no calendar \"pt-lisbon\""},
    {"UnknownInstrument",
     [](F& f) { f.Replace(kPt, "\"UN-TIP-2000\"", "\"UN-TIP-2001\""); },
     "authorities/pt-pgr.toml:18:1: there is no instrument \"UN-TIP-2001\""},
    {"DesignatedButNotCentral",
     [](F& f) { f.Replace(kPt, ", \"CENTRAL_AUTHORITY\"", ""); },
     "authorities/pt-pgr.toml:8:1: authority: it has designations and is no CENTRAL_AUTHORITY"},
    {"AuthorityTwice",
     [](F& f) {
       f.Replace("authorities/co-fgn.toml", "co-fgn", "pt-pgr")
           .Replace("authorities/co-fgn.toml", "\"co-fgn\"", "\"pt-pgr\"");
     },
     "authorities/pt-pgr.toml:5:1: authority pt-pgr is already at authorities/co-fgn.toml:5:1"},
    {"WrongFileKind",
     [](F& f) { f.Put("notes.txt", ""); },
     "notes.txt:1:1: this is neither a .toml nor a .pem file"},
    {"PemMissing",
     [](F& f) { f.Remove("keys/pt-pgr-user.pem"); },
     "keys/pt-pgr.toml:15:1: there is no file \"pt-pgr-user.pem\" in the set"},
    {"PemBroken",
     [](F& f) { f.Put("keys/pt-pgr-user.pem", "-----BEGIN CERTIFICATE-----\n"); },
     "keys/pt-pgr.toml:15:1: this is not one certificate in PEM"},
    {"WeakKey",
     [](F& f) {
       CertificateRequest request;
       request.profile = CertificateProfile::kSigning;
       request.common_name = "weak";
       request.not_before = {kNow.unix_ms - kDayMs};
       request.not_after = {kNow.unix_ms + kDayMs};
       SystemRandom random;
       request.profile = CertificateProfile::kAuthority;
       auto ca = CertificateAuthority::Create(request, random);
       request.profile = CertificateProfile::kSigning;
       f.Put("keys/pt-pgr-user.pem",
             ca->Issue(GenerateRsaKeyForTest(1024)->PublicKeyDer(), request)->ToPem());
     },
     "keys/pt-pgr.toml:15:1: the certificate's key is too weak"},
    {"SystemOfAnother",
     [](F& f) { f.Put("keys/pt-pgr-system.pem", Colombia().system.ToPem()); },
     "keys/pt-pgr.toml:9:1: system: a certificate is not for this identity, accepted: exactly "
     "one "
     "URI, spiffe://rogatoria.example/authority/pt-pgr/system/office"},
    {"UserCertificateTwice",
     [](F& f) { f.Put("keys/co-fgn-user.pem", Portugal().user.ToPem()); },
     "keys/pt-pgr.toml:15:1: signing certificate "},
    {"UserIsSeal",
     [](F& f) { f.Put("keys/pt-pgr-user.pem", Portugal().seal.ToPem()); },
     "keys/pt-pgr.toml:23:1: signing certificate "},
    {"UserBackwards",
     [](F& f) { f.Replace(kKeys, "from = 2026-01-01", "from = 2026-01-01\nto = 2025-01-01"); },
     "keys/pt-pgr.toml:15:1: user: `to` is before `from`"},
    {"IdentityOtherKey",
     [](F& f) {
       f.Replace(kKeys,
                 IdentityFingerprint(Portugal().identity.PublicKeyDer()),
                 IdentityFingerprint(Colombia().identity.PublicKeyDer()));
     },
     "keys/pt-pgr.toml:4:1: identity_key: the key does not have the fingerprint in `sha256`"},
    {"NoIdentity",
     [](F& f) {
       f.Replace(kKeys,
                 "[[identity_key]]\nauthority = \"pt-pgr\"",
                 "[[identity_key]]\nauthority = \"xx-xx\"");
     },
     "keys/pt-pgr.toml:17:1: key_statement: pt-pgr has no [[identity_key]]"},
    {"StatementSignatureChanged",
     [](F& f) {
       f.Replace(kKeys,
                 ToBase64(Portugal().sealing_statement.signature()),
                 ToBase64(Portugal().seal_statement.signature()));
     },
     "keys/pt-pgr.toml:29:1: key_statement: it does not hold (statements[1].signature)"},
    {"StatementMissing",
     [](F& f) {
       f.Replace(kKeys,
                 ToBase64(Portugal().sealing_statement.statement()),
                 ToBase64(Portugal().seal_statement.statement()));
     },
     "keys/pt-pgr.toml:"},
    {"CertificateNotStated",
     [](F& f) { f.Put("keys/pt-pgr-sealing.pem", Portugal().archive.ToPem()); },
     "keys/pt-pgr.toml:29:1: key_statement: `certificate` is not the one stated, accepted: that "
     "with SHA-256 "},
    {"HolidayOutsideYears",
     [](F& f) { f.Replace(kCalendar, "years = [2026, 2027, 2028]", "years = [2026, 2027]"); },
     "calendars/pt-national.toml:"},
    {"HolidayTwice",
     [](F& f) { f.Replace(kCalendar, "date = 2026-04-25", "date = 2026-05-01"); },
     "calendars/pt-national.toml:35:1: holiday: this holiday is listed twice"},
    {"HolidayNoDay",
     [](F& f) { f.Replace(kCalendar, "date = 2026-04-25", "date = \"2026-02-30\""); },
     "calendars/pt-national.toml:31:1: holiday: `date` is \"2026-02-30\", accepted: a day"},
    {"AllRest",
     [](F& f) {
       f.Replace(
           kCalendar,
           "[\"SATURDAY\",",
           "[\"MONDAY\", \"TUESDAY\", \"WEDNESDAY\", \"THURSDAY\", \"FRIDAY\", \"SATURDAY\",");
     },
     "calendars/pt-national.toml:9:1: calendar: every day is a day of rest"},
    {"CutOffMidnight",
     [](F& f) { f.Replace(kCalendar, "# cut_off = \"17:00\"", "cut_off = \"00:00\""); },
     "calendars/pt-national.toml:12:1: calendar: `cut_off` is \"00:00\""},
    {"VersionZero",
     [](F& f) { f.Replace(kCalendar, "version = 1", "version = 0"); },
     "calendars/pt-national.toml:8:1: calendar: `version` is 0, accepted: 1 to"},
    {"RelationOverlap",
     [](F& f) {
       const std::string relation =
           "[[instrument.relation]]\nbetween = [\"PT\", \"CO\"]\nstatus = \"IN_FORCE\"\n";
       f.Replace(
           kInstruments, "[instrument.parties]", relation + relation + "[instrument.parties]");
     },
     "instruments/united-nations.toml:"},
    {"RelationOneCountry",
     [](F& f) {
       f.Replace(kInstruments,
                 "[instrument.parties]",
                 "[[instrument.relation]]\nbetween = [\"PT\"]\nstatus = \"IN_FORCE\"\n"
                 "[instrument.parties]");
     },
     "instruments/united-nations.toml:11:1: relation: `between` does not name two countries"},
    {"InstrumentForNothing",
     [](F& f) { f.Replace(kInstruments, "legal_basis = true\n", ""); },
     "instruments/united-nations.toml:5:1: instrument: it is neither a legal basis nor"},
    {"EffectWithoutChannelBasis",
     [](F& f) { f.Replace(kInstruments, kTip, kTip + "effect = \"INTERINSTITUTIONAL\"\n"); },
     "instruments/united-nations.toml:17:1: instrument: it has an effect and is no channel basis"},
    {"MarkUnknown",
     [](F& f) { f.Replace(kInstruments, kTip, kTip + "mark = \"SURE\"\n"); },
     "instruments/united-nations.toml:17:1: instrument: `mark` is \"SURE\", accepted: "
     "CHECK_BEFORE"},
    {"ModeUnknown",
     [](F& f) { f.Replace(kInstruments, kTip, kTip + "mode = \"OFF\"\n"); },
     "instruments/united-nations.toml:17:1: instrument: `mode` is \"OFF\", accepted: ENFORCE or"},
    {"ConfirmWithoutPaper",
     [](F& f) { f.Replace(kInstruments, kTip, kTip + "confirm_within = \"10 DAYS\"\n"); },
     "instruments/united-nations.toml:17:1: instrument: `confirm_within` without paper"},
    {"ConfirmInHours",
     [](F& f) {
       f.Replace(
           kInstruments, kTip, kTip + "paper_follows = true\nconfirm_within = \"10 HOURS\"\n");
     },
     "instruments/united-nations.toml:18:1: instrument: `confirm_within` is \"10 HOURS\""},
    {"EffectInTwoLanguages",
     [](F& f) {
       f.Replace(kInstruments, kTip, kTip + "effect_words = {en = \"a\", es = \"b\"}\n");
     },
     "instruments/united-nations.toml:17:16: effect_words: `pt` is missing"},
    {"MeasureUnknownShape",
     [](F& f) { f.Replace(kInstruments, kTip, kTip + "measures = [\"video\"]\n"); },
     "instruments/united-nations.toml:17:13: instrument: `measures` holds \"video\""},
    {"HoursBackwards",
     [](F& f) { Append(f, kPt, kDuty + "hours = [\"MONDAY 18:00-09:00\"]\n"); },
     "authorities/pt-pgr.toml:35:10: duty: `hours` holds \"MONDAY 18:00-09:00\", accepted: spans"},
    {"OwnSubstitute",
     [](F& f) { Append(f, kPt, kDuty + "substitute = \"pt-pgr\"\n"); },
     "authorities/pt-pgr.toml:35:1: duty: it is its own substitute"},
    {"SubstituteThatNothingAlerts",
     [](F& f) { Append(f, kPt, kDuty + "substitute = \"br-pgr\"\n"); },
     "authorities/pt-pgr.toml:35:1: duty: nothing alerts the substitute br-pgr, accepted: an "
     "authority whose [authority.duty] names an `alert`"},
    {"SubstituteUnknown",
     [](F& f) { Append(f, kPt, kDuty + "substitute = \"pt-dciap\"\n"); },
     "authorities/pt-pgr.toml:35:1: there is no authority \"pt-dciap\""},
    {"TelephoneIsNone",
     [](F& f) { Append(f, kPt, "[authority.duty]\ntelephone = \"213 921\"\nminutes = 20\n"); },
     "authorities/pt-pgr.toml:33:1: duty: `telephone` is \"213 921\", accepted: + and"},
    {"RosterOverlaps",
     [](F& f) {
       Append(f,
              kPt,
              kDuty +
                  "roster = [{from = 2026-11-01, to = 2026-11-07, telephone = \"+351911111\"}, "
                  "{from = 2026-11-07, to = 2026-11-14, telephone = \"+351922222\"}]\n");
     },
     "authorities/pt-pgr.toml:35:76: roster: two entries of the roster overlap"},
    {"TerritoryAbroad",
     [](F& f) { Append(f, kPt, "[[authority.competence]]\nterritories = [\"BR-SP\"]\n"); },
     "authorities/pt-pgr.toml:33:1: competence: BR-SP is not in PT"},
    {"DesignatedTwice",
     [](F& f) {
       Append(f,
              kPt,
              "[[authority.designation]]\ninstrument = \"UN-TIP-2000\"\n"
              "measures = [\"SEARCH\"]\n");
     },
     "authorities/pt-pgr.toml:33:1: designation: pt-pgr is designated twice for UN-TIP-2000, as is "
     "said at authorities/pt-pgr.toml:18:1"},
    {"TwoDesignatedForOne",
     [](F& f) { f.Put("authorities/pt-mj.toml", Ministry("")); },
     "authorities/pt-pgr.toml:18:1: designation: pt-pgr and pt-mj are designated at once for "
     "UN-TIP-2000, as is said at authorities/pt-mj.toml:11:1"},
};

class BadFilesTest : public testing::TestWithParam<BadFiles> {};

TEST_P(BadFilesTest, AreRefusedNamingThePlace) {
  FileSet files(CompleteFiles());
  GetParam().spoil(files);
  const std::string problems = files.Problems();
  EXPECT_TRUE(absl::StrContains(problems, "\n" + GetParam().expected)) << problems;
}

INSTANTIATE_TEST_SUITE_P(Each, BadFilesTest, testing::ValuesIn(kAllBadFiles), [](const auto& test) {
  return test.param.name;
});

TEST(LoadTest, TwoOfACountryMayDifferByDaysMeasuresOrTerritory) {
  for (const std::string& ministry :
       {Ministry(", to = 2004-06-08"),
        Ministry(", measures = [\"SERVICE_OF_DOCUMENTS\"]"),
        Ministry("", "[[authority.competence]]\nterritories = [\"PT-20\", \"PT-30\"]\n")}) {
    FileSet files(CompleteFiles());
    files.Put("authorities/pt-mj.toml", ministry);
    EXPECT_EQ(files.Problems(), "") << ministry;
  }
}

TEST(LoadTest, AnAuthoritysDutyDeskAttestationAndCompetencesAreRead) {
  FileSet files(CompleteFiles());
  files.Replace(kPt,
                "calendar = \"pt-national\"\n",
                "calendar = \"pt-national\"\nattested = 2026-06-01\nsource = \"S1\"\n"
                "mark = \"CHECK_BEFORE_PRODUCTION\"\n");
  Append(files, "authorities/br-pgr.toml", kDuty + "alert = \"brasilia\"\n");
  Append(files,
         kPt,
         kDuty +
             "substitute = \"br-pgr\"\nalert = \"lisbon\"\n"
             "hours = [\"MONDAY 09:00-18:00\", \"SUNDAY 00:00-24:00\"]\n"
             "[[authority.duty.roster]]\nfrom = 2026-11-01\nto = 2026-11-07\n"
             "telephone = \"+351911111111\"\n"
             "[[authority.competence]]\nmeasures = [\"SEARCH\"]\nterritories = [\"PT-11\"]\n"
             "languages = [\"pt-PT\"]\nmatters = [\"CRIMINAL\"]\n");
  const auto directory = files.Parse();
  ASSERT_THAT(directory, IsOk());
  const v1::Authority& record = (*directory)->FindAuthority("pt-pgr")->record;
  EXPECT_EQ(record.attested(), "2026-06-01");
  EXPECT_EQ(record.source(), "S1");
  EXPECT_EQ(record.mark(), v1::DATA_MARK_CHECK_BEFORE_PRODUCTION);
  EXPECT_EQ(record.duty().telephone(), "+351213921900");
  EXPECT_EQ(record.duty().minutes(), 20U);
  EXPECT_EQ(record.duty().substitute(), "br-pgr");
  EXPECT_EQ(record.duty().alert(), "lisbon");
  ASSERT_EQ(record.duty().hours_size(), 2);
  EXPECT_EQ(record.duty().hours(0).weekday(), 1U);
  EXPECT_EQ(record.duty().hours(0).opens_minute(), 540U);
  EXPECT_EQ(record.duty().hours(0).closes_minute(), 1080U);
  EXPECT_EQ(record.duty().hours(1).weekday(), 7U);
  EXPECT_EQ(record.duty().hours(1).closes_minute(), 1440U);
  ASSERT_EQ(record.duty().roster_size(), 1);
  EXPECT_EQ(record.duty().roster(0).telephone(), "+351911111111");
  ASSERT_EQ(record.competences_size(), 1);
  EXPECT_EQ(record.competences(0).territories(0), "PT-11");
  EXPECT_EQ(record.competences(0).matters(0), "CRIMINAL");
}

TEST(LoadTest, AnInstrumentIsReadWhole) {
  FileSet files(CompleteFiles());
  files.Replace(kInstruments,
                kTip,
                kTip +
                    "version = 3\nsource = \"S27\"\nmark = \"VERIFIED\"\nmode = \"WARN\"\n"
                    "measures = [\"SEARCH\"]\nmatters = [\"CRIMINAL\"]\nspeciality = true\n"
                    "consult_before_refusal = true\npaper_follows = true\n"
                    "confirm_within = \"10 DAYS\"\n"
                    "effect_words = {en = \"a\", es = \"b\", pt = \"c\"}\n");
  const auto directory = files.Parse();
  ASSERT_THAT(directory, IsOk());
  const v1::Instrument& instrument = *(*directory)->FindInstrument("UN-TIP-2000");
  EXPECT_EQ(instrument.version(), 3U);
  EXPECT_EQ(instrument.source(), "S27");
  EXPECT_EQ(instrument.mark(), v1::DATA_MARK_VERIFIED);
  EXPECT_EQ(instrument.mode(), v1::INSTRUMENT_MODE_WARN);
  EXPECT_EQ(instrument.measures(0), "SEARCH");
  EXPECT_EQ(instrument.matters(0), "CRIMINAL");
  EXPECT_TRUE(instrument.speciality() && instrument.consult_before_refusal() &&
              instrument.paper_follows());
  EXPECT_EQ(instrument.confirm_within(), "10 DAYS");
  EXPECT_EQ(instrument.effect_words().es(), "b");
  EXPECT_EQ(instrument.effect(), v1::CHANNEL_EFFECT_UNSPECIFIED);
  const v1::Instrument& other = *(*directory)->FindInstrument("UN-UNTOC-2000");
  EXPECT_EQ(other.mode(), v1::INSTRUMENT_MODE_ENFORCE);
  EXPECT_EQ((*directory)->FindInstrument("COMJIB-MEDELLIN-2019")->effect(),
            v1::CHANNEL_EFFECT_FORMAL_ORIGINAL);
  EXPECT_EQ((*directory)->FindInstrument("AIAMP-TIP-2011")->effect(),
            v1::CHANNEL_EFFECT_INTERINSTITUTIONAL);
}

TEST(LoadTest, AllProblemsAreToldAtOnceInOrder) {
  FileSet files(CompleteFiles());
  files.Replace(kPt, "calendar = ", "calender = ")
      .Replace(kPt, "country = \"PT\"", "country = \"P\"")
      .Replace(kCalendar, "version = 1", "version = 0");
  const std::string problems = files.Problems();
  const size_t first = problems.find("authorities/pt-pgr.toml:7:1");
  const size_t second = problems.find("authorities/pt-pgr.toml:11:1");
  const size_t third = problems.find("calendars/pt-national.toml:8:1");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
}

// What the file would have defined is missing to others only because it was not read.
TEST(LoadTest, AFileThatIsNoTomlIsToldAlone) {
  FileSet files(CompleteFiles());
  files.Replace(kInstruments, kTip, "id = = 1\n").Replace(kCalendar, "version = 1", "version = 0");
  const std::string problems = files.Problems();
  EXPECT_TRUE(absl::StrContains(problems, "\ninstruments/united-nations.toml:16:6: ")) << problems;
  EXPECT_TRUE(absl::StrContains(problems, "\ncalendars/pt-national.toml:8:1: ")) << problems;
  EXPECT_EQ(std::count(problems.begin(), problems.end(), '\n'), 2) << problems;
}

// A message of gRPC with anything else in it is not read at all, and could not say which file.
TEST(CheckTextsTest, ATextThatIsNotUtf8IsNamedByItsPlace) {
  FileSet files(CompleteFiles());
  EXPECT_THAT(CheckTexts(files.files()), IsOk());
  files.Put("keys/a.pem", "\xff").Put("x.toml", "a = 1\nb = \"á\xe1\"\n").Put("\xe1.toml", "");
  const auto details = GetErrorDetails(CheckTexts(files.files()));
  ASSERT_TRUE(details.has_value());
  EXPECT_EQ(details->reason, Reason::DIRECTORY_INVALID);
  EXPECT_EQ(details->accepted,
            "\n\\xe1.toml:1:1: the file's name is not UTF-8, a name in UTF-8 is accepted"
            "\nkeys/a.pem:1:1: the text is not UTF-8 from here on, text in UTF-8 is accepted"
            "\nx.toml:2:7: the text is not UTF-8 from here on, text in UTF-8 is accepted");
}

// Half a character would make the operator's answer unreadable.
TEST(LoadTest, ALongTextIsQuotedInWholeCharacters) {
  for (size_t before = 50; before <= 64; ++before) {
    FileSet files(ExampleFiles());
    const std::string zone = std::string(before, 'x') + "\u00ea\u2014\U0001F30D tail";
    files.Replace(kPt, "Europe/Lisbon", zone);
    EXPECT_TRUE(wire::IsUtf8(files.Problems())) << files.Problems();
    EXPECT_TRUE(absl::StrContains(files.Problems(), "...\"")) << files.Problems();
  }
}

TEST(LoadTest, ARevokedCertificateIsNoKey) {
  FileSet files(CompleteFiles());
  v1::KeyStatementBody body =
      MakeKeyStatementBody(kTrustDomain,
                           "pt-pgr",
                           Portugal().archive,
                           v1::KEY_PURPOSE_SEALING_ARCHIVE,
                           kNow,
                           {kNow.unix_ms + kDayMs},
                           KeyStatementDigest(Portugal().archive_statement));
  body.set_revoked(true);
  const auto statement = SignKeyStatement(body, Portugal().identity);
  files.Put("keys/pt-pgr-revocation.toml",
            absl::StrCat("[[key_statement]]\nauthority = \"pt-pgr\"\nstatement = \"",
                         ToBase64(statement->statement()),
                         "\"\nsignature = \"",
                         ToBase64(statement->signature()),
                         "\"\n"));
  const auto directory = files.Parse();
  ASSERT_THAT(directory, IsOk());
  EXPECT_EQ((*directory)->FindAuthority("pt-pgr")->statements.size(), 4U);
  EXPECT_EQ((*directory)->FindAuthority("pt-pgr")->keys.size(), 2U);
}

TEST(LoadTest, ACalendarMayChangeUnderAHigherVersionOnly) {
  FileSet files(CompleteFiles());
  const auto current = *files.Parse();
  const auto load = [&] { return ParseDirectory(files.files(), kTrustDomain, current.get()); };
  EXPECT_THAT(load(), IsOk());
  files.Replace(kCalendar, "2026-12-25", "2026-12-24");
  const auto refused = load();
  ASSERT_THAT(refused, HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_THAT(GetErrorDetails(refused.status())->accepted,
              testing::HasSubstr("calendars/pt-national.toml:6:1: calendar pt-national is not as "
                                 "it was loaded, under the version 1, a version above 1 is"));
  files.Replace(kCalendar, "version = 1", "version = 2");
  const auto next = load();
  ASSERT_THAT(next, IsOk());
  files.Replace(kCalendar, "version = 2", "version = 1");
  EXPECT_THAT(ParseDirectory(files.files(), kTrustDomain, next->get()),
              HasReason(Reason::DIRECTORY_INVALID));
}

TEST(LoadTest, ChangesAreDescribed) {
  FileSet files(CompleteFiles());
  const auto before = *files.Parse();
  files.Replace(kPt, "pt-national", "pt-lisbon")
      .Replace(kCalendar, "id = \"pt-national\"", "id = \"pt-lisbon\"");
  const auto after = files.Parse();
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(DescribeChanges(*before, **after),
            (std::vector<std::string>{"authority pt-pgr: changed",
                                      "calendar pt-lisbon: added",
                                      "calendar pt-national: removed"}));
  EXPECT_TRUE(DescribeChanges(*before, *before).empty());
}

TEST(CalendarTest, TheTextIsStableAndItsDigestFollowsIt) {
  Calendar calendar;
  calendar.id = "xx";
  calendar.version = 2;
  calendar.weekly_rest = {absl::Weekday::friday, absl::Weekday::saturday};
  calendar.years = {2026};
  calendar.holidays = {absl::CivilDay(2026, 1, 1)};
  calendar.recesses = {{absl::CivilDay(2026, 8, 1), absl::CivilDay(2026, 8, 31)}};
  calendar.cut_off_minutes = 17 * 60 + 5;
  EXPECT_EQ(FormatCalendar(calendar),
            "rogatoria-calendar v1\nid xx\nversion 2\nweekly-rest 5,6\ncut-off 17:05\nyear 2026\n"
            "holiday 2026-01-01\nrecess 2026-08-01 2026-08-31\n");
  SealCalendar(calendar);
  const std::string first = calendar.sha256;
  calendar.version = 3;
  SealCalendar(calendar);
  EXPECT_NE(calendar.sha256, first);
  EXPECT_TRUE(calendar.IsRestDay(absl::CivilDay(2026, 8, 31)));
  EXPECT_FALSE(calendar.IsRestDay(absl::CivilDay(2026, 9, 1)));
}

// Only a hub of an invented name has use for mailboxes of invented names.
TEST(LoadTest, AContactThatReachesNobodyIsRefusedWhereTheHubIsReal) {
  for (const char* invented : {"rogatoria.example", "hub.test", "localhost"})
    EXPECT_THAT(ParseDirectory(ExampleFiles(), invented), IsOk()) << invented;
  const absl::Status refused = ParseDirectory(ExampleFiles(), "rogatoria.org").status();
  EXPECT_THAT(refused, HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_TRUE(absl::StrContains(
      refused.ToString(), "authorities/pt-pgr.toml:15:1: authority: `technical_contact` reaches"));
  FileSet real(ExampleFiles());
  real.Replace(kPt, "rogatoria@pt-pgr.example", "rogatoria@pt-pgr.Invalid");
  EXPECT_THAT(ParseDirectory(real.files(), "rogatoria.org"), HasReason(Reason::DIRECTORY_INVALID));
  real.Replace(kPt, "technical_contact = \"rogatoria@pt-pgr.Invalid\"\n", "");
  real.Replace("authorities/co-fgn.toml", "@co-fgn.example", "@fiscalia.gov.co");
  real.Replace("authorities/br-pgr.toml", "@br-pgr.example", "@mpf.mp.br");
  EXPECT_THAT(ParseDirectory(real.files(), "rogatoria.org"), IsOk());
}

}  // namespace
}  // namespace rogatoria
