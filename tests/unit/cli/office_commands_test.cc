// Goal: what an office's commands say and with which code they end, over a hub that does what the
// test tells it to.
#include <cstdlib>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/forwarding.h"
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

TEST_F(OfficeCommandsTest, NoticesAreShownInWordsAsTheyComeAndLater) {
  const client::PreparedAct act = offices_.Signed(offices_.Request());
  hub_.Put(client::FakeHub::NoticeAbout(act, 7));
  hub_.Put(hub_.DeliveryOf(act, 8));
  const Outcome watched = TryAsColombia({"inbox", "watch", "--limit", "1", "--language", "en"});
  EXPECT_EQ(watched.code, 0) << watched.err;
  EXPECT_THAT(watched.out,
              testing::AllOf(testing::HasSubstr("deadline soon"),
                             testing::HasSubstr("A deadline of co-fgn is near: to execute, until "
                                                "2026-11-25T12:00:00.000Z. Measures: 1."),
                             testing::HasSubstr("assunto reservado")));
  const Outcome listed = TryAsColombia({"inbox", "list", "--language", "es"});
  EXPECT_THAT(
      listed.out,
      testing::AllOf(testing::HasSubstr("notice-7"),
                     testing::HasSubstr("Se acerca un plazo de co-fgn: cumplir lo pedido")));
  const Outcome opened = TryAsColombia({"inbox", "open", "notice-7", "--language", "pt"});
  EXPECT_EQ(opened.code, 0) << opened.err;
  EXPECT_THAT(opened.out,
              testing::AllOf(testing::HasSubstr("Aproxima-se um prazo de co-fgn"),
                             testing::HasSubstr("medellin-execute"),
                             testing::HasSubstr(act.header.act_id())));
  EXPECT_NE(TryAsColombia({"inbox", "open", "notice-8"}).code, 0);
  const Outcome of_case = TryAsColombia({"case", "show", act.header.case_id(), "--language", "es"});
  EXPECT_EQ(of_case.code, 0) << of_case.err;
  EXPECT_THAT(of_case.out,
              testing::AllOf(testing::HasSubstr("Avisos del nodo"),
                             testing::HasSubstr("Se acerca un plazo de co-fgn")));
  const Outcome other =
      TryAsColombia({"case", "show", "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"});
  EXPECT_THAT(other.out, testing::Not(testing::HasSubstr("co-fgn"))) << "about another case";
}

TEST_F(OfficeCommandsTest, AReceiptOfWhatDidNotHappenSaysWhatItMeans) {
  const client::PreparedAct act = offices_.Signed(offices_.Request());
  Evidence failure = client::HonestEvidence(act.act,
                                            offices_.pt().user.certificate,
                                            v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE,
                                            "co-fgn");
  failure.reason = "NOT_RETRIEVED";
  Evidence missed = client::HonestEvidence(
      act.act, offices_.pt().user.certificate, v1::TRANSPORT_EVENT_DEADLINE_MISSED);
  missed.missed = {"EXECUTE", "medellin-execute", {1795521600000}, {1}, "co-fgn"};
  v1::ListReceiptsResponse listed;
  *listed.add_receipts() = hub_.receipts().Make(failure);
  *listed.add_receipts() = hub_.receipts().Make(missed);
  hub_.set_listed(listed, act.act);
  const Outcome first = TryAsPortugal({"receipt", "list", act.header.act_id()});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, testing::Not(testing::HasSubstr("overrules")));
  const std::string folder =
      client::ReceiptFolder(offices_.pt().profile.state, act.header.act_id()) + "/";
  const Outcome open = TryAsPortugal(
      {"receipt", "show", folder + "CONTENT_HANDOVER_FAILURE-co-fgn.receipt", "--language", "en"});
  EXPECT_THAT(open.out, testing::HasSubstr("not fetched in time, still in the mailbox"));
  EXPECT_THAT(open.err, testing::HasSubstr("a later E.1 for the same recipient overrules it"));
  EXPECT_THAT(open.err, testing::Not(testing::HasSubstr("acknowledged later")));
  const Outcome late =
      TryAsPortugal({"receipt", "show", folder + "DEADLINE_MISSED.receipt", "--language", "en"});
  EXPECT_THAT(late.out,
              testing::AllOf(testing::HasSubstr("X.1 deadline missed"),
                             testing::HasSubstr("to execute"),
                             testing::HasSubstr("medellin-execute"),
                             testing::HasSubstr("2026-11-24T12:00:00.000Z")));
  EXPECT_THAT(late.err, testing::HasSubstr("The hub's word"));

  *listed.add_receipts() = hub_.receipts().Make(client::HonestEvidence(
      act.act, offices_.pt().user.certificate, v1::TRANSPORT_EVENT_CONTENT_HANDOVER, "co-fgn"));
  hub_.set_listed(listed, act.act);
  const Outcome both = TryAsPortugal({"receipt", "list", act.header.act_id(), "--language", "en"});
  EXPECT_THAT(both.err, testing::HasSubstr("co-fgn acknowledged later"));
  const Outcome overruled = TryAsPortugal(
      {"receipt", "show", folder + "CONTENT_HANDOVER_FAILURE-co-fgn.receipt", "--language", "pt"});
  EXPECT_THAT(overruled.err, testing::HasSubstr("o seu E.1 prevalece"));
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

TEST_F(OfficeCommandsTest, WhatContradictsTheHeaderIsSaidWhenItIsTakenAndWhenItIsOpened) {
  client::ActDraft draft = offices_.Request();
  draft.content.set_written_for("co-fgn/another");
  const client::PreparedAct act = offices_.Signed(draft);
  hub_.Put(hub_.DeliveryOf(act, 1));
  const Outcome taken = TryAsColombia({"inbox", "watch", "--limit", "1"});
  EXPECT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.err,
              testing::AllOf(testing::HasSubstr("The content was written for another case."),
                             testing::HasSubstr("act object " + act.header.act_id())));
  const Outcome opened = TryAsColombia({"inbox", "open", act.header.act_id()});
  EXPECT_EQ(opened.out.find("! The content was written for another case."), 0u) << opened.out;
  const Outcome data = TryAsColombia({"inbox", "open", act.header.act_id(), "-o", "json"});
  EXPECT_THAT(data.out, testing::HasSubstr("\"discrepancy_code\": \"CASE\""));
}

TEST_F(OfficeCommandsTest, NothingIsObjectedToInAnHonestAct) {
  const client::PreparedAct act = offices_.Signed(offices_.Request());
  hub_.Put(hub_.DeliveryOf(act, 1));
  ASSERT_EQ(TryAsColombia({"inbox", "watch", "--limit", "1"}).code, 0);
  const Outcome outcome = TryAsColombia({"act", "object", act.header.act_id()});
  EXPECT_EQ(outcome.code, ExitCode(Error(Reason::FIELD_INVALID))) << outcome.err;
  EXPECT_THAT(outcome.err, testing::HasSubstr("an act whose content contradicts its header"));
}

// Sealed to Portugal alone, handed on to Colombia by a notice that has its key.
TEST_F(OfficeCommandsTest, WhatWasHandedOnToUsIsFetchedWithItsNoticeAndOpens) {
  client::PreparedAct act = offices_.Signed(offices_.Request());
  const auto routes = offices_.RouteTo(offices_.co());
  const auto forwarded = client::SealKeyAnew(act.act, {offices_.pt().sealing}, routes.routes(0));
  ASSERT_THAT(forwarded, IsOk());
  act.act.clear_key_envelopes();
  hub_.set_listed({}, act.act);
  client::ActDraft notice = offices_.Request();
  auto& content = *notice.content.mutable_forwarding_notice();
  content.set_competent_authority("co-fgn");
  *content.add_forwarded_acts() = *forwarded;
  hub_.Put(hub_.DeliveryOf(offices_.Signed(notice), 1));
  const Outcome taken = TryAsColombia({"inbox", "watch", "--limit", "1"});
  EXPECT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.err, testing::HasSubstr("Handed on to us, and taken: " + act.header.act_id()));
  const Outcome opened = TryAsColombia({"inbox", "open", act.header.act_id()});
  EXPECT_EQ(opened.code, 0) << opened.err;
  EXPECT_THAT(opened.out, testing::HasSubstr("conteúdo reservado"));
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
