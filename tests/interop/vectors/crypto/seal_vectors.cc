#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "common/crypto/manifest.h"
#include "common/crypto/seal.h"
#include "tests/interop/vectors/crypto/vector_writer.h"

namespace rogatoria {
namespace {

constexpr char kClearBytes[] = "A letter rogatory, sealed.\r\nUma carta rogat\xc3\xb3ria.\n";
constexpr absl::string_view kClear(kClearBytes, sizeof kClearBytes - 1);
constexpr size_t kCut = 26;  // where the clear text is cut into two segments

class SealVectors {
 public:
  explicit SealVectors(const std::filesystem::path& folder)
      : writer_(folder), ca_(writer_.NewAuthority("CA")) {
    writer_.Write("kek.bin", kek_.RevealForUse());
    writer_.Write("clear.bin", kClear);
    for (const char* list : {"envelopes", "segments", "manifests", "objects"}) {
      index_[list] = nlohmann::ordered_json::array();
    }
  }

  void Write() {
    WriteGoodEnvelopes();
    WriteBadEnvelopes();
    WriteSegments();
    WriteObjects();
    WriteManifests();
    writer_.WriteIndex(index_);
  }

 private:
  VectorIdentity Desk(const std::string& name, PrivateKey key) {
    return writer_.Issue(ca_, name, CertificateProfile::kSealing, std::move(key));
  }

  void AddEnvelope(const std::string& name,
                   const std::string& expect,
                   const std::string& desk,
                   absl::string_view file = "") {
    const std::string envelope = file.empty() ? name + ".envelope" : std::string(file);
    index_["envelopes"].push_back({{"name", name},
                                   {"envelope", envelope},
                                   {"key", desk + ".key"},
                                   {"certificate", desk + ".pem"},
                                   {"expect", expect}});
  }

  void AddEnvelopeBytes(const std::string& name,
                        const std::string& expect,
                        const std::string& desk,
                        absl::string_view envelope) {
    writer_.Write(name + ".envelope", envelope);
    AddEnvelope(name, expect, desk);
  }

  void AddOpenSslEnvelope(const std::string& name,
                          const std::string& expect,
                          const std::string& desk,
                          const std::string& cipher,
                          const std::string& options) {
    writer_.OpenSsl("cms -encrypt -binary -in kek.bin -outform DER -out " + name + ".envelope " +
                    cipher + " -recip " + desk + ".pem " + options);
    AddEnvelope(name, expect, desk);
  }

  void WriteGoodEnvelopes() {
    AddEnvelopeBytes("p256", "OK", "p256", SealKek(kek_, {p256_.certificate}).value());
    AddEnvelopeBytes("p384", "OK", "p384", SealKek(kek_, {p384_.certificate}).value());
    AddEnvelopeBytes("rsa", "OK", "rsa", SealKek(kek_, {rsa_.certificate}).value());
    writer_.Write("three.envelope",
                  SealKek(kek_, {p256_.certificate, p384_.certificate, rsa_.certificate}).value());
    for (const char* desk : {"p256", "p384", "rsa"}) {
      AddEnvelope(std::string("three-") + desk, "OK", desk, "three.envelope");
    }
    AddOpenSslEnvelope("openssl-p256", "OK", "p256", "-aes-256-gcm", "-keyopt ecdh_kdf_md:sha256");
  }

  void WriteBadEnvelopes() {
    const Bytes good = writer_.Read("p256.envelope");
    const absl::string_view tail = absl::string_view(good).substr(good.size() - 16);
    AddEnvelopeBytes("flipped-tag", "SEAL_BROKEN", "p256", FlipInside(good, tail));
    AddEnvelopeBytes("flipped-wrapped-key",
                     "SEAL_BROKEN",
                     "p256",
                     FlipInside(good, absl::string_view(good).substr(good.size() - 110, 8)));
    AddEnvelopeBytes("cut-off", "SEAL_MALFORMED", "p256", good.substr(0, good.size() - 1));
    AddEnvelopeBytes("byte-after", "SEAL_MALFORMED", "p256", good + Bytes(1, '\0'));
    AddEnvelope("not-a-recipient", "SEAL_NOT_RECIPIENT", "p384", "p256.envelope");
    AddOpenSslEnvelope("kdf-sha1", "SEAL_MALFORMED", "p256", "-aes-256-gcm", "");
    AddOpenSslEnvelope(
        "cbc", "SEAL_MALFORMED", "p256", "-aes-256-cbc", "-keyopt ecdh_kdf_md:sha256");
    AddOpenSslEnvelope(
        "aes-128", "SEAL_MALFORMED", "p256", "-aes-128-gcm", "-keyopt ecdh_kdf_md:sha256");
    AddOpenSslEnvelope("rsa-pkcs1", "SEAL_MALFORMED", "rsa", "-aes-256-gcm", "");
    AddOpenSslEnvelope(
        "rsa-oaep-sha1", "SEAL_MALFORMED", "rsa", "-aes-256-gcm", "-keyopt rsa_padding_mode:oaep");
  }

  void AddSegment(const std::string& name,
                  const std::string& expect,
                  absl::string_view segment,
                  const std::string& clear = "") {
    writer_.Write(name + ".segment", segment);
    index_["segments"].push_back(
        {{"name", name}, {"segment", name + ".segment"}, {"expect", expect}, {"clear", clear}});
  }

  void WriteSegments() {
    const Bytes good = SealSegment(kek_, kClear).value();
    AddSegment("whole", "OK", good, "clear.bin");
    writer_.Write("empty.bin", "");
    AddSegment("empty", "OK", SealSegment(kek_, "").value(), "empty.bin");
    AddSegment("flipped-ciphertext",
               "SEAL_BROKEN",
               FlipInside(good, absl::string_view(good).substr(good.size() - 40, 8)));
    AddSegment("other-kek", "SEAL_BROKEN", SealSegment(GenerateKek(random_), kClear).value());
    AddSegment("segment-cut-off", "SEAL_MALFORMED", good.substr(0, good.size() - 1));
    AddSegment("segment-byte-after", "SEAL_MALFORMED", good + Bytes(1, '\0'));
    AddSegment("key-envelope", "SEAL_MALFORMED", writer_.Read("p256.envelope"));
    AddOpenSslSegment("segment-cbc", "-aes-256-cbc", "726f6761746f7269612d6b656b");
    AddOpenSslSegment("segment-other-key-id", "-aes-256-gcm", "00");
  }

  void AddOpenSslSegment(const std::string& name,
                         const std::string& cipher,
                         const std::string& key_id) {
    writer_.OpenSsl("cms -encrypt -binary -in clear.bin -outform DER -out " + name + ".segment " +
                    cipher + " -secretkey " + ToHex(kek_.RevealForUse()) + " -secretkeyid " +
                    key_id);
    AddSegment(name, "SEAL_MALFORMED", writer_.Read(name + ".segment"));
  }

  void AddObject(const std::string& name,
                 const std::string& expect,
                 const std::string& manifest,
                 const std::vector<std::string>& segments) {
    index_["objects"].push_back({{"name", name},
                                 {"manifest", manifest},
                                 {"segments", segments},
                                 {"clear", "clear.bin"},
                                 {"expect", expect}});
  }

  void WriteObjects() {
    const Bytes first = SealSegment(kek_, kClear.substr(0, kCut)).value();
    const Bytes second = SealSegment(kek_, kClear.substr(kCut)).value();
    writer_.Write("first.segment", first);
    writer_.Write("second.segment", second);
    ManifestInput input;
    input.act_id = "pt-pgr/0b0c6d2e-7a8a-4f6e-9a51-d3c1b1f0a001";
    input.media_type = "application/pdf";
    input.recipients = {{"co-fgn", "primary", p256_.certificate.fingerprint_bytes()},
                        {"co-fgn", "archive", p384_.certificate.fingerprint_bytes()},
                        {"pt-pgr", "primary", rsa_.certificate.fingerprint_bytes()}};
    input.clear = kClear;
    input.segments = {first, second};
    input.clear_sizes = {kCut, kClear.size() - kCut};
    Manifest manifest = MakeManifest(input, random_).value();
    text_ = FormatManifest(manifest).value();
    writer_.Write("object.manifest", text_);
    AddObject("object", "OK", "object.manifest", {"first.segment", "second.segment"});
    AddObject(
        "swapped", "MANIFEST_MISMATCH", "object.manifest", {"second.segment", "first.segment"});
    AddObject("one-missing", "MANIFEST_MISMATCH", "object.manifest", {"first.segment"});
    AddObject(
        "another-sealing-of-the-same", "MANIFEST_MISMATCH", "object.manifest", {"whole.segment"});
    manifest.salt[0] = static_cast<char>(manifest.salt[0] ^ 1);
    writer_.Write("other-salt.manifest", FormatManifest(manifest).value());
    AddObject("other-salt",
              "MANIFEST_MISMATCH",
              "other-salt.manifest",
              {"first.segment", "second.segment"});
  }

  void AddManifest(const std::string& name, const std::string& from, const std::string& to) {
    writer_.Write(name + ".manifest", absl::StrReplaceAll(text_, {{from, to}}));
    index_["manifests"].push_back({{"name", name},
                                   {"manifest", name + ".manifest"},
                                   {"expect", from == to ? "OK" : "MANIFEST_MALFORMED"}});
  }

  void WriteManifests() {
    AddManifest("good", "clear-size", "clear-size");
    AddManifest("version-2", "manifest v1", "manifest v2");
    AddManifest("carriage-return", "v1\n", "v1\r\n");
    AddManifest("two-spaces", "act ", "act  ");
    AddManifest("leading-zero", "clear-size ", "clear-size 0");
    AddManifest("unknown-line", "clear-size", "note x\nclear-size");
    AddManifest("missing-line", "media-type application/pdf\n", "");
    AddManifest("unknown-purpose", "archive", "spare");
    AddManifest("recipients-out-of-order", "pt-pgr primary", "aa-pgr primary");
    AddManifest("sizes-do-not-add-up", "clear-size ", "clear-size 1");
    AddManifest("media-type-parameters", "application/pdf", "text/plain;charset=utf-8");
    AddManifest("no-segment", "segment ", "segments ");
  }

  static PrivateKey Generate(KeyAlgorithm algorithm) {
    return PrivateKey::Generate(algorithm).value();
  }

  VectorWriter writer_;
  SystemRandom random_;
  CertificateAuthority ca_;
  SecretBytes kek_ = GenerateKek(random_);
  VectorIdentity p256_ = Desk("p256", Generate(KeyAlgorithm::kP256));
  VectorIdentity p384_ = Desk("p384", Generate(KeyAlgorithm::kP384));
  VectorIdentity rsa_ = Desk("rsa", *GenerateRsaKeyForTest(2048));
  std::string text_;
  nlohmann::ordered_json index_;
};

}  // namespace

void WriteSealVectors(const std::filesystem::path& folder) {
  SealVectors(folder).Write();
}

}  // namespace rogatoria
