// Goal: an authority that is not competent hands an act on with its key sealed anew: the body is
// the one that was received, the new authority opens it and trusts it as if it had been sent to it,
// and nobody else can.
#include "common/client/forwarding.h"

#include <gtest/gtest.h>

#include "common/base/clock.h"
#include "common/client/opener.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

class ForwardingTest : public testing::Test {
 protected:
  // A third office's sealing key and the route to it.
  KeyPair Brazil() {
    return offices_.Issue(CertificateProfile::kSealing, "br-pgr", TestPki::Ca::kSigners);
  }
  v1::Route RouteTo(const KeyPair& sealing) {
    v1::Route route;
    route.add_sealing_certificates()->set_certificate(sealing.certificate.ToDer());
    return route;
  }
  absl::StatusOr<OpenedAct> OpenAs(const KeyPair& key, const v1::Act& act) {
    return OpenAct(act, {key}, offices_.signers(), SystemClock().Now());
  }

  TestOffices offices_;
};

TEST_F(ForwardingTest, TheNewAuthorityOpensTheActAsItWasSent) {
  const v1::Act act = offices_.Signed(offices_.Request()).act;
  const KeyPair brazil = Brazil();
  EXPECT_THAT(OpenAs(brazil, act), HasReason(Reason::NOT_SEALED_TO_US));
  const auto forwarded = SealKeyAnew(act, {offices_.co().sealing}, RouteTo(brazil));
  ASSERT_THAT(forwarded, IsOk());
  const v1::Act taken = WithEnvelope(act, *forwarded);
  EXPECT_EQ(taken.body(), act.body());
  EXPECT_EQ(taken.header(), act.header());
  EXPECT_EQ(taken.signature(), act.signature());
  const auto opened = OpenAs(brazil, taken);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->content.letter().text(), "conteúdo reservado");
  EXPECT_EQ(forwarded->act_id(), opened->header.act_id());
}

TEST_F(ForwardingTest, NobodyForwardsWhatTheyCannotOpen) {
  const v1::Act act = offices_.Signed(offices_.Request()).act;
  const KeyPair brazil = Brazil();
  EXPECT_THAT(SealKeyAnew(act, {brazil}, RouteTo(brazil)), HasReason(Reason::NOT_SEALED_TO_US));
}

TEST_F(ForwardingTest, TheEnvelopeOfAnotherActOpensNothing) {
  const v1::Act act = offices_.Signed(offices_.Request()).act;
  const v1::Act other = offices_.Signed(offices_.Request()).act;
  const KeyPair brazil = Brazil();
  const auto forwarded = SealKeyAnew(other, {offices_.co().sealing}, RouteTo(brazil));
  ASSERT_THAT(forwarded, IsOk());
  EXPECT_FALSE(OpenAs(brazil, WithEnvelope(act, *forwarded)).ok());
}

}  // namespace
}  // namespace rogatoria::client
