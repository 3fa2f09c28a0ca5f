// Lines that a person types on the terminal of this process, with Ctrl-C as an end of the input
// instead of the process: who asks can then say what was kept. One at a time in a process.
#pragma once

#include <array>
#include <optional>
#include <string>

namespace rogatoria::cli {

// Whether a person sits at both ends: standard input and output are terminals.
bool IsOnTerminal();

class TerminalLines {
 public:
  TerminalLines();   // takes SIGINT over
  ~TerminalLines();  // gives it back
  TerminalLines(const TerminalLines&) = delete;
  TerminalLines& operator=(const TerminalLines&) = delete;

  // Without its end. nullopt after Ctrl-C, at the end of the input, or when the terminal is gone.
  std::optional<std::string> Read();

 private:
  bool WaitForInput();

  std::array<int, 2> interrupts_ = {-1, -1};  // a pipe that the signal's handler writes to
  std::string typed_;                         // and not yet given
  bool ended_ = false;
};

}  // namespace rogatoria::cli
