// Goal: a call is tried again when that can help and only then, within its time; a hub that was
// away is found again; no endpoint or certificate of another is taken for the hub.
#include "common/client/connection.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/descriptor.h"
#include "common/client/transfer.h"
#include "common/rpc/status_mapping.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::client {
namespace {

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() : hub_(offices_) { Open(hub_.ProfileOf(offices_.pt())); }

  void Open(const OfficeProfile& profile) {
    auto opened = Connection::Open(profile);
    ASSERT_THAT(opened, IsOk());
    connection_ = *std::move(opened);
    connection_->set_overall_deadline(absl::Seconds(20));
  }
  absl::Status Ask() {
    return connection_
        ->Call(connection_->audit(),
               &v1::AuditService::Stub::GetCheckpoint,
               v1::GetCheckpointRequest())
        .status();
  }
  // Fails so many times in this way, then answers.
  void Fail(int times, const grpc::Status& how) {
    hub_.set_checkpoint_answer([how, left = std::make_shared<int>(times)] {
      return (*left)-- > 0 ? how : grpc::Status::OK;
    });
  }

  TestOffices offices_;
  FakeHub hub_;
  std::unique_ptr<Connection> connection_;
};

grpc::Status Busy(absl::Duration retry_after) {
  return rpc::ToGrpcStatus(Error(Reason::OVERLOADED).RetryAfter(retry_after));
}

TEST_F(ConnectionTest, WhatMayPassIsTriedAgain) {
  const grpc::Status passing[] = {{grpc::StatusCode::UNAVAILABLE, "away"},
                                  {grpc::StatusCode::CANCELLED, "CANCELLED"},  // shutting down
                                  {grpc::StatusCode::ABORTED, "lost a race"},
                                  Busy(absl::Milliseconds(1))};
  int asked = 0;
  for (const grpc::Status& how : passing) {
    Fail(2, how);
    EXPECT_THAT(Ask(), IsOk());
    EXPECT_EQ(hub_.checkpoints(), asked += 3);
  }
}

TEST_F(ConnectionTest, WhatWillNotPassIsNotTriedAgain) {
  const grpc::Status lasting[] = {rpc::ToGrpcStatus(Error(Reason::ROUTE_CHANGED)),
                                  rpc::ToGrpcStatus(Error(Reason::MAILBOX_STREAMS_EXHAUSTED)),
                                  rpc::ToGrpcStatus(Error(Reason::FIELD_INVALID)),
                                  {grpc::StatusCode::PERMISSION_DENIED, "no"}};
  int asked = 0;
  for (const grpc::Status& how : lasting) {
    Fail(1, how);
    EXPECT_EQ(static_cast<int>(Ask().code()), static_cast<int>(how.error_code()));
    EXPECT_EQ(hub_.checkpoints(), asked += 1);
  }
}

TEST_F(ConnectionTest, ABusyHubIsLeftAloneForAsLongAsItAsks) {
  constexpr absl::Duration kAsked = absl::Milliseconds(250);
  Fail(1, Busy(kAsked));
  const absl::Time begin = absl::Now();
  EXPECT_THAT(Ask(), IsOk());
  EXPECT_GE(absl::Now() - begin, kAsked);
}

TEST_F(ConnectionTest, NothingIsTriedBeyondTheTimeGiven) {
  connection_->set_overall_deadline(absl::Milliseconds(200));
  Fail(1, Busy(absl::Seconds(30)));
  const absl::Time begin = absl::Now();
  EXPECT_THAT(Ask(), HasReason(Reason::OVERLOADED));  // waiting would be longer: told at once
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
  EXPECT_EQ(hub_.checkpoints(), 1);
}

TEST_F(ConnectionTest, AHubThatWasAwayIsFoundAgain) {
  ASSERT_THAT(Ask(), IsOk());
  hub_.Stop();
  connection_->set_overall_deadline(absl::Milliseconds(300));
  EXPECT_FALSE(Ask().ok());
  hub_.Start();
  connection_->set_overall_deadline(absl::Seconds(20));
  EXPECT_THAT(Ask(), IsOk());
}

TEST_F(ConnectionTest, ATransferTellsOfAHubThatIsAwayAndUntilWhenItIsTried) {
  hub_.Stop();
  const absl::Time begin = absl::Now();
  int told = 0;
  absl::Time end;
  TransferOptions options;
  options.patience = absl::Seconds(1);
  options.on_trouble = [&](const absl::Status& why, absl::Time until) {
    EXPECT_EQ(why.code(), absl::StatusCode::kUnavailable);
    end = until;
    ++told;
  };
  EXPECT_FALSE(
      CallPatiently(
          *connection_, &v1::DocumentService::Stub::GetUpload, v1::GetUploadRequest(), options)
          .ok());
  EXPECT_GT(told, 0);
  EXPECT_GE(end, begin + options.patience);
  EXPECT_LT(end, begin + absl::Seconds(20));
}

TEST_F(ConnectionTest, OfSeveralEndpointsOneThatAnswersIsEnough) {
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.endpoints = {"127.0.0.1:1", hub_.target()};
  profile.server_name = "localhost";
  Open(profile);
  EXPECT_THAT(Ask(), IsOk());
}

// The system takes the connection, as behind a firewall or for a process that hangs, and nobody
// speaks.
TEST_F(ConnectionTest, OfSeveralEndpointsOneThatSaysNothingIsLeftForTheNext) {
  const Descriptor mute(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const auto of_any_kind = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(mute.get(), of_any_kind, size), 0);
  ASSERT_EQ(listen(mute.get(), 8), 0);
  ASSERT_EQ(getsockname(mute.get(), of_any_kind, &size), 0);
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.endpoints = {absl::StrCat("127.0.0.1:", ntohs(address.sin_port)), hub_.target()};
  profile.server_name = "localhost";
  Open(profile);
  EXPECT_THAT(Ask(), IsOk());
}

TEST_F(ConnectionTest, SaysWhichLanguageItWants) {
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.language = "pt";
  Open(profile);
  ASSERT_THAT(Ask(), IsOk());
  EXPECT_EQ(hub_.last_language(), "pt");
}

TEST_F(ConnectionTest, AHubOfAnotherCertificationAuthorityIsNotAsked) {
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.hub_ca = offices_.pki().ca_file(TestPki::Ca::kStranger);
  Open(profile);
  connection_->set_overall_deadline(absl::Milliseconds(300));
  EXPECT_FALSE(Ask().ok());
  EXPECT_EQ(hub_.checkpoints(), 0);
}

TEST_F(ConnectionTest, AHubOfAnotherNameIsNotAsked) {
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.server_name = "other.example";
  Open(profile);
  connection_->set_overall_deadline(absl::Milliseconds(300));
  EXPECT_FALSE(Ask().ok());
  EXPECT_EQ(hub_.checkpoints(), 0);
}

TEST_F(ConnectionTest, AProfileOfAnotherAuthorityThanItsCertificateIsNotConnected) {
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.authority = "co-fgn";
  EXPECT_THAT(Connection::Open(profile), HasReason(Reason::PROFILE_INVALID));
  profile.admin_endpoint = hub_.target();
  profile.admin_ca = profile.hub_ca;
  EXPECT_THAT(Connection::OpenAdmin(profile), HasReason(Reason::PROFILE_INVALID));
}

TEST_F(ConnectionTest, FaultsOfTheProfileShowAtOnce) {
  OfficeProfile profile = hub_.ProfileOf(offices_.pt());
  profile.endpoints.clear();
  EXPECT_THAT(Connection::Open(profile), HasReason(Reason::PROFILE_INVALID));
  EXPECT_THAT(Connection::OpenAdmin(profile), HasReason(Reason::PROFILE_INVALID));
  profile = hub_.ProfileOf(offices_.pt());
  profile.tls.key = offices_.co().profile.user->files.key;
  EXPECT_FALSE(Connection::Open(profile).ok());
}

}  // namespace
}  // namespace rogatoria::client
