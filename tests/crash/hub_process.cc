#include "tests/crash/hub_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace rogatoria::crash {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(20);

bool Answers(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool up = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return up;
}

}  // namespace

absl::Status HubProcess::Start(const std::vector<std::string>& wrapper) {
  std::vector<std::string> words = wrapper;
  words.insert(words.end(), {program_, "--config", config_});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a driver that is ended takes its hub along
    const int log = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  setpgid(pid_, pid_);  // here too: whichever of us comes first
  const absl::Time end = absl::Now() + kStartTimeout;
  while (absl::Now() < end) {
    if (Answers(port_)) return absl::OkStatus();
    if (WaitForEnd(absl::ZeroDuration()))
      return absl::InternalError("the hub ended while starting; see its log");
    absl::SleepFor(absl::Milliseconds(5));
  }
  return absl::DeadlineExceededError("the hub did not start");
}

bool HubProcess::WaitForEnd(absl::Duration timeout) {
  const absl::Time end = absl::Now() + timeout;
  do {
    if (pid_ < 0 || waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      return true;
    }
    if (timeout > absl::ZeroDuration()) absl::SleepFor(absl::Milliseconds(2));
  } while (absl::Now() < end);
  return false;
}

void HubProcess::Freeze() {
  kill(-pid_, SIGSTOP);
  waitpid(pid_, nullptr, WUNTRACED);
}

void HubProcess::Kill() {
  if (pid_ < 0) return;
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
  // What strace ran is not our child: it is gone when nobody listens any more.
  const absl::Time end = absl::Now() + kStartTimeout;
  while (Answers(port_) && absl::Now() < end) absl::SleepFor(absl::Milliseconds(1));
}

}  // namespace rogatoria::crash
