// Goal: every act that an office received or sent is in its case folder as it came, is found by
// what a clerk remembers, and stays readable when keys change, an index is lost, or another file
// breaks.
#include "common/client/case_folder.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/files.h"
#include "common/client/opener.h"
#include "common/model/ids.h"
#include "tests/support/cpu_time.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr size_t kMaxBytes = 8 << 20;

class CaseFolderTest : public testing::Test {
 protected:
  static TestOffices& offices() {
    static auto& offices = *new TestOffices();
    return offices;
  }
  CaseFolderTest() { folder_ = Open({offices().co().sealing}); }

  std::unique_ptr<CaseFolder> Open(const std::vector<KeyPair>& keys) {
    auto folder = CaseFolder::Open(disk_.path(), "co-fgn", keys);
    EXPECT_THAT(folder, IsOk());
    return folder.ok() ? *std::move(folder) : nullptr;
  }
  void OpenAgain() { folder_ = Open({offices().co().sealing}); }
  PreparedAct Make(const std::string& subject, const std::string& reference = "") {
    ActDraft draft = offices().Request();
    draft.cover_slip.set_subject(subject);
    draft.cover_slip.set_sender_reference(reference);
    return offices().Signed(draft);
  }
  PreparedAct Keep(const std::string& subject, const std::string& reference = "") {
    PreparedAct made = Make(subject, reference);
    EXPECT_THAT(folder_->Keep(made.act), IsOk());
    return made;
  }
  std::string FileOf(const std::string& act_id) {
    return absl::StrCat(
        disk_.path(), "/cases/acts/", absl::StrReplaceAll(act_id, {{"/", "_"}}), ".act");
  }
  void Overwrite(const std::string& path, const std::string& bytes) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  std::vector<std::string> Found(const CaseQuery& query) {
    std::vector<std::string> subjects;
    for (const KeptCase& one : folder_->Find(query).cases) subjects.push_back(one.subject);
    std::sort(subjects.begin(), subjects.end());
    return subjects;
  }
  // Acts of cases of their own, written without sealing or syncing each.
  void Fill(int count);

  TemporaryFolder disk_{QuickFolder()};
  std::unique_ptr<CaseFolder> folder_;
};

void CaseFolderTest::Fill(int count) {
  SystemRandom random;
  const PreparedAct made = Make("x");
  for (int i = 0; i < count; ++i) {
    KeptActEntry entry = *EntryOf(made.act, {offices().co().sealing});
    entry.act.act_id = MakeActId("pt-pgr", GenerateUuid(random, SystemClock().Now()));
    entry.act.case_id = entry.act.act_id;
    entry.act.subject = absl::StrCat("Audição de testemunha protegida número ", i);
    entry.act.reference = absl::StrCat("PGR-2026-", i);
    const std::string path = FileOf(entry.act.act_id);
    const std::string name = absl::StrCat("cases/acts/", fs::path(path).filename().string());
    Overwrite(path, KeptActFile(made.act, entry, folder_->records(), name));
  }
}

TEST_F(CaseFolderTest, AnActIsThereAsItCame) {
  const PreparedAct act = Keep("asunto");
  OpenAgain();
  EXPECT_TRUE(folder_->Holds(act.header.act_id()));
  const auto loaded = folder_->Load(act.header.act_id());
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->SerializeAsString(), act.act.SerializeAsString());
  const auto known = folder_->Describe(act.header.act_id());
  ASSERT_THAT(known, IsOk());
  EXPECT_EQ(known->sender, "pt-pgr");
  EXPECT_THAT(known->recipients, ElementsAre("co-fgn"));
  EXPECT_EQ(known->case_id, act.header.act_id());
  EXPECT_EQ(known->kind, v1::ACT_KIND_REQUEST);
  EXPECT_EQ(known->created_unix_ms, act.header.created_unix_ms());
  EXPECT_EQ(known->subject, "asunto");
  // The file itself reads as the act, for who knows nothing of this folder.
  v1::Act plain;
  ASSERT_TRUE(plain.ParseFromString(*ReadFile(FileOf(act.header.act_id()), kMaxBytes)));
  EXPECT_EQ(plain.header(), act.act.header());
}

TEST_F(CaseFolderTest, KeepingTwiceIsKeepingOnce) {
  const PreparedAct act = Keep("asunto");
  const auto before = fs::last_write_time(FileOf(act.header.act_id()));
  EXPECT_THAT(folder_->Keep(act.act), IsOk());
  EXPECT_EQ(fs::last_write_time(FileOf(act.header.act_id())), before);
  EXPECT_THAT(folder_->Find({}).cases, SizeIs(1));
}

TEST_F(CaseFolderTest, WhatCannotBeOpenedIsNotKept) {
  PreparedAct act = Make("asunto");
  act.act.clear_key_envelopes();
  EXPECT_THAT(folder_->Keep(act.act), HasReason(Reason::NOT_SEALED_TO_US));
  act.act.set_header("x");
  EXPECT_FALSE(folder_->Keep(act.act).ok());
  EXPECT_THAT(folder_->Find({}).cases, IsEmpty());
}

TEST_F(CaseFolderTest, NoIdLeadsElsewhere) {
  for (const char* id : {"", "../../x", "pt-pgr/../x", "pt-pgr_x", "pt-pgr/0193\n"}) {
    EXPECT_FALSE(folder_->Holds(id));
    EXPECT_THAT(folder_->Load(id), HasReason(Reason::ACT_NOT_FOUND));
    EXPECT_THAT(folder_->KeyOf(id), HasReason(Reason::ACT_NOT_FOUND));
    EXPECT_THAT(folder_->KeepDocument(id, 1, "/etc/hosts"), HasReason(Reason::ACT_NOT_FOUND));
    EXPECT_FALSE(folder_->HoldsDocument(id, 1));
  }
}

TEST_F(CaseFolderTest, IsFoundByWhatAClerkRemembers) {
  Keep("Audição de testemunha", "PGR-2026-0412");
  Keep("Cuentas bancarias", "PGR-2026-0413");
  EXPECT_THAT(Found({}), SizeIs(2));
  EXPECT_THAT(Found({.text = "audicao"}), ElementsAre("Audição de testemunha"));
  EXPECT_THAT(Found({.text = "TESTEMUNHA 0412"}), ElementsAre("Audição de testemunha"));
  EXPECT_THAT(Found({.text = "testemunha 0413"}), IsEmpty());
  EXPECT_THAT(Found({.text = "pgr-2026"}), SizeIs(2));
  EXPECT_THAT(Found({.counterpart = "pt-pgr"}), SizeIs(2));
  EXPECT_THAT(Found({.counterpart = "br-pgr"}), IsEmpty());
  EXPECT_THAT(Found({.counterpart = "co-fgn"}), IsEmpty());  // ourselves
}

TEST_F(CaseFolderTest, IsFoundByCaseAndTime) {
  const PreparedAct first = Keep("uno");
  const PreparedAct second = Keep("dos");
  EXPECT_THAT(Found({.case_id = first.header.case_id()}), ElementsAre("uno"));
  const int64_t at = second.header.created_unix_ms();
  EXPECT_THAT(Found({.from_unix_ms = at + 1}), IsEmpty());
  EXPECT_THAT(Found({.from_unix_ms = at}), testing::Contains("dos"));
  EXPECT_THAT(Found({.until_unix_ms = first.header.created_unix_ms()}), IsEmpty());
  EXPECT_THAT(folder_->FindActs({.case_id = first.header.case_id()}).acts, SizeIs(1));
}

TEST_F(CaseFolderTest, AnotherProgramsActsAreSeen) {
  EXPECT_THAT(folder_->Find({}).cases, IsEmpty());
  const PreparedAct act = Make("de otro");
  ASSERT_THAT(Open({offices().co().sealing})->Keep(act.act), IsOk());
  EXPECT_THAT(Found({}), ElementsAre("de otro"));
  fs::remove(FileOf(act.header.act_id()));
  EXPECT_THAT(Found({}), IsEmpty());
}

TEST_F(CaseFolderTest, ADamagedActKeepsNoOther) {
  const PreparedAct bad = Keep("uno");
  Keep("dos");
  OpenAgain();
  const Bytes whole = *ReadFile(FileOf(bad.header.act_id()), kMaxBytes);
  for (const Bytes& damaged : {Bytes(), whole.substr(0, 100), Bytes("no act at all")}) {
    Overwrite(FileOf(bad.header.act_id()), damaged);
    const FoundCases found = folder_->Find({});
    ASSERT_THAT(found.cases, SizeIs(1));
    EXPECT_EQ(found.cases[0].subject, "dos");
    ASSERT_THAT(found.bad, SizeIs(1));
    EXPECT_EQ(found.bad[0].path, FileOf(bad.header.act_id()));
    EXPECT_FALSE(found.bad[0].status.ok());
    EXPECT_FALSE(folder_->Load(bad.header.act_id()).ok());
  }
  // It may come again, and takes its place.
  ASSERT_THAT(folder_->Keep(bad.act), IsOk());
  EXPECT_THAT(folder_->Load(bad.header.act_id()), IsOk());
}

TEST_F(CaseFolderTest, ABitThatChangedInAnActIsSeen) {
  const PreparedAct act = Keep("uno");
  const Bytes whole = *ReadFile(FileOf(act.header.act_id()), kMaxBytes);
  for (size_t i = 0; i < whole.size(); i += 97) {
    Bytes changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    Overwrite(FileOf(act.header.act_id()), changed);
    const auto loaded = folder_->Load(act.header.act_id());
    // What its own digests and signature hold is as it came.
    if (!loaded.ok()) continue;
    const bool same = loaded->SerializeAsString() == act.act.SerializeAsString();
    const bool opens =
        OpenAct(*loaded, {offices().co().sealing}, offices().signers(), SystemClock().Now()).ok();
    EXPECT_TRUE(same || !opens || loaded->body() == act.act.body()) << i;
  }
}

TEST_F(CaseFolderTest, AnotherActInItsPlaceIsNotTakenForIt) {
  const PreparedAct one = Keep("uno");
  const PreparedAct other = Keep("dos");
  Overwrite(FileOf(one.header.act_id()), *ReadFile(FileOf(other.header.act_id()), kMaxBytes));
  EXPECT_THAT(folder_->Load(one.header.act_id()), HasReason(Reason::KEPT_FILE_DAMAGED));
  EXPECT_THAT(folder_->Load(other.header.act_id()), IsOk());
}

TEST_F(CaseFolderTest, ATrailerThatIsLostIsMadeAgain) {
  const PreparedAct act = Keep("uno");
  Overwrite(FileOf(act.header.act_id()), act.act.SerializeAsString());
  OpenAgain();
  EXPECT_THAT(Found({.text = "uno"}), SizeIs(1));
  EXPECT_THAT(folder_->KeyOf(act.header.act_id()), IsOk());
  // So it is with a key of the folder that is lost altogether.
  for (const char* name : {"/folder.key", "/folder.key.copy"}) fs::remove(disk_.path() + name);
  OpenAgain();
  EXPECT_THAT(Found({.text = "uno"}), SizeIs(1));
  EXPECT_THAT(folder_->Load(act.header.act_id()), IsOk());
}

TEST_F(CaseFolderTest, StaysReadableWhenTheSealingKeyIsGone) {
  const PreparedAct act = Keep("uno");
  const KeyPair next = offices().Issue(CertificateProfile::kSealing, "next");
  Open({next, offices().co().sealing});
  folder_ = Open({next});
  EXPECT_THAT(Found({.text = "uno"}), SizeIs(1));
  const v1::Act loaded = *folder_->Load(act.header.act_id());
  EXPECT_FALSE(OpenAct(loaded, {next}, offices().signers(), SystemClock().Now()).ok());
  const auto opened = OpenActWithKey(
      loaded, *folder_->KeyOf(act.header.act_id()), offices().signers(), SystemClock().Now());
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->content.letter().text(), "conteúdo reservado");
}

TEST_F(CaseFolderTest, NothingSealedIsOnDiskInClear) {
  Keep("asunto reservadísimo");
  folder_->Find({});
  for (const auto& file : fs::recursive_directory_iterator(disk_.path())) {
    if (file.is_regular_file()) {
      EXPECT_FALSE(absl::StrContains(*ReadFile(file.path().string(), kMaxBytes), "reservad"));
    }
  }
}

TEST_F(CaseFolderTest, TheInboxOfEarlierVersionsIsTakenOver) {
  const PreparedAct good = Make("de antes");
  PreparedAct alien = Make("de nadie");
  alien.act.clear_key_envelopes();
  Overwrite(disk_ / "inbox/good.act", good.act.SerializeAsString());
  Overwrite(disk_ / "inbox/alien.act", alien.act.SerializeAsString());
  Overwrite(disk_ / "inbox/torn.act", good.act.SerializeAsString().substr(0, 50));
  OpenAgain();
  EXPECT_THAT(Found({}), ElementsAre("de antes"));
  EXPECT_FALSE(fs::exists(disk_ / "inbox/good.act"));
  EXPECT_TRUE(fs::exists(disk_ / "inbox/alien.act"));
  EXPECT_TRUE(fs::exists(disk_ / "inbox/torn.act"));
  EXPECT_THAT(folder_->left_in_inbox(), SizeIs(2));
  EXPECT_THAT(folder_->Find({}).bad, SizeIs(2));
}

TEST_F(CaseFolderTest, DocumentsAreKeptWhenTheHubHasErasedThem) {
  const PreparedAct act = Keep("uno");
  const std::string& id = act.header.act_id();
  Overwrite(disk_ / "video", std::string(3'000'000, 'v'));
  EXPECT_FALSE(folder_->HoldsDocument(id, 1));
  ASSERT_THAT(folder_->KeepDocument(id, 1, disk_ / "video"), IsOk());
  EXPECT_TRUE(folder_->HoldsDocument(id, 1));
  EXPECT_EQ((*folder_->OpenDocument(id, 1))->size(), 3'000'000u);
  ASSERT_THAT(folder_->SaveDocument(id, 1, disk_ / "again"), IsOk());
  EXPECT_EQ(fs::file_size(disk_ / "again"), 3'000'000u);
  EXPECT_THAT(folder_->SaveDocument(id, 2, disk_ / "none"), HasReason(Reason::NOT_FOUND));
}

TEST_F(CaseFolderTest, TenThousandActsAreSearchedByTheIndex) {
  Fill(10'000);
  const auto cost_of_a_search = [&] {
    const double before = CpuSeconds();
    EXPECT_THAT(folder_->Find({.text = "audicao 2026-4711"}).cases, SizeIs(1));
    return CpuSeconds() - before;
  };
  cost_of_a_search();
  OpenAgain();
  const double by_index = cost_of_a_search();
  const double in_memory = cost_of_a_search();
  // Without the index each act is read once, and the index made again.
  ASSERT_TRUE(fs::remove(disk_ / "cases/index"));
  OpenAgain();
  const double by_the_acts = cost_of_a_search();
  EXPECT_LT(by_index, by_the_acts);
  EXPECT_LT(in_memory, by_the_acts);
  EXPECT_TRUE(fs::exists(disk_ / "cases/index"));
  std::cout << "seconds of the processor: in memory " << in_memory << ", by the index " << by_index
            << ", by the acts " << by_the_acts << "\n";
}

TEST_F(CaseFolderTest, ATornIndexIsMadeAgain) {
  Fill(300);
  EXPECT_THAT(folder_->Find({}).cases, SizeIs(300));
  Overwrite(disk_ / "cases/index", "torn");
  OpenAgain();
  EXPECT_THAT(folder_->Find({}).cases, SizeIs(300));
}

TEST(FoldTextTest, LettersOfTheRegion) {
  EXPECT_EQ(FoldText("Não Ñandú ÀÉÎÕÜ çÇ"), "nao nandu aeiou cc");
  EXPECT_EQ(FoldText("Łódź Šiška"), "lodz siska");
  EXPECT_EQ(FoldText("€ 漢 \xc3"), "€ 漢 \xc3");
}

}  // namespace
}  // namespace rogatoria::client
