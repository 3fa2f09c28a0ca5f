#include "services/cli/training_hub.h"

#include <csignal>
#include <filesystem>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"

namespace rogatoria::cli {
namespace {

constexpr absl::Duration kBetweenLooks = absl::Milliseconds(20);
constexpr absl::Duration kDrain = absl::Seconds(30);

// In the child: nothing of ours but the log goes over. The group is its own, so that Ctrl-C on a
// terminal reaches us first and we stop it in order.
[[noreturn]] void Become(const std::string& program,
                         const std::string& config,
                         int log,
                         int parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  // At once, as we then are; what it receipted is on its disk.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execlp(program.c_str(), program.c_str(), "--config", config.c_str(), nullptr);
  _exit(127);
}

bool IsAnswering(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const bool open = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return open;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TrainingHub>> TrainingHub::Start(const std::string& program,
                                                                const std::string& config,
                                                                const std::string& log) {
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return CannotWrite(log);
  const int self = getpid();
  const int pid = fork();
  if (pid == 0) Become(program, config, file, self);
  close(file);
  if (pid < 0) return Error(Reason::FILE_UNREADABLE).Field(program).ToStatus();
  return std::unique_ptr<TrainingHub>(new TrainingHub(pid));
}

TrainingHub::~TrainingHub() {
  Stop();
}

bool TrainingHub::HasEnded() {
  if (!ended_) ended_ = waitpid(pid_, nullptr, WNOHANG) == pid_;
  return ended_;
}

absl::Status TrainingHub::WaitFor(int port, absl::Duration patience) {
  const absl::Time until = absl::Now() + patience;
  while (absl::Now() < until && !HasEnded()) {
    if (IsAnswering(port)) return absl::OkStatus();
    absl::SleepFor(kBetweenLooks);
  }
  return Failure(
      absl::StatusCode::kUnavailable, Sentence::CANNOT_SERVE, absl::StrCat("127.0.0.1:", port));
}

void TrainingHub::Stop() {
  if (HasEnded()) return;
  kill(pid_, SIGTERM);
  const absl::Time until = absl::Now() + kDrain;
  while (!HasEnded() && absl::Now() < until) absl::SleepFor(kBetweenLooks);
  if (HasEnded()) return;
  kill(pid_, SIGKILL);
  ended_ = waitpid(pid_, nullptr, 0) == pid_;
}

std::string TrainingHub::ProgramBeside() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string beside = (self.parent_path() / "rogatoriad").string();
  return !error && FileExists(beside) ? beside : "rogatoriad";
}

}  // namespace rogatoria::cli
