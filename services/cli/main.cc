#include <grpc/support/log.h>

#include "absl/synchronization/mutex.h"
#include "services/cli/command_line.h"

int main(int argc, char** argv) {
  // gRPC's own lines hold addresses, and quote what they could not read.
  gpr_set_log_function([](gpr_log_func_args*) {});
  // Debian's Abseil looks for cycles of locks at every lock; that is for the tests.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return rogatoria::cli::Run(argc, argv);
}
