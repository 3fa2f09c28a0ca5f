#include "services/deadlines/run_program.h"

#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace rogatoria::deadlines {
namespace {

constexpr size_t kMaxInput = 4096;  // what a pipe takes before anybody reads
constexpr absl::Duration kPoll = absl::Milliseconds(10);
constexpr char kPath[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// A pipe that holds the whole input, and then ends.
absl::Status FillPipe(const std::string& input, int (&ends)[2]) {
  if (input.size() > kMaxInput) return absl::InternalError("too much input for a program");
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::InternalError("no pipe");
  const ssize_t written = write(ends[1], input.data(), input.size());
  close(ends[1]);
  if (written == static_cast<ssize_t>(input.size())) return absl::OkStatus();
  close(ends[0]);
  return absl::InternalError("a pipe took too little");
}

// Signals as a program expects them, a group to kill it by, and the three files.
class SpawnPlan {
 public:
  explicit SpawnPlan(int input) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&files_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_adddup2(&files_, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int Spawn(pid_t& pid, char* const* arguments, char* const* environment) {
    return posix_spawn(&pid, arguments[0], &files_, &attributes_, arguments, environment);
  }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t files_;
};

absl::Status HowItEnded(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::UnavailableError(
      WIFEXITED(status) ? absl::StrCat("the program ended with ", WEXITSTATUS(status))
                        : absl::StrCat("the program was ended by signal ", WTERMSIG(status)));
}

absl::Status Wait(pid_t pid, const Patience& patience) {
  const absl::Time deadline = absl::Now() + patience.timeout;
  int status = 0;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (absl::Now() >= deadline || patience.ends()) {
      kill(-pid, SIGKILL);
      waitpid(pid, &status, 0);
      return absl::DeadlineExceededError("the program took too long");
    }
    absl::SleepFor(kPoll);
  }
  return HowItEnded(status);
}

}  // namespace

absl::Status RunProgram(const std::vector<std::string>& arguments,
                        const std::string& input,
                        const std::vector<std::string>& environment,
                        const Patience& patience) {
  int ends[2];
  if (const absl::Status filled = FillPipe(input, ends); !filled.ok()) return filled;
  const absl::Cleanup close_pipe = [&ends] { close(ends[0]); };
  std::vector<std::string> texts = arguments;
  std::vector<std::string> variables = environment;
  variables.emplace_back(kPath);
  SpawnPlan plan(ends[0]);
  pid_t pid = 0;
  const int error = plan.Spawn(pid, Pointers(texts).data(), Pointers(variables).data());
  if (error != 0) {
    return absl::NotFoundError(absl::StrCat("the program does not start: ", strerror(error)));
  }
  return Wait(pid, patience);
}

}  // namespace rogatoria::deadlines
