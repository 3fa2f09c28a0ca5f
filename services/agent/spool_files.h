// The folders of a spool, and what lies in them.
//
//   SPOOL/out/              what is to be sent; out/CONTACT/ for letters to one authority
//   SPOOL/in/               what came, a folder an act
//   SPOOL/receipts/         a folder for each act sent: what was sent, its receipts, its status
//   SPOOL/failed/           what was not sent, with the reason
//   SPOOL/defaults/         slips for letters that come alone
//   SPOOL/.rogatoria/       the agent's own: lock, items, what is being delivered
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace rogatoria::agent {

struct SpoolFolders {
  explicit SpoolFolders(std::string folder);

  const std::string spool, out, in, receipts, failed, defaults, own;
  std::string taking() const { return own + "/taking"; }  // items that the agent does not have yet
  std::string items() const { return own + "/items"; }    // that it has
  std::string delivery() const { return own + "/delivery"; }  // what is being made for `in`
  // A mark for each event that was delivered while one before it was not.
  std::string delivered() const { return own + "/delivered"; }
  std::string told() const { return own + "/told"; }  // what was written beside the office's files
};

// Makes all that is missing; the agent's own folder for its user alone, the others shared.
absl::Status MakeSpoolFolders(const SpoolFolders& folders);

// What a file is known again by: only what was looked at is taken, as it was then.
struct FileMark {
  uint64_t device = 0, inode = 0, size = 0;
  int64_t changed_ns = 0;
  bool operator==(const FileMark&) const = default;
};
// Of an ordinary file itself; none of a link, of anything else, and where there is nothing.
std::optional<FileMark> MarkOf(const std::string& path);

// An ordinary file that lies in a folder for `out`.
struct SpoolFile {
  std::string name;
  FileMark mark = {};
  bool settled = false;  // does not change any more, or is marked as ready
};

struct SpoolFolderView {
  std::vector<SpoolFile> files;         // by name
  std::vector<std::string> others;      // links, pipes, folders: never followed
  std::vector<std::string> unreadable;  // ordinary, and not ours to read
  std::vector<std::string> folders;     // of `others`, real folders
};

// Decides when a file is complete: when its size and time of change have been the same for a while,
// by our own clock; at once when `NAME.ready` lies beside it. Not thread-safe.
class SettledFiles {
 public:
  // `is_ours`: of a status file, by its path, whether it is the agent's.
  SettledFiles(absl::Duration pause, std::function<bool(const std::string&)> is_ours)
      : pause_(pause), is_ours_(std::move(is_ours)) {}
  // What lies in a folder now. Status files of ours and what IsUnfinishedName are left out.
  SpoolFolderView Look(const std::string& folder);
  // Forgets what was not seen since the last call.
  void Sweep();

 private:
  struct Seen {
    FileMark mark;
    absl::Time since;
    bool again = false;  // seen since the last Sweep
  };
  bool IsSettled(const std::string& path, const SpoolFile& file);

  const absl::Duration pause_;
  const std::function<bool(const std::string&)> is_ours_;
  std::map<std::string, Seen> seen_;
};

// `letter.pdf.status.txt`; shortened where the name would be too long for a file.
std::string StatusName(const std::string& name);
bool IsStatusName(absl::string_view name);
// Hidden files, marks, and names that programs give to what they are still writing (.tmp, .part,
// .new, ~ ...).
bool IsUnfinishedName(absl::string_view name);
inline constexpr char kReadySuffix[] = ".ready";
// Why something lies in failed/; a file of the office that has this name is given another there.
inline constexpr char kWhyFile[] = "why.txt";

// The name without its ending.
std::string StemOf(const std::string& name);
// A file's name and no path.
bool IsPlainName(absl::string_view name);

// What is made for the office is its group's too, under any umask: the office's system is often
// another user of the same group.
//
// Makes a folder and those above it, mode 0770, with the set-group-id bit where it has it from the
// folder above. Where the system refuses that bit, and for files, the group is that of the folder
// above, or of `like`, if that folder is a group's. What is there keeps its mode.
absl::Status MakeSharedFolder(const std::string& path, const std::string& like = "");
// Durable, mode 0640; never seen with another mode.
absl::Status WriteSharedFile(const std::string& path, absl::string_view content);
// The same of one that is not there yet: FIELD_INVALID (CheckNewFile).
absl::Status WriteNewSharedFile(const std::string& path, absl::string_view content);
// A file of ours that was made for us alone.
absl::Status ShareFile(const std::string& path);

// Whether the mode of a folder forbids us to move files out of it. That it does not is no promise.
bool ForbidsMoves(const std::string& folder);

// rename(2), both folders synced. NOT_FOUND when there is nothing to move.
absl::Status MoveDurably(const std::string& from, const std::string& to);

}  // namespace rogatoria::agent
