// The committed vectors of docs/formats/receipt.md, made again from fixed seeds. Every byte is a
// function of this program, so a changed vector is a changed format.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/bytes.h"

namespace rogatoria {

// File name, relative to docs/formats/vectors -> its content.
absl::StatusOr<std::map<std::string, Bytes>> MakeReceiptVectors();

}  // namespace rogatoria
