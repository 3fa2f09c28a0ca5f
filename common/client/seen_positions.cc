#include "common/client/seen_positions.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria::client {
namespace {

constexpr size_t kMaxDigits = 20;

std::string FolderOf(const std::string& state) {
  return absl::StrCat(state, "/seen");
}

// By the digest: an id is somebody else's text and no file name.
std::string PositionPath(const std::string& state, const std::string& case_id) {
  return absl::StrCat(FolderOf(state), "/", ToHex(Sha256(case_id)));
}

}  // namespace

absl::Status NoteSeen(const std::string& state, const std::string& case_id, uint64_t position) {
  if (position <= SeenPosition(state, case_id)) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(CreateFolders(FolderOf(state)));
  return WriteFileDurably(PositionPath(state, case_id), absl::StrCat(position), 0600);
}

absl::Status NoteSent(const std::string& state, const std::string& case_id, uint64_t position) {
  if (position != SeenPosition(state, case_id) + 1) return absl::OkStatus();
  return NoteSeen(state, case_id, position);
}

uint64_t SeenPosition(const std::string& state, const std::string& case_id) {
  const auto text = ReadFile(PositionPath(state, case_id), kMaxDigits);
  uint64_t position = 0;
  return text.ok() && absl::SimpleAtoi(*text, &position) ? position : 0;
}

}  // namespace rogatoria::client
