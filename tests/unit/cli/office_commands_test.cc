// Goal: what an office's commands say and with which code they end, over a hub that does what the
// test tells it to.
#include <cstdlib>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/forwarding.h"
#include "common/client/office.h"
#include "common/model/header.h"
#include "common/model/ids.h"
#include "services/cli/notice_view.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/cli/office_profile.h"
#include "tests/unit/cli/try_command.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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
  EXPECT_THAT(of_case.out, testing::HasSubstr("12:00:00  aviso: Se acerca un plazo de co-fgn"));
  const Outcome other =
      TryAsColombia({"case", "show", "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"});
  EXPECT_THAT(other.out, testing::Not(testing::HasSubstr("co-fgn"))) << "about another case";
}

v1::CaseClock SomeClock(v1::DeadlineClock clock, v1::ClockStanding standing, int64_t due) {
  v1::CaseClock some;
  some.set_clock(clock);
  some.set_standing(standing);
  some.set_measure(2);
  some.set_authority("co-fgn");
  some.set_counterpart("pt-pgr");
  some.set_profile("medellin");
  some.set_due_unix_ms(due);
  return some;
}

TEST_F(OfficeCommandsTest, ACaseIsShownWithItsDeadlinesTheNextOnesFirst) {
  const std::vector<std::string> show = {
      "case", "show", "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49", "--language"};
  const auto shown = [&](const std::string& language) {
    std::vector<std::string> words = show;
    words.push_back(language);
    return TryAsPortugal(words).out;
  };
  EXPECT_THAT(shown("en"), testing::Not(testing::HasSubstr("DEADLINES"))) << "none runs";
  v1::GetCaseResponse found;
  *found.add_clocks() = SomeClock(v1::DEADLINE_CLOCK_DECIDE, v1::CLOCK_STANDING_HELD, 0);
  *found.add_clocks() =
      SomeClock(v1::DEADLINE_CLOCK_EXECUTE, v1::CLOCK_STANDING_RUNNING, 1795608000000);
  *found.add_clocks() =
      SomeClock(v1::DEADLINE_CLOCK_ANSWER, v1::CLOCK_STANDING_OVERDUE, 1795521600000);
  hub_.set_case(found);
  EXPECT_THAT(
      shown("en"),
      testing::ContainsRegex("DEADLINES\nDUE +DEADLINE +STATE +WHOSE +MEASURES +DEADLINE PROFILE\n"
                             "2026-11-24T12:00:00.000Z  to answer   overdue  co-fgn  2 .*\n"
                             "2026-11-25T12:00:00.000Z  to execute  runs     co-fgn  2 .*\n"
                             " +to decide   held     co-fgn  2 +medellin"));
  EXPECT_THAT(
      shown("es"),
      testing::AllOf(testing::HasSubstr("PLAZOS\nVENCE"), testing::HasSubstr("en suspenso")));
  EXPECT_THAT(
      shown("pt"),
      testing::AllOf(testing::HasSubstr("PRAZOS\nTERMINA"), testing::HasSubstr("suspenso")));
  std::vector<std::string> words = show;
  words.insert(words.end(), {"en", "-o", "json"});
  const Json clocks = Json::parse(TryAsPortugal(words).out).at("clocks");
  ASSERT_EQ(clocks.size(), 3u);
  EXPECT_EQ(clocks[0].at("clock"), "ANSWER");
  EXPECT_EQ(clocks[0].at("standing"), "OVERDUE");
  EXPECT_EQ(clocks[0].at("measures"), Json::array({2}));
  EXPECT_EQ(clocks[2].at("due"), "");
}

TEST_F(OfficeCommandsTest, ASubstituteIsToldWhatToDoAndHasTheActAtOnce) {
  const client::PreparedAct act = offices_.Signed(offices_.Request());
  hub_.set_listed({}, act.act);
  v1::ReceiveResponse::Delivery delivery = client::FakeHub::NoticeAbout(act, 7);
  v1::Notice& notice = *delivery.mutable_notice();
  notice.set_kind(v1::NOTICE_KIND_DUTY_SUBSTITUTE);
  notice.set_authority("br-mpf");
  notice.set_substitute("co-fgn");
  notice.set_substitute_reads(true);
  notice.clear_measures();
  hub_.Put(delivery);
  hub_.Put(hub_.DeliveryOf(offices_.Signed(offices_.Request()), 8));
  const Outcome watched = TryAsColombia({"inbox", "watch", "--limit", "1", "--language", "en"});
  EXPECT_EQ(watched.code, 0) << watched.err;
  EXPECT_THAT(
      watched.out,
      testing::HasSubstr("The duty desk of br-mpf did not answer an urgent act in time, and "
                         "co-fgn is its substitute."));
  EXPECT_THAT(watched.err, testing::HasSubstr(act.header.act_id()));
  const Outcome opened = TryAsColombia({"inbox", "open", act.header.act_id()});
  EXPECT_EQ(opened.code, 0) << opened.err;
  EXPECT_THAT(opened.out, testing::HasSubstr("assunto reservado"));
}

TEST_F(OfficeCommandsTest, ASenderIsToldWhetherTheSubstituteReadsOrTelephones) {
  v1::Notice notice;
  notice.set_kind(v1::NOTICE_KIND_DUTY_NOT_ACKNOWLEDGED);
  notice.set_authority("co-fgn");
  notice.set_substitute("br-mpf");
  EXPECT_THAT(NoticeSentence(notice, Language::kEnglish),
              testing::HasSubstr("it can only telephone the duty desk"));
  EXPECT_THAT(NoticeSentence(notice, Language::kSpanish),
              testing::HasSubstr("por teléfono a la guardia"));
  notice.set_substitute_reads(true);
  EXPECT_THAT(NoticeSentence(notice, Language::kPortuguese),
              testing::HasSubstr("br-mpf, que pode ler o ato e confirmá-lo"));
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

TEST_F(OfficeCommandsTest, WhatContradictsTheHeaderIsObjectedToByAnActOfItsOwn) {
  client::ActDraft draft = offices_.Request();
  draft.content.set_written_for("co-fgn/another");
  const client::PreparedAct act = offices_.Signed(draft);
  hub_.Put(hub_.DeliveryOf(act, 1));
  ASSERT_EQ(TryAsColombia({"inbox", "watch", "--limit", "1"}).code, 0);
  const Outcome objected =
      TryAsColombia({"act", "object", act.header.act_id(), "--text", "sent twice?"});
  EXPECT_EQ(objected.code, 0) << objected.err;
  EXPECT_THAT(objected.err, testing::HasSubstr("The content was written for another case."));
  ASSERT_EQ(hub_.submitted().size(), 1u);
  const auto header = ParseHeader(hub_.submitted()[0].act().header());
  ASSERT_THAT(header, IsOk());
  EXPECT_EQ(header->kind(), v1::ACT_KIND_DISCREPANCY_NOTICE);
  EXPECT_EQ(header->in_reply_to(), act.header.act_id());
  EXPECT_EQ(header->case_id(), act.header.case_id());
  EXPECT_EQ(header->recipients(0).authority(), "pt-pgr");
}

// A hub whose instruments only warn takes the act; the sender sees which rules it does not meet.
TEST_F(OfficeCommandsTest, RulesThatOnlyWarnAreShownWhenAnActIsSentAndFlushed) {
  hub_.set_answer([this](const v1::SubmitActRequest& request) {
    auto answer = hub_.Honest(request);
    answer->add_warned_rules("INSTRUMENT_COVERS_MEASURE");
    answer->add_warned_rules("RULE_OF_A_LATER_VERSION");
    return answer;
  });
  struct Row {
    const char *language, *title, *rule, *note;
  };
  for (const Row& row : {Row{"en",
                             "ONLY WARNED:",
                             "measure not covered by the instrument, RULE_OF_A_LATER_VERSION",
                             "Rules that only warn"},
                         Row{"es",
                             "SOLO ADVERTIDO:",
                             "diligencia no abarcada por el instrumento",
                             "por ahora solo advierten"},
                         Row{"pt",
                             "SÓ ADVERTIDO:",
                             "diligência não abrangida pelo instrumento",
                             "por agora só advertem"}}) {
    const Outcome sent = TryAsPortugal({"--language",
                                        row.language,
                                        "act",
                                        "send",
                                        "--to",
                                        "co-fgn",
                                        "--channel",
                                        "FORMAL",
                                        "--basis",
                                        "UN-TIP-2000",
                                        "--measure",
                                        "VIDEO_HEARING",
                                        "--subject",
                                        "x",
                                        "--text",
                                        "x"});
    EXPECT_EQ(sent.code, 0) << sent.err;
    EXPECT_THAT(sent.out,
                testing::AllOf(testing::HasSubstr(row.title), testing::HasSubstr(row.rule)));
    EXPECT_THAT(sent.err, testing::HasSubstr(row.note));
    Leave();
    const Outcome flushed = TryAsPortugal({"--language", row.language, "outbox", "send"});
    EXPECT_THAT(flushed.out, testing::HasSubstr(row.rule)) << flushed.err;
    EXPECT_THAT(flushed.err, testing::HasSubstr(row.note));
  }
  Leave();
  const Json flushed = Json::parse(TryAsPortugal({"-o", "json", "outbox", "send"}).out);
  EXPECT_EQ(flushed[0]["warned_rules"],
            Json({"INSTRUMENT_COVERS_MEASURE", "RULE_OF_A_LATER_VERSION"}));
  hub_.set_answer(nullptr);
  Leave();
  const Outcome quiet = TryAsPortugal({"outbox", "send"});
  EXPECT_THAT(quiet.err, testing::Not(testing::HasSubstr("only warn")));
}

// How old the recipient's data are refuses nothing and moves no effect, enforced or not.
TEST_F(OfficeCommandsTest, DataNotAttestedAreToldWithoutThreat) {
  hub_.set_answer([this](const v1::SubmitActRequest& request) {
    auto answer = hub_.Honest(request);
    answer->add_warned_rules("RECIPIENT_ATTESTED");
    return answer;
  });
  Leave();
  for (const char* language : {"en", "es", "pt"}) {
    Leave();
    const Outcome flushed = TryAsPortugal({"--language", language, "outbox", "send"});
    EXPECT_EQ(flushed.code, 0) << flushed.err;
    EXPECT_THAT(flushed.out, testing::Not(testing::HasSubstr("RECIPIENT_ATTESTED"))) << language;
    for (const char* threat : {"only warn", "solo advierten", "só advertem"}) {
      EXPECT_THAT(flushed.err, testing::Not(testing::HasSubstr(threat)));
    }
  }
  Leave();
  const Json flushed = Json::parse(TryAsPortugal({"-o", "json", "outbox", "send"}).out);
  EXPECT_EQ(flushed[0]["warned_rules"], Json({"RECIPIENT_ATTESTED"}));
  const Outcome sent = TryAsPortugal({"act",
                                      "send",
                                      "--to",
                                      "co-fgn",
                                      "--channel",
                                      "FORMAL",
                                      "--basis",
                                      "UN-TIP-2000",
                                      "--measure",
                                      "VIDEO_HEARING",
                                      "--subject",
                                      "x",
                                      "--text",
                                      "x"});
  EXPECT_THAT(sent.out, testing::HasSubstr("changes nothing about the act")) << sent.err;
  EXPECT_THAT(sent.err, testing::Not(testing::HasSubstr("would have refused")));
}

// The header alone would say FORMAL.
TEST_F(OfficeCommandsTest, APrintoutStatesTheEffectThatTheReceiptsState) {
  hub_.set_effect(StatedEffect::kFormalUnsettled);
  const client::PreparedAct act = offices_.Signed(offices_.Request());
  hub_.Put(hub_.DeliveryOf(act, 1));
  ASSERT_EQ(TryAsColombia({"inbox", "watch", "--limit", "1"}).code, 0);
  const auto open = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"inbox", "open", act.header.act_id()};
    words.insert(words.end(), more.begin(), more.end());
    return TryAsColombia(words).out;
  };
  EXPECT_THAT(open({}), testing::HasSubstr("the parties say what it counts as"));
  EXPECT_THAT(open({"--language", "es"}), testing::HasSubstr("las partes dirán qué efecto tiene"));
  EXPECT_THAT(open({"--language", "pt"}), testing::HasSubstr("as partes dirão que efeito tem"));
  EXPECT_THAT(open({"-o", "json"}), testing::HasSubstr("\"effect\": \"FORMAL_UNSETTLED\""));
}

TEST_F(OfficeCommandsTest, EveryPageOfInstrumentsIsRead) {
  hub_.set_instruments({"A-1", "B-1", "C-1", "D-1", "E-1"});
  EXPECT_EQ(TryAsPortugal({"-o", "name", "instrument", "list"}).out, "A-1\nB-1\nC-1\nD-1\nE-1\n");
  EXPECT_EQ(TryAsPortugal({"-o", "name", "instrument", "show", "E-1"}).out, "E-1\n");
  const Outcome none = TryAsPortugal({"instrument", "show", "F-1"});
  EXPECT_EQ(none.code, ExitCode(Error(Reason::INSTRUMENT_UNKNOWN)));
  EXPECT_THAT(none.err, testing::HasSubstr("F-1"));
}

TEST_F(OfficeCommandsTest, SigningAVersionWithoutTheOneBeforeSaysWhichIsNext) {
  const std::string file = folder_ / "note.toml";
  const auto sign = [&](int version) {
    EXPECT_THAT(WriteFileDurably(file,
                                 absl::StrCat("id = \"pt-pgr/hearings\"\nversion = ",
                                              version,
                                              "\ncountry = \"PT\"\nlanguage = \"pt-PT\"\n"
                                              "title = \"Audições\"\ntext = \"Indique.\"\n")),
                IsOk());
    return TryAsPortugal(
        {"guidance", "sign", file, "--out", folder_ / absl::StrCat("note-", version, ".bin")});
  };
  const Outcome early = sign(3);
  EXPECT_EQ(early.code, ExitCode(Error(Reason::GUIDANCE_OUTDATED))) << early.err;
  EXPECT_THAT(early.err, testing::HasSubstr("version 1, which follows what the hub has"));
  ASSERT_EQ(sign(1).code, 0);
  v1::Guidance published;
  published.set_document(*ReadFile(folder_ / "note-1.bin", 1024 * 1024));
  hub_.set_guidance(published, 1);
  const Outcome gap = sign(3);
  EXPECT_THAT(gap.err, testing::HasSubstr("version 2, which follows what the hub has"));
  EXPECT_EQ(sign(2).code, 0);
  EXPECT_EQ(sign(2).code, ExitCode(Error(Reason::FIELD_INVALID))) << "it replaces nothing";
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
  const Outcome outcome = TryAsPortugal({"outbox", "send", "--language", "es"});
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
  EXPECT_EQ(TryAsPortugal({"outbox", "send"}).code, 0) << "told once";
}

TEST_F(OfficeCommandsTest, AProfileOfAnotherAuthorityIsToldBeforeACall) {
  client::OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.authority = "co-fgn";
  const Outcome flush = Try(profile, {"outbox", "send"});
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

// Everything that is shown says that it is training, and what is left of a real office is not sent.
class TrainingProfileTest : public OfficeCommandsTest {
 protected:
  Outcome TryInTraining(const std::vector<std::string>& words) {
    const std::string file = folder_ / "training.toml";
    EXPECT_THAT(
        WriteFileDurably(file, "training = true\n" + ProfileToml(hub_.ProfileOf(offices_.pt()))),
        IsOk());
    std::vector<std::string> all = {"--profile", file};
    all.insert(all.end(), words.begin(), words.end());
    return cli::Try(all);
  }
};

TEST_F(TrainingProfileTest, TablesObjectsAndErrorsSayTrainingInThreeLanguages) {
  for (const auto& [language, word] : std::map<std::string, std::string>{
           {"en", "# TRAINING"}, {"es", "# EJERCICIO"}, {"pt", "# EXERCÍCIO"}}) {
    const Outcome list = TryInTraining({"--language", language, "inbox", "list"});
    EXPECT_THAT(list.out, StartsWith(word));
    EXPECT_THAT(list.err, StartsWith(word));
    EXPECT_THAT(TryInTraining({"-q", "--language", language, "inbox", "open", "none/none"}).err,
                StartsWith(word))
        << "quiet is not silent about this";
  }
  EXPECT_THAT(TryInTraining({"-o", "json", "context", "list"}).out, Not(HasSubstr("# TRAINING")));
}

TEST_F(TrainingProfileTest, WhatARealOfficeLeftInTheOutboxIsNotSent) {
  const client::PreparedAct act = Leave();
  const Outcome sent = TryInTraining({"-o", "json", "outbox", "send"});
  EXPECT_THAT(sent.out, HasSubstr("TRAINING_MISMATCH"));
  EXPECT_THAT(sent.out, HasSubstr("\"training\": true"));
  EXPECT_TRUE(FileExists(OutboxFile(act)));
}

TEST_F(TrainingProfileTest, ARealProfileDoesNotSayIt) {
  const Outcome list = TryAsPortugal({"inbox", "list"});
  EXPECT_THAT(list.out + list.err, Not(HasSubstr("TRAINING")));
}

}  // namespace
}  // namespace rogatoria::cli
