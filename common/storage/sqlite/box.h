// Boxes: erasable columns, encrypted under the data key of their case (AES-256-GCM, crypto/aead.h).
// What is bound to a box besides: its table, its column and its row's key, so that a box copied
// into another row or column does not open.
//
// Once the key is destroyed a box cannot be made or opened: it is empty, and so is what it held.
#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/storage/case_keys.h"

namespace rogatoria::sqlite {

// Where a box stands. The row's key comes last: it may hold any bytes.
struct BoxPlace {
  absl::string_view table;
  absl::string_view column;
  Bytes row_key;
};

// Thread-safe, as its keys and its source of randomness are; they must live as long.
class BoxMaker {
 public:
  BoxMaker(CaseKeys& keys, Random& random) : keys_(keys), random_(random) {}

  // Empty for an empty text or a destroyed key.
  absl::StatusOr<Bytes> Close(uint64_t key_id,
                              const BoxPlace& place,
                              absl::string_view clear) const;
  // Empty for an empty box or a destroyed key. DATA_LOSS when it does not open.
  absl::StatusOr<Bytes> Open(uint64_t key_id, const BoxPlace& place, absl::string_view box) const;

 private:
  CaseKeys& keys_;
  Random& random_;
};

// Two texts in one box, told apart by the length of the first. Empty when both are.
Bytes JoinPair(absl::string_view first, absl::string_view second);
absl::StatusOr<std::pair<Bytes, Bytes>> SplitPair(absl::string_view joined);

}  // namespace rogatoria::sqlite
