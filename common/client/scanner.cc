#include "common/client/scanner.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/bytes.h"
#include "common/base/descriptor.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

extern char** environ;

namespace rogatoria::client {
namespace {

constexpr int kFoundSomething = 1;  // as clamdscan, clamscan and most others say it
constexpr int kNotKnown = 2;
constexpr absl::Duration kAfterKill = absl::Seconds(10);
constexpr char kField[] = "scanner";

struct Manner {
  absl::Duration patience;
  bool apart;
  std::function<bool()> ends;
};

absl::Status NotRun(const std::string& program, int error) {
  return Explained(Error(Reason::SCAN_NOT_DONE).Field(kField),
                   Sentence::SCANNER_NOT_RUN,
                   program,
                   std::strerror(error));
}

absl::Status NotReadable(const std::string& path) {
  return Explained(Error(Reason::SCAN_NOT_DONE).Field(kField), Sentence::SCANNER_NO_FILE, path);
}

// Standard output is for the command's own data.
int Spawn(std::vector<std::string> words, bool apart, pid_t& child) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // Its own group: 0. What this thread keeps signals from is not what the program does.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | (apart ? POSIX_SPAWN_SETPGROUP : 0));
  const int error =
      posix_spawnp(&child, arguments[0], &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

// Whether it ended in time; its wait status. Of a child that somebody else waited for nobody knows
// what it found.
bool EndsWithin(pid_t child, const Manner& manner, int& ended) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(manner.patience);
  absl::Duration pause = absl::Milliseconds(1);
  while (true) {
    const pid_t found = waitpid(child, &ended, WNOHANG);
    if (found == child) return true;
    if (found < 0 && errno != EINTR) {
      ended = W_EXITCODE(kNotKnown, 0);
      return true;
    }
    if (std::chrono::steady_clock::now() >= until) return false;
    if (manner.ends && manner.ends()) return false;
    absl::SleepFor(pause);
    pause = std::min(2 * pause, absl::Milliseconds(100));
  }
}

// The same; one that does not, is ended, with all that it started when it is apart. What hangs in
// the system itself (a network share that is gone) is left behind.
bool AwaitEnd(pid_t child, const Manner& manner, int& ended) {
  if (EndsWithin(child, manner, ended)) return true;
  kill(manner.apart ? -child : child, SIGKILL);
  EndsWithin(child, {kAfterKill, manner.apart, {}}, ended);
  return false;
}

// Empty of one that cannot be read.
Bytes DigestOf(const std::string& path) {
  constexpr size_t kReadBytes = 1024 * 1024;
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  Bytes part(kReadBytes, '\0');
  Sha256Hasher hasher;
  ssize_t got = 0;
  while (file.valid() && (got = read(file.get(), part.data(), part.size())) > 0) {
    hasher.Update(absl::string_view(part).substr(0, static_cast<size_t>(got)));
  }
  return file.valid() && got == 0 ? hasher.Finish() : Bytes();
}

absl::Status Scan(const std::vector<std::string>& program,
                  const std::string& path,
                  const Manner& manner) {
  std::vector<std::string> words = program;
  words.push_back(path);
  const Bytes before = DigestOf(path);
  if (before.empty()) return NotReadable(path);
  pid_t child = 0;
  if (const int error = Spawn(std::move(words), manner.apart, child); error != 0) {
    return NotRun(program[0], error);
  }
  int ended = 0;
  if (!AwaitEnd(child, manner, ended)) return NotRun(program[0], ETIMEDOUT);
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0) {
    if (DigestOf(path) == before) return absl::OkStatus();
    return Explained(
        Error(Reason::SCAN_NOT_CLEAN).Field(kField), Sentence::SCANNER_CHANGED, program[0]);
  }
  const bool found = WIFEXITED(ended) && WEXITSTATUS(ended) == kFoundSomething;
  return Explained(Error(found ? Reason::SCAN_NOT_CLEAN : Reason::SCAN_NOT_DONE).Field(kField),
                   Sentence::SCANNER_SAYS,
                   WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended),
                   program[0]);
}

}  // namespace

bool HasTerminal() {
  const Descriptor terminal(open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY));
  return terminal.valid();
}

AfterOpen ScanWith(const std::vector<std::string>& program,
                   absl::Duration patience,
                   bool apart,
                   const std::function<bool()>& ends) {
  if (program.empty()) return {};
  return [program, manner = Manner{patience, apart, ends}](const std::string& path) {
    return Scan(program, path, manner);
  };
}

bool CouldNotLook(const absl::Status& status) {
  return HasReason(status, Reason::SCAN_NOT_DONE);
}

absl::Status PublishLookedAt(const std::string& part,
                             const std::string& path,
                             const AfterOpen& look) {
  absl::Status published = look ? look(part) : absl::OkStatus();
  if (published.ok()) published = RenameToNew(part, path);
  if (!published.ok()) {
    unlink(part.c_str());
    return published;
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return SyncFolder(folder.empty() ? "." : folder);
}

absl::Status WriteLookedAt(const std::string& path,
                           absl::string_view content,
                           const AfterOpen& look) {
  // Of its own name, which may be as long as a name can be.
  const std::filesystem::path target(path);
  const Bytes name = Sha256(target.filename().string());
  const std::string part =
      (target.parent_path() /
       absl::StrCat(".rogatoria-", ToHex(absl::string_view(name).substr(0, 16)), ".part"))
          .string();
  ROG_RETURN_IF_ERROR(WriteFileDurably(part, content, 0600));
  return PublishLookedAt(part, path, look);
}

}  // namespace rogatoria::client
