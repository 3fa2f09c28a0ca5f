// A program of the office's that looks at opened documents before anybody else does: clamdscan, for
// example (profile key `scanner`, docs/office-profile.md).
#pragma once

#include <string>
#include <vector>

#include "common/client/document_download.h"

namespace rogatoria::client {

// Runs `program` with the file's path as its last word and waits for it. Exit status 0: the file is
// clean. Any other, also of a program that cannot be run: SCAN_NOT_CLEAN, and the file is not kept.
// What the program prints goes to standard error. None when `program` is empty.
AfterOpen ScanWith(const std::vector<std::string>& program);

}  // namespace rogatoria::client
