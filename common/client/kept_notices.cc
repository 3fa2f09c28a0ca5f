#include "common/client/kept_notices.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kSuffix = ".notice";
constexpr size_t kMaxNoticeBytes = 64 * 1024;

std::string FolderOf(const std::string& state) {
  return state + "/notices";
}

bool Read(const fs::path& file, KeptNotice& kept) {
  if (file.extension().string() != kSuffix) return false;
  if (!absl::SimpleAtoi(file.stem().string(), &kept.position)) return false;
  const auto bytes = ReadFile(file.string(), kMaxNoticeBytes);
  return bytes.ok() && kept.notice.ParseFromString(*bytes);
}

}  // namespace

absl::Status KeepNotice(const std::string& state, const KeptNotice& kept) {
  ROG_RETURN_IF_ERROR(CreateFolders(FolderOf(state)));
  return WriteFileDurably(absl::StrCat(FolderOf(state), "/", kept.position, kSuffix),
                          kept.notice.SerializeAsString(),
                          0600);
}

std::vector<KeptNotice> ListNotices(const std::string& state) {
  std::vector<KeptNotice> found;
  const auto names = ListFolder(FolderOf(state));
  if (!names.ok()) return found;
  for (const std::string& name : *names) {
    KeptNotice kept;
    if (Read(fs::path(FolderOf(state)) / name, kept)) found.push_back(std::move(kept));
  }
  std::sort(found.begin(), found.end(), [](const KeptNotice& a, const KeptNotice& b) {
    return a.position < b.position;
  });
  return found;
}

}  // namespace rogatoria::client
