// Goal: a practice note is shown only when it is proven to be its authority's own word, whoever
// hands it out.
#include "common/client/guidance.h"

#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/crypto/cms_signature.h"
#include "common/directory/guidance.h"
#include "common/directory/key_statement.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

constexpr int64_t kHourMs = 3600 * 1000;

class GuidanceTrustTest : public testing::Test {
 protected:
  GuidanceTrustTest() : now_(SystemClock().Now()) {
    document_.set_trust_domain(offices_.pki().trust_domain());
    document_.set_id("co-fgn/bank-records");
    document_.set_version(1);
    document_.set_country("CO");
    document_.set_language("es");
    document_.set_published_unix_ms(now_.unix_ms);
    document_.set_title("Bancos");
    document_.set_text("Indique el periodo.\n");
    State(offices_.co().seal.certificate, v1::KEY_PURPOSE_ORGANISATION_SEAL);
  }

  // Adds a statement to Colombia's chain.
  void State(const Certificate& certificate, v1::KeyPurpose purpose, bool revoked = false) {
    v1::KeyStatementBody body =
        MakeKeyStatementBody(offices_.pki().trust_domain(),
                             "co-fgn",
                             certificate,
                             purpose,
                             now_ + absl::Hours(-1),
                             now_ + absl::Hours(1),
                             chain_.empty() ? "" : KeyStatementDigest(chain_.back()));
    body.set_revoked(revoked);
    chain_.push_back(SignKeyStatement(body, offices_.co().identity).value());
  }
  v1::Guidance SignedBy(const KeyPair& signer) {
    v1::Guidance guidance;
    guidance.set_document(GuidanceBytes(document_).value());
    guidance.set_signature(
        SignDetached(signer.key, signer.certificate, guidance.document()).value());
    guidance.set_recorded_unix_ms(now_.unix_ms);
    return guidance;
  }
  absl::StatusOr<TrustedGuidance> Verify(const v1::Guidance& guidance) {
    return VerifyGuidance(offices_.pt().profile, offices_.signers(), guidance, chain_);
  }

  TestOffices offices_;
  const Instant now_;
  v1::GuidanceDocument document_;
  std::vector<v1::KeyStatement> chain_;
};

TEST_F(GuidanceTrustTest, UnderAStatedSealItIsTheAuthoritysWord) {
  const auto trusted = Verify(SignedBy(offices_.co().seal));
  ASSERT_THAT(trusted, IsOk());
  EXPECT_EQ(trusted->document.text(), document_.text());
  EXPECT_EQ(trusted->seal_sha256, offices_.co().seal.certificate.fingerprint_sha256());
}

TEST_F(GuidanceTrustTest, AnAlteredTextIsNoOnesWord) {
  v1::Guidance guidance = SignedBy(offices_.co().seal);
  document_.set_text("Indique otra cosa.\n");
  guidance.set_document(GuidanceBytes(document_).value());
  EXPECT_THAT(Verify(guidance), HasReason(Reason::GUIDANCE_NOT_TRUSTED));
  guidance.set_document("what is no document");
  EXPECT_THAT(Verify(guidance), HasReason(Reason::GUIDANCE_NOT_TRUSTED));
}

TEST_F(GuidanceTrustTest, AnothersSealAndAKeyForAnotherPurposeDoNotDo) {
  EXPECT_THAT(Verify(SignedBy(offices_.pt().seal)), HasReason(Reason::GUIDANCE_NOT_TRUSTED));
  EXPECT_THAT(Verify(SignedBy(offices_.co().user)), HasReason(Reason::GUIDANCE_NOT_TRUSTED));
  const KeyPair planted = offices_.Issue(CertificateProfile::kSigning, "co-fgn seal");
  EXPECT_THAT(Verify(SignedBy(planted)), HasReason(Reason::GUIDANCE_NOT_TRUSTED))
      << "an approved certificate that the authority never stated";
  State(offices_.co().user.certificate, v1::KEY_PURPOSE_SEALING);
  EXPECT_THAT(Verify(SignedBy(offices_.co().user)), HasReason(Reason::GUIDANCE_NOT_TRUSTED));
}

TEST_F(GuidanceTrustTest, ASealThatWasTakenBackDoesNotCount) {
  State(offices_.co().seal.certificate, v1::KEY_PURPOSE_ORGANISATION_SEAL, true);
  EXPECT_THAT(Verify(SignedBy(offices_.co().seal)), HasReason(Reason::GUIDANCE_NOT_TRUSTED));
}

TEST_F(GuidanceTrustTest, TheSealCountsWhenTheNoteWasRecorded) {
  v1::Guidance guidance = SignedBy(offices_.co().seal);
  guidance.set_recorded_unix_ms(now_.unix_ms + 2 * kHourMs);
  EXPECT_THAT(Verify(guidance), HasReason(Reason::GUIDANCE_NOT_TRUSTED)) << "stated for an hour";
}

TEST_F(GuidanceTrustTest, AnIdentityThatWasNeverFixedOrIsAnother) {
  offices_.pt().profile.identities["co-fgn"] = std::string(64, 'a');
  EXPECT_THAT(Verify(SignedBy(offices_.co().seal)), HasReason(Reason::GUIDANCE_NOT_TRUSTED));
  offices_.pt().profile.identities.erase("co-fgn");
  EXPECT_THAT(Verify(SignedBy(offices_.co().seal)), HasReason(Reason::GUIDANCE_NOT_TRUSTED));
}

TEST_F(GuidanceTrustTest, AFileIsReadAndAFaultHasItsPlace) {
  TemporaryFolder folder;
  ASSERT_THAT(WriteFileDurably(folder / "text.md", "# Bancos\n"), IsOk());
  ASSERT_THAT(WriteFileDurably(folder / "note.toml",
                               "id = \"co-fgn/bank-records\"\nversion = 1\ncountry = \"CO\"\n"
                               "measures = [\"SEARCH\", \"BANK_TRANSACTIONS\"]\nlanguage = \"es\"\n"
                               "title = \"Bancos\"\ntext_file = \"text.md\"\n"),
              IsOk());
  const auto document = ReadGuidanceFile(folder / "note.toml", offices_.co().profile, now_);
  ASSERT_THAT(document, IsOk());
  EXPECT_EQ(document->text(), "# Bancos\n");
  EXPECT_EQ(document->measures(0), "BANK_TRANSACTIONS") << "in order";
  EXPECT_THAT(GuidanceBytes(*document), IsOk());
  ASSERT_THAT(WriteFileDurably(folder / "bad.toml", "id = \"co-fgn/x\"\nversionn = 1\n"), IsOk());
  EXPECT_THAT(ReadGuidanceFile(folder / "bad.toml", offices_.co().profile, now_),
              HasReason(Reason::ACT_FILE_INVALID));
}

}  // namespace
}  // namespace rogatoria::client
