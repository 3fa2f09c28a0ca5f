#include "services/cli/terminal_lines.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace rogatoria::cli {
namespace {

// The signal may come to any thread of the process, so a read here would not be interrupted by it:
// the handler writes a byte to a pipe that is waited for together with the input.
std::atomic<int> interrupt_pipe{-1};
struct sigaction action_before;

void NoteInterrupt(int /*signal*/) {
  const int saved = errno;
  const char byte = 0;
  if (write(interrupt_pipe.load(), &byte, 1) < 0) errno = saved;
  errno = saved;
}

}  // namespace

bool IsOnTerminal() {
  return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
}

TerminalLines::TerminalLines() {
  if (pipe2(interrupts_.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
  interrupt_pipe = interrupts_[1];
  struct sigaction action = {};
  action.sa_handler = NoteInterrupt;
  sigaction(SIGINT, &action, &action_before);
}

TerminalLines::~TerminalLines() {
  if (interrupts_[0] < 0) return;
  sigaction(SIGINT, &action_before, nullptr);
  interrupt_pipe = -1;
  for (const int end : interrupts_) close(end);
}

std::optional<std::string> TerminalLines::Read() {
  while (!ended_) {
    if (const size_t end = typed_.find('\n'); end != std::string::npos) {
      std::string line = typed_.substr(0, end);
      typed_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> bytes;
    if (!WaitForInput()) break;
    const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    typed_.append(bytes.data(), static_cast<size_t>(count));
  }
  ended_ = true;
  return std::nullopt;
}

// False after Ctrl-C.
bool TerminalLines::WaitForInput() {
  while (true) {
    std::array<pollfd, 2> waited = {pollfd{STDIN_FILENO, POLLIN, 0},
                                    pollfd{interrupts_[0], POLLIN, 0}};
    if (poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) return false;
    if ((waited[1].revents & POLLIN) != 0) return false;
    if (waited[0].revents != 0) return true;
  }
}

}  // namespace rogatoria::cli
