// An agent that a spool can ask, whose whole memory is a folder: it survives a kill of its process,
// takes an act once under an id, and says what a test tells it to.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/agent/spool_agent.h"

namespace rogatoria::agent {

class FileAgent final : public SpoolAgent {
 public:
  explicit FileAgent(std::string folder);

  absl::StatusOr<v1::ActStatus> Send(const v1::SendRequest& request) override;
  absl::StatusOr<std::string> PutFile(const std::string& name, const std::string& path) override;
  void ForgetFile(const std::string& id) override;
  absl::StatusOr<v1::GetReceiptResponse> GetReceipt(const std::string& act_id) override;
  absl::Status SaveDocument(const std::string& act_id,
                            uint32_t number,
                            const std::string& target) override;
  absl::StatusOr<std::vector<v1::WatchResponse>> WaitForEvents(uint64_t after_position,
                                                               size_t limit,
                                                               absl::Duration patience) override;
  bool HasEvent(uint64_t position) const override;
  uint64_t Acknowledged() const override;
  absl::Status Acknowledge(uint64_t position) override;
  void SetKeptBack(std::vector<v1::KeptBack> oldest, uint64_t count) override {
    absl::MutexLock lock(&mutex_);
    kept_back_ = std::move(oldest);
    kept_back_count_ = count;
  }
  void SetHeld(std::vector<v1::HeldFile> oldest, uint64_t) override {
    absl::MutexLock lock(&mutex_);
    held_ = std::move(oldest);
  }
  std::string Explain(const absl::Status& why) const override;
  std::string language() const override { return language_; }
  std::set<std::string> contacts() const override { return {"co-fgn", "br-pgr"}; }

  // What it took so far, by request id, each with the bytes of its letter in `text`.
  std::vector<v1::SendRequest> sent() const;
  // An act that came, with this many documents; its place.
  uint64_t Add(int documents);
  uint64_t Add(v1::WatchResponse event);
  void Remove(uint64_t position);

  // What it was last told that the spool keeps back.
  std::vector<v1::KeptBack> kept_back() const {
    absl::MutexLock lock(&mutex_);
    return kept_back_;
  }
  uint64_t kept_back_count() const {
    absl::MutexLock lock(&mutex_);
    return kept_back_count_;
  }
  std::vector<v1::HeldFile> held() const {
    absl::MutexLock lock(&mutex_);
    return held_;
  }
  // Files that it was given and has.
  size_t files() const;

  // What it answers to a send instead.
  void set_refusal(absl::Status refusal) { refusal_ = std::move(refusal); }
  // What it answers to a file instead.
  void set_file_refusal(absl::Status refusal) { file_refusal_ = std::move(refusal); }
  // What it answers who asks for receipts instead.
  void set_receipt_refusal(absl::Status refusal) { receipt_refusal_ = std::move(refusal); }
  void set_state(v1::ActState state) { state_ = state; }
  // Of each document, by its number; OK: it is written.
  void set_documents(std::function<absl::Status(uint32_t)> answer) {
    documents_ = std::move(answer);
  }
  // Called with the path of each file that it is given, once it was read.
  void set_given(std::function<void(const std::string&)> given) { given_ = std::move(given); }
  void set_language(const std::string& language) { language_ = language; }

 private:
  v1::ActStatus StatusOf(const std::string& request_id) const;

  const std::string folder_;
  mutable absl::Mutex mutex_;
  std::vector<v1::KeptBack> kept_back_ ABSL_GUARDED_BY(mutex_);
  uint64_t kept_back_count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<v1::HeldFile> held_ ABSL_GUARDED_BY(mutex_);
  std::string language_ = "en";
  absl::Status refusal_, file_refusal_, receipt_refusal_;
  v1::ActState state_ = v1::ACT_STATE_RECEIVED_BY_HUB;
  std::function<absl::Status(uint32_t)> documents_;
  std::function<void(const std::string&)> given_;
};

}  // namespace rogatoria::agent
