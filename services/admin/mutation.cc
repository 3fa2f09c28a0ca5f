#include "services/admin/mutation.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "common/base/random.h"
#include "common/crypto/digest.h"

namespace rogatoria::admin {
namespace {

constexpr size_t kNoticeBytes = 1024;  // with its row and its leaf

class Mutation final : public Command {
 public:
  using Done = std::function<void(absl::StatusOr<Bytes>)>;

  Mutation(const MutationRequest& request, Change change, Done done)
      : key_{request.principal, request.request_id},
        method_(request.method),
        request_sha256_(Sha256({request.method, "\n", request.content})),
        size_(request.content.size() + kNoticeBytes * request.mailboxes.size()),
        mailboxes_(request.mailboxes),
        guidance_(request.guidance),
        change_(std::move(change)),
        done_(std::move(done)) {}

  size_t ByteSize() const override { return 1024 + size_; }
  void Declare(BatchKeys& keys) const override {
    keys.requests.push_back(key_);
    keys.mailboxes.insert(keys.mailboxes.end(), mailboxes_.begin(), mailboxes_.end());
    keys.guidance.insert(keys.guidance.end(), guidance_.begin(), guidance_.end());
  }
  void Decide(Draft& draft) override { outcome_ = Apply(draft); }
  void Committed(const BatchReceipts&) override { done_(std::move(outcome_)); }
  void Failed(const absl::Status& status) override { done_(status); }

 private:
  absl::StatusOr<Bytes> Apply(Draft& draft) {
    if (const RequestRecord* before = draft.FindRequest(key_)) {
      if (before->request_sha256 == request_sha256_) return before->response;
      return Error(Reason::REQUEST_ID_REUSED).Field("request_id").Accepted("a new UUID");
    }
    AuditRecord record;
    record.operation = AuditOperation::kAdministration;
    record.instant = draft.now();
    record.principal = key_.principal;
    record.method = method_;
    record.outcome = "OK";
    absl::StatusOr<Bytes> response = change_(draft, record.object);
    if (!response.ok()) return response;
    draft.AppendAudit(record, 0, "");
    draft.AddRequest({key_, request_sha256_, *response});
    return response;
  }

  const RequestKey key_;
  const std::string method_;
  const Bytes request_sha256_;
  const size_t size_;
  const std::vector<std::string> mailboxes_;
  const std::vector<std::string> guidance_;
  const Change change_;
  const Done done_;
  absl::StatusOr<Bytes> outcome_;
};

}  // namespace

absl::StatusOr<Bytes> CommitMutation(CommitQueue& queue,
                                     const MutationRequest& request,
                                     Change change) {
  absl::Notification told;
  absl::StatusOr<Bytes> outcome;
  queue.Submit(
      std::make_unique<Mutation>(request, std::move(change), [&](absl::StatusOr<Bytes> result) {
        outcome = std::move(result);
        told.Notify();
      }));
  told.WaitForNotification();
  return outcome;
}

absl::Status CheckRequestId(const std::string& request_id) {
  if (request_id.empty())
    return Error(Reason::FIELD_REQUIRED).Field("request_id").Accepted("a UUID");
  if (!IsUuid(request_id)) {
    return Error(Reason::FIELD_INVALID).Field("request_id").Accepted("a UUID in lower case");
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::admin
