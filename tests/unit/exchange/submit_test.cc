// The submission of an act from admission to answer: what is accepted, what is refused and how, and
// that a refusal changes nothing.
#include "tests/unit/exchange/submit_fixture.h"

namespace rogatoria::exchange {
namespace {

TEST_F(SubmitTest, ARequestOpensACaseAndIsDelivered) {
  const v1::SubmitActRequest request = Compose(pt(), Request());
  const auto answer = Send(pt(), request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->disposition(), v1::ACT_DISPOSITION_IN_SEQUENCE);
  EXPECT_EQ(answer->case_position(), 1u);
  ASSERT_EQ(answer->receipts_size(), 2);
  const auto accepted = VerifyReceipt(answer->receipts(0).content(), Keys());
  const auto consigned = VerifyReceipt(answer->receipts(1).content(), Keys());
  ASSERT_THAT(accepted, IsOk());
  ASSERT_THAT(consigned, IsOk());
  EXPECT_EQ(EventCode(accepted->evidence.event), "A.1");
  EXPECT_EQ(EventCode(consigned->evidence.event), "D.1");
  EXPECT_EQ(consigned->evidence.recipient, "co-fgn");
  EXPECT_EQ(consigned->evidence.effect, StatedEffect::kFormalOriginal);
  EXPECT_TRUE(consigned->evidence.signed_by_user);
  // Tuesday 24 November 2026, 07:00 in Bogota: the next working day is Wednesday.
  EXPECT_EQ(consigned->evidence.legal_date.date, "2026-11-25");
  EXPECT_EQ(consigned->evidence.legal_date.time_zone, "America/Bogota");
  EXPECT_EQ(accepted->evidence.legal_date.date, "");

  const auto snapshot = *hub_.Read();
  const DeliveryRecord row = *snapshot->GetDelivery({"co-fgn", 1});
  EXPECT_EQ(row.act_id, "pt-pgr/" + request.request_id());
  EXPECT_EQ(row.state, DeliveryState::kOpen);
  const ActRecord act = *snapshot->GetAct(row.act_id);
  EXPECT_EQ(act.act.SerializeAsString(), request.act().SerializeAsString());
  const CaseRecord opened = *snapshot->GetCase(row.case_id);
  EXPECT_EQ(opened.RoleOf("pt-pgr"), v1::CASE_ROLE_REQUESTING);
  EXPECT_EQ(opened.RoleOf("co-fgn"), v1::CASE_ROLE_REQUESTED);
  EXPECT_EQ(opened.measures.size(), 2u);
  EXPECT_EQ(opened.measures[0].state, v1::MEASURE_STATE_RECEIVED);
  EXPECT_NE(opened.key_id, 0u);
  EXPECT_EQ(row.key_id, opened.key_id);
}

TEST_F(SubmitTest, AnActThatInterruptsADeadlineCountsAtItsInstant) {
  ActPlan plan = Request();
  plan.deadline_effect = v1::DEADLINE_EFFECT_INTERRUPTS;
  const auto answer = Send(pt(), plan);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(VerifyReceipt(answer->receipts(1).content(), Keys())->evidence.legal_date.rule,
            "EXACT_INSTANT");
}

TEST_F(SubmitTest, SubmittingTwiceIsSubmittingOnceForEver) {
  const v1::SubmitActRequest request = Compose(pt(), Request());
  const auto first = Send(pt(), request);
  ASSERT_THAT(first, IsOk());
  // Years later, after a restart, with route, accreditation window and clock long out of bounds,
  // and the user suspended.
  ASSERT_THAT(hub_.Start(), IsOk());
  hub_.Enqueue(hub_.SetStanding(v1::STANDING_SUBJECT_USER, "pt-pgr/u-1", v1::STANDING_REVOKED));
  hub_.Enqueue(hub_.LoadDirectory({"co-fgn"}));
  ASSERT_THAT(hub_.Commit(2), IsOk());
  hub_.clock.Advance(absl::Hours(24 * 365 * 5));
  const auto again = Send(pt(), request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Counts().acts, 1u);
}

TEST_F(SubmitTest, TheSameActTwiceInOneBatchIsRecordedOnce) {
  const v1::SubmitActRequest request = Compose(pt(), Request());
  std::vector<std::string> answers;
  for (int i = 0; i < 2; ++i) {
    hub_.Submit(
        pt().caller(), request, [&](auto told) { answers.push_back(told->SerializeAsString()); });
  }
  ASSERT_THAT(hub_.Commit(2), IsOk());
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(Counts().acts, 1u);
}

TEST_F(SubmitTest, AnotherActUnderTheSameIdIsRefused) {
  const v1::SubmitActRequest request = Compose(pt(), Request());
  ASSERT_THAT(Send(pt(), request), IsOk());
  v1::SubmitActRequest other = request;
  other.mutable_act()->add_key_envelopes("another envelope");
  ExpectPlainRefusal(pt(), other, Reason::ACT_ID_REUSED, "request_id");
  // A second signature by the same user over the same header is other bytes too.
  v1::SubmitActRequest resigned = request;
  *resigned.mutable_act()->mutable_signature() =
      *SignDetached(pt().user.key, pt().user.certificate, request.act().header());
  ExpectPlainRefusal(pt(), resigned, Reason::ACT_ID_REUSED, "request_id");
}

// --- identity
// -----------------------------------------------------------------------------------------

TEST_F(SubmitTest, ASystemOfOneAuthorityCannotSendAsAnother) {
  ExpectPlainRefusal(
      co(), Compose(pt(), Request()), Reason::SENDER_NOT_CALLER, "act.header.sender");
}

TEST_F(SubmitTest, TheRequestIdIsTheUuidOfTheAct) {
  v1::SubmitActRequest request = Compose(pt(), Request());
  request.set_request_id("6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  ExpectPlainRefusal(pt(), request, Reason::FIELD_INVALID, "request_id");
}

TEST_F(SubmitTest, UnsignedIsRefused) {
  v1::SubmitActRequest request = Compose(pt(), Request());
  request.mutable_act()->clear_signature();
  ExpectPlainRefusal(pt(), request, Reason::SIGNATURE_MISSING, "act.signature");
}

TEST_F(SubmitTest, ASignatureThatIsNoneIsRefused) {
  v1::SubmitActRequest request = Compose(pt(), Request());
  request.mutable_act()->set_signature("not DER");
  ExpectPlainRefusal(pt(), request, Reason::SIGNATURE_MALFORMED, "act.signature");
}

TEST_F(SubmitTest, AHeaderAlteredByAByteIsRefused) {
  v1::SubmitActRequest request = Compose(pt(), Request());
  std::string& header = *request.mutable_act()->mutable_header();
  const size_t at = header.find("VIDEO_HEARING");
  header[at + 12] = 'H';
  ExpectPlainRefusal(pt(), request, Reason::SIGNATURE_INVALID, "act.signature");
}

TEST_F(SubmitTest, AUserOfAnotherAuthorityCannotSign) {
  ActPlan plan = Request();
  plan.signed_by = &co().user;
  ExpectPlainRefusal(pt(), Compose(pt(), plan), Reason::SIGNER_NOT_REGISTERED, "act.signature");
}

TEST_F(SubmitTest, AStrangersCertificateIsNotTrusted) {
  ActPlan plan = Request();
  plan.signed_by = &cast_.stranger();
  ExpectPlainRefusal(pt(), Compose(pt(), plan), Reason::CERTIFICATE_UNTRUSTED, "act.signature");
}

TEST_F(SubmitTest, AFormalActNeedsAUserAndOthersMayBearTheSeal) {
  ActPlan plan = Request();
  plan.signed_by = &pt().seal;
  ExpectPlainRefusal(pt(), Compose(pt(), plan), Reason::SIGNER_NOT_ACCREDITED, "act.signature");
  plan.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
  const auto answer = Send(pt(), plan);
  ASSERT_THAT(answer, IsOk());
  EXPECT_FALSE(VerifyReceipt(answer->receipts(0).content(), Keys())->evidence.signed_by_user);
}

TEST_F(SubmitTest, ASuspendedUserCannotSignFromTheNextActOn) {
  const v1::SubmitActRequest request = Compose(pt(), Request());
  hub_.Enqueue(hub_.SetStanding(v1::STANDING_SUBJECT_USER, "pt-pgr/u-1", v1::STANDING_SUSPENDED));
  ASSERT_THAT(hub_.Commit(1), IsOk());
  ExpectPlainRefusal(pt(), request, Reason::SIGNER_NOT_ACTIVE, "act.signature");
}

// Admitted before, suspended in the same batch: what holds at the commit counts.
TEST_F(SubmitTest, ASuspensionInTheSameBatchCounts) {
  const std::vector<std::pair<v1::StandingSubject, std::string>> subjects = {
      {v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr"},
      {v1::STANDING_SUBJECT_USER, "pt-pgr/u-1"},
      {v1::STANDING_SUBJECT_CERTIFICATE, pt().user.certificate.fingerprint_sha256()}};
  for (const auto& [subject, id] : subjects) {
    absl::StatusOr<v1::SubmitActResponse> answer = absl::UnknownError("no answer");
    hub_.Enqueue(hub_.SetStanding(subject, id, v1::STANDING_SUSPENDED));
    hub_.Submit(pt().caller(), Compose(pt(), Request()), [&](auto told) { answer = told; });
    ASSERT_THAT(hub_.Commit(2), IsOk());
    EXPECT_FALSE(answer.ok()) << id;
    hub_.Enqueue(hub_.SetStanding(subject, id, v1::STANDING_ACTIVE));
    ASSERT_THAT(hub_.Commit(1), IsOk());
  }
  EXPECT_EQ(Counts().acts, 0u);
}

TEST_F(SubmitTest, ASuspensionBetweenAdmissionAndCommitCounts) {
  absl::StatusOr<v1::SubmitActResponse> answer = absl::UnknownError("no answer");
  hub_.Enqueue(hub_.SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr", v1::STANDING_SUSPENDED));
  hub_.Submit(pt().caller(), Compose(pt(), Request()), [&](auto told) { answer = told; });
  ASSERT_THAT(hub_.Commit(1), IsOk());
  ASSERT_THAT(hub_.Commit(1), IsOk());
  EXPECT_THAT(answer, HasReason(Reason::AUTHORITY_SUSPENDED));
}

// --- form
// ---------------------------------------------------------------------------------------------

TEST_F(SubmitTest, UnknownFieldsInTheHeaderAreRefused) {
  v1::SubmitActRequest request = Compose(pt(), Request());
  request.mutable_act()->mutable_header()->append("\xfa\x01\x01x");  // field 31, a string
  const auto answer = Send(pt(), request);
  EXPECT_THAT(answer, HasReason(Reason::HEADER_MALFORMED));
}

TEST_F(SubmitTest, OversizePartsAreRefused) {
  v1::SubmitActRequest request = Compose(pt(), Request());
  request.mutable_act()->set_body(Bytes(limits::kMaxInlineBodyBytes + 1, 'b'));
  ExpectPlainRefusal(pt(), request, Reason::LIMIT_EXCEEDED, "act.body");
  request = Compose(pt(), Request());
  request.mutable_act()->set_header(Bytes(limits::kMaxHeaderBytes + 1, 'h'));
  ExpectPlainRefusal(pt(), request, Reason::LIMIT_EXCEEDED, "act.header");
  request = Compose(pt(), Request());
  request.mutable_act()->set_signature(Bytes(limits::kMaxSignatureBytes + 1, 's'));
  ExpectPlainRefusal(pt(), request, Reason::LIMIT_EXCEEDED, "act.signature");
  request = Compose(pt(), Request());
  for (size_t i = 0; i < limits::kMaxEnvelopes; ++i) request.mutable_act()->add_key_envelopes("e");
  ExpectPlainRefusal(pt(), request, Reason::LIMIT_EXCEEDED, "act.key_envelopes");
}

TEST_F(SubmitTest, ABodyThatIsNotTheHeadersIsRefused) {
  v1::SubmitActRequest request = Compose(pt(), Request());
  request.mutable_act()->mutable_body()->back() ^= 1;
  ExpectPlainRefusal(pt(), request, Reason::DIGEST_MISMATCH, "act.body");
}

TEST_F(SubmitTest, AnActWithoutKeyEnvelopesIsRefused) {
  v1::SubmitActRequest request = Compose(pt(), Request());
  request.mutable_act()->clear_key_envelopes();
  ExpectPlainRefusal(pt(), request, Reason::FIELD_REQUIRED, "act.key_envelopes");
}

// Alters the header before it is signed.
class HeaderTest : public SubmitTest {
 protected:
  v1::SubmitActRequest With(const std::function<void(v1::ActHeader&)>& alter) {
    v1::SubmitActRequest request = Compose(pt(), Request());
    v1::ActHeader header;
    EXPECT_THAT(FromSignedBytes(kHeaderFirstLine, request.act().header(), header), IsOk());
    alter(header);
    return cast_.Sign(header, request.act().body(), pt().user);
  }
};

TEST_F(HeaderTest, TrainingActsNeverEnterARealHub) {
  ExpectPlainRefusal(pt(),
                     With([](auto& h) { h.set_training(true); }),
                     Reason::TRAINING_MISMATCH,
                     "act.header.training");
}

// Its trust domain is another, too: what is said is why.
TEST_F(HeaderTest, AnActOfATrainingDomainIsCalledThat) {
  ExpectPlainRefusal(pt(),
                     With([](auto& h) {
                       h.set_training(true);
                       h.set_trust_domain("training.rogatoria.example");
                     }),
                     Reason::TRAINING_MISMATCH,
                     "act.header.training");
}

TEST_F(HeaderTest, AnotherHubsActIsRefused) {
  ExpectPlainRefusal(pt(),
                     With([](auto& h) { h.set_trust_domain("other.example"); }),
                     Reason::FIELD_INVALID,
                     "act.header.trust_domain");
}

TEST_F(HeaderTest, CreatedMoreThanADayAwayIsRefused) {
  ExpectPlainRefusal(
      pt(),
      With([](auto& h) { h.set_created_unix_ms(h.created_unix_ms() - 25 * 3600 * 1000); }),
      Reason::FIELD_INVALID,
      "act.header.created_unix_ms");
}

v1::SealedDigest SomeDigest() {
  v1::SealedDigest digest;
  digest.set_sealed_sha256(Bytes(32, 'd'));
  digest.set_sealed_size(1);
  digest.set_clear_hmac_sha256(Bytes(32, 'c'));
  return digest;
}

TEST_F(HeaderTest, DocumentsMustBeThere) {
  ExpectPlainRefusal(pt(),
                     With([](auto& h) { *h.add_documents() = SomeDigest(); }),
                     Reason::DOCUMENT_NOT_UPLOADED,
                     "act.header.documents[0]");
}

// Further faults of one: tests/integration/identity_test.cc.
TEST_F(HeaderTest, AnIdentityPartComesWithItsBytesAndIsNamedByTheHeader) {
  ExpectPlainRefusal(pt(),
                     With([](auto& h) { *h.mutable_identity_part() = SomeDigest(); }),
                     Reason::IDENTITY_PART_INCOMPLETE,
                     "act.identity_part");
  v1::SubmitActRequest unnamed = With([](auto&) {});
  unnamed.mutable_act()->set_identity_part("sealed");
  ExpectPlainRefusal(pt(), unnamed, Reason::IDENTITY_PART_INCOMPLETE, "act.header.identity_part");
}

TEST_F(HeaderTest, AnUnknownKindIsRefused) {
  ExpectPlainRefusal(pt(),
                     With([](auto& h) { h.set_kind(static_cast<v1::ActKind>(99)); }),
                     Reason::FIELD_INVALID,
                     "act.header.kind");
}

TEST_F(HeaderTest, AnUnknownRecipientIsRefused) {
  ExpectPlainRefusal(pt(),
                     With([](auto& h) { h.mutable_recipients(0)->set_authority("ar-mpf"); }),
                     Reason::RECIPIENT_UNKNOWN,
                     "act.header.recipients[0]");
}

TEST_F(HeaderTest, NoneOrTooManyRecipientsAreRefused) {
  ExpectPlainRefusal(pt(),
                     With([](auto& h) { h.clear_recipients(); }),
                     Reason::RECIPIENT_COUNT,
                     "act.header.recipients");
  ExpectPlainRefusal(pt(),
                     With([](auto& h) {
                       *h.add_recipients() = h.recipients(0);
                       h.mutable_recipients(1)->set_authority("br-mpf");
                     }),
                     Reason::RECIPIENT_COUNT,
                     "act.header.recipients");
}

// --- routing
// ------------------------------------------------------------------------------------------

TEST_F(SubmitTest, AStaleRouteHasToBeResolvedAgain) {
  const v1::SubmitActRequest request = Compose(pt(), Request());
  hub_.Enqueue(hub_.LoadDirectory({"co-fgn"}));
  ASSERT_THAT(hub_.Commit(1), IsOk());
  ExpectPlainRefusal(pt(), request, Reason::ROUTE_CHANGED, "act.header.recipients[0]");
  EXPECT_THAT(Send(pt(), Request()), IsOk());
}

TEST_F(SubmitTest, AnExpiredRouteHasToBeResolvedAgain) {
  const v1::SubmitActRequest request = Compose(pt(), Request());
  hub_.clock.Advance(absl::Hours(2));
  ExpectPlainRefusal(pt(), request, Reason::ROUTE_CHANGED, "act.header.recipients[0]");
}

TEST_F(SubmitTest, ADirectoryLoadedInTheSameBatchMakesRoutesStale) {
  absl::StatusOr<v1::SubmitActResponse> answer = absl::UnknownError("no answer");
  hub_.Enqueue(hub_.LoadDirectory({"co-fgn"}));
  hub_.Submit(pt().caller(), Compose(pt(), Request()), [&](auto told) { answer = told; });
  ASSERT_THAT(hub_.Commit(2), IsOk());
  EXPECT_THAT(answer, HasReason(Reason::ROUTE_CHANGED));
}

TEST_F(SubmitTest, LegalRefusalsOfRoutingAreEvidence) {
  ExpectLegalRefusal(pt(), Request({"cl-mp"}), Reason::INSTRUMENT_NOT_IN_FORCE);
  ExpectLegalRefusal(pt(), Request({"uy-fgn"}), Reason::DATA_CLASS_EXCEEDED);
  ExpectLegalRefusal(cast_.Member("cl-mp"), Request({"pt-pgr"}), Reason::INSTRUMENT_NOT_IN_FORCE);
}

// --- the case
// -----------------------------------------------------------------------------------------

TEST_F(SubmitTest, ACaseGoesOnByTheActsOfBothSides) {
  const std::string case_id = Open();
  const auto answer = Send(co(), FollowUp(case_id, v1::ACT_KIND_ACKNOWLEDGEMENT, "pt-pgr"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->case_position(), 2u);
  const CaseRecord record = *(*hub_.Read())->GetCase(case_id);
  EXPECT_EQ(record.act_count, 2u);
  EXPECT_EQ(record.measures[1].state, v1::MEASURE_STATE_ACKNOWLEDGED);
}

TEST_F(SubmitTest, AStrangersCaseIsNotThereAndNeitherIsAMissingOne) {
  const std::string case_id = Open();
  const auto strange = Send(br(), FollowUp(case_id, v1::ACT_KIND_FREE_FORM, "pt-pgr"));
  const auto missing = Send(
      br(),
      FollowUp("pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49", v1::ACT_KIND_FREE_FORM, "pt-pgr"));
  EXPECT_THAT(strange, HasReason(Reason::CASE_NOT_FOUND));
  EXPECT_EQ(strange.status(), missing.status());
}

// Not even a legal refusal tells a stranger that a case exists.
TEST_F(SubmitTest, AStrangerWhoIsNotDesignatedEitherLearnsNothing) {
  const std::string case_id = Open();
  const CastMember& cl = cast_.Member("cl-mp");
  const auto strange = Send(cl, FollowUp(case_id, v1::ACT_KIND_FREE_FORM, "pt-pgr"));
  EXPECT_THAT(strange, HasReason(Reason::CASE_NOT_FOUND));
  EXPECT_EQ(Counts().acts, 1u);
}

TEST_F(SubmitTest, RecipientsAreOtherPartiesOfTheCase) {
  const std::string case_id = Open();
  ExpectPlainRefusal(co(),
                     Compose(co(), FollowUp(case_id, v1::ACT_KIND_FREE_FORM, "br-mpf")),
                     Reason::FIELD_INVALID,
                     "act.header.recipients[0].authority");
}

TEST_F(SubmitTest, AnAnswerNamesAnActOfTheCase) {
  const std::string case_id = Open();
  const std::string other_case = Open();
  ActPlan plan = FollowUp(case_id, v1::ACT_KIND_ACKNOWLEDGEMENT, "pt-pgr");
  plan.in_reply_to = other_case;
  ExpectPlainRefusal(co(), Compose(co(), plan), Reason::FIELD_INVALID, "act.header.in_reply_to");
  plan.in_reply_to = case_id;
  EXPECT_THAT(Send(co(), plan), IsOk());
}

TEST_F(SubmitTest, NobodyHasSeenMoreThanThereIs) {
  const std::string case_id = Open();
  ActPlan plan = FollowUp(case_id, v1::ACT_KIND_ACKNOWLEDGEMENT, "pt-pgr");
  plan.case_position_seen = 2;
  ExpectPlainRefusal(
      co(), Compose(co(), plan), Reason::FIELD_INVALID, "act.header.case_position_seen");
}

TEST_F(SubmitTest, AMeasureThatTheCaseDoesNotHaveIsAPlainError) {
  const std::string case_id = Open();
  ActPlan plan = FollowUp(case_id, v1::ACT_KIND_DECISION, "pt-pgr");
  plan.measures = {MeasureOf(3, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ADMITTED)};
  ExpectPlainRefusal(
      co(), Compose(co(), plan), Reason::MEASURE_UNKNOWN, "act.header.measures[0].ordinal");
  plan.measures = {MeasureOf(1, "BANK_TRANSACTIONS", v1::MEASURE_OUTCOME_ADMITTED)};
  plan.insist = v1::INSIST_REASON_OTHER_CHANNEL;
  ExpectPlainRefusal(
      co(), Compose(co(), plan), Reason::MEASURE_UNKNOWN, "act.header.measures[0].code");
}

TEST_F(SubmitTest, TheWrongStateIsExplainedAndEvidence) {
  const std::string case_id = Open();
  ActPlan plan = FollowUp(case_id, v1::ACT_KIND_EXECUTION_RESULT, "pt-pgr");
  plan.measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_EXECUTED)};
  ExpectLegalRefusal(co(), plan, Reason::WRONG_STATE);
}

TEST_F(SubmitTest, TheWrongSideIsExplainedAndEvidence) {
  const std::string case_id = Open();
  ExpectLegalRefusal(
      pt(), FollowUp(case_id, v1::ACT_KIND_ACKNOWLEDGEMENT, "co-fgn"), Reason::WRONG_SIDE);
}

TEST_F(SubmitTest, WhoInsistsIsDeliveredOutOfSequenceAndMovesNothing) {
  const std::string case_id = Open();
  ActPlan plan = FollowUp(case_id, v1::ACT_KIND_EXECUTION_RESULT, "pt-pgr");
  plan.measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_EXECUTED)};
  plan.insist = v1::INSIST_REASON_OTHER_CHANNEL;
  const auto answer = Send(co(), plan);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->disposition(), v1::ACT_DISPOSITION_OUT_OF_SEQUENCE);
  EXPECT_EQ(answer->case_position(), 2u);
  EXPECT_EQ(VerifyReceipt(answer->receipts(1).content(), Keys())->evidence.disposition,
            v1::ACT_DISPOSITION_OUT_OF_SEQUENCE);
  EXPECT_EQ((*hub_.Read())->GetCase(case_id)->measures[0].state, v1::MEASURE_STATE_RECEIVED);
  EXPECT_EQ((*hub_.Read())->GetLastPosition("pt-pgr").value(), 1u);
}

TEST_F(SubmitTest, SpontaneousInformationGoesToSeveralWhoEachGetAConsignment) {
  ActPlan plan;
  plan.kind = v1::ACT_KIND_SPONTANEOUS_INFORMATION;
  plan.case_type = v1::CASE_TYPE_SPONTANEOUS;
  plan.recipients = {"co-fgn", "pt-pgr", "es-fge"};
  plan.related_cases = {Open()};
  const auto answer = Send(br(), plan);
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->receipts_size(), 4);
  EXPECT_EQ(answer->receipts(2).recipient(), "pt-pgr");
}

TEST_F(SubmitTest, AYearThatTheCalendarDoesNotCoverIsSaidAndNothingRecorded) {
  hub_.clock.Set(*Instant::FromString("2029-03-01T00:00:00.000Z"));
  EXPECT_THAT(Send(pt(), Request()), HasReason(Reason::CALENDAR_YEAR_MISSING));
  EXPECT_EQ(Counts().acts, 0u);
}

TEST_F(SubmitTest, OfARefusedActOnlyWhatWasSignedIsKept) {
  const v1::SubmitActRequest request = Compose(pt(), Request({"cl-mp"}));
  EXPECT_FALSE(Send(pt(), request).ok());
  const ActRecord act = *(*hub_.Read())->GetAct("pt-pgr/" + request.request_id());
  EXPECT_EQ(act.act.header(), request.act().header());
  EXPECT_EQ(act.act.signature(), request.act().signature());
  EXPECT_TRUE(act.act.body().empty());
  EXPECT_EQ(act.act.key_envelopes_size(), 0);
}

}  // namespace
}  // namespace rogatoria::exchange
