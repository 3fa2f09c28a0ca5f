#include "common/rpc/status_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/error.h"
#include "common/receipt/receipt.h"
#include "tests/support/status_matchers.h"

#include "google/rpc/error_details.pb.h"
#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria::rpc {
namespace {

using testing::HasSubstr;
using testing::Not;

template <typename T>
std::optional<T> Detail(const google::rpc::Status& status) {
  T message;
  for (const auto& any : status.details()) {
    if (any.UnpackTo(&message)) return message;
  }
  return std::nullopt;
}

google::rpc::Status ProtoOf(const grpc::Status& status) {
  google::rpc::Status proto;
  EXPECT_TRUE(proto.ParseFromString(status.error_details()));
  return proto;
}

TEST(StatusMapping, OkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(ToPlainGrpcStatus(absl::OkStatus(), Language::kEnglish).ok());
  EXPECT_THAT(FromGrpcStatus(grpc::Status::OK), IsOk());
}

TEST(StatusMapping, AnErrorCarriesTheStandardDetails) {
  const grpc::Status sent = ToGrpcStatus(
      Error(Reason::FIELD_INVALID).Field("header.language").Accepted("a tag such as pt-PT"),
      Language::kPortuguese);
  EXPECT_EQ(sent.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const google::rpc::Status proto = ProtoOf(sent);
  EXPECT_EQ(proto.code(), static_cast<int>(sent.error_code()));
  EXPECT_EQ(proto.message(), sent.error_message());
  const auto info = Detail<google::rpc::ErrorInfo>(proto);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "FIELD_INVALID");
  EXPECT_EQ(info->domain(), "rogatoria");
  const auto request = Detail<google::rpc::BadRequest>(proto);
  ASSERT_TRUE(request.has_value());
  ASSERT_EQ(request->field_violations_size(), 1);
  EXPECT_EQ(request->field_violations(0).field(), "header.language");
  EXPECT_EQ(request->field_violations(0).description(), "a tag such as pt-PT");
  const auto text = Detail<google::rpc::LocalizedMessage>(proto);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->locale(), "pt");
  EXPECT_EQ(text->message(), ReasonText(Reason::FIELD_INVALID, Language::kPortuguese));
  EXPECT_FALSE(Detail<google::rpc::RetryInfo>(proto).has_value());
}

TEST(StatusMapping, RetryInfoHasSecondsAndNanoseconds) {
  const auto proto = ToStatusProto(Error(Reason::OVERLOADED).RetryAfter(absl::Milliseconds(2500)),
                                   Language::kEnglish);
  const auto retry = Detail<google::rpc::RetryInfo>(proto);
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->retry_delay().seconds(), 2);
  EXPECT_EQ(retry->retry_delay().nanos(), 500'000'000);
}

// Every reason of the catalogue comes back as itself, by either way.
class EveryReason : public testing::TestWithParam<Reason> {};

TEST_P(EveryReason, SurvivesTheWire) {
  const absl::Status error =
      Error(GetParam()).Field("a.b").Accepted("c").RetryAfter(absl::Milliseconds(20));
  const absl::Status heard = FromGrpcStatus(ToGrpcStatus(error));
  EXPECT_THAT(heard, HasReason(GetParam()));
  EXPECT_EQ(heard.code(), ReasonCode(GetParam()));
  if (GetParam() == Reason::INTERNAL) return;  // what it says is hidden
  EXPECT_EQ(GetErrorDetails(heard)->field, "a.b");
  EXPECT_EQ(GetErrorDetails(heard)->accepted, "c");
  EXPECT_EQ(GetErrorDetails(heard)->retry_after, absl::Milliseconds(20));
}

TEST_P(EveryReason, SurvivesAPlainText) {
  const grpc::Status sent = ToPlainGrpcStatus(Error(GetParam()), Language::kSpanish);
  EXPECT_TRUE(sent.error_details().empty());
  EXPECT_THAT(sent.error_message(),
              HasSubstr(std::string(ReasonText(GetParam(), Language::kSpanish))));
  EXPECT_THAT(FromGrpcStatus(sent), HasReason(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Catalogue,
                         EveryReason,
                         testing::ValuesIn(AllReasons()),
                         [](const auto& reason) { return std::string(ReasonName(reason.param)); });

TEST(StatusMapping, WhoeverIsToldBusyInPlainTextMayTryAgain) {
  const grpc::Status sent = ToPlainGrpcStatus(Error(Reason::OVERLOADED), Language::kEnglish);
  EXPECT_GT(GetErrorDetails(FromGrpcStatus(sent))->retry_after, absl::ZeroDuration());
}

TEST(StatusMapping, NoThreadLeftIsBusyToo) {
  const absl::Status heard = FromGrpcStatus(
      grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "Server Threadpool Exhausted"));
  EXPECT_THAT(heard, HasReason(Reason::OVERLOADED));
  EXPECT_GT(GetErrorDetails(heard)->retry_after, absl::ZeroDuration());
}

class HiddenFaults : public testing::Test {
 protected:
  void SetUp() override {
    SetInternalFaultSink([this](const std::string& reference, const absl::Status& status) {
      reference_ = reference;
      told_ = status;
    });
  }
  void TearDown() override { SetInternalFaultSink(nullptr); }

  std::string reference_;
  absl::Status told_;
};

TEST_F(HiddenFaults, ForeignStatusesBecomeAFixedTextAndAReference) {
  const absl::Status inside = absl::DataLossError("table acts, row 17, /var/lib/secret");
  const grpc::Status sent = ToGrpcStatus(inside);
  EXPECT_EQ(sent.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_THAT(sent.error_message(), Not(HasSubstr("row 17")));
  EXPECT_THAT(sent.error_details(), Not(HasSubstr("row 17")));
  EXPECT_EQ(told_, inside);
  EXPECT_EQ(reference_.size(), 16u);
  EXPECT_THAT(sent.error_message(), HasSubstr(reference_));
  const auto info = Detail<google::rpc::ErrorInfo>(ProtoOf(sent));
  EXPECT_EQ(info->metadata().at("reference"), reference_);
}

TEST_F(HiddenFaults, OurOwnInternalReasonHidesItsTextToo) {
  const grpc::Status sent =
      ToGrpcStatus(Error(Reason::INTERNAL).Field("x").Accepted("the inner words"));
  EXPECT_THAT(sent.error_message(), Not(HasSubstr("inner words")));
  EXPECT_EQ(told_.code(), absl::StatusCode::kInternal);
}

TEST_F(HiddenFaults, PlainNotFoundIsOurFaultNotAnAnswer) {
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError("no row")).error_code(), grpc::StatusCode::INTERNAL);
}

TEST_F(HiddenFaults, CancellationAndDeadlineAreNoFaults) {
  EXPECT_EQ(ToGrpcStatus(absl::CancelledError("x")).error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(ToGrpcStatus(absl::DeadlineExceededError("x")).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(reference_, "");
}

Bytes RejectionFile() {
  Evidence evidence;
  evidence.event = v1::TRANSPORT_EVENT_SUBMISSION_REJECTION;
  evidence.trust_domain = "rogatoria.test";
  evidence.governing_law = "ES";
  evidence.act_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  evidence.case_id = evidence.act_id;
  evidence.kind = v1::ACT_KIND_REQUEST;
  evidence.disposition = v1::ACT_DISPOSITION_REFUSED;
  evidence.sender = "pt-pgr";
  evidence.channel_class = v1::CHANNEL_CLASS_FORMAL;
  evidence.header_sha256 = evidence.content_sha256 = evidence.signer_sha256 = std::string(64, 'a');
  evidence.instant = {1795521600000};
  evidence.reason = "WRONG_STATE";
  return FormatReceipt({.evidence = FormatEvidence(evidence),
                        .salt = Bytes(32, 's'),
                        .index = 0,
                        .proof = {},
                        .note = "origin\n1\nroot\n\n"});
}

TEST(StatusMapping, ARefusalInLawCarriesItsReceipt) {
  const Bytes file = RejectionFile();
  const grpc::Status sent = ToGrpcStatus(Error(Reason::WRONG_STATE).Evidence(file));
  const auto receipt = Detail<v1::Receipt>(ProtoOf(sent));
  ASSERT_TRUE(receipt.has_value());
  EXPECT_EQ(receipt->event(), v1::TRANSPORT_EVENT_SUBMISSION_REJECTION);
  EXPECT_EQ(receipt->act_id(), "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  EXPECT_EQ(receipt->content(), file);
  EXPECT_EQ(GetErrorDetails(FromGrpcStatus(sent))->evidence, file);
}

TEST(StatusMapping, AnUnreadableReceiptStillTravels) {
  for (const Bytes file : {"x", "a\nb", "a\nb\n", "a\nb\n\n", "\n\n\n\n"}) {
    const grpc::Status sent = ToGrpcStatus(Error(Reason::WRONG_STATE).Evidence(file));
    EXPECT_EQ(GetErrorDetails(FromGrpcStatus(sent))->evidence, file);
  }
}

TEST(StatusMapping, WhatOthersSendIsTakenAsItIs) {
  const grpc::Status foreign(grpc::StatusCode::UNAVAILABLE, "failed to connect");
  EXPECT_EQ(FromGrpcStatus(foreign), absl::UnavailableError("failed to connect"));
  const grpc::Status garbage(grpc::StatusCode::ABORTED, "text", "\xff\xff not a message");
  EXPECT_EQ(FromGrpcStatus(garbage), absl::AbortedError("text"));
}

TEST(StatusMapping, ReasonsOfAnotherDomainAreNotOurs) {
  google::rpc::Status proto;
  proto.set_code(5);
  proto.set_message("gone");
  google::rpc::ErrorInfo info;
  info.set_domain("example.org");
  info.set_reason("CASE_NOT_FOUND");
  proto.add_details()->PackFrom(info);
  EXPECT_EQ(FromStatusProto(proto), absl::NotFoundError("gone"));
}

TEST(Language, TheFirstOfOursThatTheCallerNames) {
  EXPECT_EQ(ParseLanguage(""), Language::kEnglish);
  EXPECT_EQ(ParseLanguage("es-CO"), Language::kSpanish);
  EXPECT_EQ(ParseLanguage("PT-br,es;q=0.5"), Language::kPortuguese);
  EXPECT_EQ(ParseLanguage("quz, es;q=0.8"), Language::kSpanish);
  EXPECT_EQ(ParseLanguage("fr"), Language::kEnglish);
  EXPECT_EQ(ParseLanguage("espe, ;;,,"), Language::kEnglish);
}

}  // namespace
}  // namespace rogatoria::rpc
