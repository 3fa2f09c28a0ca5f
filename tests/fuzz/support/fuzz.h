// What every fuzzer shares. A fuzzer is one source file that defines Examine: it reads the bytes as
// a stranger's, and stops the process (ROG_CHECK) when a promise does not hold. That it neither
// crashes, leaks nor hangs is looked at by libFuzzer and the sanitizers.
//
// One thread. An examination depends on its bytes only, so that every finding can be replayed.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/check.h"

namespace rogatoria::fuzz {

// Defined once in every fuzzer.
void Examine(absl::string_view input);

// A committed vector: "receipt/good-acceptance.receipt" under docs/formats/vectors. Stops the
// process when it is not there.
Bytes ReadVector(const std::string& name);
// Those of a folder whose name begins with `prefix`.
std::vector<Bytes> ReadVectors(const std::string& folder, const std::string& prefix = "good-");
// The lines of a vector, without empty ones.
std::vector<std::string> ReadVectorLines(const std::string& name);

// The value of what only our own files can make wrong.
template <typename T>
T Need(absl::StatusOr<T> value, const char* what) {
  ROG_CHECK(value.ok(), what);
  return *std::move(value);
}

// What a caller is told must be text: a message of gRPC with other bytes cannot be read.
void CheckToldInText(const absl::Status& refusal);

// For grammars where one value has one text: what was read is written as it was.
template <typename T, typename Format>
void CheckSameText(absl::string_view input, const absl::StatusOr<T>& value, Format format) {
  if (!value.ok()) return;
  ROG_CHECK(Bytes(input) == format(*value), "what was read is written as it was");
}

}  // namespace rogatoria::fuzz
