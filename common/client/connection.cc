#include "common/client/connection.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/rpc/status_mapping.h"
#include "common/rpc/tls.h"

namespace rogatoria::client {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(5);
// A hub restarts within a second: gRPC's own pause of up to two minutes would keep an office away.
constexpr int kFirstReconnectMs = 100;
constexpr int kLongestReconnectMs = 2000;
// With several endpoints: one that takes the connection and says nothing is left for the next
// within the time of a try. A single one has gRPC's own 20 s, for the slowest lines.
constexpr int kHandshakeMs = 8000;
// While a call waits: a line on which nothing comes back any more, and that nobody closed, is given
// up. The hub allows a ping every 20 s. On a slow line megabytes may lie before the answer.
constexpr int kPingMs = 30 * 1000;
constexpr int kPingAnswerMs = 60 * 1000;

// How long to wait at least before the next try; nullopt when another try cannot help.
std::optional<absl::Duration> RetryDelay(const absl::Status& status) {
  const auto details = GetErrorDetails(status);
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return absl::ZeroDuration();
    case absl::StatusCode::kAborted:
      if (details.has_value()) return std::nullopt;
      return absl::ZeroDuration();
    case absl::StatusCode::kResourceExhausted:
      if (details.has_value() && details->retry_after > absl::ZeroDuration())
        return details->retry_after;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// Full jitter: anything from the least the hub asked for to the pause of this round.
absl::Duration Jitter(absl::Duration least, absl::Duration pause) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  std::uniform_real_distribution<double> part(0, 1);
  return least + pause * part(generator);
}

// Several endpoints become one target that gRPC tries in order.
std::string Target(const std::vector<std::string>& endpoints) {
  if (endpoints.size() == 1) return endpoints.front();
  return absl::StrCat("ipv4:", absl::StrJoin(endpoints, ","));
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(
    const OfficeProfile& profile,
    const std::vector<std::string>& endpoints,
    const std::string& ca) {
  rpc::ChannelTls tls;
  tls.certificate_file = profile.tls.certificate;
  tls.key_file = profile.tls.key;
  tls.ca_file = ca;
  ROG_ASSIGN_OR_RETURN(auto credentials, rpc::MakeChannelCredentials(tls));
  ROG_RETURN_IF_ERROR(CheckIdentity(profile));
  grpc::ChannelArguments arguments;
  rpc::SetChannelDefaults(arguments);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMs);
  if (endpoints.size() > 1) {
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kHandshakeMs);
  }
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingAnswerMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  if (!profile.server_name.empty()) arguments.SetSslTargetNameOverride(profile.server_name);
  return grpc::CreateCustomChannel(Target(endpoints), credentials, arguments);
}

}  // namespace

absl::Status StatusOf(const grpc::Status& end) {
  const bool shutting_down =
      end.error_code() == grpc::StatusCode::CANCELLED && end.error_details().empty();
  if (!shutting_down) return rpc::FromGrpcStatus(end);
  return rpc::FromGrpcStatus({grpc::StatusCode::UNAVAILABLE, end.error_message()});
}

absl::Status InWords(const absl::Status& status) {
  if (GetErrorDetails(status).has_value()) return status;
  if (absl::IsUnavailable(status)) {
    return Failure(status.code(), Sentence::HUB_NOT_REACHED, std::string(status.message()));
  }
  if (absl::IsDeadlineExceeded(status)) return Failure(status.code(), Sentence::HUB_LATE);
  return status;
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const OfficeProfile& profile) {
  if (profile.endpoints.empty()) {
    return Explained(Error(Reason::PROFILE_INVALID).Field("endpoints"), Sentence::AN_ENDPOINT);
  }
  ROG_ASSIGN_OR_RETURN(auto channel, OpenChannel(profile, profile.endpoints, profile.hub_ca));
  return std::unique_ptr<Connection>(new Connection(std::move(channel), profile.language));
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::OpenAdmin(const OfficeProfile& profile) {
  if (profile.admin_endpoint.empty()) {
    return Explained(Error(Reason::PROFILE_INVALID).Field("admin_endpoint"),
                     Sentence::ADMIN_ENDPOINT);
  }
  ROG_ASSIGN_OR_RETURN(auto channel,
                       OpenChannel(profile, {profile.admin_endpoint}, profile.admin_ca));
  return std::unique_ptr<Connection>(new Connection(std::move(channel), profile.language));
}

Connection::Connection(std::shared_ptr<grpc::Channel> channel, std::string language)
    : channel_(std::move(channel)),
      language_(std::move(language)),
      exchange_(v1::ExchangeService::NewStub(channel_)),
      mailbox_(v1::MailboxService::NewStub(channel_)),
      directory_(v1::DirectoryService::NewStub(channel_)),
      audit_(v1::AuditService::NewStub(channel_)),
      admin_(v1::AdminService::NewStub(channel_)),
      documents_(v1::DocumentService::NewStub(channel_)) {}

void Connection::Prepare(grpc::ClientContext& context, absl::Duration deadline) const {
  context.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
  context.AddMetadata("accept-language", language_);
}

// gRPC makes a connection only while somebody waits for it: between tries this is how it comes
// about.
void Connection::Pause(const absl::Status& status, absl::Duration wait) const {
  if (status.code() == absl::StatusCode::kUnavailable) {
    channel_->WaitForConnected(absl::ToChronoTime(absl::Now() + wait));
  } else {
    absl::SleepFor(wait);
  }
}

absl::Status Connection::Retry(
    const Patience& patience,
    const std::function<grpc::Status(grpc::ClientContext&)>& attempt) const {
  const bool from_failure = patience.end != nullptr;
  absl::Time end = from_failure ? *patience.end : absl::Now() + patience.overall;
  absl::Duration pause = kFirstPause;
  for (;;) {
    grpc::ClientContext context;
    Prepare(context,
            from_failure ? patience.attempt : std::min(patience.attempt, end - absl::Now()));
    const absl::Status status = StatusOf(attempt(context));
    if (status.ok()) return status;
    if (from_failure) *patience.end = end = std::min(end, absl::Now() + patience.overall);
    const auto least = RetryDelay(status);
    if (!least.has_value()) return InWords(status);
    const absl::Duration wait = Jitter(*least, pause);
    if (absl::Now() + wait >= end) return InWords(status);
    if (patience.on_retry) patience.on_retry(status, end);
    Pause(status, wait);
    pause = std::min(2 * pause, kLongestPause);
  }
}

}  // namespace rogatoria::client
