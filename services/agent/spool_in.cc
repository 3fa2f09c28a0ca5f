#include "services/agent/spool_in.h"

#include <filesystem>
#include <vector>

#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/client/document_download.h"
#include "common/client/safe_name.h"
#include "common/client/scanner.h"
#include "services/agent/spool_out.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxMarkBytes = 1000;
constexpr char kPart[] = "part-";

std::string DayOf(int64_t unix_ms) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixMillis(unix_ms), absl::UTCTimeZone());
}

// What a place's mark was made for: places are given anew where a folder was restored.
std::string IdentityOf(const v1::WatchResponse& event) {
  return event.has_received() ? event.received().act_id() : absl::StrCat(event.instant_unix_ms());
}

// Of codes and ids; sorted by day in every file browser.
std::string FolderNameOf(const v1::WatchResponse& event) {
  std::string name;
  if (event.has_received()) {
    const v1::ReceivedAct& act = event.received();
    name = absl::StrCat(DayOf(act.created_unix_ms()),
                        "-",
                        act.kind(),
                        "-",
                        absl::StrReplaceAll(act.act_id(), {{"/", "-"}}));
  } else {
    name = absl::StrCat(
        DayOf(event.instant_unix_ms()), "-NOTICE-", event.notice().kind(), "-", event.position());
  }
  return client::SafeFileName(name, event.position());
}

std::string JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = true;
  std::string json;
  return google::protobuf::util::MessageToJsonString(message, &json, options).ok() ? json : "{}";
}

}  // namespace

// What a kill left half made.
SpoolIn::SpoolIn(const SpoolFolders& folders, SpoolAgent& agent)
    : folders_(folders), agent_(agent), language_(agent.language()) {
  std::error_code error;
  for (const std::string& name :
       ListFolder(folders_.delivery()).value_or(std::vector<std::string>())) {
    // "part": of agents that delivered one after the other.
    if (name.starts_with(kPart) || name == "part")
      fs::remove_all(absl::StrCat(folders_.delivery(), "/", name), error);
  }
}

absl::Status SpoolIn::Deliver(const v1::WatchResponse& event, absl::Time until) {
  if (!event.has_received() && !event.has_notice()) return absl::OkStatus();
  const std::string target = absl::StrCat(folders_.in, "/", FolderNameOf(event));
  const std::string position = absl::StrCat(event.position());
  const std::string part = absl::StrCat(folders_.delivery(), "/", kPart, position);
  const std::string whole = absl::StrCat(folders_.delivery(), "/whole-", position);
  const std::string mark = absl::StrCat(folders_.delivered(), "/", position);
  std::error_code error;
  if (fs::exists(fs::symlink_status(target, error))) return absl::OkStatus();
  const std::string own = IdentityOf(event);
  // Of another act, a mark is from before the agent's folder was put back to an earlier state.
  if (ReadFile(mark, kMaxMarkBytes).value_or("") == own) {
    // It was whole before a kill, or while one before it was kept back: it is moved now, or was
    // then and the office took it away.
    return fs::exists(whole, error) ? MoveDurably(whole, target) : absl::OkStatus();
  }
  fs::remove_all(part, error);
  fs::remove_all(whole, error);
  absl::Status made = Make(event, until, part);
  if (made.ok()) made = SyncFolder(part);
  if (made.ok()) made = MoveDurably(part, whole);
  if (made.ok()) made = WriteFileDurably(mark, own, 0600);
  if (!made.ok()) {
    fs::remove_all(part, error);
    fs::remove_all(whole, error);
    return made;
  }
  return MoveDurably(whole, target);
}

void SpoolIn::Forget(uint64_t position) {
  for (const std::string& name :
       ListFolder(folders_.delivered()).value_or(std::vector<std::string>())) {
    uint64_t delivered = 0;
    if (absl::SimpleAtoi(name, &delivered) && delivered <= position)
      unlink(absl::StrCat(folders_.delivered(), "/", name).c_str());
  }
}

absl::Status SpoolIn::Make(const v1::WatchResponse& event,
                           absl::Time until,
                           const std::string& folder) {
  ROG_RETURN_IF_ERROR(MakeSharedFolder(folder, folders_.in));
  if (event.has_received()) return MakeAct(event.received(), until, folder);
  ROG_RETURN_IF_ERROR(WriteSharedFile(folder + "/notice.txt", event.notice().text() + "\n"));
  return WriteSharedFile(folder + "/slip.json", JsonOf(event.notice()));
}

absl::Status SpoolIn::MakeAct(const v1::ReceivedAct& act,
                              absl::Time until,
                              const std::string& folder) {
  ROG_RETURN_IF_ERROR(WriteSharedFile(folder + "/act.txt", act.in_words()));
  v1::ReceivedAct slip = act;
  slip.clear_in_words();
  slip.clear_content_json();
  ROG_RETURN_IF_ERROR(WriteSharedFile(folder + "/slip.json", JsonOf(slip)));
  if (!act.content_json().empty()) {
    ROG_RETURN_IF_ERROR(WriteSharedFile(folder + "/content.json", act.content_json()));
  }
  for (const v1::DocumentInfo& document : act.documents()) {
    ROG_RETURN_IF_ERROR(SaveDocument(act, document, until, folder));
  }
  return absl::OkStatus();
}

// A document that will never come does not keep the act.
absl::Status SpoolIn::SaveDocument(const v1::ReceivedAct& act,
                                   const v1::DocumentInfo& document,
                                   absl::Time until,
                                   const std::string& folder) {
  const std::string path = absl::StrCat(folder,
                                        "/",
                                        document.number(),
                                        "-",
                                        client::SafeFileName(document.name(), document.number()));
  const absl::Status saved = agent_.SaveDocument(act.act_id(), document.number(), path);
  if (saved.ok()) return ShareFile(path);
  if (MayBeOverLater(saved) || (client::CouldNotLook(saved) && absl::Now() < until)) return saved;
  std::string text =
      absl::StrCat(Say(language_, SpoolText::DOCUMENT_MISSING), "\n", agent_.Explain(saved), "\n");
  if (!client::IsLost(saved))
    absl::StrAppend(&text, Say(language_, SpoolText::DOCUMENT_LATER, act.act_id()), "\n");
  return WriteSharedFile(path + ".missing.txt", text);
}

}  // namespace rogatoria::agent
