// Copies the database of a backup (backup.h) into a folder in which there is none, and proves on
// the way that it is what its manifest says. It does not begin a log: what was signed after the
// backup would be contradicted by going on with the old one, so no store made of this may be
// written to before services/daemon/restore.h has begun a new one.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace rogatoria::sqlite {

// `directory` is made. Everything in it is synced when this returns. FAILED_PRECONDITION when
// `backup` is no whole backup; DATA_LOSS when the database in it is not the one that was copied
// then; ALREADY_EXISTS when `directory` has a database.
absl::Status CopyBackup(const std::string& backup, const std::string& directory);

}  // namespace rogatoria::sqlite
