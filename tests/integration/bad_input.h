// The fixture of what must be refused: one hub a test, so that no refusal hides behind another's
// aggregate.
#pragma once

#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {

class BadInputTest : public ::testing::Test {
 protected:
  BadInputTest() : before_(broker_.Status()) {}

  Office& pt() { return broker_.office("pt-pgr"); }
  Office& co() { return broker_.office("co-fgn"); }
  Office& br() { return broker_.office("br-mpf"); }

  template <typename T>
  void ExpectRefused(const absl::StatusOr<T>& outcome, Reason reason, const std::string& field) {
    ASSERT_THAT(outcome, HasReason(reason));
    const ErrorDetails details = GetErrorDetails(outcome.status()).value();
    EXPECT_THAT(details.field, ::testing::StartsWith(field));
    if (!field.empty()) {
      EXPECT_FALSE(outcome.status().message().empty());
    }
  }
  // Nothing of the acts, cases and mailboxes is other than when the test began (or MarkState).
  void ExpectNothingChanged() {
    const v1::GetStatusResponse now = broker_.Status();
    EXPECT_EQ(now.acts(), before_.acts());
    EXPECT_EQ(now.cases(), before_.cases());
    EXPECT_EQ(now.open_deliveries(), before_.open_deliveries());
    EXPECT_EQ(now.dead_letters(), before_.dead_letters());
    EXPECT_EQ(now.directory_version(), before_.directory_version());
  }
  void MarkState() { before_ = broker_.Status(); }
  void ExpectLeaf(Office& office, Reason reason) {
    EXPECT_THAT(office.Register(),
                ::testing::Contains(::testing::HasSubstr(std::string(ReasonName(reason)))));
  }
  template <typename T>
  void ExpectRefusedWithLeaf(const absl::StatusOr<T>& outcome,
                             Reason reason,
                             const std::string& field) {
    ExpectRefused(outcome, reason, field);
    ExpectNothingChanged();
    ExpectLeaf(pt(), reason);
  }
  // An act of pt-pgr whose header was changed before it was signed.
  absl::StatusOr<v1::SubmitActResponse> SendWith(const std::function<void(v1::ActHeader&)>& change,
                                                 const ActPlan& plan = {}) {
    v1::ActHeader header;
    auto request = pt().Prepare(plan, &header);
    if (!request.ok()) return request.status();
    change(header);
    pt().Sign(header, pt().user, *request);
    return pt().Submit(*request);
  }
  absl::StatusOr<v1::SubmitActResponse> SendSignedBy(const TestIdentity& signer) {
    v1::ActHeader header;
    auto request = pt().Prepare({}, &header);
    if (!request.ok()) return request.status();
    pt().Sign(header, signer, *request);
    return pt().Submit(*request);
  }
  // A call over a connection with another client certificate.
  absl::Status CallAs(const TestIdentity& client) {
    auto channel =
        ConnectTo(broker_.public_port(), client, broker_.pki().ca_file(TestPki::Ca::kPublic));
    auto stub = v1::ExchangeService::NewStub(channel);
    return CallStub(*stub, &v1::ExchangeService::Stub::ListCases, v1::ListCasesRequest()).status();
  }
  std::string OpenCase() {
    const auto request = pt().Compose({});
    EXPECT_THAT(request, IsOk());
    EXPECT_THAT(pt().Submit(*request), IsOk());
    return pt().ActIdOf(*request);
  }

  Broker broker_;
  v1::GetStatusResponse before_;
};

}  // namespace rogatoria
