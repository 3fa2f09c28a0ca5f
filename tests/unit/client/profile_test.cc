// Goal: a profile with a fault is refused as a whole, and the error says where the fault is.
#include "common/client/profile.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

namespace rogatoria::client {
namespace {

constexpr char kGood[] = R"(trust_domain = "rogatoria.test"
authority = "pt-pgr"
endpoints = ["127.0.0.1:7443"]
hub_ca = "ca.pem"
signer_ca = "/etc/signers.pem"
log_key = "rogatoria.test/log/1+219b957c+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"

[tls]
certificate = "system.pem"
key = "system-key.pem"

[[sealing]]
certificate = "sealing.pem"
key = "keys/sealing-key.pem"

[identities]
co-fgn = "68114e5af2d4fba4a964cbcd0e076c369beef6070655635e660238b94872194d"
)";

class ProfileTest : public testing::Test {
 protected:
  absl::StatusOr<OfficeProfile> Load(const std::string& text) {
    EXPECT_THAT(WriteFileDurably(folder_ / "office.toml", text), IsOk());
    return LoadProfile(folder_ / "office.toml");
  }
  // What the refusal of this text says would be accepted.
  std::string Fault(const std::string& text) {
    const auto profile = Load(text);
    EXPECT_THAT(profile, HasReason(Reason::PROFILE_INVALID));
    const auto details = GetErrorDetails(profile.status());
    return details.has_value() ? details->field + " " + details->accepted : "";
  }

  TemporaryFolder folder_;
};

TEST_F(ProfileTest, PathsAreRelativeToTheFile) {
  const auto profile = Load(kGood);
  ASSERT_THAT(profile, IsOk());
  EXPECT_EQ(profile->authority, "pt-pgr");
  EXPECT_EQ(profile->hub_ca, folder_ / "ca.pem");
  EXPECT_EQ(profile->signer_ca, "/etc/signers.pem");
  EXPECT_EQ(profile->tls.key, folder_ / "system-key.pem");
  ASSERT_EQ(profile->sealing.size(), 1u);
  EXPECT_EQ(profile->sealing[0].key, folder_ / "keys/sealing-key.pem");
  EXPECT_EQ(profile->state, folder_ / "state");
  EXPECT_EQ(profile->identities.size(), 1u);
  EXPECT_FALSE(profile->user.has_value());
}

TEST_F(ProfileTest, AKeyOfTheLogThatIsNoneIsNamed) {
  std::string text = kGood;
  const size_t key = text.find("+219b957c");
  text.replace(key, 9, "+219b957d");
  EXPECT_THAT(Fault(text), testing::HasSubstr("log_key a verifier key"));
  EXPECT_THAT(Fault("witness_keys = [\"x\"]\n" + std::string(kGood)),
              testing::HasSubstr("witness_keys a verifier key"));
}

// std::filesystem throws for it, if it is asked that way.
TEST_F(ProfileTest, ACurrentFolderThatIsGoneThrowsNothing) {
  ASSERT_THAT(Load(kGood), IsOk());
  const std::filesystem::path before = std::filesystem::current_path();
  const std::string gone = folder_ / "gone";
  std::filesystem::create_directory(gone);
  std::filesystem::current_path(gone);
  std::filesystem::remove(gone);
  EXPECT_NO_THROW(LoadProfile("office.toml").IgnoreError());
  EXPECT_NO_THROW(LoadProfile("../office.toml").IgnoreError());
  std::filesystem::current_path(before);
}

TEST_F(ProfileTest, KeysInTokens) {
  const auto profile =
      Load(std::string(kGood) +
           "\n[user]\npkcs11 = \"libcard.so\"\ntoken = \"Sala 3\"\nkey_id = \"0A\"\n"
           "\n[seal]\ncertificate = \"seal.pem\"\npkcs11 = \"lib/hsm.so\"\ntoken = \"HSM\"\n"
           "key_label = \"seal 2026\"\npin_file = \"pin\"\n");
  ASSERT_THAT(profile, IsOk());
  const TokenKey& user = *profile->user->token;
  EXPECT_EQ(user.module, "libcard.so") << "looked for where the system has libraries";
  EXPECT_EQ(user.token, "Sala 3");
  EXPECT_EQ(user.id, "\n");
  EXPECT_EQ(user.name, "user");
  EXPECT_EQ(profile->user->files.certificate, "") << "the token has it";
  const TokenKey& seal = *profile->seal->token;
  EXPECT_EQ(seal.module, folder_ / "lib/hsm.so");
  EXPECT_EQ(seal.label, "seal 2026");
  EXPECT_EQ(seal.pin_file, folder_ / "pin");
  EXPECT_EQ(profile->seal->files.certificate, folder_ / "seal.pem");
  EXPECT_THAT(LoadKeyPair(*profile->seal), HasReason(Reason::SIGNING_KEY_MISSING));
}

TEST_F(ProfileTest, AFileThatIsNotThereIsNamed) {
  EXPECT_THAT(LoadProfile(folder_ / "none.toml"), HasReason(Reason::FILE_UNREADABLE));
}

struct BadProfile {
  const char* name;
  std::string text;
  const char* said;
};

class BadProfileTest : public ProfileTest, public testing::WithParamInterface<BadProfile> {};

TEST_P(BadProfileTest, IsRefusedWithItsPlace) {
  EXPECT_THAT(Fault(GetParam().text), testing::HasSubstr(GetParam().said));
}

std::string With(const std::string& line) {
  return line + "\n" + kGood;
}
std::string Without(const std::string& line) {
  std::string text = kGood;
  text.erase(text.find(line), line.size());
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Faults,
    BadProfileTest,
    testing::Values(
        BadProfile{"NotToml", "trust_domain = \n", "line 1"},
        BadProfile{
            "UnknownKey", With("colour = \"blue\""), "colour line 1, column 10: expected a key"},
        BadProfile{
            "WrongType", With("language = 3"), "language line 1, column 12: expected a text"},
        BadProfile{
            "EndpointsAreAList", With("state = [1]"), "state line 1, column 9: expected a text"},
        BadProfile{"TrainingIsASwitch", With("training = \"no\""), "expected true or false"},
        BadProfile{"NoTrustDomain", Without("trust_domain = \"rogatoria.test\"\n"), "trust_domain"},
        BadProfile{
            "TrustDomainOfAnotherGrammar",
            "trust_domain = \"Rogatoria_1\"\n" + Without("trust_domain = \"rogatoria.test\"\n"),
            "trust_domain the hub's trust domain, such as rogatoria.example"},
        BadProfile{"NoTls",
                   Without("[tls]\ncertificate = \"system.pem\"\nkey = \"system-key.pem\"\n"),
                   "tls a table with certificate and key"},
        BadProfile{"HalfAPair", Without("key = \"system-key.pem\"\n"), "tls. certificate and key"},
        BadProfile{"KeyInATable",
                   std::string(kGood) + "\n[seal]\ncertificate = \"a\"\nkey = \"b\"\npin = \"1\"\n",
                   "seal.pin line "},
        BadProfile{
            "TokenWithoutAKey",
            std::string(kGood) + "\n[user]\npkcs11 = \"m.so\"\ntoken = \"Sala 3\"\n",
            "user. certificate and key, both paths; or pkcs11, token, and key_label or key_id"},
        BadProfile{"TokenWithoutALabel",
                   std::string(kGood) + "\n[user]\npkcs11 = \"m.so\"\nkey_label = \"k\"\n",
                   "user. certificate and key, both paths; or pkcs11"},
        BadProfile{
            "KeyIdThatIsNoHex",
            std::string(kGood) + "\n[seal]\npkcs11 = \"m.so\"\ntoken = \"t\"\nkey_id = \"1\"\n",
            "seal.key_id hexadecimal digits"},
        BadProfile{"PinInTheProfile",
                   std::string(kGood) +
                       "\n[user]\npkcs11 = \"m.so\"\ntoken = \"t\"\nkey_id = \"01\"\npin = \"1\"\n",
                   "user.pin line "},
        BadProfile{
            "IdentityThatIsNoText", std::string(kGood) + "br-pgr = 7\n", "identities.br-pgr line"},
        BadProfile{
            "IdentityOfNobody", std::string(kGood) + "\"../x\" = \"00\"\n", "identities.../x"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(ProfileTest, AnAuthorityIdIsChecked) {
  std::string text = kGood;
  text.replace(text.find("pt-pgr"), 6, "PT PGR");
  EXPECT_THAT(Fault(text), testing::HasSubstr("authority"));
}

class ProfileIdentityTest : public ProfileTest {
 protected:
  absl::Status Check(const TestIdentity& system, const std::string& authority) {
    OfficeProfile profile;
    profile.trust_domain = trust_domain_;
    profile.authority = authority;
    profile.tls = {system.certificate_file, system.key_file};
    return CheckIdentity(profile);
  }
  std::string trust_domain_ = "rogatoria.test";
};

TEST_F(ProfileIdentityTest, TheCertificateNamesTheProfilesAuthority) {
  TestPki pki(folder_.path());
  const TestIdentity system = pki.IssueSystem("pt-pgr"), person = pki.IssueOperator("op-1");
  EXPECT_THAT(Check(system, "pt-pgr"), IsOk());
  EXPECT_THAT(Check(person, ""), IsOk());
  const absl::Status other = Check(system, "pt-pg");
  ASSERT_THAT(other, HasReason(Reason::PROFILE_INVALID));
  EXPECT_EQ(GetErrorDetails(other)->field, "authority");
  EXPECT_THAT(GetErrorDetails(other)->accepted,
              testing::AllOf(testing::HasSubstr("spiffe://rogatoria.test/authority/pt-pg/system/,"),
                             testing::HasSubstr("says " + pki.SystemUri("pt-pgr"))));
  EXPECT_THAT(Check(system, ""), HasReason(Reason::PROFILE_INVALID)) << "no operator's";
  EXPECT_THAT(Check(person, "pt-pgr"), HasReason(Reason::PROFILE_INVALID));
  trust_domain_ = "elsewhere.test";
  EXPECT_THAT(Check(system, "pt-pgr"), HasReason(Reason::PROFILE_INVALID));
}

TEST_F(ProfileIdentityTest, ACertificateOfTwoOrNoneIsNobodys) {
  TestPki pki(folder_.path());
  CertificateRequest request;
  request.common_name = "pt-pgr";
  EXPECT_THAT(Check(pki.Issue(TestPki::Ca::kPublic, request), "pt-pgr"),
              HasReason(Reason::PROFILE_INVALID));
  request.uris = {pki.SystemUri("pt-pgr"), pki.SystemUri("co-fgn")};
  EXPECT_THAT(Check(pki.Issue(TestPki::Ca::kPublic, request), "pt-pgr"),
              HasReason(Reason::PROFILE_INVALID));
}

TEST_F(ProfileTest, AKeyOfAnotherCertificateIsRefused) {
  TestPki pki(folder_.path());
  const TestIdentity one = pki.IssueSystem("pt-pgr");
  const TestIdentity other = pki.IssueSystem("co-fgn");
  EXPECT_THAT(LoadKeyPair(KeyFiles{one.certificate_file, one.key_file}), IsOk());
  EXPECT_THAT(LoadKeyPair(KeyFiles{one.certificate_file, other.key_file}),
              HasReason(Reason::PROFILE_INVALID));
}

}  // namespace
}  // namespace rogatoria::client
