#include "services/cli/transfer_bar.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <utility>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
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

client::OnProgress TransferBar::callback() {
  return [this](const client::TransferProgress& progress) {
    if (terminal_) Show(progress);
    return absl::OkStatus();
  };
}

// A new file, when less is done than was.
void TransferBar::Show(const client::TransferProgress& progress) {
  const absl::Time now = now_();
  if (begun_ == absl::InfinitePast() || progress.done_bytes < last_done_) {
    begun_ = now;
    done_before_ = progress.done_bytes;
  }
  last_done_ = progress.done_bytes;
  const bool whole = progress.done_bytes >= progress.all_bytes;
  if (!whole && now - shown_ < kBetweenLines) return;
  shown_ = now;
  std::string line = Line(progress, now - begun_);
  const size_t width = DisplayWidth(line);
  if (width < width_) line.append(width_ - width, ' ');
  width_ = width;
  session_.err << '\r' << line << std::flush;
}

std::string TransferBar::Line(const client::TransferProgress& progress,
                              absl::Duration elapsed) const {
  const double part = progress.all_bytes == 0 ? 1
                                              : static_cast<double>(progress.done_bytes) /
                                                    static_cast<double>(progress.all_bytes);
  const auto filled = static_cast<size_t>(part * static_cast<double>(kBarWidth));
  const std::string bar = absl::StrFormat("[%s%s] %3d%%  ",
                                          std::string(filled, '#'),
                                          std::string(kBarWidth - filled, ' '),
                                          static_cast<int>(part * 100));
  const double moved = static_cast<double>(progress.done_bytes - done_before_);
  const double seconds = absl::ToDoubleSeconds(elapsed);
  if (moved <= 0 || seconds <= 0) {
    return absl::StrCat(
        bar,
        session_.Text(
            Message::PROGRESS_SO_FAR, SizeText(progress.done_bytes), SizeText(progress.all_bytes)));
  }
  const double rate = moved / seconds;
  const double left = static_cast<double>(progress.all_bytes - progress.done_bytes) / rate;
  return absl::StrCat(bar,
                      session_.Text(Message::PROGRESS_WITH_RATE,
                                    SizeText(progress.done_bytes),
                                    SizeText(progress.all_bytes),
                                    SizeText(static_cast<uint64_t>(rate)),
                                    DurationText(absl::Seconds(left))));
}

}  // namespace rogatoria::cli
