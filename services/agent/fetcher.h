// Documents of acts that came, for the agent's front ends: fetched from the hub, checked, looked at
// by the office's scanner, kept in the case folder. Each has its own way: one that is large, or at
// which a scanner hangs, keeps no other. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/client/case_folder.h"
#include "common/client/document_download.h"
#include "common/client/office.h"

namespace rogatoria::agent {

class Fetcher {
 public:
  // Both must outlive it. What an earlier run left is removed.
  Fetcher(client::Office& office, client::CaseFolder& cases);
  // Ends what is under way, also a scanner.
  void Stop() { stopping_ = true; }

  // An attached document, by its number in the header from 1: nothing is done when it is kept
  // already. LOCAL_DISK_FULL where there is no room for it beside what is under way; SCAN_NOT_DONE,
  // SCAN_NOT_CLEAN, SHUTTING_DOWN, and as Office::Download. May block long.
  absl::Status Fetch(const client::OpenedAct& opened, uint32_t attached_number);
  // The scanner's word on a document that came inside the act. The same errors.
  absl::Status LookAt(const std::string& act_id, uint32_t number, absl::string_view content);

 private:
  // A document that is under way: nobody else is at it, and its folder is its own.
  class Way {
   public:
    Way(Fetcher& fetcher, std::string name) : fetcher_(fetcher), name_(std::move(name)) {
      fetcher_.Take(name_);
    }
    ~Way() { fetcher_.Give(name_); }
    Way(const Way&) = delete;
    Way& operator=(const Way&) = delete;
    const std::string& name() const { return name_; }
    // A file in its folder, which is made.
    absl::StatusOr<std::string> Path() const;

   private:
    Fetcher& fetcher_;
    const std::string name_;
  };
  void Take(const std::string& name);
  void Give(const std::string& name);
  std::string FolderOf(const std::string& name) const;

  absl::Status Download(const client::OpenedAct& opened, uint32_t attached_number, const Way& way);
  // Promises it the room that it needs and does not have yet.
  absl::Status PromiseRoom(const client::OpenedAct& opened,
                           uint32_t attached_number,
                           const std::string& path,
                           const Way& way);
  // On a full disk what cuts left would keep all others from coming.
  void FreeRoom(const Way& way);
  client::AfterOpen Scanner() const;

  client::Office& office_;
  client::CaseFolder& cases_;
  const std::string folder_;
  std::atomic<bool> stopping_ = false;
  absl::Mutex mutex_;
  std::map<std::string, uint64_t> under_way_ ABSL_GUARDED_BY(mutex_);  // to the room of each, bytes
};

}  // namespace rogatoria::agent
