// The committed vectors of docs/formats/receipt.md, read as a stranger would read them, and proof
// that they are what the generator makes today.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/receipt/receipt.h"
#include "tests/interop/vectors/receipt/receipt_vectors.h"

namespace rogatoria {
namespace {

const std::filesystem::path kVectors =
    std::filesystem::path(ROGATORIA_SOURCE_DIR) / "docs/formats/vectors/receipt";

Bytes ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> Lines(const std::string& name) {
  const Bytes text = ReadFile(kVectors / name);
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

std::string Describe(const VerifiedReceipt& receipt) {
  return absl::StrCat("event=",
                      EventCode(receipt.evidence.event),
                      " index=",
                      receipt.index,
                      " size=",
                      receipt.tree_size,
                      " level=",
                      receipt.level == v1::RECEIPT_LEVEL_WITNESSED ? "WITNESSED" : "BROKER");
}

TEST(ReceiptVectorsTest, CommittedFilesAreWhatTheGeneratorMakes) {
  const auto made = MakeReceiptVectors();
  ASSERT_TRUE(made.ok()) << made.status();
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kVectors)) {
    ++files;
    const std::string name = absl::StrCat("receipt/", entry.path().filename().string());
    ASSERT_TRUE(made->contains(name)) << name << " is not made by the generator";
    EXPECT_EQ(ReadFile(entry.path()), made->at(name)) << name;
  }
  EXPECT_EQ(files, made->size());
}

TEST(ReceiptVectorsTest, GoodOnesVerifyAndBadOnesAreRefused) {
  for (const std::string& line : Lines("cases.tsv")) {
    const std::vector<std::string> columns = absl::StrSplit(line, '\t');
    const auto verified = VerifyReceipt(
        ReadFile(kVectors / columns[0]), Lines("log-keys.txt"), Lines("witness-keys.txt"));
    ASSERT_EQ(verified.ok(), columns[1] == "good") << line << "\n" << verified.status();
    if (verified.ok()) {
      EXPECT_EQ(Describe(*verified), columns[2]) << columns[0];
    }
  }
}

// No single altered byte of a receipt goes unnoticed, but in the lines of signatures by others.
TEST(ReceiptVectorsTest, EveryAlteredByteIsNoticed) {
  const Bytes good = ReadFile(kVectors / "good-consignment.receipt");
  for (size_t i = 0; i < good.size(); ++i) {
    Bytes altered = good;
    altered[i] = static_cast<char>(altered[i] ^ 0x01);
    EXPECT_FALSE(VerifyReceipt(altered, Lines("log-keys.txt")).ok()) << "byte " << i;
  }
}

// Nor by a verifier that has seen the receipt, and knows its checkpoint.
TEST(ReceiptVectorsTest, EveryAlteredByteIsNoticedAfterTheGoodOne) {
  const Bytes good = ReadFile(kVectors / "good-consignment.receipt");
  ReceiptVerifier verifier;
  ASSERT_TRUE(verifier.Verify(good, Lines("log-keys.txt")).ok());
  for (size_t i = 0; i < good.size(); ++i) {
    Bytes altered = good;
    altered[i] = static_cast<char>(altered[i] ^ 0x01);
    EXPECT_FALSE(verifier.Verify(altered, Lines("log-keys.txt")).ok()) << "byte " << i;
  }
}

TEST(ReceiptVectorsTest, OneVerifierForAllJudgesAsOneEach) {
  ReceiptVerifier verifier;
  for (int time = 0; time < 2; ++time) {
    for (const std::string& line : Lines("cases.tsv")) {
      const std::vector<std::string> columns = absl::StrSplit(line, '\t');
      const auto verified = verifier.Verify(
          ReadFile(kVectors / columns[0]), Lines("log-keys.txt"), Lines("witness-keys.txt"));
      ASSERT_EQ(verified.ok(), columns[1] == "good") << line << "\n" << verified.status();
      if (verified.ok()) {
        EXPECT_EQ(Describe(*verified), columns[2]) << columns[0];
      }
    }
  }
}

TEST(ReceiptVectorsTest, NoPrefixIsAReceipt) {
  const Bytes good = ReadFile(kVectors / "good-witnessed.receipt");
  for (size_t size = 0; size < good.size(); ++size) {
    const auto verified = VerifyReceipt(good.substr(0, size), Lines("log-keys.txt"));
    // Cut behind the log's own line, what is left is the receipt without its witness.
    const bool whole_line = good[size - (size > 0 ? 1 : 0)] == '\n' &&
                            good.substr(0, size).find("witness") == Bytes::npos &&
                            good.find("\xE2\x80\x94 witness") == size;
    EXPECT_EQ(verified.ok(), whole_line) << size;
  }
}

}  // namespace
}  // namespace rogatoria
