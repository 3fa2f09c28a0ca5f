// Key statements, as the leaves that the log has of them: one, or a chain.
#include "common/directory/key_statement.h"

#include <cstring>
#include <optional>

#include "absl/strings/str_split.h"
#include "common/crypto/raw_signature.h"
#include "common/model/canonical.h"
#include "common/model/leaf.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/message_mutator.h"

namespace rogatoria::fuzz {
namespace {

constexpr char kLeafFirstLine[] = "rogatoria-leaf v1\n";

std::optional<v1::KeyStatement> ReadLeaf(absl::string_view text) {
  const auto leaf = ParseLeaf(text);
  const auto* found = leaf.ok() ? std::get_if<KeyStatementLeaf>(&*leaf) : nullptr;
  if (found == nullptr) return std::nullopt;
  v1::KeyStatement statement;
  statement.set_statement(found->statement);
  statement.set_signature(found->signature);
  statement.set_identity_key(found->identity_key);
  return statement;
}

std::vector<v1::KeyStatement> ReadLeaves(absl::string_view input) {
  std::vector<v1::KeyStatement> statements;
  for (absl::string_view rest : absl::StrSplit(input, kLeafFirstLine, absl::SkipEmpty())) {
    auto statement = ReadLeaf(Bytes(kLeafFirstLine) + Bytes(rest));
    if (!statement.has_value()) return {};
    statements.push_back(*std::move(statement));
  }
  return statements;
}

struct Trust {
  std::string trust_domain, authority, identity;
  std::set<Bytes> stated;  // what this identity signed

  Trust() {
    const std::vector<std::string> words =
        absl::StrSplit(ReadVectorLines("key-statement/trusted-identity.txt").at(0), ' ');
    trust_domain = words.at(0), authority = words.at(1), identity = words.at(2);
    for (const Bytes& file : ReadVectors("key-statement", "")) {
      for (const v1::KeyStatement& statement : ReadLeaves(file)) {
        if (!VerifyKeyStatement(statement).ok()) continue;
        if (IdentityFingerprint(statement.identity_key()) != identity) continue;
        stated.insert(statement.statement());
      }
    }
  }
};

const Trust& TheTrust() {
  static const Trust& trust = *new Trust();
  return trust;
}

const PrivateKey& AnyKey() {
  static const PrivateKey& key =
      *new PrivateKey(Need(PrivateKey::Generate(KeyAlgorithm::kEd25519), "a key can be made"));
  return key;
}

void ExamineOne(const v1::KeyStatement& statement) {
  const auto body = VerifyKeyStatement(statement);
  if (!body.ok()) return;
  ROG_CHECK(ToSignedBytes(kKeyStatementFirstLine, *body) == statement.statement(),
            "one value has one text");
  if (IdentityFingerprint(statement.identity_key()) != TheTrust().identity) return;
  ROG_CHECK(TheTrust().stated.count(statement.statement()) == 1, "the identity stated no such");
}

// The rules behind the signature, which no mutation could reach: signed by a key of ours.
void ExamineSigned(v1::KeyStatement statement) {
  statement.set_signature(Need(SignRaw(AnyKey(), statement.statement()), "our key signs"));
  statement.set_identity_key(AnyKey().PublicKeyDer());
  v1::KeyStatementBody read;
  const auto body = VerifyKeyStatement(statement);
  ROG_CHECK(!body.ok() || FromSignedBytes(kKeyStatementFirstLine, statement.statement(), read).ok(),
            "what verifies has the form");
}

}  // namespace

void Examine(absl::string_view input) {
  const std::vector<v1::KeyStatement> statements = ReadLeaves(input);
  for (const v1::KeyStatement& statement : statements) {
    ExamineOne(statement);
    ExamineSigned(statement);
  }
  const Trust& trust = TheTrust();
  const auto chain =
      VerifyKeyStatementChain(statements, trust.trust_domain, trust.authority, trust.identity);
  if (!chain.ok()) return;
  ROG_CHECK(chain->size() == statements.size(), "a chain is read whole");
  for (const size_t standing : StandingStatements(*chain)) {
    ROG_CHECK(standing < chain->size() && !(*chain)[standing].revoked(), "what is revoked falls");
  }
}

namespace {

// The first leaf with its statement changed field by field.
Bytes MutateLeaf(absl::string_view input, unsigned seed) {
  const std::vector<v1::KeyStatement> statements = ReadLeaves(input);
  v1::KeyStatementBody body;
  if (statements.empty() ||
      !FromSignedBytes(kKeyStatementFirstLine, statements[0].statement(), body).ok()) {
    return "";
  }
  MutateMessage(body, seed);
  return FormatLeaf(KeyStatementLeaf{ToSignedBytes(kKeyStatementFirstLine, body),
                                     statements[0].signature(),
                                     statements[0].identity_key()});
}

}  // namespace
}  // namespace rogatoria::fuzz

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed) {
  rogatoria::Bytes mutated;
  if (seed % 2 == 1) {
    mutated = rogatoria::fuzz::MutateLeaf({reinterpret_cast<const char*>(data), size}, seed);
  }
  if (mutated.empty() || mutated.size() > max) return LLVMFuzzerMutate(data, size, max);
  std::memcpy(data, mutated.data(), mutated.size());
  return mutated.size();
}
