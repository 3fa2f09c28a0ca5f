#include "services/cli/transfer_bar.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <utility>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "services/cli/output.h"

namespace rogatoria::cli {
namespace {

constexpr absl::Duration kBetweenLines = absl::Milliseconds(200);
constexpr size_t kBarWidth = 24;

}  // namespace

std::string SizeText(uint64_t bytes) {
  constexpr std::array kUnits = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return absl::StrCat(bytes, " B");
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (value >= 999.95 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return absl::StrFormat("%.1f %s", value, kUnits[unit]);
}

std::string DurationText(absl::Duration duration) {
  const int64_t seconds =
      std::max<int64_t>(0, absl::ToInt64Seconds(absl::Ceil(duration, absl::Seconds(1))));
  if (seconds < 3600) return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
  return absl::StrFormat("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

TransferBar::TransferBar(const Session& session, bool terminal, Now now)
    : session_(session), terminal_(terminal && !session.quiet), now_(std::move(now)) {}

TransferBar::TransferBar(const Session& session)
    : TransferBar(session, &session.err == &std::cerr && isatty(STDERR_FILENO) == 1, absl::Now) {}

TransferBar::~TransferBar() {
  if (width_ != 0) session_.err << std::endl;
}

client::TransferOptions TransferBar::options(const std::string& request_id) {
  client::TransferOptions options;
  options.on_progress = [this, request_id](const client::TransferProgress& progress) {
    return NoteProgress(progress, request_id);
  };
  options.on_trouble = [this](const absl::Status& why, absl::Time until) {
    NoteTrouble(why, until);
  };
  if (session_.timeout_given) options.patience = absl::Seconds(session_.timeout_seconds);
  return options;
}

// What fits into one chunk is sent again as fast as it is asked for.
absl::Status TransferBar::NoteProgress(const client::TransferProgress& progress,
                                       const std::string& request_id) {
  std::lock_guard<std::mutex> lock(mutex_);
  const bool several = progress.all_bytes > limits::kMaxChunkBytes;
  if (!began_ && several && !request_id.empty()) {
    session_.Note(Message::NOTE_UPLOAD_BEGINS, request_id);
    session_.err << std::flush;
    began_ = true;
  }
  if (terminal_) Show(progress);
  return absl::OkStatus();
}

// The reason is the hub's own when it has one, as for a disk that is full.
void TransferBar::NoteTrouble(const absl::Status& why, absl::Time until) {
  const auto details = GetErrorDetails(why);
  const std::string time = absl::FormatTime("%H:%M:%S", until, absl::LocalTimeZone());
  const std::string trouble =
      details.has_value()
          ? session_.Text(
                Message::PROGRESS_REFUSED, ReasonText(details->reason, session_.language), time)
          : session_.Text(Message::PROGRESS_NOT_REACHED, time);
  std::lock_guard<std::mutex> lock(mutex_);
  if (trouble_ == trouble || session_.quiet) return;
  if (terminal_) {
    Write(absl::StrCat(Bar(), trouble));
  } else if (trouble_.empty()) {
    session_.err << trouble << std::endl;
  }
  trouble_ = trouble;
}

// A new file, when less is done than was. What came after a trouble is shown at once.
void TransferBar::Show(const client::TransferProgress& progress) {
  const absl::Time now = now_();
  if (begun_ == absl::InfinitePast() || progress.done_bytes < last_.done_bytes) {
    begun_ = now;
    done_before_ = progress.done_bytes;
  }
  const bool moved = progress.done_bytes != last_.done_bytes;
  last_ = progress;
  const bool whole = progress.done_bytes >= progress.all_bytes;
  const bool over = moved && !trouble_.empty();
  if (!trouble_.empty() && !over) return;
  if (!whole && !over && now - shown_ < kBetweenLines) return;
  if (over) trouble_.clear();
  shown_ = now;
  Write(Line(now - begun_));
}

void TransferBar::Write(std::string line) {
  const size_t width = DisplayWidth(line);
  if (width < width_) line.append(width_ - width, ' ');
  width_ = width;
  session_.err << '\r' << line << std::flush;
}

std::string TransferBar::Bar() const {
  const double part = last_.all_bytes == 0 ? 0
                                           : static_cast<double>(last_.done_bytes) /
                                                 static_cast<double>(last_.all_bytes);
  const auto filled = static_cast<size_t>(part * static_cast<double>(kBarWidth));
  return absl::StrFormat("[%s%s] %3d%%  ",
                         std::string(filled, '#'),
                         std::string(kBarWidth - filled, ' '),
                         static_cast<int>(part * 100));
}

std::string TransferBar::Line(absl::Duration elapsed) const {
  const std::string done = SizeText(last_.done_bytes), all = SizeText(last_.all_bytes);
  const double moved = static_cast<double>(last_.done_bytes - done_before_);
  const double seconds = absl::ToDoubleSeconds(elapsed);
  if (moved <= 0 || seconds <= 0) {
    return absl::StrCat(Bar(), session_.Text(Message::PROGRESS_SO_FAR, done, all));
  }
  const double rate = moved / seconds;
  const double left = static_cast<double>(last_.all_bytes - last_.done_bytes) / rate;
  return absl::StrCat(Bar(),
                      session_.Text(Message::PROGRESS_WITH_RATE,
                                    done,
                                    all,
                                    SizeText(static_cast<uint64_t>(rate)),
                                    DurationText(absl::Seconds(left))));
}

}  // namespace rogatoria::cli
