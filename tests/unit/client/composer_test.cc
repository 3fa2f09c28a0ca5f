// Goal: what one office seals, the other opens, and nobody else; whatever is changed on the way is
// found, and the finding says what does not fit.
#include "common/client/composer.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "common/base/limits.h"
#include "common/client/opener.h"
#include "common/crypto/digest.h"
#include "common/model/canonical.h"
#include "common/model/header.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

class ComposerTest : public testing::Test {
 protected:
  absl::StatusOr<OpenedAct> OpenAs(const KeyPair& key, const v1::Act& act) {
    return OpenAct(act, {key}, offices_.signers(), SystemClock().Now());
  }
  absl::StatusOr<OpenedAct> OpenByColombia(const v1::Act& act) {
    return OpenAs(offices_.co().sealing, act);
  }
  // Signs another header over the same body: what a signer who tampers could do.
  v1::Act Resigned(PreparedAct prepared) {
    prepared.act.set_header(ToSignedBytes(kHeaderFirstLine, prepared.header));
    EXPECT_THAT(Sign(prepared, offices_.pt().user), IsOk());
    return prepared.act;
  }
  content::v1::SealedBody BodyOf(const v1::Act& act) {
    content::v1::SealedBody body;
    EXPECT_TRUE(body.ParseFromString(act.body()));
    return body;
  }
  // The same act with another body, properly signed.
  v1::Act WithBody(PreparedAct prepared, const content::v1::SealedBody& body) {
    prepared.act.set_body(body.SerializeAsString());
    prepared.header.mutable_content()->set_sealed_sha256(Sha256(prepared.act.body()));
    prepared.header.mutable_content()->set_sealed_size(prepared.act.body().size());
    return Resigned(std::move(prepared));
  }

  TestOffices offices_;
};

TEST_F(ComposerTest, TheOtherSideReadsWhatWasWritten) {
  const ActDraft draft = offices_.Request();
  const auto opened = OpenByColombia(offices_.Signed(draft).act);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->content.letter().text(), "conteúdo reservado");
  EXPECT_EQ(opened->cover_slip.subject(), "assunto reservado");
  EXPECT_EQ(opened->header.act_id(), "pt-pgr/" + draft.request_id);
  EXPECT_EQ(opened->header.case_id(), opened->header.act_id());
  EXPECT_EQ(opened->signer, offices_.pt().user.certificate);
}

// As when one addressee is an authority and the other a competence that is the same one's.
TEST_F(ComposerTest, ARecipientThatIsThereTwiceIsNamedBeforeAnythingIsSealed) {
  SystemClock clock;
  SystemRandom random;
  ActDraft draft = offices_.Request();
  draft.kind = v1::ACT_KIND_FREE_FORM;
  Resolution resolution{offices_.RouteTo(offices_.co()), 0, v1::CASE_TYPE_UNSPECIFIED};
  *resolution.routes.add_routes() = resolution.routes.routes(0);
  const auto prepared =
      Prepare(offices_.pt().profile, draft, resolution, {offices_.pt().sealing}, clock, random);
  ASSERT_THAT(prepared, HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(GetErrorDetails(prepared.status())->field, "to[1]");
  EXPECT_EQ(GetErrorDetails(prepared.status())->accepted,
            "each recipient once; co-fgn is already to[0]");
}

TEST_F(ComposerTest, WhatIsNotUtf8IsNamedBeforeAnythingIsSealed) {
  SystemClock clock;
  const Resolution resolution{offices_.RouteTo(offices_.co()), 0, v1::CASE_TYPE_UNSPECIFIED};
  ActDraft draft = offices_.Request();
  draft.request_id = "018f0000-0000-7000-8000-000000000001";
  EXPECT_THAT(CheckBeforeSealing(offices_.pt().profile, draft, resolution, clock), IsOk());
  draft.cover_slip.set_subject("audi\xe7\xe3o");
  const absl::Status subject = CheckBeforeSealing(offices_.pt().profile, draft, resolution, clock);
  ASSERT_THAT(subject, HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(GetErrorDetails(subject)->field, "cover_slip.subject");
  EXPECT_EQ(GetErrorDetails(subject)->accepted, "text in UTF-8");
  draft.cover_slip.set_subject("audição");
  draft.content.mutable_letter()->set_text("\xff");
  const absl::Status text = CheckBeforeSealing(offices_.pt().profile, draft, resolution, clock);
  EXPECT_EQ(GetErrorDetails(text)->field, "letter.text");
}

TEST_F(ComposerTest, ARecipientTooManyIsToldBeforeAnythingIsSealed) {
  SystemClock clock;
  ActDraft draft = offices_.Request();
  draft.request_id = "018f0000-0000-7000-8000-000000000001";
  draft.attached.emplace_back();  // not uploaded yet
  Resolution resolution{offices_.RouteTo(offices_.co()), 0, v1::CASE_TYPE_UNSPECIFIED};
  EXPECT_THAT(CheckBeforeSealing(offices_.pt().profile, draft, resolution, clock), IsOk());
  *resolution.routes.add_routes() = resolution.routes.routes(0);
  resolution.routes.mutable_routes(1)->mutable_authority()->set_id("br-mpf");
  EXPECT_THAT(CheckBeforeSealing(offices_.pt().profile, draft, resolution, clock),
              HasReason(Reason::RECIPIENT_COUNT));
}

TEST_F(ComposerTest, TheSenderReadsItsOwnActAgain) {
  EXPECT_THAT(OpenAs(offices_.pt().sealing, offices_.Signed(offices_.Request()).act), IsOk());
}

TEST_F(ComposerTest, NothingSealedIsInTheClear) {
  const std::string wire = offices_.Signed(offices_.Request()).act.SerializeAsString();
  EXPECT_FALSE(absl::StrContains(wire, "reservado"));
}

TEST_F(ComposerTest, TheSameLetterTwiceLooksDifferent) {
  const ActDraft draft = offices_.Request();
  const PreparedAct one = offices_.Signed(draft);
  const PreparedAct two = offices_.Signed(draft);
  EXPECT_NE(one.header.content().clear_hmac_sha256(), two.header.content().clear_hmac_sha256());
  EXPECT_NE(one.act.body(), two.act.body());
}

TEST_F(ComposerTest, ContentOverTheLimitIsRefusedAtTheOffice) {
  ActDraft draft = offices_.Request();
  draft.content.mutable_letter()->mutable_document()->set_content(
      Bytes(limits::kMaxContentBytes, 'x'));
  SystemClock clock;
  SystemRandom random;
  EXPECT_THAT(Prepare(offices_.pt().profile,
                      draft,
                      {offices_.RouteTo(offices_.co()), 0, v1::CASE_TYPE_UNSPECIFIED},
                      {},
                      clock,
                      random),
              HasReason(Reason::LIMIT_EXCEEDED));
}

TEST_F(ComposerTest, AnotherOfficeCannotOpenIt) {
  const KeyPair stranger = offices_.Issue(CertificateProfile::kSealing, "br-pgr sealing");
  EXPECT_THAT(OpenAs(stranger, offices_.Signed(offices_.Request()).act),
              HasReason(Reason::NOT_SEALED_TO_US));
}

TEST_F(ComposerTest, OneByteOfTheHeaderChanged) {
  v1::Act act = offices_.Signed(offices_.Request()).act;
  const size_t place = act.header().find("pt-PT");
  ASSERT_NE(place, std::string::npos);
  act.mutable_header()->replace(place, 5, "pt-BR");
  EXPECT_THAT(OpenByColombia(act), HasReason(Reason::SIGNATURE_INVALID));
}

TEST_F(ComposerTest, SignedByNobodyWeTrust) {
  PreparedAct prepared = offices_.Signed(offices_.Request());
  const KeyPair stranger =
      offices_.Issue(CertificateProfile::kSigning, "pt-pgr/u1", TestPki::Ca::kStranger);
  ASSERT_THAT(Sign(prepared, stranger), IsOk());
  EXPECT_THAT(OpenByColombia(prepared.act), HasReason(Reason::CERTIFICATE_UNTRUSTED));
}

TEST_F(ComposerTest, NotSigned) {
  v1::Act act = offices_.Signed(offices_.Request()).act;
  act.clear_signature();
  EXPECT_THAT(OpenByColombia(act), HasReason(Reason::SIGNATURE_MISSING));
}

TEST_F(ComposerTest, OneByteOfTheBodyChanged) {
  v1::Act act = offices_.Signed(offices_.Request()).act;
  act.mutable_body()->back() ^= 1;
  EXPECT_THAT(OpenByColombia(act), HasReason(Reason::CONTENT_NOT_READABLE));
}

TEST_F(ComposerTest, OneByteOfTheEnvelopeChanged) {
  v1::Act act = offices_.Signed(offices_.Request()).act;
  act.mutable_key_envelopes(0)->back() ^= 1;
  EXPECT_FALSE(OpenByColombia(act).ok());
}

TEST_F(ComposerTest, ASealedPieceChangedUnderAGoodSignature) {
  const PreparedAct prepared = offices_.Signed(offices_.Request());
  content::v1::SealedBody body = BodyOf(prepared.act);
  body.mutable_segments(0)->back() ^= 1;
  EXPECT_THAT(OpenByColombia(WithBody(prepared, body)), HasReason(Reason::MANIFEST_MISMATCH));
}

TEST_F(ComposerTest, ThePiecesOfTwoActsPutTogether) {
  const PreparedAct one = offices_.Signed(offices_.Request());
  const PreparedAct other = offices_.Signed(offices_.Request());
  v1::Act act = WithBody(one, BodyOf(other.act));
  EXPECT_FALSE(OpenByColombia(act).ok());  // the key of `one` does not open the body of `other`
  *act.mutable_key_envelopes() = other.act.key_envelopes();
  EXPECT_THAT(OpenByColombia(act),
              HasReason(Reason::CONTENT_NOT_READABLE));  // another act's manifest
}

TEST_F(ComposerTest, TheSaltedDigestOfTheHeaderIsAnother) {
  PreparedAct prepared = offices_.Signed(offices_.Request());
  prepared.header.mutable_content()->set_clear_hmac_sha256(Bytes(32, 'x'));
  EXPECT_THAT(OpenByColombia(Resigned(prepared)), HasReason(Reason::CONTENT_NOT_READABLE));
}

TEST_F(ComposerTest, ACoverSlipOfAnotherActUnderTheSameKeyIsNotPossible) {
  const PreparedAct one = offices_.Signed(offices_.Request());
  content::v1::SealedBody body = BodyOf(one.act);
  body.set_sealed_cover_slip(BodyOf(offices_.Signed(offices_.Request()).act).sealed_cover_slip());
  EXPECT_THAT(OpenByColombia(WithBody(one, body)), HasReason(Reason::SEAL_BROKEN));
}

TEST_F(ComposerTest, ABodyThatIsNone) {
  PreparedAct prepared = offices_.Signed(offices_.Request());
  prepared.act.set_body("\xff\xff");
  prepared.header.mutable_content()->set_sealed_sha256(Sha256(prepared.act.body()));
  prepared.header.mutable_content()->set_sealed_size(2);
  EXPECT_THAT(OpenByColombia(Resigned(prepared)), HasReason(Reason::CONTENT_NOT_READABLE));
}

}  // namespace
}  // namespace rogatoria::client
