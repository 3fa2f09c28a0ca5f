// Goal: what an office's commands say and with which code they end, over a hub that does what the
// test tells it to.
#include <cstdlib>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/office.h"
#include "common/model/ids.h"
#include "services/cli/pki_texts.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/cli/try_command.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::cli {
namespace {

std::string KeysToml(const std::string& table, const client::KeyFiles& files) {
  return absl::StrCat("\n",
                      table,
                      "\ncertificate = ",
                      TomlText(files.certificate),
                      "\nkey = ",
                      TomlText(files.key),
                      "\n");
}

std::string ProfileToml(const client::OfficeProfile& profile) {
  return absl::StrCat("trust_domain = ",
                      TomlText(profile.trust_domain),
                      "\nauthority = ",
                      TomlText(profile.authority),
                      "\nendpoints = [",
                      TomlText(profile.endpoints.front()),
                      "]\nhub_ca = ",
                      TomlText(profile.hub_ca),
                      "\nsigner_ca = ",
                      TomlText(profile.signer_ca),
                      "\nlog_key = ",
                      TomlText(profile.log_key),
                      "\nstate = ",
                      TomlText(profile.state),
                      "\n",
                      KeysToml("[tls]", profile.tls),
                      KeysToml("[user]", *profile.user),
                      KeysToml("[seal]", *profile.seal),
                      KeysToml("[[sealing]]", profile.sealing.front()));
}

class OfficeCommandsTest : public testing::Test {
 protected:
  OfficeCommandsTest() : hub_(offices_) {
    setenv("XDG_CONFIG_HOME", folder_.path().c_str(), 1);
    setenv("ROGATORIA_LANGUAGE", "en", 1);
  }

  // As this office.
  Outcome Try(const client::OfficeProfile& profile, const std::vector<std::string>& words) {
    const std::string file = folder_ / "office.toml";
    EXPECT_THAT(WriteFileDurably(file, ProfileToml(profile)), IsOk());
    std::vector<std::string> all = {"--profile", file};
    all.insert(all.end(), words.begin(), words.end());
    return cli::Try(all);
  }
  Outcome TryAsColombia(const std::vector<std::string>& words) {
    return Try(hub_.ProfileOf(offices_.co()), words);
  }
  Outcome TryAsPortugal(const std::vector<std::string>& words) {
    return Try(hub_.ProfileOf(offices_.pt()), words);
  }
  // An act that an earlier run left in Portugal's outbox.
  client::PreparedAct Leave() {
    const client::PreparedAct act = offices_.Signed(offices_.Request());
    v1::SubmitActRequest request;
    request.set_request_id(act.request_id);
    *request.mutable_act() = act.act;
    EXPECT_THAT((*client::Outbox::Open(offices_.pt().profile.state))->Put(request), IsOk());
    return act;
  }
  std::string OutboxFile(const client::PreparedAct& act) {
    return absl::StrCat(offices_.pt().profile.state, "/outbox/", act.request_id, ".act");
  }
  // Sealed to Portugal only, though its header says Colombia: Colombia cannot open it.
  client::PreparedAct NotForColombia() {
    client::PreparedAct act = offices_.Signed(offices_.Request());
    act.act.clear_key_envelopes();
    return act;
  }

  TemporaryFolder folder_;
  client::TestOffices offices_;
  client::FakeHub hub_;
};

TEST_F(OfficeCommandsTest, WatchingEndsWellWhenEveryActWasTaken) {
  hub_.Put(hub_.DeliveryOf(offices_.Signed(offices_.Request()), 1));
  const Outcome outcome = TryAsColombia({"inbox", "watch", "--limit", "1"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::HasSubstr("assunto reservado"));
}

TEST_F(OfficeCommandsTest, WatchingEndsWithTheReasonOfTheFirstActThatWasGivenBack) {
  const client::PreparedAct rejected = NotForColombia();
  hub_.Put(hub_.DeliveryOf(rejected, 1));
  hub_.Put(hub_.DeliveryOf(offices_.Signed(offices_.Request()), 2));
  const Outcome outcome = TryAsColombia({"inbox", "watch", "--limit", "2"});
  EXPECT_EQ(outcome.code, ExitCode(Error(Reason::NOT_SEALED_TO_US))) << outcome.err;
  EXPECT_THAT(outcome.err,
              testing::AllOf(testing::HasSubstr("NOT_SEALED_TO_US"),
                             testing::HasSubstr(rejected.header.act_id())));
  EXPECT_THAT(outcome.out, testing::HasSubstr("assunto reservado")) << "the other one was taken";
  ASSERT_EQ(hub_.settlements().size(), 2u);
  EXPECT_TRUE(hub_.settlements()[0].has_reject());
  EXPECT_TRUE(hub_.settlements()[1].has_acknowledge());
}

TEST_F(OfficeCommandsTest, FlushingSaysWhichFileIsDamagedAndSendsTheOthers) {
  const client::PreparedAct damaged = Leave(), whole = Leave();
  ASSERT_THAT(WriteFileDurably(OutboxFile(damaged), "no act"), IsOk());
  const Outcome outcome = TryAsPortugal({"act", "flush", "--language", "es"});
  EXPECT_EQ(outcome.code, 30);
  EXPECT_THAT(outcome.out,
              testing::AllOf(testing::HasSubstr(damaged.header.act_id()),
                             testing::HasSubstr("apartado, dañado"),
                             testing::HasSubstr("el fichero está dañado y está en " +
                                                offices_.pt().profile.state + "/failed/" +
                                                damaged.request_id + ".act"),
                             testing::HasSubstr(whole.header.act_id())));
  EXPECT_THAT(outcome.err, testing::HasSubstr("OUTBOX_FILE_DAMAGED"));
  EXPECT_EQ(hub_.submitted().size(), 1u);
  EXPECT_EQ(TryAsPortugal({"act", "flush"}).code, 0) << "told once";
}

TEST_F(OfficeCommandsTest, AProfileOfAnotherAuthorityIsToldBeforeACall) {
  client::OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.authority = "co-fgn";
  const Outcome flush = Try(profile, {"act", "flush"});
  EXPECT_EQ(flush.code, 10);
  EXPECT_THAT(flush.err,
              testing::AllOf(testing::HasSubstr("authority/co-fgn/system/"),
                             testing::HasSubstr("authority/pt-pgr/system/cms")));
  const Outcome doctor = Try(profile, {"--language", "pt", "doctor", "-o", "json"});
  EXPECT_EQ(doctor.code, kAttentionExit);
  EXPECT_THAT(doctor.out,
              testing::HasSubstr("o perfil diz spiffe://rogatoria.test/authority/co-fgn/system/, "
                                 "o seu certificado tls diz "
                                 "spiffe://rogatoria.test/authority/pt-pgr/system/cms"));
  EXPECT_EQ(hub_.checkpoints(), 0);
  EXPECT_THAT(TryAsPortugal({"doctor", "-o", "json"}).out,
              testing::HasSubstr("the tls certificate is " + offices_.pki().SystemUri("pt-pgr")));
}

}  // namespace
}  // namespace rogatoria::cli
