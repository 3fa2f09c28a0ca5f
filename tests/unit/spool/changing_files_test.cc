// Goal: what a spool sends is what it looked at: a file that became another, a link, or longer
// between the look and the sending goes nowhere, stays in `out`, and is looked at anew. What is
// refused has its files and its reason.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "services/agent/spool.h"
#include "services/agent/spool_item.h"
#include "services/agent/spool_slip.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/spool/agents/file_agent.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr size_t kMaxBytes = 1 << 20;
constexpr char kSecret[] = "another's secret";
constexpr char kSlip[] = "kind = \"REQUEST\"\nto = \"co-fgn\"\n";

class ChangingFilesTest : public testing::Test {
 protected:
  ChangingFilesTest() : agent_(disk_ / "agent") {
    SpoolOptions options;
    options.settle = absl::ZeroDuration();
    options.tell_after = absl::ZeroDuration();
    spool_ = *Spool::Open(disk_ / "spool", agent_, options);
    spool_->Resume();
    Write("defaults/letter.toml", "kind = \"SPONTANEOUS_INFORMATION\"\nchannel = \"INFORMAL\"\n");
    std::ofstream(disk_ / "secret") << kSecret;
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
  void PutLinkOver(const std::string& name, const std::string& target) {
    fs::create_symlink(target, Path("out/.link"));
    fs::rename(Path("out/.link"), Path(name));
  }
  std::string Text(const std::string& name) {
    const auto text = ReadFile(Path(name), kMaxBytes);
    return text.ok() ? *text : "none";
  }
  std::string Only(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(Path(folder)))
      names.push_back(absl::StrCat(folder, "/", entry.path().filename().string()));
    EXPECT_THAT(names, SizeIs(1)) << folder;
    return names.empty() ? "none" : names[0];
  }
  std::vector<std::string> NamesIn(const std::string& folder) {
    auto names = ListFolder(Path(folder)).value_or(std::vector<std::string>());
    std::sort(names.begin(), names.end());
    return names;
  }
  // Once, when the first file has been read: by then everything was looked at.
  void AfterTheFirstRead(std::function<void(const std::string&)> act) {
    agent_.set_given([this, act](const std::string& path) {
      if (std::exchange(acted_, true)) return;
      act(path);
    });
  }
  std::vector<std::string> SentTexts() {
    std::vector<std::string> texts;
    for (const v1::SendRequest& request : agent_.sent()) texts.push_back(request.text());
    std::sort(texts.begin(), texts.end());
    return texts;
  }

  TemporaryFolder disk_{QuickFolder()};
  FileAgent agent_;
  bool acted_ = false;
  std::unique_ptr<Spool> spool_;
};

TEST_F(ChangingFilesTest, ALinkThatTookAFilesPlaceAfterTheLookIsNotFollowed) {
  Write("out/co-fgn/a.pdf", "a");
  Write("out/co-fgn/b.pdf", "b");
  AfterTheFirstRead([&](const std::string&) { PutLinkOver("out/co-fgn/b.pdf", disk_ / "secret"); });
  Scan();
  EXPECT_THAT(SentTexts(), ElementsAre("a"));
  EXPECT_TRUE(fs::is_symlink(Path("out/co-fgn/b.pdf")));
  EXPECT_THAT(Text("out/co-fgn/b.pdf.status.txt"), HasSubstr("It waits"));
  Scan();
  EXPECT_THAT(SentTexts(), ElementsAre("a"));
  EXPECT_THAT(Text("out/co-fgn/b.pdf.status.txt"), HasSubstr("no ordinary file"));
  EXPECT_TRUE(fs::is_empty(Path(".rogatoria/taking")));
}

TEST_F(ChangingFilesTest, NorOneInTheSlipsPlace) {
  Write("elsewhere.toml", absl::StrCat(kSlip, "[cover_slip]\nsubject = \"", kSecret, "\"\n"));
  for (const char* name : {"a", "b"}) {
    Write(absl::StrCat("out/", name, ".toml"), kSlip);
    Write(absl::StrCat("out/", name, ".pdf"), name);
  }
  AfterTheFirstRead([&](const std::string&) { PutLinkOver("out/b.toml", Path("elsewhere.toml")); });
  Scan();
  Scan();
  ASSERT_THAT(agent_.sent(), SizeIs(1));
  EXPECT_THAT(agent_.sent()[0].act_json(), Not(HasSubstr(kSecret)));
  EXPECT_TRUE(fs::is_symlink(Path("out/b.toml")));
  EXPECT_EQ(Text("out/b.pdf"), "b");
}

TEST_F(ChangingFilesTest, ASlipThatIsALinkIsNotRead) {
  Write("elsewhere.toml", kSlip);
  PutLinkOver("out/a.toml", Path("elsewhere.toml"));
  EXPECT_THAT(ReadSlip(Path("out/a.toml")), HasReason(Reason::FILE_UNREADABLE));
  EXPECT_THAT(ReadSlip(Path("elsewhere.toml")), IsOk());
  ASSERT_EQ(mkfifo(Path("out/b.toml").c_str(), 0600), 0);
  EXPECT_THAT(ReadSlip(Path("out/b.toml")), HasReason(Reason::FILE_UNREADABLE));
}

TEST_F(ChangingFilesTest, ANewVersionThatIsBeingWrittenIsNotSentHalf) {
  Write("out/co-fgn/a.pdf", "a");
  Write("out/co-fgn/b.pdf", "old");
  AfterTheFirstRead([&](const std::string&) { Write("out/co-fgn/b.pdf", "new, half"); });
  Scan();
  EXPECT_THAT(SentTexts(), ElementsAre("a"));
  Write("out/co-fgn/b.pdf", "new, half and whole");
  Scan();
  EXPECT_THAT(SentTexts(), ElementsAre("a", "new, half and whole"));
}

TEST_F(ChangingFilesTest, WhatIsWrittenToWhileItIsReadGoesBackAndWaits) {
  Write("out/co-fgn/carta.pdf", "half");
  AfterTheFirstRead([&](const std::string& path) {
    std::ofstream(path, std::ios::binary | std::ios::app) << " and whole";
  });
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_EQ(Text("out/co-fgn/carta.pdf"), "half and whole");
  EXPECT_TRUE(fs::is_empty(Path(".rogatoria/taking")));
  EXPECT_EQ(agent_.files(), 0U) << "a copy stays of each try";
  Scan();
  EXPECT_THAT(SentTexts(), ElementsAre("half and whole"));
  EXPECT_EQ(Text(Only("receipts") + "/sent/carta.pdf"), "half and whole");
  EXPECT_EQ(agent_.files(), 0U) << "a copy stays of what was sent";
}

TEST_F(ChangingFilesTest, WhatCannotGoBackIsToldOfInFailed) {
  Write("out/co-fgn/carta.pdf", "half");
  AfterTheFirstRead([&](const std::string& path) {
    std::ofstream(path, std::ios::binary | std::ios::app) << " and whole";
    Write("out/co-fgn/carta.pdf", "the next");
  });
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  const std::string folder = Only("failed");
  EXPECT_EQ(Text(folder + "/carta.pdf"), "half and whole");
  EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("changed while it was taken"));
  Scan();
  EXPECT_THAT(SentTexts(), ElementsAre("the next"));
}

TEST_F(ChangingFilesTest, ASlipDoesNotGoWithoutALetterThatCannotBeTaken) {
  Write("out/carta.toml", absl::StrCat(kSlip, "[letter]\ntext = \"attached\"\n"));
  PutLinkOver("out/carta.pdf", disk_ / "secret");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(Text("out/carta.toml.status.txt"), HasSubstr("carta.pdf is no ordinary file"));
  fs::remove(Path("out/carta.pdf"));
  Scan();
  EXPECT_THAT(agent_.sent(), SizeIs(1));
}

// What a slip names goes with it: not as a letter of its own, while the slip waits or is refused.
TEST_F(ChangingFilesTest, AnEnclosureNeverGoesWithoutItsSlip) {
  Write("out/co-fgn/anexo.pdf", "enclosure");
  Write("out/co-fgn/carta.toml",
        absl::StrCat(kSlip, "[[letter.enclosure]]\nfile = \"anexo.pdf\"\n"));
  PutLinkOver("out/co-fgn/carta.pdf", disk_ / "secret");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  fs::remove(Path("out/co-fgn/carta.pdf"));
  Write("out/co-fgn/carta.pdf", "letter");
  Write("out/co-fgn/carta.docx", "which of both?");
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  Write("out/co-fgn/carta.toml",
        absl::StrCat(kSlip,
                     "[[letter.enclosure]]\nfile = \"anexo.pdf\"\n"
                     "[[letter.enclosure]]\nfile = \"../elsewhere.pdf\"\n"));
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  EXPECT_THAT(NamesIn(Only("failed")),
              ElementsAre("anexo.pdf", "carta.docx", "carta.pdf", "carta.toml", "why.txt"));
}

TEST_F(ChangingFilesTest, ASlipIsNeverPartedFromItsLetter) {
  Write("out/carta.toml", kSlip);
  Write("out/carta.pdf", "half");
  AfterTheFirstRead([&](const std::string& path) {
    std::ofstream(path, std::ios::binary | std::ios::app) << " and whole";
    Write("out/carta.pdf", "the next");
  });
  Scan();
  Scan();
  EXPECT_THAT(agent_.sent(), IsEmpty());
  const std::string folder = Only("failed");
  EXPECT_EQ(Text(folder + "/carta.pdf"), "half and whole");
  EXPECT_EQ(Text(folder + "/carta.toml"), kSlip);
  EXPECT_EQ(Text("out/carta.pdf"), "the next");
  EXPECT_EQ(Text("out/carta.toml"), "none");
}

// Under an id of our choosing it would be sent again with each try.
TEST_F(ChangingFilesTest, ASlipWhoseRequestIdIsNoneIsRefused) {
  for (const char* id : {"EXP-2026-77", "3F2504E0-4F89-41D3-9A0C-0305E82C3301"}) {
    Write("out/carta.toml", absl::StrCat("request_id = \"", id, "\"\n", kSlip));
    Write("out/carta.pdf", "letter");
    Scan();
    EXPECT_THAT(agent_.sent(), IsEmpty());
    const std::string folder = Only("failed");
    EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("request_id")) << id;
    EXPECT_EQ(Text(folder + "/carta.pdf"), "letter");
    fs::remove_all(Path(folder));
  }
}

TEST_F(ChangingFilesTest, ALetterNamedLikeTheReasonTakesNotItsPlace) {
  agent_.set_refusal(Error(Reason::FIELD_REQUIRED).Field("legal_basis"));
  Write("out/co-fgn/why.txt", "letter");
  Scan();
  const std::string folder = Only("failed");
  EXPECT_THAT(Text(folder + "/why.txt"), HasSubstr("legal_basis"));
  EXPECT_EQ(Text(folder + "/1-why.txt"), "letter");
}

// The journal has what was seen, and one of an earlier version still reads.
TEST_F(ChangingFilesTest, AKillInBetweenForgetsNothingOfIt) {
  Write("out/co-fgn/carta.pdf", "letter");
  SpoolFolders folders(disk_ / "spool");
  SpoolItem item;
  item.request_id = "6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  item.contact = "co-fgn";
  item.name = "carta.pdf";
  item.files = {"carta.pdf"};
  item.letter = 0;
  ASSERT_THAT(BeginItem(folders, item), IsOk());
  const std::string folder = folders.taking() + "/" + item.request_id;
  EXPECT_THAT(ReadItem(folder)->marks, IsEmpty());
  item.marks = {*MarkOf(Path("out/co-fgn/carta.pdf"))};
  ASSERT_THAT(BeginItem(folders, item), IsOk());
  EXPECT_EQ(ReadItem(folder)->marks, item.marks);
  Write("out/co-fgn/carta.pdf", "another letter");
  EXPECT_TRUE(HasChanged(MoveFilesIn(folders, *ReadItem(folder))));
  EXPECT_EQ(Text("out/co-fgn/carta.pdf"), "another letter");
}

}  // namespace
}  // namespace rogatoria::agent
