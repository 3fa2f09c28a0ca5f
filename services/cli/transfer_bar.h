// How far an upload or download is: one line on a terminal, written over as it goes; when the hub
// is away or has no room it says so there, and until when it is tried. Where standard error is no
// terminal only that is said, once; nothing with --quiet.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "absl/time/time.h"
#include "common/client/transfer.h"
#include "services/cli/command_line.h"

namespace rogatoria::cli {

// "12.4 MB", of 1000 bytes to the kilobyte, as file managers count.
std::string SizeText(uint64_t bytes);
// "1:05", "2:03:09".
std::string DurationText(absl::Duration duration);

// The line: `[#####     ]  50%  10.0 MB of 20.0 MB, 5.0 MB/s, 0:02 left`. The rate is that of this
// run: what was there before counts as done, not as moved.
class TransferBar {
 public:
  using Now = std::function<absl::Time()>;
  TransferBar(const Session& session, bool terminal, Now now);
  // On the process's own standard error.
  explicit TransferBar(const Session& session);
  // Ends the line.
  ~TransferBar();
  TransferBar(const TransferBar&) = delete;
  TransferBar& operator=(const TransferBar&) = delete;

  // With the patience that --timeout asks for. When an upload of several chunks begins, says first
  // with which `request_id` it goes on after a cut; empty: says nothing. Must not outlive this.
  client::TransferOptions options(const std::string& request_id = "");

 private:
  absl::Status NoteProgress(const client::TransferProgress& progress,
                            const std::string& request_id);
  void NoteTrouble(const absl::Status& why, absl::Time until);
  void Show(const client::TransferProgress& progress);
  void Write(std::string line);
  std::string Bar() const;
  std::string Line(absl::Duration elapsed) const;

  const Session& session_;
  const bool terminal_;
  const Now now_;
  std::mutex mutex_;  // guards what follows: trouble is told on any thread
  absl::Time begun_ = absl::InfinitePast();
  absl::Time shown_ = absl::InfinitePast();
  uint64_t done_before_ = 0;  // when it began
  client::TransferProgress last_;
  size_t width_ = 0;
  bool began_ = false;
  std::string trouble_;  // the last that was said
};

}  // namespace rogatoria::cli
