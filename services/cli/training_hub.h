// The hub of a training: rogatoriad as a child process, on loopback only. It ends with us, also
// when we are killed.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace rogatoria::cli {

class TrainingHub {
 public:
  // `program` is run with `config`; what it says goes to `log`. Before any thread is started.
  static absl::StatusOr<std::unique_ptr<TrainingHub>> Start(const std::string& program,
                                                            const std::string& config,
                                                            const std::string& log);
  ~TrainingHub();
  TrainingHub(const TrainingHub&) = delete;
  TrainingHub& operator=(const TrainingHub&) = delete;

  // Until something answers on the port; UNAVAILABLE when it ends before that, or after `patience`.
  absl::Status WaitFor(int port, absl::Duration patience);
  // As an operator would, with time to drain.
  void Stop();
  bool HasEnded();
  int pid() const { return pid_; }

  // rogatoriad beside this program; else what the search path says.
  static std::string ProgramBeside();

 private:
  explicit TrainingHub(int pid) : pid_(pid) {}

  int pid_;
  bool ended_ = false;
};

}  // namespace rogatoria::cli
