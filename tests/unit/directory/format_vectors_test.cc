// The committed vectors of header, acknowledgement, key statement, evidence and leaf: read as a
// stranger would read them, and proof that they are what the generator makes today.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/directory/guidance.h"
#include "common/directory/key_statement.h"
#include "common/model/acknowledgement.h"
#include "common/model/audit_record.h"
#include "common/model/evidence.h"
#include "common/model/header.h"
#include "common/model/leaf.h"
#include "tests/interop/vectors/formats/vector_set.h"

namespace rogatoria {
namespace {

namespace fs = std::filesystem;

const fs::path kVectors = fs::path(ROGATORIA_SOURCE_DIR) / "docs/formats/vectors";
const char* const kFolders[] = {
    "header", "acknowledgement", "key-statement", "guidance", "evidence", "leaf"};

Bytes ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// "a=1 b=2" as a map.
std::map<std::string, std::string> Facts(const std::string& text) {
  std::map<std::string, std::string> facts;
  for (absl::string_view fact : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(fact, absl::MaxSplits('=', 1));
    facts.insert(parts);
  }
  return facts;
}

struct VectorCase {
  std::string folder, file, verdict, field, text;
  Bytes content;
};

std::vector<VectorCase> CasesOf(const std::string& folder) {
  std::vector<VectorCase> cases;
  const Bytes table = ReadFile(kVectors / folder / "cases.tsv");
  for (absl::string_view line : absl::StrSplit(table, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> columns = absl::StrSplit(line, '\t');
    EXPECT_EQ(columns.size(), 4U) << line;
    cases.push_back({folder,
                     columns[0],
                     columns[1],
                     columns[2],
                     columns[3],
                     ReadFile(kVectors / folder / columns[0])});
  }
  return cases;
}

void ExpectVerdict(const VectorCase& c, const absl::Status& status) {
  EXPECT_EQ(status.ok(), c.verdict == "good") << c.folder << "/" << c.file << ": " << status;
  if (status.ok() || c.verdict == "good") return;
  const auto details = GetErrorDetails(status);
  ASSERT_TRUE(details.has_value()) << c.file << ": " << status;
  EXPECT_EQ(details->field.empty() ? "-" : details->field, c.field) << c.folder << "/" << c.file;
}

// The lines of a text that the facts name.
void ExpectLines(const VectorCase& c) {
  for (const auto& [name, value] : Facts(c.text)) {
    EXPECT_TRUE(absl::StrContains(c.content, absl::StrCat("\n", name, " ", value, "\n")))
        << c.file << ": " << name;
  }
}

TEST(FormatVectorsTest, AreWhatTheGeneratorMakes) {
  const VectorFiles made = MakeFormatVectors();
  size_t committed = 0;
  for (const char* folder : kFolders) {
    for (const auto& entry : fs::directory_iterator(kVectors / folder)) {
      ++committed;
      const std::string name = absl::StrCat(folder, "/", entry.path().filename().string());
      const auto found = made.find(name);
      ASSERT_NE(found, made.end()) << name << " is made by nobody";
      EXPECT_EQ(found->second, ReadFile(entry.path())) << name;
    }
  }
  EXPECT_EQ(committed, made.size()) << "run make_format_vectors docs/formats/vectors";
}

TEST(FormatVectorsTest, Headers) {
  for (const VectorCase& c : CasesOf("header")) {
    const auto header = ParseHeader(c.content);
    ExpectVerdict(c, header.status());
    if (!header.ok()) continue;
    EXPECT_EQ(c.text,
              absl::StrCat("act=",
                           header->act_id(),
                           " kind=",
                           static_cast<int>(header->kind()),
                           " recipients=",
                           header->recipients_size(),
                           " measures=",
                           header->measures_size(),
                           " documents=",
                           header->documents_size(),
                           " sha256=",
                           ToHex(Sha256(c.content))));
  }
}

TEST(FormatVectorsTest, Acknowledgements) {
  for (const VectorCase& c : CasesOf("acknowledgement")) {
    const auto statement = ParseAcknowledgement(c.content);
    ExpectVerdict(c, statement.status());
    if (statement.ok()) {
      EXPECT_EQ(Facts(c.text)["act"], statement->act_id());
    }
  }
}

TEST(FormatVectorsTest, Guidance) {
  for (const VectorCase& c : CasesOf("guidance")) {
    const auto document = ParseGuidance(c.content);
    ExpectVerdict(c, document.status());
    if (!document.ok()) continue;
    EXPECT_EQ(Facts(c.text)["id"], document->id());
    EXPECT_EQ(Facts(c.text)["version"], absl::StrCat(document->version()));
    EXPECT_EQ(Facts(c.text)["measures"], absl::StrCat(document->measures_size()));
    EXPECT_EQ(Facts(c.text)["sha256"], ToHex(GuidanceDigest(c.content)));
  }
}

TEST(FormatVectorsTest, GuidanceIsSignedLikeAllElse) {
  const auto anchors = TrustAnchors::Create(
      Certificate::BundleFromPem(ReadFile(kVectors / "signature/ca.pem")).value());
  ASSERT_TRUE(anchors.ok());
  SignatureVerifier verifier;
  const Bytes signature = ReadFile(kVectors / "guidance/good-first.bin.p7s");
  const Instant then{1795521600000};
  const Bytes first = ReadFile(kVectors / "guidance/good-first.bin");
  EXPECT_TRUE(verifier.VerifyDetached(signature, first, *anchors, then).ok());
  const Bytes second = ReadFile(kVectors / "guidance/good-second.bin");
  EXPECT_FALSE(verifier.VerifyDetached(signature, second, *anchors, then).ok());
}

// A file holds one leaf or, for a chain, several.
std::vector<v1::KeyStatement> StatementsOf(const VectorCase& c) {
  constexpr absl::string_view kStart = "rogatoria-leaf v1\n";
  std::vector<v1::KeyStatement> statements;
  for (absl::string_view part : absl::StrSplit(c.content, kStart, absl::SkipEmpty())) {
    const auto leaf = ParseLeaf(absl::StrCat(kStart, part));
    EXPECT_TRUE(leaf.ok()) << c.file << ": " << leaf.status();
    if (!leaf.ok()) continue;
    const auto& in = std::get<KeyStatementLeaf>(*leaf);
    v1::KeyStatement& statement = statements.emplace_back();
    statement.set_statement(in.statement);
    statement.set_signature(in.signature);
    statement.set_identity_key(in.identity_key);
  }
  return statements;
}

TEST(FormatVectorsTest, KeyStatements) {
  const Bytes trusted = ReadFile(kVectors / "key-statement/trusted-identity.txt");
  const std::vector<std::string> trust = absl::StrSplit(trusted, absl::ByAnyChar(" \n"));
  for (const VectorCase& c : CasesOf("key-statement")) {
    const auto statements = StatementsOf(c);
    auto facts = Facts(c.text);
    if (absl::StrContains(c.file, "chain")) {
      const auto chain = VerifyKeyStatementChain(statements, trust[0], trust[1], trust[2]);
      ExpectVerdict(c, chain.status());
      if (!chain.ok()) continue;
      EXPECT_EQ(facts["statements"], absl::StrCat(chain->size()));
      EXPECT_EQ(facts["standing"], absl::StrCat(StandingStatements(*chain).size()));
      continue;
    }
    ASSERT_EQ(statements.size(), 1U) << c.file;
    const auto body = VerifyKeyStatement(statements[0]);
    ExpectVerdict(c, body.status());
    if (body.ok()) {
      EXPECT_EQ(facts["certificate"], ToHex(body->certificate_sha256()));
    }
  }
}

TEST(FormatVectorsTest, EvidenceAndAuditRecords) {
  for (const VectorCase& c : CasesOf("evidence")) {
    if (absl::StartsWith(c.content, "rogatoria-audit")) {
      const auto record = ParseAuditRecord(c.content);
      ExpectVerdict(c, record.status());
      if (record.ok()) {
        EXPECT_EQ(FormatAuditRecord(*record), c.content);
      }
    } else {
      const auto evidence = ParseEvidence(c.content);
      ExpectVerdict(c, evidence.status());
      if (evidence.ok()) {
        EXPECT_EQ(FormatEvidence(*evidence), c.content);
      }
    }
    if (c.verdict == "good") ExpectLines(c);
  }
}

TEST(FormatVectorsTest, Leaves) {
  for (VectorCase& c : CasesOf("leaf")) {
    const auto leaf = ParseLeaf(c.content);
    ExpectVerdict(c, leaf.status());
    if (!leaf.ok()) continue;
    EXPECT_EQ(FormatLeaf(*leaf), c.content);
    auto facts = Facts(c.text);
    if (facts.count("salt") == 0) continue;
    const Bytes record = ReadFile(kVectors / "evidence" / facts["record"]);
    EXPECT_EQ(std::get<CommitmentLeaf>(*leaf).commitment, Commit(*FromHex(facts["salt"]), record));
  }
}

}  // namespace
}  // namespace rogatoria
