// The committed vectors of docs/formats, good and bad, as our library judges them. Programs that
// share no code with it judge the same files: tests/interop/conformance.
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "common/crypto/cms_signature.h"
#include "common/crypto/manifest.h"
#include "common/crypto/seal.h"
#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

class Vectors {
 public:
  explicit Vectors(const std::string& name)
      : folder_(std::string(ROGATORIA_SOURCE_DIR) + "/docs/formats/vectors/" + name + "/"),
        index_(nlohmann::json::parse(Read("index.json"))) {}

  Bytes Read(const std::string& name) const {
    std::ifstream file(folder_ + name, std::ios::binary);
    EXPECT_TRUE(file.good()) << name;
    return Bytes(std::istreambuf_iterator<char>(file), {});
  }
  const nlohmann::json& operator[](const char* list) const { return index_[list]; }

 private:
  std::string folder_;
  nlohmann::json index_;
};

std::string Verdict(const absl::Status& status) {
  if (status.ok()) return "OK";
  const auto details = GetErrorDetails(status);
  return details.has_value() ? std::string(ReasonName(details->reason)) : status.ToString();
}

TEST(SignatureVectorsTest, AreJudgedAsTheIndexSays) {
  const Vectors vectors("signature");
  const auto anchors =
      TrustAnchors::Create(Certificate::BundleFromPem(vectors.Read(vectors["anchors"])).value(),
                           RevocationList::BundleFromPem(vectors.Read(vectors["lists"])).value());
  SignatureVerifier verifier;
  size_t good = 0;
  for (const auto& c : vectors["cases"]) {
    const auto signer = verifier.VerifyDetached(vectors.Read(c["signature"]),
                                                vectors.Read(c["message"]),
                                                *anchors,
                                                {c["at_unix_ms"].get<int64_t>()});
    EXPECT_EQ(Verdict(signer.status()), c["expect"]) << c["name"] << " " << signer.status();
    if (!signer.ok()) continue;
    EXPECT_EQ(*signer, Certificate::FromPem(vectors.Read(c["signer"])).value());
    ++good;
  }
  EXPECT_EQ(good, 8U);
  EXPECT_EQ(vectors["cases"].size(), 29U);
}

TEST(SealVectorsTest, EnvelopesAreJudgedAsTheIndexSays) {
  const Vectors vectors("seal");
  const SecretBytes kek(vectors.Read("kek.bin"));
  for (const auto& c : vectors["envelopes"]) {
    const auto opened = OpenKek(vectors.Read(c["envelope"]),
                                PrivateKey::FromPem(vectors.Read(c["key"])).value(),
                                Certificate::FromPem(vectors.Read(c["certificate"])).value());
    EXPECT_EQ(Verdict(opened.status()), c["expect"]) << c["name"];
    EXPECT_TRUE(!opened.ok() || opened->EqualsInConstantTime(kek));
  }
  EXPECT_EQ(vectors["envelopes"].size(), 17U);
}

TEST(SealVectorsTest, SegmentsAreJudgedAsTheIndexSays) {
  const Vectors vectors("seal");
  const SecretBytes kek(vectors.Read("kek.bin"));
  for (const auto& c : vectors["segments"]) {
    const auto opened = OpenSegment(kek, vectors.Read(c["segment"]));
    EXPECT_EQ(Verdict(opened.status()), c["expect"]) << c["name"];
    if (opened.ok()) {
      EXPECT_EQ(*opened, vectors.Read(c["clear"]));
    }
  }
  EXPECT_EQ(vectors["segments"].size(), 9U);
}

TEST(SealVectorsTest, ManifestsAreJudgedAsTheIndexSays) {
  const Vectors vectors("seal");
  for (const auto& c : vectors["manifests"]) {
    const auto manifest = ParseManifest(vectors.Read(c["manifest"]));
    EXPECT_EQ(Verdict(manifest.status()), c["expect"]) << c["name"];
  }
  EXPECT_EQ(vectors["manifests"].size(), 12U);
}

// Opens the whole object: manifest, segments, clear text.
absl::Status CheckObject(const Vectors& vectors, const nlohmann::json& c) {
  const SecretBytes kek(vectors.Read("kek.bin"));
  const Manifest manifest = ParseManifest(vectors.Read(c["manifest"])).value();
  std::vector<Bytes> segments;
  Bytes clear;
  for (const auto& name : c["segments"]) {
    segments.push_back(vectors.Read(name));
    clear += OpenSegment(kek, segments.back()).value();
  }
  const absl::Status status =
      CheckSegments(manifest, std::vector<absl::string_view>(segments.begin(), segments.end()));
  return status.ok() ? CheckClear(manifest, clear) : status;
}

TEST(SealVectorsTest, ObjectsAreJudgedAsTheIndexSays) {
  const Vectors vectors("seal");
  for (const auto& c : vectors["objects"]) {
    EXPECT_EQ(Verdict(CheckObject(vectors, c)), c["expect"]) << c["name"];
  }
  EXPECT_EQ(vectors["objects"].size(), 5U);
}

}  // namespace
}  // namespace rogatoria
