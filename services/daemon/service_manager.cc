#include "services/daemon/service_manager.h"

#include <cstdint>

#include <systemd/sd-daemon.h>

namespace rogatoria::daemon {

void NotifyReady() {
  sd_notify(0, "READY=1\nSTATUS=Serving");
}

void NotifyStopping() {
  sd_notify(0, "STOPPING=1\nSTATUS=Draining");
}

void NotifyAlive() {
  sd_notify(0, "WATCHDOG=1");
}

absl::Duration WatchdogInterval() {
  uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return absl::ZeroDuration();
  return absl::Microseconds(static_cast<int64_t>(microseconds));
}

}  // namespace rogatoria::daemon
