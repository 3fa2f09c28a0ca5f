#include "tests/interop/vectors/log/log_vectors.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/base/status_macros.h"
#include "common/crypto/secret.h"
#include "common/crypto/signer.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/cosignature.h"
#include "common/merkle/frontier.h"
#include "common/merkle/note.h"
#include "common/merkle/proof.h"
#include "common/merkle/tlog_proof.h"

namespace rogatoria::merkle {
namespace {

constexpr absl::string_view kOrigin = "hub.example.org/log/1";
constexpr absl::string_view kOtherOrigin = "hub.example.org/log/2";
constexpr absl::string_view kWitness1 = "witness.example.net/w1";
constexpr absl::string_view kWitness2 = "testigo.example.com/w2";
constexpr uint64_t kSeconds = 1767225600;  // 2026-01-01T00:00:00Z
constexpr uint64_t kLeaves = 21;           // 16 + 4 + 1: complete subtrees and an edge
constexpr uint64_t kTableSizes = 12;       // every pair of sizes up to here, in the tables

std::unique_ptr<Signer> SignerOf(char seed) {
  return std::make_unique<Ed25519FileSigner>(
      *Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, seed))));
}

// The eight leaves that Certificate Transparency publishes, then short texts.
std::vector<Bytes> Leaves() {
  std::vector<Bytes> leaves;
  for (const absl::string_view hex : {"",
                                      "00",
                                      "10",
                                      "2021",
                                      "3031",
                                      "40414243",
                                      "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f"}) {
    leaves.push_back(*FromHex(hex));
  }
  while (leaves.size() < kLeaves) leaves.push_back(absl::StrCat("leaf ", leaves.size()));
  return leaves;
}

// What a case is expected to be: good, or refused for a reason that a reader can follow.
struct Case {
  std::string name;
  Bytes content;
  bool good = true;
  std::string why;
};

class Maker {
 public:
  Maker();
  absl::StatusOr<std::map<std::string, Bytes>> Make();

 private:
  Hash Root(uint64_t size) const { return *RootAt(size, ReaderOf(nodes_)); }
  Checkpoint Head(uint64_t size) const { return {std::string(kOrigin), size, Root(size), {}}; }
  std::string Text(uint64_t size) const { return *FormatCheckpoint(Head(size)); }
  std::string Signed(absl::string_view text) { return *SignNote(text, kOrigin, *log_); }
  std::string Cosigned(const std::string& note, absl::string_view name, Signer& signer) {
    const std::string text = ParseNote(note)->text;
    return *AddSignature(note, *Cosign(text, name, kSeconds, signer));
  }
  TlogProof ProofOf(uint64_t index, uint64_t size) {
    return {"", index, *InclusionProof(index, size, ReaderOf(nodes_)), Signed(Text(size))};
  }

  void AddKeys(const std::string& folder);
  void AddCases(const std::string& folder,
                const std::string& suffix,
                const std::vector<Case>& cases);
  std::vector<Case> GoodCheckpoints();
  std::vector<Case> MalformedNotes();
  std::vector<Case> MalformedCheckpoints();
  std::vector<Case> UntrustedCheckpoints();
  std::vector<Case> GoodProofs();
  std::vector<Case> BadProofs();
  void AddInclusion();
  void AddConsistency();

  std::vector<Bytes> leaves_ = Leaves();
  NodeMap nodes_;
  std::unique_ptr<Signer> log_ = SignerOf('\x01');
  std::unique_ptr<Signer> other_log_ = SignerOf('\x02');
  std::unique_ptr<Signer> witness1_ = SignerOf('\x03');
  std::unique_ptr<Signer> witness2_ = SignerOf('\x04');
  std::unique_ptr<Signer> stranger_ = SignerOf('\x05');
  std::map<std::string, Bytes> files_;
};

Maker::Maker() {
  Frontier frontier;
  for (const Bytes& leaf : leaves_) {
    const uint64_t index = frontier.size();
    const std::vector<Hash> row = frontier.Append(LeafHash(leaf));
    for (int level = 0; level < HashesInRow(index); ++level) {
      nodes_[{level, index >> level}] = row[static_cast<size_t>(level)];
    }
  }
}

std::string KeyText(absl::string_view name, SignatureType type, const Signer& signer) {
  return VerifierKey::Make(name, type, signer.PublicKey())->ToText();
}

void Maker::AddKeys(const std::string& folder) {
  files_[folder + "/trusted-keys.txt"] =
      absl::StrCat(KeyText(kOrigin, SignatureType::kEd25519, *log_),
                   "\n",
                   KeyText(kOtherOrigin, SignatureType::kEd25519, *other_log_),
                   "\n",
                   KeyText(kWitness1, SignatureType::kCosignatureV1, *witness1_),
                   "\n",
                   KeyText(kWitness2, SignatureType::kCosignatureV1, *witness2_),
                   "\n");
}

void Maker::AddCases(const std::string& folder,
                     const std::string& suffix,
                     const std::vector<Case>& cases) {
  Bytes& table = files_[folder + "/cases.tsv"];
  for (const Case& item : cases) {
    const std::string file = absl::StrCat(item.good ? "good-" : "bad-", item.name, suffix);
    files_[folder + "/" + file] = item.content;
    absl::StrAppend(&table, file, "\t", item.good ? "good" : "bad", "\t", item.why, "\n");
  }
}

// The third column of a good checkpoint: size, root, number of witnesses.
std::string Expected(uint64_t size, const Hash& root, int witnesses) {
  return absl::StrCat("size=", size, " root=", root.ToHex(), " witnesses=", witnesses);
}

std::vector<Case> Maker::GoodCheckpoints() {
  const std::string note = Signed(Text(kLeaves));
  const std::string one = Cosigned(note, kWitness1, *witness1_);
  const std::string two = Cosigned(one, kWitness2, *witness2_);
  const std::string future = *AddSignature(
      note, {"hub.example.org/log/1", 0x01020304, "a kind of signature that comes later"});
  Checkpoint extended = Head(5);
  extended.extensions = {"an extension line: ção"};
  const Hash root = Root(kLeaves);
  return {
      {"empty-log", Signed(Text(0)), true, Expected(0, EmptyRoot(), 0)},
      {"one-leaf", Signed(Text(1)), true, Expected(1, Root(1), 0)},
      {"head", note, true, Expected(kLeaves, root, 0)},
      {"one-witness", one, true, Expected(kLeaves, root, 1)},
      {"two-witnesses", two, true, Expected(kLeaves, root, 2)},
      {"unknown-signature", future, true, Expected(kLeaves, root, 0)},
      {"unknown-witness",
       Cosigned(note, "stranger.example/w", *stranger_),
       true,
       Expected(kLeaves, root, 0)},
      {"repeated-witness",
       *AddSignature(one, *Cosign(Text(kLeaves), kWitness1, kSeconds + 60, *witness1_)),
       true,
       Expected(kLeaves, root, 1)},
      {"extension", Signed(*FormatCheckpoint(extended)), true, Expected(5, Root(5), 0)},
  };
}

std::string Replaced(const std::string& text, absl::string_view from, absl::string_view to) {
  return absl::StrReplaceAll(text, {{from, to}});
}

std::vector<Case> Maker::MalformedNotes() {
  const std::string note = Signed(Text(kLeaves));
  const size_t lines = note.find("\n\n") + 2;
  const std::string line = note.substr(lines);
  std::string many = note;
  for (int i = 0; i < 32; ++i) many += line;
  return {
      {"empty", "", false, "not a note"},
      {"no-signature", note.substr(0, lines), false, "no signature line"},
      {"no-empty-line", Replaced(note, "\n\n", "\n"), false, "no empty line before signatures"},
      {"no-last-line-feed", note.substr(0, note.size() - 1), false, "no line feed at the end"},
      {"trailing-text", note + "x", false, "text after the signatures"},
      {"hyphen", Replaced(note, "\xE2\x80\x94 ", "- "), false, "a hyphen instead of an em dash"},
      {"two-spaces", Replaced(note, "/1 ", "/1  "), false, "two spaces before the signature"},
      {"carriage-return", Replaced(note, "\n", "\r\n"), false, "carriage returns"},
      {"control-character", Replaced(note, "21\n", "21\x01\n"), false, "a control character"},
      {"not-utf8", Replaced(note, "hub", "h\xC3"), false, "not UTF-8"},
      {"base64-without-padding",
       note.substr(0, note.size() - 2) + "\n",
       false,
       "base64 without its padding"},
      {"too-many-signatures", many, false, "33 signatures, at most 32"},
      {"key-name-with-plus", note + Replaced(line, "hub", "h+b"), false, "a plus in a key name"},
      {"key-id-only", note + "\xE2\x80\x94 somebody AAAAAA==\n", false, "a signature of no bytes"},
  };
}

std::vector<Case> Maker::MalformedCheckpoints() {
  const std::string text = Text(kLeaves);
  const std::string root = Root(kLeaves).ToBase64();
  const auto altered = [&](absl::string_view from, absl::string_view to) {
    return Signed(Replaced(text, from, to));
  };
  return {
      {"leading-zero", altered("\n21\n", "\n021\n"), false, "size with a leading zero"},
      {"plus-sign", altered("\n21\n", "\n+21\n"), false, "size with a sign"},
      {"hexadecimal-size", altered("\n21\n", "\n0x15\n"), false, "size is not decimal"},
      {"huge-size", altered("\n21\n", "\n9223372036854775808\n"), false, "size above 2^63 - 1"},
      {"two-lines", altered(root + "\n", ""), false, "no root"},
      {"short-root", altered(root, "AAAA"), false, "root is not 32 bytes"},
      {"root-in-hex", altered(root, Root(kLeaves).ToHex()), false, "root is not base64"},
      {"empty-extension", Signed(text + "\nextension\n"), false, "an empty line in the text"},
      {"empty-log-other-root",
       Signed(absl::StrCat(kOrigin, "\n0\n", root, "\n")),
       false,
       "size 0 with a root other than SHA-256 of nothing"},
  };
}

std::vector<Case> Maker::UntrustedCheckpoints() {
  const std::string text = Text(kLeaves);
  const std::string note = Signed(text);
  const NoteSignature cosignature = *Cosign(text, kWitness1, kSeconds, *witness1_);
  NoteSignature later = cosignature;
  later.signature[7] ^= 1;
  NoteSignature truncated = cosignature;
  truncated.signature.pop_back();
  return {
      {"altered-size", Replaced(note, "\n21\n", "\n22\n"), false, "signature of another text"},
      {"altered-root",
       Replaced(note, Root(kLeaves).ToBase64(), Root(20).ToBase64()),
       false,
       "signature of another text"},
      {"stranger", *SignNote(text, kOrigin, *stranger_), false, "signed by an unknown key"},
      {"renamed-key",
       Replaced(note, "\xE2\x80\x94 hub.example.org/log/1", "\xE2\x80\x94 hub.example.org/log/2"),
       false,
       "key name and id do not go together"},
      {"other-log",
       *SignNote(text, kOtherOrigin, *other_log_),
       false,
       "signed by a trusted key, but of another log"},
      {"witness-only",
       *FormatNote({text, {cosignature}}),
       false,
       "a witness signed and the log did not"},
      {"witness-altered-time",
       *AddSignature(note, later),
       false,
       "a trusted witness's time was altered"},
      {"witness-truncated",
       *AddSignature(note, truncated),
       false,
       "a trusted witness's signature is a byte short"},
  };
}

std::vector<Case> Maker::GoodProofs() {
  TlogProof with_extra = ProofOf(3, 8);
  with_extra.extra = "not authenticated";
  TlogProof witnessed = ProofOf(20, kLeaves);
  witnessed.checkpoint = Cosigned(witnessed.checkpoint, kWitness1, *witness1_);
  const auto good = [this](const std::string& name, const TlogProof& proof) {
    const Bytes& leaf = leaves_[proof.index];
    return Case{name, *FormatTlogProof(proof), true, absl::StrCat("leaf=", ToHex(leaf))};
  };
  return {good("only-leaf", ProofOf(0, 1)),
          good("first", ProofOf(0, 8)),
          good("sixth-of-eight", ProofOf(5, 8)),
          good("last-of-eight", ProofOf(7, 8)),
          good("edge", ProofOf(20, kLeaves)),
          good("middle", ProofOf(9, kLeaves)),
          good("extra", with_extra),
          good("witnessed", witnessed)};
}

std::vector<Case> Maker::BadProofs() {
  const Bytes& leaf = leaves_[5];
  const TlogProof proof = ProofOf(5, 8);
  const std::string text = *FormatTlogProof(proof);
  const auto bad = [&](const std::string& name,
                       const std::string& content,
                       const std::string& why,
                       const Bytes& of) {
    return Case{name, content, false, absl::StrCat("leaf=", ToHex(of), " ", why)};
  };
  const auto with = [&](const std::function<void(TlogProof&)>& change) {
    TlogProof changed = proof;
    change(changed);
    return *FormatTlogProof(changed);
  };
  return {
      bad("other-leaf", text, "the proof is of another leaf", leaves_[4]),
      bad("other-index", Replaced(text, "index 5", "index 4"), "another index", leaf),
      bad("index-beyond", Replaced(text, "index 5", "index 8"), "index not in the tree", leaf),
      bad("index-leading-zero", Replaced(text, "index 5", "index 05"), "a leading zero", leaf),
      bad("index-negative", Replaced(text, "index 5", "index -5"), "a sign", leaf),
      bad("no-index", Replaced(text, "index 5\n", ""), "no index", leaf),
      bad("other-version", Replaced(text, "@v1", "@v2"), "another version", leaf),
      bad("empty-extra", Replaced(text, "index 5", "extra \nindex 5"), "extra without data", leaf),
      bad("extra-after-index",
          Replaced(text, "index 5\n", "index 5\nextra AAAA\n"),
          "extra in the wrong place",
          leaf),
      bad("hash-missing", with([](TlogProof& p) { p.hashes.pop_back(); }), "too short", leaf),
      bad("hash-added",
          with([](TlogProof& p) { p.hashes.push_back(EmptyRoot()); }),
          "too long",
          leaf),
      bad("hash-altered",
          with([](TlogProof& p) { p.hashes[1].bytes[0] ^= 1; }),
          "a flipped bit",
          leaf),
      bad("hashes-swapped",
          with([](TlogProof& p) { std::swap(p.hashes[0], p.hashes[1]); }),
          "two hashes swapped",
          leaf),
      bad("hash-too-short",
          Replaced(text, proof.hashes[0].ToBase64(), "AAAA"),
          "not 32 bytes",
          leaf),
      bad("other-checkpoint",
          with([this](TlogProof& p) { p.checkpoint = Signed(Text(kLeaves)); }),
          "the checkpoint of another size",
          leaf),
      bad("unsigned-checkpoint",
          with([this](TlogProof& p) { p.checkpoint = *SignNote(Text(8), kOrigin, *stranger_); }),
          "the checkpoint is signed by a stranger",
          leaf),
      bad("no-checkpoint", text.substr(0, text.find("\n\n") + 2), "no checkpoint", leaf),
      bad("no-empty-line", Replaced(text, "\n\nhub", "\nhub"), "no empty line", leaf),
  };
}

std::string Joined(const Proof& proof) {
  return absl::StrJoin(
      proof, ",", [](std::string* out, const Hash& hash) { absl::StrAppend(out, hash.ToHex()); });
}

// Lines of: good or bad, index, size, leaf hash, root, proof.
void Maker::AddInclusion() {
  Bytes& table = files_["proof/inclusion.tsv"];
  for (uint64_t size = 1; size <= kTableSizes; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const Proof proof = *InclusionProof(index, size, ReaderOf(nodes_));
      const auto line = [&](absl::string_view verdict, uint64_t at, const Proof& hashes) {
        absl::StrAppend(&table,
                        verdict,
                        "\t",
                        at,
                        "\t",
                        size,
                        "\t",
                        LeafHash(leaves_[index]).ToHex(),
                        "\t",
                        Root(size).ToHex(),
                        "\t",
                        Joined(hashes),
                        "\n");
      };
      line("good", index, proof);
      line("bad", index + 1, proof);
      Proof longer = proof;
      longer.push_back(EmptyRoot());
      line("bad", index, longer);
      if (proof.empty()) continue;
      line("bad", index, Proof(proof.begin(), proof.end() - 1));
      Proof flipped = proof;
      flipped[index % proof.size()].bytes[size] ^= 4;
      line("bad", index, flipped);
    }
  }
}

// Lines of: good or bad, old size, new size, old root, new root, proof.
void Maker::AddConsistency() {
  Bytes& table = files_["proof/consistency.tsv"];
  for (uint64_t now = 1; now <= kTableSizes; ++now) {
    for (uint64_t old = 0; old <= now; ++old) {
      const Proof proof = *ConsistencyProof(old, now, ReaderOf(nodes_));
      const auto line = [&](absl::string_view verdict, const Hash& new_root, const Proof& hashes) {
        absl::StrAppend(&table,
                        verdict,
                        "\t",
                        old,
                        "\t",
                        now,
                        "\t",
                        Root(old).ToHex(),
                        "\t",
                        new_root.ToHex(),
                        "\t",
                        Joined(hashes),
                        "\n");
      };
      line("good", Root(now), proof);
      Proof longer = proof;
      longer.push_back(EmptyRoot());
      line("bad", Root(now), longer);
      if (old > 0) line("bad", Root(now - 1), proof);
      if (proof.empty()) continue;
      line("bad", Root(now), Proof(proof.begin() + 1, proof.end()));
      Proof flipped = proof;
      flipped[old % proof.size()].bytes[now] ^= 4;
      line("bad", Root(now), flipped);
    }
  }
}

absl::StatusOr<std::map<std::string, Bytes>> Maker::Make() {
  AddKeys("checkpoint");
  AddCases("checkpoint", ".txt", GoodCheckpoints());
  AddCases("checkpoint", ".txt", MalformedNotes());
  AddCases("checkpoint", ".txt", MalformedCheckpoints());
  AddCases("checkpoint", ".txt", UntrustedCheckpoints());
  AddKeys("proof");
  AddCases("proof", ".tlog-proof", GoodProofs());
  AddCases("proof", ".tlog-proof", BadProofs());
  AddInclusion();
  AddConsistency();
  return std::move(files_);
}

}  // namespace

absl::StatusOr<std::map<std::string, Bytes>> MakeLogVectors() {
  return Maker().Make();
}

}  // namespace rogatoria::merkle
