// The daemon as a child process that can be killed at any instant and started again on the same
// folder.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace rogatoria::crash {

class HubProcess {
 public:
  // `command` before the daemon's own, for example strace with what it injects; may be empty.
  HubProcess(std::string program, std::string config, int port, std::string log)
      : program_(std::move(program)),
        config_(std::move(config)),
        port_(port),
        log_(std::move(log)) {}
  ~HubProcess() { Kill(); }
  HubProcess(const HubProcess&) = delete;

  // Starts it and waits until its port answers. `wrapper` runs it, for example strace.
  absl::Status Start(const std::vector<std::string>& wrapper = {});
  // Waits for it to end by itself; false when it still runs after `timeout`.
  bool WaitForEnd(absl::Duration timeout);
  // Nothing leaves it any more, as when the machine itself has lost its power. Kill it afterwards.
  void Freeze();
  void Kill();  // SIGKILL to it and what runs it
  pid_t pid() const { return pid_; }

 private:
  std::string program_, config_;
  int port_;
  std::string log_;
  pid_t pid_ = -1;
};

}  // namespace rogatoria::crash
