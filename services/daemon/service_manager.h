// What the service manager is told (systemd's sd_notify). Does nothing when there is none.
#pragma once

#include "absl/time/time.h"

namespace rogatoria::daemon {

void NotifyReady();
void NotifyStopping();
void NotifyAlive();
// How often NotifyAlive is expected; zero when nobody watches.
absl::Duration WatchdogInterval();

}  // namespace rogatoria::daemon
