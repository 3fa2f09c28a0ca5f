// Goal: who is a custodian of identity parts, and with which certificate, is said once and apart.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/directory/key_statement.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/directory/test_directory.h"

namespace rogatoria {
namespace {

// A further statement of Portugal's, on one of its certificates.
std::string Further(const Certificate& certificate, v1::KeyPurpose purpose) {
  const auto statement =
      SignKeyStatement(MakeKeyStatementBody(kTrustDomain,
                                            "pt-pgr",
                                            certificate,
                                            purpose,
                                            kNow,
                                            {kNow.unix_ms + kDayMs},
                                            KeyStatementDigest(Portugal().archive_statement)),
                       Portugal().identity);
  return absl::StrCat("[[key_statement]]\nauthority = \"pt-pgr\"\nstatement = \"",
                      ToBase64(statement->statement()),
                      "\"\nsignature = \"",
                      ToBase64(statement->signature()),
                      "\"\ncertificate = '''\n",
                      certificate.ToPem(),
                      "'''\n");
}

TEST(CustodiansTest, ACertificateOfCustodiansServesNothingElse) {
  FileSet files(CompleteFiles());
  const Certificate own = MakeCertificate(CertificateProfile::kSealing, "custodian");
  files.Put("keys/pt-pgr-custodian.toml", Further(own, v1::KEY_PURPOSE_FIRST_CUSTODIAN));
  EXPECT_THAT(files.Parse(), IsOk());
  files.Put("keys/pt-pgr-custodian.toml",
            Further(Portugal().archive, v1::KEY_PURPOSE_SECOND_CUSTODIAN));
  EXPECT_THAT(files.Problems(),
              testing::HasSubstr("key_statement: a certificate of custodians has another purpose"));
}

TEST(CustodiansTest, ACustodianIsOfTheFirstGroupOrOfTheSecond) {
  FileSet files(CompleteFiles());
  files.Replace(
      "keys/pt-pgr.toml", "from = 2026-01-01\n", "from = 2026-01-01\ncustodian = \"SECOND\"\n");
  const auto directory = files.Parse();
  ASSERT_THAT(directory, IsOk());
  const AccreditedUser* user =
      (*directory)->FindUserByCertificate(Portugal().user.fingerprint_sha256());
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->custodian, v1::CUSTODIAN_GROUP_SECOND);
  files.Replace("keys/pt-pgr.toml", "\"SECOND\"", "\"THIRD\"");
  EXPECT_THAT(files.Problems(), testing::HasSubstr("`custodian` is \"THIRD\", accepted: FIRST or"));
}

}  // namespace
}  // namespace rogatoria
