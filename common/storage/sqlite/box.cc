#include "common/storage/sqlite/box.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/crypto/aead.h"
#include "common/storage/sqlite/encoding.h"

namespace rogatoria::sqlite {
namespace {

Bytes BoundTo(const BoxPlace& place) {
  return absl::StrCat(place.table, "|", place.column, "|", place.row_key);
}

}  // namespace

absl::StatusOr<Bytes> BoxMaker::Close(uint64_t key_id,
                                      const BoxPlace& place,
                                      absl::string_view clear) const {
  if (clear.empty()) return Bytes();
  auto key = keys_.Get(key_id);
  if (absl::IsNotFound(key.status())) return Bytes();
  ROG_RETURN_IF_ERROR(key.status());
  return AeadEncrypt(**key, BoundTo(place), clear, random_);
}

absl::StatusOr<Bytes> BoxMaker::Open(uint64_t key_id,
                                     const BoxPlace& place,
                                     absl::string_view box) const {
  if (box.empty()) return Bytes();
  auto key = keys_.Get(key_id);
  if (absl::IsNotFound(key.status())) return Bytes();
  if (absl::IsOutOfRange(key.status())) return absl::DataLossError("the key of a box is missing");
  ROG_RETURN_IF_ERROR(key.status());
  return AeadDecrypt(**key, BoundTo(place), box);
}

Bytes JoinPair(absl::string_view first, absl::string_view second) {
  if (first.empty() && second.empty()) return Bytes();
  return EncodeList({std::string(first), std::string(second)});
}

absl::StatusOr<std::pair<Bytes, Bytes>> SplitPair(absl::string_view joined) {
  if (joined.empty()) return std::pair<Bytes, Bytes>();
  ROG_ASSIGN_OR_RETURN(auto parts, DecodeList(joined));
  if (parts.size() != 2) return absl::DataLossError("a box holds something else than a pair");
  return std::pair(std::move(parts[0]), std::move(parts[1]));
}

}  // namespace rogatoria::sqlite
