// A hub that says what a test tells it to, over real mutual TLS on the loopback. Left alone it is
// honest: it takes every act and proves it, and it delivers what was put into its mailbox.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/client/profile.h"
#include "tests/unit/client/offices/test_offices.h"
#include "tests/unit/client/offices/test_receipts.h"

#include "rogatoria/v1/audit_service.grpc.pb.h"
#include "rogatoria/v1/directory_service.grpc.pb.h"
#include "rogatoria/v1/exchange_service.grpc.pb.h"
#include "rogatoria/v1/mailbox_service.grpc.pb.h"

namespace rogatoria::client {

class FakeHub {
 public:
  // Acts go from `offices.pt()` to `offices.co()`.
  explicit FakeHub(TestOffices& offices);
  ~FakeHub();

  // The profile with which an office reaches it.
  OfficeProfile ProfileOf(const TestOffice& office) const;
  void Stop();
  void Start();  // on the same port
  std::string target() const;

  // What it answers to an act; the default is an honest acceptance.
  using Answer = std::function<absl::StatusOr<v1::SubmitActResponse>(const v1::SubmitActRequest&)>;
  void set_answer(Answer answer);
  absl::StatusOr<v1::SubmitActResponse> Honest(const v1::SubmitActRequest& request);
  // What its receipts say that acts count as from now on. Default: FORMAL.
  void set_effect(StatedEffect effect);
  // The proof that it refused an act in law.
  v1::Receipt Refusal(const v1::SubmitActRequest& request, Reason reason);
  // What it answers to GetCheckpoint. Default: the head of an empty log.
  void set_checkpoint_answer(std::function<grpc::Status()> answer);

  // What Receive hands out, one for each credit; taken out when it is settled.
  void Put(const v1::ReceiveResponse::Delivery& delivery);
  // With honest receipts, at this position.
  // A warning about an act's case.
  static v1::ReceiveResponse::Delivery NoticeAbout(const PreparedAct& act, uint64_t position);
  v1::ReceiveResponse::Delivery DeliveryOf(const PreparedAct& act, uint64_t position);
  std::vector<v1::ReceiveRequest> settlements();
  // What its receipts of settlements say instead of the truth from now on.
  void set_settlement_lie(std::function<void(Evidence&)> lie);
  // What ListReceipts gives, and the act that GetAct gives, with them, at position 7 of its case.
  void set_listed(const v1::ListReceiptsResponse& listed, const v1::Act& act);
  // What it says that it did with that act. Default: taken, in its turn.
  void set_disposition(v1::ActDisposition disposition);

  // What GetCase gives, beside the id that is asked for. Default: nothing.
  void set_case(const v1::GetCaseResponse& found);

  // What its directory asks of acts; every authority of it is Colombia's. Default: nothing.
  void set_requirements(const v1::ListRequirementsResponse& requirements);

  // Its instruments, which it lists two to a page at most.
  void set_instruments(const std::vector<std::string>& ids);
  void add_instrument(const v1::Instrument& instrument);
  // The one practice note that it has. Default: none.
  void set_guidance(const v1::Guidance& guidance, uint32_t version);

  std::vector<v1::SubmitActRequest> submitted();
  int resolutions();
  int checkpoints();
  std::string last_language();
  TestReceipts& receipts() { return receipts_; }

 private:
  class Exchange;
  class Mailbox;
  class DirectoryOfIt;
  class Audit;

  TestOffices& offices_;
  TestReceipts receipts_;
  TestIdentity server_identity_, pt_system_, co_system_;
  std::unique_ptr<v1::ExchangeService::Service> exchange_;
  std::unique_ptr<v1::MailboxService::Service> mailbox_;
  std::unique_ptr<v1::DirectoryService::Service> directory_;
  std::unique_ptr<v1::AuditService::Service> audit_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;

  absl::Mutex mutex_;
  Answer answer_ ABSL_GUARDED_BY(mutex_);
  std::function<grpc::Status()> checkpoint_answer_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::SubmitActRequest> submitted_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::ReceiveResponse::Delivery> deliveries_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::ReceiveRequest> settlements_ ABSL_GUARDED_BY(mutex_);
  std::function<void(Evidence&)> settlement_lie_ ABSL_GUARDED_BY(mutex_) = [](Evidence&) {};
  v1::ListReceiptsResponse listed_ ABSL_GUARDED_BY(mutex_);
  v1::ListRequirementsResponse requirements_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::Instrument> instruments_ ABSL_GUARDED_BY(mutex_);
  v1::Guidance guidance_ ABSL_GUARDED_BY(mutex_);
  uint32_t guidance_version_ ABSL_GUARDED_BY(mutex_) = 0;
  StatedEffect effect_ ABSL_GUARDED_BY(mutex_) = StatedEffect::kFormal;
  v1::GetCaseResponse case_ ABSL_GUARDED_BY(mutex_);
  v1::Act act_ ABSL_GUARDED_BY(mutex_);
  v1::ActDisposition disposition_ ABSL_GUARDED_BY(mutex_) = v1::ACT_DISPOSITION_IN_SEQUENCE;
  std::string last_language_ ABSL_GUARDED_BY(mutex_);
  int resolutions_ ABSL_GUARDED_BY(mutex_) = 0;
  int checkpoints_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace rogatoria::client
