// The committed vectors of docs/formats, read as a stranger would read them, and proof that they
// are what the generator makes today.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/tlog_proof.h"
#include "common/merkle/verify.h"
#include "tests/interop/vectors/log/log_vectors.h"

namespace rogatoria::merkle {
namespace {

const std::filesystem::path kVectors =
    std::filesystem::path(ROGATORIA_SOURCE_DIR) / "docs/formats/vectors";

Bytes ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> Lines(const std::string& name) {
  const Bytes text = ReadFile(kVectors / name);
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

std::vector<std::string> Columns(const std::string& line) {
  return absl::StrSplit(line, '\t');
}

std::vector<VerifierKey> Keys(const std::string& folder) {
  std::vector<VerifierKey> keys;
  for (const std::string& line : Lines(folder + "/trusted-keys.txt")) {
    keys.push_back(*VerifierKey::Parse(line));
  }
  return keys;
}

uint64_t Number(const std::string& text) {
  uint64_t number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(text, &number)) << text;
  return number;
}

Hash FromHexText(absl::string_view hex) {
  return *Hash::FromBytes(*FromHex(hex));
}

Proof Hashes(const std::string& joined) {
  Proof proof;
  for (const absl::string_view hex : absl::StrSplit(joined, ',', absl::SkipEmpty())) {
    proof.push_back(FromHexText(hex));
  }
  return proof;
}

TEST(LogVectorsTest, CommittedFilesAreWhatTheGeneratorMakes) {
  const auto made = MakeLogVectors();
  ASSERT_TRUE(made.ok()) << made.status();
  for (const auto& [name, content] : *made) {
    EXPECT_EQ(ReadFile(kVectors / name), content) << name;
  }
  for (const char* folder : {"checkpoint", "proof"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kVectors / folder)) {
      const std::string name = absl::StrCat(folder, "/", entry.path().filename().string());
      EXPECT_TRUE(made->contains(name)) << name << " is not made by the generator";
    }
  }
}

TEST(LogVectorsTest, Checkpoints) {
  const std::vector<VerifierKey> keys = Keys("checkpoint");
  for (const std::string& line : Lines("checkpoint/cases.tsv")) {
    const std::vector<std::string> columns = Columns(line);
    const auto verified = VerifyCheckpoint(ReadFile(kVectors / "checkpoint" / columns[0]), keys);
    ASSERT_EQ(verified.ok(), columns[1] == "good") << line << "\n" << verified.status();
    if (!verified.ok()) continue;
    EXPECT_EQ(absl::StrCat("size=",
                           verified->checkpoint.size,
                           " root=",
                           verified->checkpoint.root.ToHex(),
                           " witnesses=",
                           verified->witnesses.size()),
              columns[2])
        << columns[0];
  }
}

TEST(LogVectorsTest, Proofs) {
  const std::vector<VerifierKey> keys = Keys("proof");
  for (const std::string& line : Lines("proof/cases.tsv")) {
    const std::vector<std::string> columns = Columns(line);
    const std::vector<std::string> words = absl::StrSplit(columns[2], ' ');
    ASSERT_TRUE(absl::StartsWith(words[0], "leaf=")) << line;
    const Hash leaf = LeafHash(*FromHex(words[0].substr(5)));
    const auto verified = VerifyTlogProof(ReadFile(kVectors / "proof" / columns[0]), leaf, keys);
    EXPECT_EQ(verified.ok(), columns[1] == "good") << line << "\n" << verified.status();
  }
}

TEST(LogVectorsTest, Inclusion) {
  for (const std::string& line : Lines("proof/inclusion.tsv")) {
    const std::vector<std::string> c = Columns(line);
    const absl::Status status = VerifyInclusion(
        FromHexText(c[3]), Number(c[1]), Number(c[2]), Hashes(c[5]), FromHexText(c[4]));
    EXPECT_EQ(status.ok(), c[0] == "good") << line << "\n" << status;
  }
}

TEST(LogVectorsTest, Consistency) {
  for (const std::string& line : Lines("proof/consistency.tsv")) {
    const std::vector<std::string> c = Columns(line);
    const absl::Status status = VerifyConsistency(
        Number(c[1]), Number(c[2]), FromHexText(c[3]), FromHexText(c[4]), Hashes(c[5]));
    EXPECT_EQ(status.ok(), c[0] == "good") << line << "\n" << status;
  }
}

}  // namespace
}  // namespace rogatoria::merkle
