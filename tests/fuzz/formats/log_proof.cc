// Proofs: no other leaf is in the log, and no other tree is a prefix of it.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "common/merkle/note.h"
#include "common/merkle/tlog_proof.h"
#include "common/merkle/verify.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

using merkle::Hash;

constexpr uint64_t kLeaves = 11;

struct SmallLog {
  std::vector<Hash> leaves;
  std::vector<Hash> roots;               // by size
  std::vector<std::vector<Hash>> nodes;  // of the leaves from begin on, by how many less one

  SmallLog();
};

Hash RootOf(const std::vector<Hash>& leaves, size_t begin, size_t end) {
  if (begin == end) return merkle::EmptyRoot();
  if (end - begin == 1) return leaves[begin];
  size_t half = 1;
  while (half * 2 < end - begin) half *= 2;
  return merkle::NodeHash(RootOf(leaves, begin, begin + half), RootOf(leaves, begin + half, end));
}

SmallLog::SmallLog() {
  for (uint64_t i = 0; i < kLeaves; ++i) {
    leaves.push_back(merkle::LeafHash(Bytes(1, static_cast<char>('a' + i))));
  }
  for (uint64_t size = 0; size <= kLeaves; ++size) roots.push_back(RootOf(leaves, 0, size));
  for (uint64_t begin = 0; begin < kLeaves; ++begin) {
    auto& from_begin = nodes.emplace_back();
    for (uint64_t end = begin + 1; end <= kLeaves; ++end) {
      from_begin.push_back(RootOf(leaves, begin, end));
    }
  }
}

// The bytes as numbers, and as a proof whose hashes are nodes of the log or bytes of the input.
class Input {
 public:
  explicit Input(absl::string_view bytes) : rest_(bytes) {}

  uint64_t Number() {
    uint64_t number = 0;
    const auto size = std::min(rest_.size(), sizeof number);
    std::memcpy(&number, rest_.data(), size);
    rest_.remove_prefix(size);
    return number;
  }
  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return byte;
  }
  Hash HashOf(const SmallLog& log) {
    const uint8_t from = Byte();
    const size_t begin = from % kLeaves;
    const size_t more = Byte() % (kLeaves - begin);
    if (from < 0xf0) return log.nodes[begin][more];
    Hash hash;
    std::memcpy(hash.bytes.data(), rest_.data(), std::min(rest_.size(), Hash::kSize));
    rest_.remove_prefix(std::min(rest_.size(), Hash::kSize));
    return hash;
  }
  std::vector<Hash> Proof(const SmallLog& log) {
    std::vector<Hash> proof;
    while (!rest_.empty() && proof.size() < 80) proof.push_back(HashOf(log));
    return proof;
  }

 private:
  absl::string_view rest_;
};

void ExamineInclusion(Input input, const SmallLog& log) {
  const uint64_t index = input.Byte() < 0xf0 ? input.Byte() % kLeaves : input.Number();
  const Hash leaf = input.HashOf(log);
  const std::vector<Hash> proof = input.Proof(log);
  if (!merkle::VerifyInclusion(leaf, index, kLeaves, proof, log.roots[kLeaves]).ok()) return;
  ROG_CHECK(index < kLeaves && leaf == log.leaves[index], "another leaf is not in the log");
}

void ExamineConsistency(Input input, const SmallLog& log) {
  const uint64_t old_size = input.Byte() < 0xf0 ? input.Byte() % (kLeaves + 1) : input.Number();
  const Hash old_root = input.HashOf(log);
  const std::vector<Hash> proof = input.Proof(log);
  const Hash& root = log.roots[kLeaves];
  if (!merkle::VerifyConsistency(old_size, kLeaves, old_root, root, proof).ok()) return;
  ROG_CHECK(old_size <= kLeaves && old_root == log.roots[old_size], "another tree is no prefix");
}

// Whatever the numbers, no proof is read beyond its end.
void ExamineNumbers(Input input, const SmallLog& log) {
  const uint64_t first = input.Number();
  const uint64_t second = input.Number();
  const std::vector<Hash> proof = input.Proof(log);
  merkle::VerifyInclusion(log.leaves[0], first, second, proof, log.roots[1]).IgnoreError();
  merkle::VerifyConsistency(first, second, log.roots[1], log.roots[2], proof).IgnoreError();
}

void ExamineFile(absl::string_view input) {
  static const auto& keys = *new std::vector<merkle::VerifierKey>([] {
    std::vector<merkle::VerifierKey> read;
    for (const std::string& line : ReadVectorLines("proof/trusted-keys.txt")) {
      read.push_back(Need(merkle::VerifierKey::Parse(line), "a trusted key is one"));
    }
    return read;
  }());
  CheckSameText(input, merkle::ParseTlogProof(input), [](const merkle::TlogProof& read) {
    return Need(merkle::FormatTlogProof(read), "a proof that was read can be written");
  });
  const Hash stranger = merkle::LeafHash("a leaf that no log of the vectors has");
  ROG_CHECK(!merkle::VerifyTlogProof(input, stranger, keys).ok(), "a stranger is in no log");
}

}  // namespace

void Examine(absl::string_view input) {
  static const SmallLog& log = *new SmallLog();
  ExamineFile(input);
  ExamineInclusion(Input(input), log);
  ExamineConsistency(Input(input), log);
  ExamineNumbers(Input(input), log);
}

}  // namespace rogatoria::fuzz
