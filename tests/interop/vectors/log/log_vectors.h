// The committed vectors of docs/formats/checkpoint.md and proof.md, made again from fixed seeds.
// Every byte is a function of this program, so a changed vector is a changed format.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/bytes.h"

namespace rogatoria::merkle {

// File name, relative to docs/formats/vectors -> its content.
absl::StatusOr<std::map<std::string, Bytes>> MakeLogVectors();

}  // namespace rogatoria::merkle
