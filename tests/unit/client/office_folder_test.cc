// Goal: what an office sent is in its case folder when the hub has recorded it, no sooner, and
// opens there although the sealing key has changed since.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/office.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::client {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class OfficeFolderTest : public testing::Test {
 protected:
  OfficeFolderTest() : hub_(offices_) { Open(hub_.ProfileOf(offices_.pt())); }
  void Open(const OfficeProfile& profile) {
    pt_.reset();
    pt_ = *Office::Open(profile);
    pt_->connection().set_overall_deadline(absl::Milliseconds(300));
  }
  std::vector<KeptCase> Cases() {
    const auto folder = pt_->Folder();
    EXPECT_THAT(folder, IsOk());
    return folder.ok() ? (*folder)->Find({}).cases : std::vector<KeptCase>();
  }

  TestOffices offices_;
  FakeHub hub_;
  std::unique_ptr<Office> pt_;
};

TEST_F(OfficeFolderTest, WhatWasSentIsKept) {
  const ActDraft draft = offices_.Request();
  ASSERT_THAT(pt_->Send(draft), IsOk());
  const auto cases = Cases();
  ASSERT_THAT(cases, SizeIs(1));
  EXPECT_EQ(cases[0].subject, "assunto reservado");
  EXPECT_THAT(cases[0].counterparts, testing::ElementsAre("co-fgn"));
  const auto opened = pt_->OpenKept("pt-pgr/" + draft.request_id);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->content.letter().text(), "conteúdo reservado");
}

TEST_F(OfficeFolderTest, WhatTheHubRefusedIsNot) {
  hub_.set_answer([](const v1::SubmitActRequest&) -> absl::StatusOr<v1::SubmitActResponse> {
    return absl::Status(Error(Reason::SIGNER_NOT_ACTIVE));
  });
  EXPECT_FALSE(pt_->Send(offices_.Request()).ok());
  EXPECT_THAT(Cases(), IsEmpty());
}

TEST_F(OfficeFolderTest, WhatWaitsForTheHubIsKeptWhenItGoes) {
  hub_.Stop();
  EXPECT_FALSE(pt_->Submit(offices_.Signed(offices_.Request())).ok());
  EXPECT_THAT(Cases(), IsEmpty());
  hub_.Start();
  pt_->connection().set_overall_deadline(absl::Seconds(20));
  const auto flushed = pt_->Flush();
  ASSERT_THAT(flushed, IsOk());
  ASSERT_THAT(*flushed, SizeIs(1));
  EXPECT_THAT((*flushed)[0].status, IsOk());
  EXPECT_THAT(Cases(), SizeIs(1));
}

// It stays in the outbox, and is sent again: the hub answers as it did.
TEST_F(OfficeFolderTest, WhatCannotBeKeptIsNotForgotten) {
  ASSERT_THAT(pt_->Folder(), IsOk());
  const std::string acts = offices_.pt().profile.state + "/cases/acts";
  ASSERT_TRUE(std::filesystem::remove(acts));
  ASSERT_THAT(WriteFileDurably(acts, "a file in its place"), IsOk());
  const ActDraft draft = offices_.Request();
  EXPECT_FALSE(pt_->Send(draft).ok());
  EXPECT_TRUE(pt_->IsInOutbox(draft.request_id));
  std::filesystem::remove(acts);
  ASSERT_THAT(CreateFolders(acts), IsOk());
  ASSERT_THAT(pt_->Flush(), IsOk());
  EXPECT_FALSE(pt_->IsInOutbox(draft.request_id));
  EXPECT_THAT(Cases(), SizeIs(1));
}

TEST_F(OfficeFolderTest, OpensWithAKeyThatCameLater) {
  const ActDraft draft = offices_.Request();
  ASSERT_THAT(pt_->Send(draft), IsOk());
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  const KeyFiles before = profile.sealing[0];
  const TestIdentity next =
      offices_.IssueFiles(CertificateProfile::kSealing, "next", TestPki::Ca::kSigners);
  profile.sealing = {{next.certificate_file, next.key_file}, before};
  Open(profile);
  ASSERT_THAT(pt_->Folder(), IsOk());
  profile.sealing.pop_back();
  Open(profile);
  EXPECT_THAT(pt_->OpenKept("pt-pgr/" + draft.request_id), IsOk());
  profile.sealing = {before};
  Open(profile);
  EXPECT_THAT(pt_->Folder(), HasReason(Reason::FOLDER_KEY_UNUSABLE));
}

TEST_F(OfficeFolderTest, WithoutSealingKeysNothingIsKept) {
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.sealing.clear();
  Open(profile);
  EXPECT_THAT(pt_->Submit(offices_.Signed(offices_.Request())), IsOk());
  EXPECT_THAT(pt_->Folder(), HasReason(Reason::FIELD_REQUIRED));
}

}  // namespace
}  // namespace rogatoria::client
