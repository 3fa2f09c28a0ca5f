#include "common/client/scanner.h"

#include <cerrno>
#include <cstring>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/sentence.h"

extern char** environ;

namespace rogatoria::client {
namespace {

absl::Status NotRun(const std::string& program, int error) {
  return Explained(Error(Reason::SCAN_NOT_CLEAN).Field("scanner"),
                   Sentence::SCANNER_NOT_RUN,
                   program,
                   std::strerror(error));
}

// Standard output is for the command's own data.
int Spawn(std::vector<std::string> words, pid_t& child) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  const int error = posix_spawnp(&child, arguments[0], &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

absl::Status Scan(const std::vector<std::string>& program, const std::string& path) {
  std::vector<std::string> words = program;
  words.push_back(path);
  pid_t child = 0;
  if (const int error = Spawn(std::move(words), child); error != 0) {
    return NotRun(program[0], error);
  }
  int ended = 0;
  while (waitpid(child, &ended, 0) < 0) {
    if (errno != EINTR) return NotRun(program[0], errno);
  }
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0) return absl::OkStatus();
  return Explained(Error(Reason::SCAN_NOT_CLEAN).Field("scanner"),
                   Sentence::SCANNER_SAYS,
                   WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended),
                   program[0]);
}

}  // namespace

AfterOpen ScanWith(const std::vector<std::string>& program) {
  if (program.empty()) return {};
  return [program](const std::string& path) { return Scan(program, path); };
}

}  // namespace rogatoria::client
