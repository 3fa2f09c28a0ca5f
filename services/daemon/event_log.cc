#include "services/daemon/event_log.h"

#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace rogatoria::daemon {
namespace {

struct LevelRow {
  absl::string_view name;
  spdlog::level::level_enum level;
};
// In the order of Level.
constexpr LevelRow kLevels[] = {{"debug", spdlog::level::debug},
                                {"info", spdlog::level::info},
                                {"warning", spdlog::level::warn},
                                {"error", spdlog::level::err}};

const LevelRow& Row(Level level) {
  return kLevels[static_cast<size_t>(level)];
}

void AppendJsonText(absl::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void AppendField(absl::string_view key, absl::string_view value, std::string& out) {
  out += out.empty() ? '{' : ',';
  AppendJsonText(key, out);
  out += ':';
  AppendJsonText(value, out);
}

std::shared_ptr<spdlog::logger> MakeLogger(bool silent) {
  spdlog::sink_ptr sink;
  if (silent) {
    sink = std::make_shared<spdlog::sinks::null_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  auto logger = std::make_shared<spdlog::logger>("rogatoriad", std::move(sink));
  logger->set_pattern("%v");
  return logger;
}

}  // namespace

EventLog::EventLog(absl::string_view level, Clock& clock, bool silent)
    : clock_(clock), logger_(MakeLogger(silent)) {
  for (const LevelRow& row : kLevels) {
    if (row.name == level) logger_->set_level(row.level);
  }
}

EventLog::~EventLog() = default;

void EventLog::Write(Level level, absl::string_view event, Fields fields) {
  if (!logger_->should_log(Row(level).level)) return;
  logger_->log(Row(level).level, "{}", Format(level, event, fields));
  logger_->flush();
}

void EventLog::Failure(Level level, absl::string_view event, const absl::Status& status) {
  Write(level,
        event,
        {{"code", absl::StatusCodeToString(status.code())}, {"text", status.message()}});
}

std::string EventLog::Format(Level level, absl::string_view event, Fields fields) const {
  std::string line;
  AppendField("time", clock_.Now().ToString(), line);
  AppendField("level", Row(level).name, line);
  AppendField("event", event, line);
  for (const auto& [key, value] : fields) AppendField(key, value, line);
  return line + "}";
}

}  // namespace rogatoria::daemon
