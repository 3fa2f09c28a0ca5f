// Goal: a person sees what waits in the outbox and why, and what was set aside and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/outbox.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/try_command.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::cli {
namespace {

using testing::HasSubstr;

TEST(OutboxCommandsTest, WhatWaitsIsToldInWords) {
  client::TestOffices offices;
  TemporaryFolder folder;
  const client::PreparedAct act = offices.Signed(offices.Request());
  const client::PreparedAct refused = offices.Signed(offices.Request());
  const std::string state = offices.pt().profile.state;
  {
    const auto outbox = *client::Outbox::Open(state);
    for (const client::PreparedAct* one : {&act, &refused}) {
      v1::SubmitActRequest request;
      request.set_request_id(one->request_id);
      *request.mutable_act() = one->act;
      ASSERT_THAT(outbox->Put(request), IsOk());
      if (one == &act) outbox->NoteWhy(request, Error(Reason::OVERLOADED));
      if (one == &refused) {
        ASSERT_THAT(outbox->Fail(request, Error(Reason::SIGNER_NOT_REGISTERED)), IsOk());
      }
    }
  }
  const std::string profile = folder / "office.toml";
  const client::OfficeProfile& pt = offices.pt().profile;
  ASSERT_THAT(
      WriteFileDurably(
          profile,
          absl::StrCat("trust_domain = \"",
                       pt.trust_domain,
                       "\"\nauthority = \"pt-pgr\"\nendpoints = [\"127.0.0.1:1\"]\nhub_ca = \"",
                       pt.hub_ca,
                       "\"\nsigner_ca = \"",
                       pt.signer_ca,
                       "\"\nlog_key = \"",
                       pt.log_key,
                       "\"\nstate = \"",
                       state,
                       "\"\n[tls]\ncertificate = \"",
                       pt.user->files.certificate,
                       "\"\nkey = \"",
                       pt.user->files.key,
                       "\"\n")),
      IsOk());
  const Outcome listed = Try({"--profile", profile, "--language", "es", "outbox", "list"});
  EXPECT_EQ(listed.code, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("espera en la bandeja de salida"));
  EXPECT_THAT(listed.out,
              HasSubstr(std::string(ReasonText(Reason::OVERLOADED, Language::kSpanish))));
  EXPECT_THAT(listed.out, HasSubstr("apartado, rechazado"));
  EXPECT_THAT(
      listed.out,
      HasSubstr(std::string(ReasonText(Reason::SIGNER_NOT_REGISTERED, Language::kSpanish))));
  EXPECT_THAT(listed.out, HasSubstr("solicitud"));
  const Outcome names = Try({"--profile", profile, "-o", "name", "outbox", "list"});
  EXPECT_THAT(names.out, HasSubstr(act.header.act_id()));
  EXPECT_EQ(Try({"--profile", profile, "outbox", "show", "pt-pgr/none"}).code, 11);
}

}  // namespace
}  // namespace rogatoria::cli
