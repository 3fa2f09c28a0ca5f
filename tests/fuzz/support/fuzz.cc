#include "tests/fuzz/support/fuzz.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/model/wire.h"

namespace rogatoria::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path& Vectors() {
  static const fs::path& path = *new fs::path(ROGATORIA_SOURCE_DIR "/docs/formats/vectors");
  return path;
}

Bytes ReadWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  ROG_CHECK(file.good(), "a committed vector is there");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

Bytes ReadVector(const std::string& name) {
  return ReadWhole(Vectors() / name);
}

std::vector<Bytes> ReadVectors(const std::string& folder, const std::string& prefix) {
  std::vector<Bytes> vectors;
  for (const auto& entry : fs::directory_iterator(Vectors() / folder)) {
    if (entry.path().filename().string().rfind(prefix, 0) != 0) continue;
    vectors.push_back(ReadWhole(entry.path()));
  }
  ROG_CHECK(!vectors.empty(), "committed vectors are there");
  return vectors;
}

std::vector<std::string> ReadVectorLines(const std::string& name) {
  return absl::StrSplit(ReadVector(name), '\n', absl::SkipEmpty());
}

void CheckToldInText(const absl::Status& refusal) {
  ROG_CHECK(wire::IsUtf8(Bytes(refusal.message())), "a refusal is told in text");
  const auto details = GetErrorDetails(refusal);
  if (!details.has_value()) return;
  ROG_CHECK(wire::IsUtf8(details->field), "a field is named in text");
  ROG_CHECK(wire::IsUtf8(details->accepted), "what is accepted is told in text");
}

}  // namespace rogatoria::fuzz

// What libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rogatoria::fuzz::Examine({reinterpret_cast<const char*>(data), size});
  return 0;
}
