// A VFS for SQLite that ends every page of the database file with a checksum, and checks it
// whenever a page is read (docs/decisions/0007). So a byte that changed on disk,
// in a row, an index or the tree that holds them, is found before anything is read from that page:
// the read fails with SQLITE_IOERR_DATA.
//
// Only the main database file is treated so; of all files the syncs are counted. The write-ahead
// log has checksums of its own, which SQLite checks as it recovers; what was committed and is no
// longer there then is found by the head mark (head_mark.h).
//
// Pages are 4096 bytes, the last 8 reserved for the checksum: SQLITE_FCNTL_RESERVE_BYTES before the
// file is made. Any other access is refused, so that a file of another shape cannot slip through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace rogatoria::sqlite {

inline constexpr size_t kPageBytes = 4096;
inline constexpr size_t kPageChecksumBytes = 8;

// Of a page's first 4088 bytes and its number (from 1), so that a page out of place fails too. Each
// step is a bijection of what it mixes in: two pages that differ in one 8-byte word never agree.
uint64_t PageChecksum(const unsigned char* page, uint64_t page_number);

// The name of the checked VFS over the VFS `base`, registered on first use; an empty `base` means
// SQLite's default. NOT_FOUND if there is no such base. Thread-safe.
absl::StatusOr<std::string> CheckedVfsOver(const std::string& base);

// fsyncs of this process through checked VFSs so far.
uint64_t CountSyncs();

}  // namespace rogatoria::sqlite
