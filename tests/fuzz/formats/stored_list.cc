// Lists and hashes as they lie in a column of the store.
#include "common/storage/sqlite/encoding.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  CheckSameText(input, sqlite::DecodeList(input), sqlite::EncodeList);
  CheckSameText(input, sqlite::DecodeHashes(input), sqlite::EncodeHashes);
}

}  // namespace rogatoria::fuzz
