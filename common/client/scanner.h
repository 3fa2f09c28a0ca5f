// A program of the office's that looks at opened documents before anybody else does: clamdscan, for
// example (profile key `scanner`, docs/office-profile.md).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/client/document_download.h"

namespace rogatoria::client {

inline constexpr absl::Duration kScanPatience = absl::Minutes(15);

// Whether somebody started this process at a terminal, which sends its signals.
bool HasTerminal();

// Runs `program` with the file's path as its last word and waits for it. Exit status 0: the file is
// clean, if it is still what it was: one that was disinfected is not what its sender sealed.
// SCAN_NOT_CLEAN: it is not, or the program found something (exit status 1); it is not kept.
// SCAN_NOT_DONE: it could not look (any other status, a program that cannot be run), which may be
// over later. One that does not end within `patience`, or before `ends` says so, is ended, and
// could not look: with what it started where it is `apart`, in a process group of its own. At a
// terminal it is not, so that who presses Ctrl-C ends it too. What the program prints goes to
// standard error. None when `program` is empty.
AfterOpen ScanWith(const std::vector<std::string>& program,
                   absl::Duration patience = kScanPatience,
                   bool apart = !HasTerminal(),
                   const std::function<bool()>& ends = {});
// SCAN_NOT_DONE.
bool CouldNotLook(const absl::Status& status);

// Gives `part`, a whole file on disk, its name `path`, which nothing has (CheckNewFile), when
// `look` passes it; else removes it. `look` may be none.
absl::Status PublishLookedAt(const std::string& part,
                             const std::string& path,
                             const AfterOpen& look);
// Writes a received document, durably, mode 0600: it has a hidden name beside `path` until `look`
// passed it.
absl::Status WriteLookedAt(const std::string& path,
                           absl::string_view content,
                           const AfterOpen& look);

}  // namespace rogatoria::client
