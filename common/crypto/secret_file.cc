#include "common/crypto/secret_file.h"

#include <cerrno>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace rogatoria {
namespace {

constexpr off_t kMaxSecretFileBytes = 64 * 1024;

absl::Status FileError(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
}

absl::Status CheckSecretFile(int fd, const std::string& path) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return FileError("cannot examine", path);
  const auto unsafe = [&path](absl::string_view why) {
    return Error(Reason::KEY_FILE_UNSAFE).Field(path).Accepted(why).ToStatus();
  };
  if (!S_ISREG(info.st_mode)) return unsafe("a regular file");
  if ((info.st_mode & 077) != 0) return unsafe("mode 0600 (chmod 600)");
  if (info.st_uid != geteuid() && info.st_uid != 0) return unsafe("an owner that is us or root");
  if (info.st_size > kMaxSecretFileBytes) return unsafe("a key file of at most 64 KiB");
  return absl::OkStatus();
}

absl::StatusOr<SecretBytes> ReadAll(int fd, const std::string& path) {
  std::string text;
  text.reserve(static_cast<size_t>(kMaxSecretFileBytes));  // so that no copy is left by growing
  char buffer[4096];
  ssize_t got = 0;
  while ((got = read(fd, buffer, sizeof buffer)) > 0 &&
         text.size() < static_cast<size_t>(kMaxSecretFileBytes)) {
    text.append(buffer, static_cast<size_t>(got));
  }
  OPENSSL_cleanse(buffer, sizeof buffer);
  SecretBytes secret(text);
  EraseBytes(text);
  if (got < 0) return FileError("cannot read", path);
  return secret;
}

}  // namespace

absl::StatusOr<SecretBytes> ReadSecretFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return FileError("cannot open key file", path);
  const absl::Cleanup closing = [fd] { close(fd); };
  ROG_RETURN_IF_ERROR(CheckSecretFile(fd, path));
  return ReadAll(fd, path);
}

}  // namespace rogatoria
