// Goal: a file of the office's that is called as the agent calls its status files stays what it is:
// never overwritten, removed or sent by itself, and told of; the agent knows its own after a kill.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "services/agent/spool.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/spool/agents/file_agent.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kSlipToThem[] = "kind = \"REQUEST\"\nto = \"co-fgn\"\n";
constexpr char kTheirs[] = "of the office";

class StatusFilesTest : public testing::Test {
 protected:
  StatusFilesTest() : agent_(disk_ / "agent") {
    Open();
    fs::create_directories(Path("out/co-fgn"));
  }
  void Open() {
    spool_.reset();
    SpoolOptions options;
    options.settle = absl::ZeroDuration();
    options.tell_after = absl::ZeroDuration();
    spool_ = *Spool::Open(disk_ / "spool", agent_, options, [this](const absl::Status& fault) {
      faults_.push_back(fault);
    });
    spool_->Resume();
  }
  void Scan() {
    spool_->Scan();
    spool_->Scan();
  }
  std::string Path(const std::string& name) { return disk_ / "spool/" + name; }
  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(Path(name), std::ios::binary | std::ios::trunc) << bytes;
  }
  void WriteDefault() { Write("defaults/letter.toml", "kind = \"FREE_FORM\"\n"); }
  std::string Text(const std::string& name) {
    return ReadFile(Path(name), 1 << 20).value_or("none");
  }
  std::vector<std::string> Names(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(Path(folder)))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }
  // Of the act that was sent first.
  void Tell(v1::ActState state) {
    v1::WatchResponse event;
    event.mutable_status()->set_request_id(agent_.sent().at(0).request_id());
    event.mutable_status()->set_state(state);
    event.mutable_status()->set_state_text("told");
    agent_.Add(std::move(event));
    ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  }

  TemporaryFolder disk_{QuickFolder()};
  FileAgent agent_;
  std::vector<absl::Status> faults_;
  std::unique_ptr<Spool> spool_;
};

TEST_F(StatusFilesTest, AFileOfTheOfficesBesideALetterStaysAndTheStatusIsToldElsewhere) {
  Write("out/co-fgn/carta.pdf", "letter");
  Write("out/co-fgn/carta.pdf.status.txt", kTheirs);
  Scan();
  EXPECT_THAT(Text("failed/co-fgn-carta.pdf.status.txt"),
              AllOf(HasSubstr("a file of yours has that name"), HasSubstr("defaults/letter.toml")));
  EXPECT_THAT(faults_, IsEmpty());
  WriteDefault();
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(agent_.sent()[0].text(), "letter");
  EXPECT_FALSE(fs::exists(Path("failed/co-fgn-carta.pdf.status.txt")));
  for (const v1::ActState state : {v1::ACT_STATE_IN_THEIR_MAILBOX, v1::ACT_STATE_TAKEN_OVER}) {
    Tell(state);
    EXPECT_EQ(Text("out/co-fgn/carta.pdf.status.txt"), kTheirs);
  }
}

TEST_F(StatusFilesTest, WhyWhatWasTakenWaitsIsToldElsewhereToo) {
  WriteDefault();
  agent_.set_refusal(Error(Reason::TOKEN_PIN_MISSING));
  Write("out/co-fgn/carta.pdf", "letter");
  Write("out/co-fgn/carta.pdf.status.txt", kTheirs);
  Scan();
  EXPECT_THAT(Text("failed/co-fgn-carta.pdf.status.txt"), HasSubstr("TOKEN_PIN_MISSING"));
  agent_.set_refusal(absl::OkStatus());
  Open();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(Names("failed"), IsEmpty());
  EXPECT_EQ(Text("out/co-fgn/carta.pdf.status.txt"), kTheirs);
}

TEST_F(StatusFilesTest, OfARefusedLetterItStaysToo) {
  WriteDefault();
  Write("out/co-fgn/carta.pdf", "letter");
  Write("out/co-fgn/carta.pdf.status.txt", kTheirs);
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  Tell(v1::ACT_STATE_REFUSED);
  EXPECT_EQ(Text("out/co-fgn/carta.pdf.status.txt"), kTheirs);
}

TEST_F(StatusFilesTest, AloneItIsNotSentAndToldOf) {
  WriteDefault();
  Write("out/co-fgn/acta.status.txt", kTheirs);
  Write("out/suelta.status.txt", kTheirs);
  Scan();
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Names("out/co-fgn"), ElementsAre("acta.status.txt", "acta.status.txt.status.txt"));
  EXPECT_THAT(Text("out/co-fgn/acta.status.txt.status.txt"), HasSubstr("Give it another name"));
  EXPECT_THAT(Text("out/suelta.status.txt.status.txt"), HasSubstr("Give it another name"));
  fs::remove(Path("out/suelta.status.txt"));
  Scan();
  EXPECT_THAT(Names("out"), ElementsAre("co-fgn"));
}

TEST_F(StatusFilesTest, ASlipThatNamesItSendsIt) {
  Write("out/acta.status.txt", kTheirs);
  Write("out/pedido.toml", absl::StrCat(kSlipToThem, "[letter]\nfile = \"acta.status.txt\"\n"));
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_EQ(agent_.sent()[0].text(), kTheirs);
  EXPECT_THAT(Names("out"), ElementsAre("co-fgn", "pedido.toml.status.txt"));
}

TEST_F(StatusFilesTest, ALinkOfThatNameStaysWhatItIs) {
  Write("out/co-fgn/carta.pdf", "letter");
  Write("defaults/theirs", kTheirs);
  fs::create_symlink(Path("defaults/theirs"), Path("out/co-fgn/carta.pdf.status.txt"));
  Scan();
  EXPECT_EQ(Text("defaults/theirs"), kTheirs);
  EXPECT_TRUE(fs::is_symlink(Path("out/co-fgn/carta.pdf.status.txt")));
  EXPECT_TRUE(fs::exists(Path("failed/co-fgn-carta.pdf.status.txt")));
}

TEST_F(StatusFilesTest, WhatTheOfficeWroteIntoOneOfOursIsTheOffices) {
  WriteDefault();
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  ASSERT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("pt-pgr/"));
  Write("out/co-fgn/carta.pdf.status.txt", kTheirs);
  Tell(v1::ACT_STATE_TAKEN_OVER);
  EXPECT_EQ(Text("out/co-fgn/carta.pdf.status.txt"), kTheirs);
}

TEST_F(StatusFilesTest, ALaterRunKnowsItsOwn) {
  WriteDefault();
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  Open();
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(Names("out/co-fgn"), ElementsAre("carta.pdf.status.txt"));
  Tell(v1::ACT_STATE_TAKEN_OVER);
  EXPECT_THAT(Names("out/co-fgn"), IsEmpty());
  Open();
  EXPECT_THAT(Names(".rogatoria/told"), IsEmpty());
}

TEST_F(StatusFilesTest, WhatWaitedWhenARunEndedAndIsGoneLeavesNoStatus) {
  Write("out/co-fgn/carta.pdf", "letter");
  Write("out/co-fgn/otra.pdf", "letter");
  Scan();
  EXPECT_THAT(Names("out/co-fgn"), SizeIs(4));
  fs::remove(Path("out/co-fgn/carta.pdf"));
  Open();
  Scan();
  EXPECT_THAT(Names("out/co-fgn"), ElementsAre("otra.pdf", "otra.pdf.status.txt"));
  fs::remove(Path("out/co-fgn/otra.pdf.status.txt"));
  Scan();
  EXPECT_THAT(Names("out/co-fgn"), ElementsAre("otra.pdf", "otra.pdf.status.txt"));
}

// As agents left it that had no records.
TEST_F(StatusFilesTest, OfASpoolWithoutRecordsAllAreOurs) {
  WriteDefault();
  Write("out/co-fgn/carta.pdf", "letter");
  Scan();
  fs::remove_all(Path(".rogatoria/told"));
  Open();
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(Names("out/co-fgn"), ElementsAre("carta.pdf.status.txt"));
  Tell(v1::ACT_STATE_TAKEN_OVER);
  EXPECT_THAT(Names("out/co-fgn"), IsEmpty());
}

TEST_F(StatusFilesTest, ASlipThatNamesWhatIsBeingWrittenSaysSo) {
  Write("out/.anexo.pdf", "hidden");
  Write("out/pedido.toml", absl::StrCat(kSlipToThem, "[letter]\nfile = \".anexo.pdf\"\n"));
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Text("out/pedido.toml.status.txt"),
              AllOf(HasSubstr(".anexo.pdf"), HasSubstr("Give it another name")));
}

}  // namespace
}  // namespace rogatoria::agent
