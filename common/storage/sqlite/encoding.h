// Small values in one column: a list of byte strings, and the hashes of an entry. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/merkle/hash.h"

namespace rogatoria::sqlite {

// Each item after its length in four bytes, big-endian.
Bytes EncodeList(const std::vector<std::string>& items);
// DATA_LOSS for anything that EncodeList would not have made.
absl::StatusOr<std::vector<std::string>> DecodeList(absl::string_view bytes);

// 32 bytes each.
Bytes EncodeHashes(const std::vector<merkle::Hash>& hashes);
absl::StatusOr<std::vector<merkle::Hash>> DecodeHashes(absl::string_view bytes);

}  // namespace rogatoria::sqlite
