// An authority of the integration tests: its keys, its entry in the directory's files, and its own
// connection to the hub, over generated stubs and the crypto library alone: what any client could
// do.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "absl/status/statusor.h"
#include "common/rpc/status_mapping.h"
#include "tests/support/test_pki.h"

#include "rogatoria/v1/audit_service.grpc.pb.h"
#include "rogatoria/v1/directory_service.grpc.pb.h"
#include "rogatoria/v1/document_service.grpc.pb.h"
#include "rogatoria/v1/exchange_service.grpc.pb.h"
#include "rogatoria/v1/mailbox_service.grpc.pb.h"

namespace rogatoria {

// A channel with this client certificate; `port` on the loopback.
std::shared_ptr<grpc::Channel> ConnectTo(int port,
                                         const TestIdentity& client,
                                         const std::string& server_ca_file);

// A call that may take this long at most; then the test fails.
inline constexpr std::chrono::seconds kPatience{20};

// Calls and turns the outcome into ours.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallStub(Stub& stub,
                                  grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                               const Request&,
                                                               Response*),
                                  const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return rpc::FromGrpcStatus(status);
  return response;
}

v1::MeasureRef MeasureOf(uint32_t ordinal,
                         const std::string& code,
                         v1::MeasureOutcome outcome = v1::MEASURE_OUTCOME_UNSPECIFIED);

// What an act is to say; the rest is filled in.
struct ActPlan {
  v1::ActKind kind = v1::ACT_KIND_REQUEST;
  v1::CaseType case_type = v1::CASE_TYPE_MLA;
  std::string case_id = {};  // empty: opens one
  std::vector<std::string> to = {"co-fgn"};
  std::vector<v1::MeasureRef> measures = {MeasureOf(1, "VIDEO_HEARING")};
  v1::ChannelClass channel_class = v1::CHANNEL_CLASS_FORMAL;
  v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED;
  v1::InsistReason insist = v1::INSIST_REASON_UNSPECIFIED;
  std::string in_reply_to = {};
  uint64_t seen = 0;
  std::vector<std::string> related_cases = {};
  std::string clear = "a letter";
  std::vector<v1::SealedDigest> documents = {};
  std::string identity = {};  // not empty: an identity part, for the custodians of the recipient
};

struct Custodian {
  v1::CustodianGroup group = v1::CUSTODIAN_GROUP_UNSPECIFIED;  // in the directory: may be changed
  TestIdentity user, sealing;
};

class Office {
 public:
  Office(std::string id, std::string country, TestPki& pki);

  const std::string& id() const { return id_; }
  const std::string& country() const { return country_; }
  // Its tables in the directory's files.
  std::string Toml() const;
  // Another key, in the directory with the next load.
  void AddKey(TestPki& pki, v1::KeyPurpose purpose);
  // A custodian of identity parts with keys of the own: a further user, and what a share is sealed
  // to. In the directory with the next load.
  Custodian& AddCustodian(TestPki& pki, v1::CustodianGroup group);
  void Connect(int port, const std::string& server_ca_file);

  // Resolves, seals, writes the header: everything but the signature.
  absl::StatusOr<v1::SubmitActRequest> Prepare(const ActPlan& plan, v1::ActHeader* header);
  // Puts `header` into the request as signed bytes, and signs them.
  void Sign(const v1::ActHeader& header,
            const TestIdentity& signer,
            v1::SubmitActRequest& request) const;
  // Prepare and Sign by the accredited user.
  absl::StatusOr<v1::SubmitActRequest> Compose(const ActPlan& plan);
  absl::StatusOr<v1::SubmitActResponse> Submit(const v1::SubmitActRequest& request) {
    return CallStub(*exchange, &v1::ExchangeService::Stub::SubmitAct, request);
  }
  absl::StatusOr<v1::SubmitActResponse> Send(const ActPlan& plan);
  std::string ActIdOf(const v1::SubmitActRequest& request) const {
    return id_ + "/" + request.request_id();
  }

  // Own register, in clear, oldest first. Waits for all leaves before it.
  std::vector<std::string> Register();

  TestIdentity system, user, seal, sealing;
  // Stated after those two: of its duty desk, its substitute.
  std::vector<std::pair<TestIdentity, v1::KeyPurpose>> more_keys;
  std::deque<Custodian> custodians;  // users u-2 and so on
  std::string calendar = "test";
  std::string time_zone = "America/Bogota";
  bool central = true;  // a central authority, designated for UN-TIP-2000
  std::string kind = "PROSECUTION_SERVICE";
  std::string further_keys;    // of its own table, a line each
  std::string further_tables;  // inside its [[authority]]: designations, a duty desk
  PrivateKey identity_key;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::ExchangeService::Stub> exchange;
  std::unique_ptr<v1::MailboxService::Stub> mailbox;
  std::unique_ptr<v1::DirectoryService::Stub> directory;
  std::unique_ptr<v1::AuditService::Stub> audit;
  std::unique_ptr<v1::DocumentService::Stub> documents;

 private:
  const std::string id_, country_, trust_domain_;
};

// A Receive stream, used from one thread.
class MailStream {
 public:
  // Opens it and waits for `opened`.
  MailStream(Office& office, v1::SubscriptionRole role, uint64_t after = 0);
  ~MailStream();  // cuts it

  void Say(const v1::ReceiveRequest& message) { stream_->Write(message); }
  void Credit(uint32_t count);
  // The next message; an empty one when the stream is over.
  v1::ReceiveResponse Next();
  v1::ReceiveResponse::Delivery NextDelivery() { return Next().delivery(); }
  // Under seal, and its answer.
  v1::ReceiveResponse::Acknowledged Acknowledge(const v1::ReceiveResponse::Delivery& delivery);
  v1::ReceiveRequest::Acknowledge MakeAcknowledgement(const v1::ReceiveResponse::Delivery& delivery,
                                                      const TestIdentity* signer) const;
  // How it ended; only after Next gave an empty message.
  absl::Status End();
  const v1::ReceiveResponse::Opened& opened() const { return opened_; }

 private:
  Office& office_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReceiveRequest, v1::ReceiveResponse>> stream_;
  v1::ReceiveResponse::Opened opened_;
  bool over_ = false;
};

}  // namespace rogatoria
