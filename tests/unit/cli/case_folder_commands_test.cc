// Goal: a clerk finds a case by what they remember and hands it to a court as ordinary files, which
// verify without us.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/client/office.h"
#include "common/crypto/digest.h"
#include "common/crypto/manifest.h"
#include "common/crypto/seal.h"
#include "common/model/ids.h"
#include "services/cli/output.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/cli/office_profile.h"
#include "tests/unit/cli/try_command.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = 8 << 20;

class CaseFolderCommandsTest : public testing::Test {
 protected:
  CaseFolderCommandsTest() : hub_(offices_) {
    setenv("XDG_CONFIG_HOME", folder_.path().c_str(), 1);
    setenv("ROGATORIA_LANGUAGE", "en", 1);
  }
  Outcome Try(const std::vector<std::string>& words) {
    const std::string file = folder_ / "office.toml";
    EXPECT_THAT(WriteFileDurably(file, ProfileToml(hub_.ProfileOf(offices_.pt()))), IsOk());
    std::vector<std::string> all = {"--profile", file};
    all.insert(all.end(), words.begin(), words.end());
    return cli::Try(all);
  }
  // A request with a letter, sent by Portugal.
  std::string Send(const std::string& file_name = "pedido.pdf") {
    client::ActDraft draft = offices_.Request();
    draft.cover_slip.set_subject("Audição de testemunha");
    draft.cover_slip.set_sender_reference("PGR-0412");
    auto& document = *draft.content.mutable_letter()->mutable_document();
    document.set_file_name(file_name);
    document.set_media_type("application/pdf");
    document.set_content("%PDF letter");
    auto office = *client::Office::Open(hub_.ProfileOf(offices_.pt()));
    EXPECT_THAT(office->Send(draft), IsOk());
    return "pt-pgr/" + draft.request_id;
  }
  // A request whose letter is attached, and kept in the case folder as it is when it was fetched.
  std::string SendAttached(const std::string& clear) {
    SystemRandom random;
    client::ActDraft draft = offices_.Request();
    const SecretBytes kek = GenerateKek(random);
    const Bytes sealed = *SealSegment(kek, clear);
    client::AttachedDocument& attached = draft.attached.emplace_back();
    attached.manifest = *MakeManifest({"pt-pgr/" + draft.request_id,
                                       "application/pdf",
                                       {{"co-fgn", "primary", Sha256("key")}},
                                       clear,
                                       {sealed},
                                       {clear.size()}},
                                      random);
    attached.sealed.set_sealed_sha256(Sha256(sealed));
    attached.sealed.set_sealed_size(sealed.size());
    attached.sealed.set_clear_hmac_sha256(attached.manifest.clear_hmac_sha256);
    auto& document = *draft.content.mutable_letter()->mutable_document();
    document.set_file_name("grande.pdf");
    document.set_media_type("application/pdf");
    document.mutable_attached()->set_number(1);
    document.mutable_attached()->set_document_id(
        MakeActId("pt-pgr", GenerateUuid(random, SystemClock().Now())));
    document.mutable_attached()->set_kek(std::string(kek.RevealForUse()));
    auto office = *client::Office::Open(hub_.ProfileOf(offices_.pt()));
    EXPECT_THAT(office->Send(draft), IsOk());
    EXPECT_THAT(WriteFileDurably(folder_ / "fetched", clear), IsOk());
    EXPECT_THAT(
        (*office->Folder())->KeepDocument("pt-pgr/" + draft.request_id, 1, folder_ / "fetched"),
        IsOk());
    return "pt-pgr/" + draft.request_id;
  }
  // Files of the export, by their paths in it.
  std::vector<std::string> Files(const std::string& target) {
    std::vector<std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(target))
      if (file.is_regular_file()) files.push_back(fs::relative(file.path(), target).string());
    std::sort(files.begin(), files.end());
    return files;
  }
  std::string Text(const std::string& path) { return *ReadFile(path, kMaxBytes); }
  std::string ActFolder(const std::string& target) {
    for (const auto& file : fs::directory_iterator(target))
      if (file.is_directory()) return file.path().string();
    return "";
  }

  client::TestOffices offices_;
  client::FakeHub hub_;
  TemporaryFolder folder_;
};

TEST_F(CaseFolderCommandsTest, FindsWithoutTheHub) {
  const std::string act = Send();
  hub_.Stop();
  const Outcome found = Try({"case", "find", "--text", "audicao 0412", "--with", "co-fgn"});
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_TRUE(absl::StrContains(found.out, act));
  EXPECT_TRUE(absl::StrContains(found.out, "Audição de testemunha"));
  for (const std::vector<std::string>& none : {std::vector<std::string>{"--text", "cuentas"},
                                               {"--with", "br-pgr"},
                                               {"--to", "2020-01-01"},
                                               {"--from", "2199-01-01"}}) {
    std::vector<std::string> words = {"-o", "name", "case", "find"};
    words.insert(words.end(), none.begin(), none.end());
    EXPECT_EQ(Try(words).out, "") << none[0];
  }
  EXPECT_EQ(Try({"-o", "name", "case", "find", "--from", "2020-01-01", "--case", act}).out,
            act + "\n");
  EXPECT_NE(Try({"case", "find", "--from", "ayer"}).code, 0);
}

// A program that reads from the top sees them before it sees the content, as people do.
TEST_F(CaseFolderCommandsTest, WhatIsSeenBeforeTheContentComesFirstForProgramsToo) {
  client::ActDraft draft = offices_.Request();
  draft.cover_slip.add_handling(content::v1::HANDLING_CODE_H3);
  draft.cover_slip.set_handling_restriction("Só o procurador do processo.");
  draft.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  draft.cover_slip.add_do_not_contact(content::v1::CONTACT_MANNER_FAMILY);
  auto office = *client::Office::Open(hub_.ProfileOf(offices_.pt()));
  ASSERT_THAT(office->Send(draft), IsOk());
  const std::string act = "pt-pgr/" + draft.request_id;
  const Json shown = Json::parse(Try({"-o", "json", "inbox", "open", act}).out);
  EXPECT_EQ(shown["do_not_contact"], Json::array({"FAMILY"}));
  EXPECT_EQ(shown["handling"], Json::array({"H3"}));
  EXPECT_EQ(shown["precautions"], Json::array({"BREAKS"}));
  EXPECT_EQ(shown["handling_restriction"], "Só o procurador do processo.");
  EXPECT_EQ(shown.begin().key(), "do_not_contact");
  EXPECT_EQ(shown["act"], act);
  const std::string yaml = Try({"-o", "yaml", "inbox", "open", act}).out;
  EXPECT_LT(yaml.find("do_not_contact:"), yaml.find("act:")) << yaml;
  EXPECT_LT(yaml.find("precautions:"), yaml.find("content:")) << yaml;
}

TEST_F(CaseFolderCommandsTest, ExportsOrdinaryFilesThatVerifyAlone) {
  const std::string act = Send("../../etc/pass\nwd.pdf");
  hub_.Stop();
  const std::string target = folder_ / "export";
  const Outcome outcome = Try({"--language", "es", "case", "export", act, "--out", target});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string of_act = ActFolder(target);
  EXPECT_TRUE(absl::StrContains(of_act, "/01-2")) << of_act;
  EXPECT_TRUE(absl::EndsWith(of_act, "-REQUEST-pt-pgr"));
  EXPECT_EQ(Text(of_act + "/documents/1-pass_wd.pdf"), "%PDF letter");
  EXPECT_TRUE(absl::StrContains(Text(of_act + "/act.txt"), "Audição de testemunha"));
  EXPECT_TRUE(absl::StrContains(Text(target + "/README.txt"), "Para verificar un comprobante"));
  EXPECT_EQ(Files(target).size(), 4u + 5u + 2u);  // at the top, of the act, receipts
  // The receipts by the export's own script, with no program of ours.
  for (const std::string event : {"SUBMISSION_ACCEPTANCE", "CONTENT_CONSIGNMENT-co-fgn"}) {
    const std::string command = absl::StrCat("cd '",
                                             target,
                                             "' && ./verify-receipt.sh '",
                                             of_act,
                                             "/receipts/",
                                             event,
                                             ".receipt' log-keys.txt > verified 2>&1");
    EXPECT_EQ(std::system(command.c_str()), 0) << Text(target + "/verified");
  }
  // The signature by the command of the README.
  const std::string signature =
      absl::StrCat("cd '",
                   of_act,
                   "' && openssl cms -verify -cades -binary -inform DER -in signature.p7s -content "
                   "header.bin -CAfile ../signers-ca.pem -purpose any -out ../signed > ../verified "
                   "2>&1");
  EXPECT_EQ(std::system(signature.c_str()), 0) << Text(target + "/verified");
}

TEST_F(CaseFolderCommandsTest, AnAttachedDocumentComesFromTheFolderWhenTheHubHasItNoLonger) {
  const std::string act = SendAttached("clear text");
  hub_.Stop();
  const std::string target = folder_ / "export";
  const Outcome outcome = Try({"case", "export", act, "--out", target});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(Text(ActFolder(target) + "/documents/1-grande.pdf"), "clear text");
}

TEST_F(CaseFolderCommandsTest, OverwritesNothing) {
  const std::string act = Send();
  const std::string target = folder_ / "export";
  ASSERT_EQ(Try({"case", "export", act, "--out", target + "/"}).code, 0);
  const auto files = Files(target);
  const Outcome again = Try({"case", "export", act, "--out", target});
  EXPECT_NE(again.code, 0);
  EXPECT_EQ(Files(target), files);
  EXPECT_NE(Try({"case", "export", "pt-pgr/none", "--out", target + "2"}).code, 0);
  EXPECT_FALSE(fs::exists(target + "2"));
}

TEST_F(CaseFolderCommandsTest, WhatIsDamagedIsNamedAndTheRestIsThere) {
  const std::string act = Send();
  const std::string acts = offices_.pt().profile.state + "/cases/acts";
  for (const auto& file : fs::directory_iterator(acts)) {
    std::string bytes = Text(file.path().string());
    bytes[100] = static_cast<char>(bytes[100] ^ 1);
    ASSERT_THAT(WriteFileDurably(file.path().string(), bytes), IsOk());
  }
  const std::string target = folder_ / "export";
  const Outcome outcome = Try({"case", "export", act, "--out", target});
  EXPECT_EQ(outcome.code, 3) << outcome.err;
  EXPECT_TRUE(absl::StrContains(Text(target + "/README.txt"), "Not in this export"));
  EXPECT_TRUE(fs::exists(ActFolder(target) + "/receipts/SUBMISSION_ACCEPTANCE.receipt"));
}

}  // namespace
}  // namespace rogatoria::cli
