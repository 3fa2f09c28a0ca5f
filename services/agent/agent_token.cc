#include "services/agent/agent_token.h"

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"

namespace rogatoria::agent {
namespace {

constexpr size_t kTokenBytes = 32;
constexpr size_t kMaxFileBytes = 1024;

absl::Status Make(const std::string& path) {
  SystemRandom random;
  std::string digits = ToHex(random.Generate(kTokenBytes));
  const absl::Status made = WriteFileDurably(path, digits + "\n", 0600);
  EraseBytes(digits);
  return made;
}

}  // namespace

absl::StatusOr<SecretBytes> LoadOrMakeToken(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) != 0) {
    ROG_RETURN_IF_ERROR(CreateFolders(path.substr(0, path.rfind('/'))));
    ROG_RETURN_IF_ERROR(Make(path));
    if (stat(path.c_str(), &found) != 0)
      return Error(Reason::FILE_UNREADABLE).Field(path).ToStatus();
  }
  const absl::Status unsafe =
      Explained(Error(Reason::KEY_FILE_UNSAFE).Field(path), Sentence::TOKEN_FILE_FORM);
  if (found.st_uid != geteuid() || (found.st_mode & 077) != 0) return unsafe;
  ROG_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxFileBytes));
  const absl::string_view digits = absl::StripTrailingAsciiWhitespace(text);
  const bool whole = digits.size() == 2 * kTokenBytes &&
                     std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit);
  SecretBytes token(whole ? digits : "");
  EraseBytes(text);
  if (!whole) return unsafe;
  return token;
}

absl::Status CheckToken(const SecretBytes& token, absl::string_view authorization) {
  const bool bearer = absl::ConsumePrefix(&authorization, "Bearer ");
  const SecretBytes shown(authorization);
  if (bearer && !token.empty() && token.EqualsInConstantTime(shown)) return absl::OkStatus();
  return Error(Reason::AGENT_TOKEN_WRONG).Field("authorization");
}

}  // namespace rogatoria::agent
