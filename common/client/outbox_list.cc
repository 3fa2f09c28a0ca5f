#include "common/client/outbox_list.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/client/outbox.h"
#include "common/model/ids.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxWhyBytes = 64 * 1024;
// What absl::Status::ToString writes before the payload of an Error: its reason's name is first.
constexpr absl::string_view kBeforeReason = "rogatoria/error='";

Instant WrittenAt(const fs::path& path) {
  struct stat of_file = {};
  if (stat(path.c_str(), &of_file) != 0) return {};
  return Instant::FromTime(absl::TimeFromTimespec(of_file.st_mtim));
}

std::string Between(const std::string& text, absl::string_view begin, absl::string_view ends) {
  const size_t found = text.find(std::string(begin));
  if (found == std::string::npos) return "";
  const size_t from = found + begin.size();
  const size_t to = text.find_first_of(std::string(ends), from);
  return text.substr(from, to == std::string::npos ? to : to - from);
}

void ReadWhy(OutboxItem& item) {
  const auto why = GetErrorDetails(WhyNotSent(item.path));
  if (!why.has_value()) return;
  item.reason = why->reason;
  item.field = why->field;
}

std::vector<OutboxItem> ItemsIn(const std::string& state,
                                const std::string& authority,
                                bool waits) {
  std::vector<OutboxItem> items;
  const fs::path folder = absl::StrCat(state, waits ? "/outbox" : "/failed");
  for (const std::string& name : ListFolder(folder.string()).value_or(std::vector<std::string>())) {
    const fs::path file = folder / name;
    if (file.extension() != ".act") continue;
    const std::string stem = file.stem().string();
    OutboxItem item;
    item.id = IsUuid(stem) ? MakeActId(authority, stem) : name;
    item.path = file.string();
    item.waits = waits;
    item.since = WrittenAt(file);
    ReadWhy(item);
    auto request = ReadRequestFile(item.path);
    if (request.ok()) {
      item.request = *std::move(request);
    } else if (const auto details = GetErrorDetails(request.status()); details.has_value()) {
      item.reason = details->reason;
    }
    items.push_back(std::move(item));
  }
  std::sort(items.begin(), items.end(), [](const OutboxItem& a, const OutboxItem& b) {
    return std::pair(a.since, a.id) < std::pair(b.since, b.id);
  });
  return items;
}

}  // namespace

absl::Status WhyNotSent(const std::string& path) {
  const auto why = ReadFile(path + ".why", kMaxWhyBytes);
  if (!why.ok()) return absl::OkStatus();
  const auto reason = ReasonFromName(Between(*why, kBeforeReason, "\\'"));
  if (!reason.has_value()) return absl::OkStatus();
  return Error(*reason).Field(Between(*why, " [", "]"));
}

std::vector<OutboxItem> ListOutbox(const std::string& state, const std::string& authority) {
  std::vector<OutboxItem> items = ItemsIn(state, authority, true);
  for (OutboxItem& item : ItemsIn(state, authority, false)) items.push_back(std::move(item));
  return items;
}

bool NeedsNewSignature(const OutboxItem& item) {
  return !item.waits &&
         (item.reason == Reason::ROUTE_CHANGED ||
          (item.reason == Reason::FIELD_INVALID && item.field == "act.header.created_unix_ms"));
}

}  // namespace rogatoria::client
