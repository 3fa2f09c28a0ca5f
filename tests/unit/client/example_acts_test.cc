// Goal: deploy/example-acts has a file for each kind of act, and each is read, has nothing missing
// and nothing that contradicts its header, and says the same in JSON and after it was sealed and
// opened.
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/files.h"
#include "common/client/act_file.h"
#include "common/client/content_rules.h"
#include "common/client/draft.h"
#include "common/client/opener.h"
#include "common/client/typed_content.h"
#include "common/model/ids.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr char kFolder[] = ROGATORIA_SOURCE_DIR "/deploy/example-acts";

std::map<std::string, std::string> Examples() {
  std::map<std::string, std::string> files;
  for (const auto& file : fs::directory_iterator(kFolder)) {
    if (file.path().extension() == ".toml")
      files[file.path().stem().string()] = file.path().string();
  }
  return files;
}

TEST(ExampleActsTest, EveryKindHasOne) {
  const auto files = Examples();
  for (int number = v1::ActKind_MIN + 1; number <= v1::ActKind_MAX; ++number) {
    const auto* field = ContentFieldOf(static_cast<v1::ActKind>(number));
    ASSERT_NE(field, nullptr) << number;
    const std::string name = absl::StrReplaceAll(field->name(), {{"_", "-"}});
    ASSERT_TRUE(files.contains(name)) << name;
    const auto draft = ReadActFile(files.at(name));
    ASSERT_THAT(draft, IsOk()) << name;
    EXPECT_EQ(draft->kind, number) << name;
    EXPECT_EQ(KindOfContent(draft->content), number) << name;
  }
}

TEST(ExampleActsTest, NothingIsMissingAndNothingContradicts) {
  for (const auto& [name, path] : Examples()) {
    const auto draft = ReadActFile(path);
    ASSERT_THAT(draft, IsOk()) << name;
    for (const Finding& finding : Lint(*draft, "en")) {
      EXPECT_FALSE(finding.error) << name << ": " << finding.field << ": " << finding.message;
    }
  }
}

TEST(ExampleActsTest, JsonSaysTheSame) {
  TemporaryFolder folder;
  fs::copy(kFolder, folder.path(), fs::copy_options::recursive);
  for (const auto& [name, path] : Examples()) {
    const auto file = LoadActFile(path);
    ASSERT_THAT(file, IsOk()) << name;
    const std::string json = folder / absl::StrCat(name, ".json");
    ASSERT_THAT(WriteFileDurably(json, file->root.dump()), IsOk());
    const auto toml = ReadActFile(path);
    const auto read = ReadActFile(json);
    ASSERT_THAT(read, IsOk()) << name;
    EXPECT_EQ(read->content.SerializeAsString(), toml->content.SerializeAsString()) << name;
    EXPECT_EQ(read->cover_slip.SerializeAsString(), toml->cover_slip.SerializeAsString()) << name;
  }
}

// The case types of the placeholders (deploy/example-acts/README.md), by their last digit.
v1::CaseType CaseTypeOf(const std::string& case_id) {
  switch (case_id.empty() ? '0' : case_id.back()) {
    case '0':
      return v1::CASE_TYPE_UNSPECIFIED;  // the kind's own
    case '2':
      return v1::CASE_TYPE_PRESERVATION;
    case '3':
      return v1::CASE_TYPE_JIT;
    case '4':
      return v1::CASE_TYPE_CONSULTATION;
    case '8':
      return v1::CASE_TYPE_REFERRAL;
    default:
      return v1::CASE_TYPE_MLA;
  }
}

// Sealed with Portugal's keys for Colombia, with what an act takes over from its case.
class SealedExample {
 public:
  absl::StatusOr<OpenedAct> Open(ActDraft draft) {
    SystemClock clock;
    SystemRandom random;
    draft.request_id = GenerateUuid(random, clock.Now());
    if (draft.channel_class == v1::CHANNEL_CLASS_UNSPECIFIED)
      draft.channel_class = v1::CHANNEL_CLASS_FORMAL;
    if (draft.legal_basis.instrument().empty()) draft.legal_basis.set_instrument("UN-TIP-2000");
    Resolution resolution{offices_.RouteTo(offices_.co()),
                          draft.case_id.empty() ? 0u : 1u,
                          CaseTypeOf(draft.case_id)};
    for (size_t i = 0; i < draft.to.size(); ++i) {
      if (i > 0) *resolution.routes.add_routes() = resolution.routes.routes(0);
      resolution.routes.mutable_routes(static_cast<int>(i))
          ->mutable_authority()
          ->set_id(draft.to[i].authority());
    }
    OfficeProfile sender = offices_.pt().profile;
    sender.authority = "mx-fgr";  // in no example
    auto prepared = Prepare(sender, draft, resolution, {offices_.pt().sealing}, clock, random);
    if (!prepared.ok()) return prepared.status();
    const absl::Status is_signed = Sign(*prepared, offices_.pt().user);
    if (!is_signed.ok()) return is_signed;
    return OpenAct(prepared->act, {offices_.co().sealing}, offices_.signers(), clock.Now());
  }

 private:
  TestOffices offices_;
};

TEST(ExampleActsTest, WhatIsSealedIsOpenedAsItWasWrittenAndContradictsNothing) {
  SealedExample sealed;
  for (const auto& [name, path] : Examples()) {
    const auto draft = ReadActFile(path);
    ASSERT_THAT(draft, IsOk()) << name;
    const auto opened = sealed.Open(*draft);
    ASSERT_THAT(opened, IsOk()) << name;
    EXPECT_EQ(opened->content.SerializeAsString(), draft->content.SerializeAsString()) << name;
    for (const content::v1::Discrepancy& one : opened->contradictions)
      ADD_FAILURE() << name << ": " << one.ShortDebugString();
  }
}

}  // namespace
}  // namespace rogatoria::client
