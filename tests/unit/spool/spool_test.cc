// Goal: whatever an old system puts into a spool, however it writes it, is sent once, refused in
// words, or told of as waiting; whatever comes is delivered whole, once.
#include "services/agent/spool.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/spool/agents/file_agent.h"
#include "tests/unit/spool/full_disk.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr size_t kMaxBytes = 1 << 20;
constexpr char kSlip[] = "kind = \"REQUEST\"\nto = \"co-fgn\"\n";

class SpoolTest : public testing::Test {
 protected:
  SpoolTest() : agent_(disk_ / "agent") {
    Open();
    Write("defaults/letter.toml", "kind = \"SPONTANEOUS_INFORMATION\"\nchannel = \"INFORMAL\"\n");
    fs::create_directories(disk_ / "spool/out/co-fgn");
  }
  void Open() {
    spool_.reset();
    SpoolOptions options;
    options.settle = settle_;
    options.tell_after = absl::ZeroDuration();
    spool_ = *Spool::Open(disk_ / "spool", agent_, options, [this](const absl::Status& fault) {
      faults_.push_back(fault);
    });
    spool_->Resume();
  }
  // Twice: a file is complete when it is the same at a second look.
  void Scan() {
    spool_->Scan();
    spool_->Scan();
  }
  std::string Path(const std::string& name) { return disk_ / "spool/" + name; }
  void Write(const std::string& name, const std::string& bytes) {
    fs::create_directories(fs::path(Path(name)).parent_path());
    std::ofstream(Path(name), std::ios::binary | std::ios::trunc) << bytes;
  }
  std::string Text(const std::string& name) {
    const auto text = ReadFile(Path(name), kMaxBytes);
    return text.ok() ? *text : "none";
  }
  std::vector<std::string> Names(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(Path(folder), error))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }
  // What is in the one folder below `folder`.
  std::string Only(const std::string& folder) {
    const auto names = Names(folder);
    EXPECT_THAT(names, SizeIs(1)) << folder;
    return names.empty() ? "none" : absl::StrCat(folder, "/", names[0]);
  }
  nlohmann::json ActOf(const v1::SendRequest& request) {
    return nlohmann::json::parse(request.act_json());
  }

  absl::Duration settle_ = absl::ZeroDuration();
  TemporaryFolder disk_{QuickFolder()};
  FileAgent agent_;
  std::vector<absl::Status> faults_;
  std::unique_ptr<Spool> spool_;
};

TEST_F(SpoolTest, ALetterInAContactsFolderGoesAsTheDefaultSaysAndOnce) {
  Write("out/co-fgn/carta.pdf", "%PDF");
  Scan();
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  const v1::SendRequest sent = agent_.sent()[0];
  EXPECT_EQ(sent.letter().name(), "carta.pdf");
  EXPECT_EQ(sent.text(), "%PDF");
  const auto act = ActOf(sent);
  EXPECT_EQ(act["to"], "co-fgn");
  EXPECT_EQ(act["kind"], "SPONTANEOUS_INFORMATION");
  EXPECT_EQ(act["letter"]["file"], "carta.pdf");
  // Where it lay there is its status; its folder has what was sent and the receipts.
  EXPECT_THAT(Names("out/co-fgn"), ElementsAre("carta.pdf.status.txt"));
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("pt-pgr/" + sent.request_id()));
  const std::string folder = Only("receipts");
  EXPECT_TRUE(absl::EndsWith(folder, "-carta-" + sent.request_id()));
  EXPECT_EQ(Text(folder + "/sent/carta.pdf"), "%PDF");
  EXPECT_THAT(Text(folder + "/SUBMISSION_ACCEPTANCE.receipt"), HasSubstr("receipt of"));
  EXPECT_THAT(Text(folder + "/status.json"), HasSubstr("RECEIVED_BY_HUB"));
  EXPECT_THAT(Names(".rogatoria/taking"), IsEmpty());
}

TEST_F(SpoolTest, ASlipTakesTheLetterOfItsNameAndTheFilesThatItNames) {
  Write("out/pedido.toml", absl::StrCat(kSlip, "[[letter.enclosure]]\nfile = \"Anexo 1.pdf\"\n"));
  Write("out/Anexo 1.pdf", "annex");
  Write("out/pedido.pdf", "letter");
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  const v1::SendRequest sent = agent_.sent()[0];
  EXPECT_EQ(sent.letter().name(), "pedido.pdf");
  ASSERT_EQ(sent.enclosures_size(), 1);
  EXPECT_EQ(sent.enclosures(0).name(), "Anexo 1.pdf");
  EXPECT_EQ(sent.text(), "letter");
  EXPECT_THAT(Names("out"), ElementsAre("co-fgn", "pedido.toml.status.txt"));
}

TEST_F(SpoolTest, OfTwoLettersWithTheSlipsNameNoneIsGuessed) {
  Write("out/co-fgn/carta.docx", "borrador");
  Write("out/co-fgn/carta.pdf", "firmada");
  Write("out/co-fgn/carta.toml", kSlip);
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Text("out/co-fgn/carta.toml.status.txt"), HasSubstr("carta.docx, carta.pdf"));
  Write("out/co-fgn/carta.toml", absl::StrCat(kSlip, "[letter]\nfile = \"carta.pdf\"\n"));
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty()) << "the draft would go as an act of its own";
  fs::remove(Path("out/co-fgn/carta.docx"));
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
}

TEST_F(SpoolTest, ASlipMayBeJsonAndHaveNoLetter) {
  Write("out/co-fgn/nota.json", R"({"kind": "FREE_FORM", "letter": {"text": "Recibido."}})");
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(ActOf(agent_.sent()[0])["to"], "co-fgn");
  EXPECT_FALSE(agent_.sent()[0].has_letter());
}

TEST_F(SpoolTest, ASlipsEndingMayBeInCapitals) {
  Write("out/NOTA.JSON", R"({"kind": "REQUEST", "to": "co-fgn"})");
  Write("out/NOTA.PDF", "letter");
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(agent_.sent()[0].letter().name(), "NOTA.PDF");
}

// Its editor put a mark in front of it; nothing behind a NUL is overlooked.
TEST_F(SpoolTest, ASlipWithAByteOrderMarkGoesAndOneWithANulWaits) {
  Write("out/marca.json", "\xef\xbb\xbf{\"kind\": \"REQUEST\", \"to\": \"co-fgn\"}");
  Write("out/nul.json", std::string("{\"kind\": \"REQUEST\"}\0]]],,", 25));
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(ActOf(agent_.sent()[0])["to"], "co-fgn");
  EXPECT_THAT(Text("out/nul.json.status.txt"), HasSubstr("nul.json"));
}

TEST_F(SpoolTest, OneLookIsNotEnough) {
  Write("out/co-fgn/carta.pdf", "half");
  spool_->Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  Write("out/co-fgn/carta.pdf", "half and half");
  spool_->Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("still being written"));
  spool_->Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(agent_.sent()[0].text(), "half and half");
}

TEST_F(SpoolTest, AMarkSaysThatAFileIsReady) {
  settle_ = absl::Hours(1);
  Open();
  Write("out/co-fgn/a.pdf", "a");
  Write("out/co-fgn/b.pdf", "b");
  Write("out/co-fgn/b.pdf.ready", "");
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(agent_.sent()[0].text(), "b");
  EXPECT_FALSE(fs::exists(Path("out/co-fgn/b.pdf.ready")));
  EXPECT_TRUE(fs::exists(Path("out/co-fgn/a.pdf")));
}

TEST_F(SpoolTest, WhatProgramsAreWritingIsLeftAlone) {
  for (const char* name : {".carta.pdf", "carta.pdf.tmp", "carta.pdf.part", "carta.pdf~", "c.NEW"})
    Write(absl::StrCat("out/co-fgn/", name), "half");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Names("out/co-fgn"), SizeIs(5));
}

TEST_F(SpoolTest, WhatWaitsIsToldAndForgottenWhenItGoes) {
  Write("out/co-fgn/vacia.pdf", "");
  Write("out/suelta.pdf", "letter");
  Write("out/pedido.toml", absl::StrCat(kSlip, "[letter]\nfile = \"falta.pdf\"\n"));
  Write("out/xx-yyy/carta.pdf", "letter");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Text("out/co-fgn/vacia.pdf.status.txt"), HasSubstr("empty"));
  EXPECT_THAT(Text("out/suelta.pdf.status.txt"), HasSubstr("suelta.toml"));
  EXPECT_THAT(Text("out/pedido.toml.status.txt"), HasSubstr("falta.pdf"));
  EXPECT_THAT(Text("out/xx-yyy.status.txt"), HasSubstr("xx-yyy"));
  fs::remove(Path("out/suelta.pdf"));
  fs::remove_all(Path("out/xx-yyy"));
  Scan();
  EXPECT_EQ(Text("out/suelta.pdf.status.txt"), "none");
  EXPECT_EQ(Text("out/xx-yyy.status.txt"), "none");
  Write("out/falta.pdf", "letter");
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
}

TEST_F(SpoolTest, WithoutADefaultALetterAloneWaits) {
  fs::remove(Path("defaults/letter.toml"));
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("defaults/letter.toml"));
  Write("defaults/co-fgn.toml", "kind = \"FREE_FORM\"\n");
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(ActOf(agent_.sent()[0])["kind"], "FREE_FORM");
}

TEST_F(SpoolTest, NothingThatIsNoOrdinaryFileIsFollowed) {
  std::ofstream(disk_ / "secret") << "secret";
  fs::create_symlink(disk_ / "secret", Path("out/co-fgn/link.pdf"));
  fs::create_directory_symlink(Path("out"), Path("out/br-pgr"));
  fs::create_directory_symlink(Path("out"), Path("out/co-fgn/loop"));
  ASSERT_EQ(mkfifo(Path("out/co-fgn/pipe.pdf").c_str(), 0600), 0);
  fs::create_directories(Path("out/co-fgn/below"));
  Write("out/co-fgn/below/carta.pdf", "letter");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  for (const char* name :
       {"co-fgn/link.pdf", "co-fgn/loop", "co-fgn/pipe.pdf", "co-fgn/below", "br-pgr"}) {
    EXPECT_THAT(Text(absl::StrCat("out/", name, ".status.txt")), HasSubstr("no ordinary file"))
        << name;
  }
}

TEST_F(SpoolTest, OddNamesAreMadeSafe) {
  for (const std::string& name : {std::string("con espacios y ñandú.pdf"),
                                  std::string("a\nb.pdf"),
                                  std::string("\xff\xfe.pdf"),
                                  std::string(251, 'x') + ".pdf"}) {
    Write("out/co-fgn/" + name, "letter");
  }
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(4));
  std::vector<std::string> names;
  for (const v1::SendRequest& sent : agent_.sent()) names.push_back(sent.letter().name());
  EXPECT_THAT(names,
              testing::UnorderedElementsAre(
                  "con espacios y ñandú.pdf", "a_b.pdf", "__.pdf", std::string(116, 'x') + ".pdf"));
  EXPECT_THAT(Names("receipts"), SizeIs(4));
  EXPECT_THAT(Names("out/co-fgn"), SizeIs(4));  // their status files
}

TEST_F(SpoolTest, ASlipThatLeadsOutIsRefused) {
  for (const std::string name : {"../defaults/letter.toml", "/etc/passwd", "..", "a\\\\b"}) {
    Write("out/pedido.toml", absl::StrCat(kSlip, "[letter]\nfile = \"", name, "\"\n"));
    Scan();
    const std::string folder = Only("failed");
    EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("outside its folder")) << name;
    EXPECT_TRUE(fs::exists(Path(folder + "/pedido.toml")));
    fs::remove_all(Path(folder));
  }
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_TRUE(fs::exists(Path("defaults/letter.toml")));
}

// Nobody knows what it names: nothing beside it goes alone.
TEST_F(SpoolTest, ASlipThatCannotBeReadWaitsWithAllThatItMayName) {
  Write("out/co-fgn/pedido.toml", "kind = ");
  Write("out/co-fgn/pedido.pdf", "letter");
  Write("out/co-fgn/anexo.pdf", "enclosure");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Names("failed"), IsEmpty());
  EXPECT_THAT(Text("out/co-fgn/pedido.toml.status.txt"), HasSubstr(" pedido.toml line 1, "));
  EXPECT_THAT(Text("out/co-fgn/anexo.pdf.status.txt"), HasSubstr("the slip pedido.toml beside it"));
  Write("out/co-fgn/pedido.toml",
        absl::StrCat(kSlip, "[[letter.enclosure]]\nfile = \"anexo.pdf\"\n"));
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(agent_.sent()[0].enclosures(), SizeIs(1));
}

TEST_F(SpoolTest, AFaultOfASlipIsToldAtItsOwnPlace) {
  Write("out/co-fgn/anexo.pdf", "enclosure");
  Write("out/co-fgn/pedido.toml",
        "kind = \"REQUEST\"\n[letter]\ntext = \"x\"\n  kinde = \"x\"\n"
        "[[letter.enclosure]]\nfile = \"anexo.pdf\"\n");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  const std::string folder = Only("failed");
  EXPECT_THAT(Names(folder), ElementsAre("anexo.pdf", "pedido.toml", "why.txt"));
  EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("pedido.toml: ACT_FILE_INVALID letter.kinde"));
  EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("line 4, column 11"));
}

TEST_F(SpoolTest, WithAWrongDefaultALetterAloneWaitsUntilItIsMended) {
  Write("defaults/letter.toml", "kind = \"FREE_FORM\"\nchanel = \"INFORMAL\"\n");
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Names("failed"), IsEmpty());
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("defaults/letter.toml"));
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("line 2"));
  Write("defaults/letter.toml", "kind = ");
  Scan();
  EXPECT_THAT(Names("failed"), IsEmpty());
  Write("defaults/letter.toml", "kind = \"FREE_FORM\"\nchannel = \"INFORMAL\"\n");
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
}

TEST_F(SpoolTest, ALetterThatWasTakenGoesBackWhenItsDefaultTurnedWrong) {
  agent_.set_file_refusal(Error(Reason::LOCAL_DISK_FULL).Field("state"));
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  EXPECT_THAT(Names(".rogatoria/taking"), SizeIs(1));
  agent_.set_file_refusal(absl::OkStatus());
  Write("defaults/letter.toml", "kind = ");
  Open();
  EXPECT_EQ(Text("out/co-fgn/carta.pdf"), "letter");
  EXPECT_THAT(Names(".rogatoria/taking"), IsEmpty());
  EXPECT_THAT(Names("failed"), IsEmpty());
  Write("defaults/letter.toml", "kind = \"FREE_FORM\"\nchannel = \"INFORMAL\"\n");
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
}

TEST_F(SpoolTest, WhatTheAgentRefusesLiesInFailedWithTheReasonInWords) {
  agent_.set_language("es");
  Open();
  agent_.set_refusal(Error(Reason::FIELD_REQUIRED).Field("legal_basis"));
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  const std::string folder = Only("failed");
  EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("No se envió"));
  EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("FIELD_REQUIRED legal_basis"));
  EXPECT_EQ(Text(folder + "/carta.pdf"), "letter");
  EXPECT_THAT(Names("out/co-fgn"), IsEmpty());
  EXPECT_THAT(Names(".rogatoria/taking"), IsEmpty());
}

TEST_F(SpoolTest, WhatCannotBeDoneNowIsTriedAgainUnderTheSameId) {
  agent_.set_refusal(Error(Reason::DISK_FULL));
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("DISK_FULL"));
  agent_.set_refusal(Error(Reason::TOKEN_PIN_MISSING));
  Open();
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("TOKEN_PIN_MISSING"));
  const auto taking = Names(".rogatoria/taking");
  ASSERT_THAT(taking, SizeIs(1));
  agent_.set_refusal(absl::OkStatus());
  Open();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(agent_.sent()[0].request_id(), taking[0]);
}

TEST_F(SpoolTest, TheSameRequestIdIsTakenOnce) {
  const std::string slip =
      absl::StrCat(kSlip, "request_id = \"6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49\"\n");
  Write("out/a.toml", slip);
  Scan();
  Write("out/b.toml", slip);
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(agent_.sent()[0].request_id(), "6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  // Who put it there again as a new act would have sent it twice.
  EXPECT_THAT(Text(Only("failed") + "/why.txt"), testing::Not(HasSubstr("into the folder out")));
}

// It was moved, and the agent was killed before it was refused.
TEST_F(SpoolTest, AUsedRequestIdIsRefusedAfterAKillToo) {
  const std::string slip =
      absl::StrCat(kSlip, "request_id = \"6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49\"\n");
  Write("out/a.toml", slip);
  Scan();
  fs::remove_all(Path("failed"));
  Write("failed", "no folder: nothing can be refused");
  Write("out/b.toml", slip);
  Scan();
  ASSERT_THAT(Names(".rogatoria/taking"), SizeIs(1));
  spool_.reset();
  fs::remove(Path("failed"));
  Open();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(Names(".rogatoria/taking"), IsEmpty());
  EXPECT_THAT(Text(Only("failed") + "/why.txt"), HasSubstr("do nothing more"));
}

TEST_F(SpoolTest, ASlipThatNamesItselfIsToldSo) {
  Write("out/co-fgn/pedido.toml", absl::StrCat(kSlip, "[letter]\nfile = \"pedido.toml\"\n"));
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  const std::string folder = Only("failed");
  EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("names itself"));
  EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr(": pedido.toml."));
  EXPECT_THAT(Names(folder), ElementsAre("pedido.toml", "why.txt"));
}

TEST_F(SpoolTest, OnAFullDiskALetterWaitsAndTheLogSaysWhyOnce) {
  Write("out/co-fgn/carta.pdf", "letter");
  Write("out/pedido.toml",
        absl::StrCat(kSlip, "request_id = \"6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49\"\n"));
  {
    const FullDisk full("spool");
    Scan();
    Scan();
  }
  EXPECT_THAT(agent_.sent(), IsEmpty());
  ASSERT_THAT(faults_, SizeIs(1));
  EXPECT_THAT(faults_[0], HasReason(Reason::LOCAL_DISK_FULL));
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(2));
  EXPECT_THAT(Names("failed"), IsEmpty());
  EXPECT_TRUE(fs::exists(Path(".rogatoria/items/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49")));
}

TEST_F(SpoolTest, WithoutRoomForTheAgentItsStatusSaysWhyALetterWaits) {
  Write("out/co-fgn/carta.pdf", "letter");
  {
    const FullDisk full("/.rogatoria/taking/");
    Scan();
  }
  ASSERT_THAT(faults_, SizeIs(1));
  EXPECT_THAT(faults_[0], HasReason(Reason::LOCAL_DISK_FULL));
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("cannot take it now"));
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("LOCAL_DISK_FULL"));
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
}

TEST_F(SpoolTest, ThreeHundredFilesAtOnce) {
  for (int i = 0; i < 300; ++i) Write(absl::StrCat("out/co-fgn/", i, ".pdf"), absl::StrCat(i));
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(300));
  EXPECT_THAT(Names("receipts"), SizeIs(300));
}

TEST_F(SpoolTest, StatesAreFollowedToTheEnd) {
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  v1::WatchResponse event;
  v1::ActStatus& status = *event.mutable_status();
  status.set_request_id(agent_.sent()[0].request_id());
  status.set_act_id("pt-pgr/" + status.request_id());
  status.set_state(v1::ACT_STATE_WAITING_FOR_SIGNATURE);
  status.set_state_text("waits for a signature");
  agent_.Add(event);
  ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("waits for a signature"));
  status.set_state(v1::ACT_STATE_TAKEN_OVER);
  status.set_state_text("taken over");
  agent_.Add(event);
  ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  EXPECT_THAT(Names("out/co-fgn"), IsEmpty());
  EXPECT_THAT(Text(Only("receipts") + "/status.txt"), HasSubstr("taken over"));
}

TEST_F(SpoolTest, WhatIsRefusedLaterMovesToFailed) {
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  v1::WatchResponse event;
  event.mutable_status()->set_request_id(agent_.sent()[0].request_id());
  event.mutable_status()->set_state(v1::ACT_STATE_REFUSED);
  event.mutable_status()->set_reason_text("the hub said no");
  agent_.Add(event);
  ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  const std::string folder = Only("failed");
  EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("the hub said no"));
  EXPECT_EQ(Text(folder + "/sent/carta.pdf"), "letter");
  EXPECT_THAT(Names("receipts"), IsEmpty());
  EXPECT_THAT(Names("out/co-fgn"), IsEmpty());
}

TEST_F(SpoolTest, AnActComesAsAFolderOnce) {
  agent_.Add(2);
  ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  const std::string folder = Only("in");
  EXPECT_THAT(folder, HasSubstr("2026-11-24-REQUEST-co-fgn-"));
  EXPECT_THAT(
      Names(folder),
      ElementsAre("1-ofício_.pdf", "2-ofício_.pdf", "act.txt", "content.json", "slip.json"));
  EXPECT_EQ(Text(folder + "/act.txt"), "in words\n");
  EXPECT_THAT(Text(folder + "/1-ofício_.pdf"), HasSubstr("document 1 of co-fgn/"));
  EXPECT_EQ(nlohmann::json::parse(Text(folder + "/slip.json"))["kind"], "REQUEST");
  // The office takes it away.
  fs::remove_all(Path(folder));
  ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  EXPECT_THAT(Names("in"), IsEmpty());
}

// The office's system is often another user of the same group.
TEST_F(SpoolTest, WhatIsForTheOfficeIsItsGroupsToo) {
  agent_.Add(1);
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  const auto mode = [&](const std::string& name) { return fs::status(Path(name)).permissions(); };
  const std::string folder = Only("in");
  for (const std::string& shared : {std::string("out"),
                                    std::string("failed"),
                                    folder,
                                    Only("receipts"),
                                    Only("receipts") + "/sent"}) {
    EXPECT_EQ(mode(shared) & fs::perms::group_all, fs::perms::group_all) << shared;
    EXPECT_EQ(mode(shared) & fs::perms::others_all, fs::perms::none) << shared;
  }
  for (const std::string& name : Names(folder))
    EXPECT_NE(mode(folder + "/" + name) & fs::perms::group_read, fs::perms::none) << name;
  EXPECT_EQ(mode(".rogatoria") & fs::perms::group_all, fs::perms::none);
}

TEST_F(SpoolTest, ANoticeComesAsAFolderToo) {
  v1::WatchResponse event;
  event.mutable_notice()->set_kind("DEADLINE_WARNING");
  event.mutable_notice()->set_text("due soon");
  agent_.Add(event);
  ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  EXPECT_EQ(Text(Only("in") + "/notice.txt"), "due soon\n");
}

TEST_F(SpoolTest, WithoutRoomNothingIsDeliveredHalfAndItComesAgain) {
  agent_.Add(3);
  agent_.set_documents([](uint32_t number) {
    return number == 2 ? Error(Reason::DISK_FULL).ToStatus() : absl::OkStatus();
  });
  EXPECT_THAT(spool_->TakeEvents(absl::ZeroDuration()), HasReason(Reason::DISK_FULL));
  EXPECT_THAT(Names("in"), IsEmpty());
  EXPECT_THAT(Names(".rogatoria/delivery"), IsEmpty());
  agent_.set_documents({});
  ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  EXPECT_THAT(Names(Only("in")), SizeIs(6));
}

TEST_F(SpoolTest, ADocumentThatTheHubErasedDoesNotKeepTheAct) {
  agent_.Add(1);
  agent_.set_documents([](uint32_t) { return Error(Reason::DOCUMENT_ERASED).ToStatus(); });
  ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  EXPECT_THAT(Text(Only("in") + "/1-ofício_.pdf.missing.txt"), HasSubstr("DOCUMENT_ERASED"));
}

TEST_F(SpoolTest, OneSpoolHasOneAgent) {
  FileAgent other(disk_ / "other");
  EXPECT_THAT(Spool::Open(disk_ / "spool", other), HasReason(Reason::SPOOL_BUSY));
  spool_.reset();
  EXPECT_THAT(Spool::Open(disk_ / "spool", other), IsOk());
}

TEST_F(SpoolTest, ItsThreadsDoTheSame) {
  spool_.reset();
  SpoolOptions options;
  options.settle = absl::Milliseconds(50);
  options.poll = absl::Milliseconds(50);
  spool_ = *Spool::Open(disk_ / "spool", agent_, options);
  spool_->Start();
  Write("out/co-fgn/carta.pdf", "letter");
  agent_.Add(1);
  for (int i = 0; i < 200 && (Names("in").empty() || Names("receipts").empty()); ++i)
    absl::SleepFor(absl::Milliseconds(50));
  spool_->Stop();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(Names("in"), SizeIs(1));
}

TEST(SpoolTextsTest, EveryOneIsInEachLanguage) {
  constexpr SpoolText kAll[] = {
#define ROGATORIA_SPOOL_TEXT(name, en, es, pt) SpoolText::name,
#include "services/agent/spool_texts.inc"
#undef ROGATORIA_SPOOL_TEXT
  };
  for (const SpoolText text : kAll) {
    const absl::string_view en = TextOf(text, "en"), es = TextOf(text, "es"),
                            pt = TextOf(text, "pt");
    EXPECT_NE(en, es);
    EXPECT_NE(en, pt);
    EXPECT_EQ(absl::StrContains(en, "$0"), absl::StrContains(es, "$0")) << en;
    EXPECT_EQ(absl::StrContains(en, "$0"), absl::StrContains(pt, "$0")) << en;
  }
}

}  // namespace
}  // namespace rogatoria::agent
