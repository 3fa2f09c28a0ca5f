#include "services/cli/pin_prompt.h"

#include <string>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "common/base/error.h"

namespace rogatoria::cli {
namespace {

constexpr size_t kMaxPinBytes = 256;

void Write(int terminal, const std::string& text) {
  // What a terminal does not take is lost; the person then sees no question and answers none.
  if (write(terminal, text.data(), text.size()) < 0) return;
}

// Hidden from before the question on: what is typed as soon as it shows is neither shown nor lost.
SecretBytes AskHidden(int terminal, const std::string& question) {
  termios shown{};
  const bool is_terminal = tcgetattr(terminal, &shown) == 0;
  termios hidden = shown;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  if (is_terminal) tcsetattr(terminal, TCSAFLUSH, &hidden);
  Write(terminal, question + " ");
  const absl::Cleanup restore = [&] {
    if (is_terminal) tcsetattr(terminal, TCSAFLUSH, &shown);
  };
  std::string line;
  line.reserve(kMaxPinBytes);  // so that no copy is left by growing
  for (char c = 0; line.size() < kMaxPinBytes && read(terminal, &c, 1) == 1 && c != '\n';) {
    line.push_back(c);
  }
  SecretBytes pin(line);
  EraseBytes(line);
  return pin;
}

}  // namespace

PinSource AskPinOnTerminal(const Session& session) {
  return [&session](const PinRequest& request) -> absl::StatusOr<SecretBytes> {
    const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) return Error(Reason::TOKEN_PIN_MISSING).Field("pin_file");
    const absl::Cleanup closing = [terminal] { close(terminal); };
    if (request.last_try) Write(terminal, session.Text(Message::ASK_PIN_LAST_TRY) + "\n");
    SecretBytes pin = AskHidden(terminal, session.Text(Message::ASK_PIN, request.token));
    Write(terminal, "\n");
    if (pin.empty()) return Error(Reason::TOKEN_PIN_MISSING).Field("pin_file");
    return pin;
  };
}

}  // namespace rogatoria::cli
