// Reading a directory from its files: TOML for what is said, PEM for certificates. The layout is in
// docs/directory-files.md; any table may be in any file, so that an authority's own keys can come
// in files of their own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/directory/directory.h"

namespace rogatoria {

// A file as given, from a folder or from the wire.
struct DirectoryFile {
  std::string name;  // relative, with slashes: authorities/pt-pgr.toml, keys/pt-pgr-seal.pem
  std::string content;
};

// Whether names and contents are UTF-8, without which a file does not travel. DIRECTORY_INVALID
// with the first place in each file that is not, as below.
absl::Status CheckTexts(absl::Span<const DirectoryFile> files);

// Everything or nothing. DIRECTORY_INVALID lists all that is wrong, a line each, as
// `file:line:column: what, what is accepted`. Pure: no file system, no clock.
//
// `current`: the directory that this one would follow, nullptr for none. A calendar that differs
// from the one of the same id there must have a higher version, because receipts name it so.
absl::StatusOr<std::shared_ptr<const Directory>> ParseDirectory(
    absl::Span<const DirectoryFile> files,
    absl::string_view trust_domain,
    const Directory* current = nullptr);

// The instruments of files that need not be a whole directory: names that other files would define
// are not looked for. Sorted by id; errors as above.
absl::StatusOr<std::vector<v1::Instrument>> ParseInstruments(absl::Span<const DirectoryFile> files);

}  // namespace rogatoria
