// Goal: where the agent and the office's system are two users, what one makes the other can use;
// and where it cannot, somebody is told, and nothing is sent twice.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "services/agent/spool.h"
#include "services/agent/spool_item.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/spool/agents/file_agent.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr size_t kMaxFileBytes = 1 << 20;
constexpr uid_t kAgentUser = 65534;
constexpr gid_t kSharedGroup = 4242;
constexpr char kItemId[] = "6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";

bool IsRoot() {
  return geteuid() == 0;
}

// To root every file is open: the agent's user is another one. Anybody else stays who he is.
class AsAgentUser {
 public:
  AsAgentUser() : changed_(IsRoot()) {
    if (changed_) {
      EXPECT_EQ(setresuid(kAgentUser, kAgentUser, 0), 0);
    }
  }
  ~AsAgentUser() {
    if (changed_) {
      EXPECT_EQ(setresuid(0, 0, 0), 0);
    }
  }

 private:
  const bool changed_;
};

class SharedSpoolTest : public testing::Test {
 protected:
  SharedSpoolTest() : agent_(disk_ / "agent"), umask_(umask(022)) {
    Write("defaults/letter.toml", "kind = \"FREE_FORM\"\n");
    fs::create_directories(Path("out/co-fgn"));
  }
  ~SharedSpoolTest() override { umask(umask_); }

  absl::Status Open() {
    spool_.reset();
    SpoolOptions options;
    options.settle = absl::ZeroDuration();
    options.tell_after = absl::ZeroDuration();
    auto opened = Spool::Open(disk_ / "spool", agent_, options, [this](const absl::Status& fault) {
      faults_.push_back(fault);
    });
    if (!opened.ok()) return opened.status();
    spool_ = *std::move(opened);
    spool_->Resume();
    return absl::OkStatus();
  }
  void Scan() {
    for (int i = 0; i < 4; ++i) spool_->Scan();
  }
  // All there is becomes the agent's user's.
  void GiveToAgent() {
    if (!IsRoot()) return;
    const std::string root = fs::path(disk_ / "spool").parent_path();
    EXPECT_EQ(chown(root.c_str(), kAgentUser, static_cast<gid_t>(-1)), 0);
    for (const auto& entry : fs::recursive_directory_iterator(root))
      EXPECT_EQ(chown(entry.path().c_str(), kAgentUser, static_cast<gid_t>(-1)), 0);
  }
  std::string Path(const std::string& name) { return disk_ / "spool/" + name; }
  void Write(const std::string& name, const std::string& bytes) {
    fs::create_directories(fs::path(Path(name)).parent_path());
    std::ofstream(Path(name), std::ios::binary | std::ios::trunc) << bytes;
  }
  std::string Text(const std::string& name) {
    const auto text = ReadFile(Path(name), kMaxFileBytes);
    return text.ok() ? *text : "none";
  }
  std::vector<std::string> Names(const std::string& folder) {
    const auto names = ListFolder(Path(folder));
    return names.ok() ? *names : std::vector<std::string>();
  }
  void SetMode(const std::string& name, mode_t mode) {
    ASSERT_EQ(chmod(Path(name).c_str(), mode), 0) << name;
  }
  // An item of an earlier run that had not moved the letter yet.
  void LeaveItem(const std::string& letter) {
    SpoolItem item;
    item.request_id = kItemId;
    item.contact = "co-fgn";
    item.name = letter;
    item.files = {letter};
    item.letter = 0;
    ASSERT_THAT(BeginItem(SpoolFolders(disk_ / "spool"), item), IsOk());
  }
  // Sends a letter and receives an act as the shipped unit does, which takes all from others.
  void SendAndReceive() {
    umask(0077);
    ASSERT_THAT(Open(), IsOk());
    agent_.Add(1);
    Write("out/co-fgn/carta.pdf", "letter");
    agent_.set_refusal(Error(Reason::FIELD_REQUIRED).Field("legal_basis"));
    Scan();
    agent_.set_refusal(absl::OkStatus());
    Write("out/co-fgn/carta.pdf", "letter");
    Scan();
    ASSERT_THAT(spool_->TakeEvents(absl::ZeroDuration()), IsOk());
  }
  // What the agent made for the office, folders and files.
  std::vector<std::string> Made() {
    std::vector<std::string> made;
    for (const std::string folder : {"in", "receipts", "failed"}) {
      made.push_back(folder);
      for (const auto& entry : fs::recursive_directory_iterator(Path(folder)))
        if (entry.path().filename() != "carta.pdf")  // the office's own
          made.push_back(fs::relative(entry.path(), Path("")).string());
    }
    made.push_back("out/co-fgn/carta.pdf.status.txt");
    return made;
  }
  struct stat Stat(const std::string& name) {
    struct stat found {};
    EXPECT_EQ(stat(Path(name).c_str(), &found), 0) << name;
    return found;
  }

  TemporaryFolder disk_{QuickFolder()};
  FileAgent agent_;
  std::vector<absl::Status> faults_;
  std::unique_ptr<Spool> spool_;
  const mode_t umask_;
};

TEST_F(SharedSpoolTest, WhatCannotBeMovedIsToldElsewhereAndSentOnceWhenItCan) {
  Write("out/co-fgn/carta.pdf", "letter");
  GiveToAgent();
  SetMode("out/co-fgn", 0555);
  const AsAgentUser agent;
  ASSERT_THAT(Open(), IsOk());
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Names(".rogatoria/taking"), IsEmpty());
  ASSERT_THAT(Names("failed"), ElementsAre("co-fgn-carta.pdf.status.txt"));
  const std::string told = Text("failed/co-fgn-carta.pdf.status.txt");
  EXPECT_THAT(told, HasSubstr("may not move"));
  EXPECT_THAT(told, HasSubstr("out/co-fgn/carta.pdf"));
  EXPECT_THAT(faults_, ElementsAre(HasReason(Reason::FILE_UNREADABLE)));
  SetMode("out/co-fgn", 0755);
  Scan();
  ASSERT_THAT(Open(), IsOk());
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(Names("failed"), IsEmpty());
}

// The mode of the folder says yes and the system says no: only the move itself tells.
TEST_F(SharedSpoolTest, AGroupOfWhichOneFileCannotBeMovedStaysWhole) {
  ASSERT_TRUE(IsRoot()) << "needs files of two users";
  Write("out/pedido.toml",
        "kind = \"REQUEST\"\nto = \"co-fgn\"\n[[letter.enclosure]]\nfile = \"zanexo.pdf\"\n");
  Write("out/zanexo.pdf", "annex");
  GiveToAgent();
  ASSERT_EQ(chown(Path("out").c_str(), 0, 0), 0);
  ASSERT_EQ(chown(Path("out/zanexo.pdf").c_str(), 0, 0), 0);
  SetMode("out", 01777);
  {
    const AsAgentUser agent;
    ASSERT_THAT(Open(), IsOk());
    Scan();
    EXPECT_THAT(Names(".rogatoria/taking"), IsEmpty());
    EXPECT_THAT(Names("out"),
                ElementsAre("co-fgn", "pedido.toml", "pedido.toml.status.txt", "zanexo.pdf"));
    EXPECT_THAT(Text("out/pedido.toml.status.txt"), HasSubstr("may not move"));
  }
  ASSERT_EQ(chown(Path("out/zanexo.pdf").c_str(), kAgentUser, 0), 0);
  const AsAgentUser agent;
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(Names("failed"), IsEmpty());
}

TEST_F(SharedSpoolTest, AnItemThatTookNothingIsForgottenAtTheStart) {
  ASSERT_THAT(Open(), IsOk());
  LeaveItem("gone.pdf");
  ASSERT_THAT(Open(), IsOk());
  EXPECT_THAT(Names(".rogatoria/taking"), IsEmpty());
  Write("out/co-fgn/carta.pdf", "letter");
  LeaveItem("carta.pdf");
  ASSERT_THAT(Open(), IsOk());
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(Names("failed"), IsEmpty());
}

TEST_F(SharedSpoolTest, AFileThatIsHereAndCannotBeReadIsNotCalledMissing) {
  Write("out/pedido.toml",
        "kind = \"REQUEST\"\nto = \"co-fgn\"\n[[letter.enclosure]]\nfile = \"anexo.pdf\"\n");
  Write("out/anexo.pdf", "annex");
  // A slip that cannot be read may name the letter beside it.
  Write("out/co-fgn/carta.toml", "kind = \"REQUEST\"\n");
  Write("out/co-fgn/carta.pdf", "letter");
  GiveToAgent();
  SetMode("out/anexo.pdf", 0);
  SetMode("out/co-fgn/carta.toml", 0);
  const AsAgentUser agent;
  ASSERT_THAT(Open(), IsOk());
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Text("out/pedido.toml.status.txt"), HasSubstr("may not read anexo.pdf"));
  EXPECT_THAT(Text("out/co-fgn/carta.pdf.status.txt"), HasSubstr("may not read carta.toml"));
  SetMode("out/anexo.pdf", 0644);
  SetMode("out/co-fgn/carta.toml", 0644);
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(2));
}

TEST_F(SharedSpoolTest, WhatIsMadeIsTheGroupsUnderAnyUmask) {
  SendAndReceive();
  for (const std::string& name : Made()) {
    const mode_t mode = Stat(name).st_mode;
    EXPECT_EQ(mode & 0777, S_ISDIR(mode) ? 0770u : 0640u) << name;
  }
  EXPECT_THAT(Made(), Contains(HasSubstr("status.json")));
  EXPECT_THAT(Made(), Contains(HasSubstr(".receipt")));
  EXPECT_THAT(Made(), Contains(HasSubstr("why.txt")));
  EXPECT_EQ(Stat(".rogatoria").st_mode & 0077, 0u);
}

TEST_F(SharedSpoolTest, TheSpoolsGroupIsHandedOn) {
  ASSERT_TRUE(IsRoot()) << "needs a second group";
  fs::remove_all(Path("out"));
  ASSERT_EQ(chown(Path("").c_str(), static_cast<uid_t>(-1), kSharedGroup), 0);
  SetMode("", 02770);
  SendAndReceive();
  for (const std::string& name : Made()) {
    const struct stat found = Stat(name);
    EXPECT_EQ(found.st_gid, kSharedGroup) << name;
    EXPECT_EQ(S_ISDIR(found.st_mode), (found.st_mode & S_ISGID) != 0) << name;
  }
}

// As where a sandbox refuses that bit.
TEST_F(SharedSpoolTest, TheSpoolsGroupIsHandedOnWithoutTheBitThatDoesIt) {
  ASSERT_TRUE(IsRoot()) << "needs a second group";
  fs::remove_all(Path("out"));
  ASSERT_EQ(chown(Path("").c_str(), static_cast<uid_t>(-1), kSharedGroup), 0);
  SetMode("", 0770);
  ASSERT_THAT(Open(), IsOk());
  Write("out/co-fgn/none.tmp", "");
  ASSERT_EQ(chown(Path("out/co-fgn").c_str(), static_cast<uid_t>(-1), kSharedGroup), 0);
  SetMode("out/co-fgn", 0770);
  SendAndReceive();
  for (const std::string& name : Made()) EXPECT_EQ(Stat(name).st_gid, kSharedGroup) << name;
}

TEST_F(SharedSpoolTest, ASpoolThatCannotBeSharedIsNotOpened) {
  ASSERT_TRUE(IsRoot()) << "needs a group that the agent's user is not of";
  fs::remove_all(Path("out"));
  GiveToAgent();
  ASSERT_EQ(chown(Path("").c_str(), static_cast<uid_t>(-1), kSharedGroup), 0);
  SetMode("", 0770);
  const AsAgentUser agent;
  const absl::Status opened = Open();
  EXPECT_EQ(opened.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(opened.message(), HasSubstr("/out"));
}

TEST_F(SharedSpoolTest, EachRefusalIsToldWithItsOwnReason) {
  ASSERT_THAT(Open(), IsOk());
  const std::string slip = absl::StrCat("kind = \"FREE_FORM\"\nrequest_id = \"", kItemId, "\"\n");
  for (const std::string field : {"legal_basis", "language"}) {
    agent_.set_refusal(Error(Reason::FIELD_REQUIRED).Field(field));
    Write("out/co-fgn/carta.toml", slip + "# " + field + "\n");
    Scan();
    absl::SleepFor(absl::Milliseconds(2));
  }
  const auto refused = Names("failed");
  ASSERT_THAT(refused, SizeIs(2));
  EXPECT_THAT(Text("failed/" + refused[0] + "/why.txt"), HasSubstr("legal_basis"));
  EXPECT_THAT(Text("failed/" + refused[0] + "/carta.toml"), HasSubstr("legal_basis"));
  EXPECT_THAT(Text("failed/" + refused[1] + "/why.txt"), HasSubstr("language"));
  EXPECT_THAT(Text("failed/" + refused[1] + "/carta.toml"), HasSubstr("language"));
}

}  // namespace
}  // namespace rogatoria::agent
