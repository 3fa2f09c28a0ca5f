#include "tests/bench/child/child.h"

#include <filesystem>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rogatoria::bench {

absl::StatusOr<std::unique_ptr<Child>> Child::Start(const std::vector<std::string>& arguments) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
    return absl::InternalError("no pipe");
  }
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::vector<char*> words = {const_cast<char*>(self.c_str())};
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  auto child = std::make_unique<Child>();
  child->pid_ = fork();
  if (child->pid_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execv(self.c_str(), words.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  child->to_child_ = in[1];
  child->from_child_ = out[0];
  return child;
}

Child::~Child() {
  Stop();
  close(from_child_);
}

std::string Child::ReadLine() {
  std::string line;
  char c = 0;
  while (read(from_child_, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

std::string Child::Stop() {
  if (to_child_ < 0) return "";
  close(to_child_);
  to_child_ = -1;
  std::string last = ReadLine();
  waitpid(pid_, nullptr, 0);
  return last;
}

}  // namespace rogatoria::bench
