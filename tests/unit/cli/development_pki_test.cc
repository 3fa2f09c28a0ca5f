// Goal: what `pki` writes fits together: profiles load, the directory is accepted, statements hold;
// and running it again loses nothing.
#include "services/cli/development_pki.h"

#include <filesystem>
#include <map>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "common/base/files.h"
#include "common/client/profile.h"
#include "common/crypto/revocation_list.h"
#include "common/directory/load.h"
#include "common/merkle/verifier_key.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::cli {
namespace {

namespace fs = std::filesystem;

const PkiSettings kSettings{
    "rogatoria.test", "127.0.0.1", "127.0.0.1:7443", "127.0.0.1:7444", "op-1"};

class DevelopmentPkiTest : public testing::Test {
 protected:
  absl::Status Init(const PkiSettings& settings = kSettings) {
    return InitialisePki(folder_.path(), settings, clock_, random_);
  }
  absl::StatusOr<std::string> Issue(const std::string& authority,
                                    const std::vector<std::string>& users = {"u1"}) {
    return IssueAuthority(folder_.path(), authority, users, clock_, random_);
  }
  std::map<std::string, std::string> Files() {
    std::map<std::string, std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(folder_.path())) {
      if (file.is_regular_file()) {
        files[fs::relative(file.path(), folder_.path()).string()] =
            *ReadFile(file.path().string(), 1 << 20);
      }
    }
    return files;
  }
  absl::StatusOr<std::shared_ptr<const Directory>> LoadedDirectory() {
    std::vector<DirectoryFile> files;
    for (const std::string& root :
         {std::string(ROGATORIA_SOURCE_DIR "/deploy/example-directory"), folder_ / "directory"}) {
      for (const auto& file : fs::recursive_directory_iterator(root)) {
        if (!file.is_regular_file()) continue;
        files.push_back({fs::relative(file.path(), root).generic_string(),
                         *ReadFile(file.path().string(), 1 << 20)});
      }
    }
    return ParseDirectory(files, "rogatoria.test");
  }

  TemporaryFolder folder_;
  FakeClock clock_{SystemClock().Now()};
  SystemRandom random_;
};

TEST_F(DevelopmentPkiTest, ADirectoryIsMadeOfItsFiles) {
  ASSERT_THAT(Init(), IsOk());
  for (const char* authority : {"pt-pgr", "co-fgn", "br-pgr"})
    ASSERT_THAT(Issue(authority), IsOk());
  EXPECT_THAT(LoadedDirectory(), IsOk());
}

TEST_F(DevelopmentPkiTest, ProfilesLoadWithTheirKeysAndKnowEachOther) {
  ASSERT_THAT(Init(), IsOk());
  const auto first = Issue("pt-pgr");
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(Issue("co-fgn"), IsOk());
  const auto profile = client::LoadProfile(*first);
  ASSERT_THAT(profile, IsOk());
  EXPECT_EQ(profile->identities.size(), 2u);  // written anew when Colombia came
  EXPECT_THAT(client::LoadKeyPair(profile->tls), IsOk());
  EXPECT_THAT(client::LoadKeyPair(*profile->user), IsOk());
  EXPECT_THAT(client::LoadKeyPair(*profile->seal), IsOk());
  EXPECT_THAT(client::LoadKeyPair(profile->sealing.at(0)), IsOk());
  const auto key = merkle::VerifierKey::Parse(profile->log_key);
  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(key->name, "rogatoria.test/log/1");
  const auto operator_profile = client::LoadProfile(folder_ / "operators/op-1/operator.toml");
  ASSERT_THAT(operator_profile, IsOk());
  EXPECT_TRUE(operator_profile->authority.empty());
  EXPECT_EQ(operator_profile->admin_endpoint, "127.0.0.1:7444");
  EXPECT_THAT(client::LoadKeyPair(operator_profile->tls), IsOk());
}

TEST_F(DevelopmentPkiTest, EveryKeyIsForItsOwnerOnly) {
  ASSERT_THAT(Init(), IsOk());
  ASSERT_THAT(Issue("pt-pgr"), IsOk());
  size_t keys = 0;
  for (const auto& [name, content] : Files()) {
    if (content.find("PRIVATE KEY") == std::string::npos) continue;
    struct stat status {};
    ASSERT_EQ(stat((folder_ / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
    EXPECT_NE(name.rfind("directory/", 0), 0u) << "a private key in the directory";
    ++keys;
  }
  EXPECT_EQ(keys, 14u);  // 3 CAs, 2 listeners, log, 2 operators; identity, system, user and 3 more
}

TEST_F(DevelopmentPkiTest, RunningAgainKeepsEverythingButTheLists) {
  ASSERT_THAT(Init(), IsOk());
  ASSERT_THAT(Issue("pt-pgr"), IsOk());
  const auto before = Files();
  clock_.Advance(absl::Hours(1));
  ASSERT_THAT(Init(), IsOk());
  ASSERT_THAT(Issue("pt-pgr"), IsOk());
  for (const auto& [name, content] : Files()) {
    if (fs::path(name).filename() == "crl.pem") continue;
    EXPECT_EQ(content, before.at(name)) << name;
  }
}

TEST_F(DevelopmentPkiTest, RunningAgainWithTheSameSettingsKeepsWhatWasEdited) {
  ASSERT_THAT(Init(), IsOk());
  ASSERT_THAT(Issue("pt-pgr"), IsOk());
  const std::vector<std::string> edited = {
      "rogatoriad.toml", "authorities/pt-pgr/office.toml", "operators/op-1/operator.toml"};
  for (const std::string& name : edited) {
    ASSERT_THAT(WriteFileDurably(folder_ / name, "# by hand\n" + Files().at(name), 0600), IsOk());
  }
  const auto before = Files();
  ASSERT_THAT(Init(), IsOk());
  for (const std::string& name : edited) EXPECT_EQ(Files().at(name), before.at(name));
  PkiSettings moved = kSettings;
  moved.endpoint = "127.0.0.1:9443";
  ASSERT_THAT(Init(moved), IsOk());
  for (const std::string& name : edited) {
    EXPECT_EQ(Files().at(name).find("by hand"), std::string::npos) << name;
  }
}

TEST_F(DevelopmentPkiTest, AFolderKnowsWhatItWasMadeWith) {
  auto made = SettingsOfPki(folder_.path());
  ASSERT_THAT(made, IsOk());
  EXPECT_FALSE(made->has_value());
  ASSERT_THAT(Init(), IsOk());
  made = SettingsOfPki(folder_.path());
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(*made, kSettings);
}

TEST_F(DevelopmentPkiTest, OfATrainingDomainHubAndProfilesSaySo) {
  PkiSettings settings = kSettings;
  settings.training = true;
  settings.language = "es";
  ASSERT_THAT(Init(settings), IsOk());
  ASSERT_THAT(IssueAuthorities(folder_.path(), {"pt-pgr", "co-fgn"}, {"u1"}, clock_, random_),
              IsOk());
  for (const char* profile : {"authorities/pt-pgr/office.toml", "operators/op-1/operator.toml"}) {
    const auto loaded = client::LoadProfile(folder_ / profile);
    ASSERT_THAT(loaded, IsOk());
    EXPECT_TRUE(loaded->training);
    EXPECT_EQ(loaded->language, "es");
  }
  EXPECT_NE(Files().at("rogatoriad.toml").find("\ntraining = true\n"), std::string::npos);
  EXPECT_EQ(*SettingsOfPki(folder_.path()), settings);
}

TEST_F(DevelopmentPkiTest, AnAuthorityThatWasCutShortIsFinishedByTheNextRun) {
  ASSERT_THAT(Init(), IsOk());
  ASSERT_THAT(Issue("pt-pgr"), IsOk());
  fs::create_directories(folder_ / "authorities/co-fgn");
  PkiSettings moved = kSettings;
  moved.endpoint = "127.0.0.1:9443";
  ASSERT_THAT(Init(moved), IsOk()) << "with a folder that has no key yet";
  const auto path = Issue("co-fgn");
  ASSERT_THAT(path, IsOk());
  EXPECT_TRUE(client::LoadProfile(*path)->identities.contains("co-fgn"));
}

TEST_F(DevelopmentPkiTest, NewEndpointsReachEveryProfile) {
  ASSERT_THAT(Init(), IsOk());
  const auto path = Issue("pt-pgr");
  PkiSettings moved = kSettings;
  moved.endpoint = "127.0.0.1:9443";
  ASSERT_THAT(Init(moved), IsOk());
  EXPECT_EQ(client::LoadProfile(*path)->endpoints.at(0), "127.0.0.1:9443");
  EXPECT_NE(Files().at("rogatoriad.toml").find("127.0.0.1:9443"), std::string::npos);
}

TEST_F(DevelopmentPkiTest, ASecondUserIsAddedToTheFirst) {
  ASSERT_THAT(Init(), IsOk());
  for (const char* authority : {"pt-pgr", "co-fgn", "br-pgr"})
    ASSERT_THAT(Issue(authority), IsOk());
  ASSERT_THAT(Issue("pt-pgr", {"u2"}), IsOk());
  const std::string keys = Files().at("directory/keys/pt-pgr.toml");
  EXPECT_NE(keys.find("pt-pgr-user-u1.pem"), std::string::npos);
  EXPECT_NE(keys.find("pt-pgr-user-u2.pem"), std::string::npos);
  EXPECT_THAT(LoadedDirectory(), IsOk());
}

TEST_F(DevelopmentPkiTest, CustodiansAreUsersWithAGroupAndKeysOfTheirOwn) {
  ASSERT_THAT(Init(), IsOk());
  for (const char* authority : {"pt-pgr", "co-fgn", "br-pgr"})
    ASSERT_THAT(Issue(authority), IsOk());
  const auto issue = [this](const Custodians& custodians) {
    return IssueAuthority(folder_.path(), "pt-pgr", {}, clock_, random_, custodians);
  };
  const auto path = issue({{"u2"}, {"u3"}});
  ASSERT_THAT(path, IsOk());
  const auto profile = client::LoadProfile(*path);
  ASSERT_THAT(profile, IsOk());
  EXPECT_EQ(profile->user->files.key, folder_ / "authorities/pt-pgr/user-u1-key.pem");
  ASSERT_TRUE(profile->first_custodian.has_value() && profile->second_custodian.has_value());
  EXPECT_EQ(profile->first_custodian->user.files.key,
            folder_ / "authorities/pt-pgr/user-u2-key.pem");
  EXPECT_EQ(profile->second_custodian->sealing.key,
            folder_ / "authorities/pt-pgr/custodian-second-u3-key.pem");
  const auto directory = LoadedDirectory();
  ASSERT_THAT(directory, IsOk());
  EXPECT_EQ((*directory)->FindUser("pt-pgr/u3")->custodian, v1::CUSTODIAN_GROUP_SECOND);
  EXPECT_EQ((*directory)->FindUser("pt-pgr/u1")->custodian, v1::CUSTODIAN_GROUP_UNSPECIFIED);
  EXPECT_EQ((*directory)->FindAuthority("pt-pgr")->keys.size(), 5u);
  // A further one comes at the end of the chain; nobody is of both groups.
  EXPECT_THAT(issue({{"u0"}, {}}), IsOk());
  EXPECT_EQ((*LoadedDirectory())->FindAuthority("pt-pgr")->keys.size(), 6u);
  EXPECT_THAT(issue({{"u4"}, {"u4"}}), HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(issue({{"u3"}, {}}), HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(issue({{}, {"u2"}}), HasReason(Reason::FIELD_INVALID));
}

TEST_F(DevelopmentPkiTest, AFolderKeepsItsTrustDomainAndHost) {
  ASSERT_THAT(Init(), IsOk());
  PkiSettings other = kSettings;
  other.trust_domain = "elsewhere.test";
  EXPECT_THAT(Init(other), HasReason(Reason::FIELD_INVALID));
  other = kSettings;
  other.host = "hub.test";
  EXPECT_THAT(Init(other), HasReason(Reason::FIELD_INVALID));
}

TEST_F(DevelopmentPkiTest, NamesThatCouldBeSomethingElseAreRefused) {
  for (const char* bad : {"", "UPPER.test", "a\"b", "a b", "a\nb", ".test", "test."}) {
    PkiSettings settings = kSettings;
    settings.trust_domain = bad;
    EXPECT_THAT(Init(settings), HasReason(Reason::FIELD_INVALID)) << bad;
  }
  for (const char* bad : {"", "127.0.0.1", ":7443", "host:", "host:x", "a\"b:1"}) {
    PkiSettings settings = kSettings;
    settings.endpoint = bad;
    EXPECT_THAT(Init(settings), HasReason(Reason::FIELD_INVALID)) << bad;
  }
  PkiSettings settings = kSettings;
  settings.operator_id = "so-1";
  EXPECT_THAT(Init(settings), HasReason(Reason::FIELD_INVALID));
  ASSERT_THAT(Init(), IsOk());
  EXPECT_THAT(Issue("../pt"), HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(Issue("pt-pgr", {"../u"}), HasReason(Reason::FIELD_INVALID));
}

TEST_F(DevelopmentPkiTest, IssuingNeedsAFolderThatWasInitialised) {
  EXPECT_THAT(Issue("pt-pgr"), HasReason(Reason::FILE_UNREADABLE));
}

TEST_F(DevelopmentPkiTest, ARevokedCertificateIsOnTheListOfItsIssuerAndStaysThere) {
  ASSERT_THAT(Init(), IsOk());
  ASSERT_THAT(Issue("pt-pgr"), IsOk());
  const std::string file = folder_ / "authorities/pt-pgr/system.pem";
  for (int again = 0; again < 2; ++again) {
    const auto list = RevokeInPki(folder_.path(), file, clock_, random_);
    ASSERT_THAT(list, IsOk());
    EXPECT_EQ(*list, folder_ / "ca/transport/crl.pem");
  }
  ASSERT_THAT(Init(), IsOk());  // makes the lists anew
  const auto lists = RevocationList::BundleFromPem(Files().at("ca/transport/crl.pem"));
  ASSERT_THAT(lists, IsOk());
  const auto certificate = Certificate::FromPem(Files().at("authorities/pt-pgr/system.pem"));
  EXPECT_TRUE(lists->at(0).Revokes(*certificate));
  const auto other = Certificate::FromPem(Files().at("hub/public.pem"));
  EXPECT_FALSE(lists->at(0).Revokes(*other));
}

TEST_F(DevelopmentPkiTest, ACertificateOfAnotherIssuerCannotBeRevokedHere) {
  ASSERT_THAT(Init(), IsOk());
  EXPECT_THAT(RevokeInPki(folder_.path(), folder_ / "ca/transport/ca.pem", clock_, random_),
              HasReason(Reason::FIELD_INVALID));
}

}  // namespace
}  // namespace rogatoria::cli
