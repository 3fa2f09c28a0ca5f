#include "common/client/addressee_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/error.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::ResolveRecipientsResponse HealthMinistry() {
  v1::ResolveRecipientsResponse resolved;
  v1::Authority& authority = *resolved.add_routes()->mutable_authority();
  authority.set_id("pe-minsa");
  for (const char* field : {"intersectoral_referral.pseudonym",
                            "intersectoral_referral.vulnerability",
                            "intersectoral_referral.services[]"}) {
    authority.add_allowed_fields(field);
  }
  return resolved;
}

ActDraft Referral() {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_INTERSECTORAL_REFERRAL;
  draft.cover_slip.set_subject("Encaminhamento");
  auto& referral = *draft.content.mutable_intersectoral_referral();
  referral.set_pseudonym("VIC-0001");
  referral.mutable_vulnerability()->set_minority(content::v1::MINORITY_YES);
  referral.add_services()->set_service_type(content::v1::SERVICE_TYPE_MEDICAL_CARE);
  return draft;
}

TEST(AddresseeRulesTest, WhatTheProfileHasGoes) {
  EXPECT_THAT(CheckAddressees(Referral(), HealthMinistry()), IsOk());
}

TEST(AddresseeRulesTest, AFieldOutsideItIsNamedWithTheAddressee) {
  ActDraft draft = Referral();
  draft.content.mutable_intersectoral_referral()->set_summary_of_facts("Los hechos");
  const absl::Status refused = CheckAddressees(draft, HealthMinistry());
  EXPECT_THAT(refused, HasReason(Reason::FIELD_OUTSIDE_PROFILE));
  const auto details = GetErrorDetails(refused);
  EXPECT_EQ(details->field, "intersectoral_referral.summary_of_facts");
  EXPECT_THAT(details->accepted, testing::HasSubstr("pe-minsa"));
}

TEST(AddresseeRulesTest, ALetterAndACoverSlipAreFieldsToo) {
  ActDraft draft = Referral();
  draft.content.mutable_letter()->set_text("Carta");
  draft.cover_slip.add_offence_codes("ICCS:0204");
  EXPECT_THAT(OutsideProfile(draft, HealthMinistry().routes(0).authority()),
              ElementsAre("letter.text", "cover_slip.offence_codes"));
}

TEST(AddresseeRulesTest, ANameThatOnlyBeginsAlikeIsAnother) {
  v1::Authority authority;
  authority.add_allowed_fields("intersectoral_referral.service");
  ActDraft draft;
  draft.content.mutable_intersectoral_referral()->add_services()->set_text("x");
  EXPECT_THAT(OutsideProfile(draft, authority),
              ElementsAre("intersectoral_referral.services[0].text"));
}

TEST(AddresseeRulesTest, WhoHasNoProfileMayBeSentAll) {
  ActDraft draft = Referral();
  draft.content.mutable_letter()->set_text("Carta");
  EXPECT_THAT(OutsideProfile(draft, v1::Authority()), IsEmpty());
}

TEST(AddresseeRulesTest, AFieldThatNoContentHasIsNamed) {
  for (const char* field : {"intersectoral_referral.services",
                            "intersectoral_referral.services[].service_type",
                            "closure",
                            "letter.text",
                            "cover_slip",
                            "cover_slip.offence_codes"}) {
    EXPECT_THAT(CheckAllowedField(field), IsOk()) << field;
  }
  for (const char* field : {"intersectoral_referral.servcies",
                            "intersectoral_referal",
                            "intersectoral_referral.pseudonym.text",
                            "cover_slip.offences",
                            "cover_slips",
                            ""}) {
    EXPECT_THAT(CheckAllowedField(field), HasReason(Reason::FIELD_INVALID)) << field;
  }
}

ActDraft Placement(content::v1::PlacementStep step) {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_SHELTER_PLACEMENT;
  draft.content.mutable_shelter_placement()->set_placement_step(step);
  return draft;
}

TEST(AddresseeRulesTest, APlaceIsAskedOfACoordinatorAndTakenFromOne) {
  v1::ResolveRecipientsResponse to;
  v1::Authority& authority = *to.add_routes()->mutable_authority();
  authority.add_kinds(v1::AUTHORITY_KIND_PUBLIC_BODY);
  for (const auto step : {content::v1::PLACEMENT_STEP_REQUEST,
                          content::v1::PLACEMENT_STEP_OFFER,
                          content::v1::PLACEMENT_STEP_CONFIRM}) {
    EXPECT_THAT(CheckPlacement(Placement(step), to, true),
                HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  }
  EXPECT_THAT(CheckPlacement(Placement(content::v1::PLACEMENT_STEP_CONFIRM), to, false),
              HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
  EXPECT_THAT(CheckPlacement(Placement(content::v1::PLACEMENT_STEP_OFFER), to, false), IsOk())
      << "an offer goes to whoever asked";
  EXPECT_THAT(CheckPlacement(Referral(), to, true), IsOk());
  authority.add_kinds(v1::AUTHORITY_KIND_VICTIM_COORDINATOR);
  EXPECT_THAT(CheckPlacement(Placement(content::v1::PLACEMENT_STEP_REQUEST), to, true), IsOk());
}

}  // namespace
}  // namespace rogatoria::client
