// How far an upload or download is: one line on a terminal, written over as it goes. Nothing where
// standard error is no terminal, and nothing with --quiet.
#pragma once

#include <functional>
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

  // Must not outlive this.
  client::OnProgress callback();

 private:
  void Show(const client::TransferProgress& progress);
  std::string Line(const client::TransferProgress& progress, absl::Duration elapsed) const;

  const Session& session_;
  const bool terminal_;
  const Now now_;
  absl::Time begun_ = absl::InfinitePast();
  absl::Time shown_ = absl::InfinitePast();
  uint64_t done_before_ = 0;  // when it began
  uint64_t last_done_ = 0;
  size_t width_ = 0;
};

}  // namespace rogatoria::cli
