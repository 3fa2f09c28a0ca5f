// Documents of acts that came, for the agent's front ends: fetched from the hub, checked, looked at
// by the office's scanner, kept in the case folder. Each has its own way: one that is large, or at
// which a scanner hangs, keeps no other. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/client/case_folder.h"
#include "common/client/document_download.h"
#include "common/client/office.h"
#include "services/agent/room.h"

namespace rogatoria::agent {

class Fetcher {
 public:
  // All must outlive it. What an earlier run left is removed.
  Fetcher(client::Office& office, client::CaseFolder& cases, Room& room);
  // Ends what is under way, also a scanner: SHUTTING_DOWN.
  void Stop() { stopping_ = true; }

  // An attached document, by its number in the header from 1: nothing is done when it is kept
  // already. LOCAL_DISK_FULL where there is no room for it beside what is under way; DOWNLOAD_BUSY
  // where another caller is at it for long; SCAN_NOT_DONE, SCAN_NOT_CLEAN, and as Office::Download.
  // May block long.
  absl::Status Fetch(const client::OpenedAct& opened, uint32_t attached_number);
  // The scanner's word on a document that came inside the act. The same errors.
  absl::Status LookAt(const std::string& act_id, uint32_t number, absl::string_view content);

 private:
  // A document that is under way: nobody else is at it, and its folder is its own.
  class Way {
   public:
    Way(Fetcher* fetcher, std::string name) : fetcher_(fetcher), name_(std::move(name)) {}
    Way(Way&& other) noexcept
        : fetcher_(std::exchange(other.fetcher_, nullptr)), name_(std::move(other.name_)) {}
    Way& operator=(Way&&) = delete;
    ~Way() {
      if (fetcher_ != nullptr) fetcher_->Give(name_);
    }
    const std::string& name() const { return name_; }
    // A file in its folder, which is made.
    absl::StatusOr<std::string> Path() const;

   private:
    Fetcher* fetcher_;
    const std::string name_;
  };
  absl::StatusOr<Way> Take(std::string name);
  void Give(const std::string& name);
  std::string FolderOf(const std::string& name) const;

  absl::Status Download(const client::OpenedAct& opened, uint32_t attached_number, const Way& way);
  // The room that it needs and does not have yet.
  absl::StatusOr<Room::Promise> PromiseRoom(const client::OpenedAct& opened,
                                            uint32_t attached_number,
                                            const std::string& path);
  // What cuts left of documents that nobody is at.
  void FreeRoom();
  client::AfterOpen Scanner() const;
  // What ended because the agent does is to be had from the next run.
  absl::Status OrShuttingDown(const absl::Status& status) const;

  client::Office& office_;
  client::CaseFolder& cases_;
  Room& room_;
  const std::string folder_;
  std::atomic<bool> stopping_ = false;
  absl::Mutex mutex_;
  absl::flat_hash_set<std::string> under_way_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::agent
