// The daemon's log: one JSON object a line on standard error, an event's name and ids. Never
// content, names of persons, addresses or keys: what happened to a case is in the audit log, this
// one is for running the hub.
//
//   log.Write(Level::kInfo, "listening", {{"listener", "public"}, {"port", "7443"}});
//   {"time":"2026-11-24T21:11:50.123Z","level":"info","event":"listening","listener":"public",...}
//
// Thread-safe.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"

namespace spdlog {
class logger;
}

namespace rogatoria::daemon {

enum class Level { kDebug, kInfo, kWarning, kError };

class EventLog {
 public:
  using Fields = std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

  // `level` as in the configuration: debug, info, warning, error. `silent`: writes nothing (tests).
  EventLog(absl::string_view level, Clock& clock, bool silent = false);
  ~EventLog();

  void Write(Level level, absl::string_view event, Fields fields = {});
  // With the status's code and text, which must be one of ours or the system's: no data of a case.
  void Failure(Level level, absl::string_view event, const absl::Status& status);

  // The line that Write would write, for tests.
  std::string Format(Level level, absl::string_view event, Fields fields) const;

 private:
  Clock& clock_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace rogatoria::daemon
