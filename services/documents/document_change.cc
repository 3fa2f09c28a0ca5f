#include "services/documents/document_change.h"

#include <memory>
#include <utility>

#include "absl/synchronization/notification.h"
#include "common/ledger/command.h"

namespace rogatoria::documents {
namespace {

class ChangeCommand final : public Command {
 public:
  ChangeCommand(DocumentChange change, std::function<void(const absl::Status&)> done)
      : change_(std::move(change)), done_(std::move(done)) {}

  void Declare(BatchKeys& keys) const override {
    keys.documents.push_back(change_.document_id);
    if (change_.usage.has_value()) keys.document_usage.push_back(*change_.usage);
  }
  void Decide(Draft& draft) override {
    outcome_ = change_.decide(draft, draft.FindDocument(change_.document_id));
  }
  void Committed(const BatchReceipts&) override { done_(outcome_); }
  void Failed(const absl::Status& status) override { done_(status); }

 private:
  const DocumentChange change_;
  const std::function<void(const absl::Status&)> done_;
  absl::Status outcome_;
};

}  // namespace

absl::Status CommitChange(CommitQueue& queue, DocumentChange change) {
  absl::Notification told;
  absl::Status outcome;
  queue.Submit(std::make_unique<ChangeCommand>(std::move(change), [&](const absl::Status& status) {
    outcome = status;
    told.Notify();
  }));
  told.WaitForNotification();
  return outcome;
}

}  // namespace rogatoria::documents
