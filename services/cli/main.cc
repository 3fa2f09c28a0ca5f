#include "absl/synchronization/mutex.h"
#include "services/cli/command_line.h"

int main(int argc, char** argv) {
  // Debian's Abseil looks for cycles of locks at every lock; that is for the tests.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return rogatoria::cli::Run(argc, argv);
}
