// Directory files: alone, and in place of the file of the example that they were made from.
#include "common/directory/directory.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "common/base/error.h"
#include "common/directory/load.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr size_t kAlike = 8;  // bytes at the beginning
constexpr char kTrustDomain[] = "rogatoria.example";

std::vector<DirectoryFile> Example() {
  std::vector<DirectoryFile> files;
  const fs::path root = ROGATORIA_SOURCE_DIR "/deploy/example-directory";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({fs::relative(entry.path(), root).string(),
                     {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}});
  }
  for (const std::string name : {"p256.pem", "p384.pem"}) {
    files.push_back({"keys/" + name, ReadVector("signature/" + name)});
  }
  ROG_CHECK(ParseDirectory(files, kTrustDomain).ok(), "the example is a directory");
  return files;
}

size_t SharedWith(absl::string_view input, const Bytes& content) {
  const size_t shortest = std::min(input.size(), content.size());
  return static_cast<size_t>(
      std::mismatch(input.begin(), input.begin() + shortest, content.begin()).first -
      input.begin());
}

// The example with the input in place of the file that begins most like it; beside it, when it is
// like none.
std::vector<DirectoryFile> Replaced(std::vector<DirectoryFile> files, absl::string_view input) {
  const auto most_alike =
      std::max_element(files.begin(), files.end(), [&](const auto& a, const auto& b) {
        return SharedWith(input, a.content) < SharedWith(input, b.content);
      });
  if (SharedWith(input, most_alike->content) < kAlike) {
    files.push_back({"keys/input.toml", Bytes(input)});
  } else {
    most_alike->content = Bytes(input);
  }
  return files;
}

// Whether the file could be read as TOML, whatever it says.
bool ExamineFiles(const std::vector<DirectoryFile>& files) {
  const auto directory = ParseDirectory(files, kTrustDomain);
  if (directory.ok()) {
    ROG_CHECK(DescribeChanges(**directory, **directory).empty(), "a directory is like itself");
    for (const AuthorityEntry& entry : (*directory)->authorities()) {
      ROG_CHECK((*directory)->FindAuthority(entry.record.id()) == &entry, "an id is of one");
    }
    return true;
  }
  const auto details = GetErrorDetails(directory.status());
  ROG_CHECK(details.has_value() && details->reason == Reason::DIRECTORY_INVALID,
            "what is wrong is said");
  CheckToldInText(directory.status());
  return !absl::StrContains(details->accepted, "TOML 1.0 is accepted");
}

}  // namespace

void Examine(absl::string_view input) {
  static const auto& example = *new std::vector<DirectoryFile>(Example());
  if (absl::StrContains(input, "-----BEGIN")) ExamineFiles({{"input.pem", Bytes(input)}});
  // Reading the example takes most of the time; only what can be read is worth it.
  if (!ExamineFiles({{"input.toml", Bytes(input)}})) return;
  ExamineFiles(Replaced(example, input));
}

}  // namespace rogatoria::fuzz
