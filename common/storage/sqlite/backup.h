// A copy of the database in a folder of its own, made while the store is in use, with a manifest
// that says what it is:
//
//   rogatoria-backup v1
//   file rogatoria.db
//   size 1052672
//   sha256 <64 hexadecimal digits>
//   revision 17
//   log 1
//   log-size 42
//   root <64 hexadecimal digits, or - before the first batch>
//   last-instant 2026-11-24T21:11:50.123Z
//
// Beside it a list of the documents whose bytes that database needs, as sha256sum reads it: digest
// and file, from the folder of documents on. The bytes are not here; whoever copies that folder
// checks the copy with it.
//
// The data keys are not in it: a row that was erased stays erased in every backup.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/storage/sqlite/connection.h"

namespace rogatoria::sqlite {

inline constexpr char kDatabaseFile[] = "rogatoria.db";
inline constexpr char kManifestFile[] = "backup.txt";
inline constexpr char kDocumentsFile[] = "documents.sha256";

// `source` reads and is not in a transaction. The folder is made; ALREADY_EXISTS if there is one.
// Every page of the copy has been read back and checked, and all of it synced, before this returns.
// After an error the folder is gone.
absl::StatusOr<uint64_t> BackUp(Connection& source,
                                const std::string& vfs,
                                const std::string& folder);

}  // namespace rogatoria::sqlite
